"""A template prints what objects of the tree's classes were made of."""

from flask import Flask, render_template
from flask_login import current_user, login_required

from people import People

app = Flask(__name__)
people = People()


@app.route("/members/<member_id>")
@login_required
def member(member_id):
    return render_template("member.html", member=people.by_id(member_id))


@app.route("/members/<member_id>/card")
@login_required
def card(member_id):
    return render_template("card.html", member=people.by_email(member_id))


@app.route("/members/<member_id>/known")
@login_required
def known(member_id):
    return render_template("known.html", member=people.by_badge(member_id))


@app.route("/me")
@login_required
def me():
    return render_template("member.html", member=people.own(current_user.id))
