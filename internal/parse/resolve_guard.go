package parse

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
)

var guardOperations = []string{"get", "query", "scan", "create", "update", "delete", "put"}

func (s *resolver) guard(n *node) {
	for _, e := range n.get("apps").sound() {
		s.app(e.key, e.value)
	}
	for _, e := range n.get("tables").sound() {
		m := contract.TableMode{Table: e.key.text, Pos: e.key.pos, Mode: e.value.str("mode"), Reason: s.reason(e.value.get("reason"))}
		declared := s.out.Table(m.Table) != nil
		switch {
		case m.Mode == "passthrough" && !e.value.has("reason"):
			s.fail(e.key.pos, "missing_reason", "add `reason`", "passthrough lets everything through, and needs a reason")
		case m.Mode != "passthrough" && m.Mode != "" && !declared:
			var names []string
			for _, t := range s.out.Tables {
				names = append(names, t.Name)
			}
			s.fail(e.key.pos, "unknown_table", s.near(m.Table, names)+"; declare it under `tables`", "there is no table `%s` whose views could be enforced", clip(m.Table))
		case !tableName.MatchString(m.Table):
			s.fail(e.key.pos, "name", "use letters, digits, _, - and ., at most 255", "`%s` cannot name a table", clip(m.Table))
		}
		s.out.Guard.Tables = append(s.out.Guard.Tables, m)
	}
}

func (s *resolver) app(name, n *node) {
	app := &contract.App{Name: name.text, Pos: name.pos}
	s.plain(name, "an app")
	s.nodes[app] = n
	s.out.Guard.Apps = append(s.out.Guard.Apps, app)
	if hasBad(n) {
		s.broken[app] = true
	}
	app.Strict, app.ScanAsQuery, app.PutMerge = n.yes("strict"), n.str("scan") == "as_query", n.str("put") == "merge"
	switch {
	case n.has("caller") && n.has("service"):
		s.broke(app, n.key("service").pos, "caller", "keep one of the two", "an app asks for end users, or for itself")
	case n.has("caller"):
		s.caller(app, n.get("caller"))
	case n.has("service"):
		s.service(app, n.get("service"))
	default:
		s.broke(app, name.pos, "caller", "add `caller` (an end user), or `service` (the app itself)", "nothing says for whom the app asks")
	}
	if views := n.get("views"); views != nil && len(views.entries) == 0 {
		s.broke(app, views.pos, "empty_list", "name at least one view", "the app has no view")
	}
	for _, e := range n.get("views").sound() {
		v := s.viewOf(e.key)
		if v == nil {
			s.broken[app] = true
			continue
		}
		s.mark(v).any = true
		grant := contract.AppView{View: v}
		for _, x := range e.value.each() {
			if contains(grant.Operations, x.text) {
				s.broke(app, x.pos, "duplicate", "name it once", "`%s` stands here twice", x.text)
			}
			grant.Operations = append(grant.Operations, x.text)
		}
		app.Views = append(app.Views, grant)
	}
}

func (s *resolver) caller(app *contract.App, n *node) {
	switch {
	case n == nil:
	case n.kind == textNode:
		app.CallerSource = n.text
		var names []string
		for _, src := range s.out.Identity.Sources {
			names = append(names, src.Name)
		}
		if !contains(names, n.text) && !hasBad(s.root.get("identity")) {
			s.broke(app, n.pos, "unknown_source", s.near(n.text, names), "there is no identity source `%s`", clip(n.text))
		}
	default:
		app.CallerHeader = &contract.CallerHeader{Header: s.header(n.get("header"), ""), Roles: s.appRoles(app, n.get("roles"))}
		if app.CallerHeader.Header == "Authorization" {
			s.broke(app, n.get("header").pos, "header", "name another header, such as X-Discreet-Principal", "the app's signature stands in Authorization")
		}
	}
}

func (s *resolver) service(app *contract.App, n *node) {
	app.Service = &contract.Service{ID: n.str("id"), Roles: s.appRoles(app, n.get("roles"))}
	if id := n.get("id"); id != nil {
		if err := contract.CheckIdentifier(id.text); err != nil || strings.HasPrefix(id.text, "env:") {
			s.broke(app, id.pos, "service_id", "write a plain id, such as nightly", "this cannot be a principal's id")
		}
	}
}

// appRoles reads the roles of a principal that an app speaks for; it is never
// the anonymous one.
func (s *resolver) appRoles(app *contract.App, n *node) []string {
	roles := s.roles(n)
	if contains(roles, contract.RoleAnonymous) {
		s.broke(app, n.pos, "role", "leave it out", "`anonymous` is the role of who brings no credential")
	}
	return roles
}
