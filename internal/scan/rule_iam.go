package scan

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

var ruleIAMUnused = finding.Rule{
	ID: "iam-unused-actions", Title: "A policy grants actions that the code does not call", CWEs: []finding.CWE{732, 250, 213}, Severity: finding.Low,
}

var ruleIAMBroad = finding.Rule{
	ID: "iam-broad-actions", Title: "A policy grants Scan, or actions by wildcard", CWEs: []finding.CWE{732, 250, 213}, Severity: finding.Medium,
}

var ruleIAMResource = finding.Rule{
	ID: "iam-wildcard-resource", Title: "A policy's resource covers other tables", CWEs: []finding.CWE{732, 213}, Severity: finding.Low,
}

// judgement compares what policies grant with what the code beside them calls.
type judgement struct {
	*neighbours
	mender *grantMender
	tables map[string]bool // that the code names
	out    []*finding.Finding
}

func (s *scanner) grants(in infra, t *tree) []*finding.Finding {
	list := s.grantsIn(in)
	if len(list) == 0 {
		return nil
	}
	j := &judgement{neighbours: s.neighbours(t), mender: newGrantMender(in.texts), tables: map[string]bool{}}
	for _, r := range s.reads {
		j.tables[r.table] = true
	}
	for _, w := range s.writes {
		j.tables[w.table] = true
	}
	delete(j.tables, "")
	for i := range list {
		j.judge(&list[i])
	}
	return once(j.out)
}

// once leaves out what a statement that several roles share has said before: it
// is one place to mend.
func once(list []*finding.Finding) []*finding.Finding {
	type said struct {
		rule, anchor string
		at           finding.Location
	}
	seen := map[said]bool{}
	return slices.DeleteFunc(list, func(f *finding.Finding) bool {
		key := said{f.Rule, f.Anchor, f.Location}
		again := seen[key]
		seen[key] = true
		return again
	})
}

func (j *judgement) judge(g *grant) {
	a := j.beside(g.at.Path, g.code)
	named := strings.Contains(g.managed, "DynamoDB") || g.managed == "" && !g.everything()
	switch {
	case !named && !a.uses():
		return // nothing says that it is about tables
	case g.managed != "":
		j.managed(g, a)
		return
	}
	wild, scans := g.wild(), g.scans(a)
	if len(wild)+len(scans) > 0 {
		j.broad(g, a, wild, scans)
	}
	j.unused(g, a, len(wild) > 0)
	if g.format != "Zappa" || g.short == "" { // its own policy has no resource that can be written otherwise
		j.wide(g)
	}
}

// subject is what grants.
func (g *grant) subject() string {
	if g.short != "" {
		return g.short
	}
	return "The policy"
}

// everything says whether a statement names no service at all.
func (g *grant) everything() bool {
	return g.actions.Not || slices.ContainsFunc(g.actions.List, func(v policy.Value) bool { return v.Text == "*" || v.Text == "*:*" })
}

// wild are the actions of DynamoDB that are granted by wildcard, but for what
// only lists and describes tables.
func (g *grant) wild() []policy.Value {
	if g.actions.Not {
		return g.actions.List[:1]
	}
	return slices.DeleteFunc(slices.Clone(g.actions.List), func(v policy.Value) bool {
		return v.Unresolved || !strings.ContainsAny(v.Text, "*?") || !slices.ContainsFunc(covered(v), matters)
	})
}

// scans are the grants of Scan to code that scans, or that may.
func (g *grant) scans(a *app) []policy.Value {
	if !a.may("Scan") && a.knows() {
		return nil // it is unused
	}
	return slices.DeleteFunc(slices.Clone(g.actions.List), func(v policy.Value) bool { return !strings.EqualFold(v.Text, "dynamodb:Scan") })
}

// covered are the actions of DynamoDB that a value takes in.
func covered(v policy.Value) []string { return ofTables(policy.Values{List: []policy.Value{v}}) }

// matters says whether an action does anything to items or tables.
func matters(name string) bool { return slices.Contains(itemActions, name) || administers(name) }

// administers says whether an action changes a table, takes a copy of it or
// says who may use it. An app's own code seldom does.
func administers(name string) bool {
	if slices.Contains(itemActions, name) || name == "ConditionCheckItem" {
		return false
	}
	x, _ := policy.Lookup("dynamodb:" + name)
	return x != nil && (strings.Contains(x.Access, "Write") || strings.Contains(x.Access, "Permissions")) || name == "ExportTableToPointInTime"
}

// worst are actions with which a table is lost, or given away.
var worst = []string{"DeleteTable", "PutResourcePolicy", "DeleteResourcePolicy", "DeleteBackup", "RestoreTableFromBackup", "ExportTableToPointInTime"}

func (j *judgement) broad(g *grant, a *app, wild, scans []policy.Value) {
	all := append(slices.Clone(wild), scans...)
	slices.SortStableFunc(all, func(x, y policy.Value) int { return x.Start.Offset - y.Start.Offset })
	f := j.found(ruleIAMBroad, g, all[0].Location, finding.Certain)
	names := texts(all)
	f.Severity = finding.Medium
	for _, v := range wild {
		if g.actions.Not || slices.ContainsFunc(covered(v), administers) {
			f.Severity = finding.High
		}
	}
	f.Anchor = strings.Join(names, ",")
	f.Title = g.subject() + " grants " + strings.Join(names, ", ")
	f.Message = "A grant of Scan, or of actions by wildcard, lets the app read or change every item of the table, whatever its routes check."
	switch {
	case g.actions.Not:
		f.Title = "The policy grants all actions but some (NotAction)"
		f.Message = "NotAction grants every action that it does not name, those of DynamoDB among them."
	case g.everything():
		f.Message = "Every action of every service is granted: on DynamoDB, to read, change and delete every table."
	case len(wild) > 0:
		f.Message = strings.Join(texts(wild), ", ") + " takes in " + some(wild) + ". " + f.Message
	}
	f.Mend.Text = "Name the actions that are called, and query by key in place of Scan."
	if a.knows() && len(wild) > 0 {
		j.narrow(f, g, a)
	}
	j.calls(f, a)
}

// narrow mends a statement: it is to grant what the code calls.
func (j *judgement) narrow(f *finding.Finding, g *grant, a *app) {
	keep := g.least(a)
	switch {
	case g.everything():
		f.Mend.Text = "Name what is needed; of DynamoDB the code calls " + prefixed(a.needs()) + "."
	case len(keep) == 0:
		f.Mend.Text = "Take the statement out: none of its actions is called."
	case g.format == "Zappa" && g.short != "":
		f.Mend.Text = "Name a policy of your own as attach_policy that grants " + strings.Join(keep, ", ") + " of DynamoDB's, on the app's own tables."
	case g.short != "":
		f.Mend.Text = "In the place of " + g.short + " write a statement that grants " + strings.Join(keep, ", ") + "."
	default:
		f.Mend.Text = "Let the statement grant " + strings.Join(keep, ", ") + " alone: the code calls no other of DynamoDB's."
		f.Mend.Edits = j.mender.actions(g, keep)
	}
}

// least are the statement's actions without those that the code does not call;
// what it grants by wildcard is written out.
func (g *grant) least(a *app) []string {
	wild, idle := g.wild(), g.idle(a)
	var out []string
	for _, v := range g.actions.List {
		if !slices.Contains(wild, v) && !slices.Contains(idle, v) {
			out = append(out, v.Text)
		}
	}
	for _, name := range a.needs() {
		full := "dynamodb:" + name
		if !slices.Contains(out, full) && slices.ContainsFunc(wild, func(v policy.Value) bool { return policy.LikeAction(v.Text, full) }) {
			out = append(out, full)
		}
	}
	return out
}

// idle are the actions that a statement names and the code does not call.
func (g *grant) idle(a *app) []policy.Value {
	var out []policy.Value
	for _, v := range g.actions.List {
		if name := actionName(v); name != "" && !v.Unresolved && matters(name) && !a.may(name) {
			out = append(out, v)
		}
	}
	return out
}

// actionName is DynamoDB's name of the one action that a value names, whatever
// its case; "" for a wildcard, or another service's.
func actionName(v policy.Value) string {
	if x, _ := policy.Lookup(v.Text); x != nil && x.Service == "dynamodb" {
		return x.Name
	}
	return ""
}

// some are the worst of what wildcards take in, in words.
func some(wild []policy.Value) string {
	all := ofTables(policy.Values{List: wild})
	order := append([]string{"Scan"}, worst...)
	order = append(order, itemActions...)
	var out []string
	for _, name := range append(order, all...) {
		if slices.Contains(all, name) && !slices.Contains(out, name) && len(out) < 4 {
			out = append(out, name)
		}
	}
	if more := len(all) - len(out); more > 0 {
		return strings.Join(out, ", ") + " and " + strconv.Itoa(more) + " more"
	}
	return strings.Join(out, ", ")
}

// unused finds actions that a statement names and the code does not call. Beside
// wildcards it leaves the mending to what is said of them.
func (j *judgement) unused(g *grant, a *app, beside bool) {
	if !a.knows() {
		return
	}
	list := g.idle(a)
	if len(list) == 0 {
		return
	}
	f := j.found(ruleIAMUnused, g, list[0].Location, finding.Likely)
	var names []string
	for _, v := range list {
		name := actionName(v)
		names = append(names, name)
		switch {
		case slices.Contains(worst, name):
			f.Severity = finding.High
		case name == "Scan", administers(name), strings.HasPrefix(name, "PartiQL"):
			f.Severity = max(f.Severity, finding.Medium)
		}
	}
	f.Anchor = strings.Join(names, ",")
	f.Title = g.subject() + " grants " + strings.Join(names, ", ") + ", which the code never calls"
	f.Message = "The code beside it calls " + strings.Join(a.actions(), ", ") + ". What else is granted serves only someone who has taken the app over."
	if beside {
		f.Mend.Text = "Take them out with the wildcards."
	} else {
		j.narrow(f, g, a)
	}
	j.calls(f, a)
}

// wide reports resources that cover more than one table.
func (j *judgement) wide(g *grant) {
	if g.resources.Not {
		f := j.found(ruleIAMResource, g, g.resources.Location, finding.Certain)
		f.Severity, f.Anchor, f.Title = finding.Medium, "NotResource", "The policy's resource is all tables but some (NotResource)"
		f.Message = "NotResource covers every table that it does not name, and every one that is made tomorrow."
		f.Mend.Text = "Name the table's own ARN under Resource."
		return
	}
	if !slices.ContainsFunc(ofTables(g.actions), func(name string) bool { return matters(name) || name == "GetRecords" }) && !g.actions.Not {
		return // a list or a description of tables, which often has no other resource to name
	}
	for _, v := range g.resources.List {
		what, every := wideResource(v.Text)
		if what == "" {
			continue
		}
		severity, kind := finding.Low, "the tables whose names begin alike"
		if every {
			severity, kind = finding.Medium, "every table"
		}
		// One finding a file of a resource that is written the same way again.
		i := slices.IndexFunc(j.out, func(o *finding.Finding) bool {
			return o.Rule == ruleIAMResource.ID && o.Path == v.Path && o.Severity == severity
		})
		if i >= 0 {
			step := finding.Step{Location: v.Location, Text: "the resource " + what}
			if j.out[i].Location != v.Location && !slices.Contains(j.out[i].Related, step) {
				j.out[i].Related = append(j.out[i].Related, step)
			}
			continue
		}
		f := j.found(ruleIAMResource, g, v.Location, finding.Certain)
		f.Severity, f.Anchor = severity, what
		f.Title = "The policy's resource is " + what
		f.Message = "The resource " + what + " covers " + kind + ", beside the one that the statement is meant for, with what is made tomorrow."
		f.Mend.Text = "Name the table's own ARN, and its indexes as table/NAME/index/*."
		if name := strings.TrimSuffix(strings.TrimPrefix(what, "table/"), "*"); j.tables[name] {
			own := strings.TrimSuffix(v.Text, "*")
			f.Mend.Text = "Name the table's own ARN, table/" + name + ", and its indexes as table/" + name + "/index/*."
			f.Mend.Edits = j.mender.resources(g, v, own, own+"/index/*")
		}
	}
}

// wideResource is the part of a resource that covers more than one table; every
// says that it covers all.
func wideResource(text string) (what string, every bool) {
	switch text {
	case "*", "arn:*", "arn:aws:*":
		return text, true
	}
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 3 || parts[2] != "dynamodb" && !strings.ContainsAny(parts[2], "*?") {
		parts = nil
	}
	if len(parts) == 6 && strings.Trim(parts[5], "*/") == "" && parts[5] != "" || len(parts) > 2 && len(parts) < 6 && strings.HasSuffix(text, "*") {
		return text, true
	}
	_, name, ok := strings.Cut(text, "table/")
	name, _, _ = strings.Cut(name, "/")
	if !ok || !strings.HasSuffix(name, "*") {
		return "", false
	}
	return "table/" + name, strings.Trim(name, "*") == ""
}

// managed reports a policy of AWS's that is attached: it is for every table.
func (j *judgement) managed(g *grant, a *app) {
	if slices.ContainsFunc(j.out, func(o *finding.Finding) bool { return o.Location == g.at && o.Anchor == g.managed }) {
		return // another of its statements
	}
	all := ofTables(g.actions)
	if !slices.ContainsFunc(all, func(name string) bool { return slices.Contains(itemActions, name) }) {
		return
	}
	f := j.found(ruleIAMBroad, g, g.at, finding.Certain)
	f.Severity, f.Anchor = finding.Medium, g.managed
	if slices.ContainsFunc(all, administers) {
		f.Severity = finding.High
	}
	f.Title = "The policy " + g.managed + " is attached"
	f.Message = g.managed + " is a policy of AWS's: it grants " + some(g.actions.List) + " on every table of the account, and what AWS adds to it."
	f.Mend.Text = "Write a policy that names the table's ARN and the actions that are called."
	if a.knows() {
		f.Mend.Text = "Write a policy that grants " + prefixed(a.needs()) + " alone, on the table's own ARN."
	}
	j.calls(f, a)
}

func (j *judgement) found(rule finding.Rule, g *grant, at finding.Location, confidence finding.Confidence) *finding.Finding {
	if g.lines {
		confidence = finding.Likely
	}
	f := &finding.Finding{
		Rule: rule.ID, Severity: rule.Severity, Confidence: confidence, Location: at, Group: g.at.Path, Context: cmp.Or(g.owner, g.managed),
	}
	if g.at.Start.Line != at.Start.Line {
		f.Related = append(f.Related, finding.Step{Location: g.at, Text: "the statement"})
	}
	j.out = append(j.out, f)
	return f
}

// calls shows what the code does call.
func (j *judgement) calls(f *finding.Finding, a *app) {
	if !a.knows() {
		return
	}
	for _, name := range a.actions() {
		f.Related = append(f.Related, finding.Step{Location: a.calls[name], Text: "the code calls " + name})
	}
}

func texts(list []policy.Value) []string {
	var out []string
	for _, v := range list {
		if !slices.Contains(out, v.Text) {
			out = append(out, v.Text)
		}
	}
	return out
}

// prefixed are actions as a policy names them.
func prefixed(names []string) string {
	return "dynamodb:" + strings.Join(names, ", dynamodb:")
}
