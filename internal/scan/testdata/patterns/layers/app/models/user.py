from app.models.base import BaseModel


class User(BaseModel):
    table_name = "users"
    primary_key = "user_id"
    public = ("user_id", "name")
