package scan

import (
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// neighbours finds the code that policies stand beside.
type neighbours struct {
	*scanner
	tree    *tree
	said    map[string]*spoken // by path
	modules map[string]*pyflow.Module
	serving map[string]bool // files with an entry: a route, a Lambda function, a consumer
	apps    map[string]*app // by folder, and by module where it is a function's own
	imports map[*pyflow.Module][]*pyflow.Module
}

func (s *scanner) neighbours(t *tree) *neighbours {
	n := &neighbours{
		scanner: s, tree: t, said: map[string]*spoken{}, modules: map[string]*pyflow.Module{}, serving: map[string]bool{}, apps: map[string]*app{},
		imports: map[*pyflow.Module][]*pyflow.Module{},
	}
	for _, m := range s.program.Modules {
		n.modules[m.File.Path] = m
	}
	for _, e := range s.entries {
		n.serving[e.fn.Module.File.Path] = true
	}
	return n
}

// beside is the code that runs under a policy which stands in a file: the
// module's and what it imports where the policy is one function's, else the
// nearest folder's above the file that serves somebody and uses tables.
func (n *neighbours) beside(file, code string) *app {
	if code != "" {
		for _, name := range []string{code + ".py", code + "/__init__.py"} {
			if n.modules[name] != nil {
				return n.made(name, func(p string) bool { return p == name })
			}
		}
	}
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if dir == "." || dir == "/" {
			a := n.made(".", func(string) bool { return true })
			return a
		}
		a := n.made(dir, func(p string) bool { return strings.HasPrefix(p, dir+"/") })
		if a.uses() && n.serves(dir) {
			return a
		}
	}
}

func (n *neighbours) serves(dir string) bool {
	for name := range n.serving {
		if strings.HasPrefix(name, dir+"/") {
			return true
		}
	}
	return false
}

// made is the app of the files that are wanted, and of what they import.
func (n *neighbours) made(key string, wanted func(path string) bool) *app {
	if a := n.apps[key]; a != nil {
		return a
	}
	files := map[string]bool{}
	var todo []*pyflow.Module
	for name, m := range n.modules {
		if wanted(name) {
			files[name] = true
			todo = append(todo, m)
		}
	}
	for len(todo) > 0 {
		m := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, other := range n.imported(m) {
			if name := other.File.Path; !files[name] {
				files[name] = true
				todo = append(todo, other)
			}
		}
	}
	a := n.gather(files)
	dir := key
	if strings.HasSuffix(key, ".py") {
		dir = path.Dir(key)
	}
	a.unclear = a.unclear || n.tree.speaksElsewhere(dir)
	n.apps[key] = a
	return a
}

// imported are the modules that a module imports, within functions too.
func (n *neighbours) imported(m *pyflow.Module) []*pyflow.Module {
	if out, known := n.imports[m]; known {
		return out
	}
	out := n.program.Imports(m)
	for _, st := range m.File.Body {
		python.Inspect(st, func(node python.Node) bool {
			switch st := node.(type) {
			case *python.Import:
				for _, a := range st.Names {
					out = append(out, n.program.Find(m, a.Name, 0))
				}
			case *python.ImportFrom:
				out = append(out, n.program.Find(m, st.Module, st.Level))
				for _, a := range st.Names {
					out = append(out, n.program.Find(m, strings.TrimPrefix(st.Module+"."+a.Name, "."), st.Level))
				}
			}
			return true
		})
	}
	// A package's own file runs before any of its modules.
	if init := n.modules[path.Join(m.Dir, "__init__.py")]; init != nil && init != m {
		out = append(out, init)
	}
	n.imports[m] = slices.DeleteFunc(out, func(m *pyflow.Module) bool { return m == nil })
	return n.imports[m]
}

// hear reads what files say, on every processor; of most files the text is not
// kept.
func (n *neighbours) hear(files map[string]bool) {
	var names []string
	for name := range files {
		if n.said[name] == nil {
			names = append(names, name)
		}
	}
	heard := make([]*spoken, len(names))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range max(1, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(names); i = int(next.Add(1)) - 1 {
				heard[i] = listen(names[i], n.text(names[i]))
			}
		})
	}
	wg.Wait()
	for i, name := range names {
		n.said[name] = heard[i]
	}
}

func (n *neighbours) text(name string) string {
	if text := n.modules[name].File.Text; text != "" {
		return text
	}
	src, err := n.tree.read(name, maxFile)
	if err != nil {
		return "" // the walk has said so
	}
	return string(src)
}

// gather puts together what has been followed and what the files say.
func (n *neighbours) gather(files map[string]bool) *app {
	a := &app{calls: map[string]finding.Location{}, maybe: map[string]bool{}}
	n.hear(files)
	models, own := false, map[string]bool{}
	for name := range files {
		for action, at := range n.calls[name] {
			a.add(action, at)
		}
		x := n.said[name]
		models = models || x.models
		for method := range x.defined {
			own[method] = true
		}
	}
	for name := range files {
		x := n.said[name]
		a.unclear = a.unclear || x.unclear
		for method, h := range x.methods {
			for _, action := range h.actions {
				if !own[method] {
					a.add(action, h.at)
				}
			}
		}
		if x.queries {
			a.maybe["Query"] = true
		}
		if x.scans {
			a.maybe["Scan"] = true
		}
		if models {
			a.modelled(n.text(name))
		}
	}
	return a
}
