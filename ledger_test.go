package discreet_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	ledgerRow  = regexp.MustCompile(`(?m)^\| (\d+) \|(.*)\|$`)
	testName   = regexp.MustCompile("`((?:Test|Fuzz)\\w+)`")
	testSource = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
)

// The ledger cannot claim what no test shows.
func TestEveryTestThatTheLeakLedgerNamesExists(t *testing.T) {
	text, err := os.ReadFile("docs/leak-ledger.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := testsOfTheModule(t)
	for _, m := range testName.FindAllStringSubmatch(string(text), -1) {
		if !tests[m[1]] {
			t.Errorf("%s is no test", m[1])
		}
	}
}

func TestEveryRowOfTheLeakLedgerHasAStateAndItsTest(t *testing.T) {
	text, err := os.ReadFile("docs/leak-ledger.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "## What is left of the narrowed ones")
	rows := ledgerRow.FindAllStringSubmatch(string(text), -1)
	const channels = 32
	if len(rows) != channels {
		t.Fatalf("%d rows, want %d", len(rows), channels)
	}
	for i, row := range rows {
		if row[1] != strconv.Itoa(i+1) {
			t.Errorf("row %d is called %s", i+1, row[1])
		}
		cells := strings.Split(row[2], "|")
		if len(cells) != 5 {
			t.Errorf("row %s has %d cells", row[1], len(cells))
			continue
		}
		switch state, shown := strings.TrimSpace(cells[2]), cells[3]; {
		case state == "closed", state == "narrowed":
			if !testName.MatchString(shown) {
				t.Errorf("row %s is %s, and no test shows it", row[1], state)
			}
			if said := strings.Contains(rest, "\n- **"+row[1]+".**"); said != (state == "narrowed") {
				t.Errorf("row %s is %s; what is left of it is said: %v", row[1], state, said)
			}
		case state == "open", strings.HasPrefix(state, "not yet: "):
		default:
			t.Errorf("row %s has the state %q", row[1], state)
		}
	}
}

func testsOfTheModule(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range testSource.FindAllSubmatch(source, -1) {
			found[string(m[1])] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
