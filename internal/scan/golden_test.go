package scan

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/discreet-dev/discreet/internal/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestTheReportReads keeps what a reader gets, word for word.
func TestTheReportReads(t *testing.T) {
	for _, name := range []string{"override", "allow_list", "authored_errors"} {
		res, err := Scan(t.Context(), Config{Root: "testdata/patterns/" + name})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		r := &report.Report{Tool: report.Tool{Name: "discreet scan", Version: "0"}, Rules: Rules(), Findings: res.Findings, Notices: res.Notices, Files: res.Files}
		if err := report.Text(&out, r, report.TextOptions{}); err != nil {
			t.Fatal(err)
		}
		file := "testdata/golden/" + name + ".txt"
		if *update {
			if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), want) {
			t.Errorf("%s: run with -update and read the difference; got\n%s", name, out.Bytes())
		}
	}
}
