//go:build outside

package python_test

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/python"
)

// TestTreesAgreeWithCPython compares every node's kind, range and name with
// CPython's own tree, over that CPython's standard library. PYTHON names the
// interpreter; ORACLE_ROOT another tree to read.
func TestTreesAgreeWithCPython(t *testing.T) {
	interpreter := os.Getenv("PYTHON")
	if interpreter == "" {
		interpreter = "python3"
	}
	if _, err := exec.LookPath(interpreter); err != nil {
		t.Fatal("no python3 on this machine")
	}
	out, err := exec.Command(interpreter, "-c", "import sys, sysconfig; print(sysconfig.get_paths()['stdlib']); print(sys.version_info[1])").Output()
	if err != nil {
		t.Fatal("python3 does not run:", err)
	}
	root, version, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	minor, err := strconv.Atoi(version)
	if err != nil {
		t.Fatal(err)
	}
	if r := os.Getenv("ORACLE_ROOT"); r != "" {
		root = r
	}
	var paths []string
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && d.Name() == "site-packages" && path != root {
			return fs.SkipDir
		}
		if err == nil && d.Type().IsRegular() && strings.HasSuffix(path, ".py") && !strings.ContainsAny(path, "\n\t") {
			paths = append(paths, path)
		}
		return nil
	})
	cmd := exec.Command(interpreter, "testdata/oracle.py")
	cmd.Stdin = strings.NewReader(strings.Join(paths, "\n") + "\n")
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	var files, nodes, refused, accepted, differing int
	lines := bufio.NewScanner(pipe)
	lines.Buffer(nil, 1<<30)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		src, err := os.ReadFile(fields[0])
		if err != nil {
			t.Fatal(err)
		}
		f := python.Parse(fields[0], src, python.Limits{})
		want := fields[1:]
		if len(want) == 1 && want[0] == "!" {
			refused++
			if len(f.Problems) == 0 {
				accepted++
				t.Log("accepted, but CPython refuses it:", fields[0])
			}
			continue
		}
		if f.Encoding != "utf-8" {
			continue // its columns are of other bytes
		}
		files++
		nodes += len(want)
		if len(f.Problems) > 0 {
			differing++
			t.Errorf("%s: line %d: %s", fields[0], f.Position(f.Problems[0].Start).Line, f.Problems[0].Message)
			continue
		}
		got := flatten(f, minor >= 12)
		if minor < 10 { // which gave some kinds of node no position, others a wrong one
			want, got = kinds(want), kinds(got)
		}
		if !slices.Equal(got, want) {
			differing++
			if differing < 40 {
				missing, extra := compare(want, got)
				t.Errorf("%s: missing %q, extra %q", fields[0], missing[:min(len(missing), 8)], extra[:min(len(extra), 8)])
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if files == 0 {
		t.Fatal("nothing was compared")
	}
	t.Logf("%d files, %d nodes equal to CPython's but in %d files; of %d files that it refuses %d pass here", files, nodes, differing, refused, accepted)
}

// flatten writes a tree as the oracle does.
func flatten(f *python.File, modern bool) []string {
	var out []string
	lineStart := func(offset int32) (int, int) {
		p := f.Position(offset)
		start := strings.LastIndexAny(f.Text[:offset], "\n\r") + 1
		if start == 0 && strings.HasPrefix(f.Text, "\xef\xbb\xbf") {
			start = 3
		}
		return p.Line, int(offset) - start
	}
	var visit func(n python.Node) bool
	visit = func(n python.Node) bool {
		kind := reflect.TypeOf(n).Elem().Name()
		switch n := n.(type) {
		case *python.MatchCase, *python.WithItem, *python.Clause:
			out = append(out, kind)
			return true
		case *python.FString:
			out = append(out, at(kind, n.Pos(), lineStart))
			if modern {
				inspectFields(n.Parts, visit)
			}
			return false
		}
		s := at(kind, n.Pos(), lineStart)
		switch n := n.(type) {
		case *python.Name:
			if ascii(n.ID) {
				s += ":" + n.ID
			}
		case *python.Attribute:
			if ascii(n.Attr) {
				s += ":" + n.Attr
			}
		}
		out = append(out, s)
		return true
	}
	f.Inspect(visit)
	slices.Sort(out)
	return out
}

func inspectFields(parts []python.Expr, visit func(python.Node) bool) {
	for _, part := range parts {
		if field, ok := part.(*python.Field); ok {
			python.Inspect(field.Value, visit)
			inspectFields(field.Spec, visit)
		}
	}
}

func kinds(nodes []string) []string {
	out := make([]string, 0, len(nodes))
	for _, n := range nodes {
		kind, _, _ := strings.Cut(n, ":")
		out = append(out, kind)
	}
	slices.Sort(out)
	return out
}

func at(kind string, s python.Span, place func(int32) (int, int)) string {
	l, c := place(s.Start)
	el, ec := place(s.End)
	return fmt.Sprintf("%s:%d:%d:%d:%d", kind, l, c, el, ec)
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}

func compare(want, got []string) (missing, extra []string) {
	counts := map[string]int{}
	for _, s := range want {
		counts[s]++
	}
	for _, s := range got {
		counts[s]--
	}
	for s, n := range counts {
		if n > 0 {
			missing = append(missing, s)
		} else if n < 0 {
			extra = append(extra, s)
		}
	}
	slices.Sort(missing)
	slices.Sort(extra)
	return missing, extra
}
