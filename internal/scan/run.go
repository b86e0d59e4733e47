package scan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// analyse follows the whole program: every module's body, then the hooks, which
// say who the caller is, then the entries, then what nothing has called.
func (s *scanner) analyse(interesting []*pyflow.Module) {
	for _, m := range interesting {
		s.engine.Begin()
		s.attempt(m.File, func() { s.engine.Load(m) })
	}
	s.factories(interesting)
	for i := 0; i < len(s.hooks); i++ {
		s.attempt(s.hooks[i].fn.Module.File, func() { s.run(s.hooks[i]) })
	}
	s.fronts()
	for _, e := range s.entries {
		s.place(e)
		s.gated(e)
	}
	s.settleAuth()
	s.cachedLast()
	var answers []*pyflow.Value
	for i := 0; i < len(s.entries); i++ { // an entry may be found on the way
		e := s.entries[i]
		answers = append(answers, nil)
		s.attempt(e.fn.Module.File, func() { answers[i] = s.run(e) })
	}
	s.current = nil
	// What one route stores tells what another's table holds: answers are judged
	// when all routes have been followed.
	for i, answer := range answers {
		e := s.entries[i]
		s.attempt(e.fn.Module.File, func() { s.respond(e, answer) })
	}
	for i := 0; i < len(s.handlers); i++ {
		e := s.handlers[i]
		s.attempt(e.fn.Module.File, func() { s.respond(e, s.run(e)) })
	}
	s.reportShared()
	s.leftovers(interesting)
	s.reportWrites()
	s.reportLogs()
	s.reportChanges()
	s.reportUnseen()
	s.lowerAdrift()
	if short := s.engine.Short(); len(short) > 0 {
		what := "what the module does when it is imported"
		if len(short) > 1 {
			what = fmt.Sprintf("what this module and %d others do when they are imported", len(short)-1)
		}
		s.tooLong(what, pyflow.Place{File: short[0].File})
	}
	if s.engine.Exhausted() {
		s.notices = append(s.notices, finding.Notice{
			Location: finding.Location{Path: "."}, Text: "the tree is too large to be followed to its end: scan its apps one by one",
		})
	}
}

// tooLong notes what was not followed to its end.
func (s *scanner) tooLong(what string, at pyflow.Place) {
	s.notices = append(s.notices, finding.Notice{Location: locate(at), Text: what + " is too long to be followed to its end: findings may be missing"})
}

// attempt keeps a fault of ours, met in one file, from costing all others their
// findings: it becomes a notice.
func (s *scanner) attempt(file *python.File, run func()) {
	defer func() {
		if fault := recover(); fault != nil {
			s.notices = append(s.notices, finding.Notice{Location: finding.Location{Path: file.Path}, Text: "not followed to its end: a fault in discreet; please report it"})
			if s.strict {
				panic(fault)
			}
		}
	}()
	run()
}

// factories runs the functions that make apps or register routes and that no
// followed code has called: create_app, register_routes.
func (s *scanner) factories(modules []*pyflow.Module) {
	for _, m := range modules {
		for _, fn := range s.engine.Functions(m) {
			if !s.engine.Called(fn) && fn.Class == nil && registers(fn.Body) {
				s.attempt(m.File, func() { s.engine.Run(pyflow.Of(fn), nil, nil) })
			}
		}
	}
}

// registers says whether a body makes an app, or registers routes or what holds
// them: by a function under a decorator that makes it a route or a hook, or by a
// call.
func registers(body []python.Stmt) bool {
	found := false
	for _, st := range body {
		python.Inspect(st, func(n python.Node) bool {
			if c, ok := n.(*python.Call); ok {
				found = found || registering[calleeName(c)] || makers[calleeName(c)]
			}
			def, ok := n.(*python.FunctionDef)
			if !ok || found {
				return !found
			}
			for _, d := range def.Decorators {
				if call, ok := d.(*python.Call); ok {
					d = call.Func
				}
				a, ok := d.(*python.Attribute)
				if !ok {
					continue
				}
				_, verb := verbs[a.Attr]
				found = found || verb || a.Attr == "errorhandler" || a.Attr == "before_request"
			}
			return true
		})
	}
	return found
}

var registering = map[string]bool{
	"register_blueprint": true, "add_resource": true, "add_url_rule": true, "include_router": true, "add_namespace": true, "add_api_route": true, "register_error_handler": true,
}

// settleAuth lets the hooks that turn callers away guard the routes they stand
// before.
func (s *scanner) settleAuth() {
	for _, h := range s.hooks {
		if !h.auth {
			continue
		}
		s.identity = true
		for _, e := range s.entries {
			if e.kind == route && h.before(e) {
				e.auth = true
			}
		}
	}
}

func isApp(name string) bool { return name == "app" || name == "application" || name == "api" }

func (s *scanner) run(e *entry) *pyflow.Value {
	s.current = e
	defer func() { s.current = nil }()
	s.place(e)
	s.gated(e)
	if len(s.eventsOf(e)) > 0 { // whatever of its event it reads
		s.http[eventOf(e.fn)] = true
	}
	s.engine.Noted() // those of another
	given := map[string]*pyflow.Value{}
	isWrapped := false
	for _, r := range e.value.Refs {
		if fn, ok := r.(*pyflow.Func); ok && fn != e.fn {
			isWrapped = isWrapped || fn.Def != e.fn.Def
		}
	}
	for i := range e.fn.Params {
		p := &e.fn.Params[i]
		if i == 0 && e.class != nil || p.Kind == python.VarArgs || p.Kind == python.VarKeywords {
			continue
		}
		if isWrapped && e.kind == route && !slices.ContainsFunc(pathParam.FindAllStringSubmatch(e.path, -1), func(m []string) bool { return m[1] == p.Name }) {
			continue
		}
		if v := e.argument(s, e.fn, p); v != nil {
			given[p.Name] = v
		}
	}
	var self *pyflow.Value
	if e.class != nil {
		self = s.engine.Made(e.class, s.given[e.class])
	}
	value, raised := s.engine.Run(e.value, self, given)
	if s.engine.CutShort() {
		s.tooLong(e.title(), e.fn.Place())
	}
	e.notes = s.engine.Noted()
	if e.kind == route {
		s.judge(e, answering(raised))
		s.handle(raised)
	}
	return value
}

// handle runs the error handlers of the tree's own exceptions that a route
// raises, with what the exceptions say.
func (s *scanner) handle(raised []*pyflow.Value) {
	for _, v := range raised {
		for _, r := range v.Refs {
			exc, ok := r.(*pyflow.Exc)
			if !ok || exc.Class == nil || len(exc.Message.Deep()) == 0 {
				continue
			}
			classes, _ := exc.Class.Lineage()
			for _, h := range s.handlers {
				if len(h.fn.Params) == 0 || !slices.ContainsFunc(h.status.RefList(), func(r pyflow.Ref) bool {
					c, ok := r.(*pyflow.Class)
					return ok && slices.Contains(classes, c)
				}) {
					continue
				}
				at := s.current
				s.current = h
				value, _ := s.engine.Run(h.value, nil, map[string]*pyflow.Value{h.fn.Params[0].Name: pyflow.Of(exc)})
				s.respond(h, value)
				s.current = at
			}
		}
	}
}

// leftovers runs functions that no entry has reached, those first which nobody
// calls: what they store, log or hash counts, what they return reaches no one.
func (s *scanner) leftovers(modules []*pyflow.Module) {
	if !slices.ContainsFunc(modules, func(m *pyflow.Module) bool { return usesDynamo(m.File.Text) }) {
		return
	}
	called := map[string]bool{}
	var rest []*pyflow.Func
	for _, m := range modules {
		if !worthRunning(m.File.Text) {
			continue
		}
		m.File.Inspect(func(n python.Node) bool {
			if c, ok := n.(*python.Call); ok {
				switch fn := c.Func.(type) {
				case *python.Name:
					called[fn.ID] = true
				case *python.Attribute:
					called[fn.Attr] = true
				}
			}
			return true
		})
		rest = append(rest, s.engine.Functions(m)...)
	}
	slices.SortStableFunc(rest, func(a, b *pyflow.Func) int {
		if called[a.Name] == called[b.Name] {
			return 0
		}
		if called[a.Name] {
			return 1
		}
		return -1
	})
	for _, fn := range rest {
		if s.engine.Called(fn) {
			continue
		}
		var self *pyflow.Value
		if fn.Class != nil && !fn.Static {
			self = s.engine.Instance(fn.Class)
			if fn.OfClass {
				self = pyflow.Of(fn.Class)
			}
		}
		s.attempt(fn.Module.File, func() { s.engine.Visit(fn, self) })
	}
}

// usesDynamo says whether a file has to do with DynamoDB.
func usesDynamo(text string) bool {
	return strings.Contains(text, "dynamo") && (strings.Contains(text, "boto") || strings.Contains(text, "pynamodb") || strings.Contains(text, "flask"))
}

// worthRunning says whether a file does anything that is looked for.
func worthRunning(text string) bool {
	for _, word := range []string{"put_item", "update_item", "get_item", ".scan(", ".query(", "pynamodb"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return strings.Contains(text, "passw") && (strings.Contains(text, "hashlib") || strings.Contains(text, "log") || strings.Contains(text, "print("))
}
