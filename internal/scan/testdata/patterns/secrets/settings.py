import os

SECRET_KEY = "kd8sJf2nQ0xLw7"  # want secret-in-source
AWS_SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # want secret-in-source
KEY_ID = "AKIAIOSFODNN7EXAMPLE"  # want secret-in-source
FALLBACK = {"secret_key": os.environ.get("SECRET_KEY", "a-long-fallback-8831")}  # want secret-in-source
API_KEY = os.environ["API_KEY"]
PASSWORD = "changeme"
TOKEN_URL = "https://example.org/token"
ENV_SECRET_KEY = "AWS_SECRET_ACCESS_KEY"
SECRET_NAME = "prod/db/password"


class DevelopmentConfig:
    DEBUG = True


class Config:
    DEBUG = True  # want debug-mode


class ProductionConfig(Config):
    DEBUG = False
