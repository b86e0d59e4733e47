package scan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/parse"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
	"github.com/discreet-dev/discreet/internal/report"
)

// FuzzAnalyse runs whatever parses: it may find what it likes, but it ends.
func FuzzAnalyse(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*/*.py")
	if err != nil {
		f.Fatal(err)
	}
	more, err := filepath.Glob("testdata/fix/*/*.py")
	if err != nil {
		f.Fatal(err)
	}
	files = append(files, more...)
	profiles, problems := parse.Contract("discreet.yaml", content(f, "testdata/contracts/single/discreet.yaml"))
	if profiles == nil {
		f.Fatal(problems.Text())
	}
	for _, name := range files {
		f.Add(string(content(f, name)))
	}
	f.Add("import boto3\ndef f(x):\n    return f(f)(x)\nclass A(A):\n    def __iter__(self): return self\nfor a in A(): a[a] = a\n")
	f.Add("x = {}\nx[x] = x\nx.update(x)\ny = [*x, x]\ny.append(y)\nf = lambda: f()\nf()\n")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<14 {
			return
		}
		file := python.Parse("app.py", []byte(text), python.Limits{})
		s := newScanner(pyflow.NewProgram([]*python.File{file}))
		s.strict = true
		s.terms = newTerms(Config{Contract: profiles}, nil, nil)
		s.analyse(s.program.Modules)
		s.app(nil).Places(func(at *finding.Location) {
			if at.Path != "app.py" || at.Start.Line < 1 {
				t.Errorf("no place: %+v", at)
			}
		})
		for _, found := range s.found {
			if found.Path != "app.py" || found.Start.Line < 1 || found.Rule == "" || found.Title == "" {
				t.Errorf("a finding without a place or a text: %+v", found)
			}
		}
		all := append(secrets(file), debugSettings(file)...)
		for _, found := range s.found {
			all = append(all, found)
		}
		s.mend(all, []*python.File{file}, nil)
		for _, found := range all {
			made, err := report.Apply(file.Text, found.Mend.Edits)
			if err != nil {
				t.Errorf("the edits of %s do not fit: %v", found.Rule, err)
			}
			if len(file.Problems) == 0 && len(python.Parse("app.py", []byte(made), python.Limits{}).Problems) > 0 && file.Encoding == "utf-8" {
				t.Errorf("the edits of %s make what does not parse:\n%s", found.Rule, made)
			}
		}
	})
}

func content(tb testing.TB, name string) []byte {
	tb.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// FuzzTemplate renders whatever a template says.
func FuzzTemplate(f *testing.F) {
	pages, err := filepath.Glob("testdata/patterns/jinja/templates/*.html")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range pages {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("{% include 'x' %}{% for a, b in items.items()|d({[((-not 1 if 2 else items[items]")
	f.Add("{% import 'x' as m %}{% macro a(x, y=[1]) %}{{ a(x) }}{{ m.a(y=x) }}{{ x.name }}{% endmacro %}{% call(u) a(items) %}{{ u }}{% endcall %}")
	app := []byte("import boto3\nfrom flask import Flask, render_template\napp = Flask(__name__)\n@app.get('/')\ndef all():\n    return render_template('x', items=boto3.resource('dynamodb').Table('t').scan()['Items'])\n")
	f.Fuzz(func(_ *testing.T, text string) {
		s := newScanner(pyflow.NewProgram([]*python.File{python.Parse("app.py", app, python.Limits{})}))
		s.strict = true
		s.templates = &templateFiles{paths: []string{"x"}, tags: map[string][]tag{}, read: func(string) (string, bool) { return text, true }}
		s.analyse(s.program.Modules)
	})
}

// A policy may stand in any text: whatever it is, what is said of it has a place
// in it.
func FuzzPolicyText(f *testing.F) {
	f.Add("Effect: Allow\nAction:\n  - dynamodb:*\nResource: \"*\"\n")
	f.Add("Resources:\n  P:\n    Type: {{ 'x' if y else 'AWS::IAM::ManagedPolicy' }}\n    Properties:\n      PolicyDocument:\n        Statement: [{Effect: Allow, Action: dynamodb:Scan, Resource: '*'}]\n")
	f.Add("aws iam attach-role-policy --policy-arn arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess\n")
	f.Add(`iam.PolicyStatement(actions=["dynamodb:*"], resources=["*"]); {"Effect": "Allow", "Action": "dynamodb:Scan"}`)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<14 {
			return
		}
		s := newScanner(pyflow.NewProgram(nil))
		for _, name := range []string{"template.yml", "main.tf", "policy.json", "deploy.sh"} {
			in := infra{texts: []textFile{{name, text}}, scripts: []textFile{{"deploy.sh", text}}, python: []*python.File{python.Parse("app.py", []byte(text), python.Limits{})}}
			s.stacks = templatesOf(in.texts)
			for _, g := range s.grants(in, &tree{}) {
				if g.Path == "" || g.Start.Line < 1 || g.Title == "" || g.Start.Line > strings.Count(text, "\n")+1 {
					t.Errorf("a finding without a place or a text: %+v", g)
				}
			}
		}
	})
}
