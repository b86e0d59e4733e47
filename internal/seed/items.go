package seed

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
)

// Items are items by the name of their table.
type Items map[string][]item.Item

// Tables are the tables' names, sorted.
func (i Items) Tables() []string { return slices.Sorted(maps.Keys(i)) }

// Read reads a file of items, in one of these forms:
//
//	{"Table": [ITEM, ...], ...}
//	[ITEM, ...]                              where the contract has one table
//	{"Items": [ITEM, ...], "Count": n, ...}  likewise: aws dynamodb scan
//	{"Item": ITEM} {"Item": ITEM} ...        likewise: an export's lines
//
// An ITEM is DynamoDB JSON, or plain JSON, whose values take the types that the
// contract declares. Errors name the item by its place, never by its values.
func Read(source []byte, c *contract.Contract) (Items, error) {
	d := json.NewDecoder(bytes.NewReader(source))
	d.UseNumber()
	out := Items{}
	for n := 0; ; n++ {
		var document any
		if err := d.Decode(&document); errors.Is(err, io.EOF) && n > 0 {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("no JSON at byte %d", d.InputOffset())
		}
		if err := out.add(document, c); err != nil {
			return nil, err
		}
	}
}

func (i Items) add(document any, c *contract.Contract) error {
	object, _ := document.(map[string]any)
	if list, ok := document.([]any); ok {
		return i.addTo(c, "", list)
	}
	if list, ok := object["Items"].([]any); ok && c.Table("Items") == nil {
		return i.addTo(c, "", list)
	}
	if one, ok := object["Item"].(map[string]any); ok && len(object) == 1 {
		return i.addTo(c, "", []any{one})
	}
	if object == nil {
		return errors.New("takes an object of tables with their items, or a list of items")
	}
	for _, table := range slices.Sorted(maps.Keys(object)) {
		list, ok := object[table].([]any)
		if !ok || c.Table(table) == nil {
			return fmt.Errorf("%q: takes the name of a table of the contract and a list of its items", table)
		}
		if err := i.addTo(c, table, list); err != nil {
			return err
		}
	}
	return nil
}

func (i Items) addTo(c *contract.Contract, table string, list []any) error {
	if table == "" {
		if len(c.Tables) != 1 {
			return errors.New("the contract has several tables: name one, as {\"Table\": [items]}")
		}
		table = c.Tables[0].Name
	}
	t := c.Table(table)
	for n, one := range list {
		object, ok := one.(map[string]any)
		if !ok {
			return fmt.Errorf("item %d of %s: takes an object", n+1, table)
		}
		it, err := read(object, t)
		if err != nil {
			return fmt.Errorf("item %d of %s: %w", n+1, table, err)
		}
		i[table] = append(i[table], it)
	}
	return nil
}

func read(object map[string]any, t *contract.Table) (item.Item, error) {
	if isDynamoDB(object) {
		it, err := item.DecodeItem(encode(object))
		if err != nil {
			return nil, errors.New("is no DynamoDB JSON")
		}
		return it, nil
	}
	it := item.Item{}
	for name, v := range object {
		value, err := plain(v, declared(t, name))
		if err != nil {
			return nil, fmt.Errorf("attribute %s: %w", name, err)
		}
		it[name] = value
	}
	return it, nil
}

// isDynamoDB reports whether every value is {"TYPE": ...}.
func isDynamoDB(object map[string]any) bool {
	for _, v := range object {
		typed, ok := v.(map[string]any)
		if !ok || len(typed) != 1 {
			return false
		}
		for name := range typed {
			if item.KindOf(name) == 0 {
				return false
			}
		}
	}
	return len(object) > 0
}

func declared(t *contract.Table, name string) *contract.Attribute {
	for _, it := range t.Items {
		if a := it.Attributes[name]; a != nil && !a.Variable {
			return a
		}
	}
	return nil
}

// plain gives a JSON value the declared type; without one, that of its JSON.
func plain(v any, a *contract.Attribute) (item.Value, error) {
	var t contract.Type
	if a != nil {
		t = a.Type
	}
	switch v := v.(type) {
	case nil:
		return item.Value{Kind: item.KindNULL}, nil
	case bool:
		return item.Value{Kind: item.KindBOOL, Bool: v}, nil
	case json.Number:
		digits, err := item.Canonical(v.String())
		if err != nil {
			return item.Value{}, errors.New("takes a number of at most 38 digits")
		}
		return item.Value{Kind: item.KindN, Str: digits}, nil
	case string:
		if t != contract.B {
			return item.Value{Kind: item.KindS, Str: v}, nil
		}
		raw, err := base64.StdEncoding.DecodeString(v)
		if err != nil {
			return item.Value{}, errors.New("takes base64")
		}
		return item.Value{Kind: item.KindB, Str: string(raw)}, nil
	case []any:
		return plainList(v, a, t)
	case map[string]any:
		out := item.Value{Kind: item.KindM, Map: item.Item{}}
		for name, one := range v {
			var member *contract.Attribute
			if a != nil {
				member = a.Members[name]
			}
			value, err := plain(one, member)
			if err != nil {
				return item.Value{}, err
			}
			out.Map[name] = value
		}
		return out, nil
	}
	return item.Value{}, errors.New("takes JSON")
}

func plainList(v []any, a *contract.Attribute, t contract.Type) (item.Value, error) {
	out := item.Value{Kind: item.KindL}
	var element *contract.Attribute
	switch t {
	case contract.SS, contract.NS, contract.BS:
		out.Kind = item.KindOf(string(t))
		element = &contract.Attribute{Type: t[:1]}
	case contract.L:
		element = a.Of
	}
	for _, one := range v {
		value, err := plain(one, element)
		if err != nil {
			return item.Value{}, err
		}
		out.List = append(out.List, value)
	}
	return out, nil
}
