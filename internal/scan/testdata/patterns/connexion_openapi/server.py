import connexion

app = connexion.FlaskApp(__name__, specification_dir="spec/")
app.add_api("openapi.json", arguments={"title": "Desk"}, resolver=connexion.resolver.RestyResolver("api"))

if __name__ == "__main__":
    app.run(port=8080)
