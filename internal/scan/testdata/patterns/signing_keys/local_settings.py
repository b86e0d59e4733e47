SECRET_KEY = "secret"
