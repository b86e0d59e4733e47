package discreet_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/discreet-dev/discreet"

// house is the floor plan (ARCHITECTURE.md): a package may import those of the
// floors below its own, and what its line names. Floor 0 does no I/O and imports
// nothing of the module; floor 1 decides, without I/O and without a clock; floor 2
// are the edges; floor 3 are products, none of which imports another.
var house = []struct {
	floor    int
	packages string
	also     string // of the same floor
}{
	{0, "contract", ""},
	{0, "fault", ""},
	{0, "item", ""},
	{0, "expr", "item"},
	{0, "finding", ""},
	{0, "surface", "finding"},
	{0, "gitignore", ""},

	{1, "parse", ""},
	{1, "access", ""},
	{1, "route", ""},
	{1, "body", ""},
	{1, "seal", ""},
	{1, "view", "access"},
	{1, "plan", "access body"},
	{1, "explain", "access plan route"},
	{1, "policy", ""},
	{1, "draft", ""},

	{2, "identity", ""},
	{2, "dynamo", ""},
	{2, "embedded", ""},
	{2, "audit", ""},
	{2, "seed", ""},
	{2, "python", ""},
	{2, "report", ""},
	{2, "template", ""},
	{2, "pyflow", "python"},

	{3, "serve", ""},
	{3, "trial", ""},
	{3, "iam", ""},
	{3, "scan", ""},
}

// pure packages do no I/O, read no clock and start nothing.
var impure = []string{"net", "os", "os/exec", "net/http", "io/fs", "path/filepath", "log", "log/slog", "syscall", "math/rand", "math/rand/v2"}

// allowed are the standard packages of impure that a pure package may import
// all the same, for their constants and parsers alone.
var allowed = map[string][]string{
	"contract": {"net/netip"},
	"fault":    {"net/http"},
	"explain":  {"net/http"},
}

func TestEveryImportGoesDownTheHouse(t *testing.T) {
	floor, also := map[string]int{}, map[string][]string{}
	for _, line := range house {
		floor[line.packages], also[line.packages] = line.floor, strings.Fields(line.also)
	}
	for pkg, imports := range imported(t) {
		name, inside := strings.CutPrefix(pkg, "internal/")
		if !inside {
			continue // the root and the command stand above all floors
		}
		mine, known := floor[name]
		if !known {
			t.Errorf("internal/%s has no floor: give it one in the house", name)
			continue
		}
		for _, path := range imports {
			if mine < 2 && slices.Contains(impure, path) && !slices.Contains(allowed[name], path) {
				t.Errorf("internal/%s (floor %d) imports %s", name, mine, path)
			}
			if strings.HasPrefix(path, "github.com/aws/") && name != "dynamo" {
				t.Errorf("internal/%s imports the AWS SDK: dynamo alone does", name)
			}
			other, ours := strings.CutPrefix(path, module+"/internal/")
			if ours && floor[other] >= mine && !slices.Contains(also[name], other) {
				t.Errorf("internal/%s (floor %d) imports internal/%s (floor %d)", name, mine, other, floor[other])
			}
		}
	}
}

func TestTheArchitectureHasEveryPackageOnItsFloorAndItsJob(t *testing.T) {
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	var floors [4]string
	for _, m := range regexp.MustCompile(`(?m)^\| ([0-3]) \w+ \| ([^|]+) \|`).FindAllStringSubmatch(string(text), -1) {
		floors[m[1][0]-'0'] = strings.ReplaceAll(m[2], "`", "")
	}
	var want [4][]string
	for _, line := range house {
		want[line.floor] = append(want[line.floor], line.packages)
		if !strings.Contains(string(text), "\n| `"+line.packages+"` | ") {
			t.Errorf("ARCHITECTURE.md does not say what %s is for", line.packages)
		}
	}
	for floor, packages := range want {
		have := strings.Fields(floors[floor])
		slices.Sort(have)
		slices.Sort(packages)
		if !slices.Equal(have, packages) {
			t.Errorf("on floor %d ARCHITECTURE.md has %v, and the house %v", floor, have, packages)
		}
	}
}

func TestNoPackageIsADrawer(t *testing.T) {
	for pkg := range imported(t) {
		for _, drawer := range []string{"util", "utils", "common", "helper", "helpers", "shared", "types", "pkg", "misc"} {
			if filepath.Base(pkg) == drawer {
				t.Errorf("%s: name the package for what it does", pkg)
			}
		}
	}
}

// imported are the imports of every package outside its tests, by its folder.
func imported(t *testing.T) map[string][]string {
	t.Helper()
	return importsOf(t, func(file string) bool { return !strings.HasSuffix(file, "_test.go") })
}

// importsOf are the imports of the files that are wanted, by folder.
func importsOf(t *testing.T, wanted func(file string) bool) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git" || d.Name() == "bench") {
			if d != nil && d.IsDir() {
				return filepath.SkipDir
			}
			return err
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || !wanted(path) {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(filepath.Dir(path))
		for _, i := range f.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			out[pkg] = append(out[pkg], name)
		}
		if out[pkg] == nil {
			out[pkg] = []string{}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
