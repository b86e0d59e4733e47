package contract

import "regexp"

// Type is a DynamoDB attribute type, spelled as on the wire.
type Type string

// The ten attribute types.
const (
	S    Type = "S"
	N    Type = "N"
	B    Type = "B"
	BOOL Type = "BOOL"
	NULL Type = "NULL"
	SS   Type = "SS"
	NS   Type = "NS"
	BS   Type = "BS"
	L    Type = "L"
	M    Type = "M"
)

// Class is how sensitive an attribute is; a larger one is more sensitive.
type Class uint8

// The four classes, least sensitive first.
const (
	Ordinary Class = iota
	Personal
	Internal
	Secret
)

var classNames = [...]string{"ordinary", "personal", "internal", "secret"}

func (c Class) String() string { return classNames[c] }

// Table is a DynamoDB table as the contract knows it.
type Table struct {
	Name      string // logical; flags map it to the physical one
	Pos       Pos
	Partition string // the partition key's attribute
	Sort      string // the sort key's attribute, or ""
	Delimiter string // what no template variable's value contains
	TTL       string // attribute (N, seconds), or ""
	Version   string // attribute (N), or ""
	Indexes   []*Index
	Items     []*ItemType // at least one
}

// KeyNames are the attributes of the primary key, the partition's first.
func (t *Table) KeyNames() []string {
	if t.Sort == "" {
		return []string{t.Partition}
	}
	return []string{t.Partition, t.Sort}
}

// Index returns the index of that name, or nil.
func (t *Table) Index(name string) *Index {
	for _, x := range t.Indexes {
		if x.Name == name {
			return x
		}
	}
	return nil
}

// Projection is what an index holds beside its own and the table's keys.
type Projection struct {
	All   bool
	Names []string // when not All; empty: the keys alone
}

// Index is a secondary index. Its keys may be composed of several attributes.
type Index struct {
	Name       string
	Pos        Pos
	Local      bool     // shares the table's partition key (no partition_key of its own)
	Partition  []string // 1 to 4 attributes
	Sort       []string // 0 to 4 attributes
	Projection Projection
}

// KeyNames are the attributes of the index's key, the partition's first.
func (x *Index) KeyNames() []string {
	return append(append([]string(nil), x.Partition...), x.Sort...)
}

// ItemType is a kind of item in a table.
type ItemType struct {
	Name  string // the table's own name where the contract names no types
	Pos   Pos
	Table *Table
	// Keys has a template for every key attribute of the table and of each of
	// its indexes. One that the contract gives no template is a whole one.
	Keys map[string]Template
	// Only are the constants that tell this type from the others of its table.
	Only []Constraint
	// Attributes are all that the type declares, by name: stored ones, key
	// attributes and template variables.
	Attributes map[string]*Attribute
}

// Constraint is a stored attribute and the constant that it must equal.
type Constraint struct {
	Attribute *Attribute
	Value     Constant
}

// Attribute is a declared attribute of an item type, or a member of one.
type Attribute struct {
	Name  string
	Pos   Pos
	Type  Type
	Class Class
	// Variable: the value is read out of key templates, and not stored under
	// this name.
	Variable  bool
	Members   map[string]*Attribute // of an M
	Of        *Attribute            // of an L
	Open      bool                  // an M or L that may be shown whole
	OneOf     []Constant
	MaxLength int // in characters for S, bytes for B, members for sets and L; 0: none
	Pattern   *regexp.Regexp
}

// Constant is a scalar of the contract. Text is the text of an S, the canonical
// digits of an N, "true" or "false" of a BOOL.
type Constant struct {
	Type Type
	Text string
}
