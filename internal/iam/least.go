package iam

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/policy"
)

// Named is a document with its name and what it is for.
type Named struct {
	Name     string // discreet-serve, discreet-serve-trust
	Purpose  string // identity, resource, trust, deny
	Resource string // of a resource-based policy: the table's ARN
	Document Document
}

// Written is what a contract needs.
type Written struct {
	Documents []Named
	// Notes are what IAM cannot express and who enforces it then, and what an
	// operator must know, in whole sentences.
	Notes []string
}

// Least writes the smallest policies under which every route works.
func Least(o Options) (Written, error) {
	if err := o.check(); err != nil {
		return Written{}, err
	}
	w := &writer{options: o}
	list, notes := needsOf(o.Contract, o.For)
	w.notes = append(w.notes, notes...)
	atoms, err := w.atoms(list)
	if err != nil {
		return Written{}, err
	}
	if len(atoms) == 0 {
		return Written{}, fmt.Errorf("nothing of the contract can be granted so:\n  %s", strings.Join(w.notes, "\n  "))
	}
	statements := group(atoms)
	identity := slices.Concat(statements, w.startup(list), w.keys())
	distinct(identity)
	var out Written
	name := "discreet-" + string(o.For)
	if o.Mode == Vended {
		name += "-session"
	}
	parts, err := split(identity)
	if err != nil {
		return Written{}, err
	}
	for i, p := range parts {
		n := name
		if len(parts) > 1 {
			n += "-" + strconv.Itoa(i+1)
		}
		out.Documents = append(out.Documents, Named{Name: n, Purpose: "identity", Document: p})
	}
	more, err := w.more(name, list, statements)
	if err != nil {
		return Written{}, err
	}
	out.Documents = append(out.Documents, more...)
	w.explain(list)
	out.Notes = w.notes
	return out, nil
}

type writer struct {
	options Options
	notes   []string
	tags    []string // session tags in use
}

func (w *writer) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(w.notes, text) {
		w.notes = append(w.notes, text)
	}
}

// atom is the permission for one kind of request.
type atom struct {
	table      *contract.Table
	views      []string
	action     string
	resource   string
	attributes []string
	leading    *keyPattern
	roles      []string // of a session's tag; nil: any
}

func (a atom) writes() bool {
	return a.action == "PutItem" || a.action == "UpdateItem" || a.action == "DeleteItem"
}

// atoms are the permissions of the needs, without those that another implies.
func (w *writer) atoms(list []need) ([]atom, error) {
	var out []atom
	for _, n := range list {
		a := atom{table: n.table, action: n.Action, resource: w.options.tableARN(n.table), attributes: n.Attributes}
		if n.Index != nil {
			a.resource += "/index/" + n.Index.Name
		}
		for _, v := range n.Views {
			a.views = append(a.views, v.Name)
		}
		for _, name := range n.Attributes {
			if !policyText(name) {
				return nil, fmt.Errorf("attribute %q of table %s: a policy's text holds the characters U+0020 to U+00FF alone, so no policy can name it", name, n.table.Name)
			}
		}
		if w.options.Mode == Vended && !w.vend(&a, n) {
			continue
		}
		out = append(out, a)
	}
	return slices.DeleteFunc(slices.Clone(out), func(a atom) bool {
		return slices.ContainsFunc(out, func(b atom) bool { return b.implies(a) && (!a.implies(b) || before(out, b, a)) })
	}), nil
}

// before breaks the tie between equal atoms: the first stays.
func before(all []atom, b, a atom) bool {
	i := slices.IndexFunc(all, func(x atom) bool { return x.same(b) })
	j := slices.IndexFunc(all, func(x atom) bool { return x.same(a) })
	return i < j
}

func (a atom) same(b atom) bool {
	return a.implies(b) && b.implies(a) && slices.Equal(a.views, b.views)
}

// implies reports whether whoever has the permission a may do all that b is for.
func (a atom) implies(b atom) bool {
	return a.action == b.action && a.resource == b.resource && a.leading.equal(b.leading) &&
		(a.roles == nil || slices.Equal(a.roles, b.roles)) &&
		!slices.ContainsFunc(b.attributes, func(name string) bool { return !slices.Contains(a.attributes, name) })
}

// policyText is what IAM takes in a policy's text.
func policyText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r > 0xff })
}

// group makes statements: reads and writes apart, and together only what has the
// very same conditions.
func group(atoms []atom) []Statement {
	type bucket struct {
		of        atom
		actions   []string
		resources []string
		views     []string
	}
	var buckets []*bucket
	alike := func(a, b atom) bool {
		return a.table == b.table && a.writes() == b.writes() && (a.action == "UpdateItem") == (b.action == "UpdateItem") &&
			a.leading.equal(b.leading) && slices.Equal(a.roles, b.roles) && slices.Equal(a.attributes, b.attributes)
	}
	for _, a := range atoms {
		i := slices.IndexFunc(buckets, func(b *bucket) bool { return alike(b.of, a) && b.resources[0] == a.resource })
		if i < 0 {
			buckets, i = append(buckets, &bucket{of: a, resources: []string{a.resource}}), len(buckets)
		}
		b := buckets[i]
		b.actions = add(b.actions, "dynamodb:"+a.action)
		for _, v := range a.views {
			b.views = add(b.views, v)
		}
	}
	var merged []*bucket
	for _, b := range buckets {
		i := slices.IndexFunc(merged, func(m *bucket) bool { return alike(m.of, b.of) && slices.Equal(m.actions, b.actions) })
		if i < 0 {
			merged = append(merged, b)
			continue
		}
		for _, r := range b.resources {
			merged[i].resources = add(merged[i].resources, r)
		}
		for _, v := range b.views {
			merged[i].views = add(merged[i].views, v)
		}
	}
	var out []Statement
	for _, b := range merged {
		name := []string{b.of.table.Name}
		if len(b.views) <= 2 {
			name = append(name, b.views...)
		}
		out = append(out, Statement{
			Sid: sid(append(name, map[bool]string{true: "Write", false: "Read"}[b.of.writes()])...), Effect: policy.Allow,
			Action: b.actions, Resource: b.resources, Condition: b.of.conditions(),
		})
	}
	return out
}

func add(list []string, s string) []string {
	if i, found := slices.BinarySearch(list, s); !found {
		return slices.Insert(list, i, s)
	}
	return list
}

// conditions are strict where an absent key would mean "everything": a read that
// names nothing to project has every attribute. ReturnValues is not: absent, it
// is NONE.
func (a atom) conditions() map[string]keyWords {
	var names words
	for _, n := range a.attributes {
		names = append(names, literal(n))
	}
	all := keyWords{"dynamodb:Attributes": names}
	guard := keyWords{"dynamodb:Attributes": {"false"}}
	out := map[string]keyWords{"ForAllValues:StringEquals": all, "Null": guard}
	if k := a.leading; k != nil {
		guard["dynamodb:LeadingKeys"] = words{"false"}
		if k.wild {
			out["ForAllValues:StringLike"] = keyWords{"dynamodb:LeadingKeys": {k.text}}
		} else {
			all["dynamodb:LeadingKeys"] = words{k.text}
		}
	}
	if a.writes() {
		out["StringEqualsIfExists"] = keyWords{"dynamodb:ReturnValues": {"NONE"}}
	} else {
		out["StringEquals"] = keyWords{"dynamodb:Select": {"SPECIFIC_ATTRIBUTES"}}
	}
	if a.roles != nil {
		var like words
		for _, r := range a.roles {
			like = append(like, "*:"+literalLike(r)+":*")
		}
		out["StringLike"] = keyWords{"aws:PrincipalTag/" + rolesTag: like}
	}
	return out
}
