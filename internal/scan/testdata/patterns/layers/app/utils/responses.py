from flask import jsonify


def success(data=None, status=200, **extra):
    return jsonify({"ok": True, "data": data, **extra}), status


def failure(message, status=400):
    return jsonify({"ok": False, "error": message}), status
