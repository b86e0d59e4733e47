package policy

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

func itoa(n int) string { return strconv.Itoa(n) }

// FromNode reads a policy document from a tree. Every problem is reported, and
// with one there is no document. What a template leaves open is no problem: it
// stands in the document as unresolved.
func FromNode(n Node) (*Document, []Problem) {
	r := &reader{}
	d := r.document(&n)
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return d, nil
}

type reader struct{ problems []Problem }

func (r *reader) problem(at finding.Location, format string, args ...any) {
	r.problems = append(r.problems, Problem{at, fmt.Sprintf(format, args...)})
}

func (r *reader) document(n *Node) *Document {
	d := &Document{Version: Version2008, Unversioned: true, Location: n.Location}
	if n.Kind != Object {
		r.problem(n.Location, "a policy document is an object, not %s", n.Kind)
		return d
	}
	for i := range n.Members {
		m := &n.Members[i]
		switch m.Name {
		case "Version":
			d.Unversioned = false
			d.Version = r.version(&m.Value)
		case "Id":
			d.ID = r.scalar(&m.Value, "Id")
		case "Statement":
			r.statements(d, &m.Value)
		default:
			r.problem(m.At, "a policy document has Version, Id and Statement: names are case-sensitive")
		}
	}
	if n.Get("Statement") == nil {
		r.problem(n.Location, "no Statement")
	}
	seen := map[string]bool{}
	for _, s := range d.Statements {
		if s.Sid != "" && seen[s.Sid] {
			r.problem(s.Location, "two statements have one Sid")
		}
		seen[s.Sid] = true
	}
	size, whole := compactSize(n)
	if whole {
		d.Size = size
	}
	if size > MaxDocument {
		r.problem(n.Location, "a policy document of %d characters: AWS takes at most %d of any kind", size, 20<<10)
	}
	return d
}

// version of an unresolved reference is the one in which less is refused to be
// understood: variables stay unknown either way.
func (r *reader) version(n *Node) string {
	switch {
	case n.Kind == Unresolved:
		return Version2012
	case n.Kind != String:
		r.problem(n.Location, "Version is a quoted text, %q or %q: YAML reads it as a date without quotes", Version2012, Version2008)
	case n.Text != Version2012 && n.Text != Version2008:
		r.problem(n.Location, "Version is %q or %q", Version2012, Version2008)
	}
	return n.Text
}

func (r *reader) scalar(n *Node, name string) string {
	if n.Kind != String && n.Kind != Unresolved {
		r.problem(n.Location, "%s is a string, not %s", name, n.Kind)
	}
	return n.Text
}

func (r *reader) statements(d *Document, n *Node) {
	list := n.Elements
	switch n.Kind {
	case Object, Unresolved:
		list, d.Single = []Node{*n}, true
	case List:
	default:
		r.problem(n.Location, "Statement is an object or a list of them, not %s", n.Kind)
	}
	for i := range list {
		d.Statements = append(d.Statements, r.statement(&list[i], i))
	}
}

func (r *reader) statement(n *Node, index int) *Statement {
	s := &Statement{Index: index, Location: n.Location}
	if n.Kind == Unresolved {
		s.Unresolved = n.Text
		return s
	}
	if n.Kind != Object {
		r.problem(n.Location, "a statement is an object, not %s", n.Kind)
		return s
	}
	for i := range n.Members {
		m := &n.Members[i]
		switch m.Name {
		case "Sid":
			s.Sid = r.scalar(&m.Value, "Sid")
		case "Effect":
			s.Effect = Effect(r.scalar(&m.Value, "Effect"))
			switch {
			case m.Value.Kind == Unresolved:
				s.Unresolved = m.Value.Text
			case s.Effect != Allow && s.Effect != Deny:
				r.problem(m.Value.Location, "Effect is Allow or Deny, spelled so")
			}
		case "Action", "NotAction":
			r.once(s.Action.Present, m, "Action")
			s.Action = r.values(m, m.Name == "NotAction")
			r.actions(s.Action)
		case "Resource", "NotResource":
			r.once(s.Resource.Present, m, "Resource")
			s.Resource = r.values(m, m.Name == "NotResource")
		case "Principal", "NotPrincipal":
			r.once(s.Principal != nil, m, "Principal")
			s.Principal = r.principals(m, s)
		case "Condition":
			s.Conditions, s.ConditionAt = r.conditions(&m.Value, s), m.Value.Location
		default:
			r.problem(m.At, "a statement has Sid, Effect, Action, Resource, Principal and Condition, or their Not forms: names are case-sensitive")
		}
	}
	if n.Get("Effect") == nil {
		r.problem(n.Location, "a statement without Effect")
	}
	if !s.Action.Present {
		r.problem(n.Location, "a statement without Action or NotAction")
	}
	return s
}

func (r *reader) once(present bool, m *Member, name string) {
	if present {
		r.problem(m.At, "%s and Not%s exclude each other", name, name)
	}
}

// actions are "*" or service:name.
func (r *reader) actions(v Values) {
	for _, a := range v.List {
		service, name, ok := strings.Cut(a.Text, ":")
		if !a.Unresolved && a.Text != "*" && (!ok || service == "" || name == "") {
			r.problem(a.Location, `an action is "service:name" or "*"`)
		}
	}
}

func (r *reader) values(m *Member, not bool) Values {
	return Values{Present: true, Not: not, List: r.list(&m.Value, m.Name, false), Location: m.At}
}

// list reads a string or a list of strings; scalars of other kinds stand for
// their text in conditions, as in IAM.
func (r *reader) list(n *Node, name string, scalars bool) []Value {
	elements := []Node{*n}
	if n.Kind == List {
		elements = n.Elements
		if len(elements) == 0 && !scalars {
			r.problem(n.Location, "%s is an empty list", name)
		}
	}
	var out []Value
	for _, e := range elements {
		switch {
		case e.Kind == Unresolved:
		case e.Kind == String:
		case scalars && (e.Kind == Bool || e.Kind == Number):
		default:
			r.problem(e.Location, "%s takes a string or a list of strings, not %s", name, e.Kind)
			continue
		}
		out = append(out, Value{e.Text, e.Kind == Unresolved, e.Location})
	}
	return out
}

func (r *reader) principals(m *Member, s *Statement) *Principals {
	p := &Principals{Not: m.Name == "NotPrincipal", Location: m.At}
	switch m.Value.Kind {
	case Unresolved:
		s.Unresolved = m.Value.Text
	case String:
		if p.All = m.Value.Text == "*"; !p.All {
			r.problem(m.Value.Location, `%s is "*" or an object`, m.Name)
		}
	case Object:
		for i := range m.Value.Members {
			k := &m.Value.Members[i]
			switch k.Name {
			case "AWS", "Service", "Federated", "CanonicalUser":
			default:
				r.problem(k.At, "a principal is AWS, Service, Federated or CanonicalUser")
			}
			for _, v := range r.list(&k.Value, k.Name, false) {
				p.List = append(p.List, PrincipalID{k.Name, v})
			}
		}
	default:
		r.problem(m.Value.Location, `%s is "*" or an object, not %s`, m.Name, m.Value.Kind)
	}
	return p
}

func (r *reader) conditions(n *Node, s *Statement) []Condition {
	if n.Kind == Unresolved {
		s.Unresolved = n.Text
		return nil
	}
	if n.Kind != Object {
		r.problem(n.Location, "Condition is an object, not %s", n.Kind)
		return nil
	}
	var out []Condition
	for i := range n.Members {
		op := &n.Members[i]
		if op.Value.Kind == Unresolved {
			s.Unresolved = op.Value.Text
			continue
		}
		if op.Value.Kind != Object {
			r.problem(op.Value.Location, "a condition operator takes an object of keys, not %s", op.Value.Kind)
			continue
		}
		for j := range op.Value.Members {
			key := &op.Value.Members[j]
			out = append(out, Condition{op.Name, key.Name, r.list(&key.Value, key.Name, true), key.At})
		}
	}
	return out
}
