package template

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

func TestEveryFormatGivesItsPoliciesWithTheirPlaces(t *testing.T) {
	for _, format := range []string{"plain", "terraform", "terraform-json", "plan", "cloudformation", "sam", "serverless", "cdk", "chalice"} {
		t.Run(format, func(t *testing.T) {
			got := dump(Read([]string{filepath.Join("testdata", format)}, Options{Account: "123456789012", Region: "eu-west-1"}))
			golden := filepath.Join("testdata", format+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil || got != string(want) {
				t.Errorf("%s differs (%v): look at it with -update and git diff", golden, err)
			}
		})
	}
}
