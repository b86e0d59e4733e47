package pyflow

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/discreet-dev/discreet/internal/python"
)

func TestANameThatManyFilesBearIsFoundInProportionToTheTree(t *testing.T) {
	made := func(n int) uint64 {
		var files []*python.File
		for i := range n {
			files = append(files,
				python.Parse(fmt.Sprintf("apps/a%d/models.py", i), []byte("x = 1\n"), python.Limits{}),
				python.Parse(fmt.Sprintf("apps/a%d/views.py", i), []byte("from shop.models import x\n"), python.Limits{}))
		}
		p := NewProgram(files)
		e := NewEngine(p, &tracer{})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for _, m := range p.Modules {
			e.Load(m)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if one, four := made(200), made(800); four > 6*one {
		t.Errorf("%d apps take %d bytes, %d take %d", 200, one, 800, four)
	}
}

func TestOfModulesThatEndAlikeTheShortestIsMeant(t *testing.T) {
	var files []*python.File
	for _, path := range []string{"deep/er/lib/models.py", "deep/lib/models.py", "other/lib/models.py", "app/views.py"} {
		files = append(files, python.Parse(path, nil, python.Limits{}))
	}
	p := NewProgram(files)
	if m := p.Find(p.Modules[3], "lib.models", 0); m != p.Modules[1] {
		t.Errorf("app/views.py means %v", m)
	}
	if m := p.Find(p.Modules[1], "lib.models", 0); m != p.Modules[2] {
		t.Errorf("deep/lib/models.py means %v", m)
	}
	if m := p.Find(p.Modules[3], "lib.views", 0); m != nil {
		t.Errorf("lib.views is %v", m)
	}
}
