package parse

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write docs/contract.schema.json")

const schemaFile = "../../docs/contract.schema.json"

func TestPublishedSchemaIsTheParsersGrammar(t *testing.T) {
	if *update {
		if err := os.WriteFile(schemaFile, Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	published, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(published, Schema()) {
		t.Fatal("docs/contract.schema.json is not what the grammar says: go test ./internal/parse -run Schema -update")
	}
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("contract.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("contract.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// fits says why a contract does not fit the schema, or nil.
func fits(t *testing.T, schema *jsonschema.Schema, source string) error {
	t.Helper()
	asJSON, err := yaml.YAMLToJSON([]byte(source))
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		return err
	}
	return schema.Validate(doc)
}

func TestSchemaTakesEveryGoodContract(t *testing.T) {
	schema := compileSchema(t)
	files, _ := filepath.Glob("../../examples/*/discreet.yaml")
	more, _ := filepath.Glob("testdata/good/*.yaml")
	if len(files) < 3 || len(more) < 3 {
		t.Fatal("examples or good contracts are missing")
	}
	for _, file := range append(files, more...) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, problems := Contract(file, source); problems.HasErrors() {
			t.Errorf("the parser refuses it:\n%s", problems.Text())
		}
		if err := fits(t, schema, string(source)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// TestSchemaAndParserKnowTheSameKeys asks both about every key at every place:
// the good contracts together use all of them, and a misspelt one is refused by
// both.
func TestSchemaAndParserKnowTheSameKeys(t *testing.T) {
	schema := compileSchema(t)
	used, words, tried := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for place := range everyKey(grammar()) {
		words[place[strings.LastIndex(place, ".")+1:]] = true
	}
	files, _ := filepath.Glob("testdata/good/*.yaml")
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r := &reporter{file: file, source: source}
		usedKeys(used, r.read(), grammar(), "")
		for _, line := range strings.Split(string(source), "\n") {
			name := strings.TrimSpace(strings.SplitN(line, ":", 2)[0])
			place := line[:strings.Index(line+":", ":")] // with its indentation
			if !strings.Contains(line, ":") || !words[name] || tried[place] {
				continue
			}
			tried[place] = true
			misspelt := strings.Replace(string(source), line, strings.Replace(line, name, name+"x", 1), 1)
			_, problems := Contract(file, []byte(misspelt))
			if err := fits(t, schema, misspelt); (err != nil) != hasError(problems, "unknown_key") {
				t.Errorf("%s: `%sx`: the schema says %v, the parser\n%s", file, name, err, problems.Text())
			}
		}
	}
	var missing []string
	for place := range everyKey(grammar()) {
		if !used[place] {
			missing = append(missing, place)
		}
	}
	sort.Strings(missing)
	if len(missing) > 0 {
		t.Errorf("no good contract of testdata uses: %s", strings.Join(missing, ", "))
	}
}

// everyKey names all keys by the definition they stand in.
func everyKey(root *place) map[string]bool {
	out := map[string]bool{}
	type visit struct {
		p     *place
		where string
	}
	seen := map[visit]bool{}
	var walk func(p *place, where string)
	walk = func(p *place, where string) {
		if p == nil {
			return
		}
		if p.name != "" {
			where = p.name
		}
		if seen[visit{p, where}] {
			return
		}
		seen[visit{p, where}] = true
		walk(p.list, where)
		walk(p.entries, where)
		for _, k := range p.keys {
			out[where+"."+k.name] = true
			walk(k.place, where+"."+k.name)
		}
	}
	walk(root, "")
	return out
}

func usedKeys(used map[string]bool, n *node, p *place, where string) {
	if p.name != "" {
		where = p.name
	}
	for _, x := range n.items {
		if p.list != nil {
			usedKeys(used, x, p.list, where)
		}
	}
	for _, e := range n.entries {
		known := false
		for _, k := range p.keys {
			if k.name == e.key.text {
				known = true
				used[where+"."+k.name] = true
				usedKeys(used, e.value, k.place, where+"."+k.name)
			}
		}
		if !known && p.entries != nil {
			usedKeys(used, e.value, p.entries, where)
		}
	}
}
