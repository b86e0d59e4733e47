// Package body reads JSON of callers and turns it into attribute values of the
// declared types. It is strict where encoding/json is lax, and its faults name
// the place, never the value.
package body

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/item"
)

// Node is a JSON value of a request body.
type Node struct {
	Text    string // of a string, or a number's digits as they came
	Kind    byte   // '"' string, '0' number, 't' true, 'f' false, 'n' null, '[' '{'
	Members []Member
	List    []Node
}

// Member is a name and its value, in the order they came.
type Member struct {
	Name  string
	Value Node
}

// DynamoDB's own limits: of nesting, and of a name in bytes.
const (
	maxDepth = 32
	maxName  = 65535
)

var errBody = errors.New("body")

// Object reads a body that must be one JSON object, without duplicate or nameless
// members, lone surrogates or anything after it. (encoding/json takes all of
// these in silence, and two parsers that differ are a leak: ledger, row 18.)
func Object(body []byte) ([]Member, *fault.Fault) {
	if !item.IsJSON(body) {
		return nil, fault.Bad("body", "takes a JSON object in UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	n, err := parseNode(d, 0)
	if err != nil || n.Kind != '{' {
		return nil, fault.Bad("body", "takes one JSON object, without duplicate or nameless members, nested at most "+strconv.Itoa(maxDepth)+" deep")
	}
	return n.Members, nil
}

func parseNode(d *json.Decoder, depth int) (Node, error) {
	t, err := d.Token()
	if err != nil {
		return Node{}, err
	}
	switch t := t.(type) {
	case string:
		return Node{Kind: '"', Text: t}, nil
	case json.Number:
		return Node{Kind: '0', Text: t.String()}, nil
	case bool:
		if t {
			return Node{Kind: 't'}, nil
		}
		return Node{Kind: 'f'}, nil
	case json.Delim:
		if depth >= maxDepth {
			return Node{}, errBody
		}
		n := Node{Kind: byte(t)}
		seen := map[string]bool{}
		for d.More() {
			m := Member{}
			if t == '{' {
				name, err := d.Token()
				if err != nil {
					return Node{}, err
				}
				m.Name, _ = name.(string)
				if seen[m.Name] || m.Name == "" || len(m.Name) > maxName {
					return Node{}, errBody
				}
				seen[m.Name] = true
			}
			if m.Value, err = parseNode(d, depth+1); err != nil {
				return Node{}, err
			}
			if t == '{' {
				n.Members = append(n.Members, m)
			} else {
				n.List = append(n.List, m.Value)
			}
		}
		_, err := d.Token()
		return n, err
	}
	return Node{Kind: 'n'}, nil
}

// Typed turns a body's value into an attribute value of the declared type. The
// fault names where, never what.
func Typed(n Node, a *contract.Attribute, where string) (item.Value, *fault.Fault) {
	switch a.Type {
	case contract.S:
		if n.Kind == '"' {
			return item.Value{Kind: item.KindS, Str: n.Text}, constrained(a, n.Text, where)
		}
	case contract.N:
		if n.Kind == '0' {
			if digits, err := item.Canonical(n.Text); err == nil {
				return item.Value{Kind: item.KindN, Str: digits}, constrained(a, digits, where)
			}
		}
	case contract.B:
		if raw, err := base64.StdEncoding.Strict().DecodeString(n.Text); n.Kind == '"' && err == nil {
			if a.MaxLength > 0 && len(raw) > a.MaxLength {
				return item.Value{}, tooLong(a, where)
			}
			return item.Value{Kind: item.KindB, Str: string(raw)}, nil
		}
	case contract.BOOL:
		if n.Kind == 't' || n.Kind == 'f' {
			return item.Value{Kind: item.KindBOOL, Bool: n.Kind == 't'}, nil
		}
	case contract.NULL:
		if n.Kind == 'n' {
			return item.Value{Kind: item.KindNULL}, nil
		}
	case contract.SS, contract.NS, contract.BS:
		if n.Kind == '[' {
			return typedSet(n, a, where)
		}
	case contract.L:
		if n.Kind == '[' {
			return typedList(n, a, where)
		}
	case contract.M:
		if n.Kind == '{' {
			return typedMap(n, a, where)
		}
	}
	return item.Value{}, fault.Bad(where, "takes "+takes(a))
}

func typedSet(n Node, a *contract.Attribute, where string) (item.Value, *fault.Fault) {
	v := item.Value{Kind: item.KindOf(string(a.Type))}
	element := &contract.Attribute{Type: a.Type[:1]}
	seen := make(map[string]bool, len(n.List))
	for _, one := range n.List {
		e, bad := Typed(one, element, where)
		if bad != nil || seen[e.Str] {
			return item.Value{}, fault.Bad(where, "takes "+takes(a))
		}
		seen[e.Str] = true
		v.List = append(v.List, e)
	}
	if len(v.List) == 0 {
		return item.Value{}, fault.Bad(where, "takes "+takes(a))
	}
	if a.MaxLength > 0 && len(v.List) > a.MaxLength {
		return item.Value{}, tooLong(a, where)
	}
	return v, nil
}

func typedList(n Node, a *contract.Attribute, where string) (item.Value, *fault.Fault) {
	v := item.Value{Kind: item.KindL}
	if a.MaxLength > 0 && len(n.List) > a.MaxLength {
		return item.Value{}, tooLong(a, where)
	}
	for _, one := range n.List {
		e, bad := Inner(one, a.Of, where+"[]")
		if bad != nil {
			return item.Value{}, bad
		}
		v.List = append(v.List, e)
	}
	return v, nil
}

func typedMap(n Node, a *contract.Attribute, where string) (item.Value, *fault.Fault) {
	v := item.Value{Kind: item.KindM, Map: item.Item{}}
	for _, m := range n.Members {
		declared, place := a.Members[m.Name], where
		if declared != nil {
			place += "." + m.Name
		} else if !a.Open {
			return item.Value{}, fault.Bad(where, "takes its declared members alone")
		}
		e, bad := Inner(m.Value, declared, place)
		if bad != nil {
			return item.Value{}, bad
		}
		v.Map[m.Name] = e
	}
	return v, nil
}

// Inner is Typed for what stands inside an M or L; what is not declared there
// takes the type that its JSON has.
func Inner(n Node, a *contract.Attribute, where string) (item.Value, *fault.Fault) {
	if a != nil {
		return Typed(n, a, where)
	}
	switch n.Kind {
	case '"':
		return item.Value{Kind: item.KindS, Str: n.Text}, nil
	case '0':
		digits, err := item.Canonical(n.Text)
		if err != nil {
			return item.Value{}, fault.Bad(where, "takes a number of at most 38 digits")
		}
		return item.Value{Kind: item.KindN, Str: digits}, nil
	case 't', 'f':
		return item.Value{Kind: item.KindBOOL, Bool: n.Kind == 't'}, nil
	case '[':
		return typedList(n, &contract.Attribute{Type: contract.L}, where)
	case '{':
		return typedMap(n, &contract.Attribute{Type: contract.M, Open: true}, where)
	}
	return item.Value{Kind: item.KindNULL}, nil
}

// constrained checks what the contract asks of a scalar's text.
func constrained(a *contract.Attribute, text, where string) *fault.Fault {
	if bad := a.Constrained(text); bad != "" {
		return fault.Bad(where, bad)
	}
	return nil
}

func tooLong(a *contract.Attribute, where string) *fault.Fault {
	return fault.Bad(where, "takes at most "+strconv.Itoa(a.MaxLength)+map[contract.Type]string{contract.B: " bytes"}[a.Type])
}

var takesText = map[contract.Type]string{
	contract.S: "a string", contract.N: "a number of at most 38 digits", contract.B: "base64 in a string",
	contract.BOOL: "true or false", contract.NULL: "null",
	contract.SS: "an array of different strings, not empty",
	contract.NS: "an array of different numbers, not empty",
	contract.BS: "an array of different base64 strings, not empty",
	contract.L:  "an array", contract.M: "an object",
}

func takes(a *contract.Attribute) string { return takesText[a.Type] }
