from dataclasses import dataclass

from repositories import Repo, build


class CustomerService:
    def __init__(self, repo: Repo):
        self._repo = repo

    @property
    def repo(self):
        return self._repo

    def profile(self, key):
        return self.repo.get(key)  # want raw-item

    def card(self, key):
        customer = self.profile(key)
        return {"name": customer["name"]}

    def profile_card(self, user_id):
        return self.card(user_id)


@dataclass
class Lookup:
    repo: Repo

    def __call__(self, key):
        return self.repo.get(key)


service = CustomerService(build("customers"))
