package template

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/discreet-dev/discreet/internal/policy"
)

// sound checks what holds for every result: places that are in order, every
// Unresolved node with a reason, and no mark left in any text.
func sound(t *testing.T, r Result) {
	t.Helper()
	var walk func(n *policy.Node) int
	walk = func(n *policy.Node) int {
		unknown := 0
		if n.Kind == policy.Unresolved {
			unknown++
		}
		if n.Start.Offset < 0 {
			t.Errorf("a place before the file: %+v", n.Location)
		}
		for i := range n.Members {
			unknown += walk(&n.Members[i].Value)
		}
		for i := range n.Elements {
			unknown += walk(&n.Elements[i])
		}
		return unknown
	}
	for _, p := range r.Principals {
		for _, x := range p.Policies {
			if walk(&x.Document) > len(x.Unknown) {
				t.Errorf("something is unknown without a reason: %+v", x.Document)
			}
			policy.FromNode(x.Document) // whatever was read, it does not panic
		}
	}
}

func fuzz(f *testing.F, names ...string) {
	for _, file := range hostile() {
		if len(file[1]) < 1500 {
			f.Add(file[1])
		}
	}
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<16 {
			return
		}
		for _, name := range names {
			sound(t, ReadFile(name, []byte(text), Options{}))
		}
	})
}

func FuzzYAML(f *testing.F) { fuzz(f, "serverless.yml") }

func FuzzJSON(f *testing.F) { fuzz(f, "a.json", "a.tf.json") }

func FuzzHCL(f *testing.F) { fuzz(f, "main.tf") }

// seeds are the files of the corpus.
func seeds(f *testing.F) []string {
	var out []string
	err := filepath.WalkDir("testdata", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) == ".golden" {
			return err
		}
		data, err := os.ReadFile(name)
		out = append(out, string(data))
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return out
}
