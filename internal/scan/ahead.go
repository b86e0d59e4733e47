package scan

import (
	"sync"
	"sync/atomic"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// ahead parses the files again of which only a sketch was kept: what the modules
// that are worth loading import, beside the engine, in the order in which it
// will come to them; any other when it is asked for.
type ahead struct {
	tree    *tree
	files   map[string]func() *python.File // each is parsed once
	stopped atomic.Bool
	done    sync.WaitGroup
}

func newAhead(t *tree, p *pyflow.Program, modules []*pyflow.Module) *ahead {
	a := &ahead{tree: t, files: map[string]func() *python.File{}}
	seen := map[*pyflow.Module]bool{}
	var order []func() *python.File
	var visit func(*pyflow.Module)
	visit = func(m *pyflow.Module) {
		if seen[m] {
			return
		}
		seen[m] = true
		if name := m.File.Path; m.File.Text == "" {
			file := sync.OnceValue(func() *python.File { return a.parse(name) })
			a.files[name] = file
			order = append(order, file)
		}
		for _, other := range p.Imports(m) {
			visit(other)
		}
	}
	for _, m := range modules {
		visit(m)
	}
	a.done.Go(func() {
		for _, file := range order {
			if a.stopped.Load() {
				return
			}
			file()
		}
	})
	return a
}

// whole is a file of the tree, nil for one that can't be read any more.
func (a *ahead) whole(name string) *python.File {
	if file := a.files[name]; file != nil {
		return file()
	}
	return a.parse(name)
}

func (a *ahead) parse(name string) *python.File {
	src, err := a.tree.read(name, maxFile)
	if err != nil {
		return nil
	}
	return python.Parse(name, src, python.Limits{})
}

// stop ends the work, with the file that is being parsed.
func (a *ahead) stop() {
	a.stopped.Store(true)
	a.done.Wait()
}
