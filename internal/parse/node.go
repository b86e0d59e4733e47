package parse

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
)

// nodeKind is what YAML read at a place.
type nodeKind uint8

const (
	nullNode nodeKind = iota
	textNode
	integerNode
	floatNode
	boolNode
	listNode
	mappingNode
)

var nodeNames = [...]string{"nothing", "a text", "a number", "a number", "true or false", "a list", "a mapping"}

func (k nodeKind) String() string { return nodeNames[k] }

// node is a place of the file with what YAML read there. A scalar's text is its
// value for a textNode, and as it was written for the others.
type node struct {
	kind    nodeKind
	pos     contract.Pos
	text    string
	quoted  bool
	items   []*node // of a listNode
	entries []entry // of a mappingNode
	// bad is set when the place was reported: the phases after it pass it over.
	bad bool
}

// entry is one member of a mapping, in the order of the file.
type entry struct{ key, value *node }

func (n *node) isScalar() bool { return n.kind != listNode && n.kind != mappingNode }

// get is the sound value under a key, or nil.
func (n *node) get(name string) *node {
	if n == nil || n.bad {
		return nil
	}
	for _, e := range n.entries {
		if e.key.text == name && !e.key.bad && !e.value.bad {
			return e.value
		}
	}
	return nil
}

// has reports whether a key is written at all, sound or not.
func (n *node) has(name string) bool {
	if n == nil {
		return false
	}
	for _, e := range n.entries {
		if e.key.text == name {
			return true
		}
	}
	return false
}

// key is the node of a key's name, or the mapping itself.
func (n *node) key(name string) *node {
	for _, e := range n.entries {
		if e.key.text == name {
			return e.key
		}
	}
	return n
}

// str is the text under a key, or "".
func (n *node) str(name string) string {
	if v := n.get(name); v != nil {
		return v.text
	}
	return ""
}

// yes reports whether a flag is set.
func (n *node) yes(name string) bool {
	v := n.get(name)
	return v != nil && v.kind == boolNode && strings.EqualFold(v.text, "true")
}

// sound are the members of a mapping that were not reported.
func (n *node) sound() []entry {
	if n == nil || n.bad {
		return nil
	}
	var out []entry
	for _, e := range n.entries {
		if !e.key.bad && !e.value.bad {
			out = append(out, e)
		}
	}
	return out
}

// each are the sound elements of a list, or the value itself where one may
// stand for a list of one.
func (n *node) each() []*node {
	switch {
	case n == nil || n.bad:
		return nil
	case n.kind != listNode:
		return []*node{n}
	}
	var out []*node
	for _, x := range n.items {
		if !x.bad {
			out = append(out, x)
		}
	}
	return out
}
