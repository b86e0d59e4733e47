package policy

import (
	"pgregory.net/rapid"
)

// generated policies and requests use few words, so that they meet.
var (
	someActions = []string{"dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem", "dynamodb:PutItem", "dynamodb:BatchGetItem"}
	somePattern = []string{"dynamodb:*", "*", "dynamodb:GetItem", "dynamodb:get*", "dynamodb:Q?ery", "dynamodb:*Item", "s3:*", "dynamodb:Scan"}
	someTables  = []string{users, users + "/index/GSI", users + "2"}
	someARNs    = []string{"*", users, users + "*", users + "/index/*", "arn:aws:dynamodb:*:*:table/*", "arn:aws:dynamodb:eu-west-1:111122223333:table/${aws:PrincipalTag/t}"}
	someKeys    = map[string][]string{
		"dynamodb:LeadingKeys":        {"me", "you", "${aws:PrincipalTag/id}", "m*"},
		"dynamodb:Attributes":         {"id", "name", "secret"},
		"dynamodb:Select":             {"SPECIFIC_ATTRIBUTES", "ALL_ATTRIBUTES"},
		"dynamodb:ReturnValues":       {"NONE", "ALL_OLD"},
		"aws:username":                {"me", "${aws:PrincipalTag/id}", "${aws:PrincipalTag/no, 'me'}", "${*}"},
		"aws:MultiFactorAuthAge":      {"1", "10", "2.5"},
		"aws:CurrentTime":             {"2030-01-01T00:00:00Z", "2031-06-01T00:00:00Z"},
		"aws:SecureTransport":         {"true", "false"},
		"aws:SourceIp":                {"10.0.0.0/8", "10.1.2.3", "192.168.0.0/16"},
		"aws:PrincipalArn":            {alice, "arn:aws:iam::111122223333:user/*", "arn:aws:iam::*:role/app"},
		"aws:PrincipalTag/department": {"a", "b"},
	}
	operatorsOf = map[string][]string{
		"aws:MultiFactorAuthAge": {"NumericEquals", "NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals"},
		"aws:CurrentTime":        {"DateGreaterThan", "DateLessThanEquals", "DateEquals"},
		"aws:SecureTransport":    {"Bool"},
		"aws:SourceIp":           {"IpAddress", "NotIpAddress"},
		"aws:PrincipalArn":       {"ArnLike", "ArnNotLike", "ArnEquals"},
	}
	textOperators = []string{"StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"}
	manyValued    = []string{"dynamodb:LeadingKeys", "dynamodb:Attributes"}
)

func keyNames() []string {
	c := Context{}
	for k := range someKeys {
		c[k] = nil
	}
	return sortedNames(c)
}

// drawStatement is a statement as JSON would decode into maps.
func drawStatement(t *rapid.T, principal bool) map[string]any {
	s := map[string]any{
		"Effect": rapid.SampledFrom([]string{"Allow", "Allow", "Allow", "Deny"}).Draw(t, "effect"),
		rapid.SampledFrom([]string{"Action", "Action", "Action", "NotAction"}).Draw(t, "action"):           rapid.SliceOfN(rapid.SampledFrom(somePattern), 1, 3).Draw(t, "actions"),
		rapid.SampledFrom([]string{"Resource", "Resource", "Resource", "NotResource"}).Draw(t, "resource"): rapid.SliceOfN(rapid.SampledFrom(someARNs), 1, 2).Draw(t, "resources"),
	}
	if principal {
		s["Principal"] = rapid.SampledFrom([]any{"*", map[string]any{"AWS": alice}, map[string]any{"AWS": "111122223333"}, map[string]any{"AWS": role}}).Draw(t, "principal")
	}
	if n := rapid.IntRange(0, 3).Draw(t, "conditions"); n > 0 {
		conditions := map[string]any{}
		for range n {
			op, key, values := drawCondition(t)
			if conditions[op] == nil {
				conditions[op] = map[string]any{}
			}
			conditions[op].(map[string]any)[key] = values
		}
		s["Condition"] = conditions
	}
	return s
}

func drawCondition(t *rapid.T) (op, key string, values []string) {
	key = rapid.SampledFrom(keyNames()).Draw(t, "key")
	if rapid.IntRange(0, 5).Draw(t, "null") == 0 {
		return "Null", key, []string{rapid.SampledFrom([]string{"true", "false"}).Draw(t, "value")}
	}
	ops := operatorsOf[key]
	if ops == nil {
		ops = textOperators
	}
	op = rapid.SampledFrom(ops).Draw(t, "operator")
	switch {
	case key == manyValued[0] || key == manyValued[1]:
		op = rapid.SampledFrom([]string{"ForAllValues:", "ForAnyValue:"}).Draw(t, "quantifier") + op
	case rapid.IntRange(0, 3).Draw(t, "exists") == 0:
		op += "IfExists"
	}
	return op, key, rapid.SliceOfNDistinct(rapid.SampledFrom(someKeys[key]), 1, 2, rapid.ID[string]).Draw(t, "values")
}

func drawPolicy(t *rapid.T, principal bool) map[string]any {
	var statements []any
	for range rapid.IntRange(1, 3).Draw(t, "statements") {
		statements = append(statements, drawStatement(t, principal))
	}
	return map[string]any{"Version": rapid.SampledFrom([]string{Version2012, Version2012, Version2012, Version2008}).Draw(t, "version"), "Statement": statements}
}

func drawRequest(t *rapid.T) Request {
	r := Request{
		Action:   rapid.SampledFrom(someActions).Draw(t, "asked action"),
		Resource: rapid.SampledFrom(someTables).Draw(t, "asked resource"),
		Caller:   Caller{ARN: alice},
		Context:  Context{"aws:PrincipalArn": {alice}},
	}
	a, _ := Lookup(r.Action)
	for _, key := range append(keyNames(), "aws:PrincipalTag/id", "aws:PrincipalTag/t") {
		if key == "aws:PrincipalArn" || rapid.Bool().Draw(t, "absent") {
			continue
		}
		// Another key is one that the request of this action cannot have.
		if len(key) > 9 && key[:9] == "dynamodb:" && !a.HasKey(key) {
			continue
		}
		values := []string{"me", "you"}
		switch key {
		case "aws:SourceIp":
			values = []string{"10.1.2.3", "192.168.1.1", "8.8.8.8"}
		case "aws:PrincipalTag/t":
			values = []string{"Users", "*"}
		default:
			if v := someKeys[key]; v != nil {
				values = v
			}
		}
		n := 1
		if key == manyValued[0] || key == manyValued[1] {
			n = 2
		}
		r.Context[key] = rapid.SliceOfNDistinct(rapid.SampledFrom(values), 1, n, rapid.ID[string]).Draw(t, key)
	}
	return r
}
