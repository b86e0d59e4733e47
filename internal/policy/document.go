// Package policy is the IAM policy document model and a pure evaluator of it:
// what a set of policies says about one request, statement by statement. It
// follows the AWS documentation of policy evaluation, and where it cannot know,
// an operator, a key, a value that a template leaves open, it says "unknown" and
// never "allowed".
//
// It does no I/O, asks no account, and knows nothing of contracts.
package policy

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

// Document is a policy document that AWS would take, as far as its form goes.
type Document struct {
	// Version is "2012-10-17" or "2008-10-17"; the latter, in which variables
	// are plain text, where the document names none.
	Version     string
	Unversioned bool // it names none
	ID          string
	Statements  []*Statement
	finding.Location
	// Single says that Statement is one object and no list.
	Single bool
	// Size counts characters without white space outside strings, as IAM's
	// quotas do; 0 where a template leaves something open.
	Size int
}

// The versions of the policy language.
const (
	Version2012 = "2012-10-17"
	Version2008 = "2008-10-17"
)

// Effect is what a statement does.
type Effect string

// The effects.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Statement is one statement.
type Statement struct {
	Index      int // from 0
	Sid        string
	Effect     Effect
	Action     Values // Not: NotAction
	Resource   Values // Not: NotResource; absent in a trust policy
	Principal  *Principals
	Conditions []Condition
	// ConditionAt is the place of the condition's object; the zero one where
	// there is none.
	ConditionAt finding.Location
	// Unresolved is the reference that a template leaves open in the place of
	// the statement or of an element of it that cannot stand in part; else "".
	// Nothing is known of such a statement.
	Unresolved string
	finding.Location
}

// Name is the Sid, or the statement's number from 1.
func (s *Statement) Name() string {
	if s.Sid != "" {
		return s.Sid
	}
	return "statement " + itoa(s.Index+1)
}

// Values is a string or a list of strings.
type Values struct {
	Present bool
	Not     bool
	List    []Value
	finding.Location
}

// Value is one string, or a reference that a template leaves open.
type Value struct {
	Text       string
	Unresolved bool
	finding.Location
}

// Principals is a Principal or NotPrincipal element.
type Principals struct {
	Not  bool
	All  bool // "*"
	List []PrincipalID
	finding.Location
}

// PrincipalID is one principal of its kind: AWS, Service, Federated,
// CanonicalUser.
type PrincipalID struct {
	Kind string
	Value
}

// Condition is one operator on one key with its values.
type Condition struct {
	Operator string // as written
	Key      string // as written
	Values   []Value
	finding.Location
}

// Texts are the resolved strings of a list.
func (v Values) Texts() []string {
	var out []string
	for _, x := range v.List {
		if !x.Unresolved {
			out = append(out, x.Text)
		}
	}
	return out
}

// expands reports whether ${...} means anything in the document.
func (d *Document) expands() bool { return d.Version == Version2012 }

// Parse reads a policy document from JSON. The document is nil where there is
// any problem: AWS would refuse it whole.
func Parse(path string, source []byte) (*Document, []Problem) {
	n, err := ReadJSON(path, source)
	if err != nil {
		if p, ok := err.(Problem); ok {
			return nil, []Problem{p}
		}
		return nil, []Problem{{finding.Location{Path: path}, err.Error()}}
	}
	return FromNode(n)
}

// compactSize counts a node's characters without white space.
func compactSize(n *Node) (size int, whole bool) {
	switch n.Kind {
	case Object:
		size, whole = 2+max(0, len(n.Members)-1), true
		for i := range n.Members {
			s, w := compactSize(&n.Members[i].Value)
			size, whole = size+s+quotedSize(n.Members[i].Name)+1, whole && w
		}
		return size, whole
	case List:
		size, whole = 2+max(0, len(n.Elements)-1), true
		for i := range n.Elements {
			s, w := compactSize(&n.Elements[i])
			size, whole = size+s, whole && w
		}
		return size, whole
	case String:
		return quotedSize(n.Text), true
	case Null:
		return 4, true
	case Unresolved:
		return 0, false
	}
	return len(n.Text), true
}

func quotedSize(s string) int {
	size := 2
	for _, r := range s {
		if size++; strings.ContainsRune("\"\\\n\r\t", r) {
			size++
		}
	}
	return size
}
