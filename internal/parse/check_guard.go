package parse

import (
	"github.com/discreet-dev/discreet/internal/contract"
)

// caller is what is known before a request of who may ask through an app.
type caller struct {
	roles    []string // beside authenticated
	anyRoles bool     // an identity source says them
	claims   map[string]contract.ClaimPath
}

func (s *resolver) callerOf(app *contract.App) caller {
	switch {
	case app.CallerHeader != nil:
		return caller{roles: app.CallerHeader.Roles}
	case app.Service != nil:
		return caller{roles: app.Service.Roles}
	}
	for _, src := range s.out.Identity.Sources {
		if src.Name == app.CallerSource {
			return caller{anyRoles: givesRoles(src), claims: claimsOf(src)}
		}
	}
	return caller{}
}

func (s *resolver) checkApp(app *contract.App) {
	who := s.callerOf(app)
	views := s.nodes[app].get("views")
	for i, grant := range app.Views {
		v := grant.View
		if s.broken[v] {
			continue
		}
		at := views.key(v.Name).pos
		if why := unreachableBy(v, who); why != "" {
			s.broke(app, at, "unreachable_view", "change the app's caller, or leave the view out", "no request of `%s` can reach `%s`: %s", clip(app.Name), clip(v.Name), why)
			continue
		}
		for _, op := range grant.Operations {
			s.checkOperation(app, v, op, at)
		}
		s.checkPrecedence(app, app.Views[:i], grant, at)
	}
}

// checkPrecedence refuses an operation that a view before this one always takes:
// the same items, for whoever may ask.
func (s *resolver) checkPrecedence(app *contract.App, before []contract.AppView, grant contract.AppView, at contract.Pos) {
	later := grant.View
	for _, b := range before {
		earlier := b.View
		if earlier.Of != later.Of || !coversRoles(earlier, later) || !coversScope(earlier, later) {
			continue
		}
		for _, op := range grant.Operations {
			if contains(b.Operations, op) {
				s.broke(app, at, "unreachable_view", "name `"+clip(later.Name)+"` before `"+clip(earlier.Name)+"`, or leave `"+op+"` out",
					"no request of `%s` can `%s` through `%s`: `%s` admits all that it admits", clip(app.Name), op, clip(later.Name), clip(earlier.Name))
				return
			}
		}
	}
}

func unreachableBy(v *contract.View, who caller) string {
	admitted := who.anyRoles || contains(v.Roles, contract.RoleAuthenticated)
	for _, r := range who.roles {
		admitted = admitted || contains(v.Roles, r)
	}
	if !admitted {
		return "its caller has none of the view's roles"
	}
	for _, b := range v.Scope {
		if _, has := who.claims[b.Value.Claim]; b.Value.Kind == contract.FromClaim && !has {
			return "its caller has no claim `" + clip(b.Value.Claim) + "`"
		}
	}
	return ""
}

func (s *resolver) checkOperation(app *contract.App, v *contract.View, op string, at contract.Pos) {
	u := s.mark(v)
	switch op {
	case "get", "query", "scan":
		u.read = true
		u.index = u.index || op == "query"
		switch {
		case len(v.Show) == 0:
			s.broke(app, at, "nothing_shown", "add `show` to the view", "`%s` shows nothing", clip(v.Name))
		case op == "query" && v.Any && !v.ByPartition && v.Scan == "":
			s.broke(app, at, "any_query", "add `by: partition` to the view", "the scope of `%s` is any, which admits one known key at a time", clip(v.Name))
		case op == "scan" && v.Scan == "" && !app.ScanAsQuery:
			s.broke(app, at, "scan", "add `scan: as_query` to the app, or `scan: why` to a view whose scope is any", "`%s` does not admit a Scan", clip(v.Name))
		case op == "scan" && v.Scan == "" && !s.ownPartition(v):
			s.broke(app, at, "scan", "bind the partition in the view's scope", "`as_query` needs the principal's own partition, and the scope of `%s` does not bind one", clip(v.Name))
		}
	case "create", "put":
		u.create = true
		if len(v.Write) == 0 && len(v.OnCreate) == 0 {
			s.broke(app, at, "nothing_written", "add `write` to the view", "`%s` lets nothing be written", clip(v.Name))
		}
		if op == "put" && !app.PutMerge {
			s.broke(app, at, "put", "add `put: merge` to the app, or grant `create`", "a PutItem over an item destroys what the view hides")
		}
		if op == "put" {
			s.guardUpdate(app, v, at)
		}
	case "update":
		u.update = true
		if len(v.Write) == 0 && len(v.OnUpdate) == 0 {
			s.broke(app, at, "nothing_written", "add `write` to the view", "`%s` lets nothing be written", clip(v.Name))
		}
		s.guardUpdate(app, v, at)
	case "delete":
		s.checkCondition(app, v, at, op)
	}
}

func (s *resolver) guardUpdate(app *contract.App, v *contract.View, at contract.Pos) {
	s.mark(v).update = true
	if why := s.updateTrouble(v); why != "" {
		s.broke(app, at, "key_part", "leave it out of `write`, or bind the other parts", "%s", why)
	}
	s.checkCondition(app, v, at, "update")
}

// ownPartition reports whether the scope alone gives the table's partition.
func (s *resolver) ownPartition(v *contract.View) bool {
	for _, variable := range v.Of.Keys[v.Of.Table.Partition].Variables() {
		if !scopeBinds(v, variable) {
			return false
		}
	}
	return !v.Any
}
