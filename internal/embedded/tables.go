package embedded

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

type tableAnswer struct {
	Table            *tableDescription `json:",omitempty"`
	TableDescription *tableDescription `json:",omitempty"`
}

func (s *Store) createTable(f *fields) ([]byte, error) {
	now := s.clock()
	d, err := readDefinition(f, now)
	if err != nil {
		return nil, err
	}
	d.Created = float64(now.UnixMilli()) / 1000
	d.ID = newID()

	s.catalogue.Lock()
	defer s.catalogue.Unlock()
	if s.tables[d.Name] != nil {
		return nil, refuse("ResourceInUseException", "Table already exists: "+d.Name)
	}
	t := newTable(d)
	t.restream(now)
	if s.disk != nil {
		if err := s.disk.saveTable(d); err != nil {
			return nil, err
		}
	}
	s.tables[d.Name] = t
	return json.Marshal(tableAnswer{TableDescription: t.describe("CREATING")})
}

// newID is a random UUID.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// named finds a table for an operation on tables, whose refusal names it.
func (s *Store) named(f *fields) (*table, error) {
	name, err := f.requiredTableName()
	if err != nil {
		return nil, err
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	t, err := s.find(name)
	if err != nil {
		return nil, tableNotFound(name)
	}
	return t, nil
}

func (s *Store) describeTable(f *fields) (answer []byte, err error) {
	t, err := s.named(f)
	if err != nil {
		return nil, err
	}
	err = read([]*table{t}, func() error {
		answer, err = json.Marshal(tableAnswer{Table: t.describe("ACTIVE")})
		return err
	})
	return answer, err
}

func (s *Store) deleteTable(f *fields) ([]byte, error) {
	t, err := s.named(f)
	if err != nil {
		return nil, err
	}
	s.catalogue.Lock()
	defer s.catalogue.Unlock()
	var answer []byte
	err = write([]*table{t}, func() error {
		if t.definition.Protected {
			return invalid("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
		}
		if s.disk != nil {
			if err := s.disk.dropTable(t.definition); err != nil {
				return err
			}
		}
		t.reading.Lock()
		defer t.reading.Unlock()
		t.dropped = true
		delete(s.tables, t.name)
		description := t.describe("DELETING")
		description.AttributeDefinitions, description.KeySchema = nil, nil
		answer, err = json.Marshal(tableAnswer{TableDescription: description})
		return err
	})
	return answer, err
}

func (s *Store) listTables(f *fields) ([]byte, error) {
	start, _ := f.text("ExclusiveStartTableName")
	if f.has("ExclusiveStartTableName") {
		f.checkName(start, "exclusiveStartTableName", 3)
	}
	limit, ok := f.integerFrom("Limit", 1)
	if !ok {
		limit = 100
	} else if limit > 100 {
		f.problem("'"+strconv.FormatInt(limit, 10)+"'", "limit", "Member must have value less than or equal to 100")
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	s.catalogue.RLock()
	names := slices.Sorted(maps.Keys(s.tables))
	s.catalogue.RUnlock()
	from, found := slices.BinarySearch(names, start)
	if found {
		from++
	}
	answer := struct {
		LastEvaluatedTableName string `json:",omitempty"`
		TableNames             []string
	}{TableNames: append([]string{}, names[from:]...)}
	if int64(len(answer.TableNames)) > limit {
		answer.TableNames = answer.TableNames[:limit]
		answer.LastEvaluatedTableName = answer.TableNames[limit-1]
	}
	return json.Marshal(answer)
}

func (s *Store) describeLimits(*fields) ([]byte, error) {
	return []byte(`{"AccountMaxReadCapacityUnits":80000,"AccountMaxWriteCapacityUnits":80000,"TableMaxReadCapacityUnits":40000,"TableMaxWriteCapacityUnits":40000}`), nil
}

func (s *Store) describeEndpoints(*fields) ([]byte, error) {
	return []byte(`{"Endpoints":[{"Address":"dynamodb.us-east-1.amazonaws.com","CachePeriodInMinutes":1440}]}`), nil
}

// alter replaces a table's definition; change gets a copy and may refuse. It
// holds the table's locks meanwhile.
func (s *Store) alter(t *table, change func(d *definition) error) error {
	return write([]*table{t}, func() error {
		d := *t.definition
		d.Tags = maps.Clone(d.Tags)
		d.Global = slices.Clone(d.Global)
		d.Attributes = slices.Clone(d.Attributes)
		if err := change(&d); err != nil {
			return err
		}
		if s.disk != nil {
			if err := s.disk.saveTable(&d); err != nil {
				return err
			}
		}
		t.reading.Lock()
		defer t.reading.Unlock()
		t.definition = &d
		t.restream(s.clock())
		return t.reindex()
	})
}
