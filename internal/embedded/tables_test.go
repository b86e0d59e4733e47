package embedded

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// simple is a CreateTable of a table keyed by pk, with more members.
func simple(name, more string) string {
	return fmt.Sprintf(`{"TableName":%q,"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]%s}`, name, more)
}

const onDemand = `,"BillingMode":"PAY_PER_REQUEST"`

func TestTablesAreMadeDescribedListedAndDeleted(t *testing.T) {
	s, err := Open(Config{Clock: func() time.Time { return time.Unix(1700000000, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ccc", "aaa", "bbb"} {
		mustDo(t, s, "CreateTable", simple(name, onDemand))
	}
	description := string(mustDo(t, s, "DescribeTable", `{"TableName":"aaa"}`))
	for _, want := range []string{`"TableStatus":"ACTIVE"`, `"CreationDateTime":1700000000`, `"ItemCount":0`, `"TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/aaa"`, `"BillingMode":"PAY_PER_REQUEST"`} {
		if !strings.Contains(description, want) {
			t.Errorf("%s is not in %s", want, description)
		}
	}
	run(t, s, []call{
		{op: "ListTables", body: `{"Limit":2}`, answer: `{"TableNames":["aaa","bbb"],"LastEvaluatedTableName":"bbb"}`},
		{op: "ListTables", body: `{"ExclusiveStartTableName":"bbb"}`, answer: `{"TableNames":["ccc"]}`},
		{op: "CreateTable", body: simple("aaa", onDemand), refused: "ResourceInUseException: Table already exists: aaa"},
		{op: "DeleteTable", body: `{"TableName":"aaa"}`},
		{op: "DeleteTable", body: `{"TableName":"aaa"}`, refused: "ResourceNotFoundException: Requested resource not found: Table: aaa not found"},
		{op: "DescribeTable", body: `{}`, refused: "ValidationException: The parameter 'TableName' is required but was not present in the request"},
		{op: "ListTables", body: `{}`, answer: `{"TableNames":["bbb","ccc"]}`},
		{op: "UpdateTable", body: `{"TableName":"bbb","DeletionProtectionEnabled":true}`},
		{op: "DeleteTable", body: `{"TableName":"bbb"}`, refused: "ValidationException: *"},
	})
}

func TestCreateTableRefusesBadSchemas(t *testing.T) {
	const head = `{"TableName":"abc","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},{"AttributeName":"s","AttributeType":"S"}],`
	const keys = `"KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"s","KeyType":"RANGE"}]`
	index := func(kind, name, schema, projection string) string {
		return head + keys + `,"` + kind + `":[{"IndexName":"` + name + `","KeySchema":` + schema + `,"Projection":` + projection + `}]}`
	}
	const onP = `[{"AttributeName":"p","KeyType":"HASH"}]`
	const invalid = "ValidationException: One or more parameter values were invalid: "
	s := openMemory(t)
	run(t, s, []call{
		{op: "CreateTable", body: `{}`, refused: "ValidationException: The parameter 'TableName' is required but was not present in the request"},
		{op: "CreateTable", body: simple("ab", onDemand), refused: "ValidationException: 1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3"},
		{op: "CreateTable", body: simple("abc", ""), refused: invalid + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"},
		{op: "CreateTable", body: simple("abc", onDemand+`,"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}`), refused: invalid + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"},
		{op: "CreateTable", body: simple("abc", `,"ProvisionedThroughput":{"ReadCapacityUnits":0}`), refused: "ValidationException: 2 validation errors detected: *"},
		{op: "CreateTable", body: head + `"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}]}`, refused: invalid + "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"},
		{op: "CreateTable", body: head + `"KeySchema":[{"AttributeName":"p","KeyType":"RANGE"},{"AttributeName":"s","KeyType":"HASH"}]}`, refused: "ValidationException: Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
		{op: "CreateTable", body: head + `"KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"z","KeyType":"RANGE"}]}`, refused: invalid + "Some index key attributes are not defined in AttributeDefinitions. Keys: [p, z], AttributeDefinitions: [p, s]"},
		{op: "CreateTable", body: index("LocalSecondaryIndexes", "idx", onP, `{"ProjectionType":"ALL"}`), refused: invalid + "Index KeySchema does not have a range key for index: idx"},
		{op: "CreateTable", body: index("GlobalSecondaryIndexes", "idx", onP, `{}`), refused: invalid + "Unknown ProjectionType: null"},
		{op: "CreateTable", body: index("GlobalSecondaryIndexes", "idx", onP, `{"ProjectionType":"KEYS_ONLY","NonKeyAttributes":["a"]}`), refused: invalid + "ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified"},
		{op: "CreateTable", body: index("GlobalSecondaryIndexes", "i", onP, `{"ProjectionType":"ALL"}`), refused: "ValidationException: 1 validation error detected: *"},
		{op: "CreateTable", body: simple("abc", onDemand+`,"StreamSpecification":{"StreamEnabled":true}`), refused: "ValidationException: One or more parameter values were invalid: Table is being created with a stream enabled, UpdateViewType should be specified"},
		{op: "ListTables", body: `{}`, answer: `{"TableNames":[]}`},
	})
}

func TestAnIndexMadeLaterHasTheItemsOfBefore(t *testing.T) {
	s := openMusic(t)
	numbered(t, s, 6)
	run(t, s, []call{
		{op: "UpdateTable", body: `{"TableName":"music","AttributeDefinitions":[{"AttributeName":"x","AttributeType":"N"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"byX","KeySchema":[{"AttributeName":"x","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}}]}`},
		{op: "Query", body: `{"TableName":"music","IndexName":"byX","KeyConditionExpression":"x = :x","ExpressionAttributeValues":{":x":{"N":"2"}},"ProjectionExpression":"sk"}`, answer: `{"Items":[{"sk":{"N":"2"}},{"sk":{"N":"6"}}],"Count":2,"ScannedCount":2}`},
		{op: "UpdateTable", body: `{"TableName":"music","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"byX"}}]}`},
		{op: "Scan", body: `{"TableName":"music","IndexName":"byX"}`, refused: "ValidationException: The table does not have the specified index: byX"},
		{op: "UpdateTable", body: `{"TableName":"music","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"byX"}}]}`, refused: "ResourceNotFoundException: *"},
		{op: "UpdateTable", body: `{"TableName":"music"}`, refused: "ValidationException: At least one of *"},
		// What no index uses any more may have any type again.
		{op: "PutItem", body: `{"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"x":{"S":"text"}}}`},
	})
}

func TestTimeToLiveAndTagsAreKept(t *testing.T) {
	s := openMusic(t)
	const arn = `"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/music"`
	set := func(name string, on bool) string {
		return fmt.Sprintf(`{"TableName":"music","TimeToLiveSpecification":{"AttributeName":%q,"Enabled":%v}}`, name, on)
	}
	run(t, s, []call{
		{op: "DescribeTimeToLive", body: `{"TableName":"music"}`, answer: `{"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}}`},
		{op: "UpdateTimeToLive", body: set("x", false), refused: "ValidationException: TimeToLive is already disabled"},
		{op: "UpdateTimeToLive", body: set("x", true), answer: `{"TimeToLiveSpecification":{"AttributeName":"x","Enabled":true}}`},
		{op: "UpdateTimeToLive", body: set("x", true), refused: "ValidationException: TimeToLive is already enabled"},
		{op: "UpdateTimeToLive", body: set("y", true), refused: "ValidationException: TimeToLive is active on a different AttributeName: current AttributeName is x"},
		{op: "DescribeTimeToLive", body: `{"TableName":"music"}`, answer: `{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"x"}}`},
		{op: "TagResource", body: `{` + arn + `,"Tags":[{"Key":"b","Value":"1"},{"Key":"a","Value":"2"}]}`},
		{op: "UntagResource", body: `{` + arn + `,"TagKeys":["b","none"]}`},
		{op: "ListTagsOfResource", body: `{` + arn + `}`, answer: `{"Tags":[{"Key":"a","Value":"2"}]}`},
		{op: "ListTagsOfResource", body: `{"ResourceArn":"arn"}`, refused: "ValidationException: *"},
		{op: "ListTagsOfResource", body: `{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/none"}`, refused: "AccessDeniedException: *"},
	})
}
