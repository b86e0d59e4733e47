package embedded

import (
	"slices"
	"strings"
)

// What a definition must be, beyond the form of the request that it came in.

func (d *definition) checkBilling(units *throughput) error {
	if d.BillingMode == payPerRequest {
		if units != nil {
			return invalidValue("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
		}
		return nil
	}
	d.BillingMode = provisioned
	if units == nil {
		return invalidValue("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
	}
	d.Throughput = *units
	return units.check()
}

func (u *throughput) check() error {
	const most = 1000000000000
	if u.ReadCapacityUnits > most {
		return invalid("Given value %d for ReadCapacityUnits is out of bounds", u.ReadCapacityUnits)
	}
	if u.WriteCapacityUnits > most {
		return invalid("Given value %d for WriteCapacityUnits is out of bounds", u.WriteCapacityUnits)
	}
	return nil
}

func (d *definition) checkKeys() error {
	if len(d.KeySchema) > len(d.Attributes) {
		return invalid("Invalid KeySchema: Some index key attribute have no definition")
	}
	if err := d.checkDefined(d.KeySchema); err != nil {
		return err
	}
	if err := checkElements(d.KeySchema); err != nil {
		return err
	}
	if len(d.Local)+len(d.Global) == 0 && len(d.KeySchema) != len(d.Attributes) {
		return invalidValue("Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
	}
	return nil
}

func (d *definition) checkDefined(elements []keyElement) error {
	for _, e := range elements {
		if d.kindOf(e.AttributeName) == 0 {
			return invalidValue("Some index key attributes are not defined in AttributeDefinitions. Keys: [%s], AttributeDefinitions: [%s]",
				elementNames(elements), d.attributeNames())
		}
	}
	return nil
}

// checkElements is for tables and local indexes: one HASH, then maybe a RANGE.
func checkElements(elements []keyElement) error {
	if len(elements) == 2 && elements[0].AttributeName == elements[1].AttributeName {
		return invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name")
	}
	if elements[0].KeyType != "HASH" {
		return invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
	}
	if len(elements) == 2 && elements[1].KeyType != "RANGE" {
		return invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
	}
	return nil
}

// checkGlobalElements lets a global index have up to four partition and four
// sort attributes.
func checkGlobalElements(elements []keyElement) error {
	if len(elements) <= 2 && (len(elements) < 2 || elements[1].KeyType == "RANGE" || elements[0].KeyType != "HASH") {
		return checkElements(elements)
	}
	seen := map[string]bool{}
	counts := map[string]int{}
	for _, e := range elements {
		if seen[e.AttributeName] {
			return invalid("Invalid KeySchema: Some attributes are repeated")
		}
		seen[e.AttributeName] = true
		if e.KeyType == "HASH" && counts["RANGE"] > 0 {
			return invalid("Invalid KeySchema: All HASH key elements must precede RANGE key elements")
		}
		if counts[e.KeyType]++; counts[e.KeyType] > 4 {
			return invalid("Invalid KeySchema: A global secondary index can have at most 4 HASH and 4 RANGE key elements")
		}
	}
	if counts["HASH"] == 0 {
		return invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
	}
	return nil
}

func (d *definition) checkIndexes(f *fields) error {
	names := map[string]bool{}
	if f.has("LocalSecondaryIndexes") {
		if len(d.Local) == 0 {
			return invalidValue("List of LocalSecondaryIndexes is empty")
		}
		if len(d.KeySchema) != 2 {
			return invalidValue("Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex")
		}
		for _, x := range d.Local {
			if err := d.checkLocal(x); err != nil {
				return err
			}
			if err := x.checkProjection(names); err != nil {
				return err
			}
		}
		if len(d.Local) > 5 {
			return invalidValue("Number of LocalSecondaryIndexes exceeds per-table limit of 5")
		}
	}
	if f.has("GlobalSecondaryIndexes") {
		if len(d.Global) == 0 {
			return invalidValue("List of GlobalSecondaryIndexes is empty")
		}
		for _, x := range d.Global {
			if err := d.checkGlobal(x, names); err != nil {
				return err
			}
		}
		if len(d.Global) > 20 {
			return invalidValue("GlobalSecondaryIndex count exceeds the per-table limit of 20")
		}
	}
	return d.checkUsed()
}

func (d *definition) checkLocal(x *indexDefinition) error {
	if err := d.checkDefined(x.KeySchema); err != nil {
		return err
	}
	if err := checkElements(x.KeySchema); err != nil {
		return err
	}
	if len(x.KeySchema) != 2 {
		return invalidValue("Index KeySchema does not have a range key for index: %s", x.IndexName)
	}
	if own, table := x.KeySchema[0].AttributeName, d.KeySchema[0].AttributeName; own != table {
		return invalidValue("Index KeySchema does not have the same leading hash key as table KeySchema for index: %s. index hash key: %s, table hash key: %s",
			x.IndexName, own, table)
	}
	return nil
}

func (d *definition) checkGlobal(x *indexDefinition, names map[string]bool) error {
	if err := d.checkDefined(x.KeySchema); err != nil {
		return err
	}
	if err := checkGlobalElements(x.KeySchema); err != nil {
		return err
	}
	if d.BillingMode == payPerRequest && x.Throughput != (throughput{}) {
		return invalidValue("ProvisionedThroughput should not be specified for index: %s when BillingMode is PAY_PER_REQUEST", x.IndexName)
	}
	return x.checkProjection(names)
}

func (x *indexDefinition) checkProjection(names map[string]bool) error {
	p := x.Projection
	if p.ProjectionType == "" {
		return invalidValue("Unknown ProjectionType: null")
	}
	if len(p.NonKeyAttributes) > 0 && p.ProjectionType != "INCLUDE" {
		return invalidValue("ProjectionType is %s, but NonKeyAttributes is specified", p.ProjectionType)
	}
	if p.ProjectionType == "INCLUDE" && len(p.NonKeyAttributes) == 0 {
		return invalidValue("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
	}
	if names[x.IndexName] {
		return invalidValue("Duplicate index name: %s", x.IndexName)
	}
	names[x.IndexName] = true
	return nil
}

// checkUsed refuses attribute definitions that no key uses.
func (d *definition) checkUsed() error {
	var used []string
	add := func(elements []keyElement) {
		for _, e := range elements {
			if !slices.Contains(used, e.AttributeName) {
				used = append(used, e.AttributeName)
			}
		}
	}
	add(d.KeySchema)
	for _, x := range d.Local {
		add(x.KeySchema)
	}
	for _, x := range d.Global {
		add(x.KeySchema)
	}
	for _, a := range d.Attributes {
		if !slices.Contains(used, a.AttributeName) {
			return invalidValue("Some AttributeDefinitions are not used. AttributeDefinitions: [%s], keys used: [%s]",
				d.attributeNames(), strings.Join(used, ", "))
		}
	}
	return nil
}

func elementNames(elements []keyElement) string {
	names := make([]string, len(elements))
	for i, e := range elements {
		names[i] = e.AttributeName
	}
	return strings.Join(names, ", ")
}

func (d *definition) attributeNames() string {
	names := make([]string, len(d.Attributes))
	for i, a := range d.Attributes {
		names[i] = a.AttributeName
	}
	return strings.Join(names, ", ")
}
