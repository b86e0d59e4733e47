#!/bin/sh
aws iam attach-role-policy --role-name app \
  --policy-arn arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess  # want iam-broad-actions
aws iam put-role-policy --role-name app --policy-name tables --policy-document '{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": ["dynamodb:GetItem", "dynamodb:PutItem"],
    "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/Notes"
  }]
}'
