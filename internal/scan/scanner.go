package scan

import (
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
	"github.com/discreet-dev/discreet/internal/template"
)

// scanner is one run over one tree: what it has learned of the app so far. It
// implements pyflow.Library, in the files named after what they know.
type scanner struct {
	program  *pyflow.Program
	engine   *pyflow.Engine
	entries  []*entry
	hooks    []*entry // before_request and the like, which run first
	handlers []*entry // error handlers
	current  *entry

	// What the app keeps in caches, on flask.g, on the app object, in its configuration.
	stores  map[string]map[string]*pyflow.Value
	paths   map[*pyflow.Class][]string // add_resource
	reads   map[string]*read
	http    map[string]bool                // events that are of HTTP
	events  []template.Event               // requests for which the infrastructure calls functions
	before  []*front                       // and the code that answers them
	hosts   map[string]*host               // by where they are made
	on      map[*pyflow.Class][]*host      // what a resource is registered on
	given   map[*pyflow.Class]*pyflow.Call // what the views of a class are made with
	writes  []*write
	logs    []itemLog // logs of items of tables that are not known yet
	changes []change
	// asked are the names that the code reads of what a caller sends, by origin.
	asked map[string]map[string]bool
	calls callsByFile
	// needed are the actions that a method needs in a file, by both.
	needed map[[2]string][]string

	templates *templateFiles // nil for none

	identity  bool            // the app knows who its callers are
	providing int             // dependencies that FastAPI is calling
	guarded   map[string]bool // modules of which some route asks for a login
	survey    survey
	terms     *terms // nil without a contract
	// stacks are what the infrastructure files say.
	stacks  template.Result
	found   map[string]*finding.Finding
	causes  map[*finding.Finding]cause // for their mends
	buffers map[string]*buffer
	notices []finding.Notice
	strict  bool // a fault is not caught: for tests
}

func newScanner(p *pyflow.Program) *scanner {
	s := &scanner{
		program: p, stores: map[string]map[string]*pyflow.Value{"g": {}, "cache": {}, "app": {}},
		paths: map[*pyflow.Class][]string{}, reads: map[string]*read{}, asked: map[string]map[string]bool{},
		calls: callsByFile{}, needed: map[[2]string][]string{}, http: map[string]bool{}, guarded: map[string]bool{}, survey: newSurvey(), found: map[string]*finding.Finding{},
		hosts: map[string]*host{}, on: map[*pyflow.Class][]*host{}, given: map[*pyflow.Class]*pyflow.Call{}, causes: map[*finding.Finding]cause{}, buffers: map[string]*buffer{},
	}
	s.engine = pyflow.NewEngine(p, s)
	return s
}

// Call implements pyflow.Library: the first that knows a call answers.
func (s *scanner) Call(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	c = ofTable(c)
	s.watch(f, c)
	for _, know := range []func(*pyflow.Frame, *pyflow.Call) *pyflow.Value{
		s.settingsCall, s.bufferCall, s.flaskCall, s.responseCall, s.fastapiCall, s.modelCall, s.identityCall, s.cacheCall, s.conditionCall, s.dynamoCall, s.pynamoCall, s.hashCall, s.frameCall, s.plainCall,
	} {
		if v := know(f, c); v != nil {
			return v
		}
	}
	if v := f.Builtin(c); v != nil {
		return v
	}
	f.Outside()
	return s.unknownCall(f, c)
}

// watch looks at arguments on their way out: into logs, files, responses.
func (s *scanner) watch(f *pyflow.Frame, c *pyflow.Call) {
	s.watchLog(f, c)
	s.watchDebug(f, c)
	s.watchAbort(f, c)
	s.watchFlash(f, c)
	s.watchFile(f, c)
	s.watchObject(f, c)
	s.watchCORS(f, c)
	s.watchCookie(f, c)
	s.access(f, c)
}

// plainCall are functions that give what they are given, in another form.
func (s *scanner) plainCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	switch {
	case passing[c.Name], passing[lastPart(c.Name)] && c.Name != "" && !strings.Contains(c.Name, "("):
		return orEmpty(c.Arg(0, ""))
	case c.Name == "traceback.format_exc" || c.Name == "traceback.format_exception" || c.Name == "traceback.format_tb" || c.Name == "sys.exc_info":
		return pyflow.Marked(faultMark{kind: faultTrace}, f.Place(c.At), "the traceback of what was raised")
	case len(c.Callee.Externals()) > 0 && (strings.HasSuffix(c.Name, "Error") || strings.HasSuffix(c.Name, "Exception") || httpExceptions[lastPart(c.Name)]):
		return pyflow.Of(&pyflow.Exc{Name: lastPart(c.Name), Message: f.TextOf(c.All()), At: f.Place(c.At)})
	case c.Name == "os.environ.get" || c.Name == "os.getenv" || c.Name == "environ.get":
		name := c.Arg(0, "").Text()
		return pyflow.Join(pyflow.Of(pyflow.External("os.environ."+name)), c.Arg(1, ""), setting(f.Place(c.At), name))
	case c.Name == "open":
		return s.openFile(f, c)
	case c.Method == "deserialize" || c.Method == "unmarshall" || c.Method == "unmarshal":
		return orEmpty(c.Arg(0, ""))
	case sameItem[c.Method] && c.Receiver != nil && len(c.Receiver.Marks) > 0:
		return c.Receiver
	case c.Method == "getlist" && c.Receiver != nil:
		return f.IndexOf(c.Receiver, c.Arg(0, ""))
	case c.Method == "dump" && c.Receiver != nil && c.Name != "json.dump", c.Method == "dumps" && c.Receiver != nil && len(c.Receiver.Externals()) == 0:
		return s.schemaDump(f, c)
	case c.Method == "load" && c.Name == "" && c.Receiver != nil && len(c.Receiver.Refs) > 0:
		return s.loaded(c)
	case strings.HasSuffix(c.Name, "asdict"):
		return pyflow.AsDict(c.Arg(0, ""))
	}
	return nil
}

var passing = map[string]bool{
	"json.dumps": true, "json.loads": true, "simplejson.dumps": true, "simplejson.loads": true, "orjson.dumps": true, "ujson.dumps": true,
	"jsonable_encoder": true, "loads": true, "dumps": true, "b64encode": true, "b64decode": true, "urlsafe_b64encode": true, "urlsafe_b64decode": true,
	"urlencode": true, "quote": true, "quote_plus": true, "urlunparse": true, "escape": true, "Markup": true, "markupsafe.escape": true,
	"camelize": true, "decamelize": true, "attribute_value_to_json": true, "to_json": true, "marshal_json": true, "secure_filename": true, "parse_qs": true, "parse_qsl": true,
	"yaml.dump": true, "yaml.safe_dump": true, "zlib.decompress": true, "gzip.decompress": true, "itertools.islice": true, "dicttoxml": true,
	"unquote": true, "typing.cast": true, "cast": true, "base64.b64encode": true, "uuid.UUID": true, "UUID": true,
}

var sameItem = map[string]bool{
	"to_dict": true, "to_simple_dict": true, "to_json": true, "serialize": true, "as_dict": true, "attribute_values": true, "get_attributes": true, "to_dynamodb_dict": true,
	"get_json": true, "json": true, "first": true, "all": true, "next": true, "getvalue": true, "read": true,
}

// unknownCall is what a call gives of which nothing is known. A function that
// cannot be found may well hand on what it is given; one of a library that is
// known by name and not by what it does is not assumed to, but for what makes
// another form of what it is given.
func (s *scanner) unknownCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	if c.Name != "" && !strings.HasPrefix(c.Name, "()") && (c.Receiver == nil || len(c.Receiver.Marks) == 0) {
		return converted(c)
	}
	var all *pyflow.Value
	if c.Receiver != nil {
		all = &pyflow.Value{Marks: c.Receiver.Deep()}
	}
	if c.Name == "" {
		all = pyflow.Join(all, &pyflow.Value{Marks: c.All().Deep()})
	}
	return all
}

func orEmpty(v *pyflow.Value) *pyflow.Value {
	if v == nil {
		return &pyflow.Value{}
	}
	return v
}

// schemaDump is what a serialiser of the tree shows: the fields it declares.
func (s *scanner) schemaDump(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	out := &pyflow.Value{Shape: pyflow.Dict, Fields: map[string]*pyflow.Value{}}
	item := c.Arg(0, "")
	many := item != nil && len(item.Marks) > 0
	for _, r := range c.Receiver.Refs {
		i, ok := r.(*pyflow.Instance)
		if !ok {
			continue
		}
		for _, field := range shownBy(f, i.Class, i) {
			v := f.IndexOf(item, pyflow.Of(pyflow.Text(field.attribute)))
			if many {
				v = pyflow.Join(v, f.IndexOf(f.ElementOf(item), pyflow.Of(pyflow.Text(field.attribute))))
			}
			out.Fields[field.key] = onlyFields(v)
		}
	}
	return out
}

// onlyFields drops the marks of whole items: a serialiser picks from them. What
// it picks of the dicts and lists within is not known.
func onlyFields(v *pyflow.Value) *pyflow.Value {
	if v == nil {
		return nil
	}
	out := &pyflow.Value{}
	for _, t := range v.Marks {
		if m, ok := t.Mark.(dataMark); !ok || m.level == levelField || m.level == levelLastKey {
			out.Marks = append(out.Marks, t)
		}
	}
	within := &pyflow.Value{Shape: v.Shape, Fields: v.Fields, Elem: v.Elem}
	for _, t := range templated(within) {
		if m, ok := t.Mark.(dataMark); ok && (m.level == levelField || m.level == levelLastKey) {
			out.Marks = append(out.Marks, t)
		}
	}
	return out
}

// Index implements pyflow.Library.
func (s *scanner) Index(f *pyflow.Frame, m pyflow.Mark, key string, known bool) []pyflow.Mark {
	switch m := m.(type) {
	case dataMark:
		if m.level == levelItem && sameItem[key] {
			return []pyflow.Mark{m}
		}
		out := m.index(key, known)
		s.touch(f, m, out)
		return out
	case clientMark:
		if m.part == "event" && m.name == "" && httpEvent[key] {
			s.http[m.at] = true
		}
		if m.part == "event" && (key == "authorizer" || key == "request_context" || key == "claims" || key == "requestContext" || key == "identity") {
			return s.inContext(principalMark{}, key, known)
		}
		if m.part == "header" && m.name == "authorization" && key == "username" && s.current != nil && s.current.auth {
			return []pyflow.Mark{principalMark{key}} // a login stands before it, which has checked the password
		}
		if known && key != "" {
			origin := m.part + m.at
			if s.asked[origin] == nil {
				s.asked[origin] = map[string]bool{}
			}
			s.asked[origin][key] = true
		}
		return m.index(key, known)
	case principalMark:
		return s.inContext(m, key, known)
	case faultMark:
		switch key {
		case "Code", "HTTPStatusCode", "RequestId":
			return nil
		case "Items", "Item", "Attributes", "Responses", "Count", "LastEvaluatedKey": // of a text: it fails, and nothing goes on
			return nil
		}
		return []pyflow.Mark{m}
	case namedMark:
		if known && key != "" && !isNumber(key) {
			m.name = key
		}
		return []pyflow.Mark{m}
	case answerMark:
		return m.index(key)
	case tableMark:
		if methods[key] == "" {
			return nil
		}
	case templateMark:
		return nil
	}
	return []pyflow.Mark{m}
}

// Iterate implements pyflow.Library.
func (s *scanner) Iterate(m pyflow.Mark, part pyflow.Part) []pyflow.Mark {
	switch m := m.(type) {
	case dataMark:
		return m.iterate(part)
	case clientMark:
		if part == pyflow.Keys {
			return nil
		}
		if m.name == "" {
			m.name = "*"
		}
		return []pyflow.Mark{m}
	case tableMark, templateMark, conditionMark, answerMark:
		return nil
	}
	return []pyflow.Mark{m}
}

// Store implements pyflow.Library: an item copied attribute by attribute is
// still an item, unless the names come from a list.
func (s *scanner) Store(f *pyflow.Frame, key, value *pyflow.Value, at python.Expr) []pyflow.Mark {
	if key == nil || value == nil {
		return nil
	}
	var name string
	switch at := at.(type) {
	case *python.Subscript:
		if n, ok := at.Index.(*python.Name); ok {
			name = n.ID
		}
	case *python.Comprehension:
		if n, ok := at.Key.(*python.Name); ok {
			name = n.ID
		}
	}
	var out []pyflow.Mark
	for _, k := range key.Marks {
		from, ok := k.Mark.(dataMark)
		if !ok || from.level != levelName {
			continue
		}
		for _, t := range value.Deep() {
			m, ok := t.Mark.(dataMark)
			if !ok || m.read != from.read || m.level != levelField || m.field != "*" {
				continue
			}
			allowed, denied := f.Filtered(name)
			if allowed {
				continue
			}
			m.level, m.field = levelItem, ""
			m.denied = m.denied || denied
			out = append(out, m)
		}
	}
	return out
}

// Compose implements pyflow.Library: a text that is made of the principal's and
// of a caller's values is the principal's, as a key.
func (s *scanner) Compose(parts []*pyflow.Value) []pyflow.Traced {
	principal := false
	marks := make([][]pyflow.Traced, len(parts))
	for i, p := range parts {
		if marks[i] = p.Deep(); len(marks[i]) > 0 {
			c, _ := classify(p)
			principal = principal || c == classPrincipal
		}
	}
	out := &pyflow.Value{}
	for _, deep := range marks {
		if len(deep) == 0 {
			continue
		}
		if principal {
			deep = append([]pyflow.Traced{}, deep...)
			for i, t := range deep {
				if m, ok := t.Mark.(clientMark); ok {
					m.composed = true
					deep[i].Mark = m
				}
			}
		}
		out = pyflow.Join(out, &pyflow.Value{Marks: deep})
	}
	return composed(out.Marks, parts)
}

// Argument implements pyflow.Library: of a parameter that nobody gives, its name
// is known.
func (s *scanner) Argument(fn *pyflow.Func, p *python.Param) *pyflow.Value {
	at := pyflow.Place{File: fn.Module.File, Span: p.Span}
	if s.current != nil && s.current.fn == fn {
		if v := s.current.argument(s, fn, p); v != nil {
			return v
		}
	}
	if v, ok := s.supplied(fn, p); ok {
		return v
	}
	if v := s.dependency(fn, p); v != nil {
		return v
	}
	if isCredential(p.Name) {
		return pyflow.Marked(namedMark{p.Name}, at, "parameter "+p.Name+" of "+fn.Title())
	}
	return nil
}

// Assign implements pyflow.Library.
func (s *scanner) Assign(_ *pyflow.Frame, _ string, _ *pyflow.Value, _ python.Expr) *pyflow.Value {
	return nil
}

// Name implements pyflow.Library.
func (s *scanner) Name(_ *pyflow.Frame, _ string) *pyflow.Value { return nil }

func placeKey(p pyflow.Place) string {
	if p.File == nil {
		return "?"
	}
	return p.File.Path + ":" + strconv.Itoa(int(p.Start))
}
