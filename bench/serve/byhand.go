package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// byHand is the API as a careful Go programmer writes it: SDK, allow-list,
// encoding/json.
func byHand(address, upstream string) {
	client := dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(upstream),
		Credentials: credentials.NewStaticCredentialsProvider("x", "x", ""),
		HTTPClient:  &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
	})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items/{id}", func(w http.ResponseWriter, r *http.Request) {
		out, err := client.GetItem(r.Context(), &dynamodb.GetItemInput{
			TableName: aws.String("Bench"), ProjectionExpression: aws.String("#o,id,#n,#t"), ExpressionAttributeNames: names(),
			Key: map[string]types.AttributeValue{
				"owner": &types.AttributeValueMemberS{Value: r.Header.Get("X-User-Id")},
				"id":    &types.AttributeValueMemberS{Value: r.PathValue("id")},
			},
		})
		if err != nil {
			http.Error(w, "request failed", http.StatusInternalServerError)
			return
		}
		answer(w, plain(out.Item))
	})
	mux.HandleFunc("GET /items", func(w http.ResponseWriter, r *http.Request) {
		out, err := client.Query(r.Context(), &dynamodb.QueryInput{
			TableName: aws.String("Bench"), KeyConditionExpression: aws.String("#o = :o"), Limit: aws.Int32(100),
			ProjectionExpression: aws.String("#o,id,#n,#t"), ExpressionAttributeNames: names(),
			ExpressionAttributeValues: map[string]types.AttributeValue{":o": &types.AttributeValueMemberS{Value: r.Header.Get("X-User-Id")}},
		})
		if err != nil {
			http.Error(w, "request failed", http.StatusInternalServerError)
			return
		}
		list := make([]map[string]any, 0, len(out.Items))
		for _, item := range out.Items {
			list = append(list, plain(item))
		}
		answer(w, list)
	})
	s := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: time.Minute}
	fmt.Fprintln(os.Stderr, s.ListenAndServe())
}

func names() map[string]string { return map[string]string{"#o": "owner", "#n": "name", "#t": "total"} }

func plain(item map[string]types.AttributeValue) map[string]any {
	out := map[string]any{}
	for _, name := range []string{"owner", "id", "name", "total"} {
		switch v := item[name].(type) {
		case *types.AttributeValueMemberS:
			out[name] = v.Value
		case *types.AttributeValueMemberN:
			out[name] = json.Number(v.Value)
		}
	}
	return out
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

const flaskApp = `import os
import boto3
from flask import Flask, jsonify, request

app = Flask(__name__)
table = boto3.resource("dynamodb", endpoint_url=os.environ["UPSTREAM"], region_name="us-east-1").Table("Bench")
NAMES = {"#o": "owner", "#n": "name", "#t": "total"}


def plain(item):
    return {"owner": item["owner"], "id": item["id"], "name": item["name"], "total": float(item["total"])}


@app.get("/items/<item_id>")
def one(item_id):
    key = {"owner": request.headers["X-User-Id"], "id": item_id}
    answer = table.get_item(Key=key, ProjectionExpression="#o,id,#n,#t", ExpressionAttributeNames=NAMES)
    return jsonify(plain(answer["Item"]))


@app.get("/items")
def many():
    answer = table.query(
        KeyConditionExpression="#o = :o",
        ExpressionAttributeValues={":o": request.headers["X-User-Id"]},
        ProjectionExpression="#o,id,#n,#t",
        ExpressionAttributeNames=NAMES,
        Limit=100,
    )
    return jsonify([plain(i) for i in answer["Items"]])
`
