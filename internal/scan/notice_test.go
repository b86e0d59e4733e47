package scan

import (
	"strings"
	"testing"
)

func TestARouteThatIsTooLongToBeFollowedIsNoticed(t *testing.T) {
	long := "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route(\"/long\")\ndef long():\n" + strings.Repeat("    x = 1\n", 40_000) +
		"    return x\n\n\n@app.route(\"/short\")\ndef short():\n    return \"\"\n"
	res, err := Scan(t.Context(), Config{Root: plant(t, map[string]string{"app.py": long})})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Notices) != 1 || !strings.Contains(res.Notices[0].Text, "GET /long") || res.Notices[0].Path != "app.py" || res.Notices[0].Start.Line != 7 {
		t.Errorf("notices %+v, want one of GET /long", res.Notices)
	}
}
