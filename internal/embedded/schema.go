package embedded

import (
	"github.com/discreet-dev/discreet/internal/expr"
	"github.com/discreet-dev/discreet/internal/item"
)

// keySchema is what a collection is keyed by: one partition attribute in a
// table, up to four in a global index; at most one sort attribute in a table,
// up to four in a global index.
type keySchema struct{ expr.KeySchema }

func (s *keySchema) attributes() []expr.KeyAttribute {
	return append(s.Partition[:len(s.Partition):len(s.Partition)], s.Sort...)
}

func (s *keySchema) has(name string) bool {
	for _, a := range s.Partition {
		if a.Name == name {
			return true
		}
	}
	for _, a := range s.Sort {
		if a.Name == name {
			return true
		}
	}
	return false
}

// DynamoDB's longest partition and sort key values, in bytes.
const (
	maxPartitionKey = 2048
	maxSortKey      = 1024
)

// key appends the encoded key of an item that has every attribute of the
// schema in the right type, or reports false.
func (s *keySchema) key(dst []byte, m item.Item) ([]byte, bool) {
	var space [4]item.Value
	values := space[:0]
	for _, a := range s.Partition {
		v, ok := m[a.Name]
		if !ok || v.Kind != a.Kind {
			return dst, false
		}
		values = append(values, v)
	}
	dst = appendPartition(dst, values)
	for _, a := range s.Sort {
		v, ok := m[a.Name]
		if !ok || v.Kind != a.Kind {
			return dst, false
		}
		dst = appendSort(dst, v)
	}
	return dst, true
}

// checkItem refuses an item that lacks a key attribute of the table, or has
// one of a wrong type, empty or too long.
func (s *keySchema) checkItem(m item.Item) error {
	for _, a := range s.attributes() {
		v, ok := m[a.Name]
		if !ok {
			return invalidValue("Missing the key %s in the item", a.Name)
		}
		if v.Kind != a.Kind {
			return invalidValue("Type mismatch for key %s expected: %s actual: %s", a.Name, a.Kind, v.Kind)
		}
	}
	return s.checkLengths(m)
}

// checkKey refuses a Key that is not exactly the table's.
func (s *keySchema) checkKey(m item.Item) error {
	if len(m) != len(s.Partition)+len(s.Sort) {
		return errKeyMismatch()
	}
	for _, a := range s.Partition {
		if m[a.Name].Kind != a.Kind {
			return errKeyMismatch()
		}
	}
	for _, a := range s.Sort {
		if m[a.Name].Kind != a.Kind {
			return errKeyMismatch()
		}
	}
	return s.checkLengths(m)
}

func errKeyMismatch() *apiError {
	return invalid("The provided key element does not match the schema")
}

func (s *keySchema) checkLengths(m item.Item) error {
	for _, a := range s.Partition {
		if err := checkKeyValue(a, m[a.Name], maxPartitionKey, "hashkey"); err != nil {
			return err
		}
	}
	for _, a := range s.Sort {
		if err := checkKeyValue(a, m[a.Name], maxSortKey, "rangekey"); err != nil {
			return err
		}
	}
	return nil
}

func checkKeyValue(a expr.KeyAttribute, v item.Value, limit int, role string) error {
	if v.Kind == item.KindN {
		return nil
	}
	if v.Str == "" {
		what := "string"
		if v.Kind == item.KindB {
			what = "binary"
		}
		return invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s", what, a.Name)
	}
	if len(v.Str) > limit {
		if role == "hashkey" {
			return invalidValue("Size of hashkey has exceeded the maximum size limit of2048 bytes")
		}
		return invalidValue("Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
	}
	return nil
}

// checkIndexKeys refuses an item whose attribute is of another type than an
// index declares, empty, or too long for the index.
func checkIndexKeys(indexes []*index, m item.Item) error {
	for _, x := range indexes {
		for _, a := range x.schema.attributes() {
			v, ok := m[a.Name]
			if !ok {
				continue
			}
			if v.Kind != a.Kind {
				return invalidValue("Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s", a.Name, a.Kind, v.Kind, x.name)
			}
			if v.Str == "" {
				what := "string"
				if v.Kind == item.KindB {
					what = "binary"
				}
				return invalid("One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty %s value. IndexName: %s, IndexKey: %s", what, x.name, a.Name)
			}
		}
		for _, a := range x.schema.Partition {
			if v := m[a.Name]; v.Kind != item.KindN && len(v.Str) > maxPartitionKey {
				return invalidValue("Size of hashkey has exceeded the maximum size limit of2048 bytes")
			}
		}
		for _, a := range x.schema.Sort {
			if v := m[a.Name]; v.Kind != item.KindN && len(v.Str) > maxSortKey {
				return invalidValue("Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
			}
		}
	}
	return nil
}

// keyOf is the key attributes of an item, for a cursor or a description.
func (s *keySchema) keyOf(into, m item.Item) {
	for _, a := range s.attributes() {
		if v, ok := m[a.Name]; ok {
			into[a.Name] = v
		}
	}
}
