package scan

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestATreeThatChangesWhileItIsScannedCostsWhatChanged takes files away, or puts
// something else in their place, once the walk has seen them.
func TestATreeThatChangesWhileItIsScannedCostsWhatChanged(t *testing.T) {
	files := map[string]string{"app.py": leaky, "gone.yml": "a: b\n", "gone.sh": "true\n", "gone.html": "{{ x }}", "link.yml": "a: b\n", "long.yml": "a: b\n", "utf16.env": "A=b\n"}
	for i := range 256 {
		files[fmt.Sprintf("b%d.py", i)] = "x = 1\n"
	}
	files["z_gone.py"], files["z_link.py"], files["z_folder.py"] = leaky, leaky, leaky
	root := plant(t, files)
	in := func(name string) string { return filepath.Join(root, name) }
	var once sync.Once
	change := func(int, int) {
		once.Do(func() {
			for _, name := range []string{"gone.yml", "gone.sh", "gone.html", "link.yml", "z_gone.py", "z_link.py", "z_folder.py"} {
				check(t, os.Remove(in(name)))
			}
			check(t, os.Symlink(in("app.py"), in("link.yml")))
			check(t, os.Symlink(in("app.py"), in("z_link.py")))
			check(t, os.Mkdir(in("z_folder.py"), 0o755))
			check(t, os.WriteFile(in("long.yml"), []byte(strings.Repeat("a: b\n", maxText)), 0o600))
			check(t, os.WriteFile(in("utf16.env"), []byte("\xff\xfeA\x00=\x00b\x00"), 0o600))
		})
	}
	res, err := Scan(t.Context(), Config{Root: root, Progress: change})
	if err != nil {
		t.Fatal(err)
	}
	var noticed []string
	for _, n := range res.Notices {
		noticed = append(noticed, n.Path)
	}
	slices.Sort(noticed)
	if want := []string{"gone.sh", "gone.yml", "link.yml", "long.yml", "utf16.env", "z_folder.py", "z_gone.py", "z_link.py"}; !slices.Equal(noticed, want) {
		t.Errorf("noticed %v, want %v", noticed, want)
	}
	for _, f := range res.Findings {
		if f.Path != "app.py" {
			t.Errorf("found in %s", f.Path)
		}
	}
	if len(res.Findings) == 0 {
		t.Error("nothing is found in what stayed")
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}
