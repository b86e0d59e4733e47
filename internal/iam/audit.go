package iam

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
	"github.com/discreet-dev/discreet/internal/template"
)

// Auditing says what an audit measures policies by.
type Auditing struct {
	// Contract is what is needed; nil: only what needs no contract is found.
	Contract *contract.Contract
	For      Product
	// Mode is whose sessions the policies are for; "" infers it: policies that
	// compare LeadingKeys with a session's tag are for vended ones.
	Mode    Mode
	Account string // of the tables; "" is read out of the policies
	Region  string // likewise
	Table   func(logical string) string
}

// Found is a finding with the request that proves it.
type Found struct {
	finding.Finding
	Extra   []string // the exact extra access
	Witness *policy.Request
}

// Audit finds what the policies grant beyond the need. Each Found with a witness
// was proved: the evaluator allows the witness. Notices are what could not be
// decided.
func Audit(subjects []Subject, a Auditing) ([]Found, []finding.Notice, error) {
	var found []Found
	var notices []finding.Notice
	again := &template.Readings{}
	for _, s := range subjects {
		one := &auditor{auditing: a, readings: again}
		if err := one.audit(s); err != nil {
			return nil, nil, err
		}
		found = append(found, one.found...)
		notices = append(notices, one.notices...)
	}
	return found, notices, nil
}

type auditor struct {
	auditing Auditing
	options  Options
	mode     Mode
	subject  *subject
	found    []Found
	notices  []finding.Notice
	doubts   []string
	least    []Statement      // what the contract needs; nil without one
	needs    []policy.Request // likewise, as requests
	readings *template.Readings
}

func (a *auditor) audit(s Subject) error {
	a.place(s)
	a.subject = prepare(s, a.options.Account)
	a.unresolved()
	list := generic(tablesIn(a.subject.policies, a.options), a.subject.named(keyLeading))
	if a.auditing.Contract != nil {
		var err error
		if list, err = probes(a.options, a.mode, a.subject); err != nil {
			return err
		}
		written, err := Least(a.options)
		if err == nil {
			for _, d := range written.Documents {
				a.least = append(a.least, d.Document.Statement...)
			}
		}
		for _, at := range a.atoms() {
			a.needs = append(a.needs, asked(at))
		}
	}
	for _, p := range list {
		a.probe(p)
	}
	a.doubt()
	for _, at := range s.Policies {
		if at.Document != nil {
			a.form(at)
		}
	}
	if a.auditing.Contract != nil {
		a.denied()
	}
	return nil
}

// place fills in where the tables are and in which mode the policies stand.
func (a *auditor) place(s Subject) {
	a.options = Options{
		Contract: a.auditing.Contract, For: cmp.Or(a.auditing.For, Serve), Table: a.auditing.Table,
		Account: a.auditing.Account, Region: a.auditing.Region, VerifiedBy: "not asked here",
	}
	a.mode = a.auditing.Mode
	for _, p := range s.Policies {
		if p.Document == nil {
			continue
		}
		for _, st := range p.Document.Statements {
			for _, v := range st.Resource.List {
				parts := strings.SplitN(v.Text, ":", 6)
				if len(parts) == 6 && parts[2] == "dynamodb" {
					if a.options.Region == "" && regionForm.MatchString(parts[3]) {
						a.options.Region = parts[3]
					}
					if a.options.Account == "" && accountForm.MatchString(parts[4]) {
						a.options.Account = parts[4]
					}
				}
			}
			for _, c := range st.Conditions {
				if a.mode == "" && strings.EqualFold(c.Key, keyLeading) && len(c.Values) > 0 && strings.Contains(c.Values[0].Text, "${") {
					a.mode = Vended
				}
			}
		}
	}
	a.mode = cmp.Or(a.mode, ServiceRole)
	a.options.Mode = a.mode
	a.options.Region = cmp.Or(a.options.Region, "us-east-1")
	a.options.Account = cmp.Or(a.options.Account, "111122223333")
}

// unresolved lists what a template leaves open: it may grant anything.
func (a *auditor) unresolved() {
	note := func(at finding.Location, what, text string) {
		a.notices = append(a.notices, finding.Notice{Location: at, Text: fmt.Sprintf("%s: %s is not resolved (%s): what it grants is unknown", a.subject.Name, what, text)})
	}
	for _, p := range a.subject.Policies {
		if p.Document == nil {
			continue
		}
		for _, s := range p.Document.Statements {
			if s.Unresolved != "" {
				note(s.Location, s.Name(), s.Unresolved)
			}
			values := slices.Concat(s.Action.List, s.Resource.List)
			for _, c := range s.Conditions {
				values = append(values, c.Values...)
				if o := policy.ParseOperator(c.Operator); o.Base == "" {
					a.notices = append(a.notices, finding.Notice{Location: c.Location, Text: fmt.Sprintf("%s: %s has the operator %s, which nobody documents: whether it holds is unknown", a.subject.Name, s.Name(), c.Operator)})
				}
			}
			for _, v := range values {
				if v.Unresolved {
					note(v.Location, "a value of "+s.Name(), v.Text)
				}
			}
		}
	}
}

// generic are probes that need no contract.
func generic(tables, keys []string) []probe {
	p := &prober{keys: keys}
	for _, arn := range tables {
		for _, action := range policy.Expand("dynamodb:*") {
			rule, extra := class(action)
			switch rule {
			case ruleScan, rulePartiQL, rulePolicyControl, ruleSideDoor:
				p.add(rule, arn, action.Name, extra, p.variants(&contract.Table{Partition: "id"}, action, targetOf(action, arn))...)
			}
		}
	}
	return p.out
}

// tablesIn are the tables that the policies name, or of names that they match;
// one of any name where there are none.
func tablesIn(all []policy.Policy, o Options) []string {
	var out []string
	for _, p := range all {
		for _, s := range p.Document.Statements {
			for _, v := range s.Resource.List {
				before, name, ok := strings.Cut(v.Text, ":table/")
				name, _, _ = strings.Cut(name, "/")
				if ok && strings.HasPrefix(before, "arn:") && !v.Unresolved {
					if name = fill(name, own); name == "any" {
						name = "Any"
					}
					out = add(out, "arn:"+o.partition()+":dynamodb:"+o.Region+":"+o.Account+":table/"+name)
				}
			}
		}
	}
	if len(out) == 0 {
		out = []string{"arn:" + o.partition() + ":dynamodb:" + o.Region + ":" + o.Account + ":table/Any"}
	}
	return out
}

// probe reports a probe whose request is allowed.
func (a *auditor) probe(p probe) {
	for _, r := range p.requests {
		witness, v, ok, unknown := a.subject.allowed(r)
		if unknown {
			a.undecided(p)
		}
		if !ok {
			continue
		}
		rule := p.rule
		at, s := a.guilty(v)
		if key := p.about[strings.LastIndexByte(p.about, ' ')+1:]; rule == ruleVacuous && s != nil && !s.has(key) {
			continue // no condition at all: what that lets through has rules of its own
		}
		if rule == ruleWrite && s != nil && s.has(keyAttributes) {
			rule = ruleWholeWrite
		}
		a.report(rule, s, at, p.table, p.extra, &witness)
		return
	}
}

// undecided keeps what may be allowed; doubt makes one notice of it.
func (a *auditor) undecided(p probe) { a.doubts = add(a.doubts, p.extra) }

func (a *auditor) doubt() {
	if a.subject.cut {
		a.notices = append(a.notices, finding.Notice{Location: a.firstGrant(), Text: fmt.Sprintf(
			"%s: it has more conditions than are tried together (%d): what the others let through is unknown", a.subject.Name, maxContexts,
		)})
	}
	if len(a.doubts) == 0 {
		return
	}
	a.notices = append(a.notices, finding.Notice{Location: a.firstGrant(), Text: fmt.Sprintf(
		"%s: something decisive is unknown, so that these may be allowed: %s", a.subject.Name, strings.Join(a.doubts, "; "),
	)})
}

// firstGrant is the place of the subject's first policy that is no trust policy.
func (a *auditor) firstGrant() finding.Location {
	for _, p := range a.subject.Policies {
		if !p.Trust && p.Document != nil {
			return p.Document.Location
		}
	}
	return finding.Location{}
}

// culprit is a statement that allows too much.
type culprit struct {
	*policy.Statement
	attached *Attached
}

func (c *culprit) has(key string) bool {
	return slices.ContainsFunc(c.Conditions, func(x policy.Condition) bool { return strings.EqualFold(x.Key, key) })
}

// guilty is the first statement that allows a witness.
func (a *auditor) guilty(v policy.Verdict) (finding.Location, *culprit) {
	list := a.culprits(v)
	if len(list) == 0 {
		return finding.Location{}, nil
	}
	return list[0].Location, list[0]
}

func (a *auditor) culprits(v policy.Verdict) []*culprit {
	var out []*culprit
	i := 0
	for n := range a.subject.Policies {
		at := &a.subject.Policies[n]
		if at.Trust || at.Document == nil {
			continue
		}
		for _, s := range at.Document.Statements {
			step := v.Trace[i]
			i++
			if step.Applies == policy.Yes && step.Effect == policy.Allow && (at.Kind == policy.Identity || at.Kind == policy.ResourceBased) {
				out = append(out, &culprit{s, at})
			}
		}
	}
	return out
}

// report adds a finding, or more extra access to one that has the rule, the
// table and the statement.
func (a *auditor) report(rule string, s *culprit, at finding.Location, anchor, extra string, witness *policy.Request) {
	context := ""
	if s != nil {
		context = s.attached.Name + ", " + s.Name()
	}
	i := slices.IndexFunc(a.found, func(f Found) bool { return f.Rule == rule && f.Context == context && f.Anchor == anchor })
	if i < 0 {
		f := Found{Witness: witness}
		r := ruleOf(rule)
		f.Finding = finding.Finding{
			Rule: rule, CWEs: r.CWEs, Severity: r.Severity, Confidence: finding.Certain, Location: at,
			Title: r.Title, Group: a.subject.Name, Context: context, Anchor: anchor,
		}
		if witness == nil {
			f.Confidence = finding.Likely
		}
		f.Mend = a.mend(rule, s, witness)
		a.found, i = append(a.found, f), len(a.found)
	}
	f := &a.found[i]
	f.Extra = add(f.Extra, extra)
	f.Message = message(f)
}

func ruleOf(id string) finding.Rule {
	all := Rules()
	i := slices.IndexFunc(all, func(r finding.Rule) bool { return r.ID == id })
	if i < 0 {
		return finding.Rule{ID: id, Title: id}
	}
	return all[i]
}

func message(f *Found) string {
	text := "Extra access: " + strings.Join(f.Extra, "; ") + "."
	if f.Witness != nil {
		text += " Witness, allowed: " + Sentence(*f.Witness) + "."
	}
	return text
}

// Sentence is a request in words.
func Sentence(r policy.Request) string {
	text := r.Action + " on " + r.Resource
	var keys []string
	for k := range r.Context {
		if ofDynamoDB(k) || strings.HasPrefix(k, "aws:TagKeys") {
			keys = add(keys, k)
		}
	}
	for _, k := range keys {
		text += ", " + k + "=" + strings.Join(r.Context[k], ",")
	}
	return text
}

// denied are requests that the contract needs and the policies do not allow, for
// a principal that they are meant for at all.
func (a *auditor) denied() {
	var missing []string
	some := false
	for _, at := range a.atoms() {
		if _, _, ok, _ := a.subject.allowed(asked(at)); ok {
			some = true
		} else {
			missing = add(missing, at.action+" on "+at.resource+" for "+strings.Join(at.views, ", "))
		}
	}
	if !some || len(missing) == 0 {
		return
	}
	for _, m := range missing {
		a.report(ruleDenied, nil, a.firstGrant(), a.options.Account, "missing: "+m, nil)
	}
}

// atoms are what the contract needs, request by request.
func (a *auditor) atoms() []atom {
	needs, _ := needsOf(a.options.Contract, a.options.For)
	w := &writer{options: a.options}
	out, err := w.atoms(needs)
	if err != nil {
		return nil
	}
	return out
}

// asked is an atom's request by a session that has its roles.
func asked(at atom) policy.Request {
	r := at.request()
	for _, role := range at.roles {
		r.Context["aws:PrincipalTag/"+rolesTag] = []string{":" + role + ":"}
	}
	return r
}
