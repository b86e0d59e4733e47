package contract_test

import (
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/contract"
)

// lit and v build templates: lit is a literal, v a variable.
func lit(text string) contract.Part { return contract.Part{Literal: text} }
func v(name string) contract.Part   { return contract.Part{Variable: name} }

func template(parts ...contract.Part) contract.Template {
	return contract.Template{Parts: parts, Delimiter: "#"}
}

func TestComposing(t *testing.T) {
	task := template(lit("PROJECT#"), v("project"), lit("#TASK#"), v("task"))
	tests := []struct {
		name     string
		template contract.Template
		values   map[string]string
		text     string
		whole    bool
		refused  bool
	}{
		{"all of it", task, map[string]string{"project": "p", "task": "t"}, "PROJECT#p#TASK#t", true, false},
		{"a prefix ends behind the delimiter", task, map[string]string{"project": "p"}, "PROJECT#p#TASK#", false, false},
		{"what stands behind an open variable does not count", task, map[string]string{"task": "t#"}, "PROJECT#", false, false},
		{"nothing", task, nil, "PROJECT#", false, false},
		{"a delimiter", task, map[string]string{"project": "p#TASK", "task": "t"}, "", false, true},
		{"an empty value", task, map[string]string{"project": "", "task": "t"}, "", false, true},
		{"braces", task, map[string]string{"project": "{task}", "task": "t"}, "PROJECT#{task}#TASK#t", true, false},
		{"a literal alone", template(lit("PROFILE")), nil, "PROFILE", true, false},
		{"a plain key takes the delimiter", contract.WholeTemplate("id"), map[string]string{"id": "a#b"}, "a#b", true, false},
		{"and nothing empty", contract.WholeTemplate("id"), map[string]string{"id": ""}, "", false, true},
		{"and no prefix", contract.WholeTemplate("id"), nil, "", false, false},
	}
	for _, test := range tests {
		text, whole, err := test.template.Compose(func(name string) (string, bool) { s, ok := test.values[name]; return s, ok })
		if text != test.text || whole != test.whole || (err != nil) != test.refused {
			t.Errorf("%s: %q %v %v", test.name, text, whole, err)
		}
	}
}

func TestMatching(t *testing.T) {
	task := template(lit("PROJECT#"), v("project"), lit("#TASK#"), v("task"))
	for text, want := range map[string]string{
		"PROJECT#p#TASK#t":      "project=p task=t ",
		"PROJECT#é#TASK#{task}": "project=é task={task} ",
		"PROJECT#p#TASK#t#x":    "",
		"PROJECT#p#TASK#":       "",
		"PROJECT##TASK#t":       "",
		"PROJECT#p#q#TASK#t":    "",
		"project#p#TASK#t":      "",
		"PROJECT#p":             "",
		"XPROJECT#p#TASK#t":     "",
		"":                      "",
	} {
		got := ""
		if !task.Match(text, func(name, value string) { got += name + "=" + value + " " }) {
			got = ""
		}
		if got != want {
			t.Errorf("%q reads %q", text, got)
		}
	}
}

// TestAKeyReadsAsItWasComposed: two different choices of values never make one
// key, which is what keeps principals apart.
func TestAKeyReadsAsItWasComposed(t *testing.T) {
	templates := []contract.Template{
		contract.WholeTemplate("a"),
		template(v("a")),
		template(lit("T#"), v("a")),
		template(v("a"), lit("#"), v("b")),
		template(lit("T#"), v("a"), lit("#U#"), v("b"), lit("#"), v("c")),
		template(v("a"), lit("##x#"), v("b"), lit("#END")),
	}
	value := rapid.StringOfN(rapid.SampledFrom([]rune("#aTUxEND{}é|")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		template := rapid.SampledFrom(templates).Draw(t, "template")
		values := map[string]string{"a": value.Draw(t, "a"), "b": value.Draw(t, "b"), "c": value.Draw(t, "c")}
		text, whole, err := template.Compose(func(name string) (string, bool) { return values[name], true })
		if err != nil {
			return
		}
		read := map[string]string{}
		if !whole || !template.Match(text, func(name, value string) { read[name] = value }) {
			t.Fatalf("%s with %v is %q, which does not match", template, values, text)
		}
		maps.DeleteFunc(values, func(name, _ string) bool { _, ok := read[name]; return !ok })
		if !maps.Equal(read, values) {
			t.Fatalf("%s with %v reads %v", template, values, read)
		}
	})
}

func TestIdentifiers(t *testing.T) {
	for name, id := range map[string]string{
		"spaces": "a b", "signs": "#|{}", "letters of any script": "жé😀", "a right-to-left mark": "a\u202e", "2,048 bytes": strings.Repeat("x", 2048),
	} {
		if err := (contract.Principal{ID: id}).Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, id := range map[string]string{
		"nothing": "", "NUL": "canary\x00", "a line's end": "canary\n", "DEL": "canary\x7f", "a control character beyond ASCII": "canary\u0085",
		"no UTF-8": "canary\xff", "2,049 bytes": strings.Repeat("x", 2049),
	} {
		for _, p := range []contract.Principal{
			{ID: id},
			{ID: "ok", Roles: []string{id}},
			{ID: "ok", Claims: map[string]contract.Claim{"c": {Values: []string{"ok", id}, List: true}}},
		} {
			if err := p.Check(); err == nil || strings.Contains(err.Error(), "canary") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestPathsAreWrittenAsTheContractWritesThem(t *testing.T) {
	path := contract.Path{{Name: "a"}, {Element: true}, {Name: "b.c"}, {Name: "d`e"}, {Name: "f[]"}}
	if got := path.String(); got != "a[].`b.c`.`d``e`.`f[]`" {
		t.Error(got)
	}
	if !path[:2].Has(path) || path.Has(path[:2]) || !path.Has(path) || (contract.Path{{Name: "a"}, {Name: "x"}}).Has(path) {
		t.Error("which path leads into which")
	}
}
