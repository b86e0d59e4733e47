ACCESS_SECRET_KEY = "/JalrXUtnFEMI/K7MDENG/bPxRfiCYzz0MPLzKEY"  # want secret-in-source
SIGNING_SECRET_KEY = "/run/secrets/signing_key_of_the_application"
SESSION = "FwoGZXIvYXdzbvJemLDGXhXFQJFP3tJVngZkzps2E21jXPkB7tYALTMID4ZqixhBUIkgdY4nCB1FRgL4eGeZFP/3steiADkpd6uTqeldcO2wYCVRHOpOK4BH+34d6vckT8DT7fXny1fY+3uVG96zxrVScUh4dJ6xm5ED5kqDY16IhcfT4dD8Vkk"  # want secret-in-source
SESSION_NAME = "FwoGZXIvYXdz"


class LocalTables:
    AWS_ACCESS_KEY_ID = "local12345"
    AWS_SECRET_ACCESS_KEY = "local12345"
