from flask import Flask, jsonify, request
from flask_jwt_extended import get_jwt_identity, jwt_required
from flask_restful import Api, Resource
from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

app = Flask(__name__)
api = Api(app)


class Note(Model):
    class Meta:
        table_name = "notes"
        region = "eu-central-1"

    owner = UnicodeAttribute(hash_key=True)
    number = NumberAttribute(range_key=True)
    text = UnicodeAttribute()
    done = BooleanAttribute(default=False, attr_name="finished")


class Notes(Resource):
    @jwt_required()
    def get(self):
        return jsonify([{"text": n.text, "number": n.number} for n in Note.query(get_jwt_identity())])

    @jwt_required()
    def post(self):
        note = Note(get_jwt_identity(), 1, text=request.json["text"])
        note.save()
        return {}, 201


class OneNote(Resource):
    def get(self, owner, number):
        return Note.get(owner, number).attribute_values


api.add_resource(Notes, "/notes")
api.add_resource(OneNote, "/notes/<owner>/<int:number>")
