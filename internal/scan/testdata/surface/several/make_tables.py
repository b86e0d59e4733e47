import boto3

NAME = "books"

boto3.client("dynamodb").create_table(
    TableName=NAME,
    KeySchema=[{"AttributeName": "isbn", "KeyType": "HASH"}],
    AttributeDefinitions=[
        {"AttributeName": "isbn", "AttributeType": "S"},
        {"AttributeName": "author", "AttributeType": "S"},
        {"AttributeName": "year", "AttributeType": "N"},
    ],
    GlobalSecondaryIndexes=[
        {
            "IndexName": "by_author",
            "KeySchema": [{"AttributeName": "author", "KeyType": "HASH"}, {"AttributeName": "year", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]},
        }
    ],
    BillingMode="PAY_PER_REQUEST",
)
