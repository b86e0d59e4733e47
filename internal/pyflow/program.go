package pyflow

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/python"
)

// Module is one file of the tree.
type Module struct {
	Name string // dotted, from the root
	Dir  string // where it stands, with forward slashes; "." for the root
	File *python.File
	// Package says that it is an __init__.py.
	Package bool
	// Main says that the module is looked into for itself, and not only for what
	// others import from it: its body may take more steps.
	Main bool

	globals *env
	state   loadState
	body    *body     // while it is loading
	stars   []*Module // imported by * while they were loading
	program *Program
}

type loadState uint8

const (
	unloaded loadState = iota
	loading
	loaded
)

// RefKey implements Ref.
func (m *Module) RefKey() string { return "m:" + m.Name }

// Func is a function, method or lambda of the tree.
type Func struct {
	Name    string
	Params  []python.Param
	Body    []python.Stmt // nil for a lambda
	Result  python.Expr   // a lambda's
	Def     *python.FunctionDef
	Module  *Module
	Class   *Class // for a method
	Static  bool
	OfClass bool // a classmethod
	Getter  bool // a property
	// After is applied to what a call gives, in order.
	After []func(*Value) *Value

	outer  *frame
	origin *Func // what it is a wrapper of
	id     string
}

// RefKey implements Ref.
func (f *Func) RefKey() string { return f.id }

// Place is where the function's name stands.
func (f *Func) Place() Place {
	if f.Def != nil {
		return Place{f.Module.File, f.Def.NameSpan}
	}
	return Place{f.Module.File, f.Result.Pos()}
}

// Title is the function's name, after its class's.
func (f *Func) Title() string {
	if f.Class != nil {
		return f.Class.Name + "." + f.Name
	}
	return f.Name
}

// Class is a class of the tree.
type Class struct {
	Name   string
	Def    *python.ClassDef
	Module *Module
	Bases  []*Value

	attrs *vars
	id    string
}

// RefKey implements Ref.
func (c *Class) RefKey() string { return c.id }

// Lineage is the class and those it inherits from, in about the order of
// Python's own, and the names of the external ones.
func (c *Class) Lineage() (classes []*Class, external []string) {
	seen := map[*Class]bool{}
	var walk func(*Class, int)
	walk = func(c *Class, depth int) {
		if seen[c] || depth > 20 {
			return
		}
		seen[c] = true
		classes = append(classes, c)
		for _, base := range c.Bases {
			if base == nil {
				continue
			}
			for _, r := range base.Refs {
				switch r := r.(type) {
				case *Class:
					walk(r, depth+1)
				case External:
					external = append(external, string(r))
				}
			}
		}
	}
	walk(c, 0)
	return classes, external
}

// find is an attribute of the class or of one it inherits from.
func (c *Class) find(name string, after *Class) *Value {
	classes, _ := c.Lineage()
	skip := after != nil
	for _, k := range classes {
		if skip {
			skip = k != after
			continue
		}
		if v, ok := k.attrs.find(name); ok {
			return v
		}
	}
	return nil
}

// Method is a method of the class or of one it inherits from.
func (c *Class) Method(name string) *Func {
	if v := c.find(name, nil); v != nil {
		for _, r := range v.Refs {
			if f, ok := r.(*Func); ok {
				return f
			}
		}
	}
	return nil
}

// text is the method by which an object becomes a text.
func (c *Class) text() *Func {
	if str := c.Method("__str__"); str != nil {
		return str
	}
	return c.Method("__repr__")
}

// Instance is what a call of a class makes; one for each place that calls it
// and class.
type Instance struct {
	Class *Class

	fields map[string]*Value
	rest   *Value // attributes under names that are not known
	id     string
}

// RefKey implements Ref.
func (i *Instance) RefKey() string { return i.id }

// holds says whether an attribute has been set, or is a property of the class.
func (i *Instance) holds(name string) bool {
	if _, ok := i.fields[name]; ok || name == "__dict__" {
		return true
	}
	return slices.ContainsFunc(valueRefs(i.Class.find(name, nil)), func(r Ref) bool {
		fn, ok := r.(*Func)
		return ok && fn.Getter
	})
}

// Program is the modules of a tree.
type Program struct {
	Modules []*Module
	// Whole gives the file again of which only a sketch was kept: one without a
	// text. It may be nil, and may return nil.
	Whole func(path string) *python.File

	byPath map[string]*Module   // "pkg/mod", an __init__ as "pkg"
	byTail map[string][]*Module // the last part of byPath
	byEnd  map[string][]*Module // what elsewhere has found
}

// NewProgram indexes the files of a tree; their paths are relative to its root.
func NewProgram(files []*python.File) *Program {
	p := &Program{byPath: map[string]*Module{}, byTail: map[string][]*Module{}, byEnd: map[string][]*Module{}}
	for _, f := range files {
		m := &Module{File: f, Dir: path.Dir(f.Path), program: p, globals: newEnv()}
		key := strings.TrimSuffix(f.Path, ".py")
		if path.Base(key) == "__init__" {
			m.Package = true
			key = path.Dir(key)
		}
		m.Name = strings.ReplaceAll(key, "/", ".")
		p.Modules = append(p.Modules, m)
		p.byPath[key] = m
		p.byTail[path.Base(key)] = append(p.byTail[path.Base(key)], m)
	}
	return p
}

// Find resolves a dotted name that a module imports, nil for one outside the
// tree. The folders above the importer are searched from the nearest, then the
// whole tree for the one path that ends so.
func (p *Program) Find(from *Module, dotted string, level int) *Module {
	if last := dotted[strings.LastIndexAny(dotted, "./")+1:]; last != "" && len(p.byTail[last]) == 0 {
		return nil
	}
	sub := strings.ReplaceAll(dotted, ".", "/")
	if level > 0 {
		dir := from.Dir
		for range level - 1 {
			dir = path.Dir(dir)
		}
		return p.byPath[path.Join(dir, sub)]
	}
	if sub == "" {
		return nil
	}
	first, _, _ := strings.Cut(dotted, ".")
	for dir := from.Dir; ; dir = path.Dir(dir) {
		if m := p.byPath[below(dir, sub)]; m != nil && m != from {
			if root := p.byPath[below(dir, first)]; libraries[first] && root != nil && root.Package {
				return nil // a copy beside the code, as Lambda's bundles have it
			}
			return m
		}
		if dir == "." || dir == "/" || dir == "" {
			break
		}
	}
	if external[first] {
		return nil
	}
	for _, m := range p.elsewhere(sub) {
		if m != from {
			return m
		}
	}
	return nil
}

// below is path.Join of two clean paths, which it need not clean again: it is
// asked for each import and each folder above.
func below(dir, sub string) string {
	if dir == "." {
		return sub
	}
	return dir + "/" + sub
}

// elsewhere are the modules whose paths end so, two of the shortest: one of them
// may be the importer.
func (p *Program) elsewhere(sub string) []*Module {
	out, known := p.byEnd[sub]
	if !known {
		for _, m := range p.byTail[path.Base(sub)] {
			if key := strings.ReplaceAll(m.Name, ".", "/"); key == sub || strings.HasSuffix(key, "/"+sub) {
				out = append(out, m)
			}
		}
		slices.SortStableFunc(out, func(a, b *Module) int { return len(a.Name) - len(b.Name) })
		out = out[:min(len(out), 2)]
		p.byEnd[sub] = out
	}
	return out
}

// external are names which a file deep in a tree may bear too, but which an
// import means otherwise.
var external = names(`abc argparse array ast asyncio base64 binascii boto3 botocore calendar chalice collections
	concurrent configparser connexion contextlib copy csv dataclasses datetime decimal email enum errno fastapi flask
	flask_cors flask_jwt_extended flask_login flask_restful flask_restx flask_smorest functools getpass glob gzip
	hashlib hmac html http importlib inspect io ipaddress itertools json jwt logging marshmallow math mimetypes
	multiprocessing numbers numpy operator os pandas pathlib pickle platform pprint pydantic pynamodb pytest queue random
	re requests secrets select shutil signal simplejson six smtplib socket sqlite3 ssl statistics string struct
	subprocess sys tempfile textwrap threading time token traceback types typing unittest urllib uuid warnings
	weakref werkzeug xml yaml zipfile zlib`)

// libraries are those of external that no tree has a package of its own for:
// what they do is known better than their source tells.
var libraries = names(`boto3 botocore chalice connexion fastapi flask flask_cors flask_jwt_extended flask_login
	flask_restful flask_restx flask_smorest jwt marshmallow numpy pandas pydantic pynamodb pytest requests six simplejson
	werkzeug yaml`)

func names(list string) map[string]bool {
	out := map[string]bool{}
	for n := range strings.FieldsSeq(list) {
		out[n] = true
	}
	return out
}

func idOf(kind string, m *Module, s python.Span) string {
	return kind + ":" + m.Name + ":" + strconv.Itoa(int(s.Start))
}

// Names are the attributes that a class and those it inherits from define.
func (c *Class) Names() []string {
	out := map[string]*Value{}
	classes, _ := c.Lineage()
	for _, k := range classes {
		for name, v := range k.attrs.all() {
			if !hasFunc(v) {
				out[name] = v
			}
		}
	}
	return sortedKeys(out)
}

// Annotations are what a class and those it inherits from annotate in their
// bodies: the types of the fields of a dataclass or a model, by name.
func (c *Class) Annotations() map[string]python.Expr {
	out := map[string]python.Expr{}
	classes, _ := c.Lineage()
	for _, k := range slices.Backward(classes) {
		for _, s := range k.Def.Body {
			if a, ok := s.(*python.AnnAssign); ok {
				if n, ok := a.Target.(*python.Name); ok {
					out[n.ID] = a.Annotation
				}
			}
		}
	}
	return out
}

// Annotated are the names that a class and those it inherits from annotate in
// their bodies, the inherited ones first: the fields of a dataclass or a model.
func (c *Class) Annotated() []string {
	var out []string
	classes, _ := c.Lineage()
	for _, k := range slices.Backward(classes) {
		for _, s := range k.Def.Body {
			a, ok := s.(*python.AnnAssign)
			if !ok {
				continue
			}
			if n, ok := a.Target.(*python.Name); ok && !slices.Contains(out, n.ID) {
				out = append(out, n.ID)
			}
		}
	}
	return out
}

// Attr is an attribute of the class or of one it inherits from.
func (c *Class) Attr(name string) *Value { return c.find(name, nil) }

// Dict is the instance's attributes as a dict: its __dict__.
func (i *Instance) Dict() *Value {
	out := &Value{Shape: Dict, Fields: maps.Clone(i.fields)}
	delete(out.Fields, exceptionArgs)
	if i.rest != nil {
		out.Marks, out.Elem = i.rest.Marks, i.rest.Elem
	}
	return out
}

// absorb gives an instance the entries of a dict as attributes.
func (i *Instance) absorb(v *Value) {
	if v == nil {
		return
	}
	for _, k := range v.FieldNames() {
		i.fields[k] = Join(i.fields[k], v.Fields[k])
	}
	if len(v.Marks) > 0 || v.Elem != nil {
		i.rest = Join(i.rest, &Value{Shape: Dict, Marks: v.Marks, Elem: v.Elem})
	}
}

// After makes functions whose result is changed on its way out.
func After(v *Value, change func(*Value) *Value) *Value {
	if v == nil {
		return nil
	}
	out := *v
	out.key = 0
	out.Refs = nil
	for _, r := range v.Refs {
		if fn, ok := r.(*Func); ok {
			c := *fn
			c.id += "'"
			c.origin = fn.Wraps()
			c.After = append(append([]func(*Value) *Value{}, fn.After...), change)
			r = &c
		}
		out.Refs = append(out.Refs, r)
	}
	return &out
}

// Wraps is the function that decorators were put around; the function itself
// where there are none.
func (f *Func) Wraps() *Func {
	if f.origin != nil {
		return f.origin
	}
	return f
}

// Imports are the modules of the tree that a module's top level imports.
func (p *Program) Imports(m *Module) []*Module {
	var out []*Module
	add := func(dotted string, level int) {
		if found := p.Find(m, dotted, level); found != nil {
			out = append(out, found)
		}
	}
	for _, s := range m.File.Body {
		switch s := s.(type) {
		case *python.Import:
			for _, a := range s.Names {
				add(a.Name, 0)
			}
		case *python.ImportFrom:
			add(s.Module, s.Level)
			for _, a := range s.Names {
				sub := a.Name
				if s.Module != "" {
					sub = s.Module + "." + a.Name
				}
				add(sub, s.Level)
			}
		}
	}
	return out
}
