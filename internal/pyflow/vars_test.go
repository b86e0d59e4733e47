package pyflow

import (
	"fmt"
	"maps"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/python"
)

// Copies and joins of vars are those of plain maps, whatever is set between them.
func TestVarsAreAsMapsThatAreCopiedWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type pair struct {
			vars  *vars
			plain map[string]*Value
		}
		all := []pair{{&vars{}, map[string]*Value{}}}
		one := func() pair { return all[rapid.IntRange(0, len(all)-1).Draw(t, "which")] }
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			p := one()
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0:
				all = append(all, pair{p.vars.copy(), maps.Clone(p.plain)})
			case 1:
				q := one()
				plain := maps.Clone(p.plain)
				for k, v := range q.plain {
					plain[k] = Join(plain[k], v)
				}
				all = append(all, pair{p.vars.joined(q.vars), plain})
			default:
				name := rapid.StringMatching("[a-l]").Draw(t, "name")
				v := Of(Text(rapid.StringMatching("[x-z]").Draw(t, "value")))
				p.vars.set(name, v)
				p.plain[name] = v
			}
		}
		for _, p := range all {
			found := p.vars.all()
			if len(found) != len(p.plain) {
				t.Fatalf("%d names, want %d", len(found), len(p.plain))
			}
			for name, v := range p.plain {
				if got, ok := p.vars.find(name); !ok || got.Key() != v.Key() || found[name] != got {
					t.Fatalf("%s is %v, want %v", name, got, v)
				}
			}
		}
	})
}

func TestABodyOfManyBranchesIsFollowedInProportionToItsLength(t *testing.T) {
	for name, step := range map[string]string{
		"if":  "if condition(%d):\n    v%[1]d = 1\n",
		"try": "try:\n    v%d = attempt()\nexcept ValueError:\n    v%[1]d = None\n",
		"for": "for v%d in several():\n    w%[1]d = v%[1]d\n",
	} {
		t.Run(name, func(t *testing.T) {
			made := func(n int) uint64 {
				var text strings.Builder
				for i := range n {
					fmt.Fprintf(&text, step, i)
				}
				p := NewProgram([]*python.File{python.Parse("m.py", []byte(text.String()), python.Limits{})})
				p.Modules[0].Main = true
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				NewEngine(p, &tracer{}).Load(p.Modules[0])
				runtime.ReadMemStats(&after)
				return after.TotalAlloc - before.TotalAlloc
			}
			if one, four := made(500), made(2000); four > 6*one {
				t.Errorf("%d branches take %d bytes, %d take %d", 500, one, 2000, four)
			}
		})
	}
}
