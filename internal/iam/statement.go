package iam

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/policy"
)

// Document is a policy to be written.
type Document struct {
	Version   string      `json:"Version"`
	Statement []Statement `json:"Statement"`
}

// Statement is a statement to be written.
type Statement struct {
	Sid       string              `json:"Sid"`
	Effect    policy.Effect       `json:"Effect"`
	Principal map[string]words    `json:"Principal,omitempty"`
	Action    words               `json:"Action"`
	Resource  words               `json:"Resource,omitempty"`
	Condition map[string]keyWords `json:"Condition,omitempty"`
}

type keyWords map[string]words

// words is a list of strings; one alone is written without brackets.
type words []string

// MarshalJSON writes one string alone as itself. The keys of dynamodb with
// several values keep their brackets, as the documentation writes them.
func (w words) MarshalJSON() ([]byte, error) {
	if len(w) == 1 {
		return text(w[0])
	}
	return text([]string(w))
}

func text(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// Compact is the document as IAM counts it.
func (d Document) Compact() []byte {
	b, err := text(d)
	if err != nil {
		return nil // strings and lists of them alone: cannot be
	}
	return b
}

// Parsed is the document as the evaluator takes it.
func (d Document) Parsed() (*policy.Document, []policy.Problem) {
	return policy.Parse("generated", d.Compact())
}

// literal writes text so that IAM reads it as itself: in a value that takes no
// wildcards only what would begin a variable is to be escaped.
func literal(s string) string { return strings.ReplaceAll(s, "${", "${$}{") }

// literalLike is literal for a value that takes wildcards.
func literalLike(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '*' || r == '?' || r == '$' && strings.HasPrefix(s[i:], "${"):
			b.WriteString("${" + string(r) + "}")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// sid is CamelCase of letters and digits, all that a Sid may hold.
func sid(names ...string) string {
	var b strings.Builder
	for _, name := range names {
		upper := true
		for _, r := range name {
			switch {
			case r >= 'a' && r <= 'z':
				if upper {
					r -= 'a' - 'A'
				}
			case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			default:
				upper = true
				continue
			}
			upper = false
			b.WriteRune(r)
		}
	}
	return b.String()
}

// distinct gives every statement of a document a Sid of its own.
func distinct(list []Statement) {
	for i := range list {
		name := list[i].Sid
		for n := 2; slices.ContainsFunc(list[:i], func(s Statement) bool { return s.Sid == list[i].Sid }); n++ {
			list[i].Sid = name + strconv.Itoa(n)
		}
	}
}
