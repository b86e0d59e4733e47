package python

import (
	"bytes"
	"os"
	"testing"
)

// BenchmarkParse reads one file, BENCH_FILE or an ordinary one made up here.
func BenchmarkParse(b *testing.B) {
	src := bytes.Repeat([]byte(ordinary), 40)
	if path := os.Getenv("BENCH_FILE"); path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		src = data
	}
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		Parse("x.py", src, Limits{})
	}
}

const ordinary = `
"""Routes for orders."""
import os
from flask import Blueprint, jsonify, request, g

from .store import table

bp = Blueprint("orders", __name__)
PAGE = int(os.environ.get("PAGE", "20"))


class Orders:
    """Reads and writes the orders of one customer."""

    def __init__(self, customer_id, limit=PAGE):
        self.customer_id = customer_id
        self.limit = min(limit, 100)

    def list(self, status=None):
        # Newest first, and only what the page shows.
        params = {
            "KeyConditionExpression": Key("pk").eq(f"CUSTOMER#{self.customer_id}"),
            "ScanIndexForward": False,
            "Limit": self.limit,
        }
        if status is not None and status in ("open", "done"):
            params["FilterExpression"] = Attr("status").eq(status)
        response = table.query(**params)
        return [
            {"id": item["id"], "total": item.get("total", 0)}
            for item in response["Items"]
            if not item.get("deleted")
        ]


@bp.route("/orders/<order_id>", methods=["GET"])
def get_order(order_id):
    try:
        order = Orders(g.user.id).get(order_id)
    except KeyError as e:
        return jsonify({"error": "not found"}), 404
    return jsonify(order), 200
`
