package scan

import (
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// entry is where callers come in: a route's function, a hook, a handler.
type entry struct {
	fn         *pyflow.Func
	value      *pyflow.Value // the function as decorated
	class      *pyflow.Class // for a method of a resource
	method     string        // GET, or "" for any
	path       string        // "/users/<id>", "" unknown
	kind       entryKind
	auth       bool              // a login is asked for
	gate       string            // by this, which stands before the function
	admin      bool              // a role is asked for
	off        *python.Span      // a login that is commented out
	app        string            // the name of the app or blueprint
	on         []*host           // the app or blueprint itself, where it is known
	everywhere bool              // a blueprint's hook that stands before all routes
	placed     bool              // the path has its prefixes
	status     *pyflow.Value     // of an error handler: what it handles
	knows      bool              // its code asks who the caller is
	params     map[string]string // of an operation's parameters, the part that each is in; nil elsewhere
	notes      []int32           // what the survey has noted of what it runs
	http       bool              // a Lambda function that answers as API Gateway wants it
	tied       map[string]bool   // the facts that the code has tested
}

type entryKind uint8

const (
	route entryKind = iota
	lambdaFunction
	hook
	errorHandler
	consumer
	afterHook
)

// title is what a report calls it.
func (e *entry) title() string {
	name := e.fn.Title()
	switch e.kind {
	case lambdaFunction:
		return "Lambda " + name
	case hook:
		return "before_request " + name
	case errorHandler:
		return "errorhandler " + name
	case consumer:
		return "consumer " + name
	case afterHook:
		return "after_request " + name
	}
	if e.path == "" {
		return strings.TrimSpace(e.method + " " + name)
	}
	return strings.TrimSpace(e.method + " " + e.path)
}

var verbs = map[string]string{"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE", "route": "", "api_route": "", "head": "HEAD"}

// Decorate implements pyflow.Library.
func (s *scanner) Decorate(f *pyflow.Frame, d python.Expr, callee, target *pyflow.Value) *pyflow.Value {
	call, _ := d.(*python.Call)
	attr, _ := d.(*python.Attribute)
	if call != nil {
		attr, _ = call.Func.(*python.Attribute)
	}
	name := ""
	if attr != nil {
		name = attr.Attr
	} else if call != nil {
		if n, ok := call.Func.(*python.Name); ok {
			name = n.ID
		}
	}
	switch name {
	case "before_request", "before_app_request":
		s.hook(f, target, attr, name)
		return target
	case "errorhandler", "app_errorhandler", "exception_handler":
		if call != nil && len(call.Args) > 0 {
			s.errorHandler(target, f.Eval(call.Args[0]))
		}
		return target
	case "after_request", "after_app_request":
		s.after(f, target, attr)
		return target
	case "teardown_request", "teardown_appcontext":
		return target
	case "marshal_with", "marshal_list_with", "response", "doc", "dump":
		if call != nil && strings.HasPrefix(name, "marshal") && len(call.Args) > 0 {
			return filtered(f, target, f.Eval(call.Args[0]), false)
		}
		if call != nil && name == "response" && len(call.Args) > 1 { // flask-smorest: a schema dumps
			return filtered(f, target, f.Eval(call.Args[1]), true)
		}
		return nil
	case "output": // APIFlask
		if call != nil && len(call.Args) > 0 {
			return filtered(f, target, f.Eval(call.Args[0]), true)
		}
		return nil
	case "arguments", "expect", "use_args", "use_kwargs", "input":
		s.expected(f, call)
		return nil
	case "cross_origin":
		f.Eval(d)
		return target
	case "inject_lambda_context":
		s.logsEvent(f, call, target)
		return nil
	}
	verb, isRoute := verbs[name]
	if !isRoute || call == nil || attr == nil {
		return nil
	}
	path := f.Eval(firstArg(call, "rule", "path"))
	text := path.Text()
	if text == "" && slices.Equal(path.Texts(), []string{""}) {
		text = "/" // below the prefix of its blueprint
	}
	if text == "" && len(call.Args) > 0 {
		text = "?"
	}
	if name != "route" && name != "api_route" && !strings.HasPrefix(text, "/") && text != "" {
		return nil
	}
	if verb == "" {
		verb = methodsOf(call)
	}
	s.addRoutes(f, s.responseModel(f, call, target), verb, text, call)
	return target
}

func firstArg(c *python.Call, names ...string) python.Expr {
	if len(c.Args) > 0 {
		return c.Args[0]
	}
	for i := range c.Keywords {
		if slices.Contains(names, c.Keywords[i].Name) {
			return c.Keywords[i].Value
		}
	}
	return nil
}

// keyword is the value that a call gives under a name, nil for none.
func keyword(c *python.Call, name string) python.Expr {
	for i := range c.Keywords {
		if c.Keywords[i].Name == name {
			return c.Keywords[i].Value
		}
	}
	return nil
}

func methodsOf(c *python.Call) string {
	for i := range c.Keywords {
		if c.Keywords[i].Name != "methods" {
			continue
		}
		var out []string
		python.Inspect(c.Keywords[i].Value, func(n python.Node) bool {
			if s, ok := n.(*python.String); ok {
				out = append(out, strings.ToUpper(s.Value))
			}
			return true
		})
		return strings.Join(out, "|")
	}
	return "GET"
}

func (s *scanner) addRoutes(f *pyflow.Frame, target *pyflow.Value, verb, path string, call *python.Call) {
	if target == nil {
		return
	}
	on := receivers(f, call.Func)
	for _, r := range target.Refs {
		switch r := r.(type) {
		case *pyflow.Class:
			s.paths[r] = append(s.paths[r], path)
			s.on[r] = append(s.on[r], on...)
		case *pyflow.Func:
			s.add(&entry{fn: original(r), value: pyflow.Of(r), method: verb, path: path, app: receiverName(call.Func), on: on, auth: hasAuthorizer(call)})
		}
	}
}

func hasAuthorizer(c *python.Call) bool {
	if c == nil {
		return false
	}
	return slices.ContainsFunc(c.Keywords, func(k python.Keyword) bool { return k.Name == "authorizer" || k.Name == "dependencies" })
}

// original is the function that a wrapper was made for, as far as it can be
// told: the one whose name the route bears.
func original(fn *pyflow.Func) *pyflow.Func { return fn.Wraps() }

// add takes an entry in once: stacked routes are one entry with several paths.
func (s *scanner) add(e *entry) {
	for _, old := range s.entries {
		if old.fn == e.fn && old.class == e.class && old.kind == e.kind {
			if old.path == "" {
				old.path = e.path
			} else if e.path != "" && !strings.Contains(old.path, e.path) {
				old.path += ", " + e.path
			}
			if old.params == nil && e.params != nil { // known by its class before
				old.params, old.auth = e.params, old.auth || e.auth
			}
			return
		}
	}
	s.judgeAuth(e)
	s.entries = append(s.entries, e)
}

// judgeAuth finds out from decorators whether a route asks for a login.
func (s *scanner) judgeAuth(e *entry) {
	if e.fn.Def == nil {
		return
	}
	file := e.fn.Module.File
	decorators := e.fn.Def.Decorators
	if e.class != nil {
		decorators = append(slices.Clone(decorators), e.class.Def.Decorators...)
		for _, stmt := range e.class.Def.Body {
			if a, ok := stmt.(*python.Assign); ok && len(a.Targets) == 1 {
				if n, ok := a.Targets[0].(*python.Name); ok && (n.ID == "decorators" || n.ID == "method_decorators") {
					decorators = append(decorators, a.Value)
				}
			}
		}
	}
	for _, d := range decorators {
		text := file.Source(d.Pos())
		if i := strings.IndexByte(text, '('); i >= 0 && !strings.HasPrefix(text, "[") {
			text = text[:i]
		}
		if strings.HasSuffix(text, ".route") || strings.HasSuffix(text, "optional") {
			continue
		}
		if authName.MatchString(text) {
			e.auth = true
		}
		if adminName.MatchString(text) {
			e.admin = true
		}
	}
	for i := range e.fn.Params {
		p := &e.fn.Params[i]
		if call, ok := p.Default.(*python.Call); ok {
			if text := file.Source(call.Span); strings.Contains(text, "Depends(") && authName.MatchString(text) || strings.HasPrefix(text, "Security(") {
				e.auth = true
			}
		}
	}
	if e.auth {
		s.identity = true
		s.guarded[e.fn.Module.Name] = true
	}
	s.commentedOut(e)
	s.disabledWithin(e)
}

var authComment = regexp.MustCompile(`(?i)^#+\s*@[\w.]*(auth|login|jwt|token|permission|secur|protect)[\w.]*(\([^#]*\))?\s*(#.*)?$`)

// authArgument is a comment within a decorator's call that goes on with its
// arguments, one of which asks for a login: Chalice's and FastAPI's.
var authArgument = regexp.MustCompile(`^#[\s,)]*(\w+\s*=\s*[\w.'"\[\]]+\s*,\s*)*(authorizer|dependencies)\s*=\s*\[?\w`)

// commentedOut finds a login that was taken out by a #, among the decorators or
// within one.
func (s *scanner) commentedOut(e *entry) {
	if e.auth || len(e.fn.Def.Decorators) == 0 {
		return
	}
	from, to := e.fn.Def.Decorators[0].Pos().Start, e.fn.Def.Start
	file := e.fn.Module.File
	first := file.Position(from).Line - 1
	for _, c := range file.Comments {
		line := file.Position(c.Start).Line
		if line < first-1 || c.Start >= to {
			continue
		}
		if text := file.Source(c); authComment.MatchString(text) || c.Start > from && authArgument.MatchString(text) {
			span := c
			e.off = &span
		}
	}
}

// filtered makes a function whose result only shows the fields of a dict or of
// a schema.
func filtered(f *pyflow.Frame, target, fields *pyflow.Value, schema bool) *pyflow.Value {
	names := fields.FieldNames()
	if fields.Text() != "" {
		names = nil
	}
	add := func(c *pyflow.Class, made *pyflow.Instance) {
		for _, field := range shownBy(f, c, made) {
			names = append(names, field.attribute)
		}
	}
	if fields != nil {
		for _, r := range fields.Refs {
			switch r := r.(type) {
			case *pyflow.Class:
				add(r, nil)
			case *pyflow.Instance:
				add(r.Class, r)
			case pyflow.External:
				if schema && !strings.Contains(string(r), "Schema") {
					return nil
				}
			}
		}
	}
	return onlyNames(f, target, names)
}

// onlyNames makes functions whose result shows the attributes of these names
// alone. Where no name is known there is still an answer, of unknown fields.
func onlyNames(f *pyflow.Frame, target *pyflow.Value, names []string) *pyflow.Value {
	return pyflow.After(target, func(v *pyflow.Value) *pyflow.Value {
		out := &pyflow.Value{Shape: pyflow.Dict, Fields: map[string]*pyflow.Value{}}
		item := pyflow.Join(f.ElementOf(v), v)
		if v != nil && v.Shape == pyflow.Tuple { // body, status
			item = pyflow.Join(v.Field("0"), f.ElementOf(v.Field("0")))
		}
		for _, name := range names {
			out.Fields[name] = onlyFields(f.IndexOf(item, pyflow.Of(pyflow.Text(name))))
		}
		if len(names) == 0 {
			out.Elem = onlyFields(f.IndexOf(item, nil))
		}
		return out
	})
}

// Define implements pyflow.Library: classes of resources and Lambda handlers
// are entries by what they are.
func (s *scanner) Define(f *pyflow.Frame, def python.Stmt, v *pyflow.Value) {
	switch def := def.(type) {
	case *python.ClassDef:
		for _, r := range v.Refs {
			if c, ok := r.(*pyflow.Class); ok {
				s.resource(c)
			}
		}
	case *python.FunctionDef:
		if f.Func() != nil || f.Class() != nil || len(def.Params) < 2 || def.Params[0].Name != "event" && def.Params[0].Name != "_event" {
			return
		}
		for _, r := range v.Refs {
			if fn, ok := r.(*pyflow.Func); ok {
				s.add(&entry{fn: original(fn), value: v, kind: lambdaFunction})
			}
		}
	}
}

var viewBase = regexp.MustCompile(`(Resource|MethodView|\.View|MethodResource)$`)

// resource makes entries of a class's HTTP methods.
func (s *scanner) resource(c *pyflow.Class) {
	_, external := c.Lineage()
	if !slices.ContainsFunc(external, viewBase.MatchString) || slices.ContainsFunc(external, func(x string) bool { return strings.HasPrefix(x, "django") || strings.HasPrefix(x, "boto3") }) {
		return
	}
	for _, name := range []string{"get", "post", "put", "patch", "delete", "dispatch_request"} {
		v := c.Attr(name)
		if v == nil {
			continue
		}
		for _, r := range v.Refs {
			if fn, ok := r.(*pyflow.Func); ok {
				verb := strings.ToUpper(name)
				if name == "dispatch_request" {
					verb = ""
				}
				s.add(&entry{fn: original(fn), value: pyflow.Of(fn), class: c, method: verb})
			}
		}
	}
}

func (s *scanner) addResource(c *pyflow.Call) {
	for _, r := range c.Args[0].Refs {
		if class, ok := r.(*pyflow.Class); ok {
			for _, p := range c.Args[1:] {
				for _, t := range p.Texts() {
					if !slices.Contains(s.paths[class], t) {
						s.paths[class] = append(s.paths[class], t)
					}
				}
			}
			s.on[class] = append(s.on[class], hostsOf(c.Receiver)...)
			s.give(class, &pyflow.Call{Spread: c.Arg(-1, "resource_class_kwargs"), Star: c.Arg(-1, "resource_class_args"), Keywords: map[string]*pyflow.Value{}})
		}
	}
}

func (s *scanner) addRule(f *pyflow.Frame, c *pyflow.Call) {
	v := c.Arg(2, "view_func")
	if v == nil {
		return
	}
	s.addRoutes(f, v, methodsOf(c.At), c.Arg(0, "rule").Text(), c.At)
}

func (s *scanner) hook(f *pyflow.Frame, target *pyflow.Value, at python.Expr, method string) {
	if target == nil {
		return
	}
	for _, r := range target.Refs {
		fn, ok := r.(*pyflow.Func)
		if !ok || slices.ContainsFunc(s.hooks, func(e *entry) bool { return e.fn == fn }) {
			continue
		}
		s.hooks = append(s.hooks, &entry{fn: fn, value: target, kind: hook, app: receiverName(at), on: receivers(f, at), everywhere: method == "before_app_request", auth: refuses(fn)})
	}
}

func (s *scanner) errorHandler(target, status *pyflow.Value) {
	if target == nil {
		return
	}
	for _, r := range target.Refs {
		if fn, ok := r.(*pyflow.Func); ok && !slices.ContainsFunc(s.handlers, func(e *entry) bool { return e.fn == fn }) {
			s.handlers = append(s.handlers, &entry{fn: fn, value: target, kind: errorHandler, status: status})
		}
	}
}

// consumer is a function that a queue calls with messages.
func (s *scanner) consumer(v *pyflow.Value) {
	for _, r := range v.Refs {
		if fn, ok := r.(*pyflow.Func); ok {
			s.add(&entry{fn: fn, value: v, kind: consumer})
		}
	}
}
