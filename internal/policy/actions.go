package policy

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

//go:embed data/actions.json
var embedded []byte

// Data are the embedded actions' source, version, licence and date.
type Data struct {
	Source, Version, Licence, Date string
}

// Action is an action that AWS documents.
type Action struct {
	Service   string   // dynamodb
	Name      string   // GetItem
	Access    string   // Read, Write, List, Tagging, Permissions management, or several of them
	Resources []string // the kinds of resource that it takes; none: "*" alone
	Keys      []string // condition keys beside the global ones; those that end in / are families
}

type table struct {
	data     Data
	global   map[string]string // lower-case key to type
	services map[string]service
}

type service struct {
	listed    map[string]bool   // keys that any action lists, lower-case
	resources map[string]string // kind to ARN form
	actions   map[string]*Action
	written   []string // service:name, lower-case, sorted
}

// actions is the embedded data, parsed once and never changed.
var actions = sync.OnceValue(func() table {
	var f struct {
		Source, Version, Date, Licence string
		Global                         map[string]string
		Services                       map[string]struct {
			Resources map[string]struct{ ARN string }
			Actions   []struct {
				Name, Access    string
				Resources, Keys []string
			}
		}
	}
	if err := json.Unmarshal(embedded, &f); err != nil {
		panic("policy: the embedded action data is broken: " + err.Error()) // a test reads it
	}
	t := table{
		data:   Data{f.Source, f.Version, f.Licence, f.Date},
		global: lower(f.Global), services: map[string]service{},
	}
	for name, s := range f.Services {
		one := service{listed: map[string]bool{}, resources: map[string]string{}, actions: map[string]*Action{}}
		for kind, r := range s.Resources {
			one.resources[kind] = r.ARN
		}
		for _, a := range s.Actions {
			one.actions[strings.ToLower(a.Name)] = &Action{name, a.Name, a.Access, a.Resources, a.Keys}
			one.written = append(one.written, strings.ToLower(name+":"+a.Name))
			for _, k := range a.Keys {
				one.listed[strings.ToLower(k)] = true
			}
		}
		slices.Sort(one.written)
		t.services[name] = one
	}
	return t
})

func lower(m map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[strings.ToLower(k)] = v
	}
	return out
}

// AboutData says where the embedded action data is from.
func AboutData() Data { return actions().data }

// Lookup finds an action, written service:Name in any case. known says that the
// service is in the data: an action that is nil then is one that the data does
// not have, and of another service nothing is known.
func Lookup(action string) (a *Action, known bool) {
	name, rest, _ := strings.Cut(strings.ToLower(action), ":")
	s, known := actions().services[name]
	return s.actions[rest], known
}

// LikeAction reports whether an action's pattern, "dynamodb:*Item", "*", takes in
// an action.
func LikeAction(pattern, action string) bool { return like(pattern, action) }

// Expand are the actions of the data that a pattern matches, sorted:
// "dynamodb:*Item", "*".
func Expand(pattern string) []*Action {
	if !strings.ContainsAny(pattern, "*?") {
		if a, _ := Lookup(pattern); a != nil {
			return []*Action{a}
		}
		return nil
	}
	var out []*Action
	want := pieces(strings.ToLower(pattern), true, false)
	for _, name := range []string{"dax", "dynamodb", "kms", "sts"} {
		s := actions().services[name]
		for _, full := range s.written {
			if pattern == "*" || matches(want, full) {
				out = append(out, s.actions[full[len(name)+1:]])
			}
		}
	}
	return out
}

// HasKey reports whether a request of the action can carry the condition key.
func (a *Action) HasKey(key string) bool {
	return slices.ContainsFunc(a.Keys, func(k string) bool { return sameKey(k, key) })
}

// sameKey compares a key of the data, maybe a family, with one of a policy.
func sameKey(family, key string) bool {
	if strings.HasSuffix(family, "/") {
		return len(key) > len(family) && strings.EqualFold(key[:len(family)], family)
	}
	return strings.EqualFold(family, key)
}

type keyState uint8

const (
	keyPossible keyState = iota
	keyNever
	keyUnrecognised
)

// perAction are global keys by name that a request has only where the data
// lists them for its action.
var perAction = []string{"aws:requesttag/", "aws:tagkeys"}

// keyOf says whether a request of an action can have a key.
func keyOf(service string, a *Action, known bool, key string) keyState {
	t, name := actions(), strings.ToLower(key)
	family := name
	if i := strings.IndexByte(name, '/'); i >= 0 {
		family = name[:i+1]
	}
	prefix, _, found := strings.Cut(name, ":")
	if !found {
		return keyUnrecognised
	}
	if slices.Contains(perAction, family) {
		if a != nil && !a.HasKey(key) {
			return keyNever
		}
		return keyPossible
	}
	if t.global[family] != "" {
		return keyPossible
	}
	if prefix == "aws" {
		return keyUnrecognised
	}
	if s, ok := t.services[prefix]; ok {
		if !s.listed[family] {
			return keyUnrecognised // or a key that the data gives to no action at all
		}
		if a != nil && !a.HasKey(key) {
			return keyNever
		}
		return keyPossible
	}
	if prefix == service && !known || federated(prefix) {
		return keyPossible
	}
	return keyUnrecognised
}

// federated are the prefixes of an identity provider's keys, which stay with the
// session that it began.
func federated(prefix string) bool { return prefix == "saml" || strings.Contains(prefix, ".") }
