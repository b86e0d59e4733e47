package identity

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/discreet-dev/discreet/internal/contract"
)

// mapping says which claims become the principal's id, roles and claims.
type mapping struct {
	naming
	id     contract.ClaimPath
	roles  contract.ClaimPath // empty: none
	claims map[string]contract.ClaimPath
}

func newMapping(n naming, id, roles contract.ClaimPath, claims map[string]contract.ClaimPath) mapping {
	if len(id) == 0 {
		id = contract.ClaimPath{"sub"}
	}
	return mapping{naming: n, id: id, roles: roles, claims: claims}
}

// errClaim is all that is said of a claim that cannot be used: never its value.
var errClaim = errors.New("neither a string, nor an integer, nor a list of these")

// fromClaims makes the principal of verified claims. A claim that is absent or
// null is not the principal's; one of another type than a string, an integer or
// a list of these is refused, as true, 1.5 and objects have no one spelling.
func (m *mapping) fromClaims(claims map[string]any) (contract.Principal, error) {
	id, ok := scalar(lookup(claims, m.id))
	if !ok {
		return contract.Principal{}, errors.New("the id claim is absent, or neither a string nor an integer")
	}
	// A string is one role, whatever it holds: to split it is a guess at what
	// the issuer meant.
	roles, err := values(lookup(claims, m.roles))
	if err != nil {
		return contract.Principal{}, fmt.Errorf("the roles claim: %w", err)
	}
	var named map[string]contract.Claim
	for name, path := range m.claims {
		v := lookup(claims, path)
		if v == nil {
			continue
		}
		list, err := values(v)
		if err != nil {
			return contract.Principal{}, fmt.Errorf("claim %s: %w", name, err)
		}
		if named == nil {
			named = make(map[string]contract.Claim, len(m.claims))
		}
		_, single := scalar(v)
		named[name] = contract.Claim{Values: list, List: !single}
	}
	return m.naming.principal(id, roles, named)
}

// lookup follows a path through nested objects; nil: there is no such claim.
func lookup(claims map[string]any, path contract.ClaimPath) any {
	for i, segment := range path {
		v := claims[segment]
		if i == len(path)-1 {
			return v
		}
		inner, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		claims = inner
	}
	return nil
}

// values are the strings of a claim; none of one that is absent.
func values(v any) ([]string, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case []string:
		return v, nil
	case []any:
		out := make([]string, 0, len(v))
		for _, element := range v {
			s, ok := scalar(element)
			if !ok {
				return nil, errClaim
			}
			out = append(out, s)
		}
		return out, nil
	}
	s, ok := scalar(v)
	if !ok {
		return nil, errClaim
	}
	return []string{s}, nil
}

// maxExact is the largest integer up to which every float64 is exact.
const maxExact = 1 << 53

// scalar is the text of a string or an integer. Go numbers come from an API
// Gateway host alone, where JSON may have been decoded into float64.
func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), integer(v.String())
	case int:
		return strconv.Itoa(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		if v != math.Trunc(v) || math.Abs(v) >= maxExact {
			return "", false
		}
		return strconv.FormatInt(int64(v), 10), true
	}
	return "", false
}

// integer reports whether a JSON number is written as an integer: digits, maybe
// after a minus. 1.0 and 1e0 are not, and -0 is another spelling of 0.
func integer(s string) bool {
	if s == "-0" {
		return false
	}
	if len(s) > 1 && s[0] == '-' {
		s = s[1:]
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
