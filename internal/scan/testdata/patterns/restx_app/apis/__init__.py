from flask_restx import Api

from .members import api as members
from .visits import ns as visits

api = Api(title="Club", version="1.0", doc="/docs")
api.add_namespace(members, path="/members")
api.add_namespace(visits)


@api.errorhandler(Exception)
def failed(error):
    return {"message": str(error)}, getattr(error, "code", 500)  # want error-in-body
