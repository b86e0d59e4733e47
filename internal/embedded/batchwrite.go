package embedded

import (
	"fmt"
	"strings"

	"github.com/discreet-dev/discreet/internal/item"
)

const maxBatchWrite = 25

// batchWrite is one request of a BatchWriteItem: a put or a delete.
type batchWrite struct {
	table string
	put   item.Item
	key   item.Item
}

func (s *Store) batchWriteItem(f *fields) ([]byte, error) {
	mode := f.capacityMode()
	metrics := f.metricsMode()
	writes, err := f.batchWrites()
	if err != nil {
		return nil, err
	}
	mutations := make([]*mutation, len(writes))
	tables := make([]*table, len(writes))
	seen := map[string]bool{}
	for i, w := range writes {
		t, err := s.find(w.table)
		if err != nil {
			return nil, err
		}
		tables[i] = t
		if w.put != nil {
			mutations[i], err = t.newPut(w.put)
		} else {
			mutations[i], err = t.newMutation(w.key)
		}
		if err != nil {
			return nil, err
		}
		if target := t.name + "\x00" + mutations[i].key; seen[target] {
			return nil, invalid("Provided list of item keys contains duplicates")
		} else {
			seen[target] = true
		}
	}
	uses := map[string]*usage{}
	err = write(tables, func() error {
		changes, err := evaluateAll(mutations)
		if err != nil {
			return err
		}
		count(changes, mutations, uses, 1, mode)
		return s.commit(changes, nil)
	})
	if err != nil {
		return nil, err
	}
	a := newAnswer(64)
	a.member("UnprocessedItems")
	a.raw([]byte("{}"))
	if metrics == "SIZE" {
		a.collections(mutations)
	}
	a.capacities(mode, plainUnits, uses)
	return a.end(), nil
}

// evaluateAll works out mutations of which none can be refused by a condition.
func evaluateAll(mutations []*mutation) ([]change, error) {
	var changes []change
	for _, m := range mutations {
		o, err := m.evaluate()
		if err != nil {
			return nil, err
		}
		if o.changes {
			changes = append(changes, o.change)
		}
	}
	return changes, nil
}

// count adds up what the mutations cost, each that many times; one that leaves
// its item as it was costs what one unit does.
func count(changes []change, mutations []*mutation, uses map[string]*usage, times float64, mode string) {
	if !wantsCapacity(mode) {
		return
	}
	for _, m := range mutations {
		if uses[m.table.name] == nil {
			uses[m.table.name] = &usage{table: m.table.name}
		}
		uses[m.table.name].own += times
	}
	for _, c := range changes {
		c.prepare()
		uses[c.table.name].own -= times
		uses[c.table.name].addChange(&c, times)
	}
}

func (f *fields) batchWrites() ([]batchWrite, error) {
	tables, ok := f.object("RequestItems", "java.util.Map<java.lang.String, java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>>")
	if !ok {
		f.problem("null", "requestItems", notNull)
		return nil, f.failure()
	}
	var writes []batchWrite
	var bad error
	for _, m := range tables.members {
		name := f.checkTableName(m.name, "requestItems")
		list, ok := tables.structures(m.name, "WriteRequest")
		f.take(tables)
		if !ok && f.err == nil {
			f.problem("null", "requestItems."+m.name, notNull)
		}
		if len(list) < 1 || len(list) > maxBatchWrite {
			f.problem(fmt.Sprintf("'{%s=[%s]}'", m.name, strings.Repeat("WriteRequest ", len(list))), "requestItems",
				"Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]")
			continue
		}
		for i, g := range list {
			w, fault := f.batchWrite(g, fmt.Sprintf("requestItems.%s.member.%d.member", m.name, i+1))
			if bad == nil {
				bad = fault
			}
			w.table = name
			writes = append(writes, w)
		}
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	if len(tables.members) == 0 {
		return nil, invalid("The requestItems parameter is required for BatchWriteItem")
	}
	if len(writes) > maxBatchWrite {
		return nil, invalid("Too many items requested for the BatchWriteItem call")
	}
	return writes, bad
}

func (f *fields) batchWrite(g *fields, at string) (w batchWrite, bad error) {
	put, isPut := g.object("PutRequest", "class com.amazonaws.dynamodb.v20120810.PutRequest")
	remove, isDelete := g.object("DeleteRequest", "class com.amazonaws.dynamodb.v20120810.DeleteRequest")
	f.take(g)
	switch {
	case isPut && isDelete:
		bad = invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
	case isPut:
		w.put, bad = put.requiredItem("Item", at+".putRequest.item")
		f.take(put)
		if bad == nil && w.put != nil && item.Size(w.put) > item.MaxSize {
			bad = invalid("Item size has exceeded the maximum allowed size")
		}
	case isDelete:
		w.key, bad = remove.requiredItem("Key", at+".deleteRequest.key")
		f.take(remove)
	default:
		bad = invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
	}
	return w, bad
}

// collections is ItemCollectionMetrics of an operation on several items.
func (a *answer) collections(mutations []*mutation) {
	by := newAnswer(256)
	var open string
	for _, t := range inOrder(tablesOf(mutations)) {
		if !t.hasCollections() {
			continue
		}
		by.member(t.name)
		by.buf = append(by.buf, '[')
		open = ""
		for _, m := range mutations {
			if m.table == t && !m.check {
				by.buf = append(by.buf, open...)
				by.raw(t.metrics(m.keyItem))
				open = ","
			}
		}
		by.buf = append(by.buf, ']')
	}
	if len(by.buf) > 1 {
		a.member("ItemCollectionMetrics")
		a.raw(by.end())
	}
}

func tablesOf(mutations []*mutation) []*table {
	tables := make([]*table, len(mutations))
	for i, m := range mutations {
		tables[i] = m.table
	}
	return tables
}
