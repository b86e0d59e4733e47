package embedded

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/expr"
	"github.com/discreet-dev/discreet/internal/item"
)

// selection is what Query and Scan have in common.
type selection struct {
	table      *table
	tableName  string
	indexName  string
	capacity   string
	selects    string
	consistent bool
	limit      int
	start      item.Item // ExclusiveStartKey, nil if there is none
	x          *expressions
}

const (
	allAttributes      = "ALL_ATTRIBUTES"
	projectedOnly      = "ALL_PROJECTED_ATTRIBUTES"
	specificAttributes = "SPECIFIC_ATTRIBUTES"
	countOnly          = "COUNT"
)

// readSelection reads what is common, without what the limit must be.
func (f *fields) readSelection() selection {
	return selection{
		indexName:  f.indexName(),
		capacity:   f.capacityMode(),
		tableName:  f.tableName(),
		selects:    f.enum("Select", specificAttributes, countOnly, allAttributes, projectedOnly),
		consistent: f.boolean("ConsistentRead"),
	}
}

// startKey is ExclusiveStartKey. Only some faults of its values say that they
// are the key's.
func (f *fields) startKey() (item.Item, error) {
	m, err := f.item("ExclusiveStartKey")
	if err == nil {
		return m, nil
	}
	message := asAPI(err).message
	for _, own := range []string{"contains duplicates", "number set", "numeric value", "significant digits", "number with magnitude"} {
		if strings.Contains(message, own) {
			return nil, err
		}
	}
	return nil, invalid("%s%s", startKeyInvalid+": ", message)
}

const startKeyInvalid = "The provided starting key is invalid"

func (s *Store) query(f *fields) ([]byte, error) {
	sel := f.readSelection()
	forward := !f.has("ScanIndexForward") || f.boolean("ScanIndexForward")
	limit, hasLimit := f.integer("Limit", "Integer")
	if hasLimit && limit < 1 {
		f.problemWithoutValue("Limit", "Member must have value greater than or equal to 1")
	}
	sel.limit = clampLimit(limit)
	start, bad := f.startKey()
	sel.start = start
	attributes := f.attributesToGet()
	legacyFilter := f.legacyConditions("QueryFilter")
	legacyKey := f.legacyConditions("KeyConditions")
	if err := f.failure(); err != nil {
		return nil, err
	}
	x, err := f.expressions([]string{expr.Key, expr.Filter, expr.Projection}, f.queryLegacy())
	if err != nil {
		return nil, err
	}
	if bad != nil {
		return nil, bad
	}
	sel.x = x
	if err := x.selectAttributes(attributes); err != nil {
		return nil, err
	}
	if err := x.filterBy(legacyFilter); err != nil {
		return nil, err
	}
	if x.key == nil {
		if !f.has("KeyConditions") {
			return nil, invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
		}
		if err := x.keyBy(legacyKey); err != nil {
			return nil, err
		}
	}
	if err := sel.checkSelect(); err != nil {
		return nil, err
	}
	if sel.table, err = s.find(sel.tableName); err != nil {
		return nil, err
	}
	return sel.run(func(x *index) (walk, error) {
		w := walk{index: x, descending: !forward, limit: sel.limit}
		return w, sel.querySpan(&w)
	})
}

// queryLegacy is the older parameters that may not stand beside expressions.
func (f *fields) queryLegacy() []string {
	names := []string{"AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"}
	if f.has("KeyConditions") && !f.has(expr.Key) {
		return names[:3]
	}
	return names
}

func clampLimit(n int64) int { return int(min(max(n, 0), 1<<31-1)) }

// checkSelect refuses combinations of Select with the rest.
func (sel *selection) checkSelect() error {
	projects := sel.x.projection != nil
	switch {
	case sel.selects == specificAttributes && !projects:
		return invalid("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
	case sel.selects == projectedOnly && sel.indexName == "":
		return invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
	case projects && sel.selects == countOnly:
		return invalid("Cannot specify the %s when choosing to get only the Count", sel.x.projectsBy)
	case projects && (sel.selects == allAttributes || sel.selects == projectedOnly):
		return invalid("Cannot specify the %s when choosing to get %s", sel.x.projectsBy, sel.selects)
	}
	return nil
}

// run reads a page, filters it and answers.
func (sel *selection) run(walkOf func(*index) (walk, error)) ([]byte, error) {
	var page []entry
	var more, whole bool
	var x *index
	err := read([]*table{sel.table}, func() (err error) {
		if x, err = sel.index(); err != nil {
			return err
		}
		if whole, err = sel.wholeItems(x); err != nil {
			return err
		}
		w, err := walkOf(x)
		if err != nil {
			return err
		}
		page, more = w.collect()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return sel.answer(x, page, more, whole)
}

// index is the one that is asked for; the caller holds reading.
func (sel *selection) index() (*index, error) {
	if sel.indexName == "" {
		return sel.table.primary, nil
	}
	x := sel.table.findIndex(sel.indexName)
	if x == nil {
		return nil, invalid("The table does not have the specified index: %s", sel.indexName)
	}
	if x.global && sel.consistent {
		return nil, invalid("Consistent reads are not supported on global secondary indexes")
	}
	if x.global && !x.all && sel.selects == allAttributes {
		return nil, invalidValue("Select type ALL_ATTRIBUTES is not supported for global secondary index %s because its projection type is not ALL", x.name)
	}
	return x, nil
}

// wholeItems tells whether the index lacks what is asked for, so that a local
// index fetches the items from the table.
func (sel *selection) wholeItems(x *index) (bool, error) {
	if x.all {
		return false, nil
	}
	if sel.selects == allAttributes {
		return true, nil
	}
	paths := sel.x.projection
	if sel.x.filter != nil {
		paths = append(paths[:len(paths):len(paths)], expr.Paths(sel.x.filter)...)
	}
	for _, path := range paths {
		if !x.project[path[0].Name] {
			return !x.global, nil
		}
	}
	return false, nil
}

// querySpan fits the key conditions and the start key to the walk's index.
func (sel *selection) querySpan(w *walk) error {
	schema := &w.index.schema
	keys, err := schema.Match(sel.x.key)
	if err != nil {
		return err
	}
	for i, v := range keys.Partition {
		if err := checkKeyValue(schema.Partition[i], v, maxPartitionKey, "hashkey"); err != nil {
			return err
		}
	}
	if err := sel.filterSparesKeys(schema); err != nil {
		return err
	}
	partition := string(appendPartition(nil, keys.Partition))
	w.within = sortSpan(partition, keys.Sort)
	if sel.start == nil {
		return nil
	}
	if w.start, err = sel.encodeStart(w.index); err != nil {
		return err
	}
	if !strings.HasPrefix(w.start, partition) {
		return invalid("The provided starting key is outside query boundaries based on provided conditions")
	}
	if w.start < w.within.low || (w.within.high != "" && w.start >= w.within.high) {
		return invalid("The provided starting key does not match the range key predicate")
	}
	return nil
}

// filterSparesKeys: a Query's filter may not touch what its key condition is for.
func (sel *selection) filterSparesKeys(schema *keySchema) error {
	if sel.x.filter == nil {
		return nil
	}
	for _, path := range expr.Paths(sel.x.filter) {
		if schema.has(path[0].Name) {
			return invalid("%s can only contain non-primary key attributes: Primary key attribute: %s", sel.x.filterName, path[0].Name)
		}
	}
	return nil
}

// sortSpan is the part of a partition that the sort terms leave.
func sortSpan(partition string, terms []expr.KeyTerm) span {
	prefix := []byte(partition)
	for _, t := range terms {
		if t.Op == "=" {
			prefix = appendSort(prefix, t.Values[0])
			continue
		}
		all := prefixSpan(string(prefix))
		value := string(appendSort(prefix[:len(prefix):len(prefix)], t.Values[0]))
		switch t.Op {
		case "<":
			return span{low: all.low, high: value}
		case "<=":
			return span{low: all.low, high: after(value)}
		case ">":
			return span{low: after(value), high: all.high}
		case ">=":
			return span{low: value, high: all.high}
		case "BETWEEN":
			high := string(appendSort(prefix[:len(prefix):len(prefix)], t.Values[1]))
			return span{low: value, high: after(high)}
		case "begins_with":
			return prefixSpan(string(appendSortPrefix(prefix, t.Values[0].Str)))
		}
		return span{low: all.low, high: all.low} // nothing
	}
	return prefixSpan(string(prefix))
}

// encodeStart is the entry's key that ExclusiveStartKey names, which must have
// the key attributes of table and index and nothing else.
func (sel *selection) encodeStart(x *index) (string, error) {
	want := item.Item{}
	table := &sel.table.primary.schema
	for _, a := range append(table.attributes(), x.schema.attributes()...) {
		want[a.Name] = item.Value{Kind: a.Kind}
	}
	if len(want) != len(sel.start) {
		if x.name == "" && len(sel.x.key) == 0 {
			return "", errStartMismatch()
		}
		return "", invalid(startKeyInvalid)
	}
	for name, v := range want {
		if sel.start[name].Kind != v.Kind {
			return "", errStartMismatch()
		}
	}
	if err := table.checkLengths(sel.start); err != nil {
		return "", invalid("%s: %s", startKeyInvalid, asAPI(err).message)
	}
	key, ok := table.key(nil, sel.start)
	if ok && x.name != "" {
		own, okToo := x.schema.key(nil, sel.start)
		key, ok = append(own, key...), okToo
	}
	if !ok {
		return "", errStartMismatch()
	}
	return string(key), nil
}

func errStartMismatch() *apiError {
	return invalid("%s: %s", startKeyInvalid, errKeyMismatch().message)
}

// answer filters a page and writes it.
func (sel *selection) answer(x *index, page []entry, more, whole bool) ([]byte, error) {
	size, fetched := 0, 0
	for _, e := range page {
		size += e.doc.size
		if whole {
			fetched += e.base.size
		}
	}
	a := newAnswer(size * 5 / 4)
	count := 0
	if sel.selects != countOnly {
		a.member("Items")
		a.buf = append(a.buf, '[')
	}
	for _, e := range page {
		doc := e.doc
		if whole {
			doc = e.base
		}
		wire, ok, err := sel.pick(doc)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if count++; sel.selects == countOnly {
			continue
		}
		if count > 1 {
			a.buf = append(a.buf, ',')
		}
		a.raw(wire)
	}
	if sel.selects != countOnly {
		a.buf = append(a.buf, ']')
	}
	a.member("Count")
	a.json(count)
	a.member("ScannedCount")
	a.json(len(page))
	if more {
		if err := sel.cursor(a, x, page[len(page)-1]); err != nil {
			return nil, err
		}
	}
	if wantsCapacity(sel.capacity) {
		a.capacity(sel.capacity, sel.usage(x, size, fetched))
	}
	return a.end(), nil
}

// pick is what of a document goes into the answer; false if the filter does
// not let it.
func (sel *selection) pick(d *document) ([]byte, bool, error) {
	if sel.x.filter == nil {
		if sel.selects == countOnly {
			return nil, true, nil
		}
		wire, err := sel.x.projected(d)
		return wire, true, err
	}
	m, err := d.item()
	if err != nil || !expr.Eval(sel.x.filter, m) {
		return nil, false, err
	}
	if sel.x.projection != nil {
		return item.AppendItem(nil, expr.Project(m, sel.x.projection)), true, nil
	}
	return d.wire, true, nil
}

// cursor writes LastEvaluatedKey.
func (sel *selection) cursor(a *answer, x *index, last entry) error {
	m, err := last.base.item()
	if err != nil {
		return err
	}
	key := item.Item{}
	sel.table.primary.schema.keyOf(key, m)
	x.schema.keyOf(key, m)
	a.member("LastEvaluatedKey")
	a.buf = item.AppendItem(a.buf, key)
	return nil
}

func (sel *selection) usage(x *index, size, fetched int) *usage {
	u := &usage{table: sel.table.name}
	if x.name == "" {
		u.own = readUnits(size, sel.consistent)
		return u
	}
	u.addIndex(x, readUnits(size, sel.consistent))
	if fetched > 0 {
		u.own = readUnits(fetched, sel.consistent)
	}
	return u
}
