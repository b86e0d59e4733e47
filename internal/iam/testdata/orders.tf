# Ownership: one role serves every principal, so that IAM cannot tell whose an item is. discreet serve decides it for each request. --mode vended lets DynamoDB check the partition key too.
# View my_orders shows items[].sku: IAM sees the top-level attribute items whole. discreet serve takes out the rest.
# View my_orders shows items[].name: IAM sees the top-level attribute items whole. discreet serve takes out the rest.
# View my_orders shows items[].quantity: IAM sees the top-level attribute items whole. discreet serve takes out the rest.
# View my_order shows items[].sku: IAM sees the top-level attribute items whole. discreet serve takes out the rest.
# View my_order shows items[].name: IAM sees the top-level attribute items whole. discreet serve takes out the rest.
# View my_order shows items[].quantity: IAM sees the top-level attribute items whole. discreet serve takes out the rest.
# View my_order shows address.street: IAM sees the top-level attribute address whole. discreet serve takes out the rest.
# View my_order shows address.city: IAM sees the top-level attribute address whole. discreet serve takes out the rest.
# View my_order shows address.phone: IAM sees the top-level attribute address whole. discreet serve takes out the rest.
# Table Orders: PutItem replaces a whole item. IAM cannot ask that none be there; discreet serve does, in the request's own condition.
# Writes: no documented key bounds ReturnValuesOnConditionCheckFailure. Whoever holds the credentials and may write an item may read it whole by a condition that fails. discreet serve never asks for it.
# View support_order masks customer_id: IAM lets the clear value through to the process. discreet serve masks it.
# View support_order shows address.city: IAM sees the top-level attribute address whole. discreet serve takes out the rest.
# View support_order shows address.phone: IAM sees the top-level attribute address whole. discreet serve takes out the rest.
# View support_order masks address.phone: IAM lets the clear value through to the process. discreet serve masks it.

resource "aws_iam_policy" "discreet_serve" {
  name   = "discreet-serve"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "OrdersMyOrdersRead"
        "Effect" = "Allow"
        "Action" = "dynamodb:Query"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/index/by_customer"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "currency",
              "customer_id",
              "items",
              "order_id",
              "placed_at",
              "state",
              "total",
            ]
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
          }
          "StringEquals" = {
            "dynamodb:Select" = "SPECIFIC_ATTRIBUTES"
          }
        }
      },
      {
        "Sid" = "OrdersMyOrderWrite"
        "Effect" = "Allow"
        "Action" = "dynamodb:PutItem"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "address",
              "customer_id",
              "note",
              "order_id",
              "placed_at",
              "state",
              "version",
            ]
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
          }
          "StringEqualsIfExists" = {
            "dynamodb:ReturnValues" = "NONE"
          }
        }
      },
      {
        "Sid" = "OrdersAdminOrdersWrite"
        "Effect" = "Allow"
        "Action" = "dynamodb:UpdateItem"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "order_id",
              "state",
              "version",
            ]
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
          }
          "StringEqualsIfExists" = {
            "dynamodb:ReturnValues" = "NONE"
          }
        }
      },
      {
        "Sid" = "OrdersAdminOrdersRead"
        "Effect" = "Allow"
        "Action" = "dynamodb:GetItem"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "currency",
              "customer_id",
              "fraud_score",
              "order_id",
              "placed_at",
              "state",
              "total",
              "version",
            ]
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
          }
          "StringEquals" = {
            "dynamodb:Select" = "SPECIFIC_ATTRIBUTES"
          }
        }
      },
      {
        "Sid" = "OrdersMyOrderWrite2"
        "Effect" = "Allow"
        "Action" = "dynamodb:UpdateItem"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "address",
              "customer_id",
              "note",
              "order_id",
              "version",
            ]
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
          }
          "StringEqualsIfExists" = {
            "dynamodb:ReturnValues" = "NONE"
          }
        }
      },
      {
        "Sid" = "OrdersMyOrderRead"
        "Effect" = "Allow"
        "Action" = "dynamodb:GetItem"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "address",
              "currency",
              "customer_id",
              "items",
              "note",
              "order_id",
              "placed_at",
              "state",
              "total",
              "version",
            ]
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
          }
          "StringEquals" = {
            "dynamodb:Select" = "SPECIFIC_ATTRIBUTES"
          }
        }
      },
      {
        "Sid" = "OrdersAdminOrdersRead2"
        "Effect" = "Allow"
        "Action" = "dynamodb:Query"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/index/by_customer"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "currency",
              "customer_id",
              "fraud_score",
              "order_id",
              "placed_at",
              "state",
              "total",
            ]
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
          }
          "StringEquals" = {
            "dynamodb:Select" = "SPECIFIC_ATTRIBUTES"
          }
        }
      },
      {
        "Sid" = "OrdersAdminOrdersRead3"
        "Effect" = "Allow"
        "Action" = "dynamodb:BatchGetItem"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "currency",
              "customer_id",
              "fraud_score",
              "order_id",
              "placed_at",
              "state",
              "total",
            ]
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
          }
          "StringEquals" = {
            "dynamodb:Select" = "SPECIFIC_ATTRIBUTES"
          }
        }
      },
      {
        "Sid" = "StartupCheck"
        "Effect" = "Allow"
        "Action" = [
          "dynamodb:DescribeTable",
          "dynamodb:DescribeTimeToLive",
        ]
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
      },
      {
        "Sid" = "TableKeys"
        "Effect" = "Allow"
        "Action" = "kms:Decrypt"
        "Resource" = "arn:aws:kms:eu-west-1:111122223333:key/5f8b3c1e-0000-4000-8000-000000000000"
        "Condition" = {
          "StringEquals" = {
            "kms:ViaService" = "dynamodb.eu-west-1.amazonaws.com"
          }
        }
      },
    ]
  })
}

resource "aws_iam_policy" "discreet_serve_deny" {
  name   = "discreet-serve-deny"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "SideDoors"
        "Effect" = "Deny"
        "Action" = [
          "dynamodb:CreateBackup",
          "dynamodb:DeleteResourcePolicy",
          "dynamodb:DescribeStream",
          "dynamodb:EnableKinesisStreamingDestination",
          "dynamodb:ExportTableToPointInTime",
          "dynamodb:GetRecords",
          "dynamodb:GetShardIterator",
          "dynamodb:ImportTable",
          "dynamodb:PartiQLDelete",
          "dynamodb:PartiQLInsert",
          "dynamodb:PartiQLSelect",
          "dynamodb:PartiQLUpdate",
          "dynamodb:PutResourcePolicy",
          "dynamodb:ReadDataForReplication",
          "dynamodb:RestoreTableFromAwsBackup",
          "dynamodb:RestoreTableFromBackup",
          "dynamodb:RestoreTableToPointInTime",
          "dynamodb:Scan",
          "dynamodb:SearchVectors",
          "dynamodb:StartAwsBackupJob",
          "dynamodb:UpdateKinesisStreamingDestination",
          "dynamodb:UpdateTable",
        ]
        "Resource" = [
          "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders",
          "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/*",
        ]
      },
    ]
  })
}
