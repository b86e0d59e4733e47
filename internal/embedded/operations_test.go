package embedded

import "testing"

func run(t *testing.T, s *Store, calls []call) {
	t.Helper()
	for _, c := range calls {
		c.check(t, s)
	}
}

func TestGetItemAnswersWhatWasPut(t *testing.T) {
	s := openMusic(t)
	run(t, s, []call{
		{op: "PutItem", body: `{"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"1.0"},"m":{"M":{"l":{"L":[{"NULL":true},{"BS":["AA=="]}]}}}}}`, answer: `{}`},
		{op: "GetItem", body: `{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}}}`, answer: `{"Item":{"pk":{"S":"a"},"sk":{"N":"1"},"m":{"M":{"l":{"L":[{"NULL":true},{"BS":["AA=="]}]}}}}}`},
		{op: "GetItem", body: `{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1e0"}},"ProjectionExpression":"m.#l[1]","ExpressionAttributeNames":{"#l":"l"}}`, answer: `{"Item":{"m":{"M":{"l":{"L":[{"BS":["AA=="]}]}}}}}`},
		{op: "GetItem", body: `{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"AttributesToGet":["sk","nothing"]}`, answer: `{"Item":{"sk":{"N":"1"}}}`},
		{op: "GetItem", body: `{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"2"}}}`, answer: `{}`},
		{op: "GetItem", body: `{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"2"}},"ConsistentRead":true,"ReturnConsumedCapacity":"TOTAL"}`, answer: `{"ConsumedCapacity":{"TableName":"music","CapacityUnits":1}}`},
		{op: "GetItem", body: `{"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/music","Key":{"pk":{"S":"a"},"sk":{"N":"2"}}}`, answer: `{}`},
	})
}

func TestItemOperationsRefuseWhatDynamoDBRefuses(t *testing.T) {
	s := openMusic(t)
	run(t, s, []call{
		{op: "GetItem", body: `{"Key":{"pk":{"S":"a"},"sk":{"N":"1"}}}`, refused: "ValidationException: 1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null"},
		{op: "GetItem", body: `{"TableName":"","Key":{}}`, refused: "ValidationException: 1 validation error detected: Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{op: "GetItem", body: `{"TableName":"a b","Key":{},"ReturnConsumedCapacity":"x"}`, refused: "ValidationException: 2 validation errors detected: *"},
		{op: "GetItem", body: `{"TableName":"nowhere","Key":{"pk":{"S":"a"}}}`, refused: "ResourceNotFoundException: Requested resource not found"},
		{op: "GetItem", body: `{"TableName":"music","Key":{"pk":{"S":"a"}}}`, refused: "ValidationException: The provided key element does not match the schema"},
		{op: "GetItem", body: `{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"S":"1"}}}`, refused: "ValidationException: The provided key element does not match the schema"},
		{op: "GetItem", body: `{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"},"x":{"S":"a"}}}`, refused: "ValidationException: The provided key element does not match the schema"},
		{op: "GetItem", body: `{"TableName":"music","Key":{"pk":{"S":""},"sk":{"N":"1"}}}`, refused: "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"},
		{op: "GetItem", body: `{"TableName":5}`, refused: "SerializationException: NUMBER_VALUE cannot be converted to String"},
		{op: "GetItem", body: `{"TableName":["music"]}`, refused: "SerializationException: Unrecognized collection type class java.lang.String"},
		{op: "GetItem", body: `{"TableName":"music","Key":[]}`, refused: "SerializationException: *"},
		{op: "GetItem", body: `{"TableName":"music"`, refused: "SerializationException: "},
		{op: "GetItem", body: `[]`, refused: "SerializationException: *"},
		{op: "PutItem", body: `{"TableName":"music","Item":{"sk":{"N":"1"}}}`, refused: "ValidationException: One or more parameter values were invalid: Missing the key pk in the item"},
		{op: "PutItem", body: `{"TableName":"music","Item":{"pk":{"N":"1"},"sk":{"N":"1"}}}`, refused: "ValidationException: One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N"},
		{op: "PutItem", body: `{"TableName":"music","Item":{"pk":{"S":"1"},"sk":{"N":"1"},"g":{"N":"1"}}}`, refused: "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: byG"},
		{op: "PutItem", body: `{"TableName":"music","Item":{"pk":{"S":"1"},"sk":{"N":"1"},"g":{"S":""}}}`, refused: "ValidationException: One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byG, IndexKey: g"},
		{op: "PutItem", body: `{"TableName":"music","Item":{"pk":{"S":"1"},"sk":{"N":"1"}},"ReturnValues":"ALL_NEW"}`, refused: "ValidationException: ReturnValues can only be ALL_OLD or NONE"},
		{op: "PutItem", body: `{"TableName":"music","Item":{"pk":{"S":"1"},"sk":{"N":"1"}},"ConditionExpression":"a = :a","Expected":{"a":{"Exists":false}}}`, refused: "ValidationException: Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}"},
		{op: "PutItem", body: `{"TableName":"music","Item":{"pk":{"S":"1"},"sk":{"N":"1"}},"ExpressionAttributeValues":{":a":{"S":"a"}}}`, refused: "ValidationException: ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"},
		{op: "UpdateItem", body: `{"TableName":"music","Key":{"pk":{"S":"1"},"sk":{"N":"1"}},"UpdateExpression":"SET pk = :a","ExpressionAttributeValues":{":a":{"S":"a"}}}`, refused: "ValidationException: One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key"},
		{op: "UpdateItem", body: `{"TableName":"music","Key":{"pk":{"S":"1"},"sk":{"N":"1"}},"UpdateExpression":"SET g = :a","ExpressionAttributeValues":{":a":{"N":"1"}}}`, refused: "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: byG"},
		{op: "ExecuteStatement", body: `{}`, refused: "UnknownOperationException: "},
		{op: "CreateBackup", body: `{}`, refused: "UnknownOperationException: "},
	})
}

func TestWritesReturnTheValuesAskedFor(t *testing.T) {
	s := openMusic(t)
	const key = `"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}}`
	run(t, s, []call{
		{op: "UpdateItem", body: `{` + key + `,"UpdateExpression":"SET x = :x, m = :m","ExpressionAttributeValues":{":x":{"N":"1"},":m":{"M":{"a":{"S":"1"},"b":{"S":"2"}}}},"ReturnValues":"ALL_OLD"}`, answer: `{}`},
		{op: "UpdateItem", body: `{` + key + `,"UpdateExpression":"SET m.a = :x ADD x :n","ExpressionAttributeValues":{":x":{"S":"9"},":n":{"N":"0.5"}},"ReturnValues":"UPDATED_OLD"}`, answer: `{"Attributes":{"x":{"N":"1"},"m":{"M":{"a":{"S":"1"}}}}}`},
		{op: "UpdateItem", body: `{` + key + `,"UpdateExpression":"SET m.c = :x REMOVE m.b","ExpressionAttributeValues":{":x":{"S":"9"}},"ReturnValues":"UPDATED_NEW"}`, answer: `{"Attributes":{"m":{"M":{"c":{"S":"9"}}}}}`},
		{op: "UpdateItem", body: `{` + key + `,"ReturnValues":"ALL_NEW"}`, answer: `{"Attributes":{"pk":{"S":"a"},"sk":{"N":"1"},"x":{"N":"1.5"},"m":{"M":{"a":{"S":"9"},"c":{"S":"9"}}}}}`},
		{op: "UpdateItem", body: `{` + key + `,"AttributeUpdates":{"m":{"Action":"DELETE"},"x":{"Action":"ADD","Value":{"N":"1"}},"s":{"Value":{"SS":["a","b"]}}},"ReturnValues":"ALL_NEW"}`, answer: `{"Attributes":{"pk":{"S":"a"},"sk":{"N":"1"},"x":{"N":"2.5"},"s":{"SS":["a","b"]}}}`},
		{op: "PutItem", body: `{"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"1"}},"ReturnValues":"ALL_OLD"}`, answer: `{"Attributes":{"pk":{"S":"a"},"sk":{"N":"1"},"x":{"N":"2.5"},"s":{"SS":["a","b"]}}}`},
		{op: "DeleteItem", body: `{` + key + `,"ReturnValues":"ALL_OLD"}`, answer: `{"Attributes":{"pk":{"S":"a"},"sk":{"N":"1"}}}`},
		{op: "DeleteItem", body: `{` + key + `,"ReturnValues":"ALL_OLD"}`, answer: `{}`},
	})
}

func TestConditionsGuardWrites(t *testing.T) {
	s := openMusic(t)
	const key = `"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}}`
	const put = `"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"v":{"N":"1"}}`
	const failed = "ConditionalCheckFailedException: The conditional request failed"
	run(t, s, []call{
		{op: "PutItem", body: `{` + put + `,"ConditionExpression":"attribute_exists(pk)"}`, refused: failed},
		{op: "PutItem", body: `{` + put + `,"ConditionExpression":"attribute_not_exists(pk)"}`, answer: `{}`},
		{op: "PutItem", body: `{` + put + `,"ConditionExpression":"attribute_not_exists(pk)"}`, refused: failed},
		{op: "PutItem", body: `{` + put + `,"Expected":{"v":{"Value":{"N":"2"}}}}`, refused: failed},
		{op: "PutItem", body: `{` + put + `,"Expected":{"v":{"Value":{"N":"2"}},"pk":{"ComparisonOperator":"NOT_NULL"}},"ConditionalOperator":"OR"}`, answer: `{}`},
		{op: "UpdateItem", body: `{` + key + `,"UpdateExpression":"SET v = :n","ConditionExpression":"v > :n","ExpressionAttributeValues":{":n":{"N":"1"}}}`, refused: failed},
		{op: "DeleteItem", body: `{` + key + `,"ConditionExpression":"v <> :n","ExpressionAttributeValues":{":n":{"N":"1"}}}`, refused: failed},
		{op: "GetItem", body: `{` + key + `}`, answer: `{"Item":{"pk":{"S":"a"},"sk":{"N":"1"},"v":{"N":"1"}}}`},
	})
	status, answer := s.Do(t.Context(), "DeleteItem", []byte(`{`+key+`,"ConditionExpression":"v = :n","ExpressionAttributeValues":{":n":{"N":"7"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}`))
	want := `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional request failed","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"v":{"N":"1"}}}`
	if status != 400 || !sameJSON(t, answer, []byte(want)) {
		t.Errorf("got %d %s", status, answer)
	}
}

func TestBatchesReadAndWrite(t *testing.T) {
	s := openMusic(t)
	mustDo(t, s, "CreateTable", `{"TableName":"other","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"B"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`)
	run(t, s, []call{
		{op: "BatchWriteItem", body: `{"RequestItems":{"music":[{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"N":"1"}}}},{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"N":"2"}}}}],"other":[{"PutRequest":{"Item":{"id":{"B":"AA=="}}}}]}}`, answer: `{"UnprocessedItems":{}}`},
		{op: "BatchGetItem", body: `{"RequestItems":{"music":{"Keys":[{"pk":{"S":"a"},"sk":{"N":"2"}},{"pk":{"S":"b"},"sk":{"N":"2"}}],"ProjectionExpression":"sk"},"other":{"Keys":[{"id":{"B":"AA=="}}]}}}`, answer: `{"Responses":{"music":[{"sk":{"N":"2"}}],"other":[{"id":{"B":"AA=="}}]},"UnprocessedKeys":{}}`},
		{op: "BatchWriteItem", body: `{"RequestItems":{"music":[{"DeleteRequest":{"Key":{"pk":{"S":"a"},"sk":{"N":"1"}}}}]},"ReturnConsumedCapacity":"TOTAL"}`, answer: `{"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":"music","CapacityUnits":1}]}`},
		{op: "BatchWriteItem", body: `{"RequestItems":{"music":[{"DeleteRequest":{"Key":{"pk":{"S":"a"},"sk":{"N":"1"}}}},{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"N":"1.0"}}}}]}}`, refused: "ValidationException: Provided list of item keys contains duplicates"},
		{op: "BatchWriteItem", body: `{"RequestItems":{}}`, refused: "ValidationException: The requestItems parameter is required for BatchWriteItem"},
		{op: "BatchWriteItem", body: `{"RequestItems":{"music":[]}}`, refused: "ValidationException: 1 validation error detected: *"},
		{op: "BatchWriteItem", body: `{"RequestItems":{"music":[{}]}}`, refused: "ValidationException: *"},
		{op: "BatchGetItem", body: `{"RequestItems":{"music":{"Keys":[{"pk":{"S":"a"},"sk":{"N":"1"}},{"pk":{"S":"a"},"sk":{"N":"1e0"}}]}}}`, refused: "ValidationException: Provided list of item keys contains duplicates"},
		{op: "BatchGetItem", body: `{"RequestItems":{"nowhere":{"Keys":[{"pk":{"S":"a"}}]}}}`, refused: "ResourceNotFoundException: Requested resource not found"},
		{op: "BatchGetItem", body: `{"RequestItems":{"music":{"Keys":[]}}}`, refused: "ValidationException: 1 validation error detected: *"},
	})
}

func TestTransactionsAreAllOrNothing(t *testing.T) {
	s := openMusic(t)
	key := func(n string) string { return `"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"` + n + `"}}` }
	put := func(n string) string { return `"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"` + n + `"}}` }
	mustDo(t, s, "PutItem", `{"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"v":{"S":"old"}}}`)
	status, answer := s.Do(t.Context(), "TransactWriteItems", []byte(`{"TransactItems":[
		{"Put":{`+put("2")+`}},
		{"Update":{`+key("1")+`,"UpdateExpression":"SET v = :v","ConditionExpression":"v = :v","ExpressionAttributeValues":{":v":{"S":"new"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}},
		{"ConditionCheck":{`+key("3")+`,"ConditionExpression":"attribute_not_exists(pk)"}}]}`))
	want := `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]",
		"CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Message":"The conditional request failed","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"v":{"S":"old"}}},{"Code":"None"}]}`
	if status != 400 || !sameJSON(t, answer, []byte(want)) {
		t.Errorf("got %d %s", status, answer)
	}
	run(t, s, []call{
		{op: "TransactGetItems", body: `{"TransactItems":[{"Get":{` + key("2") + `}},{"Get":{` + key("1") + `,"ProjectionExpression":"v"}}]}`, answer: `{"Responses":[{},{"Item":{"v":{"S":"old"}}}]}`},
		{op: "TransactWriteItems", body: `{"TransactItems":[{"Put":{` + put("2") + `}},{"Delete":{` + key("1") + `}}]}`, answer: `{}`},
		{op: "TransactGetItems", body: `{"TransactItems":[{"Get":{` + key("2") + `}},{"Get":{` + key("1") + `}}]}`, answer: `{"Responses":[{"Item":{"pk":{"S":"a"},"sk":{"N":"2"}}},{}]}`},
		{op: "TransactWriteItems", body: `{"TransactItems":[{"Put":{` + put("2") + `}},{"Delete":{` + key("2.0") + `}}]}`, refused: "ValidationException: Transaction request cannot include multiple operations on one item"},
		{op: "TransactWriteItems", body: `{"TransactItems":[{}]}`, refused: "ValidationException: TransactItems can only contain one of Check, Put, Update or Delete"},
		{op: "TransactWriteItems", body: `{"TransactItems":[]}`, refused: "ValidationException: 1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{op: "TransactGetItems", body: `{"TransactItems":[{"Get":{"TableName":"music","Key":{}}}]}`, refused: "TransactionCanceledException: *"},
	})
}

func TestATokenIsAnsweredAgainAndNotRunAgain(t *testing.T) {
	s := openMusic(t)
	body := func(by string) string {
		return `{"ClientRequestToken":"token","TransactItems":[{"Update":{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"UpdateExpression":"ADD n :n","ExpressionAttributeValues":{":n":{"N":"` + by + `"}}}}]}`
	}
	mustDo(t, s, "TransactWriteItems", body("1"))
	mustDo(t, s, "TransactWriteItems", body("1"))
	run(t, s, []call{
		{op: "TransactWriteItems", body: body("2"), refused: "IdempotentParameterMismatchException: *"},
		{op: "GetItem", body: `{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"ProjectionExpression":"n"}`, answer: `{"Item":{"n":{"N":"1"}}}`},
	})
}
