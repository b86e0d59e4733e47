import json
import os
from os import environ

from flask import Flask, current_app, jsonify, render_template_string

app = Flask(__name__)


@app.get("/debug/env")
def env():
    return jsonify(dict(os.environ))  # want debug-route


@app.get("/debug/own")
def own():
    return {k: v for k, v in environ.items() if k.startswith("APP_")}  # want debug-route


@app.get("/debug/config")
def config():
    return str(current_app.config)  # want debug-route


@app.get("/debug/settings")
def settings():
    found = app.config.copy()
    return json.dumps({"settings": found}, default=str)  # want debug-route


@app.get("/debug/key")
def key():
    return jsonify(key=app.config["SECRET_KEY"])  # want debug-route


@app.get("/debug/keys")
def keys():
    if app.debug:
        return os.getenv("DB_PASSWORD")  # want debug-route
    return {"hook": os.environ["HOOK_SECRET"]}  # want debug-route


@app.get("/version")
def version():
    return {"version": os.environ.get("VERSION"), "table": os.environ["TABLE"], "region": environ["AWS_REGION"], "name": app.config["NAME"]}


@app.get("/map")
def page():
    return render_template_string("<script src=x?key={{ key }}></script>", key=os.environ["MAPS_API_KEY"])


@app.get("/health")
def health():
    missing = [k for k in ("TABLE", "SECRET_KEY") if not os.environ.get(k)]
    return {"missing": missing, "signed": bool(os.environ.get("SECRET_KEY")), "count": len(os.environ), "names": list(environ)}
