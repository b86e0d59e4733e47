package parse

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
)

func (s *resolver) scope(v *contract.View, n *node) {
	extended := n.has("extends")
	x := n.get("scope")
	switch {
	case x == nil && !n.has("scope") && !extended:
		s.broke(v, v.Pos, "missing_scope", "add scope: { ATTRIBUTE: principal.id }, or scope: any with roles and a reason", "nothing says which items `%s` reaches", clip(v.Name))
		return
	case x == nil:
	case x.kind == textNode:
		if extended && !v.Any {
			s.broke(v, x.pos, "scope_widened", "write the view without `extends`", "a view that extends another only narrows its scope")
		}
		v.Any = true
		return
	default:
		if len(x.entries) == 0 {
			s.broke(v, x.pos, "missing_scope", "write scope: any, with roles and a reason, where that is meant", "the scope is empty")
		}
		for _, e := range x.sound() {
			s.binding(v, e)
		}
	}
	wasAny := v.Any
	v.Any = true
	for _, b := range v.Scope {
		if b.Value.OfPrincipal() {
			v.Any = false
		}
	}
	if wasAny && !v.Any {
		v.ByPartition, v.Scan = n.get("by") != nil, n.str("scan")
	}
}

// binding reads one member of a scope.
func (s *resolver) binding(v *contract.View, e entry) {
	name, ok := s.attributeName(e.key)
	if !ok {
		s.broken[v] = true
		return
	}
	a := s.own(v, name, e.key.pos)
	if a == nil {
		return
	}
	if t, isKey := v.Of.Keys[name]; isKey && !t.Whole {
		s.broke(v, e.key.pos, "scope_template", "bind its variables: "+strings.Join(t.Variables(), ", "), "`%s` is composed from a template", clip(name))
		return
	}
	for _, b := range v.Scope {
		if b.Attribute == a {
			s.broke(v, e.key.pos, "scope_twice", "keep one of the two", "`%s` is bound already, by what the view extends", clip(name))
			return
		}
	}
	b := contract.Binding{Attribute: a}
	value := e.value
	if value.kind == mappingNode {
		value = value.get("contains")
		b.Contains = true
		if value == nil {
			s.broken[v] = true
			return
		}
		if a.Type != contract.SS && (a.Type != contract.L || a.Of == nil || a.Of.Type != contract.S) {
			s.broke(v, e.key.pos, "scope_type", "declare it as SS, or as { type: L, of: S }", "`%s` is no set or list of texts that could contain a value", clip(name))
			return
		}
		b.Value, ok = s.operand(v, value, &contract.Attribute{Name: name, Type: contract.S}, false)
		if ok && !b.Value.OfPrincipal() {
			s.broke(v, value.pos, "operand", "write principal.id or principal.CLAIM", "`contains` takes a value of the principal")
			return
		}
	} else {
		switch a.Type {
		case contract.S, contract.N, contract.BOOL:
		case contract.SS, contract.L:
			s.broke(v, e.key.pos, "scope_type", "write "+clip(name)+": { contains: "+clip(value.text)+" }", "`%s` is a %s, which is never equal to one value", clip(name), a.Type)
			return
		default:
			s.broke(v, e.key.pos, "scope_type", "bind an S, N or BOOL", "`%s` is a %s, which no scope binds", clip(name), a.Type)
			return
		}
		b.Value, ok = s.operand(v, value, a, false)
		if ok && b.Value.OfPrincipal() && a.Type == contract.BOOL {
			s.broke(v, value.pos, "scope_type", "bind an S or N", "`%s` is a BOOL, which no value of a principal equals", clip(name))
			return
		}
	}
	if !ok {
		s.broken[v] = true
		return
	}
	v.Scope = append(v.Scope, b)
}

// operand reads a value that a caller cannot choose; in settings, the clock and
// a new id too.
func (s *resolver) operand(v *contract.View, n *node, a *contract.Attribute, setting bool) (contract.Operand, bool) {
	word := n.text
	if n.kind != textNode {
		word = ""
	}
	switch {
	case word == "principal.id":
		return contract.Operand{Kind: contract.FromID}, true
	case strings.HasPrefix(word, "principal."):
		claim := strings.TrimPrefix(word, "principal.")
		return contract.Operand{Kind: contract.FromClaim, Claim: claim}, s.claimNamed(v, n, claim)
	case word == "principal":
		s.fail(n.pos, "operand", "write principal.id, or principal.CLAIM", "a principal is no value")
		return contract.Operand{}, false
	case setting && word == "{now}":
		if a.Type != contract.S && a.Type != contract.N {
			s.fail(n.pos, "operand", "declare it as S (RFC 3339) or N (seconds)", "`%s` is a %s, which holds no time", clip(a.Name), a.Type)
			return contract.Operand{}, false
		}
		return contract.Operand{Kind: contract.FromNow}, true
	case setting && word == "{new_id}":
		if a.Type != contract.S {
			s.fail(n.pos, "operand", "declare it as S", "`%s` is a %s, and a new id is a text", clip(a.Name), a.Type)
			return contract.Operand{}, false
		}
		return contract.Operand{Kind: contract.FromNewID}, true
	case strings.ContainsAny(word, "{}"):
		mend := "path and query values never stand in a scope; write principal.id, principal.CLAIM or a constant"
		if setting {
			mend = "write {now}, {new_id}, principal.id, principal.CLAIM or a constant"
		}
		s.fail(n.pos, "operand", mend, "`%s` cannot stand here", clip(word))
		return contract.Operand{}, false
	}
	c, ok := s.constant(n, a)
	if ok && c.Text == "" {
		s.fail(n.pos, "operand", "write a value", "the constant is empty")
		return contract.Operand{}, false
	}
	if ok && !s.fitsTemplates(v.Of, a.Name, c.Text) {
		s.fail(n.pos, "operand", "a variable's value never contains the delimiter", "no key could have `%s` with this value", clip(a.Name))
		return contract.Operand{}, false
	}
	return contract.Operand{Kind: contract.FromConstant, Constant: c}, ok
}

// fitsTemplates reports whether every template that has the variable admits the
// value.
func (s *resolver) fitsTemplates(it *contract.ItemType, variable, value string) bool {
	for _, t := range it.Keys {
		if contains(t.Variables(), variable) && !t.Admits(value) {
			return false
		}
	}
	return true
}

// claimNamed checks that some identity source gives a claim.
func (s *resolver) claimNamed(v *contract.View, n *node, claim string) bool {
	if claim == "roles" {
		s.fail(n.pos, "operand", "name the roles under `roles`", "roles are no value of a scope")
		return false
	}
	if !s.root.has("identity") {
		return true // a program that embeds the contract says who asks
	}
	names := []string{"id"}
	broken := hasBad(s.root.get("identity")) || s.root.has("identity") && s.root.get("identity") == nil
	for _, src := range s.out.Identity.Sources {
		for name := range claimsOf(src) {
			if name == claim {
				return true
			}
			if !contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if !broken {
		s.fail(n.pos, "unknown_claim", s.near(claim, names)+"; claims are named under an identity source's `claims`", "no identity source gives `principal.%s`", clip(claim))
	}
	s.broken[v] = true
	return false
}
