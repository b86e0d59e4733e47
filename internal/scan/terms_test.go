package scan

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/parse"
)

func contractOf(t *testing.T, file string) *contract.Contract {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c, problems := parse.Contract(file, text)
	if c == nil {
		t.Fatal(problems.Text())
	}
	return c
}

func TestAContractDecidesWhatIsHidden(t *testing.T) {
	folders, err := filepath.Glob("testdata/contracts/*")
	if err != nil || len(folders) == 0 {
		t.Fatal("no contracts: ", err)
	}
	for _, root := range folders {
		t.Run(filepath.Base(root), func(t *testing.T) {
			cfg := Config{Root: root, Contract: contractOf(t, root+"/discreet.yaml")}
			if filepath.Base(root) == "tables" {
				cfg.Tables = map[string]string{"Members": "prod-members-7"}
			}
			res, err := Scan(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range res.Findings {
				if f.Severity == finding.Advice {
					continue
				}
				got = append(got, fmt.Sprintf("%s:%d %s", f.Path, f.Start.Line, f.Rule))
				if f.Confidence == finding.Tentative {
					t.Errorf("%s:%d: %s is left to policy", f.Path, f.Start.Line, f.Rule)
				}
			}
			for _, n := range res.Notices {
				got = append(got, fmt.Sprintf("%s:%d notice", n.Path, n.Start.Line))
			}
			slices.Sort(got)
			if want := wanted(t, root); !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

func TestAHiddenAttributeIsNamedWithTheWordsThatNoViewShowsIt(t *testing.T) {
	root := "testdata/contracts/profiles"
	res, err := Scan(t.Context(), Config{Root: root, Contract: contractOf(t, root+"/discreet.yaml")})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range res.Findings {
		if want := "no view shows internal_notes"; f.Rule == "sensitive-attribute" && (!strings.Contains(f.Message, want) || f.Confidence != finding.Certain) {
			t.Errorf("%v: %s", f.Confidence, f.Message)
		}
		if decides := strings.Contains(f.Message, "A test is decided by it"); f.Rule == "unseen-attribute" && decides != (f.Severity == finding.Medium) {
			t.Errorf("%v: %s", f.Severity, f.Message)
		}
	}
}

// TestWithoutAContractNothingOfItIsFound keeps the rules as they are without one.
func TestWithoutAContractNothingOfItIsFound(t *testing.T) {
	res, err := Scan(t.Context(), Config{Root: "testdata/contracts/profiles"})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range res.Findings {
		if f.Rule == "unseen-attribute" || strings.Contains(f.Message, "view") {
			t.Errorf("%s: %s", f.Rule, f.Message)
		}
	}
}
