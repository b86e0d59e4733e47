package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
)

// description is what Verify needs of a DescribeTable answer.
type description struct {
	Status  string      `json:"TableStatus"`
	Types   []typedName `json:"AttributeDefinitions"`
	Keys    []key       `json:"KeySchema"`
	Globals []index     `json:"GlobalSecondaryIndexes"`
	Locals  []index     `json:"LocalSecondaryIndexes"`
}

type typedName struct {
	Name string `json:"AttributeName"`
	Type string `json:"AttributeType"`
}

type key struct {
	Name string `json:"AttributeName"`
	Kind string `json:"KeyType"`
}

type index struct {
	Name       string `json:"IndexName"`
	Status     string `json:"IndexStatus"` // of a global one alone
	Keys       []key  `json:"KeySchema"`
	Projection struct {
		Type  string   `json:"ProjectionType"`
		Names []string `json:"NonKeyAttributes"`
	} `json:"Projection"`
}

// names are the key attributes of that kind; HASH and RANGE are the wire's
// words for partition and sort.
func names(keys []key, kind string) []string {
	var out []string
	for _, k := range keys {
		if k.Kind == kind {
			out = append(out, k.Name)
		}
	}
	return out
}

func partitionOf(keys []key) []string { return names(keys, "HASH") }
func sortOf(keys []key) []string      { return names(keys, "RANGE") }

// typeOf is the declared type of a key attribute, or "".
func (d *description) typeOf(attribute string) string {
	for _, t := range d.Types {
		if t.Name == attribute {
			return t.Type
		}
	}
	return ""
}

// index finds one of either kind, or nil.
func (d *description) index(name string) (x *index, local bool) {
	for i := range d.Globals {
		if d.Globals[i].Name == name {
			return &d.Globals[i], false
		}
	}
	for i := range d.Locals {
		if d.Locals[i].Name == name {
			return &d.Locals[i], true
		}
	}
	return nil, false
}

func (c *Client) describe(ctx context.Context, table string) (*description, error) {
	var answer struct{ Table description }
	if err := c.ask(ctx, "DescribeTable", table, &answer); err != nil {
		return nil, err
	}
	return &answer.Table, nil
}

// timeToLive is the attribute by which items of the table expire, or "".
func (c *Client) timeToLive(ctx context.Context, table string) (string, error) {
	var answer struct {
		TimeToLiveDescription struct {
			Status    string `json:"TimeToLiveStatus"`
			Attribute string `json:"AttributeName"`
		}
	}
	if err := c.ask(ctx, "DescribeTimeToLive", table, &answer); err != nil {
		return "", err
	}
	switch ttl := answer.TimeToLiveDescription; ttl.Status {
	case "ENABLED", "ENABLING":
		return ttl.Attribute, nil
	}
	return "", nil
}

func (c *Client) ask(ctx context.Context, action, table string, answer any) error {
	body, err := json.Marshal(map[string]string{"TableName": table})
	if err != nil {
		return err
	}
	raw, err := c.Do(ctx, action, body)
	if err != nil {
		return err
	}
	if json.Unmarshal(raw, answer) != nil {
		return fmt.Errorf("%w: %s", ErrDamaged, action)
	}
	return nil
}
