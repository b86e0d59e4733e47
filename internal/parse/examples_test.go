package parse

import (
	"os"
	"path/filepath"
	"testing"
)

func TestExamplesAreSound(t *testing.T) {
	files, err := filepath.Glob("../../examples/*/discreet.yaml")
	if err != nil || len(files) < 3 {
		t.Fatalf("examples: %v %v", files, err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, problems := Contract(file, source)
		if c == nil {
			t.Errorf("%s", problems.Text())
		}
		if len(problems) > 0 {
			t.Logf("%s", problems.Text())
		}
	}
}
