package policy

import "strings"

// decide combines the statements: an explicit deny wins; every kind that limits
// must allow; within one account the identity's policies or the resource's
// suffice, across accounts both must allow (IAM User Guide, "Policy evaluation
// logic").
func decide(a *asked, policies []Policy, trace []Step) (Decision, string) {
	deny := No
	for _, s := range trace {
		if s.Effect == Allow || s.Applies == No {
			continue
		}
		if s.Applies == Yes && s.Effect == Deny {
			return ExplicitDeny, s.Policy + ", " + s.Statement + " denies it"
		}
		deny = Unknown // of an unresolved statement, the effect may be that
	}
	granted, why := a.granted(trace)
	for _, kind := range []Kind{Boundary, Session, ServiceControl} {
		limit, has := limitOf(policies, trace, kind)
		if kind != ServiceControl {
			limit = limit.or(a.unlimited(trace))
		}
		if has && limit != Yes {
			granted = granted.and(limit)
			why = "no " + kind.String() + " policy allows it"
		}
	}
	switch {
	case granted == No:
		return ImplicitDeny, why
	case granted == Unknown:
		return Undecided, "something decisive is unknown"
	case deny == Unknown:
		return Undecided, "a statement that may deny it is unknown"
	}
	return Allowed, why
}

// granted is what the policies that grant say.
func (a *asked) granted(trace []Step) (Outcome, string) {
	identity, _ := allows(trace, Identity, false)
	resource, by := allows(trace, ResourceBased, false)
	direct, _ := allows(trace, ResourceBased, true)
	sameAccount := a.Caller.ARN != "" && a.Caller.account() == a.Account
	result := identity.or(direct)
	switch {
	case a.Caller.Service != "" && a.Caller.ARN == "", a.Caller.ARN == "" && hasKind(trace, ResourceBased):
		result = direct
	case !sameAccount && a.Caller.ARN != "":
		result = identity.and(resource)
	case ruledByResource(a.Request):
		result = direct.or(identity.and(resource))
	}
	if result == No {
		return No, "no statement allows it"
	}
	if identity != No {
		_, by = allows(trace, Identity, false)
	}
	return result, by
}

func hasKind(trace []Step, kind Kind) bool {
	for _, s := range trace {
		if s.Kind == kind {
			return true
		}
	}
	return false
}

// ruledByResource are the actions for which the identity's policy alone is never
// enough: a role's trust policy, and a key's policy.
func ruledByResource(r Request) bool {
	action := strings.ToLower(r.Action)
	return strings.HasPrefix(action, "sts:assumerole") || action == "sts:tagsession" ||
		strings.HasPrefix(action, "kms:") && r.Resource != "*"
}

func allows(trace []Step, kind Kind, direct bool) (Outcome, string) {
	result, by := No, ""
	for _, s := range trace {
		if s.Kind != kind || s.Effect == Deny || direct && !s.direct {
			continue
		}
		applies := s.Applies
		if s.Effect != Allow {
			applies = applies.and(Unknown)
		}
		if applies > result {
			result, by = applies, s.Policy+", "+s.Statement+" allows it"
		}
	}
	return result, by
}

// limitOf is what the policies of a limiting kind say; has is false where there
// are none, and nothing is limited.
func limitOf(policies []Policy, trace []Step, kind Kind) (result Outcome, has bool) {
	levels := map[int]Outcome{}
	for _, p := range policies {
		if p.Kind == kind {
			levels[p.Level] = No
		}
	}
	for _, s := range trace {
		if s.Kind != kind || s.Effect == Deny {
			continue
		}
		applies := s.Applies
		if s.Effect != Allow {
			applies = applies.and(Unknown)
		}
		levels[s.level] = levels[s.level].or(applies)
	}
	result = Yes
	for _, one := range levels {
		result = result.and(one)
	}
	return result, len(levels) > 0
}

// unlimited says whether a resource-based policy of the same account names the
// user or the very session: such a grant no boundary and no session policy
// limits. Whether "*" names anybody so, no document of AWS says.
func (a *asked) unlimited(trace []Step) Outcome {
	if a.Caller.ARN == "" || a.Caller.account() != a.Account {
		return No
	}
	result := No
	for _, s := range trace {
		if s.Kind == ResourceBased && s.Effect == Allow {
			result = result.or(s.Applies.and(s.named))
		}
	}
	return result
}
