from ..models.user import User


class UserService:
    @staticmethod
    def get(user_id):
        user = User.find(user_id)
        if user is None:
            raise LookupError("no such user")
        return user

    def listing(self):
        return [u.to_public() for u in User.all()]


user_service = UserService()
