package embedded

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// numbered fills the table with items of one partition, sk 1 to n; l and g are
// on every second and third.
func numbered(t testing.TB, s *Store, n int) {
	t.Helper()
	for i := 1; i <= n; i++ {
		more := ""
		if i%2 == 0 {
			more += fmt.Sprintf(`,"l":{"S":"l%d"}`, 9-i%10)
		}
		if i%3 == 0 {
			more += `,"g":{"S":"G"}`
		}
		mustDo(t, s, "PutItem", fmt.Sprintf(`{"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"%d"},"x":{"N":"%d"},"y":{"S":"yy"}%s}}`, i, i%4, more))
	}
}

func TestQueryAnswers(t *testing.T) {
	s := openMusic(t)
	numbered(t, s, 6)
	mustDo(t, s, "PutItem", `{"TableName":"music","Item":{"pk":{"S":"b"},"sk":{"N":"1"},"g":{"S":"G"},"l":{"S":"L"},"h":{"B":"AA=="}}}`)
	q := func(more string) string {
		return `{"TableName":"music","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}}` + more + `}`
	}
	byG := func(index, more string) string {
		return `{"TableName":"music","IndexName":"` + index + `","KeyConditionExpression":"g = :p","ExpressionAttributeValues":{":p":{"S":"G"}}` + more + `}`
	}
	run(t, s, []call{
		{op: "Query", body: q(`,"Select":"COUNT"`), answer: `{"Count":6,"ScannedCount":6}`},
		{op: "Query", body: q(`,"Limit":1,"ProjectionExpression":"x"`), answer: `{"Items":[{"x":{"N":"1"}}],"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"pk":{"S":"a"},"sk":{"N":"1"}}}`},
		{op: "Query", body: q(`,"Limit":1,"ScanIndexForward":false,"ProjectionExpression":"sk","ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"N":"3.5"}}`), answer: `{"Items":[{"sk":{"N":"3"}}],"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"pk":{"S":"a"},"sk":{"N":"3"}}}`},
		{op: "Query", body: q(`,"Limit":2,"FilterExpression":"y = :p"`), answer: `{"Items":[],"Count":0,"ScannedCount":2,"LastEvaluatedKey":{"pk":{"S":"a"},"sk":{"N":"2"}}}`},
		{op: "Query", body: byG("byG", `,"ProjectionExpression":"pk,sk","Limit":2`), answer: `{"Items":[{"pk":{"S":"b"},"sk":{"N":"1"}},{"pk":{"S":"a"},"sk":{"N":"3"}}],"Count":2,"ScannedCount":2,"LastEvaluatedKey":{"g":{"S":"G"},"pk":{"S":"a"},"sk":{"N":"3"}}}`},
		{op: "Query", body: byG("some", `,"FilterExpression":"sk = :p"`), answer: `{"Items":[],"Count":0,"ScannedCount":3}`},
		{op: "Query", body: `{"TableName":"music","IndexName":"many","KeyConditionExpression":"g = :g AND l = :l AND sk = :s AND h > :h","ExpressionAttributeValues":{":g":{"S":"G"},":l":{"S":"L"},":s":{"N":"1"},":h":{"B":""}}}`, answer: `{"Items":[{"g":{"S":"G"},"l":{"S":"L"},"sk":{"N":"1"},"h":{"B":"AA=="},"pk":{"S":"b"}}],"Count":1,"ScannedCount":1}`},
		{op: "Query", body: `{"TableName":"music","IndexName":"byL","KeyConditionExpression":"pk = :p AND begins_with(l, :l)","ExpressionAttributeValues":{":p":{"S":"a"},":l":{"S":"l7"}}}`, answer: `{"Items":[{"pk":{"S":"a"},"sk":{"N":"2"},"l":{"S":"l7"}}],"Count":1,"ScannedCount":1}`},
		{op: "Query", body: `{"TableName":"music","IndexName":"byL","Select":"ALL_ATTRIBUTES","KeyConditionExpression":"pk = :p AND l = :l","ExpressionAttributeValues":{":p":{"S":"a"},":l":{"S":"l7"}}}`, answer: `{"Items":[{"pk":{"S":"a"},"sk":{"N":"2"},"l":{"S":"l7"},"x":{"N":"2"},"y":{"S":"yy"}}],"Count":1,"ScannedCount":1}`},
		{op: "Query", body: `{"TableName":"music","IndexName":"byL","ProjectionExpression":"y","KeyConditionExpression":"pk = :p AND l = :l","ExpressionAttributeValues":{":p":{"S":"a"},":l":{"S":"l7"}}}`, answer: `{"Items":[{"y":{"S":"yy"}}],"Count":1,"ScannedCount":1}`},
		{op: "Query", body: `{"TableName":"music","KeyConditions":{"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]},"sk":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"2"},{"N":"3"}]}},"QueryFilter":{"x":{"ComparisonOperator":"NE","AttributeValueList":[{"N":"3"}]}},"AttributesToGet":["sk"]}`, answer: `{"Items":[{"sk":{"N":"2"}}],"Count":1,"ScannedCount":2}`},
		{op: "Query", body: q(`,"ReturnConsumedCapacity":"INDEXES","Select":"COUNT"`), answer: `{"Count":6,"ScannedCount":6,"ConsumedCapacity":{"TableName":"music","CapacityUnits":0.5,"Table":{"CapacityUnits":0.5}}}`},
		{op: "Query", body: byG("byG", `,"ReturnConsumedCapacity":"INDEXES","Select":"COUNT"`), answer: `{"Count":3,"ScannedCount":3,"ConsumedCapacity":{"TableName":"music","CapacityUnits":0.5,"Table":{"CapacityUnits":0},"GlobalSecondaryIndexes":{"byG":{"CapacityUnits":0.5}}}}`},
	})
}

func TestQueryRefuses(t *testing.T) {
	s := openMusic(t)
	numbered(t, s, 3)
	q := func(more string) string {
		return `{"TableName":"music","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}}` + more + `}`
	}
	const startKey = "ValidationException: The provided starting key is invalid"
	run(t, s, []call{
		{op: "Query", body: `{"TableName":"music"}`, refused: "ValidationException: Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."},
		{op: "Query", body: q(`,"Limit":0`), refused: "ValidationException: 1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{op: "Query", body: q(`,"IndexName":"none"`), refused: "ValidationException: The table does not have the specified index: none"},
		{op: "Query", body: `{"TableName":"music","IndexName":"byG","ConsistentRead":true,"KeyConditionExpression":"g = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}`, refused: "ValidationException: Consistent reads are not supported on global secondary indexes"},
		{op: "Query", body: `{"TableName":"music","IndexName":"some","Select":"ALL_ATTRIBUTES","KeyConditionExpression":"g = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}`, refused: "ValidationException: One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index some because its projection type is not ALL"},
		{op: "Query", body: `{"TableName":"music","IndexName":"many","KeyConditionExpression":"g = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}`, refused: "ValidationException: Query condition missed key schema element: l"},
		{op: "Query", body: q(`,"FilterExpression":"sk = :p"`), refused: "ValidationException: Filter Expression can only contain non-primary key attributes: Primary key attribute: sk"},
		{op: "Query", body: q(`,"Select":"SPECIFIC_ATTRIBUTES"`), refused: "ValidationException: Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"},
		{op: "Query", body: q(`,"Select":"ALL_PROJECTED_ATTRIBUTES"`), refused: "ValidationException: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"},
		{op: "Query", body: q(`,"Select":"COUNT","ProjectionExpression":"x"`), refused: "ValidationException: Cannot specify the ProjectionExpression when choosing to get only the Count"},
		{op: "Query", body: q(`,"ExclusiveStartKey":{"pk":{"S":"a"}}`), refused: startKey},
		{op: "Query", body: q(`,"ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"S":"1"}}`), refused: startKey + ": The provided key element does not match the schema"},
		{op: "Query", body: q(`,"ExclusiveStartKey":{"pk":{"S":"a"},"zz":{"N":"1"}}`), refused: startKey + ": The provided key element does not match the schema"},
		{op: "Query", body: q(`,"ExclusiveStartKey":{"pk":{"S":"b"},"sk":{"N":"1"}}`), refused: "ValidationException: The provided starting key is outside query boundaries based on provided conditions"},
		{op: "Query", body: `{"TableName":"music","KeyConditionExpression":"pk = :p AND sk > :s","ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"N":"1"}},"ExpressionAttributeValues":{":p":{"S":"a"},":s":{"N":"2"}}}`, refused: "ValidationException: The provided starting key does not match the range key predicate"},
		{op: "Scan", body: `{"TableName":"music","Segment":1}`, refused: "ValidationException: The TotalSegments parameter is required but was not present in the request when Segment parameter is present"},
		{op: "Scan", body: `{"TableName":"music","Segment":2,"TotalSegments":2}`, refused: "ValidationException: The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2"},
		{op: "Scan", body: `{"TableName":"music","Limit":0}`, refused: "ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{op: "Scan", body: `{"TableName":"music","ExclusiveStartKey":{"pk":{"S":"a"}}}`, refused: startKey + ": The provided key element does not match the schema"},
	})
}

type pageAnswer struct {
	Items []map[string]map[string]any
	Count int
	Last  json.RawMessage `json:"LastEvaluatedKey"`
}

// pages follows a Query or Scan to its end; the answer is each item's sk.
func pages(t testing.TB, s *Store, operation, body string) []string {
	t.Helper()
	var all []string
	start := ""
	for range 1000 {
		var p pageAnswer
		if err := json.Unmarshal(mustDo(t, s, operation, body[:len(body)-1]+start+"}"), &p); err != nil {
			t.Fatal(err)
		}
		for _, m := range p.Items {
			all = append(all, fmt.Sprint(m["pk"]["S"], m["sk"]["N"]))
		}
		if p.Last == nil {
			return all
		}
		start = `,"ExclusiveStartKey":` + string(p.Last)
	}
	t.Fatal("the pages never end")
	return nil
}

func TestPagesGiveEveryItemOnceInOrderOfAnySizeAndDirection(t *testing.T) {
	s := openMusic(t)
	numbered(t, s, 30)
	rapid.Check(t, func(rt *rapid.T) {
		limit := rapid.IntRange(1, 31).Draw(rt, "limit")
		forward := rapid.Bool().Draw(rt, "forward")
		index := rapid.SampledFrom([]string{"", "byL", "byG"}).Draw(rt, "index")
		key, value := "pk", "a"
		var want []string
		for i := 1; i <= 30; i++ {
			if index == "" || (index == "byL" && i%2 == 0) || (index == "byG" && i%3 == 0) {
				want = append(want, fmt.Sprintf("a%d", i))
			}
		}
		named := ""
		if index != "" {
			named = `,"IndexName":"` + index + `"`
		}
		if index == "byG" {
			key, value = "g", "G"
		}
		got := pages(t, s, "Query", fmt.Sprintf(`{"TableName":"music","KeyConditionExpression":"%s = :p","ExpressionAttributeValues":{":p":{"S":"%s"}},"Limit":%d,"ScanIndexForward":%v%s}`,
			key, value, limit, forward, named))
		if !forward {
			slices.Reverse(got)
		}
		if index == "byL" {
			// Ordered by l, and in equal l by the table's key.
			if !slices.IsSortedFunc(got, func(a, b string) int { return strings.Compare(lOf(a), lOf(b)) }) {
				rt.Fatalf("out of order: %v", got)
			}
			slices.Sort(got)
			slices.Sort(want)
		}
		if !slices.Equal(got, want) {
			rt.Fatalf("got %v, want %v", got, want)
		}
	})
}

func lOf(id string) string {
	n := 0
	_, _ = fmt.Sscanf(id, "a%d", &n)
	return fmt.Sprint(9 - n%10)
}

func TestScanSegmentsGiveEveryItemOnce(t *testing.T) {
	s := openMusic(t)
	var want []string
	for i := range 60 {
		mustDo(t, s, "PutItem", fmt.Sprintf(`{"TableName":"music","Item":{"pk":{"S":"%c"},"sk":{"N":"%d"}}}`, 'a'+i%20, i))
		want = append(want, fmt.Sprintf("%c%d", 'a'+i%20, i))
	}
	slices.Sort(want)
	for _, total := range []int{1, 2, 3, 8} {
		for _, limit := range []int{1, 7, 100} {
			var got []string
			for segment := range total {
				got = append(got, pages(t, s, "Scan", fmt.Sprintf(`{"TableName":"music","Segment":%d,"TotalSegments":%d,"Limit":%d}`, segment, total, limit))...)
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%d segments, limit %d: got %v", total, limit, got)
			}
		}
	}
}

func TestAPageEndsAtOneMegabyteBeforeTheFilter(t *testing.T) {
	s := openMusic(t)
	pad := strings.Repeat("x", 100_000)
	for i := range 15 {
		mustDo(t, s, "PutItem", fmt.Sprintf(`{"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"%d"},"y":{"S":"%s"}}}`, i, pad))
	}
	run(t, s, []call{{
		op:     "Query",
		body:   `{"TableName":"music","KeyConditionExpression":"pk = :p","FilterExpression":"y = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}`,
		answer: `{"Items":[],"Count":0,"ScannedCount":11,"LastEvaluatedKey":{"pk":{"S":"a"},"sk":{"N":"10"}}}`,
	}})
}
