package scan

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/report"
)

// fixture is a folder of testdata/patterns, with the secrets that stand in it.
type fixture struct {
	root    string
	files   map[string]string
	names   []string // of files, in order
	secrets []string
}

const seedsOfMutations = 160 // each is a tree; all of them take a few seconds

// FuzzMutatedTrees breaks the fixtures as a careless hand would, several ways at
// once: bytes, tokens, lines, indents, whole files. Whatever is left of them, it
// is scanned in bounded time, without a fault, every form of the report is well
// formed, and none has the value of a secret.
func FuzzMutatedTrees(f *testing.F) {
	fixtures := loadFixtures(f)
	for seed := range uint64(seedsOfMutations) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		m := mutator{rand.New(rand.NewPCG(seed, 0)), fixtures}
		x := fixtures[seed%uint64(len(fixtures))]
		edited := m.mutated(x)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		res, err := Scan(ctx, Config{Root: x.root, edited: edited})
		if err != nil {
			t.Fatalf("%s: %v", x.root, err)
		}
		for _, n := range res.Notices {
			if strings.Contains(n.Text, "a fault in discreet") {
				t.Errorf("%s: %s: %s", x.root, n.Path, n.Text)
			}
		}
		for _, found := range res.Findings {
			for path, edits := range editsByFile(&found) {
				text, ok := edited[path]
				if !ok {
					text = []byte(x.files[path])
				}
				if _, err := report.Apply(string(text), edits); err != nil && bytes.Count(text, []byte{0}) == 0 {
					t.Errorf("%s: %s: the edits of %s do not fit: %v", x.root, path, found.Rule, err)
				}
			}
		}
		for name, out := range forms(t, res) {
			for _, secret := range append(x.secrets, plantedSecret[2:len(plantedSecret)-2]) {
				if bytes.Contains(out, []byte(secret)) {
					at := bytes.Index(out, []byte(secret))
					t.Errorf("%s: %s holds a secret: …%s…", x.root, name, out[max(0, at-200):min(len(out), at+100)])
				}
			}
		}
	})
}

func editsByFile(f *finding.Finding) map[string][]finding.Edit {
	out := map[string][]finding.Edit{}
	for _, e := range f.Mend.Edits {
		out[e.Path] = append(out[e.Path], e)
	}
	return out
}

// forms are those of a report, those for machines looked through.
func forms(t *testing.T, res *Result) map[string][]byte {
	t.Helper()
	rules := Rules()
	for i := range rules {
		rules[i].Help = "" // its examples are those of the fixtures
	}
	r := &report.Report{Tool: report.Tool{Name: "discreet scan", Version: "0.0.0"}, Rules: rules, Findings: res.Findings, Notices: res.Notices, App: res.App}
	out := map[string][]byte{}
	for name, write := range map[string]func(io.Writer) error{
		"text":  func(w io.Writer) error { return report.Text(w, r, report.TextOptions{All: true}) },
		"json":  func(w io.Writer) error { return report.JSON(w, r) },
		"sarif": func(w io.Writer) error { return report.SARIF(w, r) },
		"html":  func(w io.Writer) error { return report.HTML(w, r, report.HTMLOptions{}) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		out[name] = b.Bytes()
	}
	for _, name := range []string{"json", "sarif"} {
		var v any
		if err := json.Unmarshal(out[name], &v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		checkPlaces(t, name, v)
	}
	return out
}

// checkPlaces holds what SARIF's schema asks of places, in both forms.
func checkPlaces(t *testing.T, name string, v any) {
	t.Helper()
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			checkPlaces(t, name, x)
		}
	case map[string]any:
		for key, x := range v {
			if n, ok := x.(float64); ok && n < 1 && strings.HasSuffix(key, "Line") || key == "startColumn" && x.(float64) < 1 || key == "endColumn" && x.(float64) < 1 {
				t.Errorf("%s: %s is %v", name, key, x)
			}
			if key == "uri" {
				if u, err := url.Parse(x.(string)); err != nil || u.IsAbs() {
					t.Errorf("%s: uri %q: %v", name, x, err)
				}
			}
			checkPlaces(t, name, x)
		}
	}
}

func loadFixtures(tb testing.TB) []fixture {
	tb.Helper()
	roots, err := filepath.Glob("testdata/patterns/*")
	if err != nil || len(roots) == 0 {
		tb.Fatal("no patterns: ", err)
	}
	var out []fixture
	for _, root := range roots {
		x := fixture{root: root, files: map[string]string{}}
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			text, err := os.ReadFile(name)
			rel, _ := filepath.Rel(root, name)
			x.files[filepath.ToSlash(rel)] = string(text)
			x.names = append(x.names, filepath.ToSlash(rel))
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
		res, err := Scan(tb.Context(), Config{Root: root})
		if err != nil {
			tb.Fatal(err)
		}
		x.secrets = x.secretsOf(res)
		out = append(out, x)
	}
	return out
}

// secretsOf are the literals that are found to be secrets, but for their ends,
// which may be shown. One that is also a word of the code is no test of anything.
func (x *fixture) secretsOf(res *Result) []string {
	all := ""
	for _, name := range x.names {
		all += x.files[name]
	}
	var out []string
	for _, f := range res.Findings {
		if f.Rule != ruleSecret.ID || f.End.Offset > len(x.files[f.Path]) {
			continue
		}
		value := strings.Trim(x.files[f.Path][f.Start.Offset:f.End.Offset], `rbuf"'`)
		if len(value) >= 12 && strings.Count(all, value) == 1 {
			out = append(out, value[2:len(value)-2])
		}
	}
	return out
}

type mutator struct {
	*rand.Rand
	fixtures []fixture
}

// mutated are a fixture's files, one or two of them changed.
func (m mutator) mutated(x fixture) map[string][]byte {
	out := map[string][]byte{}
	for range 1 + m.IntN(2) {
		name := x.names[m.IntN(len(x.names))]
		text := x.files[name]
		for range 1 + m.IntN(6) {
			text = m.change(x, name, text)
		}
		out[name] = []byte(m.planted(name, text[:min(len(text), 1<<16)]))
	}
	return out
}

// plantedSecret is put into what is left of a file.
const plantedSecret = "qV7rT2mXw9Kd4LsZ8pHc"

// planted puts the secret on a line of its own, wherever that is then; in Python
// it is also given a name that tells.
func (m mutator) planted(name, text string) string {
	lines := strings.SplitAfter(text, "\n")
	i := m.IntN(len(lines))
	indent := lines[i][:len(lines[i])-len(strings.TrimLeft(lines[i], " \t"))]
	line := "API_SECRET_KEY: " + plantedSecret
	if filepath.Ext(name) == ".py" {
		line = []string{
			`app.secret_key = "X"`, `@app.get("/X/<id>")`, `app = Flask("X")`, `def users_X(X):`, `table = db.Table("X")`, `return jsonify({"X": item["X"]})`, `password = api_token = "X"`, `print("X")`, `return "X"`, `raise ValueError("X")`,
			`table.put_item(Item={"id": "X", "api_key": "X"})`, `config = {"password": "X", "X": password}`, `client = boto3.client("dynamodb", aws_secret_access_key="X")`,
			`token = jwt.encode({"password": "X"}, "X")`, `table.scan(FilterExpression=Attr("X").eq("X"))`, `secret = f"X{password}"`, `api_key = "a" "X"`, `password = """` + "\nX\n" + `"""`,
		}[m.IntN(18)]
	}
	text = strings.Join(slices.Insert(lines, i, indent+strings.ReplaceAll(line, "X", plantedSecret)+"\n"), "")
	if filepath.Ext(name) == ".py" {
		text = "SECRET_KEY = '" + plantedSecret + "'\n" + text
	}
	return text
}

var token = regexp.MustCompile(`\w+|\s+|[^\w\s]`)

// change changes a text in one place.
func (m mutator) change(x fixture, name, text string) string {
	switch m.IntN(10) {
	case 0: // bytes
		b := []byte(text)
		for range 1 + m.IntN(4) {
			if len(b) > 0 {
				b[m.IntN(len(b))] = byte(m.IntN(256))
			}
		}
		return string(b)
	case 1:
		at := m.IntN(len(text) + 1)
		return text[:at] + []string{"\x00", "\xff", "\t", "\\\n", "\"\"\"", "'", "(", "]", "{", ":", "#", "\r", "\ufeff", "é", "\u202e", "f'{", "lambda: ", "await ", "*", "**"}[m.IntN(20)] + text[at:]
	case 2: // tokens
		tokens := token.FindAllString(text, -1)
		for range min(3, len(tokens)) {
			i, j := m.IntN(len(tokens)), m.IntN(len(tokens))
			switch m.IntN(3) {
			case 0:
				tokens[i] = ""
			case 1:
				tokens[i] = tokens[j]
			case 2:
				tokens[i], tokens[j] = tokens[j], tokens[i]
			}
		}
		return strings.Join(tokens, "")
	case 3: // the end
		return text[:m.IntN(len(text)+1)]
	case 4: // the whole
		other := m.fixtures[m.IntN(len(m.fixtures))]
		if m.IntN(2) == 0 {
			other = x
		}
		for _, n := range slices.Backward(other.names) {
			if filepath.Ext(n) == filepath.Ext(name) {
				return other.files[n]
			}
		}
		return ""
	case 5: // much
		at := m.IntN(len(text) + 1)
		return text[:at] + strings.Repeat(text[at:min(len(text), at+60)], 1+m.IntN(200)) + text[at:]
	}
	lines := strings.SplitAfter(text, "\n")
	i, j := m.IntN(len(lines)), m.IntN(len(lines))
	switch m.IntN(6) {
	case 0:
		return strings.Join(slices.Delete(lines, i, i+1), "")
	case 1:
		return strings.Join(slices.Insert(lines, j, lines[i]), "")
	case 2:
		lines[i], lines[j] = lines[j], lines[i]
	case 3:
		lines[i] = "    " + lines[i]
	case 4:
		lines[i] = strings.TrimLeft(lines[i], " ")
	case 5:
		lines[i] = strings.TrimSuffix(lines[i], "\n")
	}
	return strings.Join(lines, "")
}
