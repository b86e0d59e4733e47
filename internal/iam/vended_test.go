package iam

import (
	"fmt"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/policy"
)

func TestSessionTagsRefuseWhatNoTagCanStandFor(t *testing.T) {
	o := options(example(t, "saas"), Vended)
	who := func(id, tenant string, roles ...string) contract.Principal {
		p := contract.Principal{ID: id, Roles: append([]string{"authenticated"}, roles...), Claims: map[string]contract.Claim{}}
		if tenant != "" {
			p.Claims["tenant"] = contract.Claim{Values: strings.Split(tenant, "+")}
		}
		return p
	}
	tags, err := SessionTags(o, who("u-1", "acme", "admin"))
	if err != nil || tags["user_id"] != "u-1" || tags["tenant"] != "acme" || tags["roles"] != ":authenticated:admin:" {
		t.Errorf("%v %v", tags, err)
	}
	for name, p := range map[string]contract.Principal{
		"a bar": who("auth0|x", "acme"), "the delimiter": who("u#1", "acme"), "too long": who(strings.Repeat("x", 257), "acme"),
		"no claim": who("u", ""), "a claim of two": who("u", "a+b"), "nobody": contract.Anonymous(),
	} {
		tags, err := SessionTags(o, p)
		if err == nil {
			t.Errorf("%s: %v", name, tags)
		} else if p.ID != "" && strings.Contains(err.Error(), p.ID) && len(p.ID) > 1 {
			t.Errorf("%s: the error holds the value: %v", name, err)
		}
	}
}

func TestAnIdentityThatNothingVerifiesHasNoVendedPolicy(t *testing.T) {
	o := options(example(t, "profiles"), Vended)
	o.VerifiedBy = ""
	if _, err := Least(o); err == nil || !strings.Contains(err.Error(), "verifies") {
		t.Errorf("%v", err)
	}
}

func TestAPolicyThatIsTooLargeIsParted(t *testing.T) {
	var statements []Statement
	for i := range 20 {
		statements = append(statements, Statement{Sid: fmt.Sprint("S", i), Effect: policy.Allow, Action: words{"dynamodb:GetItem"}, Resource: words{"arn:aws:dynamodb:eu-west-1:111122223333:table/" + strings.Repeat("x", 900)}})
	}
	parts, err := split(statements)
	if err != nil || len(parts) < 3 {
		t.Fatalf("%d parts, %v", len(parts), err)
	}
	n := 0
	for _, p := range parts {
		n += len(p.Statement)
		if size := len(p.Compact()); size > maxManaged {
			t.Errorf("a part of %d characters", size)
		}
		if d, problems := p.Parsed(); d == nil || d.Size != len(p.Compact()) {
			t.Errorf("%v", problems)
		}
	}
	if n != len(statements) {
		t.Errorf("%d statements of %d", n, len(statements))
	}
	statements[0].Resource[0] = strings.Repeat("x", maxManaged)
	if _, err := split(statements); err == nil {
		t.Error("a statement that fits nowhere is written")
	}
}

func TestTextIsReadAsItIsMeant(t *testing.T) {
	for _, s := range []string{"plain", "a*b", "a?b", "${aws:username}", "$", "${", "$${x}", "%{if}", `"\`} {
		for _, like := range []bool{false, true} {
			op, value := "StringEquals", literal(s)
			if like {
				op, value = "StringLike", literalLike(s)
			}
			d := Document{policy.Version2012, []Statement{{Sid: "S", Effect: policy.Allow, Action: words{"*"}, Resource: words{"*"}, Condition: map[string]keyWords{op: {"aws:userid": {value}}}}}}
			parsed, problems := d.Parsed()
			if parsed == nil {
				t.Fatal(problems)
			}
			for _, have := range []string{s, s + "x", "aXb"} {
				v := policy.Evaluate([]policy.Policy{{Document: parsed}}, policy.Request{Action: "s3:GetObject", Resource: "*", Context: policy.Context{"aws:userid": {have}, "aws:username": {"me"}}})
				if (v.Decision == policy.Allowed) != (have == s) {
					t.Errorf("%q under %s as %q: %q is %s", s, op, value, have, v.Decision)
				}
			}
		}
	}
}
