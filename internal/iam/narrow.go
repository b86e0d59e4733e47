package iam

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
	"github.com/discreet-dev/discreet/internal/report"
	"github.com/discreet-dev/discreet/internal/template"
)

// How a statement's element stands in its text, just before its name.
var (
	ownLine      = regexp.MustCompile(`(?:^|\n)([ \t]*(?:- +)*)"?$`)
	withinBraces = regexp.MustCompile(`[{,]\s*"?$`)
)

// maxElementName bounds how far back from it is looked.
const maxElementName = 200

// literals is where the file writes an element's values.
func literals(c *culprit, v policy.Values) (template.Literals, bool) {
	return template.LiteralsOf(c.attached.Template.Path, c.attached.Template.Text, c.Statement, v)
}

// narrow mends statements that stand in templates: their literal lists become
// what is needed, and a statement without a condition gets the contract's. Of
// the mends that can be written the first that holds, read again, is taken.
func (a *auditor) narrow(rule string, list []*culprit, witness policy.Request) []finding.Edit {
	ways := []func(*culprit) []finding.Edit{a.toWhole, a.toLists}
	if a.auditing.Contract == nil {
		if !slices.Contains([]string{ruleScan, rulePartiQL, rulePolicyControl, ruleSideDoor, ruleDAX}, rule) {
			return nil // the action may be meant, and something beside it is not
		}
		ways = []func(*culprit) []finding.Edit{func(c *culprit) []finding.Edit { return without(c, witness.Action) }}
	}
	for _, way := range ways {
		var edits []finding.Edit
		for _, c := range list {
			one := way(c)
			if one == nil {
				edits = nil
				break
			}
			edits = append(edits, one...)
		}
		if len(edits) > 0 && a.holds(edits, witness) {
			return edits
		}
	}
	return nil
}

// wanted are the statements that the contract needs of a culprit, each with the
// actions and resources that the culprit gives.
func (a *auditor) wanted(c *culprit) []Statement {
	var out []Statement
	for _, s := range a.least {
		s.Action = slices.DeleteFunc(slices.Clone(s.Action), func(name string) bool {
			return !slices.ContainsFunc(c.Action.Texts(), func(p string) bool { return policy.LikeAction(p, name) })
		})
		s.Resource = slices.DeleteFunc(slices.Clone(s.Resource), func(arn string) bool { return !a.covers(c, arn) })
		if len(s.Action) > 0 && len(s.Resource) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// toWhole makes a statement the one that the contract needs in its place, with
// its condition.
func (a *auditor) toWhole(c *culprit) []finding.Edit {
	kept := a.wanted(c)
	others, ok := otherServices(c)
	s, literal := literals(c, c.Action)
	if len(kept) != 1 || !ok || len(others) > 0 || !literal || len(c.Conditions) > 0 || c.ConditionAt != (finding.Location{}) {
		return nil
	}
	edits := a.lists(c, s, kept[0].Action, kept[0].Resource)
	if len(kept[0].Condition) == 0 {
		return edits
	}
	text, at, ok := conditionAt(&s, kept[0].Condition)
	if !ok {
		return nil
	}
	insert := finding.Edit{Location: finding.Location{Path: s.Path}, New: text}
	insert.Start = s.Place(at)
	insert.End = insert.Start
	return append([]finding.Edit{insert}, edits...)
}

// toLists narrows the actions and resources alone.
func (a *auditor) toLists(c *culprit) []finding.Edit {
	actions, ok := otherServices(c)
	s, literal := literals(c, c.Action)
	kept := a.wanted(c)
	if !ok || !literal || len(kept) == 0 {
		return nil
	}
	foreign := len(actions) > 0
	var resources []string
	for _, k := range kept {
		for _, name := range k.Action {
			actions = add(actions, name)
		}
		for _, arn := range k.Resource {
			resources = add(resources, arn)
		}
	}
	if foreign {
		resources = nil // they are the other services' too
	}
	return a.lists(c, s, actions, resources)
}

// otherServices are a statement's actions that are none of DynamoDB's; ok is
// false where a wildcard stands for services too.
func otherServices(c *culprit) (out []string, ok bool) {
	if c.Action.Not || c.Resource.Not || c.Unresolved != "" || c.attached.Kind != policy.Identity {
		return nil, false
	}
	for _, v := range c.Action.Texts() {
		service, _, _ := strings.Cut(strings.ToLower(v), ":")
		switch {
		case strings.ContainsAny(service, "*?"):
			return nil, false // what of everything is meant, nobody knows
		case service != "dynamodb" && service != "dax":
			out = append(out, v)
		}
	}
	return out, true
}

// lists replaces both lists where they differ from what is needed. Resources
// stay where they are no literals, or where the file does not say whose account
// and region they are in.
func (a *auditor) lists(c *culprit, s template.Literals, actions, resources []string) []finding.Edit {
	edits := []finding.Edit{}
	if !sameWords(c.Action.Texts(), actions) {
		edits = append(edits, s.Replaced(actions))
	}
	r, literal := literals(c, c.Resource)
	known := strings.Contains(s.Text, a.options.Account) && strings.Contains(s.Text, a.options.Region) || a.auditing.Account != "" && a.auditing.Region != ""
	if literal && known && len(resources) > 0 && !sameWords(c.Resource.Texts(), resources) {
		edits = append(edits, r.Replaced(resources))
	}
	return edits
}

// without takes one action out of a list that names it beside others.
func without(c *culprit, action string) []finding.Edit {
	s, literal := literals(c, c.Action)
	rest := slices.DeleteFunc(c.Action.Texts(), func(name string) bool { return strings.EqualFold(name, action) })
	if !literal || len(rest) == 0 || len(rest) == len(c.Action.List) {
		return nil
	}
	return []finding.Edit{s.Replaced(rest)}
}

func sameWords(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// conditionAt writes a condition to stand before a statement's actions, with the
// offset.
func conditionAt(s *template.Literals, all map[string]keyWords) (text string, at int, ok bool) {
	at = s.Key
	name := `Condition`
	if at > 0 && s.Text[at-1] == '"' {
		name = `"Condition"`
		at--
	}
	indent, gap := "", " "
	m := ownLine.FindStringSubmatch(s.Text[max(0, at-maxElementName):at])
	if m != nil {
		indent = strings.Repeat(" ", len(m[1]))
		if strings.TrimSpace(m[1]) == "" {
			indent = m[1]
		}
		gap = "\n" + indent
	}
	flow := withinBraces.MatchString(s.Text[max(0, at-maxElementName):at])
	if m == nil && !flow {
		return "", 0, false
	}
	raw, err := jsonOf(all, indent)
	if err != nil {
		return "", 0, false
	}
	n, err := policy.ReadJSON("", raw)
	if err != nil {
		return "", 0, false
	}
	var b bytes.Buffer
	switch {
	case s.Name == "actions":
		if m == nil || !s.Assigned {
			return "", 0, false
		}
		return conditionBlocks(all, indent), at, true
	case s.Assigned:
		b.WriteString(name + " = ")
		writeHCL(&b, &n, indent)
		if m == nil {
			b.WriteByte(',')
		}
	case flow: // JSON, or YAML in braces
		value := string(raw)
		if s.HCL() {
			value = strings.NewReplacer("${", "$${", "%{", "%%{").Replace(value)
		}
		b.WriteString(name + ": " + value + ",")
	default:
		b.WriteString(name + ":\n")
		writeYAML(&b, &n, indent+"  ")
		return b.String() + indent, at, true
	}
	return b.String() + gap, at, true
}

func jsonOf(v any, indent string) ([]byte, error) {
	raw, err := text(v)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = json.Indent(&b, raw, indent, "  ")
	return b.Bytes(), err
}

// conditionBlocks are the condition blocks of an aws_iam_policy_document.
func conditionBlocks(all map[string]keyWords, indent string) string {
	var b strings.Builder
	for _, op := range slices.Sorted(maps.Keys(all)) {
		for _, key := range slices.Sorted(maps.Keys(all[op])) {
			var values []string
			for _, v := range all[op][key] {
				values = append(values, template.QuoteHCL(v))
			}
			b.WriteString("condition {\n" +
				indent + "  test     = " + template.QuoteHCL(op) + "\n" +
				indent + "  variable = " + template.QuoteHCL(key) + "\n" +
				indent + "  values   = [" + strings.Join(values, ", ") + "]\n" +
				indent + "}\n" + indent)
		}
	}
	return b.String()
}

// holds reads the templates again with the edits: the witness must be denied
// then, and what the contract needs allowed as before.
func (a *auditor) holds(edits []finding.Edit, witness policy.Request) bool {
	byFile := map[string][]finding.Edit{}
	for _, e := range edits {
		byFile[e.Path] = append(byFile[e.Path], e)
	}
	mended := a.subject.Subject
	mended.Policies = slices.Clone(mended.Policies)
	for path, own := range byFile {
		var t *template.Written
		var mine []*policy.Document
		serverless := false
		for _, p := range mended.Policies {
			if p.Template != nil && p.Document != nil && p.Template.Path == path && !p.AWS {
				t, serverless = p.Template, p.Format == "serverless.yml"
				mine = append(mine, p.Document)
			}
		}
		if t == nil || serverless && slices.ContainsFunc(own, func(e finding.Edit) bool { return strings.Contains(e.New, "${") }) {
			return false // serverless.yml would take it for a variable of its own
		}
		edited, err := report.Apply(t.Text, own)
		if err != nil {
			return false
		}
		now, ok := a.readings.Mended(t, edited, mine)
		if !ok {
			return false
		}
		for i, p := range mended.Policies {
			if d := now[p.Document]; d != nil {
				mended.Policies[i].Document = d
			}
		}
	}
	after := prepare(mended, a.options.Account)
	for _, r := range a.needs {
		_, _, had, _ := a.subject.allowed(r)
		if _, _, has, _ := after.allowed(r); had && !has {
			return false
		}
	}
	after.contexts = append(after.contexts, witness.Context)
	_, _, ok, unknown := after.allowed(witness)
	return !ok && !unknown
}
