// Package plan turns a grant and what a caller asks inside it into a DynamoDB
// request. It is pure: the time and new identifiers come in as values. It never
// decides who may do what, and it never looks at an answer; without a grant
// there is no request.
package plan

import (
	"errors"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
)

// Operation is one DynamoDB request, ready to send.
type Operation struct {
	Action string // GetItem, Query, Scan, BatchGetItem, PutItem, UpdateItem, DeleteItem
	Body   []byte // DynamoDB JSON 1.0
}

// Plan has what of a route's requests does not depend on the caller.
type Plan struct {
	route *contract.Route
	table string // the physical name
	views map[*contract.View]*projection
}

// New compiles a route for the table's physical name.
func New(route *contract.Route, physical string) *Plan {
	p := &Plan{route: route, table: physical, views: map[*contract.View]*projection{}}
	for _, v := range route.Views {
		p.views[v] = project(route, v)
	}
	return p
}

// errNoGrant is for a grant that access did not make, or made for another
// route: a fault of this program, never of a request.
var errNoGrant = errors.New("plan: no grant for this route")

func (p *Plan) allows(grants ...access.Grant) error {
	if len(grants) == 0 {
		return errNoGrant
	}
	for _, g := range grants {
		if !g.Permits() || g.Route() != p.route {
			return errNoGrant
		}
	}
	return nil
}

// Get reads the one item that all the grants have the key of, with the union of
// what their views need. A consistent read sees every write acknowledged before
// it. more are top-level attributes to read beside.
func (p *Plan) Get(grants []access.Grant, consistent bool, more ...string) (Operation, error) {
	if err := p.allows(grants...); err != nil {
		return Operation{}, err
	}
	proj := p.views[grants[0].View()]
	if len(grants) > 1 || len(more) > 0 {
		var paths [][]string
		for _, g := range grants {
			paths = append(paths, p.views[g.View()].paths...)
		}
		for _, name := range more {
			paths = append(paths, []string{name})
		}
		proj = newProjection(paths)
	}
	b := begin(p.table)
	b = append(b, `,"Key":`...)
	b = appendKey(b, grants[0].Key())
	if consistent {
		b = append(b, `,"ConsistentRead":true`...)
	}
	b = append(b, proj.members...)
	return Operation{"GetItem", append(b, '}')}, nil
}

// Reread reads base items again, consistently, by the keys that an index gave:
// each the DynamoDB JSON of a primary key, at most 100.
func (p *Plan) Reread(grant access.Grant, keys [][]byte) (Operation, error) {
	if err := p.allows(grant); err != nil {
		return Operation{}, err
	}
	b := append([]byte(`{"RequestItems":{`), item.AppendString(nil, p.table)...)
	b = append(b, `:{"ConsistentRead":true,"Keys":[`...)
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, k...)
	}
	b = append(b, ']')
	b = append(b, p.views[grant.View()].members...)
	return Operation{"BatchGetItem", append(b, "}}}"...)}, nil
}

func begin(table string) []byte {
	b := make([]byte, 0, 1024)
	b = append(b, `{"TableName":`...)
	return item.AppendString(b, table)
}

func appendKey(b []byte, key []access.KeyValue) []byte {
	b = append(b, '{')
	for i, k := range key {
		if i > 0 {
			b = append(b, ',')
		}
		b = item.AppendString(b, k.Attribute.Name)
		b = append(b, ':')
		b = appendScalar(b, k.Attribute.Type, k.Value)
	}
	return append(b, '}')
}

// appendScalar writes a condition's value as DynamoDB JSON: a B's text is
// base64 already, an N's its digits.
func appendScalar(b []byte, t contract.Type, text string) []byte {
	switch t {
	case contract.BOOL:
		return append(append(append(b, `{"BOOL":`...), text...), '}')
	case contract.SS, contract.L: // a contains check compares with a member, a text
		t = contract.S
	}
	b = append(append(append(b, `{"`...), t...), `":`...)
	return append(item.AppendString(b, text), '}')
}
