// The JS SDK v3 against the endpoint in AWS_ENDPOINT_URL_DYNAMODB. Modules come
// from DISCREET_NODE_MODULES, which is no parent of this file.
import assert from "node:assert/strict"
import { createRequire } from "node:module"

const require = createRequire(process.env.DISCREET_NODE_MODULES + "/")
const { DynamoDBClient, CreateTableCommand, DeleteTableCommand, paginateQuery, waitUntilTableExists } = require("@aws-sdk/client-dynamodb")
const { DynamoDBDocumentClient, PutCommand, GetCommand, UpdateCommand, BatchWriteCommand, TransactWriteCommand, paginateScan } = require("@aws-sdk/lib-dynamodb")

const client = new DynamoDBClient({})
const doc = DynamoDBDocumentClient.from(client)
await client.send(new CreateTableCommand({
  TableName: "table",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }, { AttributeName: "sk", AttributeType: "N" }],
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "sk", KeyType: "RANGE" }],
}))
await waitUntilTableExists({ client, maxWaitTime: 30 }, { TableName: "table" })

const item = { pk: "p", sk: 0, text: "é\u2028😀", bytes: new Uint8Array([0, 255]), set: new Set(["a", "b"]), deep: { list: [1, null, true] } }
await doc.send(new PutCommand({ TableName: "table", Item: item }))
assert.deepEqual((await doc.send(new GetCommand({ TableName: "table", Key: { pk: "p", sk: 0 } }))).Item, item)

await doc.send(new BatchWriteCommand({ RequestItems: { table: Array.from({ length: 24 }, (_, n) => ({ PutRequest: { Item: { pk: "p", sk: n + 1 } } })) } }))
const seen = []
const query = { TableName: "table", KeyConditionExpression: "pk = :p AND sk > :n", ExpressionAttributeValues: { ":p": { S: "p" }, ":n": { N: "4" } }, ScanIndexForward: false }
for await (const page of paginateQuery({ client, pageSize: 6 }, query)) seen.push(...page.Items.map(i => Number(i.sk.N)))
assert.deepEqual(seen, Array.from({ length: 20 }, (_, n) => 24 - n))
let scanned = 0
for await (const page of paginateScan({ client: doc, pageSize: 7 }, { TableName: "table" })) scanned += page.Count
assert.equal(scanned, 25)

const updated = await doc.send(new UpdateCommand({
  TableName: "table", Key: { pk: "p", sk: 1 }, UpdateExpression: "SET a.b = :v", ConditionExpression: "attribute_exists(pk)", ExpressionAttributeValues: { ":v": 1 },
})).catch(e => e)
assert.equal(updated.name, "ValidationException")

await assert.rejects(
  doc.send(new PutCommand({ TableName: "table", Item: { pk: "p", sk: 1 }, ConditionExpression: "attribute_not_exists(pk)", ReturnValuesOnConditionCheckFailure: "ALL_OLD" })),
  e => e.name === "ConditionalCheckFailedException" && e.Item.sk.N === "1",
)
await assert.rejects(
  doc.send(new TransactWriteCommand({ TransactItems: [
    { Put: { TableName: "table", Item: { pk: "q", sk: 1 } } },
    { ConditionCheck: { TableName: "table", Key: { pk: "p", sk: 1 }, ConditionExpression: "attribute_not_exists(pk)" } },
  ] })),
  e => e.name === "TransactionCanceledException" && e.CancellationReasons[1].Code === "ConditionalCheckFailed",
)
assert.equal((await doc.send(new GetCommand({ TableName: "table", Key: { pk: "q", sk: 1 } }))).Item, undefined)
await client.send(new DeleteTableCommand({ TableName: "table" }))
await assert.rejects(doc.send(new GetCommand({ TableName: "table", Key: { pk: "p", sk: 0 } })), { name: "ResourceNotFoundException" })
