// Package view lets out of DynamoDB's answers what a view shows, and nothing
// more. It reads an answer's bytes in one pass, under a grant, and writes a
// Visible: the only thing that an encoder takes. It does no I/O, reads no
// clock, builds no map of an item, and puts no attribute's value in an error.
package view

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
)

// ErrNotAsked is an answer that is not to the question: an item whose key or
// partition is another's. The connection that it came by must not be used
// again (leak ledger, row 31).
var ErrNotAsked = errors.New("view: the answer is not to what was asked")

// ErrNotGranted is a grant that permits nothing, or none of this lens.
var ErrNotGranted = errors.New("view: no grant for this view")

// Visible is what a view shows of an answer: JSON for a client. Only this
// package makes one that holds anything; the zero Visible is empty.
type Visible struct {
	body     []byte
	items    int
	shown    []string
	mistyped []Mistyped
}

// Mistyped counts the values of one attribute that were not of the declared
// type, and so were treated as absent. It is for the log.
type Mistyped struct {
	Name  string // as the contract writes the path
	Count int
}

// Body is the JSON: an object of a get, an array of a list. The caller must not
// change it.
func (v Visible) Body() []byte { return v.body }

// Items is the number of items in the body.
func (v Visible) Items() int { return v.items }

// Attributes are the attributes that the view shows, whether or not an item has
// them, as the contract writes their paths.
func (v Visible) Attributes() []string { return slices.Clone(v.shown) }

// Mistyped are the attributes that were left out because of their type.
func (v Visible) Mistyped() []Mistyped { return slices.Clone(v.mistyped) }

// ETag is the strong entity tag (RFC 9110, section 8.8.3) of the visible bytes
// alone (leak ledger, row 28), quotes included; "" of an empty Visible.
func (v Visible) ETag() string {
	if v.body == nil {
		return ""
	}
	const bits128 = 16
	sum := sha256.Sum256(v.body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:bits128]) + `"`
}
