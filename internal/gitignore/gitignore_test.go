package gitignore

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPatternsAreReadAsGitReadsThem(t *testing.T) {
	for _, tt := range []struct{ text, ignored, kept string }{
		{"*.py", "a.py d/a.py", "a.pyc"},
		{"/a.py", "a.py", "d/a.py"},
		{"d/a.py", "d/a.py", "x/d/a.py a.py"},
		{"d/", "d/ x/d/", "d"},
		{"*.py\n!a.py", "b.py", "a.py d/a.py"},
		{"!a.py\n*.py", "a.py", ""},
		{"**/x", "x d/x d/e/x", "xx"},
		{"a/**/x", "a/x a/b/x a/b/c/x", "x b/a/x"},
		{"a/**", "a/x a/b/x", "a b/x"},
		{"a**b", "ab axb", "a/b"},
		{"a/b**c", "a/bxc", "a/b/c"},
		{"#x\n\\#y\n\\!z", "#y !z", "#x x"},
		{"[a-c]x[!y]", "axz", "dxz axy"},
		{"[]-]a", "]a -a", "a"},
		{"[[:digit:]_]", "1 _", "a"},
		{"[", "", "["},
		{`a\`, "", `a a\`},
		{"x//", "", "x x/"},
		{"a\r\nb\r\n", "a b", "c"},
		{"\ufeffa", "a", ""},
	} {
		files := []Patterns{Parse(".", tt.text)}
		for _, name := range strings.Fields(tt.ignored) {
			if !Ignored(files, strings.TrimSuffix(name, "/"), strings.HasSuffix(name, "/")) {
				t.Errorf("%q keeps %q", tt.text, name)
			}
		}
		for _, name := range strings.Fields(tt.kept) {
			if Ignored(files, strings.TrimSuffix(name, "/"), strings.HasSuffix(name, "/")) {
				t.Errorf("%q leaves out %q", tt.text, name)
			}
		}
	}
	spaces := []Patterns{Parse(".", "a  \nb\\ \nc\\  \n d\n")}
	for name, want := range map[string]bool{"a": true, "a ": false, "b ": true, "b": false, "c ": true, " d": true, "d": false} {
		if Ignored(spaces, name, false) != want {
			t.Errorf("%q: ignored %v", name, !want)
		}
	}
}

func TestTheDeepestFileDecides(t *testing.T) {
	files := []Patterns{Parse(".", "*.py\n/d/x"), Parse("d", "!*.py\n/a.py\n")}
	for name, want := range map[string]bool{"a.py": true, "d/a.py": true, "d/b.py": false, "d/e/a.py": false, "d/x": true, "dd/a.py": true} {
		if Ignored(files, name, false) != want {
			t.Errorf("%s: ignored %v", name, !want)
		}
	}
}

// TestPatternsThatTryToTakeLongDoNot has what takes a matcher that tries every
// way for longer than a life.
func TestPatternsThatTryToTakeLongDoNot(t *testing.T) {
	start := time.Now()
	files := []Patterns{Parse(".", strings.Repeat("*a", 400)+"b\n"+strings.Repeat("**/a/", 200)+"b\n"+strings.Repeat("x\n", 1<<20))}
	Ignored(files, strings.Repeat("a", 4000), false)
	Ignored(files, strings.Repeat("a/", 2000)+"c", false)
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

// Two stars behind a literal, and more than two, have a meaning for git that its
// manual does not give them.
var (
	behindLiteral = regexp.MustCompile(`([^/\n])\*{2,}`)
	manyStars     = regexp.MustCompile(`\*{3,}`)
)

// TestGitAgrees asks git about trees and patterns that are put together at
// random, with the same outcome each time.
func TestGitAgrees(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git to ask")
	}
	pieces := []string{"a", "b", "ab", "*", "**", "?", "[ab]", "[!a]", "[^b-z]", "[[:alpha:]]", "[a-", `\a`, `\*`, "/", "/", "/", ".py", "!", "#", " ", `\ `, "-", "[]a]"}
	names := []string{"a", "b", "ab", "ba", "a.py", "b.py", "-", "a ", "*", "]", "abc"}
	var paths []string
	for _, x := range names {
		paths = append(paths, "f"+x, x+"/f"+x)
		for _, y := range names[:5] {
			paths = append(paths, x+"/d"+y+"/"+y+".py", x+"/"+y+"/"+x)
		}
	}
	root := t.TempDir()
	git := func(input string, args ...string) string {
		cmd := exec.Command("git", append([]string{"-C", root, "-c", "core.excludesFile=", "-c", "core.ignoreCase=false"}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
		cmd.Stdin = strings.NewReader(input)
		out, err := cmd.Output()
		if exit, ok := err.(*exec.ExitError); ok && exit.ExitCode() == 1 { // none is ignored
			err = nil
		}
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	git("", "init", "-q")
	for _, p := range paths {
		plant(t, root, p, "")
	}
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 40 {
		text := func() string {
			var b strings.Builder
			for range 1 + r.IntN(4) {
				for range 1 + r.IntN(5) {
					b.WriteString(pieces[r.IntN(len(pieces))])
				}
				b.WriteByte('\n')
			}
			return manyStars.ReplaceAllString(behindLiteral.ReplaceAllString(b.String(), "$1*"), "**")
		}
		top, below := text(), text()
		plant(t, root, ".gitignore", top)
		plant(t, root, "a/.gitignore", below)
		git := strings.Split(git(strings.Join(paths, "\x00"), "check-ignore", "--no-index", "-z", "--stdin"), "\x00")
		for _, p := range paths {
			if want, got := slices.Contains(git, p), leftOut(top, below, p); got != want {
				t.Errorf("round %d: %q, in a %q: %q: ignored %v, git says %v", round, top, below, p, got, want)
			}
		}
	}
}

// leftOut asks for a file's folders first, as a walk does.
func leftOut(top, below, name string) bool {
	files := []Patterns{Parse(".", top)}
	parts := strings.Split(name, "/")
	for i := range parts {
		at := strings.Join(parts[:i+1], "/")
		if Ignored(files, at, i < len(parts)-1) {
			return true
		}
		if at == "a" {
			files = append(files, Parse("a", below))
		}
	}
	return false
}

func plant(t *testing.T, root, name, text string) {
	t.Helper()
	full := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func FuzzIgnored(f *testing.F) {
	f.Add("*.py\n!a/[b-d]?/**/x\n\\#y\n[", "a/bb/c/x")
	f.Fuzz(func(t *testing.T, text, name string) {
		files := []Patterns{Parse(".", text)}
		if Ignored(files, name, false) && !Ignored(files, name, true) && !bytes.Contains([]byte(text), []byte("!")) {
			t.Errorf("%q leaves out a file and not a folder of its name: %q", text, name)
		}
	})
}
