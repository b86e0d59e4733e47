package iam

import (
	"maps"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/policy"
	"github.com/discreet-dev/discreet/internal/template"
)

// Subject is a principal with all policies that decide for it, or a table with
// its own. Readers of files make them.
type Subject struct {
	Name     string // as the file calls it: a role's name, a resource's address
	ARN      string // of a role or user; "" where nothing says it
	Policies []Attached
}

// Attached is a policy in its place.
type Attached struct {
	Name     string
	Kind     policy.Kind
	Trust    bool // of a role: who may take it. Its Kind is ResourceBased.
	AWS      bool // a policy that AWS manages, of which no file holds the text
	Document *policy.Document
	// Source is the whole text of the file, where it is JSON and the document's
	// offsets count in it: then a mend can be edits. Else nil.
	Source []byte
	// Template is the file where it is another that somebody writes: then a mend
	// can be edits of its literals. Else nil.
	Template *template.Written
	Format   string // of the file
}

// subject is a Subject on trial.
type subject struct {
	Subject
	policies []policy.Policy // what decides about requests to DynamoDB
	contexts []policy.Context
	caller   policy.Caller
	cut      bool // there are more contexts than were tried
}

func prepare(s Subject, account string) *subject {
	out := &subject{Subject: s}
	for _, a := range s.Policies {
		if !a.Trust && a.Document != nil {
			out.policies = append(out.policies, policy.Policy{Name: a.Name, Kind: a.Kind, Document: a.Document})
		}
	}
	switch {
	case strings.Contains(s.ARN, ":role/"):
		name := s.ARN[strings.LastIndexByte(s.ARN, '/')+1:]
		out.caller = policy.Caller{Role: s.ARN, ARN: strings.Replace(s.ARN[:strings.Index(s.ARN, ":role/")], ":iam:", ":sts:", 1) + ":assumed-role/" + name + "/session"}
	case s.ARN != "":
		out.caller = policy.Caller{ARN: s.ARN}
	default:
		out.caller = policy.Caller{ARN: "arn:aws:sts::" + account + ":assumed-role/audited/session", Role: "arn:aws:iam::" + account + ":role/audited"}
	}
	out.contexts = completions(out.policies)
	if len(out.contexts) > maxContexts {
		out.contexts, out.cut = out.contexts[:maxContexts], true
	}
	return out
}

// named are the values in conditions on a key.
func (s *subject) named(key string) []string {
	var out []string
	for _, p := range s.policies {
		for _, st := range p.Document.Statements {
			for _, c := range st.Conditions {
				if strings.EqualFold(c.Key, key) {
					for _, v := range c.Values {
						if !v.Unresolved {
							out = add(out, v.Text)
						}
					}
				}
			}
		}
	}
	return out
}

// maxContexts bounds the work on a subject with very many conditions.
const maxContexts = 64

// allowed looks for a context in which the request is allowed. The request comes
// back with it. unknown says that one may be, for all that can be known.
func (s *subject) allowed(r policy.Request) (witness policy.Request, v policy.Verdict, ok, unknown bool) {
	if r.Caller == (policy.Caller{}) {
		r.Caller = s.caller
	}
	for _, c := range s.contexts {
		try := clone(r)
		for k, values := range c {
			if _, set := try.Context[k]; !set {
				try.Context[k] = values
			}
		}
		if !policy.Touches(s.policies, try) {
			continue
		}
		v := policy.Evaluate(s.policies, try)
		switch v.Decision {
		case policy.Allowed:
			return try, v, true, false
		case policy.Undecided:
			unknown = true
		}
	}
	return r, policy.Verdict{}, false, unknown
}

// completions are contexts that satisfy the policies' conditions on everything
// but dynamodb's own keys, and that no denying statement matches: who asks, from
// where, with which tags. One for each allowing statement; whether they do is
// for the evaluator to say.
func completions(all []policy.Policy) []policy.Context {
	base := policy.Context{}
	for _, p := range all {
		for _, s := range p.Document.Statements {
			for _, tag := range tagsOf(s) {
				base["aws:PrincipalTag/"+tag] = []string{own}
			}
			if s.Effect == policy.Deny {
				for _, c := range s.Conditions {
					avoid(base, c)
				}
			}
		}
	}
	out := []policy.Context{base}
	for _, p := range all {
		for _, s := range p.Document.Statements {
			if s.Effect != policy.Allow || len(s.Conditions) == 0 {
				continue
			}
			c := policy.Context{}
			for k, v := range base {
				c[k] = v
			}
			for _, one := range s.Conditions {
				satisfy(c, one)
			}
			// What a boundary or a session policy asks besides.
			for _, limit := range all {
				if limit.Kind == policy.Identity || limit.Kind == policy.ResourceBased {
					continue
				}
				for _, other := range limit.Document.Statements {
					for _, one := range other.Conditions {
						if _, set := c[one.Key]; !set {
							satisfy(c, one)
						}
					}
				}
			}
			if !slices.ContainsFunc(out, func(have policy.Context) bool { return maps.EqualFunc(have, c, slices.Equal) }) {
				out = append(out, c)
			}
		}
	}
	return out
}

// tagsOf are the principal's tags that a statement's values name.
func tagsOf(s *policy.Statement) []string {
	var out []string
	values := slices.Clone(s.Resource.List)
	for _, c := range s.Conditions {
		values = append(values, c.Values...)
	}
	for _, v := range values {
		for _, m := range tagReference.FindAllStringSubmatch(v.Text, -1) {
			name, _, _ := strings.Cut(m[1], ",")
			out = add(out, strings.TrimSpace(name))
		}
	}
	return out
}

func ofDynamoDB(key string) bool {
	return strings.HasPrefix(strings.ToLower(key), "dynamodb:")
}

// satisfy gives a condition's key a value under which it holds, as far as that
// can be guessed from the condition itself.
func satisfy(c policy.Context, one policy.Condition) {
	if ofDynamoDB(one.Key) || len(one.Values) == 0 || one.Values[0].Unresolved {
		return
	}
	o, v := policy.ParseOperator(one.Operator), one.Values[0].Text
	switch {
	case o.Base == "Null":
		if delete(c, one.Key); strings.EqualFold(v, "false") {
			c[one.Key] = []string{own}
		}
		return
	case o.Negated():
		return // absent holds
	case strings.HasPrefix(o.Base, "Date"):
		switch o.Base {
		case "DateLessThan", "DateLessThanEquals":
			v = "1971-01-01T00:00:00Z"
		case "DateGreaterThan", "DateGreaterThanEquals":
			v = "2999-01-01T00:00:00Z"
		}
	case strings.HasPrefix(o.Base, "NumericLess"):
		v = "0"
	case strings.HasPrefix(o.Base, "NumericGreater"):
		v = "999999999"
	case o.Base == "IpAddress":
		v, _, _ = strings.Cut(v, "/")
	case o.Base == "StringLike" || strings.HasPrefix(o.Base, "Arn"):
		v = fill(strings.ReplaceAll(v, "*:", ":"), own)
	default:
		v = tagPattern.ReplaceAllLiteralString(v, own)
	}
	c[one.Key] = []string{v}
}

// avoid gives a denying condition's key a value under which it does not hold.
func avoid(c policy.Context, one policy.Condition) {
	if ofDynamoDB(one.Key) || len(one.Values) == 0 || one.Values[0].Unresolved {
		return
	}
	o, v := policy.ParseOperator(one.Operator), one.Values[0].Text
	switch {
	case o.Base == "Null" && strings.EqualFold(v, "true"):
		c[one.Key] = []string{own}
	case o.Base == "NotIpAddress":
		v, _, _ = strings.Cut(v, "/")
		c[one.Key] = []string{v}
	case o.Negated():
		c[one.Key] = []string{fill(v, own)}
	case o.Base == "Bool":
		c[one.Key] = []string{map[bool]string{true: "false", false: "true"}[strings.EqualFold(v, "true")]}
	}
}
