package contract

import (
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Principal is the verified caller. Its strings are opaque: compared by bytes,
// never folded or normalised.
type Principal struct {
	ID     string // "" for the anonymous principal alone
	Roles  []string
	Claims map[string]Claim
	Source string // the name of the identity source that decided
}

// Claim is a named value of a principal: one string, or a list of them.
type Claim struct {
	Values []string
	List   bool
}

// MaxIdentifier is the longest id, role or claim, in bytes.
const MaxIdentifier = 2048

// Anonymous is the principal of a request that brings no credential.
func Anonymous() Principal { return Principal{Roles: []string{RoleAnonymous}} }

// IsAnonymous reports whether no credential stands behind the principal.
func (p Principal) IsAnonymous() bool { return p.ID == "" }

// Check refuses a principal that no scope may be bound to: an id, a role or a
// claim that is empty, over MaxIdentifier bytes, not UTF-8, or that holds a
// control character. The error never holds the value.
func (p Principal) Check() error {
	if err := CheckIdentifier(p.ID); err != nil {
		return fmt.Errorf("id: %w", err)
	}
	for _, r := range p.Roles {
		if err := CheckIdentifier(r); err != nil {
			return fmt.Errorf("role: %w", err)
		}
	}
	for name, c := range p.Claims {
		for _, v := range c.Values {
			if err := CheckIdentifier(v); err != nil {
				return fmt.Errorf("claim %s: %w", name, err)
			}
		}
	}
	return nil
}

// CheckIdentifier is Check for one string.
func CheckIdentifier(s string) error {
	switch {
	case s == "":
		return errors.New("empty")
	case len(s) > MaxIdentifier:
		return fmt.Errorf("over %d bytes", MaxIdentifier)
	case !utf8.ValidString(s):
		return errors.New("not UTF-8")
	}
	for _, r := range s {
		if unicode.IsControl(r) {
			return errors.New("control character")
		}
	}
	return nil
}

// Condition is a comparison of an attribute with values, typed by the attribute:
// an N's are canonical digits, a B's base64, the others' text.
type Condition struct {
	Attribute *Attribute
	Operator  Operator
	Values    []string // two for Between, else one
}
