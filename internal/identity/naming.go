package identity

import (
	"errors"
	"fmt"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
)

const nameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

// naming makes principals under a source's name.
type naming struct {
	source        string
	before, after string // what the contract's id template puts around an id
}

var errTemplate = errors.New("it needs {name} and {id}, once each, with a character between them that no name has, such as a colon")

// template reads the contract's id template. Two ids of two sources can only be
// told apart if the name ends at a character that no name contains.
func (n *naming) template(text string) error {
	if strings.Count(text, "{name}") != 1 || strings.Count(text, "{id}") != 1 || strings.Count(text, "{") != 2 {
		return errTemplate
	}
	n.before, n.after, _ = strings.Cut(text, "{id}")
	between := n.after
	if _, after, ok := strings.Cut(n.before, "{name}"); ok {
		between = after
	} else {
		between, _, _ = strings.Cut(between, "{name}")
	}
	if strings.Trim(between, nameCharacters) == "" {
		return errTemplate
	}
	n.before = strings.Replace(n.before, "{name}", n.source, 1)
	n.after = strings.Replace(n.after, "{name}", n.source, 1)
	return nil
}

// principal checks the parts and puts them together. A credential cannot carry
// a built-in role: `authenticated` is what a checked credential gives, and
// `anonymous` is for requests without one.
func (n *naming) principal(id string, roles []string, claims map[string]contract.Claim) (contract.Principal, error) {
	// The template would make an empty id into one that is not.
	if err := contract.CheckIdentifier(id); err != nil {
		return contract.Principal{}, fmt.Errorf("id: %w", err)
	}
	p := contract.Principal{ID: n.before + id + n.after, Claims: claims, Source: n.source}
	p.Roles = make([]string, 0, len(roles)+1)
	for _, role := range roles {
		if role != contract.RoleAuthenticated && role != contract.RoleAnonymous {
			p.Roles = append(p.Roles, role)
		}
	}
	p.Roles = append(p.Roles, contract.RoleAuthenticated)
	if err := p.Check(); err != nil {
		return contract.Principal{}, err
	}
	return p, nil
}
