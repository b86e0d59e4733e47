package parse

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/plan"
	"github.com/discreet-dev/discreet/internal/route"
	"github.com/discreet-dev/discreet/internal/view"
)

// served fails where a contract that was called good could not be served: a
// view does not compile, no principal at all gets through a view of a route, or
// what gets through cannot be planned.
func served(t *testing.T, c *contract.Contract) {
	route.New(c.Routes)
	for _, r := range c.Routes {
		if _, err := view.ForRoute(r, nil); err != nil {
			t.Errorf("%s does not compile: %v", r.Text, err)
		}
		plan.New(r, "physical").Needs()
		for _, v := range r.Views {
			one := *r
			one.Views = []*contract.View{v}
			reached(t, c, &one)
		}
	}
}

// reached asks a route of one view as whoever its scope is for.
func reached(t *testing.T, c *contract.Contract, r *contract.Route) {
	id, claim, other := values(c)
	v := r.Views[0]
	p := contract.Principal{ID: id, Roles: v.Roles, Claims: map[string]contract.Claim{}}
	path := map[string]string{}
	for _, seg := range r.Segments {
		path[seg.Variable] = other
	}
	for _, b := range v.Scope {
		value := b.Value.Constant.Text
		switch b.Value.Kind {
		case contract.FromID:
			value = id
		case contract.FromClaim:
			value = claim
			p.Claims[b.Value.Claim] = contract.Claim{Values: []string{claim}}
		}
		path[b.Attribute.Name] = value
	}
	d, bad := access.Decide(access.Ask{Principal: p, Route: r, Path: path})
	if bad != nil {
		t.Errorf("%s: nobody gets through %s: %v %v", r.Text, v.Name, bad, d.Trail)
		return
	}
	var err error
	m := plan.Moment{Now: time.Unix(2e9, 0), NewID: func() string { return other }}
	made := plan.New(r, "physical")
	switch r.Operation {
	case contract.Get:
		_, err = made.Get(d.Grants, true)
	case contract.List:
		_, err = made.List(d.Grants[0], nil)
	case contract.Delete:
		_, err = made.Delete(d.Grants[0], plan.Seen{}, m)
	case contract.Update:
		if _, err = made.Delete(d.Grants[0], plan.Seen{}, m); err == nil { // the same condition, whatever is written
			_, err = made.Update(d.Grants[0], body(v, other), plan.Seen{}, m)
		}
	case contract.Create:
		_, err = made.Create(d.Grants[0], body(v, other), m)
	}
	var f *fault.Fault
	if errors.As(err, &f) && f.Kind == fault.BadRequest && constrained(v) {
		return
	}
	if err != nil {
		t.Errorf("%s through %s is never planned: %v", r.Text, v.Name, err)
	}
}

// values are three texts that any S or N takes, none with a delimiter in it.
func values(c *contract.Contract) (id, claim, other string) {
	digits := "123456789"
	for _, table := range c.Tables {
		digits = strings.ReplaceAll(digits, table.Delimiter, "")
	}
	return digits[:1], digits[1:2], digits[2:3]
}

// body writes every S and N attribute that the view lets write, and no members.
func body(v *contract.View, value string) []byte {
	var members []string
	for _, path := range v.Write {
		a := leadsTo(v.Of, path)
		text := value
		if len(a.OneOf) > 0 {
			text = a.OneOf[0].Text
		}
		switch {
		case len(path) > 1:
		case a.Type == contract.S:
			members = append(members, quoted(inBody(v, path)[0].Name)+":"+quoted(text))
		case a.Type == contract.N:
			members = append(members, quoted(inBody(v, path)[0].Name)+":"+text)
		}
	}
	return []byte("{" + strings.Join(members, ",") + "}")
}

func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// constrained reports whether what a view writes may refuse the test's values.
func constrained(v *contract.View) bool {
	for _, path := range v.Write {
		if leadsTo(v.Of, path).Pattern != nil {
			return true
		}
	}
	return false
}

// goodContracts are the texts that other tests call good, by name.
func goodContracts(t testing.TB) map[string]string {
	out := map[string]string{}
	for _, pattern := range []string{"testdata/good/*.yaml", "../../examples/*/discreet.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			out[file] = string(source)
		}
	}
	for _, r := range rules {
		if r.code == "" || strings.HasPrefix(r.code, "warn ") {
			out[r.name] = r.source(t)
		}
	}
	return out
}

func TestWhatIsAcceptedCanBeServed(t *testing.T) {
	for name, source := range goodContracts(t) {
		t.Run(name, func(t *testing.T) {
			c, problems := Contract("discreet.yaml", []byte(source))
			if c == nil {
				t.Fatal(problems.Text())
			}
			served(t, c)
		})
	}
}

var word = regexp.MustCompile(`"[^"\n]*"|\{[a-z_]+\}|[A-Za-z_][A-Za-z0-9_.]*`)

// TestWhatIsAcceptedAfterAnyEditCanBeServed exchanges words of good contracts,
// and takes words and lines out.
func TestWhatIsAcceptedAfterAnyEditCanBeServed(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	edits, accepted := 300, 0
	var sources []string
	for _, file := range []string{profiles, saas, every, "../../examples/orders/discreet.yaml"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, string(source))
	}
	for range edits {
		source := sources[random.IntN(len(sources))]
		for range 1 + random.IntN(3) {
			source = edit(random, source)
		}
		c, _ := Contract("discreet.yaml", []byte(source))
		if c == nil {
			continue
		}
		accepted++
		if served(t, c); t.Failed() {
			t.Fatalf("the contract:\n%s", source)
		}
	}
	if t.Logf("%d of %d edits were accepted", accepted, edits); accepted < edits/20 {
		t.Error("too few edits are accepted to say anything")
	}
}

// edit puts a word of a contract into the place of another, or takes it out.
func edit(random *rand.Rand, source string) string {
	words := word.FindAllStringIndex(source, -1)
	from, to := words[random.IntN(len(words))], words[random.IntN(len(words))]
	put := source[from[0]:from[1]]
	switch random.IntN(6) {
	case 0: // out of a list
		rest := strings.TrimPrefix(source[to[1]:], ", ")
		return source[:to[0]] + rest
	case 1: // the whole line
		end := strings.IndexByte(source[to[0]:], '\n')
		start := strings.LastIndexByte(source[:to[0]], '\n')
		if end < 0 || start < 0 {
			return source
		}
		return source[:start] + source[to[0]+end:]
	case 2: // beside it
		return source[:to[1]] + ", " + put + source[to[1]:]
	}
	return source[:to[0]] + put + source[to[1]:]
}

// FuzzServed is TestWhatIsAcceptedCanBeServed for any text.
func FuzzServed(f *testing.F) {
	for _, source := range goodContracts(f) {
		f.Add([]byte(source))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		if c, _ := Contract("discreet.yaml", source); c != nil {
			served(t, c)
		}
	})
}
