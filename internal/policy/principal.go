package policy

import (
	"maps"
	"slices"
	"strings"
)

// principalOf compares a Principal element with the caller. direct says that it
// names the caller, or everybody: what names the caller's account alone hands
// the decision to that account's own policies.
func (a *asked) principalOf(p *Principals) (result Outcome, direct bool) {
	if p == nil {
		return No, false
	}
	result = outcome(p.All)
	direct = p.All
	for _, id := range p.List {
		one, names := a.is(id)
		result, direct = result.or(one), direct || names && one != No
	}
	if p.Not {
		return result.not(), true
	}
	return result, direct
}

func (a *asked) is(id PrincipalID) (result Outcome, direct bool) {
	if id.Unresolved {
		return Unknown, true
	}
	switch id.Kind {
	case "Service":
		return outcome(a.Caller.Service != "" && a.Caller.Service == id.Text), true
	case "AWS":
		switch {
		case id.Text == "*":
			return Yes, true
		case a.Caller.ARN == "":
			return No, true
		case id.Text == a.Caller.ARN || a.Caller.Role != "" && id.Text == a.Caller.Role:
			return Yes, true
		}
		account := id.Text
		if arn := strings.TrimSuffix(id.Text, ":root"); arn != id.Text {
			account = accountOf(id.Text)
		}
		return outcome(account == a.Caller.account()), false
	}
	// Federated and canonical users are not modelled.
	return Unknown, true
}

// namedBy says whether a Principal element has the ARN of the user or of the
// session; a role's ARN is not the session's, and "*" may be either.
func (a *asked) namedBy(p *Principals) Outcome {
	if p == nil || a.Caller.ARN == "" {
		return No
	}
	if p.Not || p.All {
		return Unknown
	}
	result := No
	for _, id := range p.List {
		switch {
		case id.Kind != "AWS":
		case id.Unresolved || id.Text == "*":
			result = result.or(Unknown)
		case id.Text == a.Caller.ARN:
			isRole := a.Caller.Role == "" && strings.Contains(id.Text, ":role/")
			result = result.or(outcome(!isRole))
		}
	}
	return result
}

func sortedNames(c Context) []string { return slices.Sorted(maps.Keys(c)) }
