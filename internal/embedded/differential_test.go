package embedded

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"
)

// referenceVariable has the address of an engine that no one here wrote, such
// as http://127.0.0.1:8302. Without it the comparison is skipped.
const referenceVariable = "DISCREET_REFERENCE"

// TestTheReferenceAnswersTheSame sends generated sequences of requests to the
// store and to the reference, and compares every answer.
func TestTheReferenceAnswersTheSame(t *testing.T) {
	address := os.Getenv(referenceVariable)
	if address == "" {
		t.Skip(referenceVariable + " is not set")
	}
	var tables atomic.Int64
	rapid.Check(t, func(rt *rapid.T) {
		s, err := Open(Config{})
		if err != nil {
			rt.Fatal(err)
		}
		name := fmt.Sprintf("differential-%d-%d", os.Getpid(), tables.Add(1))
		// both reports whether the two are in the same state still.
		both := func(op, body string) bool {
			body = strings.ReplaceAll(body, "TABLE", name)
			status, own := s.Do(t.Context(), op, []byte(body))
			theirs, other, err := askReference(address, op, body)
			if err != nil || bytes.Contains(other, []byte("ResourceNotFoundException")) {
				return false // input can kill a reference, and with it its tables
			}
			if !sameAnswers(op, status, own, theirs, other) {
				rt.Fatalf("%s %s\nstore:     %d %s\nreference: %d %s", op, body, status, own, theirs, other)
			}
			return status == theirs
		}
		if _, _, err := askReference(address, "CreateTable", strings.ReplaceAll(differentialTable, "TABLE", name)); err != nil {
			rt.Skip("the reference is not there")
		}
		s.Do(t.Context(), "CreateTable", []byte(strings.ReplaceAll(differentialTable, "TABLE", name)))
		defer func() { _, _, _ = askReference(address, "DeleteTable", `{"TableName":"`+name+`"}`) }()
		for range rapid.IntRange(1, 25).Draw(rt, "requests") {
			if op, body := drawRequest(rt); !both(op, body) {
				return
			}
		}
		both("Scan", `{"TableName":"TABLE"}`)
		both("Scan", `{"TableName":"TABLE","IndexName":"byG"}`)
	})
}

const differentialTable = `{"TableName":"TABLE","BillingMode":"PAY_PER_REQUEST",
	"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"},
		{"AttributeName":"g","AttributeType":"S"},{"AttributeName":"l","AttributeType":"S"}],
	"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
	"LocalSecondaryIndexes":[{"IndexName":"byL","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}],
	"GlobalSecondaryIndexes":[{"IndexName":"byG","KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}]}`

func askReference(address, op, body string) (int, []byte, error) {
	r, err := http.NewRequest(http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("X-Amz-Target", targetPrefix+op)
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("X-Amz-Date", "20200101T000000Z")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=id/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	return answer.StatusCode, all, err
}

// sameAnswers compares two answers, save for what is known to differ.
func sameAnswers(op string, status int, own []byte, theirs int, other []byte) bool {
	var a, b map[string]any
	if json.Unmarshal(own, &a) != nil || json.Unmarshal(other, &b) != nil {
		return false
	}
	for _, m := range []map[string]any{a, b} {
		if message, ok := m["Message"]; ok {
			m["message"] = message
			delete(m, "Message")
		}
		if items, ok := m["Items"].([]any); ok && op == "Scan" {
			slices.SortFunc(items, func(x, y any) int { return strings.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
		}
		sortSets(m)
	}
	return (status == theirs && reflect.DeepEqual(a, b)) || knownToDiffer(op, a, b)
}

// knownToDiffer has what one of the references answers otherwise than DynamoDB.
func knownToDiffer(op string, own, other map[string]any) bool {
	mine, theirs := fmt.Sprint(own["message"]), fmt.Sprint(other["message"])
	switch {
	case strings.Contains(mine+theirs, "Expression: "):
		// Which of several faults of an expression is told, and in which
		// words, is internal/expr's to compare.
		return true
	case strings.TrimPrefix(theirs, "1 validation error detected: ") == mine:
		return true
	case strings.Contains(mine+theirs, "document path provided in the update expression is invalid"):
		// Removing from, or adding to, what has no parent; and which of two
		// faults is told.
		return true
	case strings.Contains(mine, "specified for a secondary index key is not supported"):
		return other["__type"] == nil // dynalite takes an empty index key
	case theirs == "list_append requires two list operands":
		return mine == "An operand in the update expression has an incorrect data type"
	case strings.Contains(theirs, "Type mismatch for Index Key"):
		// Dynalite checks an update's literals for an index before the
		// condition, and before what the update refers to; dynoxide after.
		return mine == conditionFailedMessage || strings.Contains(mine, "attribute that does not exist")
	case op == "UpdateItem" && len(own) == 0 && own["Attributes"] == nil:
		// ALL_OLD of an item that was not there.
		old, _ := other["Attributes"].(map[string]any)
		return len(old) == 2
	}
	return false
}

// sortSets puts sets' members in order, since they have none.
func sortSets(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			if list, ok := inner.([]any); ok && (name == "SS" || name == "NS" || name == "BS") {
				slices.SortFunc(list, func(x, y any) int { return strings.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
			}
			sortSets(inner)
		}
	case []any:
		for _, inner := range v {
			sortSets(inner)
		}
	}
}
