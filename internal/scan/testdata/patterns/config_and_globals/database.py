import boto3


class Singleton:
    _instance = None

    def __new__(cls):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
            cls._instance.resource = boto3.resource("dynamodb")
        return cls._instance

    @classmethod
    def instance(cls):
        return cls()

    def table(self, name):
        return self.resource.Table(name)


class Database:
    def __init__(self, name):
        self.__table = boto3.resource("dynamodb").Table(name)

    def __getitem__(self, key):
        return self.__table.get_item(Key={"id": key})["Item"]  # want unscoped-key


class Extension:
    def __init__(self, app=None):
        self.app = app
        self._tables = {}

    def init_app(self, app):
        self._resource = boto3.resource("dynamodb", region_name=app.config.get("REGION"))
        app.extensions["dynamo"] = self

    def __getattr__(self, name):
        return self._resource.Table(name)


db = Extension()
