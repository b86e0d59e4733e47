package iam

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/policy"
)

// probe is something that the contract does not need, as requests that would do
// it: one that is allowed is the witness of a finding.
type probe struct {
	rule  string
	table string // its ARN; "" for any
	about string // what tells it from others of its rule: an action, an attribute
	// extra says what the request would give: in a few words, behind its rule.
	extra    string
	requests []policy.Request
}

// own and other stand for two principals' values of a tag, and so of a key.
const (
	own   = "me"
	other = "another"
)

// prober makes probes for what a contract knows of its tables.
type prober struct {
	options Options
	needs   []need
	atoms   []atom
	mode    Mode
	named   []string // attributes that the policies name, declared or not
	keys    []string // and leading keys
	out     []probe
}

// probes are all that the contract does not need of its tables, and of what a
// subject's policies name, if there is one.
func probes(o Options, mode Mode, s *subject) ([]probe, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	needs, _ := needsOf(o.Contract, o.For)
	o.Mode = mode
	w := &writer{options: o}
	atoms, err := w.atoms(needs)
	if err != nil {
		return nil, err
	}
	p := &prober{options: o, needs: needs, atoms: atoms, mode: mode}
	if s != nil {
		for _, v := range s.named(keyAttributes) {
			p.named = append(p.named, strings.NewReplacer("${*}", "*", "${?}", "?", "${$}", "$").Replace(v))
		}
		p.keys = s.named(keyLeading)
	}
	for _, t := range o.Contract.Tables {
		p.actions(t)
		p.resources(t)
		for _, a := range p.atoms {
			if a.table == t {
				p.conditions(a)
			}
		}
	}
	return p.out, nil
}

func (p *prober) add(rule, table, about, extra string, requests ...policy.Request) {
	p.out = append(p.out, probe{rule, table, about, extra, requests})
}

// granted are the attributes that any need of the action on the resource has.
func (p *prober) granted(action, resource string) (attributes []string, needed bool) {
	for _, a := range p.atoms {
		if a.action == action && a.resource == resource {
			needed = true
			for _, name := range a.attributes {
				attributes = add(attributes, name)
			}
		}
	}
	return attributes, needed
}

// class is how an action that nothing needs is reported; "" is one that shows
// and changes no data.
func class(a *policy.Action) (rule, extra string) {
	switch {
	case a.Name == "Scan":
		return ruleScan, "Scan of the whole table"
	case strings.HasPrefix(a.Name, "PartiQL"):
		return rulePartiQL, a.Name
	case slices.Contains([]string{"PutResourcePolicy", "DeleteResourcePolicy", "TagResource", "UntagResource"}, a.Name):
		return rulePolicyControl, a.Name
	case slices.Contains([]string{
		"GetRecords", "GetShardIterator", "ExportTableToPointInTime", "CreateBackup", "StartAwsBackupJob",
		"RestoreTableFromBackup", "RestoreTableToPointInTime", "RestoreTableFromAwsBackup", "ReadDataForReplication",
		"EnableKinesisStreamingDestination", "UpdateKinesisStreamingDestination", "SearchVectors",
		"CreateTableReplica", "AssociateTableReplica", "UpdateGlobalTable", "CreateGlobalTable",
	}, a.Name):
		return ruleSideDoor, a.Name
	case slices.Contains([]string{"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "WriteDataForReplication", "ImportTable"}, a.Name):
		return ruleWrite, a.Name
	case slices.Contains([]string{"GetItem", "BatchGetItem", "Query", "ConditionCheckItem"}, a.Name):
		return ruleRead, a.Name
	case strings.Contains(a.Access, "Write"):
		return ruleAdministration, a.Name
	}
	return "", ""
}

// actions are those that no need has on the table or an index of it in use.
func (p *prober) actions(t *contract.Table) {
	arn := p.options.tableARN(t)
	for _, a := range policy.Expand("dynamodb:*") {
		if _, needed := p.granted(a.Name, arn); needed || len(a.Resources) == 0 {
			continue
		}
		if rule, extra := class(a); rule != "" {
			p.add(rule, arn, a.Name, extra, p.variants(t, a, targetOf(a, arn))...)
		}
	}
}

// targetOf is a resource that the action takes.
func targetOf(a *policy.Action, table string) string {
	switch {
	case slices.Contains(a.Resources, "table") || slices.Contains(a.Resources, "index"):
		return table
	case slices.Contains(a.Resources, "stream"):
		return table + "/stream/2030-01-01T00:00:00.000"
	case slices.Contains(a.Resources, "backup"):
		return table + "/backup/01500000000000-00000000"
	}
	if len(a.Resources) == 0 {
		return "*"
	}
	return table + "/" + a.Resources[0] + "/01500000000000-00000000"
}

// variants are the forms that a request of an action may have: plain, and so as
// to pass each condition that a policy may have for another action's sake.
func (p *prober) variants(t *contract.Table, a *policy.Action, resource string) []policy.Request {
	request := func(c policy.Context) policy.Request {
		return policy.Request{Action: "dynamodb:" + a.Name, Resource: resource, Context: c}
	}
	attributes := t.KeyNames()
	plain, careful := policy.Context{}, policy.Context{}
	if a.HasKey(keyAttributes) {
		careful[keyAttributes] = attributes
		if !reads(a.Name) {
			plain[keyAttributes] = attributes
		}
	}
	if a.HasKey(keySelect) {
		plain[keySelect], careful[keySelect] = []string{"ALL_ATTRIBUTES"}, []string{"SPECIFIC_ATTRIBUTES"}
	}
	if a.HasKey(keyReturn) && !reads(a.Name) {
		careful[keyReturn] = []string{"NONE"}
	}
	out := []policy.Request{request(plain), request(careful)}
	if a.HasKey(keyLeading) {
		for i, r := range out {
			out[i].Context[keyLeading] = []string{other}
			mineAre := p.leading(t)
			for _, k := range p.keys {
				mineAre = add(mineAre, fill(k, own))
			}
			for _, k := range mineAre {
				mine := clone(r)
				mine.Context[keyLeading] = []string{k}
				out = append(out, mine)
			}
		}
	}
	return out
}

// leading are the principal's own keys, as templates of the table have them.
func (p *prober) leading(t *contract.Table) []string {
	var out []string
	for _, a := range p.atoms {
		if a.table == t && a.leading != nil {
			out = add(out, ownKey(a.leading))
		}
	}
	return out
}

// ownKey is a key pattern with the principal's own values in it.
func ownKey(k *keyPattern) string { return fill(k.text, own) }

func fill(pattern, value string) string {
	s := tagPattern.ReplaceAllLiteralString(pattern, value)
	return strings.NewReplacer("${*}", "*", "${?}", "?", "${$}", "$", "*", "any").Replace(s)
}

const (
	keyLeading    = "dynamodb:LeadingKeys"
	keyAttributes = "dynamodb:Attributes"
	keySelect     = "dynamodb:Select"
	keyReturn     = "dynamodb:ReturnValues"
)

func reads(action string) bool {
	return slices.Contains([]string{"GetItem", "BatchGetItem", "Query", "Scan", "PartiQLSelect", "ConditionCheckItem"}, action)
}

func clone(r policy.Request) policy.Request {
	c := policy.Context{}
	for k, v := range r.Context {
		c[k] = v
	}
	r.Context = c
	return r
}

// request is one that a permission is for.
func (a atom) request() policy.Request {
	r := policy.Request{Action: "dynamodb:" + a.action, Resource: a.resource, Context: policy.Context{keyAttributes: a.attributes}}
	if a.writes() {
		r.Context[keyReturn] = []string{"NONE"}
	} else {
		r.Context[keySelect] = []string{"SPECIFIC_ATTRIBUTES"}
	}
	if a.action != "Scan" {
		r.Context[keyLeading] = []string{own}
		if a.leading != nil {
			r.Context[keyLeading] = []string{ownKey(a.leading)}
		}
	}
	return r
}

// resources are other indexes, and other tables.
func (p *prober) resources(t *contract.Table) {
	arn := p.options.tableARN(t)
	names := []string{"other"}
	for _, x := range t.Indexes {
		names = append(names, x.Name, x.Name+"-other")
	}
	for _, name := range names {
		resource := arn + "/index/" + name
		for _, action := range []string{"Query", "Scan"} {
			if _, needed := p.granted(action, resource); needed {
				continue
			}
			a, _ := policy.Lookup("dynamodb:" + action)
			p.add(ruleIndex, arn, action+" "+name, action+" of index "+name, p.variants(t, a, resource)...)
		}
	}
	for _, elsewhere := range []string{arn + "-other", arn[:strings.LastIndexByte(arn, '/')+1] + "other"} {
		for _, a := range p.atoms {
			if a.table == t {
				r := a.request()
				r.Resource = strings.Replace(r.Resource, arn, elsewhere, 1)
				p.add(ruleResource, arn, elsewhere[strings.LastIndexByte(elsewhere, '/')+1:], a.action+" of a table that the contract does not have", r)
			}
		}
	}
}

// conditions are requests that differ from a needed one in what a condition
// should have caught.
func (p *prober) conditions(a atom) {
	arn := p.options.tableARN(a.table)
	verb, rule := "readable", ruleAttributes
	if a.writes() {
		verb, rule = "writable", ruleWritable
	}
	granted, _ := p.granted(a.action, a.resource)
	for _, name := range append(attributeNames(a.table), p.named...) {
		if slices.Contains(granted, name) {
			continue
		}
		r := a.request()
		r.Context[keyAttributes] = append(slices.Clone(a.attributes), name)
		p.add(rule, arn, name, "attribute "+name+" "+verb, r)
	}
	undeclared := a.request()
	undeclared.Context[keyAttributes] = append(slices.Clone(a.attributes), "undeclared-attribute")
	p.add(rule, arn, "undeclared", "attributes that the contract does not declare "+verb, undeclared)
	without := a.request()
	delete(without.Context, keyAttributes)
	p.add(ruleVacuous, arn, a.action+" "+keyAttributes, a.action+" that names no attributes", without)
	if a.writes() {
		for _, v := range []string{"ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"} {
			r := a.request()
			r.Context[keyReturn] = []string{v}
			p.add(ruleReturn, arn, a.action+" "+v, a.action+" that returns "+v, r)
		}
	} else {
		whole := a.request()
		delete(whole.Context, keyAttributes)
		whole.Context[keySelect] = []string{"ALL_ATTRIBUTES"}
		absent := a.request()
		delete(absent.Context, keySelect)
		mixed := a.request()
		mixed.Context[keySelect] = []string{"ALL_ATTRIBUTES"}
		bare := clone(whole)
		delete(bare.Context, keySelect)
		list := []policy.Request{whole, mixed, absent, bare}
		for _, r := range []policy.Request{mixed, absent} {
			// A policy may know fewer attributes than the contract.
			fewer := clone(r)
			fewer.Context[keyAttributes] = a.table.KeyNames()
			list = append(list, fewer)
		}
		p.add(ruleSelect, arn, a.action, a.action+" of whole items, without a projection", list...)
	}
	if a.leading == nil {
		return
	}
	foreign, both, none := a.request(), a.request(), a.request()
	foreign.Context[keyLeading] = []string{fill(a.leading.text, other)}
	both.Context[keyLeading] = []string{ownKey(a.leading), fill(a.leading.text, other)}
	delete(none.Context, keyLeading)
	foreigners := []policy.Request{foreign, both}
	for _, k := range p.keys {
		if !slices.Contains(p.leading(a.table), fill(k, own)) {
			r := a.request()
			r.Context[keyLeading] = []string{fill(k, own)}
			foreigners = append(foreigners, r)
		}
	}
	p.add(ruleLeading, arn, a.action, a.action+" of items of another principal", foreigners...)
	p.add(ruleVacuous, arn, a.action+" "+keyLeading, a.action+" that names no key", none)
	if a.roles != nil {
		r := a.request()
		r.Context["aws:PrincipalTag/"+rolesTag] = []string{":none:"}
		p.add(ruleLeading, arn, a.action+" "+rolesTag, a.action+" of what is for "+strings.Join(a.roles, ", ")+" alone", r)
	}
}

// attributeNames are the stored attributes of all types of a table, the most
// sensitive first: the first that is in reach becomes the witness.
func attributeNames(t *contract.Table) []string {
	class := map[string]contract.Class{}
	var out []string
	for _, i := range t.Items {
		for name, a := range i.Attributes {
			if !a.Variable {
				out = add(out, name)
				class[name] = max(class[name], a.Class)
			}
		}
	}
	slices.SortStableFunc(out, func(x, y string) int { return int(class[y]) - int(class[x]) })
	return out
}
