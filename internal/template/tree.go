package template

import (
	"cmp"
	"maps"
	"slices"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// The shorthands for reading trees. Every one takes a nil node for one that is
// not there.

func text(s string, at finding.Location) policy.Node {
	return policy.Node{Kind: policy.String, Text: s, Location: at}
}

// object is an object of name, value pairs.
func object(at finding.Location, members ...policy.Member) policy.Node {
	for i := range members {
		if members[i].At.Path == "" {
			members[i].At = at
		}
	}
	return policy.Node{Kind: policy.Object, Members: members, Location: at}
}

func member(name string, value policy.Node) policy.Member {
	return policy.Member{Name: name, At: value.Location, Value: value}
}

// get follows names down from a node.
func get(n *policy.Node, names ...string) *policy.Node {
	for _, name := range names {
		if n == nil || n.Kind != policy.Object {
			return nil
		}
		n = n.Get(name)
	}
	return n
}

// str is the text of a scalar, "" for anything else.
func str(n *policy.Node) string {
	if n == nil || n.Kind == policy.Object || n.Kind == policy.List || n.Kind == policy.Unresolved {
		return ""
	}
	return n.Text
}

// each are the elements of a list, and one value that stands for itself.
func each(n *policy.Node) []policy.Node {
	switch {
	case n == nil || n.Kind == policy.Null:
		return nil
	case n.Kind == policy.List:
		return n.Elements
	}
	return []policy.Node{*n}
}

// members are those of an object.
func members(n *policy.Node) []policy.Member {
	if n == nil || n.Kind != policy.Object {
		return nil
	}
	return n.Members
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
