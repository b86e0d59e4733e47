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
# discreet: ignore[iam-broad-actions] -- a role for trials, in an account without data
aws iam attach-role-policy --role-name trial --policy-arn arn:aws:iam::aws:policy/AdministratorAccess
