package main

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/discreet-dev/discreet/internal/contract"
)

// asFlags say who asks.
type asFlags struct {
	id     *string
	roles  *[]string
	claims *[]string
}

func principalFlags(f *pflag.FlagSet) asFlags {
	return asFlags{
		id:     f.String("as", "", "the principal's `ID`; without it nobody is logged in"),
		roles:  f.StringArray("role", nil, "a `ROLE` of the principal; may be repeated"),
		claims: f.StringArray("claim", nil, "a claim, as `NAME=VALUE`; repeated, it is a list"),
	}
}

// principal is the anonymous one without --as.
func (a asFlags) principal() (contract.Principal, error) {
	if *a.id == "" {
		if len(*a.roles)+len(*a.claims) > 0 {
			return contract.Principal{}, fmt.Errorf("--role and --claim go with --as")
		}
		return contract.Anonymous(), nil
	}
	p := contract.Principal{
		ID: *a.id, Roles: append([]string{contract.RoleAuthenticated}, *a.roles...),
		Claims: map[string]contract.Claim{}, Source: "flags",
	}
	for _, text := range *a.claims {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return p, fmt.Errorf("--claim takes NAME=VALUE")
		}
		c := p.Claims[name]
		c.Values = append(c.Values, value)
		c.List = len(c.Values) > 1
		p.Claims[name] = c
	}
	return p, p.Check()
}
