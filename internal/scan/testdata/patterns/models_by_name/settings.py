class Production:
    TABLE = "albums"


class Testing:
    TABLE = "albums-test"
