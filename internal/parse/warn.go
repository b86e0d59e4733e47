package parse

import (
	"regexp"

	"github.com/discreet-dev/discreet/internal/contract"
)

// Phase 5 of 5: what is legal but unwise, on a contract without errors.

func (s *resolver) warnings() {
	s.warnIdentity()
	for _, t := range s.out.Tables {
		s.warnTable(t)
	}
	extended := map[string]bool{}
	for _, d := range s.views {
		extended[d.node.str("extends")] = true
	}
	for _, v := range s.out.Views {
		s.warnView(v, extended[v.Name])
	}
	for _, rt := range s.out.Routes {
		s.warnRoute(rt)
	}
	for _, m := range s.out.Guard.Tables {
		if m.Mode == "passthrough" && s.out.Table(m.Table) != nil {
			s.warn(m.Pos, "passthrough_declared", "use `shadow` until the app behaves, then enforce", "`%s` has views, and passthrough lets every request past them", clip(m.Table))
		}
	}
	if len(s.out.Routes) == 0 && len(s.out.Guard.Apps) == 0 {
		s.warn(contract.Pos{Line: 1, Column: 1}, "nothing_exposed", "add `routes`, or `guard.apps`", "the contract lets nothing out")
	}
}

func (s *resolver) warnIdentity() {
	if !s.root.has("identity") && len(s.out.Routes) > 0 {
		s.warn(contract.Pos{Line: 1, Column: 1}, "no_identity", "add `identity`", "nothing says who calls: `serve` and `dev` answer 401, but for views that are for `anonymous`; only a program that embeds the contract may say who asks")
	}
	for _, src := range s.out.Identity.Sources {
		h := src.Header
		if h == nil {
			continue
		}
		if !h.Loopback && !h.MutualTLS {
			s.warn(src.Pos, "header_alone", "prefer signed tokens (`jwt`), or `mutual_tls: true`", "beyond loopback, whoever learns one secret header can be anyone")
		}
		for _, p := range h.From {
			if p.Addr().Is4() && p.Bits() < 8 || p.Addr().Is6() && p.Bits() < 16 {
				s.warn(src.Pos, "wide_range", "name the gateway's own addresses", "`%s` is a large part of all addresses", p)
			}
		}
	}
}

var expires = regexp.MustCompile(`(?i)^(ttl|expires?(_?(at|on|in))?|expiry|expiration(_?(time|date))?|time_?to_?live|delete_?(at|after))$`)

func (s *resolver) warnTable(t *contract.Table) {
	used := false
	for _, v := range s.out.Views {
		used = used || v.Of.Table == t
	}
	if !used {
		s.warn(t.Pos, "unused_table", "add a view, or leave the table out", "no view is of the table `%s`", clip(t.Name))
	}
	declared := map[string]bool{}
	for _, it := range t.Items {
		for _, name := range sortedNames(it.Attributes) {
			a := it.Attributes[name]
			declared[name] = true
			if t.TTL == "" && a.Type == contract.N && !a.Variable && expires.MatchString(name) {
				s.warn(a.Pos, "ttl_unnamed", "add `ttl: "+name+"` to the table, if DynamoDB deletes by it", "`%s` looks like a time to live: items past it may still be read", clip(name))
			}
		}
	}
	for _, x := range t.Indexes {
		for _, name := range x.Projection.Names {
			if !declared[name] {
				s.warn(x.Pos, "projection_undeclared", s.near(name, keysOf(declared)), "the index `%s` projects `%s`, which no item type declares", clip(x.Name), clip(name))
			}
		}
	}
}

func keysOf(set map[string]bool) []string {
	var out []string
	for name := range set {
		out = append(out, name)
	}
	return out
}

func (s *resolver) warnView(v *contract.View, extended bool) {
	u := s.used[v]
	if u == nil {
		u = &use{}
	}
	if !u.any && !extended {
		s.warn(v.Pos, "unused_view", "name it in a route or under guard.apps, or leave it out", "nothing uses the view `%s`", clip(v.Name))
	}
	if u.any && len(v.Write) > 0 && !u.create && !u.update && s.nodes[v].has("write") && !extended {
		s.warn(s.at(v, "write"), "unused_write", "add a route that creates or updates, or leave `write` out", "nothing writes through `%s`", clip(v.Name))
	}
	if v.Fresh && u.any && !u.index {
		s.warn(s.at(v, "fresh"), "unused_fresh", "leave it out", "nothing reads `%s` through an index, and `fresh` is for that", clip(v.Name))
	}
	if v.Any && contains(v.Roles, contract.RoleAuthenticated) {
		s.warn(s.at(v, "roles"), "any_for_all", "name narrower roles", "every authenticated caller reaches every item of `%s`", clip(v.Of.Name))
	}
	if contains(v.Roles, contract.RoleAnonymous) && (u.create || u.update) {
		s.warn(s.at(v, "roles"), "anonymous_writes", "name a role", "callers without a credential write through `%s`", clip(v.Name))
	}
	for _, sh := range v.Show {
		if s.nodes[v].has("extends") && !within(s.nodes[v].get("show"), s.nodes[sh]) {
			continue
		}
		if sh.Attribute.Open && sh.Mask == contract.NoMask && sh.Attribute.Class >= contract.Personal {
			s.warn(sh.Pos, "open_personal", "declare its members, and show those", "`%s` is shown with whatever it will hold", clip(sh.Path.String()))
		}
		if v.ServerOnly && worst(sh.Attribute) == contract.Secret {
			s.warn(sh.Pos, "secret_to_app", "let the app compare by a condition instead, if it can", "the secret `%s` goes to an app", clip(sh.Path.String()))
		}
	}
}

// within reports whether an entry is written in this list.
func within(list, entry *node) bool {
	for _, x := range list.each() {
		if x == entry {
			return true
		}
	}
	return false
}

func (s *resolver) warnRoute(rt *contract.Route) {
	if rt.Operation != contract.List {
		return
	}
	for _, v := range rt.Views {
		if partition, _ := queried(rt, v.Of); v.Scan != "" && len(unbound(rt, v, partition)) > 0 {
			s.warn(rt.Pos, "scan_route", "let a batch job do it, through guard", "each request of this route reads the whole table")
		}
	}
}
