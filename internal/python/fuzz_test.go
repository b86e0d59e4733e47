package python

import (
	"os"
	"testing"
)

// FuzzParse holds that no input panics or hangs, and that every node lies in the
// file and begins no later than it ends.
func FuzzParse(f *testing.F) {
	constructs, err := os.ReadFile("testdata/constructs.txt")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(constructs)
	for _, seed := range []string{
		"f'{x:{y!r:>{z}}}'", "match x:\n case [a, *_] if b: pass\n", "with (a as b, c): pass\n", "if a:\n\tb\n        c\n",
		"def f[T: int = str](a, /, *b: *c, **d) -> e: pass\n", "try: a\nexcept* b, c: d\n", "t'''{\na}'''", "# coding: latin-1\n\xff",
		"@a\nasync def f(): await g\n", "x = (1,\n\ndef f(): pass", "lambda *, a=1: (yield)", "type X[*T] = a\n", "\\\n \f x", "a[b:c, *d]\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file := Parse("x.py", src, Limits{})
		inside := func(s Span) bool { return 0 <= s.Start && s.Start <= s.End && int(s.End) <= len(file.Text) }
		file.Inspect(func(n Node) bool {
			if !inside(n.Pos()) {
				t.Fatalf("%T at %v of %d", n, n.Pos(), len(file.Text))
			}
			file.Range(n.Pos())
			return true
		})
		for _, p := range file.Problems {
			if !inside(p.Span) || p.Message == "" {
				t.Fatalf("problem %+v", p)
			}
		}
		for _, c := range file.Comments {
			if !inside(c) || file.Text[c.Start] != '#' {
				t.Fatalf("comment %+v", c)
			}
		}
	})
}
