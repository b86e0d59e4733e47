import connexion

application = connexion.App(__name__, specification_dir="./spec")
application.add_api("swagger.yaml")
