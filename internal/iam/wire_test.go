package iam

import (
	"encoding/json"
	"testing"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/expr"
	"github.com/discreet-dev/discreet/internal/item"
	"github.com/discreet-dev/discreet/internal/policy"
)

// wire is what of DynamoDB's requests IAM sees.
type wire struct {
	TableName, IndexName, Select, ReturnValues                     string
	ProjectionExpression, KeyConditionExpression, FilterExpression string
	ConditionExpression, UpdateExpression                          string
	Key, Item, ExpressionAttributeValues                           json.RawMessage
	ExpressionAttributeNames                                       map[string]string
	RequestItems                                                   map[string]struct {
		Keys                     []json.RawMessage
		ProjectionExpression     string
		ExpressionAttributeNames map[string]string
	}
}

// seenByIAM turns a DynamoDB request into the request that IAM evaluates.
func seenByIAM(t testing.TB, o Options, c *contract.Contract, action string, body []byte) policy.Request {
	t.Helper()
	var w wire
	if err := json.Unmarshal(body, &w); err != nil {
		t.Fatal(err)
	}
	var keys []json.RawMessage
	for name, one := range w.RequestItems {
		w.TableName, w.ProjectionExpression, w.ExpressionAttributeNames = name, one.ProjectionExpression, one.ExpressionAttributeNames
		keys = one.Keys
	}
	table := c.Table(w.TableName)
	r := policy.Request{Action: "dynamodb:" + action, Resource: o.tableARN(table), Context: policy.Context{}}
	partition := table.Partition
	if w.IndexName != "" {
		r.Resource += "/index/" + w.IndexName
		partition = table.Index(w.IndexName).Partition[0]
	}
	var attributes, leading []string
	decode := func(raw json.RawMessage) item.Item {
		if raw == nil {
			return nil
		}
		it, err := item.DecodeItem(raw)
		if err != nil {
			t.Fatalf("%v: %s", err, raw)
		}
		return it
	}
	for _, raw := range append(keys, w.Key, w.Item) {
		for name, v := range decode(raw) {
			attributes = add(attributes, name)
			if name == partition {
				leading = add(leading, v.Str)
			}
		}
	}
	p, err := expr.NewParser(w.ExpressionAttributeNames, decode(w.ExpressionAttributeValues))
	if err != nil {
		t.Fatal(err)
	}
	paths := func(list []expr.Path, err error) {
		if err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		for _, path := range list {
			attributes = add(attributes, path[0].Name)
		}
	}
	condition := func(kind, source string) {
		if source != "" {
			c, err := p.Condition(kind, source)
			paths(expr.Paths(c), err)
		}
	}
	if w.ProjectionExpression != "" {
		paths(p.Projection(w.ProjectionExpression))
		r.Context[keySelect] = []string{"SPECIFIC_ATTRIBUTES"}
	}
	condition(expr.Filter, w.FilterExpression)
	condition(expr.Check, w.ConditionExpression)
	if w.KeyConditionExpression != "" {
		terms, err := p.KeyCondition(w.KeyConditionExpression)
		if err != nil {
			t.Fatal(err)
		}
		for _, term := range terms {
			attributes = add(attributes, term.Attribute)
			if term.Attribute == partition {
				leading = add(leading, term.Values[0].Str)
			}
		}
	}
	if w.UpdateExpression != "" {
		u, err := p.Update(w.UpdateExpression)
		paths(append(u.Targets(), u.Sources()...), err)
	}
	r.Context[keyAttributes] = attributes
	if leading != nil {
		r.Context[keyLeading] = leading
	}
	if action == "PutItem" || action == "UpdateItem" || action == "DeleteItem" {
		r.Context[keyReturn] = []string{"NONE"}
		if w.ReturnValues != "" {
			r.Context[keyReturn] = []string{w.ReturnValues}
		}
	}
	return r
}
