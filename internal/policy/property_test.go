package policy

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

func read(t interface{ Fatalf(string, ...any) }, tree map[string]any) *Document {
	text, err := json.Marshal(tree)
	if err != nil {
		t.Fatalf("%v", err)
	}
	d, problems := Parse("p.json", text)
	if d == nil {
		t.Fatalf("%v: %s", problems, text)
	}
	return d
}

func decided(r Request, documents ...*Document) Decision {
	var all []Policy
	for _, d := range documents {
		all = append(all, Policy{Document: d})
	}
	return Evaluate(all, r).Decision
}

func TestAddingADenyNeverWidens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, r := read(t, drawPolicy(t, false)), drawRequest(t)
		deny := drawStatement(t, false)
		deny["Effect"] = "Deny"
		more := read(t, map[string]any{"Version": Version2012, "Statement": deny})
		if before, after := decided(r, d), decided(r, d, more); before != Allowed && after == Allowed {
			t.Fatalf("%s became %s", before, after)
		}
	})
}

func TestAddingAnAllowNeverNarrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, r := read(t, drawPolicy(t, false)), drawRequest(t)
		allow := drawStatement(t, false)
		allow["Effect"] = "Allow"
		more := read(t, map[string]any{"Version": Version2012, "Statement": allow})
		if before, after := decided(r, d), decided(r, d, more); before == Allowed && after != Allowed {
			t.Fatalf("%s became %s", before, after)
		}
	})
}

func TestRemovingAConditionOfAnAllowNeverNarrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, r := drawStatement(t, false), drawRequest(t)
		tree["Effect"] = "Allow"
		d := read(t, map[string]any{"Version": Version2012, "Statement": tree})
		conditions := d.Statements[0].Conditions
		if len(conditions) == 0 {
			return
		}
		before := decided(r, d)
		i := rapid.IntRange(0, len(conditions)-1).Draw(t, "removed")
		d.Statements[0].Conditions = append(append([]Condition(nil), conditions[:i]...), conditions[i+1:]...)
		if after := decided(r, d); before == Allowed && after != Allowed {
			t.Fatalf("%s became %s", before, after)
		}
	})
}

func TestABoundaryNeverGrants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, limit, r := read(t, drawPolicy(t, false)), read(t, drawPolicy(t, false)), drawRequest(t)
		kind := rapid.SampledFrom([]Kind{Boundary, Session, ServiceControl}).Draw(t, "kind")
		before := decided(r, d)
		after := Evaluate([]Policy{{Document: d}, {Kind: kind, Document: limit}}, r).Decision
		if before != Allowed && after == Allowed {
			t.Fatalf("%s became %s under a %s policy", before, after, kind)
		}
	})
}

func TestAnUnknownOperatorNeverAllows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, r := drawStatement(t, false), drawRequest(t)
		tree["Effect"] = "Allow"
		tree["Condition"] = map[string]any{"StringResembles": map[string]any{"aws:username": "me"}}
		d := read(t, map[string]any{"Version": Version2012, "Statement": tree})
		if got := decided(r, d); got == Allowed {
			t.Fatal("allowed")
		}
	})
}

func TestAPatternOfLiteralsMatchesItselfAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.StringMatching(`[ab*?$]{0,8}`).Draw(t, "a")
		b := rapid.StringMatching(`[ab*?$]{0,8}`).Draw(t, "b")
		escaped := ""
		for _, r := range a {
			if r == '*' || r == '?' || r == '$' {
				escaped += "${" + string(r) + "}"
			} else {
				escaped += string(r)
			}
		}
		if got := matches(pieces(escaped, true, true), b); got != (a == b) {
			t.Fatalf("%q as %q against %q: %v", a, escaped, b, got)
		}
	})
}
