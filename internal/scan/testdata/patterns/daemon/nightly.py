import app

if __name__ == "__main__":
    for user in app.every_user():
        print(user["id"]["S"])
