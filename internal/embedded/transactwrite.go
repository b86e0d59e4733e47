package embedded

import (
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/item"
)

// reason is why one part of a transaction cancelled it; the zero reason is
// that it did not.
type reason struct {
	code    string
	message string
	extra   []byte // `"Item":{...}`
}

func validationReason(err error) reason {
	return reason{code: "ValidationError", message: asAPI(err).message}
}

// cancelled is the refusal of a transaction, or nil if no part has a reason.
func cancelled(reasons []reason) error {
	codes := make([]string, len(reasons))
	list := []byte(`"CancellationReasons":[`)
	failed := false
	for i, r := range reasons {
		if i > 0 {
			list = append(list, ',')
		}
		codes[i] = "None"
		if r.code != "" {
			codes[i] = r.code
			failed = true
		}
		list = append(list, `{"Code":"`...)
		list = append(list, codes[i]...)
		list = append(list, '"')
		if r.message != "" {
			list = append(list, `,"Message":`...)
			list = appendJSONString(list, r.message)
		}
		if len(r.extra) > 0 {
			list = append(list, ',')
			list = append(list, r.extra...)
		}
		list = append(list, '}')
	}
	if !failed {
		return nil
	}
	e := invalid("Transaction cancelled, please refer cancellation reasons for specific reasons [%s]", strings.Join(codes, ", "))
	e.kind = cancelledKind
	e.extra = append(list, ']')
	return e
}

// transactPart is one member of TransactWriteItems.
type transactPart struct {
	kind      string // Put, Update, Delete, ConditionCheck
	name      string
	item      item.Item // of a Put
	key       item.Item
	x         *expressions
	returnOld bool
}

func (s *Store) transactWriteItems(f *fields) ([]byte, error) {
	mode := f.capacityMode()
	metrics := f.metricsMode()
	token, hasToken := f.text("ClientRequestToken")
	if hasToken && (len(token) < 1 || len(token) > 36) {
		f.problem("'"+token+"'", "clientRequestToken", "Member must have length less than or equal to 36")
	}
	parts, err := f.transactParts()
	if err != nil {
		return nil, err
	}
	mutations, err := s.transactMutations(parts)
	if err != nil {
		return nil, err
	}
	tables := tablesOf(mutations)
	var body []byte
	err = write(tables, func() error {
		if hasToken {
			if kept, ok := s.tokens.find(token); ok {
				if kept.Request != digest(f) {
					return refuse("IdempotentParameterMismatchException", "Request parameters did not match those of the initial request with the same client token")
				}
				body = kept.Answer
				return nil
			}
		}
		changes, err := evaluateTransaction(mutations)
		if err != nil {
			return err
		}
		uses := map[string]*usage{}
		count(changes, mutations, uses, 2, mode)
		a := newAnswer(64)
		if metrics == "SIZE" {
			a.collections(mutations)
		}
		a.capacities(mode, transactionWrite, uses)
		body = a.end()
		var kept *keptToken
		if hasToken {
			kept = s.tokens.make(token, digest(f), body)
		}
		return s.commit(changes, kept)
	})
	return body, err
}

// evaluateTransaction works out every part on the items as they were before
// the transaction, and collects why parts cancel it.
func evaluateTransaction(mutations []*mutation) ([]change, error) {
	reasons := make([]reason, len(mutations))
	var changes []change
	size := 0
	for i, m := range mutations {
		o, err := m.evaluate()
		if err != nil {
			e := asAPI(err)
			switch {
			case e.status >= 500:
				return nil, err
			case strings.HasSuffix(e.kind, "ConditionalCheckFailedException"):
				reasons[i] = reason{code: "ConditionalCheckFailed", message: e.message, extra: e.extra}
			default:
				reasons[i] = reason{code: "ValidationError", message: e.message}
			}
			continue
		}
		size += max(sizeOf(o.change.before), sizeOf(o.change.after))
		if o.changes {
			changes = append(changes, o.change)
		}
	}
	if err := cancelled(reasons); err != nil {
		return nil, err
	}
	if size > maxTransactionBytes {
		return nil, invalid("Aggregated size of all items in the transaction exceeds the allowed limit")
	}
	return changes, nil
}

// transactMutations finds the parts' tables and keys. What one part alone has
// wrong cancels the transaction; what no part may have refuses it.
func (s *Store) transactMutations(parts []transactPart) ([]*mutation, error) {
	mutations := make([]*mutation, len(parts))
	reasons := make([]reason, len(parts))
	tables := make([]*table, len(parts))
	for i, p := range parts {
		t, err := s.find(p.name)
		if err != nil {
			return nil, err
		}
		tables[i] = t
	}
	seen := map[string]bool{}
	for i, p := range parts {
		m, err := p.mutation(tables[i])
		if err != nil {
			reasons[i] = validationReason(err)
			continue
		}
		if target := m.table.name + "\x00" + m.key; seen[target] {
			return nil, invalid("Transaction request cannot include multiple operations on one item")
		} else {
			seen[target] = true
		}
		mutations[i] = m
	}
	return mutations, cancelled(reasons)
}

func (p *transactPart) mutation(t *table) (m *mutation, err error) {
	switch p.kind {
	case "Put":
		m, err = t.newPut(p.item)
	case "Update":
		m, err = t.newUpdate(p.key, p.x)
	default:
		m, err = t.newMutation(p.key)
	}
	if err != nil {
		return nil, err
	}
	m.condition = p.x.condition
	m.returnOld = p.returnOld
	m.check = p.kind == "ConditionCheck"
	return m, nil
}

func (f *fields) transactParts() ([]transactPart, error) {
	list, err := f.transactItems()
	if err != nil {
		return nil, err
	}
	var parts []transactPart
	var bad error
	for i, member := range list {
		at := "transactItems." + strconv.Itoa(i+1) + ".member."
		kinds := member.given("ConditionCheck", "Put", "Delete", "Update")
		if len(kinds) != 1 {
			if bad == nil {
				bad = invalid("TransactItems can only contain one of Check, Put, Update or Delete")
			}
			continue
		}
		p, fault := f.transactPart(member, kinds[0], at)
		if bad == nil {
			bad = fault
		}
		parts = append(parts, p)
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	return parts, bad
}

func (f *fields) transactPart(member *fields, kind, at string) (p transactPart, bad error) {
	g, ok := member.object(kind, "class com.amazonaws.dynamodb.v20120810."+kind)
	f.take(member)
	if !ok {
		return p, nil
	}
	at += lowerFirst(kind) + "."
	p = transactPart{kind: kind, name: g.tableNameAt(at + "tableName")}
	p.returnOld = g.enum("ReturnValuesOnConditionCheckFailure", "ALL_OLD", "NONE") == "ALL_OLD"
	names := []string{"ConditionExpression"}
	switch kind {
	case "Put":
		p.item, bad = g.requiredItem("Item", at+"item")
	default:
		p.key, bad = g.requiredItem("Key", at+"key")
	}
	switch kind {
	case "Update":
		names = append(names, "UpdateExpression")
		if !g.has("UpdateExpression") {
			f.problem("null", at+"updateExpression", notNull)
		}
	case "ConditionCheck":
		if !g.has("ConditionExpression") {
			f.problem("null", at+"conditionExpression", notNull)
		}
	}
	f.take(g)
	if bad != nil || f.err != nil {
		return p, bad
	}
	p.x, bad = g.expressions(names, nil)
	return p, bad
}
