package scan

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/discreet-dev/discreet/internal/report"
	"github.com/discreet-dev/discreet/internal/surface"
)

// surfaceOf is the surface of a tree as the JSON report has it.
func surfaceOf(t *testing.T, app *surface.App) []byte {
	t.Helper()
	var whole, out bytes.Buffer
	if err := report.JSON(&whole, &report.Report{App: app}); err != nil {
		t.Fatal(err)
	}
	var members struct{ Surface json.RawMessage }
	if err := json.Unmarshal(whole.Bytes(), &members); err != nil {
		t.Fatal(err)
	}
	if err := json.Indent(&out, members.Surface, "", " "); err != nil {
		t.Fatal(err)
	}
	return append(out.Bytes(), '\n')
}

// TestTheSurfaceOfAnApp keeps what is learned of four apps: one table with
// composed keys, blueprints over several tables, PynamoDB, and Lambda functions
// beside their infrastructure.
func TestTheSurfaceOfAnApp(t *testing.T) {
	apps, err := filepath.Glob("testdata/surface/*")
	if err != nil || len(apps) == 0 {
		t.Fatal("no apps: ", err)
	}
	for _, root := range apps {
		name := filepath.Base(root)
		t.Run(name, func(t *testing.T) {
			res, err := Scan(t.Context(), Config{Root: root})
			if err != nil {
				t.Fatal(err)
			}
			got := surfaceOf(t, res.App)
			file := "testdata/golden/surface_" + name + ".json"
			if *update {
				if err := os.WriteFile(file, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("run with -update and read the difference; got\n%s", got)
			}
		})
	}
}
