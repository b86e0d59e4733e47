package embedded

import (
	"sync"

	"github.com/tidwall/btree"

	"github.com/discreet-dev/discreet/internal/item"
)

// document is an item as it is stored: its DynamoDB JSON, ready to be sent,
// and its size as DynamoDB counts it. It never changes.
type document struct {
	wire []byte
	size int
}

func newDocument(m item.Item) *document {
	return &document{wire: item.AppendItem(nil, m), size: item.Size(m)}
}

// item decodes the document. The result is the caller's own.
func (d *document) item() (item.Item, error) { return item.DecodeItem(d.wire) }

// entry is a document in an ordered collection. In an index doc is what the
// index projects, and base the item itself.
type entry struct {
	key  string
	doc  *document
	base *document
}

func byKey(a, b entry) bool { return a.key < b.key }

// index is an ordered collection of a table's items: the table itself, under
// the name "", or a secondary index.
type index struct {
	name    string
	global  bool
	schema  keySchema
	all     bool            // projects whole items
	project map[string]bool // otherwise, these attributes
	entries *btree.BTreeG[entry]
	size    int64
}

func newIndex(name string) *index {
	return &index{name: name, entries: btree.NewBTreeGOptions(byKey, btree.Options{NoLocks: true})}
}

// projected is the item as the index has it.
func (x *index) projected(m item.Item, whole *document) *document {
	if x.all {
		return whole
	}
	part := make(item.Item, len(x.project))
	for name := range x.project {
		if v, ok := m[name]; ok {
			part[name] = v
		}
	}
	return newDocument(part)
}

// table is one table. Whoever changes its items holds writing, and holds
// reading as well while the collections change; whoever reads holds reading.
// So a writer that waits for the disk keeps no reader waiting. To take
// several tables' locks, take them in the order of the tables' names.
type table struct {
	writing sync.Mutex
	reading sync.RWMutex

	name, id   string
	definition *definition
	primary    *index
	indexes    []*index
	stream     *stream // nil: none
	dropped    bool
}

// newTable is an empty table of that definition, which must be valid.
func newTable(d *definition) *table {
	t := &table{name: d.Name, id: d.ID, definition: d}
	t.primary = newIndex("")
	t.primary.schema = d.schema(d.KeySchema)
	t.primary.all = true
	for _, x := range d.Local {
		t.indexes = append(t.indexes, t.newSecondary(x, false))
	}
	for _, x := range d.Global {
		t.indexes = append(t.indexes, t.newSecondary(x, true))
	}
	return t
}

func (t *table) newSecondary(d *indexDefinition, global bool) *index {
	x := newIndex(d.IndexName)
	x.global = global
	x.schema = t.definition.schema(d.KeySchema)
	if d.Projection.ProjectionType == "ALL" {
		x.all = true
		return x
	}
	x.project = map[string]bool{}
	for _, name := range d.Projection.NonKeyAttributes {
		x.project[name] = true
	}
	for _, a := range append(x.schema.attributes(), t.primary.schema.attributes()...) {
		x.project[a.Name] = true
	}
	return x
}

func (t *table) findIndex(name string) *index {
	for _, x := range t.indexes {
		if x.name == name {
			return x
		}
	}
	return nil
}

func (t *table) get(key string) *document {
	e, ok := t.primary.entries.Get(entry{key: key})
	if !ok {
		return nil
	}
	return e.doc
}

// readOne is get for a caller that holds nothing.
func (t *table) readOne(key string) (*document, error) {
	t.reading.RLock()
	defer t.reading.RUnlock()
	if t.dropped {
		return nil, notFound()
	}
	return t.get(key), nil
}

// change is one item's way from before to after; nil is no item. The decoded
// forms are needed only where the table has indexes.
type change struct {
	table      *table
	key        string // in the table's own collection
	before     *document
	after      *document
	beforeItem item.Item
	afterItem  item.Item
	entries    []indexChange
	record     *streamRecord // for the table's stream, nil if it has none
}

// indexChange is what a change does to one index.
type indexChange struct {
	index  *index
	remove string
	add    entry
}

// prepare works out the index entries, outside of the readers' lock.
func (c *change) prepare() {
	for _, x := range c.table.indexes {
		ic := indexChange{index: x}
		if c.before != nil {
			ic.remove = x.entryKey(c.beforeItem, c.key)
		}
		if c.after != nil {
			if key := x.entryKey(c.afterItem, c.key); key != "" {
				ic.add = entry{key: key, doc: x.projected(c.afterItem, c.after), base: c.after}
			}
		}
		if ic.remove != "" || ic.add.key != "" {
			c.entries = append(c.entries, ic)
		}
	}
}

// entryKey is the item's key in the index, or "" if the item is not in it.
func (x *index) entryKey(m item.Item, tableKey string) string {
	key, ok := x.schema.key(nil, m)
	if !ok {
		return ""
	}
	return string(key) + tableKey
}

// apply makes the change visible; the caller holds both locks.
func (c *change) apply() {
	t := c.table
	t.primary.put(c.key, c.after)
	if c.record != nil {
		t.stream.append(*c.record)
	}
	for _, ic := range c.entries {
		if ic.remove != "" && ic.remove != ic.add.key {
			ic.index.remove(ic.remove)
		}
		if ic.add.key != "" {
			ic.index.set(ic.add)
		}
	}
}

func (x *index) put(key string, doc *document) {
	if doc == nil {
		x.remove(key)
		return
	}
	x.set(entry{key: key, doc: doc, base: doc})
}

func (x *index) set(e entry) {
	previous, replaced := x.entries.Set(e)
	if replaced {
		x.size -= int64(previous.doc.size)
	}
	x.size += int64(e.doc.size)
}

func (x *index) remove(key string) {
	if previous, ok := x.entries.Delete(entry{key: key}); ok {
		x.size -= int64(previous.doc.size)
	}
}
