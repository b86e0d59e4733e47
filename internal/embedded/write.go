package embedded

import (
	"errors"
	"strings"

	"github.com/discreet-dev/discreet/internal/expr"
	"github.com/discreet-dev/discreet/internal/item"
)

// mutation is a write of one item, or a check of one, as PutItem, UpdateItem,
// DeleteItem, a part of BatchWriteItem or of TransactWriteItems ask for it.
type mutation struct {
	table     *table
	key       string
	keyItem   item.Item
	put       item.Item      // the new item,
	update    *expr.Update   // or how to make it,
	check     bool           // or that there is none: the condition is all
	condition expr.Condition // nil: always
	older     bool           // the update comes from AttributeUpdates
	returnOld bool           // with a failed condition
}

// outcome is a mutation that was worked out and not yet committed.
type outcome struct {
	change  change
	changes bool // false for a check, and for deleting what is not there
}

// evaluate works out the mutation on the item as it is; the caller holds
// writing of the table.
func (m *mutation) evaluate() (*outcome, error) {
	o := &outcome{change: change{table: m.table, key: m.key, before: m.table.get(m.key)}}
	c := &o.change
	if c.before != nil && (m.condition != nil || m.update != nil || len(m.table.indexes) > 0) {
		var err error
		if c.beforeItem, err = c.before.item(); err != nil {
			return nil, err
		}
	}
	if m.condition != nil && !expr.Eval(m.condition, c.beforeItem) {
		return nil, m.conditionFailed(c.before)
	}
	switch {
	case m.check:
		return o, nil
	case m.update != nil:
		if err := m.applyUpdate(c); err != nil {
			return nil, err
		}
	case m.put != nil:
		c.afterItem = m.put
	}
	if c.afterItem != nil {
		if err := checkIndexKeys(m.table.indexes, c.afterItem); err != nil {
			return nil, err
		}
		c.after = newDocument(c.afterItem)
	}
	o.changes = c.before != nil || c.after != nil
	return o, nil
}

func (m *mutation) applyUpdate(c *change) error {
	from := c.beforeItem
	if from == nil {
		from = m.keyItem
	}
	after, _, err := expr.Apply(*m.update, from)
	if err != nil && m.older {
		// Nothing else can fail but arithmetic, which has words of its own.
		if bad, ok := errors.AsType[*item.Error](err); ok && strings.HasPrefix(bad.Message, "An operand") {
			return invalid("Type mismatch for attribute to update")
		}
	}
	if err != nil {
		return err
	}
	if item.Size(after) > item.MaxSize {
		return invalid("Item size to update has exceeded the maximum allowed size")
	}
	if depth(after) > item.MaxDepth {
		return invalid("Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit")
	}
	c.afterItem = after
	return nil
}

// depth is how many levels of values stand in one another.
func depth(m item.Item) int {
	deepest := 0
	for _, v := range m {
		deepest = max(deepest, valueDepth(v))
	}
	return deepest
}

func valueDepth(v item.Value) int {
	switch v.Kind {
	case item.KindM:
		return 1 + depth(v.Map)
	case item.KindL:
		deepest := 0
		for _, element := range v.List {
			deepest = max(deepest, valueDepth(element))
		}
		return 1 + deepest
	}
	return 1
}

const conditionFailedMessage = "The conditional request failed"

func (m *mutation) conditionFailed(before *document) *apiError {
	e := refuse("ConditionalCheckFailedException", conditionFailedMessage)
	if m.returnOld && before != nil {
		e.extra = append([]byte(`"Item":`), before.wire...)
	}
	return e
}

// singleWrite is what PutItem, UpdateItem and DeleteItem have in common.
type singleWrite struct {
	name         string
	capacity     string
	metrics      string
	returnValues string
	returnOld    bool
}

var returnValuesSet = [...]string{"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"}

func (f *fields) singleWrite() singleWrite {
	w := singleWrite{
		name:         f.tableName(),
		capacity:     f.capacityMode(),
		metrics:      f.metricsMode(),
		returnValues: f.enum("ReturnValues", returnValuesSet[:]...),
	}
	w.returnOld = f.enum("ReturnValuesOnConditionCheckFailure", "ALL_OLD", "NONE") == "ALL_OLD"
	return w
}

// runSingle commits one mutation and answers it; returned is the attributes
// that the caller wants to see, as JSON, or nil.
func (s *Store) runSingle(w singleWrite, m *mutation, returned func(*change) []byte) ([]byte, error) {
	a := newAnswer(0)
	err := write([]*table{m.table}, func() error {
		o, err := m.evaluate()
		if err != nil {
			return err
		}
		if attributes := returned(&o.change); attributes != nil {
			a.member("Attributes")
			a.raw(attributes)
		}
		w.describe(a, m, o.change)
		if !o.changes {
			return nil
		}
		return s.commit([]change{o.change}, nil)
	})
	if err != nil {
		return nil, err
	}
	return a.end(), nil
}

// describe adds what the write cost, where that is asked for, as it must be
// before the indexes change.
func (w singleWrite) describe(a *answer, m *mutation, c change) {
	if wantsCapacity(w.capacity) {
		use := &usage{table: m.table.name}
		c.prepare()
		use.addChange(&c, 1)
		a.capacity(w.capacity, use)
	}
	if w.metrics == "SIZE" && m.table.hasCollections() {
		a.member("ItemCollectionMetrics")
		a.raw(m.table.metrics(m.keyItem))
	}
}

// oldItem answers ReturnValues of PutItem and DeleteItem.
func (w singleWrite) oldItem(c *change) []byte {
	if w.returnValues == "ALL_OLD" && c.before != nil {
		return c.before.wire
	}
	return nil
}

func (s *Store) putItem(f *fields) ([]byte, error) {
	return s.wholeItem(f, "Item", "item", (*table).newPut)
}

// wholeItem is a PutItem or a DeleteItem: what they take, but for the member
// with the item or its key, and what they refuse is the same, in this order.
func (s *Store) wholeItem(f *fields, member, name string, mutate func(*table, item.Item) (*mutation, error)) ([]byte, error) {
	w := f.singleWrite()
	given, bad := f.requiredItem(member, name)
	legacy := f.legacyConditions("Expected")
	if err := f.failure(); err != nil {
		return nil, err
	}
	x, err := f.expressions([]string{"ConditionExpression"}, []string{"Expected", "ConditionalOperator"})
	if err != nil {
		return nil, err
	}
	if bad != nil {
		return nil, bad
	}
	if w.returnValues != "" && w.returnValues != "ALL_OLD" && w.returnValues != "NONE" {
		return nil, invalid("ReturnValues can only be ALL_OLD or NONE")
	}
	if err := x.expect(legacy); err != nil {
		return nil, err
	}
	t, err := s.find(w.name)
	if err != nil {
		return nil, err
	}
	m, err := mutate(t, given)
	if err != nil {
		return nil, err
	}
	m.condition, m.returnOld = x.condition, w.returnOld
	return s.runSingle(w, m, w.oldItem)
}

// newPut is a mutation that puts an item, which must have the table's key.
func (t *table) newPut(put item.Item) (*mutation, error) {
	if err := t.primary.schema.checkItem(put); err != nil {
		return nil, err
	}
	if item.Size(put) > item.MaxSize {
		return nil, invalid("Item size has exceeded the maximum allowed size")
	}
	key := item.Item{}
	t.primary.schema.keyOf(key, put)
	encoded, err := t.keyOf(key)
	if err != nil {
		return nil, err
	}
	return &mutation{table: t, key: encoded, keyItem: key, put: put}, nil
}

func (t *table) newMutation(key item.Item) (*mutation, error) {
	encoded, err := t.keyOf(key)
	if err != nil {
		return nil, err
	}
	return &mutation{table: t, key: encoded, keyItem: key}, nil
}

func (s *Store) deleteItem(f *fields) ([]byte, error) {
	return s.wholeItem(f, "Key", "key", (*table).newMutation)
}

func (s *Store) updateItem(f *fields) ([]byte, error) {
	w := f.singleWrite()
	key, bad := f.requiredItem("Key", "key")
	legacy := f.legacyConditions("Expected")
	legacyUpdates := f.legacyUpdates()
	if err := f.failure(); err != nil {
		return nil, err
	}
	x, err := f.expressions([]string{"UpdateExpression", "ConditionExpression"},
		[]string{"AttributeUpdates", "Expected", "ConditionalOperator"})
	if err != nil {
		return nil, err
	}
	if bad != nil {
		return nil, bad
	}
	if err := x.expect(legacy); err != nil {
		return nil, err
	}
	if err := x.updateAttributes(legacyUpdates); err != nil {
		return nil, err
	}
	t, err := s.find(w.name)
	if err != nil {
		return nil, err
	}
	m, err := t.newUpdate(key, x)
	if err != nil {
		return nil, err
	}
	m.returnOld, m.older = w.returnOld, legacyUpdates != nil
	return s.runSingle(w, m, func(c *change) []byte { return w.updated(m.update, c) })
}

func (t *table) newUpdate(key item.Item, x *expressions) (*mutation, error) {
	m, err := t.newMutation(key)
	if err != nil {
		return nil, err
	}
	m.condition, m.update = x.condition, x.update
	if m.update == nil {
		m.update = &expr.Update{}
	}
	for _, path := range m.update.Targets() {
		if t.primary.schema.has(path[0].Name) {
			return nil, invalidValue("Cannot update attribute %s. This attribute is part of the key", path[0].Name)
		}
	}
	return m, nil
}

// updated answers UpdateItem's ReturnValues.
func (w singleWrite) updated(u *expr.Update, c *change) []byte {
	var part item.Item
	switch w.returnValues {
	case "ALL_OLD":
		return w.oldItem(c)
	case "ALL_NEW":
		return c.after.wire
	case "UPDATED_OLD":
		part = expr.Project(c.beforeItem, u.Targets())
	case "UPDATED_NEW":
		part = expr.Project(c.afterItem, u.Targets())
	}
	if len(part) == 0 {
		return nil
	}
	return item.AppendItem(nil, part)
}
