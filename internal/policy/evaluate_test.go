package policy

import (
	"strings"
	"testing"
)

const (
	users = "arn:aws:dynamodb:eu-west-1:111122223333:table/Users"
	alice = "arn:aws:iam::111122223333:user/alice"
	role  = "arn:aws:iam::111122223333:role/app"
	inUse = "arn:aws:sts::111122223333:assumed-role/app/session"
)

func parse(t testing.TB, text string) *Document {
	t.Helper()
	d, problems := Parse("policy.json", []byte(text))
	if d == nil {
		t.Fatalf("refused: %v\n%s", problems, text)
	}
	return d
}

// statement is an allowing statement with a condition, in the newer version.
func statement(t testing.TB, condition string) *Document {
	return parse(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":`+condition+`}}`)
}

func get(context Context) Request {
	return Request{Action: "dynamodb:GetItem", Resource: users, Caller: Caller{ARN: alice}, Context: context}
}

func TestConditionOperators(t *testing.T) {
	ctx := func(pairs ...string) Context {
		c := Context{}
		for i := 0; i < len(pairs); i += 2 {
			c[pairs[i]] = append(c[pairs[i]], pairs[i+1])
		}
		return c
	}
	keys, attributes := "dynamodb:LeadingKeys", "dynamodb:Attributes"
	tests := []struct {
		condition string
		context   Context
		want      Decision
	}{
		// Strings.
		{`{"StringEquals":{"aws:username":["a","b"]}}`, ctx("aws:username", "b"), Allowed},
		{`{"StringEquals":{"aws:username":"a"}}`, ctx("aws:username", "A"), ImplicitDeny},
		{`{"StringEquals":{"AWS:UserName":"a"}}`, ctx("aws:username", "a"), Allowed},
		{`{"StringEquals":{"aws:username":"a*"}}`, ctx("aws:username", "ab"), ImplicitDeny},
		{`{"StringEquals":{"aws:username":"a"}}`, nil, ImplicitDeny},
		{`{"StringEqualsIfExists":{"aws:username":"a"}}`, nil, Allowed},
		{`{"StringNotEquals":{"aws:username":["a","b"]}}`, ctx("aws:username", "b"), ImplicitDeny},
		{`{"StringNotEquals":{"aws:username":["a","b"]}}`, ctx("aws:username", "c"), Allowed},
		{`{"StringNotEquals":{"aws:username":"a"}}`, nil, Allowed},
		{`{"StringEqualsIgnoreCase":{"aws:username":"Ünal"}}`, ctx("aws:username", "üNAL"), Allowed},
		{`{"StringNotEqualsIgnoreCase":{"aws:username":"AB"}}`, ctx("aws:username", "ab"), ImplicitDeny},
		{`{"StringLike":{"aws:username":"a?c*"}}`, ctx("aws:username", "abcde"), Allowed},
		{`{"StringLike":{"aws:username":"a?c"}}`, ctx("aws:username", "ac"), ImplicitDeny},
		{`{"StringLike":{"aws:username":"a${*}"}}`, ctx("aws:username", "a*"), Allowed},
		{`{"StringLike":{"aws:username":"a${*}"}}`, ctx("aws:username", "ab"), ImplicitDeny},
		{`{"StringEquals":{"aws:username":"a${?}${$}"}}`, ctx("aws:username", "a?$"), Allowed},
		{`{"StringNotLike":{"aws:username":["a*","b*"]}}`, ctx("aws:username", "bc"), ImplicitDeny},
		{`{"stringequals":{"aws:username":"a"}}`, ctx("aws:username", "a"), Allowed},

		// Variables.
		{`{"StringEquals":{"aws:username":"${aws:PrincipalTag/who}"}}`, ctx("aws:username", "a", "aws:PrincipalTag/who", "a"), Allowed},
		{`{"StringEquals":{"aws:username":"${aws:PrincipalTag/who}"}}`, ctx("aws:username", "a"), ImplicitDeny},
		{`{"StringNotEquals":{"aws:username":"${aws:PrincipalTag/who}"}}`, ctx("aws:username", "a"), Allowed},
		{`{"StringEquals":{"aws:username":"${aws:PrincipalTag/who, 'guest'}"}}`, ctx("aws:username", "guest"), Allowed},
		{`{"StringEquals":{"aws:username":"x-${aws:PrincipalTag/who, '}'}"}}`, ctx("aws:username", "x-}"), Allowed},
		{`{"StringLike":{"aws:username":"${aws:PrincipalTag/who}"}}`, ctx("aws:username", "ab", "aws:PrincipalTag/who", "*"), ImplicitDeny},
		{`{"StringEquals":{"aws:username":"${no:such}"}}`, ctx("aws:username", "a"), Undecided},
		{`{"StringEquals":{"aws:username":"${open"}}`, ctx("aws:username", "${open"), Allowed},

		// Several values.
		{`{"ForAllValues:StringEquals":{"` + attributes + `":["a","b"]}}`, ctx(attributes, "a", attributes, "b"), Allowed},
		{`{"ForAllValues:StringEquals":{"` + attributes + `":["a","b"]}}`, ctx(attributes, "a", attributes, "c"), ImplicitDeny},
		{`{"ForAllValues:StringEquals":{"` + attributes + `":["a"]}}`, nil, Allowed},
		{`{"ForAllValues:StringEquals":{"` + attributes + `":["a"]},"Null":{"` + attributes + `":"false"}}`, nil, ImplicitDeny},
		{`{"ForAnyValue:StringEquals":{"` + keys + `":"me"}}`, ctx(keys, "you", keys, "me"), Allowed},
		{`{"ForAnyValue:StringEquals":{"` + keys + `":"me"}}`, nil, ImplicitDeny},
		{`{"ForAnyValue:StringEqualsIfExists":{"` + keys + `":"me"}}`, nil, ImplicitDeny},
		{`{"ForAnyValue:StringNotEquals":{"` + keys + `":"me"}}`, ctx(keys, "you", keys, "me"), Allowed},
		{`{"ForAllValues:StringNotEquals":{"` + keys + `":"me"}}`, ctx(keys, "you", keys, "me"), ImplicitDeny},
		{`{"StringEquals":{"` + keys + `":"me"}}`, ctx(keys, "me"), Allowed},
		{`{"StringEquals":{"` + keys + `":"me"}}`, ctx(keys, "me", keys, "you"), Undecided},

		// Null.
		{`{"Null":{"` + keys + `":"true"}}`, nil, Allowed},
		{`{"Null":{"` + keys + `":true}}`, ctx(keys, "me"), ImplicitDeny},
		{`{"Null":{"` + keys + `":["true","false"]}}`, ctx(keys, "me"), Allowed},
		{`{"NullIfExists":{"` + keys + `":"true"}}`, nil, Undecided},
		{`{"Null":{"` + keys + `":"maybe"}}`, nil, Undecided},

		// Numbers, dates, booleans, bytes, addresses, ARNs.
		{`{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}`, ctx("aws:MultiFactorAuthAge", "10.5"), Allowed},
		{`{"NumericGreaterThanEquals":{"aws:MultiFactorAuthAge":10}}`, ctx("aws:MultiFactorAuthAge", "9"), ImplicitDeny},
		{`{"NumericNotEquals":{"aws:MultiFactorAuthAge":"1.0"}}`, ctx("aws:MultiFactorAuthAge", "1"), ImplicitDeny},
		{`{"NumericEquals":{"aws:MultiFactorAuthAge":"1e999999999"}}`, ctx("aws:MultiFactorAuthAge", "1"), Undecided},
		{`{"DateGreaterThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}`, ctx("aws:CurrentTime", "2030-01-01T01:00:00+00:30"), Allowed},
		{`{"DateLessThan":{"aws:CurrentTime":"2030"}}`, ctx("aws:CurrentTime", "1893456000"), ImplicitDeny},
		{`{"Bool":{"aws:SecureTransport":"True"}}`, ctx("aws:SecureTransport", "true"), Allowed},
		{`{"Bool":{"aws:SecureTransport":"true"}}`, ctx("aws:SecureTransport", "false"), ImplicitDeny},
		{`{"Bool":{"aws:SecureTransport":"yes"}}`, ctx("aws:SecureTransport", "true"), Undecided},
		{`{"BinaryEquals":{"aws:username":"QQ=="}}`, ctx("aws:username", "QQ=="), Allowed},
		{`{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]}}`, ctx("aws:SourceIp", "2001:db8::1"), Allowed},
		{`{"IpAddress":{"aws:SourceIp":"10.0.0.1"}}`, ctx("aws:SourceIp", "10.0.0.2"), ImplicitDeny},
		{`{"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`, ctx("aws:SourceIp", "10.2.3.4"), ImplicitDeny},
		{`{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:*"}}`, ctx("aws:SourceArn", "arn:aws:sns:eu-west-1:111122223333:t:s"), Allowed},
		{`{"ArnEquals":{"aws:SourceArn":"arn:*:topic"}}`, ctx("aws:SourceArn", "arn:aws:sns:eu-west-1:111122223333:topic"), ImplicitDeny},
		{`{"ArnNotEquals":{"aws:PrincipalArn":"` + alice + `"}}`, nil, ImplicitDeny},

		// What nobody knows.
		{`{"StringMatches":{"aws:username":"a"}}`, ctx("aws:username", "a"), Undecided},
		{`{"ForSome:StringEquals":{"aws:username":"a"}}`, ctx("aws:username", "a"), Undecided},
		{`{"StringEquals":{"aws:NewKey":"a"}}`, ctx("aws:NewKey", "a"), Undecided},
		{`{"StringEqualsIfExists":{"dynamodb:NewKey":"a"}}`, nil, Undecided},
		// ReturnValues is no key of GetItem: it counts as absent, whatever a caller writes.
		{`{"StringEquals":{"dynamodb:ReturnValues":"NONE"}}`, ctx("dynamodb:ReturnValues", "NONE"), ImplicitDeny},
		{`{"StringEqualsIfExists":{"dynamodb:ReturnValues":"NONE"}}`, ctx("dynamodb:ReturnValues", "ALL_OLD"), Allowed},
		// Every condition must hold.
		{`{"StringEquals":{"aws:username":"a"},"Bool":{"aws:SecureTransport":"true"}}`, ctx("aws:username", "a", "aws:SecureTransport", "false"), ImplicitDeny},
	}
	for _, tt := range tests {
		v := Evaluate([]Policy{{Name: "p", Document: statement(t, tt.condition)}}, get(tt.context))
		if v.Decision != tt.want {
			t.Errorf("%s on %v: %s, want %s (%+v)", tt.condition, tt.context, v.Decision, tt.want, v.Trace)
		}
	}
}

func TestLeadingKeysDoNotScopeAScan(t *testing.T) {
	d := statement(t, `{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"me"}}`)
	r := get(Context{"dynamodb:LeadingKeys": {"you"}})
	if v := Evaluate([]Policy{{Document: d}}, r); v.Decision != ImplicitDeny {
		t.Errorf("another's item: %s", v.Decision)
	}
	r.Action = "dynamodb:Scan"
	if v := Evaluate([]Policy{{Document: d}}, r); v.Decision != Allowed || len(v.Notes) != 1 {
		t.Errorf("a Scan under ForAllValues on LeadingKeys: %s %v, and it is allowed in AWS", v.Decision, v.Notes)
	}
}

func TestActionsAndResources(t *testing.T) {
	tests := []struct {
		statement, action, resource string
		want                        Decision
	}{
		{`"Action":"dynamodb:getitem","Resource":"*"`, "dynamodb:GetItem", users, Allowed},
		{`"Action":"dynamodb:*Item","Resource":"*"`, "dynamodb:BatchGetItem", users, Allowed},
		{`"Action":"dynamodb:*Item","Resource":"*"`, "dynamodb:Scan", users, ImplicitDeny},
		{`"Action":"s3:*","Resource":"*"`, "dynamodb:Scan", users, ImplicitDeny},
		{`"NotAction":"dynamodb:Delete*","Resource":"*"`, "dynamodb:Scan", users, Allowed},
		{`"NotAction":["dynamodb:Delete*"],"Resource":"*"`, "dynamodb:DeleteItem", users, ImplicitDeny},
		{`"Action":"*","Resource":"` + users + `"`, "dynamodb:Query", users + "/index/GSI", ImplicitDeny},
		{`"Action":"*","Resource":"` + users + `*"`, "dynamodb:Query", users + "2/index/GSI", Allowed},
		{`"Action":"*","Resource":"arn:aws:dynamodb:*:*:table/Users"`, "dynamodb:Query", users, Allowed},
		{`"Action":"*","Resource":"arn:aws:dynamodb:*:table/Users"`, "dynamodb:Query", users, ImplicitDeny},
		{`"Action":"*","Resource":"arn:aws:dynamodb"`, "dynamodb:Query", users, Allowed},
		{`"Action":"*","Resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/users"`, "dynamodb:Query", users, ImplicitDeny},
		{`"Action":"*","Resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/${aws:username}"`, "dynamodb:Query", users, Allowed},
		{`"Action":"*","Resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/${aws:userid}"`, "dynamodb:Query", users, ImplicitDeny},
		{`"Action":"*","NotResource":"` + users + `"`, "dynamodb:Query", users, ImplicitDeny},
		{`"Action":"*","NotResource":"` + users + `"`, "dynamodb:Query", users + "2", Allowed},
		{`"Action":"*","Resource":"` + users + `"`, "dynamodb:ListTables", "*", ImplicitDeny},
		{`"Action":"*","Resource":"*"`, "dynamodb:ListTables", "*", Allowed},
		{`"Action":"*","Resource":"table/Users"`, "dynamodb:Query", users, Undecided},
		{`"Action":"*"`, "dynamodb:Query", users, Undecided},
	}
	for _, tt := range tests {
		d := parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",`+tt.statement+`}]}`)
		r := Request{Action: tt.action, Resource: tt.resource, Caller: Caller{ARN: alice}, Context: Context{"aws:username": {"Users"}}}
		if v := Evaluate([]Policy{{Document: d}}, r); v.Decision != tt.want {
			t.Errorf("%s for %s on %s: %s, want %s", tt.statement, tt.action, tt.resource, v.Decision, tt.want)
		}
	}
}

func TestVariablesAreTextBefore2012(t *testing.T) {
	text := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:username":"${aws:userid}"}}}}`
	r := get(Context{"aws:username": {"me"}, "aws:userid": {"me"}})
	if v := Evaluate([]Policy{{Document: parse(t, text)}}, r); v.Decision != Allowed {
		t.Errorf("2012: %s", v.Decision)
	}
	for _, old := range []string{strings.Replace(text, Version2012, Version2008, 1), strings.Replace(text, `"Version":"2012-10-17",`, "", 1)} {
		if v := Evaluate([]Policy{{Document: parse(t, old)}}, r); v.Decision != ImplicitDeny {
			t.Errorf("%s: %s", old, v.Decision)
		}
	}
}

func TestHowKindsOfPolicyCombine(t *testing.T) {
	const (
		grants   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:*","Resource":"*"}]}`
		other    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`
		denies   = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"dynamodb:GetItem","Resource":"*"}]}`
		unknown  = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Strange":{"aws:username":"x"}}}]}`
		everyone = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"dynamodb:*","Resource":"*"}]}`
	)
	names := func(principal string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":"dynamodb:*","Resource":"*"}]}`
	}
	session := Caller{ARN: inUse, Role: role}
	stranger := Caller{ARN: "arn:aws:iam::999988887777:user/eve"}
	tests := []struct {
		name     string
		caller   Caller
		policies map[Kind]string
		want     Decision
	}{
		{"nothing", session, nil, ImplicitDeny},
		{"identity", session, map[Kind]string{Identity: grants}, Allowed},
		{"a deny anywhere wins", session, map[Kind]string{Identity: grants, ResourceBased: strings.Replace(denies, `"Effect"`, `"Principal":"*","Effect"`, 1)}, ExplicitDeny},
		{"a boundary limits", session, map[Kind]string{Identity: grants, Boundary: other}, ImplicitDeny},
		{"a boundary grants nothing", session, map[Kind]string{Boundary: grants}, ImplicitDeny},
		{"a session policy limits", session, map[Kind]string{Identity: grants, Session: other}, ImplicitDeny},
		{"a service control policy limits", session, map[Kind]string{Identity: grants, ServiceControl: other}, ImplicitDeny},
		{"all allow", session, map[Kind]string{Identity: grants, Boundary: grants, Session: grants, ServiceControl: grants}, Allowed},
		{"the resource's policy suffices in the account", session, map[Kind]string{ResourceBased: names(role)}, Allowed},
		{"a boundary limits what a role is given", session, map[Kind]string{ResourceBased: names(role), Boundary: other}, ImplicitDeny},
		{"and not what a session is given", session, map[Kind]string{ResourceBased: names(inUse), Boundary: other}, Allowed},
		{"naming the account gives nothing by itself", session, map[Kind]string{ResourceBased: names("111122223333")}, ImplicitDeny},
		{"another account needs both: resource alone", stranger, map[Kind]string{ResourceBased: everyone}, ImplicitDeny},
		{"another account needs both: identity alone", stranger, map[Kind]string{Identity: grants}, ImplicitDeny},
		{"another account needs both", stranger, map[Kind]string{Identity: grants, ResourceBased: names("arn:aws:iam::999988887777:root")}, Allowed},
		{"everybody is anybody", Caller{}, map[Kind]string{ResourceBased: everyone}, Allowed},
		{"an unknown deny decides nothing", session, map[Kind]string{Identity: grants, Boundary: unknown}, ImplicitDeny},
		{"a possible deny is no allow", session, map[Kind]string{Identity: grants, ResourceBased: strings.Replace(unknown, `"Effect"`, `"Principal":"*","Effect"`, 1)}, Undecided},
	}
	for _, tt := range tests {
		var all []Policy
		for kind, text := range tt.policies {
			all = append(all, Policy{Name: kind.String(), Kind: kind, Document: parse(t, text)})
		}
		r := Request{Action: "dynamodb:GetItem", Resource: users, Caller: tt.caller}
		if v := Evaluate(all, r); v.Decision != tt.want {
			t.Errorf("%s: %s (%s), want %s", tt.name, v.Decision, v.Why, tt.want)
		}
	}
}

func TestATrustPolicyAloneDecidesWhoTakesARole(t *testing.T) {
	trust := parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"`+alice+`"},"Action":"sts:AssumeRole"}]}`)
	all := parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)
	r := Request{Action: "sts:AssumeRole", Resource: role, Caller: Caller{ARN: alice}}
	if v := Evaluate([]Policy{{Kind: ResourceBased, Document: trust}}, r); v.Decision != Allowed {
		t.Errorf("named: %s", v.Decision)
	}
	r.Caller.ARN = "arn:aws:iam::111122223333:user/bob"
	if v := Evaluate([]Policy{{Kind: ResourceBased, Document: trust}, {Document: all}}, r); v.Decision != ImplicitDeny {
		t.Errorf("an identity's own policy opened a role that does not trust it: %s", v.Decision)
	}
}

func TestAnActionThatNobodyKnowsIsReported(t *testing.T) {
	d := statement(t, `{}`)
	r := get(nil)
	r.Action = "dynamodb:ReadEverything"
	v := Evaluate([]Policy{{Document: d}}, r)
	if len(v.Notes) != 1 || !strings.Contains(v.Notes[0], "not an action that the data has") {
		t.Errorf("notes: %v", v.Notes)
	}
}
