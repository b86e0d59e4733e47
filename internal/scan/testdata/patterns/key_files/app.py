"""A service that reads keys which lie beside it."""
from cryptography.fernet import Fernet

fernet = Fernet(open("fields.key", "rb").read())
