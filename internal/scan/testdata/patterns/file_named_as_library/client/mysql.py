import os

import mysql.connector


class Client:
    def __init__(self):
        self.settings = {"user": "stops", "password": os.environ["DB_PASSWORD"]}

    def rows(self):
        connection = mysql.connector.connect(**self.settings)
        cursor = connection.cursor()
        cursor.execute("SELECT name FROM stops")
        return cursor.fetchall()
