package route

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/item"
)

const maxParameter = 2048 // bytes of one value

// Selection is what the query string of a list says.
type Selection struct {
	Limit     int
	Cursor    string
	Where     []contract.Condition
	Canonical string // the parameters but the cursor, sorted: what a cursor is bound to
}

// Select reads a list's query string; other operations take none. Unknown and
// repeated parameters are refused: a misspelt filter that is passed over shows
// more than was asked for.
func Select(r *contract.Route, raw string) (Selection, *fault.Fault) {
	s := Selection{Limit: r.Page.Default}
	if r.Operation != contract.List {
		if raw != "" {
			return s, fault.Bad("query", "takes no parameters")
		}
		return s, nil
	}
	seen := map[string]bool{}
	kept := url.Values{}
	for raw != "" {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		if pair == "" {
			continue
		}
		name, value, bad := decodePair(pair)
		if bad != nil {
			return s, bad
		}
		if seen[name] {
			return s, fault.Bad("query", "takes each parameter once")
		}
		seen[name] = true
		switch name {
		case "cursor":
			if value == "" {
				return s, fault.Bad("cursor", "takes the cursor of a page before")
			}
			s.Cursor = value
			continue
		case "limit":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > r.Page.Max || strconv.Itoa(n) != value {
				return s, fault.Bad("limit", "takes a number from 1 to "+strconv.Itoa(r.Page.Max))
			}
			s.Limit = n
		default:
			c, bad := parameter(r, name, value)
			if bad != nil {
				return s, bad
			}
			s.Where = append(s.Where, c)
		}
		kept.Set(name, value)
	}
	s.Canonical = kept.Encode()
	return s, nil
}

func decodePair(pair string) (name, value string, bad *fault.Fault) {
	rawName, rawValue, _ := strings.Cut(pair, "=")
	name, err1 := url.QueryUnescape(rawName)
	value, err2 := url.QueryUnescape(rawValue)
	text := name + value
	if err1 != nil || err2 != nil || strings.Contains(pair, ";") || !utf8.ValidString(text) ||
		strings.ContainsFunc(text, unicode.IsControl) {
		return "", "", fault.Bad("query", "takes name=value pairs in UTF-8, percent-encoded, joined by &")
	}
	return name, value, nil
}

// parameter reads one condition: `status=open`, `due.gte=2030-01-01`.
func parameter(r *contract.Route, name, value string) (contract.Condition, *fault.Fault) {
	for _, p := range r.Parameters {
		for _, op := range p.Operators {
			if name == outside(p, op) {
				return conditionOf(p.Attribute, op, name, value)
			}
		}
	}
	return contract.Condition{}, fault.Bad("query", "takes "+strings.Join(parameterNames(r), ", "))
}

func parameterNames(r *contract.Route) []string {
	names := []string{"limit", "cursor"}
	for _, p := range r.Parameters {
		for _, op := range p.Operators {
			names = append(names, outside(p, op))
		}
	}
	return names
}

// outside is the one name of a parameter's operator in a query string.
func outside(p *contract.Parameter, op contract.Operator) string {
	if op == contract.Eq {
		return p.Name
	}
	return p.Name + "." + string(op)
}

func conditionOf(a *contract.Attribute, op contract.Operator, name, value string) (contract.Condition, *fault.Fault) {
	c := contract.Condition{Attribute: a, Operator: op, Values: []string{value}}
	if op == contract.Between {
		if c.Values = strings.Split(value, ","); len(c.Values) != 2 {
			return c, fault.Bad(name, "takes two values joined by a comma")
		}
	}
	for i, v := range c.Values {
		canonical, takes := parameterValue(a, op, v)
		if takes != "" {
			return c, fault.Bad(name, takes)
		}
		c.Values[i] = canonical
	}
	return c, nil
}

func parameterValue(a *contract.Attribute, op contract.Operator, v string) (canonical, takes string) {
	if v == "" || len(v) > maxParameter {
		return "", "takes a value of 1 to " + strconv.Itoa(maxParameter) + " bytes"
	}
	switch a.Type {
	case contract.N:
		digits, err := item.Canonical(v)
		if err != nil {
			return "", "takes a number of at most 38 digits"
		}
		return digits, ""
	case contract.BOOL:
		if v != "true" && v != "false" {
			return "", "takes true or false"
		}
	case contract.S:
		if op == contract.Eq || op == contract.Ne {
			return v, a.Constrained(v)
		}
	default: // parse lets no parameter compare other types
		return "", "takes no value"
	}
	return v, ""
}
