variable "db_password" {
  type    = string
  default = "correct-horse-9" # want secret-in-source
}

variable "api_key" {
  type    = string
  default = ""
}

variable "signing_key" {
  type    = string
  default = null
}

variable "region" {
  type    = string
  default = "eu-west-1"
}
