package python

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestDepthIsBounded(t *testing.T) {
	const n = 40_000
	repeat := strings.Repeat
	tests := map[string]string{
		"parentheses":    repeat("(", n),
		"closed":         repeat("(", n) + repeat(")", n),
		"lists":          repeat("[", n),
		"stars":          repeat("[*", n),
		"dicts":          repeat("{1:", n),
		"double stars":   repeat("{**", n),
		"calls":          repeat("f(", n),
		"named":          repeat("f(a=", n),
		"subscripts":     repeat("a[", n),
		"nots":           repeat("not ", n) + "a",
		"signs":          repeat("-", n) + "a",
		"powers":         repeat("a**", n) + "a",
		"lambdas":        repeat("lambda:", n) + "a",
		"defaults":       repeat("lambda a=", n),
		"conditions":     repeat("a if b else ", n) + "a",
		"sums":           repeat("a+", n) + "a",
		"chain":          "a" + repeat(".b", n),
		"called":         "a" + repeat("()", n),
		"indexed":        "a" + repeat("[0]", n),
		"clauses":        repeat("[a for a in ", n),
		"yields":         repeat("(yield ", n),
		"f-strings":      repeat("f'{", n),
		"f-string specs": "f'{a:" + repeat("{b:", n),
		"patterns":       "match x:\n case " + repeat("[", n),
		"classes":        "match x:\n case " + repeat("A(", n),
		"indents":        indents(2_000),
		"elifs":          "if a: b\n" + repeat("elif a: b\n", 50_000),
		"types":          "def f[" + repeat("T: [", n),
		"awaits":         repeat("(await ", n),
		"mixed":          repeat("(a"+repeat("+a", 500), 3_000),
		"left nested":    repeat("(", 200) + "a" + repeat(repeat("+a", 500)+")", 200),
	}
	for name, src := range tests {
		t.Run(name, func(t *testing.T) {
			f := Parse("x.py", []byte(src+"\nok = 1\n"), Limits{})
			if len(f.Problems) == 0 {
				t.Error("no problem was reported")
			}
			if d := height(f); d > 100_000 {
				t.Errorf("the tree is %d deep", d)
			}
		})
	}
}

func indents(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "if a:\n")
	}
	return b.String()
}

// height walks the tree as an analyser would.
func height(f *File) int {
	most := 0
	var visit func(depth int) func(Node) bool
	visit = func(depth int) func(Node) bool {
		most = max(most, depth)
		first := true
		return func(n Node) bool {
			if first {
				first = false
				return true
			}
			Inspect(n, visit(depth+1))
			return false
		}
	}
	for _, s := range f.Body {
		Inspect(s, visit(1))
	}
	return most
}

func TestLongChainsThatPeopleWriteAreRead(t *testing.T) {
	src := "a = " + strings.Repeat("'x' + ", 3_000) + "b\nc = [" + strings.Repeat("a.b.c.d(1)[2],\n", 20_000) + "]\n" +
		"d = [" + strings.Repeat("a"+strings.Repeat("+ 1", 200)+",", 1_000) + "]\n"
	if f := Parse("x.py", []byte(src), Limits{}); len(f.Problems) > 0 {
		t.Error(f.Problems)
	}
}

func TestHostileFilesTakeLinearTime(t *testing.T) {
	const n = 20_000
	tests := map[string]string{
		"match":             strings.Repeat("match(\n", n),
		"match on one line": strings.Repeat("match(x);", n),
		"with":              strings.Repeat("with (\n", n),
		"open brackets":     strings.Repeat("a = (1,\n", n),
		"f-strings":         strings.Repeat("f'{'", n),
		"f-string fields":   strings.Repeat(`f"{'`, n),
		"triple quotes":     strings.Repeat(`"""`+"\\\n", n),
		"quotes":            strings.Repeat("'\n", n),
		"literals":          strings.Repeat("'a' ", n),
		"backslashes":       strings.Repeat("\\\n", n),
		"indents":           strings.Repeat("if a:\n b\n  c\n", n),
		"decorators":        strings.Repeat("@a\n", n),
		"semicolons":        strings.Repeat("a;", n),
		"errors":            strings.Repeat("= \n", n),
		"type":              strings.Repeat("type (\n", n),
		"carriage returns":  strings.Repeat("a\r", n),
		"NUL":               strings.Repeat("\x00", n),
		"commas":            strings.Repeat(",", n),
		"unclosed calls":    strings.Repeat("f(a),\n(", n),
	}
	for name, src := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			Parse("x.py", []byte(src), Limits{})
			if d := time.Since(start); d > 6*time.Second {
				t.Errorf("%v for %d bytes", d, len(src))
			}
		})
	}
}

func TestMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("large inputs")
	}
	tests := map[string]struct {
		src    string
		factor uint64 // bytes kept for one of source
	}{
		"one string":  {"a = '" + strings.Repeat("x", 50<<20) + "'", 3},
		"one comment": {"#" + strings.Repeat("x", 5<<20), 3},
	}
	for name, test := range tests {
		f := Parse("x.py", []byte(test.src), Limits{})
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		if len(f.Problems) > 0 || m.HeapAlloc > test.factor*uint64(len(test.src))+64<<20 {
			t.Errorf("%s: %d MB kept, %v", name, m.HeapAlloc>>20, f.Problems)
		}
		runtime.KeepAlive(f)
	}
}

func TestLimitsAreReported(t *testing.T) {
	f := Parse("x.py", []byte("a = 1\nb = [1, 2, 3, 4, 5]\nc = 1\n"), Limits{Tokens: 10})
	if names, _ := recovered(f); names != "a" || len(f.Problems) != 1 {
		t.Errorf("tokens: kept %q, %v", names, f.Problems)
	}
	f = Parse("x.py", []byte("a = 1\n"), Limits{Bytes: 5})
	if len(f.Body) != 0 || len(f.Problems) != 1 {
		t.Errorf("bytes: %v", f.Problems)
	}
}
