// Package seed makes a contract's tables in the embedded store and fills them
// with sample items. It reads what people have: plain JSON, DynamoDB JSON, and
// what `aws dynamodb scan` and table exports print. It is for development and
// tests; nothing of it ever speaks to AWS.
package seed

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
)

// Store is where items go: the embedded store.
type Store interface {
	Do(ctx context.Context, operation string, body []byte) (status int, answer []byte)
}

// Tables makes every table of the contract that is not there yet.
func Tables(ctx context.Context, s Store, c *contract.Contract) error {
	for _, t := range c.Tables {
		status, _ := s.Do(ctx, "DescribeTable", encode(map[string]any{"TableName": t.Name}))
		if status == 200 {
			continue
		}
		if status, answer := s.Do(ctx, "CreateTable", encode(definition(t))); status != 200 {
			return fmt.Errorf("making the table %s: %s", t.Name, answer)
		}
	}
	return nil
}

// Put stores items, and replaces those with the same keys.
func Put(ctx context.Context, s Store, items Items) error {
	for _, table := range items.Tables() {
		for i, it := range items[table] {
			body := append([]byte(`{"TableName":`), item.AppendString(nil, table)...)
			body = append(append(append(body, `,"Item":`...), item.AppendItem(nil, it)...), '}')
			if status, answer := s.Do(ctx, "PutItem", body); status != 200 {
				var e struct{ Message string }
				_ = json.Unmarshal(answer, &e)
				return fmt.Errorf("item %d of %s: %s", i+1, table, e.Message)
			}
		}
	}
	return nil
}

// definition is a CreateTable request.
func definition(t *contract.Table) map[string]any {
	d := map[string]any{
		"TableName": t.Name, "BillingMode": "PAY_PER_REQUEST",
		"KeySchema": schema([]string{t.Partition}, t.KeyNames()[1:]),
	}
	names := t.KeyNames()
	var global, local []any
	for _, x := range t.Indexes {
		partition := x.Partition
		if x.Local {
			partition = []string{t.Partition}
		}
		names = append(append(names, partition...), x.Sort...)
		index := map[string]any{"IndexName": x.Name, "KeySchema": schema(partition, x.Sort), "Projection": projection(x.Projection)}
		if x.Local {
			local = append(local, index)
		} else {
			global = append(global, index)
		}
	}
	if global != nil {
		d["GlobalSecondaryIndexes"] = global
	}
	if local != nil {
		d["LocalSecondaryIndexes"] = local
	}
	slices.Sort(names)
	var attributes []any
	for _, name := range slices.Compact(names) {
		attributes = append(attributes, map[string]any{"AttributeName": name, "AttributeType": keyType(t, name)})
	}
	d["AttributeDefinitions"] = attributes
	return d
}

func schema(partition, sort []string) []any {
	var out []any
	for _, name := range partition {
		out = append(out, map[string]any{"AttributeName": name, "KeyType": "HASH"})
	}
	for _, name := range sort {
		out = append(out, map[string]any{"AttributeName": name, "KeyType": "RANGE"})
	}
	return out
}

func projection(p contract.Projection) map[string]any {
	switch {
	case p.All:
		return map[string]any{"ProjectionType": "ALL"}
	case len(p.Names) == 0:
		return map[string]any{"ProjectionType": "KEYS_ONLY"}
	}
	return map[string]any{"ProjectionType": "INCLUDE", "NonKeyAttributes": p.Names}
}

// keyType is the declared type of a key attribute; composed ones are S.
func keyType(t *contract.Table, name string) contract.Type {
	for _, it := range t.Items {
		if a := it.Attributes[name]; a != nil {
			return a.Type
		}
	}
	return contract.S
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of strings and lists always encode
	}
	return b
}
