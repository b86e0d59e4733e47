class Refused(Exception):
    pass


class TooMany(Exception):
    pass


class NotFound(Exception):
    def __init__(self, message):
        super().__init__(message)
        self.message = message
