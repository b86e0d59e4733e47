ACCESS_SECRET_KEY = "/JalrXUtnFEMI/K7MDENG/bPxRfiCYzz0MPLzKEY"  # want secret-in-source
SIGNING_SECRET_KEY = "/run/secrets/signing_key_of_the_application"


class LocalTables:
    AWS_ACCESS_KEY_ID = "local12345"
    AWS_SECRET_ACCESS_KEY = "local12345"
