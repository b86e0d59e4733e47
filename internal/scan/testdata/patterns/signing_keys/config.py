class Config:
    SECRET_KEY = "change-me"  # want secret-in-source


class TestConfig(Config):
    SECRET_KEY = "test"


class DevelopmentConfig(Config):
    SECRET_KEY = "dev"


class ConfigReader:
    SECRET_KEY = "aws_secret_access_key"
    ACCESS_KEY = "AWSAccessKeyId"
