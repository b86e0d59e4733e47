resource "aws_dynamodb_table" "rooms" {
  name         = "rooms"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
