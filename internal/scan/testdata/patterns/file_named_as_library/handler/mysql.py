from client.mysql import Client


class Stops:
    def everywhere(self):
        return Client().rows()
