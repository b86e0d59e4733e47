package pyflow

import (
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/python"
)

func TestAnEngineThatIsToldToStopFollowsNothingMore(t *testing.T) {
	text := "def f():\n" + strings.Repeat("    x = [1, 2, 3]\n", askEvery) + "    sink(source(), 'late')\n"
	for _, stop := range []bool{false, true} {
		program := NewProgram([]*python.File{python.Parse("m.py", []byte(text), python.Limits{})})
		library := &tracer{}
		e := NewEngine(program, library)
		e.Stop = func() bool { return stop }
		e.Load(program.Modules[0])
		e.Run(Of(e.Functions(program.Modules[0])[0]), nil, nil)
		if e.Exhausted() != stop || (len(library.reached) == 0) != stop {
			t.Errorf("told %v: exhausted %v, reached %v", stop, e.Exhausted(), library.reached)
		}
	}
}
