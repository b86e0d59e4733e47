//go:build outside

package report

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemaModule carries the OASIS schema as a Go constant.
const (
	schemaModule = "github.com/owenrumney/go-sarif/v3@v3.3.1"
	schemaPath   = "pkg/report/v210/sarif/schema.go"
)

// TestSARIFIsValidByItsSchema takes the schema from the file that SARIF_SCHEMA
// names, or from a module that carries it.
func TestSARIFIsValidByItsSchema(t *testing.T) {
	schema := compile(t, schemaText(t))
	for name, r := range map[string]*Report{"example": example(), "empty": {Tool: Tool{Name: "discreet"}}, "odd": odd()} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(write(t, SARIF, r)))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := bytes.ReplaceAll(write(t, SARIF, example()), []byte(`"level": "error"`), []byte(`"level": "worse"`))
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(broken))
	if err != nil || schema.Validate(doc) == nil {
		t.Errorf("the schema refuses nothing: %v", err)
	}
}

func schemaText(t *testing.T) string {
	if path := os.Getenv("SARIF_SCHEMA"); path != "" {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	cmd := exec.Command("go", "mod", "download", "-json", schemaModule)
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal("no schema; set SARIF_SCHEMA:", err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.Join(module.Dir, schemaPath))
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(source), "`")
	text, _, _ = strings.Cut(text, "`")
	return text
}

func compile(t *testing.T, text string) *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
