"""The caller's own id, unless it sends another's."""
from flask import Flask, g, jsonify, request

import jwt
import store

app = Flask(__name__)


@app.before_request
def authenticate():
    token = request.headers.get("Authorization", "")
    g.user = jwt.decode(token, KEY, algorithms=["RS256"])["sub"]


@app.route("/jobs")
def jobs():
    parameters = request.args
    found = store.query_jobs(parameters.get("user_id") or g.user)
    return jsonify([{"id": j["job_id"]} for j in found])


@app.route("/own")
def own():
    found = store.query_own(g.user, request.args.get("start"))
    return jsonify([{"id": j["job_id"]} for j in found])


@app.route("/jobs/<job_id>", methods=["PATCH"])
def rename(job_id):
    job = store.rename(job_id, request.json["name"], g.user)
    return jsonify({"id": job["job_id"]})


@app.route("/jobs/<job_id>/any", methods=["PATCH"])
def rename_any(job_id):
    job = store.rename_any(job_id, request.json["name"])
    return jsonify({"id": job["job_id"]})
