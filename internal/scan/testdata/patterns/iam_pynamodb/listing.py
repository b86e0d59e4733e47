from app import Note


def listing(event, context):
    return [note.id for note in Note.scan()]
