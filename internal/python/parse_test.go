package python

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// TestEveryConstruct parses each example of testdata/constructs.txt and compares
// with the tree after its "=> ".
func TestEveryConstruct(t *testing.T) {
	const path = "testdata/constructs.txt"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var source, out bytes.Buffer
	for line := range bytes.Lines(data) {
		want, isTree := bytes.CutPrefix(line, []byte("=> "))
		if !isTree {
			out.Write(line)
			if source.Len() > 0 || len(bytes.TrimSpace(line)) > 0 {
				source.Write(line)
			}
			continue
		}
		f := Parse("x.py", bytes.Clone(source.Bytes()), Limits{})
		got := dump(f.Body)
		out.WriteString("=> " + got + "\n")
		if len(f.Problems) > 0 {
			t.Errorf("%s%v", source.String(), f.Problems)
		}
		if want := strings.TrimSpace(string(want)); got != want && !*update {
			t.Errorf("%s got %s\nwant %s", source.String(), got, want)
		}
		source.Reset()
	}
	if *update {
		if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// recovered is what is left of a source with errors: the top-level names that
// it defines or assigns, and the lines of the problems.
func recovered(f *File) (names string, lines []int) {
	var list []string
	f.Inspect(func(n Node) bool {
		switch n := n.(type) {
		case *FunctionDef:
			list = append(list, n.Name)
		case *ClassDef:
			list = append(list, n.Name)
		case *Assign:
			list = append(list, f.Source(n.Targets[0].Pos()))
		}
		return true
	})
	for _, p := range f.Problems {
		lines = append(lines, f.Position(p.Start).Line)
	}
	return strings.Join(list, " "), lines
}

func TestAnErrorCostsOneStatement(t *testing.T) {
	tests := []struct {
		name, src, want string
		lines           []int
	}{
		{"a broken line", "a = 1\nb = = 2\nc = 3\n", "a c", []int{2}},
		{"in a block", "def f():\n    a = 1\n    b = (\n    c = 3\nd = 4\n", "f a d", []int{4}},
		{"a broken header takes its body", "def f(:\n    a = 1\n    b = 2\nc = 3\n", "c", []int{1}},
		{"an unclosed bracket before a definition", "a = foo(1,\n\ndef f():\n    b = 2\n", "f b", []int{3}},
		{"an unclosed bracket up to the end", "a = foo(1,\nb\n", "", []int{3}},
		{"Python 2", "print \"a\"\nexec \"b\"\nc = 1\n", "c", []int{1, 2}},
		{"a string over lines in the broken statement", "a = 1 1 '''\nb = 2\n'''\nc = 3\n", "c", []int{1}},
		{"a closing bracket on its own line", "a = 1 1 (\n  b = 2\n)\nc = 3\n", "c", []int{1}},
		{"no body", "def f():\nb = 2\n", "f b", []int{2}},
		{"an indent too many", "a = 1\n    b = 2\n    c = 3\nd = 4\n", "a b c d", []int{2}},
		{"an indent between levels", "if x:\n        a = 1\n    b = 2\nc = 3\n", "a b c", []int{3}},
		{"a stray else", "a = 1\nelse:\n    b = 2\nc = 3\n", "a c", []int{2}},
		{"a method among others", "class C:\n    def f(self):\n        a = 1\n    def g(self) 1:\n        b = 2\n    def h(self):\n        c = 3\n", "C f a h c", []int{4}},
		{"an f-string by itself", "a = f'{'\nb = f'{x y}' + c\nd = f'}' + e\n", "a b d", []int{1, 2, 3}},
		{"a triple-quoted f-string", "a = f'''\n{x y}\n'''\nb = 1\n", "a b", []int{2}},
		{"after a semicolon", "a = 1; b = = 2; c = 3\nd = 4\n", "a d", []int{1}},
		{"a case", "match x:\n    case 1 1:\n        a = 1\n    case 2:\n        b = 2\n    c = 3\nd = 4\n", "b d", []int{2, 6}},
		{"a decorator", "@a b\ndef f():\n    c = 1\n", "f c", []int{1}},
		{"an else without a colon keeps the if", "if x:\n    a = 1\nelse\n    b = 2\nc = 3\n", "a c", []int{3}},
		{"an unterminated string", "a = 'b\nc = 1\n", "c", []int{1}},
		{"an unterminated triple-quoted string", "a = 1\nb = '''\nc = 1\n", "a", []int{2}},
		{"an unknown character", "a = $b\nc = 1\n", "c", []int{1}},
		{"a stray backslash", "a = \\ b\nc = 1\n", "c", []int{1}},
		{"a leading zero", "a = 0777\nb = 00\n", "b", []int{1}},
		{"try alone", "try:\n    a = 1\nb = 2\n", "a b", []int{3}},
		{"bytes beside text", "a = b'' ''\n", "a", []int{1}},
	}
	for _, test := range tests {
		f := Parse("x.py", []byte(test.src), Limits{})
		names, lines := recovered(f)
		if names != test.want || !equal(lines, test.lines) {
			t.Errorf("%s: kept %q, problems in %v; want %q, %v\n%v", test.name, names, lines, test.want, test.lines, f.Problems)
		}
	}
}

func equal(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestLayout(t *testing.T) {
	tests := []struct {
		name, src, want string
		problems        int
	}{
		{"CRLF", "if a:\r\n    b = 1\r\nc = '''x\r\ny'''\r\n", "b c", 0},
		{"CR", "if a:\r    b = 1\rc = 2\r", "b c", 0},
		{"no line end", "if a:\n  b = 1", "b", 0},
		{"a byte order mark", "\xef\xbb\xbfa = 1\n", "a", 0},
		{"a form feed", "a = 1\n\f\nif x:\n    b = 2\n\f    c = 3\n", "a b c", 0},
		{"tabs as eight", "if a:\n\tb = 1\n\tc = 2\n", "b c", 0},
		{"tabs and spaces mixed", "if a:\n\tb = 1\n        c = 2\n", "b c", 1},
		{"a continued line", "a = 1 + \\\n    2\nb = 3\n", "a b", 0},
		{"comments at odd indents", "if a:\n    b = 1\n# x\n  # y\n    c = 2\n", "b c", 0},
		{"a type comment", "a = [] # type: List[int]\nb = 1\n", "a b", 0},
		{"empty", "", "", 0},
		{"only a comment", "# x", "", 0},
		{"NUL", "a = 1\nb = '\x00'\nc = 2\n", "a b c", 1},
		{"NUL in code", "a = 1\n\x00\nc = 2\n", "a c", 1},
		{"invalid UTF-8", "a = '\xff\xfe'\nb = 2\n", "a b", 1},
		{"latin-1", "# -*- coding: latin-1 -*-\na = '\xe9'\n", "a", 0},
		{"latin-1 on the second line", "#!/usr/bin/python\n# vim: set fileencoding=iso-8859-1 :\na = '\xe9'\n", "a", 0},
		{"an unknown encoding", "# coding: klingon\na = '\xe9'\n", "a", 1},
		{"UTF-16", "\xff\xfea\x00", "", 1},
	}
	for _, test := range tests {
		f := Parse("x.py", []byte(test.src), Limits{})
		names, _ := recovered(f)
		if names != test.want || len(f.Problems) != test.problems {
			t.Errorf("%s: kept %q, want %q; %v", test.name, names, test.want, f.Problems)
		}
	}
}

func TestLatin1IsRead(t *testing.T) {
	f := Parse("x.py", []byte("# coding: latin-1\na = '\xe9'\n"), Limits{})
	if s := f.Body[0].(*Assign).Value.(*String); s.Value != "é" || f.Encoding != "latin-1" {
		t.Errorf("%q in %s", s.Value, f.Encoding)
	}
}

func TestPositionsCountCodePoints(t *testing.T) {
	f := Parse("x.py", []byte("\xef\xbb\xbfé = 1\r\nf('é😀', x)\n"), Limits{})
	call := f.Body[1].(*ExprStmt).Value.(*Call)
	r := f.Range(call.Args[1].Pos())
	if r.Start.Line != 2 || r.Start.Column != 9 || r.End.Column != 10 || f.Source(call.Args[1].Pos()) != "x" {
		t.Errorf("%+v", r)
	}
	if p := f.Position(f.Body[0].Pos().Start); p.Line != 1 || p.Column != 1 || p.Offset != 3 {
		t.Errorf("after the mark: %+v", p)
	}
	if f.Line(2) != "f('é😀', x)" || f.Line(3) != "" || f.Line(9) != "" || f.Line(0) != "" {
		t.Errorf("lines %q %q", f.Line(1), f.Line(2))
	}
	if p := f.Position(1 << 30); p.Offset != len(f.Text) || f.Position(-1).Offset != 0 {
		t.Errorf("out of range: %+v", p)
	}
}

func TestCommentsAreKeptOnce(t *testing.T) {
	f := Parse("x.py", []byte("# one\nmatch (x # two\n):\n  case 1: pass # three\na = '# none'\nb = = # four\n"), Limits{})
	var got []string
	for _, c := range f.Comments {
		got = append(got, f.Source(c))
	}
	if s := strings.Join(got, "|"); s != "# one|# two|# three|# four" {
		t.Error(s)
	}
	if !f.BeginsLine(f.Comments[0]) || f.BeginsLine(f.Comments[1]) {
		t.Error("a comment alone on its line is not told from one after code")
	}
}
