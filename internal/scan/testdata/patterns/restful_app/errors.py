errors = {"UserAlreadyExistsError": {"message": "A user with that name exists.", "status": 409}}
