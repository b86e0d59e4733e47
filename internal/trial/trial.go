// Package trial runs a contract's own unit tests: who asks for what, and what
// must be decided. It asks package explain, which takes the steps that serve
// takes, and never a store.
package trial

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/explain"
	"github.com/discreet-dev/discreet/internal/plan"
)

// File is a file of tests, `*_test.yaml` beside the contract.
type File struct {
	Tests []Test `yaml:"tests"`
}

// Test is one request and what must come of it.
type Test struct {
	Name    string `yaml:"name"`
	As      *As    `yaml:"as"` // none: no credential
	Request string `yaml:"request"`
	Body    any    `yaml:"body"` // of a create or an update, as YAML
	Expect  Expect `yaml:"expect"`
}

// As is the principal. A claim is a string or a list of strings.
type As struct {
	ID     string         `yaml:"id"`
	Roles  []string       `yaml:"roles"`
	Claims map[string]any `yaml:"claims"`
}

// Expect is what must be decided; what is not said is not compared, but allow.
type Expect struct {
	Allow *bool  `yaml:"allow"`
	View  string `yaml:"view"` // the first that grants
	// Attributes are all that the view could let out, under their names
	// outside, in any order.
	Attributes []string `yaml:"attributes"`
	Status     int      `yaml:"status"`
	Error      string   `yaml:"error"` // the public text
}

// Outcome is a test with what was wrong; nothing wrong: it passed.
type Outcome struct {
	Name  string   `json:"name"`
	Wrong []string `json:"wrong"`
}

// Parse reads a file of tests. Errors name the place.
func Parse(source []byte) (File, error) {
	var f File
	d := yaml.NewDecoder(bytes.NewReader(source), yaml.DisallowUnknownField(), yaml.Strict())
	if err := d.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return File{}, errors.New(strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	if len(f.Tests) == 0 {
		return File{}, errors.New("no tests: the file takes `tests:` and a list of them")
	}
	for i, t := range f.Tests {
		if t.Name == "" || t.Request == "" || t.Expect.Allow == nil {
			return File{}, fmt.Errorf("test %d: takes `name`, `request` and `expect: { allow: true|false }`", i+1)
		}
	}
	return f, nil
}

// Run runs a test against a contract.
func Run(c *contract.Contract, t Test, m plan.Moment) Outcome {
	o := Outcome{Name: t.Name, Wrong: []string{}}
	e, err := ask(c, t, m)
	if err != nil {
		o.Wrong = append(o.Wrong, err.Error())
		return o
	}
	o.compare("allow", fmt.Sprint(*t.Expect.Allow), fmt.Sprint(e.Allowed))
	if t.Expect.View != "" {
		o.compare("view", t.Expect.View, granted(e))
	}
	if t.Expect.Status != 0 {
		o.compare("status", fmt.Sprint(t.Expect.Status), fmt.Sprint(e.Status))
	}
	if t.Expect.Error != "" {
		o.compare("error", t.Expect.Error, e.Error)
	}
	if t.Expect.Attributes != nil {
		var names []string
		for _, a := range e.Attributes {
			if a.View == granted(e) {
				names = append(names, a.Name)
			}
		}
		o.compare("attributes", list(t.Expect.Attributes), list(names))
	}
	return o
}

func (o *Outcome) compare(what, want, got string) {
	if want != got {
		o.Wrong = append(o.Wrong, fmt.Sprintf("%s: want %s, got %s", what, want, got))
	}
}

func list(names []string) string {
	names = slices.Sorted(slices.Values(names))
	return "[" + strings.Join(names, ", ") + "]"
}

func granted(e explain.Explanation) string {
	for _, v := range e.Views {
		if v.Granted {
			return v.View
		}
	}
	return "(none)"
}

func ask(c *contract.Contract, t Test, m plan.Moment) (explain.Explanation, error) {
	p, err := t.As.principal()
	if err != nil {
		return explain.Explanation{}, err
	}
	method, target, ok := strings.Cut(t.Request, " ")
	if !ok {
		return explain.Explanation{}, errors.New("request: takes the form 'GET /path?query'")
	}
	q := explain.Question{Contract: c, Principal: p, Method: method, Target: strings.TrimSpace(target), Moment: m}
	if t.Body != nil {
		if q.Body, err = json.Marshal(t.Body); err != nil {
			return explain.Explanation{}, errors.New("body: takes what JSON can say")
		}
	}
	return explain.Explain(q)
}

// principal is who asks. Whoever has an id is authenticated.
func (a *As) principal() (contract.Principal, error) {
	if a == nil {
		return contract.Anonymous(), nil
	}
	p := contract.Principal{
		ID: a.ID, Roles: append([]string{contract.RoleAuthenticated}, a.Roles...),
		Claims: map[string]contract.Claim{}, Source: "test",
	}
	for name, v := range a.Claims {
		values, isList := v.([]any)
		if !isList {
			values = []any{v}
		}
		c := contract.Claim{List: isList}
		for _, one := range values {
			switch one.(type) {
			case string, int64, uint64:
				c.Values = append(c.Values, fmt.Sprint(one))
			default:
				return p, fmt.Errorf("as: claim %s: takes a string, or a list of strings", name)
			}
		}
		p.Claims[name] = c
	}
	if err := p.Check(); err != nil {
		return p, fmt.Errorf("as: %w", err)
	}
	return p, nil
}
