import boto3

songs = boto3.resource("dynamodb").Table("songs")


def drop(email, song):
    songs.delete_item(Key={"email": email, "song": song})  # want client-asserted-identity


def keep(email, song):
    songs.put_item(Item={"email": email, "song": song})  # want client-asserted-identity
