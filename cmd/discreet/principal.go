package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/discreet-dev/discreet/internal/contract"
)

// asFlags say who asks.
type asFlags struct {
	set    *pflag.FlagSet
	id     *string
	roles  *[]string
	claims *[]string
}

func principalFlags(f *pflag.FlagSet) asFlags {
	return asFlags{
		set:    f,
		id:     f.String("as", "", "the principal's `ID`; without it nobody is logged in"),
		roles:  f.StringArray("role", nil, "a `ROLE` of the principal; may be repeated"),
		claims: f.StringArray("claim", nil, "a claim, as `NAME=VALUE`; repeated, it is a list"),
	}
}

// principal is the anonymous one without --as.
func (a asFlags) principal() (contract.Principal, error) {
	if !a.set.Changed("as") {
		if len(*a.roles)+len(*a.claims) > 0 {
			return contract.Principal{}, errors.New("--role and --claim go with --as")
		}
		return contract.Anonymous(), nil
	}
	if *a.id == "" {
		return contract.Principal{}, errors.New("--as takes an ID; leave it out to ask as nobody")
	}
	p := contract.Principal{
		ID: *a.id, Roles: []string{contract.RoleAuthenticated},
		Claims: map[string]contract.Claim{}, Source: "flags",
	}
	for _, role := range *a.roles {
		if role == contract.RoleAuthenticated || role == contract.RoleAnonymous {
			return p, fmt.Errorf("--role %s: the role is built in, and nobody brings it along", role)
		}
		p.Roles = append(p.Roles, role)
	}
	for _, text := range *a.claims {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return p, errors.New("--claim takes NAME=VALUE")
		}
		c := p.Claims[name]
		c.Values = append(c.Values, value)
		c.List = len(c.Values) > 1
		p.Claims[name] = c
	}
	if err := p.Check(); err != nil {
		return p, fmt.Errorf("--as, --role or --claim: %w", err)
	}
	return p, nil
}
