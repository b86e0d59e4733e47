//go:build outside

package iam

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestOutsideCfnLintTakesTheTemplates runs cfn-lint, which CFN_LINT names, on
// the golden templates.
func TestOutsideCfnLintTakesTheTemplates(t *testing.T) {
	lint := os.Getenv("CFN_LINT")
	if lint == "" {
		t.Fatal("CFN_LINT names no cfn-lint")
	}
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if out, err := exec.Command(lint, f).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", f, err, out)
		}
	}
}
