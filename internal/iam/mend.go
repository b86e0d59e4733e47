package iam

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// mend is the smallest change after which the witness is denied: with a
// contract, each statement that allows it becomes what the contract needs of it;
// without one, a condition is made strict, or the action denied. Where no edit
// can be made safely there are words alone.
func (a *auditor) mend(rule string, c *culprit, witness *policy.Request) finding.Mend {
	m := finding.Mend{Text: advice(rule)}
	if witness == nil || c == nil {
		return m
	}
	list := []*culprit{c}
	if !c.attached.Trust && rule != rulePrincipal {
		_, v, ok, _ := a.subject.allowed(*witness)
		if !ok {
			return m
		}
		list = a.culprits(v)
		if inTemplates(list) {
			m.Edits = a.narrow(rule, list, *witness)
			return m
		}
	}
	var edits []finding.Edit
	for _, one := range list {
		e, ok := a.edits(rule, one, witness)
		if !ok {
			return m
		}
		edits = append(edits, e...)
	}
	if a.denies(edits, *witness, rule, c) {
		m.Edits = edits
	}
	return m
}

func inTemplates(list []*culprit) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(c *culprit) bool { return c.attached.Template == nil })
}

// advice is a mend in words.
func advice(rule string) string {
	help := ruleOf(rule).Help
	first, _, _ := strings.Cut(help, "\n")
	return first
}

// edits mend one statement; ok is false where they cannot.
func (a *auditor) edits(rule string, c *culprit, witness *policy.Request) ([]finding.Edit, bool) {
	if c.attached.Source == nil || c.Unresolved != "" {
		return nil, false
	}
	if c.attached.Trust || rule == rulePrincipal {
		return nil, false // whom to trust, no file says
	}
	if a.auditing.Contract != nil && c.attached.Kind == policy.Identity && !c.Action.Not && !c.Resource.Not {
		if e, ok := a.toNeed(c); ok {
			return e, true
		}
	}
	if e, ok := tighten(rule, c, witness); ok {
		return e, true
	}
	return deny(c, witness), true
}

// toNeed puts in the place of a statement what the contract needs of it. What it
// says of other services stays.
func (a *auditor) toNeed(c *culprit) ([]finding.Edit, bool) {
	var kept []Statement
	rest := Statement{Sid: c.Sid, Effect: policy.Allow, Resource: c.Resource.Texts(), Condition: conditionsOf(c.Conditions)}
	others, ok := otherServices(c)
	if !ok {
		return nil, false
	}
	rest.Action = others
	for _, s := range a.wanted(c) {
		// Who and from where stays as it was.
		merged := map[string]keyWords{}
		for _, from := range []map[string]keyWords{conditionsOf(slices.DeleteFunc(slices.Clone(c.Conditions), func(x policy.Condition) bool { return ofDynamoDB(x.Key) })), s.Condition} {
			for op, keys := range from {
				for k, v := range keys {
					if merged[op] == nil {
						merged[op] = keyWords{}
					}
					merged[op][k] = v
				}
			}
		}
		s.Condition = merged
		kept = append(kept, s)
	}
	if len(rest.Action) > 0 {
		kept = append(kept, rest)
	}
	if len(kept) == 0 {
		return remove(c)
	}
	var texts []string
	for _, s := range kept {
		texts = append(texts, pretty(c, s))
	}
	text := strings.Join(texts, ","+newline(c))
	if c.attached.Document.Single && len(kept) > 1 {
		text = "[" + text + "]"
	}
	return []finding.Edit{{Location: c.Location, New: text}}, true
}

func (a *auditor) covers(c *culprit, arn string) bool {
	d := &policy.Document{Version: policy.Version2012, Statements: []*policy.Statement{{Effect: policy.Allow, Action: policy.Values{Present: true, List: []policy.Value{{Text: "*"}}}, Resource: c.Resource}}}
	for _, context := range a.subject.contexts {
		if policy.Evaluate([]policy.Policy{{Document: d}}, policy.Request{Action: "dynamodb:GetItem", Resource: arn, Context: context}).Decision == policy.Allowed {
			return true
		}
	}
	return false
}

func conditionsOf(list []policy.Condition) map[string]keyWords {
	out := map[string]keyWords{}
	for _, c := range list {
		if out[c.Operator] == nil {
			out[c.Operator] = keyWords{}
		}
		out[c.Operator][c.Key] = policy.Values{List: c.Values}.Texts()
	}
	return out
}

// pretty is a statement as the file would have it at that place.
func pretty(c *culprit, v any) string {
	raw, err := text(v)
	if err != nil {
		return "{}"
	}
	var b bytes.Buffer
	if err := json.Indent(&b, raw, indentOf(c), "  "); err != nil {
		return string(raw)
	}
	return b.String()
}

func indentOf(c *culprit) string { return strings.Repeat(" ", min(40, max(0, c.Start.Column-1))) }
func newline(c *culprit) string  { return "\n" + indentOf(c) }

// remove takes a statement out of its list, with one comma.
func remove(c *culprit) ([]finding.Edit, bool) {
	source := c.attached.Source
	start, end := c.Start.Offset, c.End.Offset
	after := end + len(source[end:]) - len(bytes.TrimLeft(source[end:], " \t\r\n"))
	before := len(bytes.TrimRight(source[:start], " \t\r\n"))
	at := c.Location
	switch {
	case c.attached.Document.Single:
		return nil, false
	case after < len(source) && source[after] == ',':
		at.End.Offset = after + 1
	case before > 0 && source[before-1] == ',':
		at.Start.Offset = before - 1
	default:
		return nil, false
	}
	return []finding.Edit{{Location: at}}, true
}

// tighten makes the statement's own conditions strict.
func tighten(rule string, c *culprit, witness *policy.Request) ([]finding.Edit, bool) {
	conditions := conditionsOf(c.Conditions)
	set := func(op, key string, values ...string) {
		if conditions[op] == nil {
			conditions[op] = keyWords{}
		}
		conditions[op][key] = values
	}
	switch rule {
	case ruleVacuous:
		for _, one := range c.Conditions {
			if _, there := witness.Context[one.Key]; !there && ofDynamoDB(one.Key) {
				set("Null", one.Key, "false")
			}
		}
	case ruleOperator:
		for _, one := range c.Conditions {
			o := policy.ParseOperator(one.Operator)
			if !ofDynamoDB(one.Key) || o.Negated() || o.Base == "StringLike" && slices.Contains(policy.Values{List: one.Values}.Texts(), "*") {
				continue
			}
			if o.Quantifier == policy.ForAnyValue {
				delete(conditions[one.Operator], one.Key)
				set("ForAllValues:"+o.Base, one.Key, policy.Values{List: one.Values}.Texts()...)
				set("Null", one.Key, "false")
			}
		}
	case ruleSelect:
		if slices.ContainsFunc(c.dataActions(), func(name string) bool { return !reads(name) }) {
			return nil, false // the writes have no Select
		}
		set("StringEquals", keySelect, "SPECIFIC_ATTRIBUTES")
		set("Null", keyAttributes, "false")
	case ruleReturn:
		set("StringEqualsIfExists", keyReturn, "NONE")
	default:
		return nil, false
	}
	for op, keys := range conditions {
		if len(keys) == 0 {
			delete(conditions, op)
		}
	}
	if c.ConditionAt == (finding.Location{}) {
		return nil, false
	}
	return []finding.Edit{{Location: c.ConditionAt, New: pretty(c, conditions)}}, true
}

// deny adds a statement that denies the witness's action where it was allowed.
func deny(c *culprit, witness *policy.Request) []finding.Edit {
	s := Statement{Sid: sid("Deny", strings.Replace(witness.Action, ":", " ", 1), c.Name()), Effect: policy.Deny, Action: words{witness.Action}, Resource: words{literalLike(witness.Resource)}}
	if c.attached.Kind == policy.ResourceBased {
		s.Principal = map[string]words{"AWS": {"*"}}
	}
	end := c.Location
	end.Start = end.End
	insert := finding.Edit{Location: end, New: "," + newline(c) + pretty(c, s)}
	if !c.attached.Document.Single {
		return []finding.Edit{insert}
	}
	begin := c.Location
	begin.End = begin.Start
	insert.New += "]"
	return []finding.Edit{{Location: begin, New: "["}, insert}
}

// denies replays the witness after the edits.
func (a *auditor) denies(edits []finding.Edit, witness policy.Request, rule string, c *culprit) bool {
	mended := a.subject.Subject
	mended.Policies = slices.Clone(mended.Policies)
	for i := range mended.Policies {
		p := &mended.Policies[i]
		if p.Source == nil || p.Document == nil {
			continue
		}
		var mine []finding.Edit
		for _, e := range edits {
			if e.Path == p.Document.Path && e.Start.Offset >= p.Document.Start.Offset && e.End.Offset <= p.Document.End.Offset {
				mine = append(mine, e)
			}
		}
		d := applied(p, mine)
		if d == nil {
			return false
		}
		p.Document = d
	}
	after := prepare(mended, a.options.Account)
	after.contexts = append(after.contexts, witness.Context)
	_, _, ok, unknown := after.allowed(witness)
	return !ok && !unknown
}

// applied is the policy after the edits, or nil where it is none.
func applied(p *Attached, edits []finding.Edit) *policy.Document {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(x, y finding.Edit) int { return x.Start.Offset - y.Start.Offset })
	var b bytes.Buffer
	at := p.Document.Start.Offset
	for _, e := range edits {
		if e.Start.Offset < at {
			return nil
		}
		b.Write(p.Source[at:e.Start.Offset])
		b.WriteString(e.New)
		at = e.End.Offset
	}
	b.Write(p.Source[at:p.Document.End.Offset])
	d, _ := policy.Parse(p.Document.Path, b.Bytes())
	return d
}
