const { DynamoDBClient, DeleteItemCommand } = require("@aws-sdk/client-dynamodb");
