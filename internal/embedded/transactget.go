package embedded

import (
	"fmt"
	"strings"

	"github.com/discreet-dev/discreet/internal/item"
)

const (
	maxTransaction      = 100
	maxTransactionBytes = 4 << 20
)

// transactGet is one Get of a TransactGetItems.
type transactGet struct {
	name    string
	key     item.Item
	x       *expressions
	table   *table
	encoded string
}

func (s *Store) transactGetItems(f *fields) ([]byte, error) {
	mode := f.capacityMode()
	gets, err := f.transactGets()
	if err != nil {
		return nil, err
	}
	tables := make([]*table, len(gets))
	reasons := make([]reason, len(gets))
	seen := map[string]bool{}
	for i, g := range gets {
		if g.table, err = s.find(g.name); err != nil {
			return nil, err
		}
		tables[i] = g.table
		if g.encoded, err = g.table.keyOf(g.key); err != nil {
			reasons[i] = validationReason(err)
			continue
		}
		if target := g.table.name + "\x00" + g.encoded; seen[target] {
			return nil, invalid("Transaction request cannot include multiple operations on one item")
		} else {
			seen[target] = true
		}
	}
	if err := cancelled(reasons); err != nil {
		return nil, err
	}
	docs := make([]*document, len(gets))
	err = read(tables, func() error {
		for i, g := range gets {
			docs[i] = g.table.get(g.encoded)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	size := 0
	uses := map[string]*usage{}
	a := newAnswer(1024)
	a.member("Responses")
	a.buf = append(a.buf, '[')
	for i, g := range gets {
		if i > 0 {
			a.buf = append(a.buf, ',')
		}
		if size += sizeOf(docs[i]); size > maxTransactionBytes {
			return nil, invalid("Aggregated size of all items in the transaction exceeds the allowed limit")
		}
		use := uses[g.table.name]
		if use == nil {
			use = &usage{table: g.table.name}
			uses[g.table.name] = use
		}
		use.own += 2 * readUnits(sizeOf(docs[i]), true)
		one := answer{buf: append(a.buf, '{')}
		if docs[i] != nil {
			wire, err := g.x.projected(docs[i])
			if err != nil {
				return nil, err
			}
			one.buf = append(one.buf, `"Item":`...)
			one.raw(wire)
		}
		a.buf = one.end()
	}
	a.buf = append(a.buf, ']')
	a.capacities(mode, transactionRead, uses)
	return a.end(), nil
}

func (f *fields) transactGets() ([]*transactGet, error) {
	list, err := f.transactItems()
	if err != nil {
		return nil, err
	}
	var gets []*transactGet
	var bad error
	for i, member := range list {
		at := fmt.Sprintf("transactItems.%d.member.get", i+1)
		g, ok := member.object("Get", "class com.amazonaws.dynamodb.v20120810.Get")
		f.take(member)
		if !ok {
			f.problem("null", at, notNull)
			continue
		}
		get := &transactGet{name: g.tableNameAt(at + ".tableName")}
		var fault error
		get.key, fault = g.requiredItem("Key", at+".key")
		f.take(g)
		if fault == nil && f.err == nil {
			get.x, fault = g.expressions([]string{"ProjectionExpression"}, nil)
		}
		if bad == nil {
			bad = fault
		}
		gets = append(gets, get)
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	return gets, bad
}

// transactItems is the list that both transactions have.
func (f *fields) transactItems() ([]*fields, error) {
	list, ok := f.structures("TransactItems", "TransactItem")
	switch {
	case !ok && f.err == nil:
		f.problem("null", "transactItems", notNull)
	case ok && len(list) == 0:
		f.problem("'[]'", "transactItems", "Member must have length greater than or equal to 1")
	case len(list) > maxTransaction:
		f.problem("'["+strings.TrimSpace(strings.Repeat("TransactItem ", len(list)))+"]'", "transactItems", "Member must have length less than or equal to 100")
	}
	return list, f.failure()
}
