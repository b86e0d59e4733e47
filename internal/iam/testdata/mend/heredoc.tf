resource "aws_iam_role_policy" "app" {
  name   = "app"
  role   = "app"
  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [{
        "Effect": "Allow",
        "Action": ["dynamodb:GetItem", "dynamodb:Scan"],
        "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/UserProfiles"
      }]
    }
  JSON
}
