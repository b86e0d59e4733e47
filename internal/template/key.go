package template

import (
	"cmp"

	"github.com/discreet-dev/discreet/internal/policy"
)

// keyed is a table of CloudFormation with what its properties say of its keys.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
func (s *stack) keyed(t Table, properties *policy.Node) Table {
	if properties == nil {
		return t
	}
	if key := get(properties, "PrimaryKey"); key != nil { // SAM's SimpleTable
		t.Partition = Key{s.known(get(key, "Name")), simpleTypes[s.known(get(key, "Type"))]}
	}
	types := map[string]string{}
	for _, d := range s.elements(get(properties, "AttributeDefinitions")) {
		types[s.known(get(&d, "AttributeName"))] = s.known(get(&d, "AttributeType"))
	}
	if schema := get(properties, "KeySchema"); schema != nil {
		t.Partition, t.Sort = s.schema(schema, types)
	}
	if ttl := get(properties, "TimeToLiveSpecification"); ttl != nil && str(get(ttl, "Enabled")) != "false" {
		t.TTL = s.known(get(ttl, "AttributeName"))
	}
	for _, word := range []string{"GlobalSecondaryIndexes", "LocalSecondaryIndexes"} {
		for _, d := range s.elements(get(properties, word)) {
			x := Index{Name: s.known(get(&d, "IndexName")), Projection: s.known(get(&d, "Projection", "ProjectionType"))}
			x.Partition, x.Sort = s.schema(get(&d, "KeySchema"), types)
			for _, n := range s.elements(get(&d, "Projection", "NonKeyAttributes")) {
				x.Include = append(x.Include, s.known(&n))
			}
			t.Indexes = append(t.Indexes, x)
		}
	}
	return t
}

// simpleTypes are the words of SAM's PrimaryKey.
var simpleTypes = map[string]string{"String": "S", "Number": "N", "Binary": "B"}

func (s *stack) schema(n *policy.Node, types map[string]string) (partition, sort Key) {
	for _, d := range s.elements(n) {
		name := s.known(get(&d, "AttributeName"))
		switch s.known(get(&d, "KeyType")) {
		case "HASH":
			partition = Key{name, types[name]}
		case "RANGE":
			sort = Key{name, types[name]}
		}
	}
	return partition, sort
}

// known is a text that the template decides, or "".
func (s *stack) known(n *policy.Node) string {
	if n == nil {
		return ""
	}
	if t := s.text(n); !marked(t) {
		return t
	}
	return ""
}

// keyed is a table of Terraform with what its blocks say of its keys.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table
func (a aws) keyed(t Table) Table {
	types := map[string]string{}
	for _, d := range each(a.value("attribute")) {
		types[str(get(&d, "name"))] = str(get(&d, "type"))
	}
	key := func(n *policy.Node) Key {
		name := str(n)
		if marked(name) {
			return Key{}
		}
		return Key{name, types[name]}
	}
	t.Partition, t.Sort = key(a.value("hash_key")), key(a.value("range_key"))
	for _, d := range each(a.value("ttl")) {
		if str(get(&d, "enabled")) != "false" {
			t.TTL = key(get(&d, "attribute_name")).Name
		}
	}
	for _, word := range []string{"global_secondary_index", "local_secondary_index"} {
		for _, d := range each(a.value(word)) {
			x := Index{Name: key(get(&d, "name")).Name, Partition: key(get(&d, "hash_key")), Sort: key(get(&d, "range_key")), Projection: str(get(&d, "projection_type"))}
			if word == "local_secondary_index" {
				x.Partition = cmp.Or(x.Partition, t.Partition)
			}
			for _, n := range each(get(&d, "non_key_attributes")) {
				x.Include = append(x.Include, str(&n))
			}
			t.Indexes = append(t.Indexes, x)
		}
	}
	return t
}
