package view_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
)

// The slow, obvious way through a view: a map of the item, the contract's own
// template matching, and a walk for every shown path.

type stored = map[string]any // {"name": {"S": "x"}}

// slowAdmits reports whether the item is of the view's type and in the grant's
// scope; it returns the item with the variables of its keys as attributes.
func slowAdmits(g access.Grant, index *contract.Index, it stored) (stored, bool) {
	of := g.View().Of
	it = maps.Clone(it)
	required := of.Table.KeyNames()
	if index != nil {
		required = append(required, index.KeyNames()...)
	}
	for name, a := range of.Attributes {
		if a.Variable {
			delete(it, name)
		}
	}
	found := stored{}
	for name, template := range of.Keys {
		values, agree := stored{}, true
		text, ok := slowText(it[name], "S")
		ok = ok && template.Match(text, func(v, value string) {
			values[v] = stored{"S": value}
		})
		if !ok {
			if slices.Contains(required, name) {
				return nil, false
			}
			continue
		}
		for v, value := range values {
			if have, twice := found[v]; twice && fmt.Sprint(have) != fmt.Sprint(value) {
				agree = false
			}
			found[v] = value
		}
		if !agree {
			return nil, false
		}
	}
	maps.Copy(it, found)
	for _, c := range g.Checks() {
		text, ok := slowText(it[c.Attribute.Name], string(c.Attribute.Type))
		if !ok || c.Operator != contract.Eq || text != c.Values[0] {
			return nil, false
		}
	}
	if at, ok := slowText(it[of.Table.TTL], "N"); ok {
		if seconds, err := strconv.ParseFloat(at, 64); err == nil && seconds <= float64(now.Unix()) {
			return nil, false
		}
	}
	return it, true
}

func slowText(value any, kind string) (string, bool) {
	m, ok := value.(stored)
	if !ok || len(m) != 1 {
		return "", false
	}
	text, ok := m[kind].(string)
	return text, ok
}

// slowShow is what the view shows of an item that it admits.
func slowShow(v *contract.View, it stored) string {
	out, order := map[string]any{}, []string{}
	for _, s := range v.Show {
		value, ok := slowWalk(s.Attribute, s.Path[1:], v.Of.Attributes[s.Path[0].Name], it[s.Path[0].Name])
		if ok {
			out[s.Path[0].Name] = value
			order = append(order, s.Path[0].Name)
		}
	}
	var parts []string
	for _, name := range order {
		text, _ := json.Marshal(out[name])
		parts = append(parts, strconv.Quote(name)+":"+string(text))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func slowWalk(end *contract.Attribute, rest contract.Path, a *contract.Attribute, value any) (any, bool) {
	m, ok := value.(stored)
	if !ok || len(m) != 1 || m[string(a.Type)] == nil {
		return nil, false
	}
	content := m[string(a.Type)]
	switch {
	case a.Type == contract.N:
		return json.Number(content.(string)), true
	case a.Type == contract.L:
		out := []any{}
		if len(rest) > 0 {
			rest = rest[1:]
		}
		for _, e := range content.([]any) {
			if shown, ok := slowWalk(end, rest, a.Of, e); ok {
				out = append(out, shown)
			}
		}
		return out, true
	case a.Type == contract.M:
		name := rest[0].Name
		shown, ok := slowWalk(end, rest[1:], a.Members[name], content.(stored)[name])
		return map[string]any{name: shown}, ok
	}
	return content, true
}

// someTask generates an item of the table: mostly tasks of tenant t1.
func someTask(t *rapid.T) stored {
	text := func(label string, pool ...string) any {
		s := rapid.SampledFrom(pool).Draw(t, label)
		if s == "number" {
			return stored{"N": "1"}
		}
		return stored{"S": s}
	}
	it := stored{
		"PK": text("pk", "TENANT#t1"),
		"SK": text("sk", "PROJECT#p1#TASK#1", "PROJECT#p1#TASK#1", "PROJECT#é#TASK#\"x\"", "PROJECT#p1", "PROJECT#p1#TASK#1#NOTE#2", "PROJECT##TASK#1", "PROJECT#p1#TASK#"),
	}
	maybe := func(name string, draw func() any) {
		if rapid.Bool().Draw(t, "has "+name) {
			it[name] = draw()
		}
	}
	maybe("GSI1PK", func() any {
		return text("gsi1pk", "TENANT#t1#USER#alice", "TENANT#t1#USER#alice", "TENANT#t2#USER#alice", "TENANT#t1#USER#bob", "USER#alice", "number")
	})
	maybe("GSI1SK", func() any { return text("gsi1sk", "TASK#2025", "TASK#2025", "TASK#", "DUE#1", "number") })
	maybe("expires_at", func() any {
		return rapid.SampledFrom([]any{stored{"N": "1800000000"}, stored{"N": "1600000000"}, stored{"S": "1600000000"}}).Draw(t, "ttl")
	})
	for _, name := range []string{"title", "status", "cost", "tenant", "assignee", "due", "secret"} {
		maybe(name, func() any { return text(name, "alice", "t1", "é\u2028\n\"", "number") })
	}
	maybe("steps", func() any {
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "steps") {
			step := stored{}
			for _, name := range []string{"text", "cost"} {
				if rapid.Bool().Draw(t, "has") {
					step[name] = text(name, "a", "number")
				}
			}
			list = append(list, rapid.SampledFrom([]any{stored{"M": step}, stored{"S": "x"}}).Draw(t, "step"))
		}
		return stored{"L": list}
	})
	maybe("address", func() any {
		return stored{"M": stored{"city": text("city", "c", "number"), "zip": text("zip", "z")}}
	})
	return it
}

func encode(it stored) string {
	text, err := json.Marshal(it)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func taskView() (*contract.View, *contract.Index) {
	of := task(app())
	v := tasks(of)
	v.Show = append(v.Show, show(of, "address.city"), show(of, "cost"))
	return v, of.Table.Indexes[0]
}

func TestAListAgreesWithTheSlowWay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v, _ := taskView()
		r := listRoute(v, nil)
		if rapid.Bool().Draw(rt, "own") {
			v.Scope = append(v.Scope, bind(v.Of.Attributes["title"], contract.FromID, ""))
		}
		grant := decide(t, r, principal("alice", "tenant", "t1"), nil)[0]
		limit := rapid.IntRange(1, 4).Draw(rt, "limit")
		var answer, want []string
		seen := 0
		for range rapid.IntRange(0, 6).Draw(rt, "items") {
			it := someTask(rt)
			answer = append(answer, encode(it))
			if full, ok := slowAdmits(grant, nil, it); ok {
				if seen++; seen <= limit {
					want = append(want, slowShow(v, full))
				}
			}
		}
		l, err := lenses(t, r).List(grant, nil, limit, now)
		if err == nil {
			err = l.Add(items(answer...))
		}
		if err != nil {
			rt.Fatal(err)
		}
		// The order of what encoding/json escapes is its own.
		got, wanted := "", "["+strings.Join(want, ",")+"]"
		if got = string(l.Visible().Body()); normal(got) != normal(wanted) {
			rt.Fatalf("of %s\n got %s\nwant %s", answer, got, wanted)
		}
		if l.More() != (seen > limit) {
			rt.Fatalf("more: %v of %d", l.More(), seen)
		}
	})
}

// normal undoes the escapes that encoding/json makes without need.
func normal(text string) string {
	return strings.ReplaceAll(text, `\u2028`, "\u2028")
}

// Two worlds that differ only in what the view hides look the same.
func TestHiddenAttributesNeverChangeAList(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v, _ := taskView()
		r := listRoute(v, nil)
		r.Parameters = nil
		grant := decide(t, r, principal("alice", "tenant", "t1"), nil)[0]
		ls := lenses(t, r)
		var one, two []string
		for range rapid.IntRange(1, 4).Draw(rt, "items") {
			it := someTask(rt)
			other := maps.Clone(it)
			for _, name := range []string{"secret", "tenant", "assignee", "status2", "GSI2PK"} {
				delete(other, name)
				if rapid.Bool().Draw(rt, "hidden") {
					other[name] = rapid.SampledFrom([]any{stored{"S": "CANARY"}, stored{"M": stored{"title": stored{"S": "CANARY"}}}, stored{"SS": []any{"t1"}}}).Draw(rt, name)
				}
			}
			one, two = append(one, encode(it)), append(two, encode(other))
		}
		body := func(answer []string) (string, string) {
			l, err := ls.List(grant, nil, 2, now)
			if err == nil {
				err = l.Add(items(answer...))
			}
			if err != nil {
				rt.Fatal(err)
			}
			last := string(l.LastKey())
			v := l.Visible()
			return fmt.Sprint(string(v.Body()), v.ETag(), v.Items(), v.Mistyped(), l.More()), last
		}
		a, lastA := body(one)
		b, lastB := body(two)
		if a != b || lastA != lastB || strings.Contains(b, "CANARY") {
			rt.Fatalf("%s\n and %s\ndiffer: %s\n     and %s", one, two, a, b)
		}
	})
}

func FuzzList(f *testing.F) {
	v, index := taskView()
	v.Scope = append(v.Scope, bind(v.Of.Attributes["assignee"], contract.FromID, ""))
	r := listRoute(v, index)
	grant := decide(f, r, principal("alice", "tenant", "t1"), nil)[0]
	ls := lenses(f, r)
	f.Add(items(wire(taskT1+" title=x"), wire(taskT1)))
	f.Add([]byte(`{"Items":[],"LastEvaluatedKey":{},"ScannedCount":0}`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		l, err := ls.List(grant, nil, 2, now)
		if err != nil {
			t.Fatal(err)
		}
		if l.Add(answer) != nil {
			return
		}
		if !json.Valid(answer) || !json.Valid(l.Visible().Body()) || l.Items() > 2 {
			t.Fatalf("%q became %s", answer, l.Visible().Body())
		}
		if key := l.LastKey(); l.Items() > 0 && !json.Valid(key) {
			t.Fatalf("%q has the last key %s", answer, key)
		}
	})
}
