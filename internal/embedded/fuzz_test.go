package embedded

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzDo: no request makes the store panic or fail, and every answer is JSON.
func FuzzDo(f *testing.F) {
	for _, seed := range []string{
		`GetItem {"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"ProjectionExpression":"m.l[0]"}`,
		`PutItem {"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"g"},"l":{"S":"l"},"h":{"B":"AA=="}},"ReturnValues":"ALL_OLD"}`,
		`UpdateItem {"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"UpdateExpression":"SET m = list_append(m, :v) REMOVE x[0] ADD n :n","ExpressionAttributeValues":{":v":{"L":[]},":n":{"N":"1"}},"ReturnValues":"UPDATED_NEW"}`,
		`DeleteItem {"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"Expected":{"a":{"Exists":false}}}`,
		`Query {"TableName":"music","IndexName":"many","KeyConditionExpression":"g = :g AND l = :g AND sk BETWEEN :n AND :n","ExpressionAttributeValues":{":g":{"S":"g"},":n":{"N":"1"}},"Limit":1,"ScanIndexForward":false,"ReturnConsumedCapacity":"INDEXES"}`,
		`Query {"TableName":"music","KeyConditions":{"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}},"ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"N":"1"}}}`,
		`Scan {"TableName":"music","IndexName":"byL","Segment":1,"TotalSegments":3,"ScanFilter":{"x":{"ComparisonOperator":"NULL"}}}`,
		`BatchGetItem {"RequestItems":{"music":{"Keys":[{"pk":{"S":"a"},"sk":{"N":"1"}}]}}}`,
		`BatchWriteItem {"RequestItems":{"music":[{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"N":"1"}}}}]}}`,
		`TransactGetItems {"TransactItems":[{"Get":{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}}}}]}`,
		`TransactWriteItems {"ClientRequestToken":"t","TransactItems":[{"ConditionCheck":{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"ConditionExpression":"attribute_exists(pk)"}}]}`,
		`CreateTable ` + music,
		`UpdateTable {"TableName":"music","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"byG"}}]}`,
		`UpdateTimeToLive {"TableName":"music","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"x"}}`,
		`TagResource {"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/music","Tags":[{"Key":"a","Value":"b"}]}`,
		`ListTables {"Limit":1,"ExclusiveStartTableName":"abc"}`,
		`GetRecords {"ShardIterator":"YXJufDF8MQ","Limit":1}`,
		`GetShardIterator {"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/music/stream/2020-01-01T00:00:00.000","ShardId":"shardId-1","ShardIteratorType":"AT_SEQUENCE_NUMBER","SequenceNumber":"100000000000000000001"}`,
		`UpdateTable {"TableName":"music","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}}`,
		`GetItem {"a":` + strings.Repeat("[", 50) + strings.Repeat("]", 50) + `}`,
	} {
		operation, body, _ := strings.Cut(seed, " ")
		f.Add(operation, []byte(body))
	}
	s := openMusic(f)
	numbered(f, s, 5)
	f.Fuzz(func(t *testing.T, operation string, body []byte) {
		status, answer := s.Do(t.Context(), operation, body)
		if status >= 500 {
			t.Fatalf("%d %s", status, answer)
		}
		if len(answer) > 0 && !json.Valid(answer) {
			t.Fatalf("no JSON: %q", answer)
		}
	})
}

func TestDeepNestingIsRefusedAtOnce(t *testing.T) {
	s := openMusic(t)
	deep := func(open, end string, n int) string { return strings.Repeat(open, n) + strings.Repeat(end, n) }
	for _, body := range []string{
		deep("[", "]", 1<<20),
		deep(`{"a":`, "}", 1<<20),
		`{"TableName":"music","Item":{"a":` + strings.Repeat(`{"L":[`, 5000) + `{"S":""}` + strings.Repeat(`]}`, 5000) + `}}`,
		`{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"UpdateExpression":"SET a = ` + deep("(", ")", 1500) + `"}`,
		`{"TableName":"music","Key":` + deep("[", "]", 9000) + `}`,
	} {
		for _, op := range []string{"PutItem", "UpdateItem", "TransactWriteItems"} {
			if status, answer := s.Do(t.Context(), op, []byte(body)); status != 400 {
				t.Errorf("%s: %d %s", op, status, answer)
			}
		}
	}
}

func TestAnUpdateCanNotNestDeeperThanAnItemMay(t *testing.T) {
	s := openMusic(t)
	const key = `"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}}`
	nested := strings.Repeat(`{"M":{"a":`, 31) + `{"S":"x"}` + strings.Repeat(`}}`, 31)
	mustDo(t, s, "UpdateItem", `{`+key+`,"UpdateExpression":"SET x = :v","ExpressionAttributeValues":{":v":`+nested+`}}`)
	run(t, s, []call{
		{op: "UpdateItem", body: `{` + key + `,"UpdateExpression":"SET y = :m","ExpressionAttributeValues":{":m":{"M":{}}}}`},
		{op: "UpdateItem", body: `{` + key + `,"UpdateExpression":"SET y.z = x"}`, refused: "ValidationException: Nesting Levels have exceeded supported limits: *"},
		{op: "GetItem", body: `{` + key + `,"ProjectionExpression":"y"}`, answer: `{"Item":{"y":{"M":{}}}}`},
	})
}

func TestItemsHaveTheirSizeLimit(t *testing.T) {
	s := openMusic(t)
	pad := strings.Repeat("x", 300_000)
	const key = `"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}}`
	run(t, s, []call{
		{op: "PutItem", body: `{"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"x":{"S":"` + pad + `"},"y":{"S":"` + pad + `"}}}`, refused: "ValidationException: Item size has exceeded the maximum allowed size"},
		{op: "PutItem", body: `{"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"x":{"S":"` + pad + `"}}}`},
		{op: "UpdateItem", body: `{` + key + `,"UpdateExpression":"SET y = x"}`, refused: "ValidationException: Item size to update has exceeded the maximum allowed size"},
		{op: "PutItem", body: `{"TableName":"music","Item":{"pk":{"S":"` + strings.Repeat("k", 2049) + `"},"sk":{"N":"1"}}}`, refused: "ValidationException: One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"},
	})
}
