package embedded

import (
	"bytes"
	"strconv"

	"github.com/discreet-dev/discreet/internal/item"
)

func (s *Store) getItem(f *fields) ([]byte, error) {
	name := f.tableName()
	mode := f.capacityMode()
	consistent := f.boolean("ConsistentRead")
	key, bad := f.requiredItem("Key", "key")
	attributes := f.attributesToGet()
	if err := f.failure(); err != nil {
		return nil, err
	}
	x, err := f.expressions([]string{"ProjectionExpression"}, []string{"AttributesToGet"})
	if err != nil {
		return nil, err
	}
	if bad != nil {
		return nil, bad
	}
	if err := x.selectAttributes(attributes); err != nil {
		return nil, err
	}
	t, err := s.find(name)
	if err != nil {
		return nil, err
	}
	encoded, err := t.keyOf(key)
	if err != nil {
		return nil, err
	}
	doc, err := t.readOne(encoded)
	if err != nil {
		return nil, err
	}
	a := newAnswer(sizeOf(doc))
	if doc != nil {
		wire, err := x.projected(doc)
		if err != nil {
			return nil, err
		}
		a.member("Item")
		a.raw(wire)
	}
	if wantsCapacity(mode) {
		a.capacity(mode, &usage{table: t.name, own: readUnits(sizeOf(doc), consistent)})
	}
	return a.end(), nil
}

// keyOf is the encoded form of a Key that is exactly the table's.
func (t *table) keyOf(key item.Item) (string, error) {
	if err := t.primary.schema.checkKey(key); err != nil {
		return "", err
	}
	var space [128]byte // most keys are shorter
	encoded, ok := t.primary.schema.key(space[:0], key)
	if !ok {
		return "", errKeyMismatch()
	}
	return string(encoded), nil
}

// batchGet is one table's part of a BatchGetItem.
type batchGet struct {
	name       string
	request    *fields
	keys       []item.Item
	rawKeys    [][]byte
	consistent bool
	x          *expressions
	table      *table
	encoded    []string
}

const (
	maxBatchGet   = 100
	maxBatchBytes = 16 << 20
)

func (s *Store) batchGetItem(f *fields) ([]byte, error) {
	mode := f.capacityMode()
	gets, err := f.batchGets()
	if err != nil {
		return nil, err
	}
	tables := make([]*table, len(gets))
	for i := range gets {
		g := &gets[i]
		if g.table, err = s.find(g.name); err != nil {
			return nil, err
		}
		tables[i] = g.table
		if err := g.encode(); err != nil {
			return nil, err
		}
	}
	a := newAnswer(1024)
	uses := map[string]*usage{}
	var rest answer
	rest.buf = append(rest.buf, '{')
	size := 0
	a.member("Responses")
	a.buf = append(a.buf, '{')
	for i := range gets {
		g := &gets[i]
		docs, err := g.read()
		if err != nil {
			return nil, err
		}
		if i > 0 {
			a.buf = append(a.buf, ',')
		}
		a.buf = appendJSONString(a.buf, g.name)
		a.buf = append(a.buf, ':', '[')
		first, done := true, len(docs)
		use := &usage{table: g.table.name}
		uses[g.table.name] = use
		for j, doc := range docs {
			if doc != nil && size+doc.size > maxBatchBytes {
				done = j
				break
			}
			use.own += readUnits(sizeOf(doc), g.consistent)
			if doc == nil {
				continue
			}
			size += doc.size
			wire, err := g.x.projected(doc)
			if err != nil {
				return nil, err
			}
			if !first {
				a.buf = append(a.buf, ',')
			}
			first = false
			a.raw(wire)
		}
		a.buf = append(a.buf, ']')
		if done < len(docs) {
			g.unprocessed(&rest, done)
			size = maxBatchBytes // nothing more fits
		}
	}
	a.buf = append(a.buf, '}')
	a.member("UnprocessedKeys")
	a.raw(rest.end())
	a.capacities(mode, plainUnits, uses)
	return a.end(), nil
}

func (f *fields) batchGets() ([]batchGet, error) {
	tables, ok := f.object("RequestItems", "java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.KeysAndAttributes>")
	if !ok {
		f.problem("null", "requestItems", notNull)
		return nil, f.failure()
	}
	var gets []batchGet
	var faults []error
	total := 0
	for _, m := range tables.members {
		g, bad, err := f.batchGet(m)
		if err != nil {
			return nil, err
		}
		faults = append(faults, bad)
		if total += len(g.rawKeys); len(g.rawKeys) > maxBatchGet {
			f.problemWithoutValue("RequestItems."+g.name+".member.Keys", "Member must have length less than or equal to 100")
		}
		gets = append(gets, g)
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	if len(gets) == 0 {
		return nil, invalid("The requestItems parameter is required for BatchGetItem")
	}
	if total > maxBatchGet {
		return nil, invalid("Too many items requested for the BatchGetItem call")
	}
	for i := range gets {
		if faults[i] != nil {
			return nil, faults[i]
		}
	}
	return gets, nil
}

// batchGet reads one member of RequestItems. What is invalid in its values
// comes after what is wrong in the request's form.
func (f *fields) batchGet(m member) (g batchGet, bad, err error) {
	request, fault := objectOf(m.raw, "class com.amazonaws.dynamodb.v20120810.KeysAndAttributes")
	if fault != nil {
		return g, nil, fault
	}
	g = batchGet{request: request, name: f.checkTableName(m.name, "requestItems")}
	g.consistent = request.boolean("ConsistentRead")
	attributes := request.attributesToGet()
	list, ok := request.list("Keys")
	at := "requestItems." + m.name + ".member.keys"
	if !ok {
		f.problem("null", at, notNull)
	} else if len(list) == 0 {
		f.problem("'[]'", at, "Member must have length greater than or equal to 1")
	}
	g.rawKeys = list
	for _, raw := range list {
		key, fault := request.decode(raw)
		if bad == nil {
			bad = fault
		}
		g.keys = append(g.keys, key)
	}
	f.take(request)
	if f.err != nil {
		return g, nil, nil
	}
	g.x, err = request.expressions([]string{"ProjectionExpression"}, []string{"AttributesToGet"})
	if bad == nil {
		bad = err
	}
	if bad == nil {
		bad = g.x.selectAttributes(attributes)
	}
	return g, bad, nil
}

// encode makes the keys ready to be looked up.
func (g *batchGet) encode() error {
	seen := make(map[string]bool, len(g.keys))
	for _, key := range g.keys {
		encoded, err := g.table.keyOf(key)
		if err != nil {
			return err
		}
		if seen[encoded] {
			return invalid("Provided list of item keys contains duplicates")
		}
		seen[encoded] = true
		g.encoded = append(g.encoded, encoded)
	}
	return nil
}

func (g *batchGet) read() ([]*document, error) {
	docs := make([]*document, len(g.encoded))
	err := read([]*table{g.table}, func() error {
		for i, key := range g.encoded {
			docs[i] = g.table.get(key)
		}
		return nil
	})
	return docs, err
}

// unprocessed writes what is left of a table's part, as it was asked for.
func (g *batchGet) unprocessed(rest *answer, from int) {
	if len(rest.buf) > 1 {
		rest.buf = append(rest.buf, ',')
	}
	rest.buf = appendJSONString(rest.buf, g.name)
	rest.buf = append(rest.buf, ':')
	part := newAnswer(256)
	for _, name := range []string{"AttributesToGet", "ConsistentRead", "ExpressionAttributeNames", "ProjectionExpression"} {
		if raw, ok := g.request.get(name); ok {
			part.member(name)
			part.raw(raw)
		}
	}
	part.member("Keys")
	part.buf = append(part.buf, '[')
	part.raw(bytes.Join(g.rawKeys[from:], []byte{','}))
	part.buf = append(part.buf, ']')
	rest.raw(part.end())
}

// attributesToGet is the older form of a projection.
func (f *fields) attributesToGet() []string {
	names, ok := f.texts("AttributesToGet")
	if !ok {
		return nil
	}
	if len(names) == 0 {
		f.problem("'[]'", "attributesToGet", "Member must have length greater than or equal to 1")
	}
	if len(names) > 255 {
		f.problem("'"+strconv.Itoa(len(names))+" names'", "attributesToGet", "Member must have length less than or equal to 255")
	}
	return names
}
