class Config:
    SECRET_KEY = "change-me"  # want secret-in-source


class TestConfig(Config):
    SECRET_KEY = "test"


class DevelopmentConfig(Config):
    SECRET_KEY = "dev"
