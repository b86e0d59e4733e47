"""Chalice: routes, authorizers, blueprints, answers."""
from chalice import BadRequestError, Chalice, CognitoUserPoolAuthorizer, NotFoundError, Response

from chalicelib import db
from chalicelib.admin import extra

app = Chalice(app_name="diary")
app.debug = False
app.register_blueprint(extra, url_prefix="/extra")
authorizer = CognitoUserPoolAuthorizer("pool", provider_arns=["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/x"])


def current_username():
    return app.current_request.context["authorizer"]["claims"]["cognito:username"]


@app.route("/entries", methods=["GET"], authorizer=authorizer)
def own_entries():
    return [{"text": e["text"]} for e in db.entries().by_user(current_username())]


@app.route("/entries/{entry_id}", methods=["GET"], authorizer=authorizer, cors=True)
def entry(entry_id):
    found = db.entries().by_id(entry_id)
    if not found:
        raise NotFoundError("no such entry")
    return Response(body={"text": found["text"]}, status_code=200)


@app.route("/entries", methods=["POST"], authorizer=authorizer)
def store():
    body = app.current_request.json_body
    if "text" not in body:
        raise BadRequestError("text is missing")
    db.entries().add(current_username(), body["text"])
    return Response(body="", status_code=201)


@app.route("/public")
def public():
    params = app.current_request.query_params or {}
    found = db.entries().by_user(params.get("username"))  # the query is in the store
    return {"entries": [e["text"] for e in found]}


@app.schedule("rate(1 hour)")
def hourly(event):
    return db.entries().everything()
