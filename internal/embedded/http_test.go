package embedded

import (
	"context"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func post(t *testing.T, client *http.Client, url, target, media, body string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", target)
	r.Header.Set("Content-Type", media)
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

func TestBothTransportsSpeakTheProtocol(t *testing.T) {
	s := openMusic(t)
	server := httptest.NewServer(s)
	defer server.Close()
	for name, client := range map[string]*http.Client{"socket": server.Client(), "in process": {Transport: s.Transport()}} {
		for _, c := range []struct {
			target, media, body string
			status              int
			want                string
		}{
			{"DynamoDB_20120810.ListTables", contentType, `{}`, 200, `{"TableNames":["music"]}`},
			{"DynamoDB_20120810.ListTables", contentType, ``, 200, `{"TableNames":["music"]}`},
			{"DynamoDB_20120810.ListTables", "application/json; charset=utf-8", `{}`, 200, `{"TableNames":["music"]}`},
			{"DynamoDB_20120810.ListTables", "text/plain", `{}`, 404, "<UnknownOperationException/>\n"},
			{"DynamoDB_20111205.ListTables", contentType, `{}`, 400, `{"__type":"com.amazon.coral.service#UnknownOperationException"}`},
			{"DynamoDB_20120810.Nothing", contentType, `{}`, 400, `{"__type":"com.amazon.coral.service#UnknownOperationException"}`},
			{"DynamoDB_20120810.PutItem", contentType, strings.Repeat(" ", maxBody+1), 413, `{"__type":"com.amazonaws.dynamodb.v20120810#RequestEntityTooLargeException","message":"Request body is too large"}`},
		} {
			answer := post(t, client, server.URL, c.target, c.media, c.body)
			body, err := io.ReadAll(answer.Body)
			if err != nil || answer.StatusCode != c.status || string(body) != c.want {
				t.Errorf("%s: %s %s: %d %s %v", name, c.target, c.media, answer.StatusCode, body, err)
			}
			h := answer.Header
			if h.Get("X-Amz-Crc32") != strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10) || len(h.Get("X-Amzn-Requestid")) != 52 || h.Get("Content-Type") != contentType {
				t.Errorf("%s: headers %v", name, h)
			}
		}
	}
	answer, err := server.Client().Get(server.URL + "/healthz")
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("health: %v %v", answer, err)
	}
}

func TestTheSDKDrivesTheStoreInProcess(t *testing.T) {
	s := openMusic(t)
	client := dynamodb.New(dynamodb.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String("http://store.invalid"),
		Credentials:  credentials.NewStaticCredentialsProvider("id", "secret", ""),
		HTTPClient:   &http.Client{Transport: s.Transport()},
	})
	ctx := t.Context()
	put := &dynamodb.PutItemInput{
		TableName: aws.String("music"),
		Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "a"},
			"sk": &types.AttributeValueMemberN{Value: "1"},
			"l":  &types.AttributeValueMemberS{Value: "é\u2028\"\\"},
		},
		ConditionExpression: aws.String("attribute_not_exists(pk)"),
	}
	if _, err := client.PutItem(ctx, put); err != nil {
		t.Fatal(err)
	}
	put.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	var failed *types.ConditionalCheckFailedException
	if _, err := client.PutItem(ctx, put); !errors.As(err, &failed) || len(failed.Item) != 3 {
		t.Errorf("the second put: %v", err)
	}
	pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: aws.String("music"), Limit: aws.Int32(1)})
	n := 0
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		n += len(page.Items)
	}
	if n != 1 {
		t.Errorf("%d items", n)
	}
	var cancelled *types.TransactionCanceledException
	_, err := client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{
		Put: &types.Put{TableName: put.TableName, Item: put.Item, ConditionExpression: put.ConditionExpression},
	}}})
	if !errors.As(err, &cancelled) || len(cancelled.CancellationReasons) != 1 || *cancelled.CancellationReasons[0].Code != "ConditionalCheckFailed" {
		t.Errorf("the transaction: %v", err)
	}
	var missing *types.ResourceNotFoundException
	if _, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String("none")}); !errors.As(err, &missing) {
		t.Errorf("a table that is not there: %v", err)
	}
}

func TestACancelledRequestIsNotRun(t *testing.T) {
	s := openMusic(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if status, _ := s.Do(ctx, "PutItem", []byte(`{"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"1"}}}`)); status != http.StatusServiceUnavailable {
		t.Errorf("status %d", status)
	}
	call{op: "Scan", body: `{"TableName":"music"}`, answer: `{"Items":[],"Count":0,"ScannedCount":0}`}.check(t, s)
}
