package iam

import (
	"fmt"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// form checks what a policy's own words show, whatever a contract says.
func (a *auditor) form(at Attached) {
	if at.Kind == policy.Boundary || at.Kind == policy.Session || at.Kind == policy.ServiceControl {
		return // these grant nothing
	}
	if at.AWS {
		a.managed(at)
		return
	}
	for _, s := range at.Document.Statements {
		if s.Effect != policy.Allow {
			continue
		}
		c := &culprit{s, &at}
		a.version(c)
		a.principals(c)
		if at.Trust {
			a.trust(c)
			continue
		}
		a.negations(c)
		a.actionsOf(c)
		a.reach(c)
		a.operators(c)
		if a.auditing.Contract == nil {
			a.limits(c)
			a.wide(c)
		}
	}
}

func (a *auditor) version(c *culprit) {
	if c.attached.Document.Version == policy.Version2012 {
		return
	}
	for _, one := range c.Conditions {
		for _, v := range one.Values {
			if strings.Contains(v.Text, "${") {
				a.report(ruleVersion, c, v.Location, one.Key, one.Key+" is compared with the text "+v.Text, nil)
			}
		}
	}
}

// principals are those that a resource's policy or a trust policy lets in.
func (a *auditor) principals(c *culprit) {
	p := c.Principal
	if c.attached.Kind != policy.ResourceBased || p == nil {
		return
	}
	if p.Not {
		a.report(ruleNot, c, p.Location, "NotPrincipal", "every principal but those named", nil)
		return
	}
	mine := accountIn(c.Resource.Texts(), a.options.Account)
	who := func(at finding.Location, name string, caller policy.Caller) {
		action, resource := "dynamodb:GetItem", "arn:aws:dynamodb:"+a.options.Region+":"+mine+":table/Any"
		if c.attached.Trust {
			action, resource = "sts:AssumeRole", a.subject.ARN
			if resource == "" {
				resource = "arn:aws:iam::" + mine + ":role/audited"
			}
		} else {
			action, resource = pick(c, action), resourceOf(c, resource)
		}
		r := policy.Request{Action: action, Resource: resource, Caller: caller, Account: mine, Context: policy.Context{}}
		for _, one := range c.Conditions {
			satisfyAll(r.Context, one)
		}
		all := []policy.Policy{{Name: c.attached.Name, Kind: policy.ResourceBased, Document: c.attached.Document}}
		if caller.ARN != "" {
			all = append(all, policy.Policy{Name: "its own account", Document: everything()})
		}
		if v := policy.Evaluate(all, r); v.Decision == policy.Allowed {
			a.report(rulePrincipal, c, at, name, action+" by "+name, &r)
		}
	}
	if p.All {
		who(p.Location, "everybody", policy.Caller{})
	}
	for _, id := range p.List {
		account := id.Text
		if parts := strings.SplitN(id.Text, ":", 6); len(parts) == 6 {
			account = parts[4]
		}
		switch {
		case id.Kind != "AWS" || id.Unresolved:
		case id.Text == "*":
			who(id.Location, "everybody", policy.Caller{})
		case accountForm.MatchString(account) && account != mine:
			caller := id.Text
			if accountForm.MatchString(caller) || strings.HasSuffix(caller, ":root") {
				caller = "arn:aws:iam::" + account + ":user/anyone"
			}
			who(id.Location, "account "+account, policy.Caller{ARN: caller})
		}
	}
}

// everything is what another account may grant its own principals.
func everything() *policy.Document {
	any := policy.Values{Present: true, List: []policy.Value{{Text: "*"}}}
	return &policy.Document{Version: policy.Version2012, Statements: []*policy.Statement{{Effect: policy.Allow, Action: any, Resource: any}}}
}

func accountIn(resources []string, otherwise string) string {
	for _, r := range resources {
		if parts := strings.SplitN(r, ":", 6); len(parts) == 6 && accountForm.MatchString(parts[4]) {
			return parts[4]
		}
	}
	return otherwise
}

// pick is an action that the statement allows, the one given where it does.
func pick(c *culprit, action string) string {
	var first string
	for _, pattern := range c.Action.Texts() {
		for _, x := range policy.Expand(pattern) {
			name := x.Service + ":" + x.Name
			if strings.EqualFold(name, action) {
				return action
			}
			if first == "" {
				first = name
			}
		}
	}
	if first == "" || c.Action.Not {
		return action
	}
	return first
}

// resourceOf is a resource that the statement names.
func resourceOf(c *culprit, otherwise string) string {
	if c.Resource.Not {
		return otherwise
	}
	for _, r := range c.Resource.Texts() {
		if parts := strings.SplitN(r, ":", 6); len(parts) == 6 {
			for i, generic := range []string{"arn", "aws", "dynamodb", "us-east-1", "111122223333"} {
				if strings.Trim(parts[i], "*?") == "" {
					parts[i] = generic
				}
			}
			parts[5] = fill(parts[5], own)
			if parts[2] == "dynamodb" && parts[5] == "any" {
				parts[5] = "table/Any"
			}
			return strings.Join(parts, ":")
		}
	}
	return otherwise
}

// trust asks whether a session's tags are pinned.
func (a *auditor) trust(c *culprit) {
	r := policy.Request{
		Action: "sts:TagSession", Resource: a.subject.ARN,
		Context: policy.Context{"aws:TagKeys": {"user_id", "undeclared-tag"}, "aws:RequestTag/undeclared-tag": {own}},
	}
	if r.Resource == "" {
		r.Resource = "arn:aws:iam::" + a.options.Account + ":role/audited"
	}
	if c.Principal == nil || c.Principal.Not {
		return
	}
	for _, id := range c.Principal.List {
		if id.Kind == "AWS" && !id.Unresolved {
			r.Caller.ARN = id.Text
		}
	}
	if accountForm.MatchString(r.Caller.ARN) || strings.HasSuffix(r.Caller.ARN, ":root") || r.Caller.ARN == "" {
		return
	}
	for _, one := range c.Conditions {
		if !strings.EqualFold(one.Key, "aws:TagKeys") {
			satisfy(r.Context, one)
		}
	}
	v := policy.Evaluate([]policy.Policy{{Name: c.attached.Name, Kind: policy.ResourceBased, Document: c.attached.Document}}, r)
	if v.Decision == policy.Allowed {
		a.report(ruleTags, c, c.Action.Location, "aws:TagKeys", "sessions with tags that nobody listed", &r)
	}
}

func (a *auditor) negations(c *culprit) {
	if c.Action.Not {
		a.proved(ruleNot, c, c.Action.Location, "NotAction", "every action but those named", a.requestOf(c, "dynamodb:Scan"))
	}
	if c.Resource.Not {
		a.proved(ruleNot, c, c.Resource.Location, "NotResource", "every resource but those named", a.requestOf(c, pick(c, "dynamodb:GetItem")))
	}
}

// proved reports what a request shows that is allowed.
func (a *auditor) proved(rule string, c *culprit, at finding.Location, anchor, extra string, r policy.Request) {
	if witness, _, ok, _ := a.subject.allowed(r); ok {
		a.report(rule, c, at, anchor, extra, &witness)
	}
}

// requestOf is a request that passes the statement's conditions.
func (a *auditor) requestOf(c *culprit, action string) policy.Request {
	r := policy.Request{Action: action, Resource: resourceOf(c, "arn:aws:dynamodb:"+a.options.Region+":"+a.options.Account+":table/Any"), Context: policy.Context{}}
	if c.attached.Kind == policy.ResourceBased && c.Principal != nil {
		for _, id := range c.Principal.List {
			if id.Kind == "AWS" && strings.HasPrefix(id.Text, "arn:") && !strings.HasSuffix(id.Text, ":root") {
				r.Caller.ARN = id.Text
			}
		}
	}
	for _, one := range c.Conditions {
		satisfyAll(r.Context, one)
	}
	return r
}

// satisfyAll is satisfy for dynamodb's own keys too.
func satisfyAll(c policy.Context, one policy.Condition) {
	if !ofDynamoDB(one.Key) {
		satisfy(c, one)
		return
	}
	o := policy.ParseOperator(one.Operator)
	if len(one.Values) == 0 || one.Values[0].Unresolved || o.Negated() {
		return
	}
	v := one.Values[0].Text
	if o.Base == "Null" {
		if _, set := c[one.Key]; !set && strings.EqualFold(v, "false") {
			c[one.Key] = []string{own}
		}
		return
	}
	c[one.Key] = []string{fill(v, own)}
}

// actionsOf are wildcards with what they stand for, and actions that nobody knows.
func (a *auditor) actionsOf(c *culprit) {
	if c.Action.Not {
		return
	}
	for _, v := range c.Action.List {
		if v.Unresolved {
			continue
		}
		names := policy.Expand(v.Text)
		service, _, _ := strings.Cut(strings.ToLower(v.Text), ":")
		if len(names) == 0 && (service == "dynamodb" || service == "dax") {
			a.report(ruleUnknownAction, c, v.Location, v.Text, v.Text+", of which nothing is known", nil)
			continue
		}
		if !strings.ContainsAny(v.Text, "*?") {
			continue
		}
		var data []string
		for _, x := range names {
			if x.Service != "dynamodb" {
				continue
			}
			if rule, _ := class(x); rule != "" {
				data = append(data, x.Name)
			}
		}
		for _, name := range data {
			r := a.requestOf(c, "dynamodb:"+name)
			x, _ := policy.Lookup(r.Action)
			if r.Resource = targetOf(x, strings.SplitN(r.Resource, "/index/", 2)[0]); a.needed(name) {
				continue
			}
			if witness, _, ok, _ := a.subject.allowed(r); ok {
				a.report(ruleWildAction, c, v.Location, v.Text, fmt.Sprintf("%s stands for %d actions on data and tables: %s", v.Text, len(data), strings.Join(data, ", ")), &witness)
				break
			}
		}
	}
}

func (a *auditor) needed(action string) bool {
	return slices.ContainsFunc(a.least, func(s Statement) bool { return slices.Contains(s.Action, "dynamodb:"+action) })
}

// reach are roles to take or pass on, and DynamoDB Accelerator.
func (a *auditor) reach(c *culprit) {
	if c.Action.Not {
		return
	}
	for _, v := range c.Action.List {
		if !v.Unresolved && slices.ContainsFunc(policy.Expand(v.Text), func(x *policy.Action) bool {
			return x.Service == "dax" && strings.Contains(x.Name, "Item") || x.Service == "dax" && (x.Name == "Query" || x.Name == "Scan")
		}) {
			r := a.requestOf(c, "dax:GetItem")
			if v.Text != "*" && !strings.Contains(r.Resource, ":dax:") {
				r.Resource = "arn:aws:dax:" + a.options.Region + ":" + a.options.Account + ":cache/any"
			}
			a.proved(ruleDAX, c, v.Location, v.Text, "items through a DAX cluster", r)
		}
		for _, name := range []string{"sts:AssumeRole", "iam:PassRole"} {
			if v.Unresolved || !policy.LikeAction(v.Text, name) {
				continue
			}
			for _, resource := range c.Resource.List {
				if !resource.Unresolved && !c.Resource.Not && (resource.Text == "*" || strings.HasSuffix(resource.Text, ":role/*")) {
					// Whether a role trusts the principal, its own policy says: no witness.
					a.report(ruleChain, c, resource.Location, name, name+" of any role", nil)
				}
			}
		}
	}
}

// operators compare too little for the keys that scope.
func (a *auditor) operators(c *culprit) {
	for _, one := range c.Conditions {
		if !strings.EqualFold(one.Key, keyLeading) && !strings.EqualFold(one.Key, keyAttributes) {
			continue
		}
		o := policy.ParseOperator(one.Operator)
		action := pick(c, "dynamodb:GetItem")
		r := a.requestOf(c, action)
		key := one.Key
		switch {
		case o.Negated():
			r.Context[key] = []string{"unlisted"}
			a.proved(ruleOperator, c, one.Location, key, one.Operator+" lets through every value of "+key+" that is not listed", r)
		case o.Quantifier == policy.ForAnyValue:
			r.Context[key] = append(slices.Clone(r.Context[key]), "unlisted")
			a.proved(ruleOperator, c, one.Location, key, one.Operator+" lets a request through of which one value of "+key+" matches", r)
		case o.Base == "StringLike":
			r.Context[key] = []string{"unlisted"}
			a.proved(ruleOperator, c, one.Location, key, one.Operator+" lets any value of "+key+" through", r)
		}
	}
}

// limits are conditions that leave a way round, where no contract says what is
// needed.
func (a *auditor) limits(c *culprit) {
	for _, one := range c.Conditions {
		o := policy.ParseOperator(one.Operator)
		if !ofDynamoDB(one.Key) || o.Quantifier != policy.ForAllValues && !o.IfExists || strings.EqualFold(one.Key, keyReturn) {
			continue
		}
		r := a.requestOf(c, pick(c, "dynamodb:GetItem"))
		delete(r.Context, one.Key)
		a.proved(ruleVacuous, c, one.Location, one.Key, "requests without "+one.Key, r)
	}
	if !c.has(keyAttributes) {
		return
	}
	for _, action := range c.dataActions() {
		r := a.requestOf(c, "dynamodb:"+action)
		switch {
		case reads(action):
			r.Context[keySelect] = []string{"ALL_ATTRIBUTES"}
			delete(r.Context, keyAttributes)
			a.proved(ruleSelect, c, c.Location, keySelect, action+" of whole items, without a projection", r)
		case action != "UpdateItem":
			a.proved(ruleWholeWrite, c, c.Action.Location, keyAttributes, action+" beside a limit on attributes", r)
		default:
			r.Context[keyReturn] = []string{"ALL_NEW"}
			a.proved(ruleReturn, c, c.Location, keyReturn, action+" that returns ALL_NEW", r)
		}
	}
}

// dataActions are the actions on items that the statement names.
func (c *culprit) dataActions() []string {
	var out []string
	for _, pattern := range c.Action.Texts() {
		for _, x := range policy.Expand(pattern) {
			if x.Service == "dynamodb" && x.HasKey(keyAttributes) && !strings.HasPrefix(x.Name, "PartiQL") && !c.Action.Not {
				out = add(out, x.Name)
			}
		}
	}
	return out
}

// wide are resources with wildcards.
func (a *auditor) wide(c *culprit) {
	data := c.dataActions()
	if len(data) == 0 || c.Resource.Not {
		return
	}
	for _, v := range c.Resource.List {
		_, name, table := strings.Cut(v.Text, ":table/")
		if v.Unresolved || v.Text != "*" && !(table && strings.ContainsAny(name, "*?")) || strings.Contains(name, "/index/") {
			continue
		}
		r := a.requestOf(c, "dynamodb:"+data[0])
		r.Resource = "arn:aws:dynamodb:" + a.options.Region + ":" + a.options.Account + ":table/" + fill(name, own)
		extra := v.Text + " takes in every table"
		if table && name != "*" {
			extra = v.Text + " takes in other tables, and the indexes, streams and exports of each"
		}
		if name == "" {
			r.Resource += "Any"
		}
		a.proved(ruleResource, c, v.Location, v.Text, extra, r)
	}
}

// managed is a policy of AWS that reaches DynamoDB.
func (a *auditor) managed(at Attached) {
	for _, s := range at.Document.Statements {
		c := &culprit{s, &at}
		if s.Effect == policy.Allow && (len(c.dataActions()) > 0 || c.Action.Not) {
			a.report(ruleManaged, c, s.Location, at.Name, at.Name+", attached", nil)
			return
		}
	}
}
