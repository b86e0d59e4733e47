package scan

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const leaky = `import boto3
from flask import Flask

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("users")


@app.route("/users")
def users():
    return table.scan()["Items"]
`

func plant(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		full := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func paths(t *testing.T, root string) (withFindings, noticed []string) {
	t.Helper()
	res, err := Scan(t.Context(), Config{Root: root})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range res.Findings {
		if !slices.Contains(withFindings, f.Path) {
			withFindings = append(withFindings, f.Path)
		}
	}
	for _, n := range res.Notices {
		if !slices.Contains(noticed, n.Path) {
			noticed = append(noticed, n.Path)
		}
	}
	return withFindings, noticed
}

func TestWhatIsNotTheAppsOwnIsLeftOut(t *testing.T) {
	root := plant(t, map[string]string{
		"app.py": leaky, "build/app.py": leaky, "kept/build.py": leaky, "sub/gen/a.py": leaky, "sub/gen/keep.py": leaky,
		".gitignore": "/build/\n# a comment\n*.bak\n", "sub/.gitignore": "gen/*\n!gen/keep.py\n",
		"env/pyvenv.cfg": "home = /usr\n", "env/lib/a.py": leaky, "node_modules/x/a.py": leaky, "lib/site-packages/a.py": leaky,
		"tests/test_app.py": leaky, "test_more.py": leaky, "conftest.py": leaky,
	})
	got, _ := paths(t, root)
	want := []string{"app.py", "kept/build.py", "sub/gen/keep.py"}
	if !slices.Equal(got, want) {
		t.Errorf("found in %v, want %v", got, want)
	}
}

func TestABadFileCostsItselfAndIsNamed(t *testing.T) {
	root := plant(t, map[string]string{
		"app.py": leaky, "latin.py": "x = '\xff\xfe'\n", "nul.py": "x = 1\x00\n", "broken.py": "def f(:\n    return\n",
		"deep.py": strings.Repeat("(", 100_000), "tabs.py": "if x:\n\ty = 1\n        z = 2\n", "long.py": "x = '" + strings.Repeat("a", 5<<20) + "'\n",
	})
	if err := os.Symlink(root, filepath.Join(root, "loop")); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	got, noticed := paths(t, root)
	if !slices.Equal(got, []string{"app.py"}) {
		t.Errorf("found in %v", got)
	}
	for _, name := range []string{"broken.py", "deep.py", "latin.py", "nul.py"} {
		if !slices.Contains(noticed, name) {
			t.Errorf("no notice of %s: %v", name, noticed)
		}
	}
}

func TestAnUnreadableFileIsNamed(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root reads everything")
	}
	root := plant(t, map[string]string{"app.py": leaky, "closed.py": leaky, "folder/app.py": leaky})
	for _, name := range []string{"closed.py", "folder"} {
		if err := os.Chmod(filepath.Join(root, name), 0); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { os.Chmod(filepath.Join(root, "folder"), 0o700) }) // or it cannot be removed
	got, noticed := paths(t, root)
	slices.Sort(noticed)
	if !slices.Equal(got, []string{"app.py"}) || !slices.Equal(noticed, []string{"closed.py", "folder"}) {
		t.Errorf("found in %v, noticed %v", got, noticed)
	}
	for _, name := range []string{"closed.py", "folder"} { // all that was asked for
		if _, err := Scan(t.Context(), Config{Root: filepath.Join(root, name)}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestALinkMayBeTheRootAndNoLinkBelowItIsFollowed(t *testing.T) {
	root := plant(t, map[string]string{"real/app.py": leaky})
	for link, to := range map[string]string{"link": "real", "real/loop": "."} {
		if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
			t.Skip("links cannot be made here: ", err)
		}
	}
	found, noticed := paths(t, filepath.Join(root, "link"))
	if !slices.Equal(found, []string{"app.py"}) || len(noticed) > 0 {
		t.Errorf("found in %v, noticed %v", found, noticed)
	}
}

func TestARootThatIsNotThereIsAnError(t *testing.T) {
	if _, err := Scan(t.Context(), Config{Root: filepath.Join(t.TempDir(), "nowhere")}); err == nil {
		t.Error("no error")
	}
}

func TestTwoScansOfATreeAreEqual(t *testing.T) {
	run := func() string {
		res, err := Scan(t.Context(), Config{Root: "testdata/patterns"})
		if err != nil {
			t.Fatal(err)
		}
		out, err := json.Marshal(res)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	if first, second := run(), run(); first != second {
		t.Error("they differ")
	}
}

func TestNoFindingHoldsASecret(t *testing.T) {
	const short, long = "kd8sJf2nQ0xLw7", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	root := plant(t, map[string]string{
		"app.py":   "SECRET_KEY = '" + short + "'\nAWS_SECRET_ACCESS_KEY = '" + long + "'\n",
		"env.yml":  "API_KEY: " + short + "\naws_secret_access_key: " + long + "\n",
		"more.env": "DB_PASSWORD=" + short + "\n",
	})
	res, err := Scan(t.Context(), Config{Root: root})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Findings) != 5 {
		t.Errorf("%d findings, want 5", len(res.Findings))
	}
	out, _ := json.Marshal(res)
	for _, part := range []string{short[:4], short[len(short)-3:], long[:3], long[len(long)-6:], long[10:16]} {
		if strings.Contains(string(out), part) {
			t.Errorf("a finding holds %q", part)
		}
	}
	if !strings.Contains(string(out), "wJ…EY") {
		t.Error("the ends of a long key are not shown")
	}
}

func TestPathsStandBehindThePrefix(t *testing.T) {
	root := plant(t, map[string]string{"app.py": leaky})
	res, err := Scan(t.Context(), Config{Root: root, Prefix: "services/users"})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range res.Findings {
		for _, s := range f.Flow {
			if !strings.HasPrefix(s.Path, "services/users/") {
				t.Errorf("a step in %s", s.Path)
			}
		}
		if f.Path != "services/users/app.py" {
			t.Errorf("a finding in %s", f.Path)
		}
	}
}

func TestADeviceIsNoSource(t *testing.T) {
	if _, err := Scan(t.Context(), Config{Root: os.DevNull}); err == nil || !strings.Contains(err.Error(), "regular file") {
		t.Errorf("error %v, want one that asks for a folder", err)
	}
}

func TestAConfigurationFileThatIsTooLongIsNamed(t *testing.T) {
	root := plant(t, map[string]string{"app.py": leaky, "prod.env": strings.Repeat("A=b\n", maxText/4+1)})
	if _, noticed := paths(t, root); !slices.Equal(noticed, []string{"prod.env"}) {
		t.Errorf("noticed %v", noticed)
	}
	if _, err := Scan(t.Context(), Config{Root: filepath.Join(root, "prod.env")}); err == nil || !strings.Contains(err.Error(), "longer than 1 MB") {
		t.Errorf("asked for alone: %v", err)
	}
}
