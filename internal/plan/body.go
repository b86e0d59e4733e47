package plan

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/item"
)

// node is a JSON value of a request body. A nil pointer among members is null.
type node struct {
	text    string // of a string, or a number's digits as they came
	kind    byte   // '"' string, '0' number, 't' true, 'f' false, 'n' null, '[' '{'
	members []member
	list    []node
}

type member struct {
	name  string
	value node
}

const maxDepth = 32 // DynamoDB's own limit of nesting

var errBody = errors.New("body")

// parseBody reads a body that must be one JSON object, without duplicate
// members, lone surrogates or anything after it. (encoding/json takes all of
// these in silence, and two parsers that differ are a leak: ledger, row 18.)
func parseBody(body []byte) ([]member, *fault.Fault) {
	if !utf8.Valid(body) || loneSurrogate(body) || !json.Valid(body) {
		return nil, fault.Bad("body", "takes a JSON object in UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	n, err := parseNode(d, 0)
	if err != nil || n.kind != '{' {
		return nil, fault.Bad("body", "takes one JSON object, without duplicate members, nested at most "+strconv.Itoa(maxDepth)+" deep")
	}
	return n.members, nil
}

func parseNode(d *json.Decoder, depth int) (node, error) {
	t, err := d.Token()
	if err != nil {
		return node{}, err
	}
	switch t := t.(type) {
	case string:
		return node{kind: '"', text: t}, nil
	case json.Number:
		return node{kind: '0', text: t.String()}, nil
	case bool:
		if t {
			return node{kind: 't'}, nil
		}
		return node{kind: 'f'}, nil
	case json.Delim:
		if depth >= maxDepth {
			return node{}, errBody
		}
		n := node{kind: byte(t)}
		seen := map[string]bool{}
		for d.More() {
			m := member{}
			if t == '{' {
				name, err := d.Token()
				if err != nil {
					return node{}, err
				}
				m.name, _ = name.(string)
				if seen[m.name] {
					return node{}, errBody
				}
				seen[m.name] = true
			}
			if m.value, err = parseNode(d, depth+1); err != nil {
				return node{}, err
			}
			if t == '{' {
				n.members = append(n.members, m)
			} else {
				n.list = append(n.list, m.value)
			}
		}
		_, err := d.Token()
		return n, err
	}
	return node{kind: 'n'}, nil
}

// loneSurrogate reports a \u escape that is half of a character.
func loneSurrogate(b []byte) bool {
	for i := 0; i+1 < len(b); i++ {
		if b[i] != '\\' {
			continue
		}
		i++
		if b[i] != 'u' {
			continue
		}
		switch first := unit(b, i-1); {
		case first >= 0xDC00 && first <= 0xDFFF:
			return true
		case first >= 0xD800 && first <= 0xDBFF:
			if second := unit(b, i+5); second < 0xDC00 || second > 0xDFFF {
				return true
			}
			i += 6
		}
	}
	return false
}

// unit is the UTF-16 unit of the escape at i, or -1.
func unit(b []byte, i int) int64 {
	if i+6 > len(b) || b[i] != '\\' || b[i+1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(b[i+2:i+6]), 16, 16)
	if err != nil {
		return -1
	}
	return int64(n)
}

// typed turns a body's value into an attribute value of the declared type. The
// fault names where, never what.
func typed(n node, a *contract.Attribute, where string) (item.Value, *fault.Fault) {
	switch a.Type {
	case contract.S:
		if n.kind == '"' {
			return item.Value{Kind: item.KindS, Str: n.text}, constrained(a, n.text, where)
		}
	case contract.N:
		if n.kind == '0' {
			if digits, err := item.Canonical(n.text); err == nil {
				return item.Value{Kind: item.KindN, Str: digits}, constrained(a, digits, where)
			}
		}
	case contract.B:
		if raw, err := base64.StdEncoding.Strict().DecodeString(n.text); n.kind == '"' && err == nil {
			if a.MaxLength > 0 && len(raw) > a.MaxLength {
				return item.Value{}, tooLong(a, where)
			}
			return item.Value{Kind: item.KindB, Str: string(raw)}, nil
		}
	case contract.BOOL:
		if n.kind == 't' || n.kind == 'f' {
			return item.Value{Kind: item.KindBOOL, Bool: n.kind == 't'}, nil
		}
	case contract.NULL:
		if n.kind == 'n' {
			return item.Value{Kind: item.KindNULL}, nil
		}
	case contract.SS, contract.NS, contract.BS:
		if n.kind == '[' {
			return typedSet(n, a, where)
		}
	case contract.L:
		if n.kind == '[' {
			return typedList(n, a, where)
		}
	case contract.M:
		if n.kind == '{' {
			return typedMap(n, a, where)
		}
	}
	return item.Value{}, fault.Bad(where, "takes "+takes(a))
}

func typedSet(n node, a *contract.Attribute, where string) (item.Value, *fault.Fault) {
	v := item.Value{Kind: item.KindOf(string(a.Type))}
	element := &contract.Attribute{Type: a.Type[:1]}
	for _, one := range n.list {
		e, bad := typed(one, element, where)
		if bad != nil || item.Contains(v.List, e) {
			return item.Value{}, fault.Bad(where, "takes "+takes(a))
		}
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

func typedList(n node, a *contract.Attribute, where string) (item.Value, *fault.Fault) {
	v := item.Value{Kind: item.KindL}
	if a.MaxLength > 0 && len(n.list) > a.MaxLength {
		return item.Value{}, tooLong(a, where)
	}
	for _, one := range n.list {
		e, bad := inner(one, a.Of, where+"[]")
		if bad != nil {
			return item.Value{}, bad
		}
		v.List = append(v.List, e)
	}
	return v, nil
}

func typedMap(n node, a *contract.Attribute, where string) (item.Value, *fault.Fault) {
	v := item.Value{Kind: item.KindM, Map: item.Item{}}
	for _, m := range n.members {
		declared, place := a.Members[m.name], where
		if declared != nil {
			place += "." + m.name
		} else if !a.Open {
			return item.Value{}, fault.Bad(where, "takes its declared members alone")
		}
		e, bad := inner(m.value, declared, place)
		if bad != nil {
			return item.Value{}, bad
		}
		v.Map[m.name] = e
	}
	return v, nil
}

// inner is typed for what stands inside an M or L; what is not declared there
// takes the type that its JSON has.
func inner(n node, a *contract.Attribute, where string) (item.Value, *fault.Fault) {
	if a != nil {
		return typed(n, a, where)
	}
	switch n.kind {
	case '"':
		return item.Value{Kind: item.KindS, Str: n.text}, nil
	case '0':
		digits, err := item.Canonical(n.text)
		if err != nil {
			return item.Value{}, fault.Bad(where, "takes a number of at most 38 digits")
		}
		return item.Value{Kind: item.KindN, Str: digits}, nil
	case 't', 'f':
		return item.Value{Kind: item.KindBOOL, Bool: n.kind == 't'}, nil
	case '[':
		return typedList(n, &contract.Attribute{Type: contract.L}, where)
	case '{':
		return typedMap(n, &contract.Attribute{Type: contract.M, Open: true}, where)
	}
	return item.Value{Kind: item.KindNULL}, nil
}

// constrained checks what the contract asks of a scalar's text.
func constrained(a *contract.Attribute, text, where string) *fault.Fault {
	if bad := Constrained(a, text); bad != "" {
		return fault.Bad(where, bad)
	}
	return nil
}

// Constrained says what the contract asks of a scalar, when the text is not
// that; "" when it is.
func Constrained(a *contract.Attribute, text string) string {
	if a.MaxLength > 0 && a.Type == contract.S && utf8.RuneCountInString(text) > a.MaxLength {
		return "takes at most " + strconv.Itoa(a.MaxLength) + " characters"
	}
	if a.Pattern != nil && !a.Pattern.MatchString(text) {
		return "takes text that matches " + a.Pattern.String()
	}
	if len(a.OneOf) == 0 {
		return ""
	}
	list := ""
	for i, c := range a.OneOf {
		if c.Text == text {
			return ""
		}
		if i > 0 {
			list += ", "
		}
		list += c.Text
	}
	return "takes one of " + list
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
