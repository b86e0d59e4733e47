class Forbidden(Exception):
    pass


def can_view(user, doc_id):
    return lookup(user, doc_id) is not None


def lookup(user, doc_id):
    return None


def load_own(table, doc_id, user):
    item = table.get_item(Key={"id": doc_id})["Item"]
    if item["owner"] != user:
        raise Forbidden("not yours")
    return item
