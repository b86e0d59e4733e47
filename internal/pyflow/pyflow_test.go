package pyflow

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/python"
)

// tracer is a Library that follows one mark: source() gives it, sink(x) tells
// whether x has it.
type tracer struct{ reached []string }

type taint struct{}

func (taint) MarkKey() string { return "taint" }

type tested struct{}

func (tested) MarkKey() string { return "tested" }
func (tested) Tested()         {}

func (l *tracer) Call(f *Frame, c *Call) *Value {
	switch c.Name {
	case "source":
		return Marked(taint{}, f.Place(c.At), "source")
	case "sink":
		name := c.Arg(1, "").Text()
		found := "no"
		if f.Known("ok") {
			found = "guarded"
		} else if len(c.Arg(0, "").Deep()) > 0 {
			found = "yes"
		}
		l.reached = append(l.reached, name+"="+found)
		return &Value{}
	case "check":
		return &Value{Marks: []Traced{{Mark: tested{}}}}
	case "stop":
		f.End()
		return &Value{}
	}
	return f.Builtin(c)
}

func (l *tracer) Enter(*Frame, *Func, *Call) *Value                        { return nil }
func (l *tracer) Attribute(*Frame, *Value, string, python.Expr) *Value     { return nil }
func (l *tracer) SetAttribute(*Frame, *Value, string, *Value, python.Expr) {}
func (l *tracer) Index(_ *Frame, m Mark, _ string, _ bool) []Mark          { return []Mark{m} }
func (l *tracer) Iterate(m Mark, part Part) []Mark {
	if part == Keys {
		return nil
	}
	return []Mark{m}
}
func (l *tracer) Store(*Frame, *Value, *Value, python.Expr) []Mark { return nil }
func (l *tracer) Compare(*Frame, *Value, *Value, python.CompareOperator, python.Expr) []Mark {
	return nil
}

func (l *tracer) Facts(_ *Frame, v *Value) []string {
	if v != nil {
		for _, t := range v.Marks {
			if _, ok := t.Mark.(tested); ok {
				return []string{"ok"}
			}
		}
	}
	return nil
}
func (l *tracer) Decorate(*Frame, python.Expr, *Value, *Value) *Value { return nil }
func (l *tracer) Define(*Frame, python.Stmt, *Value)                  {}
func (l *tracer) Argument(*Func, *python.Param) *Value                { return nil }
func (l *tracer) Name(*Frame, string) *Value                          { return nil }
func (l *tracer) Assign(*Frame, string, *Value, python.Expr) *Value   { return nil }
func (l *tracer) Keep(_ *Frame, v *Value) *Value                      { return v }
func (l *tracer) Caught([]string, bool, Place) *Value                 { return nil }
func (l *tracer) Raises(*Frame, *Call) *Value                         { return nil }
func (l *tracer) Compose(parts []*Value) []Traced {
	return Join(parts...).Deep()
}

// run loads the first of some files and returns what reached a sink.
func run(files ...string) string {
	var parsed []*python.File
	for i := 0; i < len(files); i += 2 {
		parsed = append(parsed, python.Parse(files[i], []byte(files[i+1]), python.Limits{}))
	}
	p := NewProgram(parsed)
	l := &tracer{}
	NewEngine(p, l).Load(p.Modules[0])
	return strings.Join(l.reached, " ")
}

func TestWhereAValueGoes(t *testing.T) {
	tests := []struct{ name, code, want string }{
		{"assignment", "x = source()\ny = x\nsink(y, 'a')", "a=yes"},
		{"overwritten", "x = source()\nx = 1\nsink(x, 'a')", "a=no"},
		{"keys are told apart", "d = {'a': source(), 'b': 1}\nsink(d['a'], 'a')\nsink(d['b'], 'b')", "a=yes b=no"},
		{"a key set later", "d = {}\nd['a'] = source()\nsink(d['a'], 'a')\nsink(d.get('b'), 'b')", "a=yes b=no"},
		{"a key taken out", "d = {'a': source()}\nd.pop('a')\nsink(d, 'a')", "a=no"},
		{"append", "l = []\nl.append(source())\nsink(l[0], 'a')", "a=yes"},
		{"tuple", "a, b = source(), 1\nsink(a, 'a')\nsink(b, 'b')", "a=yes b=no"},
		{"a function", "def f(x, y=1):\n    return x\nsink(f(source()), 'a')\nsink(f(1, source()), 'b')", "a=yes b=no"},
		{"keywords", "def f(**k):\n    return k['a']\nsink(f(a=source(), b=1), 'a')\nsink(f(a=1, b=source()), 'b')", "a=yes b=no"},
		{"spread", "def f(a, b):\n    return a\nd = {'b': source(), 'a': 1}\nsink(f(**d), 'a')", "a=no"},
		{"a closure", "def outer(x):\n    def inner():\n        return x\n    return inner\nsink(outer(source())(), 'a')\nsink(outer(1)(), 'b')", "a=yes b=no"},
		{"a decorator", "def deco(f):\n    def wrapper(*a, **k):\n        return f(*a, **k)\n    return wrapper\n@deco\ndef g(x):\n    return x\nsink(g(source()), 'a')", "a=yes"},
		{"a method and its field", "class A:\n    def __init__(self, x):\n        self.x = x\n    def get(self):\n        return self.x\nsink(A(source()).get(), 'a')\nsink(A(1).get(), 'b')", "a=yes b=no"},
		{"super", "class A:\n    def get(self, x):\n        return x\nclass B(A):\n    def get(self, x):\n        return super().get(x)\nsink(B().get(source()), 'a')", "a=yes"},
		{"a property", "class A:\n    @property\n    def x(self):\n        return source()\nsink(A().x, 'a')", "a=yes"},
		{"either branch", "if unknown:\n    x = source()\nelse:\n    x = 1\nsink(x, 'a')", "a=yes"},
		{"a branch that ends", "def f(c):\n    x = source()\n    if c:\n        return 1\n    x = 2\n    return x\nsink(f(1), 'a')", "a=no"},
		{"an exception's text", "class E(Exception):\n    pass\ntry:\n    raise E(source())\nexcept E as e:\n    sink(str(e), 'a')", "a=yes"},
		{"another exception", "class E(Exception):\n    pass\nclass F(Exception):\n    pass\ntry:\n    try:\n        raise E(source())\n    except F as f:\n        sink(f, 'a')\nexcept E as e:\n    sink(f'{e}', 'b')", "a=no b=yes"},
		{"a comprehension", "sink([y for y in [source()]], 'a')\nsink({k: 1 for k in ['a']}, 'b')", "a=yes b=no"},
		{"a generator", "def g():\n    yield source()\nfor x in g():\n    sink(x, 'a')", "a=yes a=yes"},
		{"match", "match {'a': source(), 'b': 1}:\n    case {'a': x, 'b': y}:\n        sink(x, 'a')\n        sink(y, 'b')", "a=yes b=no"},
		{"emptiness", "x = source()\nif not x:\n    sink(x, 'a')", "a=no"},
		{"a guard", "if not check():\n    stop()\nsink(1, 'a')", "a=guarded"},
		{"a guard inside", "if check():\n    sink(1, 'a')\nsink(1, 'b')", "a=guarded b=no"},
		{"a guard in a helper", "def must():\n    if not check():\n        raise ValueError\nmust()\nsink(1, 'a')", "a=guarded"},
		{"a list changed by a callee", "def fill(l):\n    l.append(source())\nx = []\nfill(x)\nsink(x, 'a')", "a=yes"},
		{"getattr", "class A:\n    x = source()\nsink(getattr(A, 'x'), 'a')", "a=yes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := run("main.py", tt.code); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestImports(t *testing.T) {
	tests := []struct {
		name  string
		files []string
	}{
		{"a sibling", []string{"app/main.py", "import lib\nsink(lib.f(), 'a')", "app/lib.py", "def f(): return source()"}},
		{"relative", []string{"app/main.py", "from .sub import lib\nsink(lib.f(), 'a')", "app/sub/__init__.py", "", "app/sub/lib.py", "def f(): return source()"}},
		{"a package's own names", []string{"main.py", "from pkg import f\nsink(f(), 'a')", "pkg/__init__.py", "from pkg.lib import f", "pkg/lib.py", "def f(): return source()"}},
		{"a package elsewhere in the tree", []string{"apps/api/main.py", "import store\nsink(store.db.f(), 'a')", "lib/store/__init__.py", "from store import db", "lib/store/db.py", "def f(): return source()"}},
		{"a star", []string{"main.py", "from lib import *\nsink(f(), 'a')", "lib.py", "def f(): return source()"}},
		{"a circle", []string{"main.py", "import lib\ndef f(): return source()\nsink(lib.g(), 'a')", "lib.py", "import main\ndef g(): return main.f()"}},
		{"by name at run time", []string{"main.py", "import importlib\nkind = 'one'\nm = importlib.import_module(f'parts.{kind}')\nsink(getattr(m, f'{kind.capitalize()}Part')().f(), 'a')", "parts/one.py", "class OnePart:\n    def f(self): return source()"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := run(tt.files...); got != "a=yes" {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestWhatHasNoEndEnds(t *testing.T) {
	for _, code := range []string{
		"def f(x):\n    return f([x])\nf(1)",
		"def f():\n    return g()\ndef g():\n    return f()\nf()",
		"class A(A):\n    pass\nA().x",
		"class A:\n    def __iter__(self):\n        return self\nfor x in A():\n    for y in x:\n        pass",
		"x = {}\nwhile True:\n    x = {'a': x, 'b': x}",
		"x = []\nfor i in x:\n    x.append(x)\n    x.append([x, x])",
		"x = 'a'\nfor i in range(9):\n    x = f'{x}{x}'",
		"class A:\n    @property\n    def x(self):\n        return self.x\nA().x",
		strings.Repeat("if a:\n x = b\n", 2000),
	} {
		run("main.py", code)
	}
}

func TestAWideProgramTakesTimeInProportion(t *testing.T) {
	var b strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&b, "def f%d(x):\n    return f%d(x)\n", i, i+1)
	}
	b.WriteString("sink(f0(source()), 'a')")
	run("main.py", b.String())
}

func TestWhatModulesThatImportEachOtherDefineIsFoundInAnyOrder(t *testing.T) {
	tests := []struct{ name, models, views string }{
		{"a class", "import app\nclass User:\n    @staticmethod\n    def all():\n        return source()\n", "from models import User\nsink(User.all(), 'a')\n"},
		{"a value", "import app\nuser = source()\n", "from models import user\nsink(user, 'a')\n"},
		{"a value that is set twice", "import app\nuser = None\nuser = source()\n", "from models import user\nsink(user, 'a')\n"},
		{"a decorated function", "import app\ndef deco(f):\n    return f\n@deco\ndef get():\n    return source()\n", "from models import get\nsink(get(), 'a')\n"},
		{"by the module's name", "import app\nuser = source()\n", "import models as m\nsink(m.user, 'a')\n"},
		{"a module named by a text", "import app\nuser = source()\n", "import importlib\nsink(importlib.import_module('models').user, 'a')\n"},
		{"all names", "import app\nuser = source()\n", "from models import *\ndef f():\n    return user\nsink(f(), 'a')\n"},
		{"set in a try", "import app\ntry:\n    user = source()\nexcept ImportError:\n    user = None\n", "from models import user\nsink(user, 'a')\n"},
		{"below a condition", "if unknown:\n    x = 1\nmine = source()\nimport app\n", "from models import mine\nsink(mine, 'a')\n"},
		{"that needs another", "import app\ndef make(x):\n    return base(x)\nuser = make(source())\nbase = lambda x: x\n", "from models import user\nsink(user, 'a')\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			models, app, views := []string{"models.py", tt.models}, []string{"app.py", "import views\n"}, []string{"views.py", tt.views}
			for _, files := range [][]string{slices.Concat(models, app, views), slices.Concat(app, views, models), slices.Concat(views, models, app)} {
				if got := run(files...); got != "a=yes" {
					t.Errorf("%s first: %q", files[0], got)
				}
			}
		})
	}
}

func TestAModuleThatImportsManyIsLoadedToItsEnd(t *testing.T) {
	var main, busy strings.Builder
	for range 8_000 {
		busy.WriteString("x = 1 + 2\n")
	}
	var files []string
	for i := range 4 {
		fmt.Fprintf(&main, "import busy%d\n", i)
		files = append(files, fmt.Sprintf("busy%d.py", i), busy.String())
	}
	main.WriteString("sink(source(), 'a')\n")
	if got := run(append([]string{"main.py", main.String()}, files...)...); got != "a=yes" {
		t.Errorf("%q", got)
	}
}
