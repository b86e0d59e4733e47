//go:build outside

package policy

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// driver runs a batch of cases through the other engine, which stays a process
// of its own.
const driver = `
import { pathToFileURL } from 'node:url'
import { readFileSync } from 'node:fs'
const { runSimulation } = await import(pathToFileURL(process.argv[2] + '/dist/esm/index.js').href)
const out = []
for (const c of JSON.parse(readFileSync(0, 'utf8'))) {
  const s = {
    request: { principal: c.principal, action: c.action, resource: { resource: c.resource, accountId: '111122223333' }, contextVariables: c.context },
    identityPolicies: [{ name: 'p', policy: c.identity }], serviceControlPolicies: [], resourceControlPolicies: []
  }
  if (c.resourceBased) s.resourcePolicy = c.resourceBased
  if (c.boundary) s.permissionBoundaryPolicies = [{ name: 'b', policy: c.boundary }]
  const r = await runSimulation(s, {})
  out.push(r.resultType === 'error' ? 'error: ' + JSON.stringify(r.errors) : r.overallResult)
}
console.log(JSON.stringify(out))
`

type simulated struct {
	Principal     string         `json:"principal"`
	Action        string         `json:"action"`
	Resource      string         `json:"resource"`
	Context       map[string]any `json:"context"`
	Identity      map[string]any `json:"identity"`
	ResourceBased map[string]any `json:"resourceBased,omitempty"`
	Boundary      map[string]any `json:"boundary,omitempty"`

	request Request
	ours    Verdict
}

// TestOracleIAMSimulate compares verdicts with @cloud-copilot/iam-simulate,
// whose folder IAM_SIMULATE names. docs/iam.md lists where the two differ by
// intent, and those cases are left out here, each by its name.
func TestOracleIAMSimulate(t *testing.T) {
	folder := os.Getenv("IAM_SIMULATE")
	if folder == "" {
		t.Fatal("IAM_SIMULATE names no folder of @cloud-copilot/iam-simulate")
	}
	var cases []simulated
	left := map[string]int{}
	if f := flag.Lookup("rapid.seed"); f.Value.String() == f.DefValue {
		// The same cases every time; whoever looks for new ones gives a seed.
		if err := flag.Set("rapid.seed", "20260801"); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			c := drawCase(t)
			if why := differs(c); why != "" {
				left[why]++
				continue
			}
			cases = append(cases, c)
		}
	})
	script := filepath.Join(t.TempDir(), "driver.mjs")
	if err := os.WriteFile(script, []byte(driver), 0o600); err != nil {
		t.Fatal(err)
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		t.Fatal(err)
	}
	input, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", script, folder)
	cmd.Stdin, cmd.Stderr = strings.NewReader(string(input)), os.Stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var theirs []string
	if err := json.Unmarshal(output, &theirs); err != nil || len(theirs) != len(cases) {
		t.Fatalf("%d answers for %d cases, %v", len(theirs), len(cases), err)
	}
	words := map[string]Decision{"Allowed": Allowed, "ExplicitlyDenied": ExplicitDeny, "ImplicitlyDenied": ImplicitDeny}
	seen, wrong := map[Decision]int{}, 0
	for i, c := range cases {
		seen[c.ours.Decision]++
		if words[theirs[i]] == c.ours.Decision {
			continue
		}
		if wrong++; wrong <= 5 {
			text, _ := json.Marshal(c)
			t.Errorf("ours %s (%s), theirs %s\n%s", c.ours.Decision, c.ours.Why, theirs[i], text)
		}
	}
	t.Logf("%d cases agree, %d differ; %v; left out by name: %v", len(cases)-wrong, wrong, seen, left)
	if wrong > 0 || seen[Allowed] < 100 || seen[ExplicitDeny] < 100 || seen[ImplicitDeny] < 100 {
		t.Errorf("%d differ; every verdict must be there 100 times", wrong)
	}
}

func drawCase(t *rapid.T) simulated {
	r := drawRequest(t)
	c := simulated{Principal: r.Caller.ARN, Action: r.Action, Resource: r.Resource, Context: map[string]any{}, Identity: drawPolicy(t, false), request: r}
	all := []Policy{{Document: read(t, c.Identity)}}
	if rapid.IntRange(0, 4).Draw(t, "resource policy") == 0 {
		c.ResourceBased = drawPolicy(t, true)
		all = append(all, Policy{Kind: ResourceBased, Document: read(t, c.ResourceBased)})
	}
	if rapid.IntRange(0, 4).Draw(t, "boundary") == 0 {
		c.Boundary = drawPolicy(t, false)
		all = append(all, Policy{Kind: Boundary, Document: read(t, c.Boundary)})
	}
	for k, v := range r.Context {
		c.Context[k] = v
		if !slices.Contains(manyValued, k) {
			c.Context[k] = v[0]
		}
	}
	c.ours = Evaluate(all, r)
	return c
}

// differs names a known difference that a case may hold.
func differs(c simulated) string {
	if c.ours.Decision == Undecided {
		return "nothing that AWS documents decides it"
	}
	for _, tree := range []map[string]any{c.Identity, c.ResourceBased, c.Boundary} {
		text, _ := json.Marshal(tree)
		if tree["Version"] == Version2008 && strings.Contains(string(text), "${") {
			return "it expands variables in version 2008"
		}
		if u := c.request.Context["aws:username"]; len(u) == 1 && u[0] == "${*}" && strings.Contains(string(text), "${*}") {
			return "it takes ${*} for itself where no wildcard may stand"
		}
		if strings.Contains(string(text), "Not") && strings.Contains(string(text), "${aws:PrincipalTag/id}") && c.request.Context["aws:PrincipalTag/id"] == nil {
			return "it takes a negated operator on a variable without a value for false"
		}
	}
	return ""
}
