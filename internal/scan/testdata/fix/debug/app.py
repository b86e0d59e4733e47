from flask import Flask

app = Flask(__name__)
app.config["DEBUG"] = True
app.debug = True


class Config:
    DEBUG = True


if __name__ == "__main__":
    app.run(debug=True)
