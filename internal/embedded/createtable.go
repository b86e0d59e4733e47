package embedded

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// readDefinition reads and checks CreateTable's parameters.
func readDefinition(f *fields, now time.Time) (*definition, error) {
	name, ok := f.text("TableName")
	if f.err == nil && !ok {
		return nil, invalid("The parameter 'TableName' is required but was not present in the request")
	}
	f.checkName(name, "tableName", 3)
	d := &definition{Name: name, Tags: f.tags("Tags")}
	d.Attributes = f.attributeDefinitions(true)
	d.BillingMode = f.enum("BillingMode", provisioned, payPerRequest)
	units := f.throughput("provisionedThroughput")
	d.KeySchema = f.keySchema("keySchema", 2)
	d.Local = f.indexDefinitions("LocalSecondaryIndexes", 2)
	d.Global = f.indexDefinitions("GlobalSecondaryIndexes", 8)
	d.Protected = f.boolean("DeletionProtectionEnabled")
	d.Class = f.enum("TableClass", "STANDARD", "STANDARD_INFREQUENT_ACCESS")
	view, _ := f.streamSpecification()
	if err := f.failure(); err != nil {
		return nil, err
	}
	if view != "" {
		d.Stream = newStreamDefinition(view, now)
	}
	if err := d.checkBilling(units); err != nil {
		return nil, err
	}
	if err := d.checkKeys(); err != nil {
		return nil, err
	}
	return d, d.checkIndexes(f)
}

func (f *fields) attributeDefinitions(required bool) []attributeDefinition {
	list, ok := f.structures("AttributeDefinitions", "AttributeDefinition")
	if !ok {
		if required {
			f.problem("null", "attributeDefinitions", notNull)
		}
		return nil
	}
	var out []attributeDefinition
	for i, g := range list {
		at := "attributeDefinitions." + strconv.Itoa(i+1) + ".member."
		out = append(out, attributeDefinition{
			AttributeName: f.requiredText(g, "AttributeName", at+"attributeName"),
			AttributeType: f.requiredEnum(g, "AttributeType", at+"attributeType", "B", "N", "S"),
		})
	}
	return out
}

func (f *fields) keySchema(at string, most int) []keyElement {
	list, ok := f.structures("KeySchema", "KeySchemaElement")
	if !ok {
		f.problem("null", at, notNull)
		return nil
	}
	var out []keyElement
	var shown []string
	for i, g := range list {
		elementAt := at + "." + strconv.Itoa(i+1) + ".member."
		e := keyElement{
			AttributeName: f.requiredText(g, "AttributeName", elementAt+"attributeName"),
			KeyType:       f.requiredEnum(g, "KeyType", elementAt+"keyType", "HASH", "RANGE"),
		}
		out = append(out, e)
		shown = append(shown, fmt.Sprintf("KeySchemaElement(attributeName=%s, keyType=%s)", e.AttributeName, e.KeyType))
	}
	value := "'[" + strings.Join(shown, ", ") + "]'"
	if len(out) == 0 {
		f.problem(value, at, "Member must have length greater than or equal to 1")
	}
	if len(out) > most {
		f.problem(value, at, "Member must have length less than or equal to "+strconv.Itoa(most))
	}
	return out
}

// structures is a list of objects. Their faults are noted in f.
func (f *fields) structures(name, class string) ([]*fields, bool) {
	list, ok := f.list(name)
	if !ok {
		return nil, false
	}
	out := make([]*fields, 0, len(list))
	for _, raw := range list {
		g, err := objectOf(raw, "class com.amazonaws.dynamodb.v20120810."+class)
		if err != nil {
			f.mistyped(err.message)
			return nil, false
		}
		out = append(out, g)
	}
	return out, true
}

func (f *fields) requiredText(g *fields, name, at string) string {
	text, ok := g.text(name)
	f.take(g)
	if !ok {
		f.problem("null", at, notNull)
	}
	return text
}

func (f *fields) requiredEnum(g *fields, name, at string, set ...string) string {
	text := f.requiredText(g, name, at)
	if g.has(name) && !slices.Contains(set, text) {
		f.problem("'"+text+"'", at, "Member must satisfy enum value set: ["+strings.Join(set, ", ")+"]")
	}
	return text
}

// take moves what was noted in a part of the request to the whole.
func (f *fields) take(part *fields) {
	if f.err == nil {
		f.err = part.err
	}
	f.problems = append(f.problems, part.problems...)
	part.problems = nil
}

func (f *fields) throughput(at string) *throughput {
	g, ok := f.object("ProvisionedThroughput", "class com.amazonaws.dynamodb.v20120810.ProvisionedThroughput")
	if !ok {
		return nil
	}
	read := f.units(g, "ReadCapacityUnits", at)
	write := f.units(g, "WriteCapacityUnits", at)
	return &throughput{ReadCapacityUnits: read, WriteCapacityUnits: write}
}

func (f *fields) units(g *fields, name, at string) int64 {
	n, ok := g.integer(name, "Long")
	f.take(g)
	at += "." + lowerFirst(name)
	if !ok {
		f.problem("null", at, notNull)
	} else if n < 1 {
		f.problem("'"+strconv.FormatInt(n, 10)+"'", at, "Member must have value greater than or equal to 1")
	}
	return n
}

func (f *fields) indexDefinitions(name string, most int) []*indexDefinition {
	list, ok := f.structures(name, strings.TrimSuffix(name, "es"))
	if !ok {
		return nil
	}
	var out []*indexDefinition
	for i, g := range list {
		out = append(out, f.indexDefinition(g, lowerFirst(name)+"."+strconv.Itoa(i+1)+".member.", most))
	}
	return out
}

func (f *fields) indexDefinition(g *fields, at string, most int) *indexDefinition {
	x := &indexDefinition{IndexName: f.requiredText(g, "IndexName", at+"indexName")}
	if g.has("IndexName") {
		f.checkName(x.IndexName, at+"indexName", 3)
	}
	x.KeySchema = g.keySchema(at+"keySchema", most)
	if p, ok := g.object("Projection", "class com.amazonaws.dynamodb.v20120810.Projection"); ok {
		x.Projection.ProjectionType, _ = p.text("ProjectionType")
		if t := x.Projection.ProjectionType; t != "" && t != "ALL" && t != "INCLUDE" && t != "KEYS_ONLY" {
			f.problem("'"+t+"'", at+"projection.projectionType", "Member must satisfy enum value set: [ALL, INCLUDE, KEYS_ONLY]")
		}
		x.Projection.NonKeyAttributes, _ = p.texts("NonKeyAttributes")
		if p.has("NonKeyAttributes") && len(x.Projection.NonKeyAttributes) == 0 {
			f.problem("'[]'", at+"projection.nonKeyAttributes", "Member must have length greater than or equal to 1")
		}
		f.take(p)
	} else if g.err == nil {
		f.problem("null", at+"projection", notNull)
	}
	if units := g.throughput(at + "provisionedThroughput"); units != nil {
		x.Throughput = *units
	}
	f.take(g)
	return x
}
