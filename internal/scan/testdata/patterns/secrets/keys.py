ACCESS_SECRET_KEY = "/JalrXUtnFEMI/K7MDENG/bPxRfiCYzz0MPLzKEY"  # want secret-in-source
SIGNING_SECRET_KEY = "/run/secrets/signing_key_of_the_application"
