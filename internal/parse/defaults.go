package parse

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"github.com/discreet-dev/discreet/internal/contract"
)

// jsonOf writes a default as JSON, checked against the attribute's type: what
// stands for an absent value must read as a value would.
func (s *resolver) jsonOf(n *node, a *contract.Attribute) (json.RawMessage, bool) {
	var b bytes.Buffer
	ok := s.typedJSON(&b, n, a)
	return b.Bytes(), ok
}

func (s *resolver) typedJSON(b *bytes.Buffer, n *node, a *contract.Attribute) bool {
	wrong := func(mend string) bool {
		s.fail(n.pos, "default_type", mend, "`%s` is of type %s, and its default is %s", clip(a.Name), a.Type, n.kind)
		return false
	}
	switch a.Type {
	case contract.S, contract.B:
		if n.kind != textNode {
			return wrong("write a text in quotes")
		}
		if _, err := base64.StdEncoding.DecodeString(n.text); a.Type == contract.B && err != nil {
			return wrong("write base64")
		}
		writeText(b, n.text)
	case contract.N:
		if n.kind != integerNode && n.kind != floatNode || !jsonNumber.MatchString(n.text) {
			return wrong("write a plain number")
		}
		b.WriteString(n.text)
	case contract.BOOL:
		if n.kind != boolNode {
			return wrong("write true or false")
		}
		writeScalar(b, n)
	case contract.NULL:
		if n.kind != nullNode {
			return wrong("write null")
		}
		b.WriteString("null")
	case contract.SS, contract.NS, contract.BS, contract.L:
		if n.kind != listNode {
			return wrong("write a list, such as []")
		}
		element := a.Of
		if a.Type != contract.L {
			element = &contract.Attribute{Name: a.Name, Type: a.Type[:1]}
		}
		b.WriteByte('[')
		for i, x := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			if !s.memberJSON(b, x, element) {
				return false
			}
		}
		b.WriteByte(']')
	case contract.M:
		if n.kind != mappingNode {
			return wrong("write a mapping, such as {}")
		}
		b.WriteByte('{')
		for i, e := range n.entries {
			if e.key.bad {
				return false
			}
			if i > 0 {
				b.WriteByte(',')
			}
			writeText(b, e.key.text)
			b.WriteByte(':')
			if !s.memberJSON(b, e.value, a.Members[e.key.text]) {
				return false
			}
		}
		b.WriteByte('}')
	default:
		return false
	}
	return true
}

// memberJSON writes a part of a default; a nil attribute is one that nothing
// declares, and takes any JSON.
func (s *resolver) memberJSON(b *bytes.Buffer, n *node, a *contract.Attribute) bool {
	if n.bad {
		return false
	}
	if a != nil {
		return s.typedJSON(b, n, a)
	}
	switch n.kind {
	case listNode:
		return s.typedJSON(b, n, &contract.Attribute{Type: contract.L})
	case mappingNode:
		return s.typedJSON(b, n, &contract.Attribute{Type: contract.M})
	case integerNode, floatNode:
		if !jsonNumber.MatchString(n.text) {
			s.fail(n.pos, "default_type", "write a plain number", "this is no number of JSON")
			return false
		}
	}
	writeScalar(b, n)
	return true
}

func writeScalar(b *bytes.Buffer, n *node) {
	switch n.kind {
	case textNode:
		writeText(b, n.text)
	case boolNode:
		if n.text[0] == 't' || n.text[0] == 'T' {
			b.WriteString("true")
		} else {
			b.WriteString("false")
		}
	case nullNode:
		b.WriteString("null")
	default:
		b.WriteString(n.text)
	}
}

func writeText(b *bytes.Buffer, text string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string always encodes
	b.Truncate(b.Len() - 1)
}
