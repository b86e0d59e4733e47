import boto3
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from flask import Flask
from flask_cors import CORS, cross_origin

open_app = Flask("open")
CORS(open_app)  # want cors-any-origin
own = Flask("own")
CORS(own, origins="https://app.example.com", supports_credentials=True)
CORS(own, resources={r"/api/*": {"origins": ["https://app.example.com"]}}, supports_credentials=True)

leaky = Flask("leaky")
CORS(leaky, supports_credentials=True)  # want cors-any-origin
CORS(leaky, resources={r"/api/*": {"origins": "*"}}, supports_credentials=True)  # want cors-any-origin


@leaky.route("/ping")
@cross_origin(origins=["*"], supports_credentials=True)  # want cors-any-origin
def ping():
    return "pong"


api = FastAPI()
api.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)  # want cors-any-origin
quiet = FastAPI()
quiet.add_middleware(CORSMiddleware, allow_origins=["*"])  # want cors-any-origin
closed = FastAPI()
closed.add_middleware(CORSMiddleware, allow_credentials=True)


def answer(body):
    return {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}, "body": body}  # want cors-any-origin


def publish(body):
    s3 = boto3.client("s3")
    s3.put_object(Bucket="pages", Key="a", Body=body)
    s3.put_object(Bucket="pages", Key="a", Body=body, ACL="public-read")  # want sensitive-file-served?
    s3.upload_fileobj(body, "pages", "a", ExtraArgs={"ACL": "public-read", "ContentType": "text/plain"})  # want sensitive-file-served?
    # a table is used, so that functions which nobody calls are looked at
    boto3.resource("dynamodb").Table("pages").put_item(Item={"id": "a"})
