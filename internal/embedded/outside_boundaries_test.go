//go:build outside

package embedded

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The requests here stand at the edges of what DynamoDB takes: one within, one
// beyond.

func TestDynoxideDrawsTheSameBoundaries(t *testing.T) { compareBoundaries(t, startDynoxide(t)) }

func TestDynaliteDrawsTheSameBoundaries(t *testing.T) { compareBoundaries(t, startDynalite(t)) }

func compareBoundaries(t *testing.T, e *engine) {
	n := 0
	check(t, func(rt *rapid.T) {
		n++
		s, err := Open(Config{})
		if err != nil {
			rt.Fatal(err)
		}
		c := &comparison{t: rt, store: s, engine: e, table: fmt.Sprintf("boundaries-%d", n)}
		if !c.create(differentialTable) {
			return
		}
		defer e.ask("DeleteTable", `{"TableName":"`+c.table+`"}`)
		for range 5 {
			if !c.same(drawBoundary(rt)) || !c.same(drawTables(rt)) {
				return
			}
		}
	})
}

const oneKey = `"pk":{"S":"a"},"sk":{"N":"1"}`

func drawBoundary(t *rapid.T) request {
	put := func(rest string) request {
		return request{op: "PutItem", single: true, body: tableMember + `,"Item":{` + rest + `}}`}
	}
	over := rapid.IntRange(0, 1).Draw(t, "beyond")
	switch pick(t, "boundary", "item size", "partition key size", "sort key size", "index key size", "digits", "magnitude", "number", "depth", "set", "batch", "get batch", "empty key", "value form", "limit", "segments", "name") {
	case "item size":
		// pk, its "a"; sk and a number of 2 bytes; p.
		return put(oneKey + `,"p":{"S":"` + strings.Repeat("x", 400<<10-3-4-1+over) + `"}`)
	case "partition key size":
		return put(`"pk":{"S":"` + strings.Repeat("k", 2048+over) + `"},"sk":{"N":"1"}`)
	case "sort key size":
		return put(oneKey + `,"l":{"S":"` + strings.Repeat("k", 1024+over) + `"}`)
	case "index key size":
		return put(oneKey + `,"g":{"S":"` + strings.Repeat("k", 2048+over) + `"}`)
	case "digits":
		return put(oneKey + `,"x":{"N":"` + pick(t, "sign", "", "-") + strings.Repeat("1", 38+over) + pick(t, "zeros", "", "0", "000") + `"}`)
	case "magnitude":
		return put(oneKey + `,"x":{"N":"` + pick(t, "number", "9.9E125", "1E126", "-1E126", "1E-130", "1E-131", "-1E-131", "0E200", "0E-200", "1E+125") + `"}`)
	case "number":
		return put(oneKey + `,"x":{"N":"` + pick(t, "number", "", " 1", "1 ", "+1", "1.", ".5", "0x1", "1e", "NaN", "Infinity", "-0", "00012", "1_000", "1e1.5", "--1", "1E0005") + `"}`)
	case "depth":
		return put(oneKey + `,"x":` + strings.Repeat(`{"L":[`, 30+over) + `{"S":"a"}` + strings.Repeat(`]}`, 30+over))
	case "set":
		return put(oneKey + `,"x":` + pick(t, "set", `{"SS":[]}`, `{"NS":[]}`, `{"BS":[]}`, `{"SS":["a","a"]}`, `{"NS":["1","1.0"]}`, `{"NS":["1","x"]}`, `{"BS":["AA==","AA=="]}`, `{"SS":[""]}`, `{"BS":[""]}`))
	case "batch":
		parts := make([]string, 25+over)
		for i := range parts {
			parts[i] = fmt.Sprintf(`{"PutRequest":{"Item":{"pk":{"S":"b"},"sk":{"N":"%d"}}}}`, i)
		}
		return request{op: "BatchWriteItem", body: `{"RequestItems":{"TABLE":[` + strings.Join(parts, ",") + `]}}`}
	case "get batch":
		parts := make([]string, 100+over)
		for i := range parts {
			parts[i] = fmt.Sprintf(`{"pk":{"S":"b"},"sk":{"N":"%d"}}`, i)
		}
		return request{op: "BatchGetItem", body: `{"RequestItems":{"TABLE":{"Keys":[` + strings.Join(parts, ",") + `]}}}`}
	case "empty key":
		return put(pick(t, "key", `"pk":{"S":""},"sk":{"N":"1"}`, `"sk":{"N":"1"}`, `"pk":{"S":"a"}`, `"pk":{"N":"1"},"sk":{"N":"1"}`, `"pk":{"S":"a"},"sk":{"S":"1"}`, oneKey+`,"g":{"S":""}`, oneKey+`,"g":{"N":"1"}`))
	case "value form":
		return put(oneKey + `,"x":` + pick(t, "value", `{}`, `{"S":"a","N":"1"}`, `{"NULL":false}`, `{"B":"A"}`, `{"B":"A==="}`, `{"Q":"a"}`, `{"S":null}`, `"a"`, `[]`, `{"L":[{}]}`, `{"M":{"":{"S":"a"}}}`))
	case "limit":
		return request{op: pick(t, "operation", "Scan", "Query"), single: true, body: tableMember + `,"KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}},"Limit":` + pick(t, "limit", "0", "-1", "1", "2147483647") + `}`}
	case "segments":
		return request{op: "Scan", single: true, body: tableMember + pick(t, "segments", `,"Segment":0,"TotalSegments":1`, `,"Segment":1,"TotalSegments":1`, `,"Segment":0`, `,"TotalSegments":1`, `,"Segment":-1,"TotalSegments":2`, `,"Segment":0,"TotalSegments":1000001`) + `}`}
	}
	return request{op: "GetItem", single: true, body: `{"Key":{` + oneKey + `}` + pick(t, "table", `,"TableName":""`, `,"TableName":"a b"`, `,"TableName":"nowhere"`, ``, `,"TableName":"`+strings.Repeat("n", 256)+`"`) + `}`}
}

// drawTables asks for what a table is, or for a table that cannot be.
func drawTables(t *rapid.T) request {
	create := func(attributes, keys, rest string) request {
		return request{op: "CreateTable", body: `{"TableName":"TABLE","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[` + attributes + `],"KeySchema":[` + keys + `]` + rest + `}`}
	}
	const id, hash = `{"AttributeName":"id","AttributeType":"S"}`, `{"AttributeName":"id","KeyType":"HASH"}`
	index := func(kind, name, key, projection string) string {
		return `,"` + kind + `":[{"IndexName":"` + name + `","KeySchema":[` + key + `],"Projection":` + projection + `}]`
	}
	switch pick(t, "tables", "describe", "missing", "again", "key", "attributes", "index", "projection", "time to live", "list", "delete missing") {
	case "describe":
		return request{op: "DescribeTable", body: `{"TableName":"TABLE"}`}
	case "missing":
		return request{op: pick(t, "operation", "DescribeTable", "DescribeTimeToLive", "DeleteTable"), single: true, body: `{"TableName":"not-there"}`}
	case "again":
		return request{op: "CreateTable", single: true, body: differentialTable}
	case "key":
		return create(id, pick(t, "keys", `{"AttributeName":"id","KeyType":"RANGE"}`, hash+","+hash, `{"AttributeName":"other","KeyType":"HASH"}`, ``), "")
	case "attributes":
		return create(pick(t, "attributes", id+","+id, id+`,{"AttributeName":"more","AttributeType":"S"}`, `{"AttributeName":"id","AttributeType":"BOOL"}`), hash, "")
	case "index":
		return create(id, hash, index(pick(t, "kind", "LocalSecondaryIndexes", "GlobalSecondaryIndexes"), "index", pick(t, "keys", `{"AttributeName":"none","KeyType":"HASH"}`, hash), `{"ProjectionType":"ALL"}`))
	case "projection":
		return create(id, hash, index("GlobalSecondaryIndexes", "index", hash, pick(t, "projection", `{}`, `{"ProjectionType":"INCLUDE"}`, `{"ProjectionType":"ALL","NonKeyAttributes":["a"]}`, `{"ProjectionType":"SOME"}`)))
	case "time to live":
		return request{op: "DescribeTimeToLive", body: `{"TableName":"TABLE"}`}
	case "list":
		return request{op: "ListTables", single: true, body: pick(t, "limit", `{"Limit":0}`, `{"Limit":101}`, `{"ExclusiveStartTableName":"a"}`)}
	}
	return request{op: "DeleteTable", single: true, body: `{"TableName":"not-there"}`}
}
