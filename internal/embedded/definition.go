package embedded

import (
	"github.com/discreet-dev/discreet/internal/expr"
	"github.com/discreet-dev/discreet/internal/item"
)

// definition is what a table was created with and has since been told, as it
// stands in the file; items and their order are no part of it.
type definition struct {
	Name        string
	ID          string
	Created     float64 // seconds since 1970
	Attributes  []attributeDefinition
	KeySchema   []keyElement
	Local       []*indexDefinition `json:",omitempty"`
	Global      []*indexDefinition `json:",omitempty"`
	BillingMode string
	Throughput  throughput
	Protected   bool              `json:",omitempty"`
	Class       string            `json:",omitempty"`
	TTL         string            `json:",omitempty"` // the attribute, "" if off
	Tags        map[string]string `json:",omitempty"`
	Stream      *streamDefinition `json:",omitempty"` // nil: none
}

type attributeDefinition struct {
	AttributeName string
	AttributeType string
}

type keyElement struct {
	AttributeName string
	KeyType       string // HASH or RANGE
}

type throughput struct {
	ReadCapacityUnits  int64
	WriteCapacityUnits int64
}

type projection struct {
	ProjectionType   string   `json:",omitempty"`
	NonKeyAttributes []string `json:",omitempty"`
}

type indexDefinition struct {
	IndexName  string
	KeySchema  []keyElement
	Projection projection
	Throughput throughput
}

const (
	provisioned   = "PROVISIONED"
	payPerRequest = "PAY_PER_REQUEST"
)

func (d *definition) kindOf(attribute string) item.Kind {
	for _, a := range d.Attributes {
		if a.AttributeName == attribute {
			return item.KindOf(a.AttributeType)
		}
	}
	return 0
}

func (d *definition) schema(elements []keyElement) keySchema {
	var s keySchema
	for _, e := range elements {
		a := expr.KeyAttribute{Name: e.AttributeName, Kind: d.kindOf(e.AttributeName)}
		if e.KeyType == "HASH" {
			s.Partition = append(s.Partition, a)
		} else {
			s.Sort = append(s.Sort, a)
		}
	}
	return s
}

// region and account stand in the names that the store makes up.
const arnPrefix = "arn:aws:dynamodb:us-east-1:000000000000:table/"

func (d *definition) arn() string { return arnPrefix + d.Name }

// The rest is the answer of DescribeTable and its kin.

type tableDescription struct {
	AttributeDefinitions      []attributeDefinition `json:",omitempty"`
	TableName                 string
	KeySchema                 []keyElement `json:",omitempty"`
	TableStatus               string
	CreationDateTime          float64
	ProvisionedThroughput     throughputDescription
	TableSizeBytes            int64
	ItemCount                 int64
	TableArn                  string
	TableId                   string
	BillingModeSummary        *billingSummary    `json:",omitempty"`
	TableClassSummary         *classSummary      `json:",omitempty"`
	LocalSecondaryIndexes     []indexDescription `json:",omitempty"`
	GlobalSecondaryIndexes    []indexDescription `json:",omitempty"`
	StreamSpecification       *streamDescription `json:",omitempty"`
	LatestStreamLabel         string             `json:",omitempty"`
	LatestStreamArn           string             `json:",omitempty"`
	DeletionProtectionEnabled bool
}

type streamDescription struct {
	StreamEnabled  bool
	StreamViewType string
}

type throughputDescription struct {
	NumberOfDecreasesToday int64
	ReadCapacityUnits      int64
	WriteCapacityUnits     int64
}

type billingSummary struct {
	BillingMode                       string
	LastUpdateToPayPerRequestDateTime float64 `json:",omitempty"`
}

type classSummary struct{ TableClass string }

type indexDescription struct {
	IndexName             string
	KeySchema             []keyElement
	Projection            projection
	IndexStatus           string                 `json:",omitempty"`
	ProvisionedThroughput *throughputDescription `json:",omitempty"`
	IndexSizeBytes        int64
	ItemCount             int64
	IndexArn              string
}

// describe is the table's description; the caller holds reading.
func (t *table) describe(status string) *tableDescription {
	d := t.definition
	out := &tableDescription{
		AttributeDefinitions:      d.Attributes,
		TableName:                 d.Name,
		KeySchema:                 d.KeySchema,
		TableStatus:               status,
		CreationDateTime:          d.Created,
		ProvisionedThroughput:     d.Throughput.describe(),
		TableSizeBytes:            t.primary.size,
		ItemCount:                 int64(t.primary.entries.Len()),
		TableArn:                  d.arn(),
		TableId:                   d.ID,
		DeletionProtectionEnabled: d.Protected,
	}
	if d.BillingMode == payPerRequest {
		out.BillingModeSummary = &billingSummary{BillingMode: d.BillingMode, LastUpdateToPayPerRequestDateTime: d.Created}
	}
	if d.Class != "" {
		out.TableClassSummary = &classSummary{d.Class}
	}
	if d.Stream != nil {
		out.StreamSpecification = &streamDescription{true, d.Stream.ViewType}
		out.LatestStreamLabel, out.LatestStreamArn = d.Stream.Label, d.streamARN()
	}
	for _, x := range d.Local {
		out.LocalSecondaryIndexes = append(out.LocalSecondaryIndexes, t.describeIndex(x, ""))
	}
	for _, x := range d.Global {
		out.GlobalSecondaryIndexes = append(out.GlobalSecondaryIndexes, t.describeIndex(x, status))
	}
	return out
}

func (t *table) describeIndex(d *indexDefinition, status string) indexDescription {
	x := t.findIndex(d.IndexName)
	out := indexDescription{
		IndexName:      d.IndexName,
		KeySchema:      d.KeySchema,
		Projection:     d.Projection,
		IndexSizeBytes: x.size,
		ItemCount:      int64(x.entries.Len()),
		IndexArn:       t.definition.arn() + "/index/" + d.IndexName,
	}
	if x.global {
		units := d.Throughput.describe()
		out.IndexStatus = status
		out.ProvisionedThroughput = &units
	}
	return out
}

func (u throughput) describe() throughputDescription {
	return throughputDescription{ReadCapacityUnits: u.ReadCapacityUnits, WriteCapacityUnits: u.WriteCapacityUnits}
}
