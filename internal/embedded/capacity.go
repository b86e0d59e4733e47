package embedded

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/discreet-dev/discreet/internal/item"
)

// usage is what an operation cost on one table, in capacity units.
type usage struct {
	table  string
	own    float64
	local  map[string]float64
	global map[string]float64
}

// readUnits is what reading that many bytes costs.
func readUnits(size int, consistent bool) float64 {
	units := float64(max((size+4095)/4096, 1))
	if consistent {
		return units
	}
	return units / 2
}

func writeUnits(size int) float64 { return float64(max((size+1023)/1024, 1)) }

func (u *usage) addIndex(x *index, units float64) {
	if units == 0 {
		return
	}
	target := &u.local
	if x.global {
		target = &u.global
	}
	if *target == nil {
		*target = map[string]float64{}
	}
	(*target)[x.name] += units
}

// addChange counts a write, after prepare.
func (u *usage) addChange(c *change, times float64) {
	size := 0
	for _, doc := range []*document{c.before, c.after} {
		if doc != nil {
			size = max(size, doc.size)
		}
	}
	u.own += writeUnits(size) * times
	for _, ic := range c.entries {
		u.addIndex(ic.index, ic.units()*times)
	}
}

// units is what keeping an index costs: a removal, a new entry, or a changed
// one; an entry that stays as it is costs nothing.
func (ic *indexChange) units() float64 {
	old, found := ic.index.entries.Get(entry{key: ic.remove})
	switch {
	case ic.remove != "" && ic.remove == ic.add.key:
		if found && string(old.doc.wire) == string(ic.add.doc.wire) {
			return 0
		}
		return writeUnits(max(ic.add.doc.size, sizeOf(old.doc)))
	case ic.add.key == "":
		return writeUnits(sizeOf(old.doc))
	case ic.remove == "":
		return writeUnits(ic.add.doc.size)
	}
	return writeUnits(sizeOf(old.doc)) + writeUnits(ic.add.doc.size)
}

func sizeOf(d *document) int {
	if d == nil {
		return 0
	}
	return d.size
}

type capacityUnits struct {
	CapacityUnits      float64
	ReadCapacityUnits  float64 `json:",omitempty"`
	WriteCapacityUnits float64 `json:",omitempty"`
}

type capacity struct {
	TableName string
	capacityUnits
	Table                  *capacityUnits           `json:",omitempty"`
	LocalSecondaryIndexes  map[string]capacityUnits `json:",omitempty"`
	GlobalSecondaryIndexes map[string]capacityUnits `json:",omitempty"`
}

// How a transaction's units are told apart.
const (
	plainUnits = iota
	transactionRead
	transactionWrite
)

func (u *usage) describe(mode string, kind int) capacity {
	total := u.own
	for _, units := range u.local {
		total += units
	}
	for _, units := range u.global {
		total += units
	}
	c := capacity{TableName: u.table, capacityUnits: unitsOf(total, kind)}
	if mode != "INDEXES" {
		return c
	}
	own := unitsOf(u.own, kind)
	c.Table = &own
	c.LocalSecondaryIndexes = unitsByName(u.local, kind)
	c.GlobalSecondaryIndexes = unitsByName(u.global, kind)
	return c
}

func unitsOf(n float64, kind int) capacityUnits {
	c := capacityUnits{CapacityUnits: n}
	switch kind {
	case transactionRead:
		c.ReadCapacityUnits = n
	case transactionWrite:
		c.WriteCapacityUnits = n
	}
	return c
}

func unitsByName(units map[string]float64, kind int) map[string]capacityUnits {
	out := map[string]capacityUnits{}
	for name, n := range units {
		out[name] = unitsOf(n, kind)
	}
	return out
}

func wantsCapacity(mode string) bool { return mode == "TOTAL" || mode == "INDEXES" }

// appendCapacity adds the member ConsumedCapacity to an answer.
func (a *answer) capacity(mode string, u *usage) {
	if wantsCapacity(mode) {
		a.member("ConsumedCapacity")
		a.json(u.describe(mode, plainUnits))
	}
}

// capacities is capacity for an operation on several tables.
func (a *answer) capacities(mode string, kind int, by map[string]*usage) {
	if !wantsCapacity(mode) {
		return
	}
	list := []capacity{}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		list = append(list, by[name].describe(mode, kind))
	}
	a.member("ConsumedCapacity")
	a.json(list)
}

// metrics is the estimate of an item collection's size, which only tables
// with local indexes have.
func (t *table) metrics(key item.Item) []byte {
	partition := item.Item{}
	for _, a := range t.primary.schema.Partition {
		partition[a.Name] = key[a.Name]
	}
	out := append([]byte(nil), `{"ItemCollectionKey":`...)
	out = item.AppendItem(out, partition)
	return append(out, `,"SizeEstimateRangeGB":[0.0,1.0]}`...)
}

func (t *table) hasCollections() bool {
	for _, x := range t.indexes {
		if !x.global {
			return true
		}
	}
	return false
}

// answer builds a JSON object member by member.
type answer struct{ buf []byte }

func newAnswer(size int) *answer {
	return &answer{buf: append(make([]byte, 0, size+64), '{')}
}

func (a *answer) member(name string) {
	if len(a.buf) > 1 {
		a.buf = append(a.buf, ',')
	}
	a.buf = append(a.buf, '"')
	a.buf = append(a.buf, name...)
	a.buf = append(a.buf, '"', ':')
}

func (a *answer) json(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		b = []byte("null")
	}
	a.buf = append(a.buf, b...)
}

func (a *answer) raw(b []byte) { a.buf = append(a.buf, b...) }

func (a *answer) end() []byte { return append(a.buf, '}') }
