package embedded

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func openMemory(t testing.TB) *Store {
	t.Helper()
	s, err := Open(Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// mustDo runs an operation that must succeed.
func mustDo(t testing.TB, s *Store, operation, body string) []byte {
	t.Helper()
	status, answer := s.Do(context.Background(), operation, []byte(body))
	if status != http.StatusOK {
		t.Fatalf("%s %s: %d %s", operation, body, status, answer)
	}
	return answer
}

// call is a request and what it must answer: the answer's JSON, or an error's
// type and message.
type call struct {
	op      string
	body    string
	answer  string
	refused string // "ValidationException: message"; ends in * for a prefix
}

func (c call) check(t *testing.T, s *Store) {
	t.Helper()
	status, answer := s.Do(context.Background(), c.op, []byte(c.body))
	if c.refused != "" {
		checkRefused(t, c, status, answer)
		return
	}
	if status != http.StatusOK {
		t.Errorf("%s %s\n got %d %s", c.op, c.body, status, answer)
		return
	}
	if c.answer != "" && !sameJSON(t, answer, []byte(c.answer)) {
		t.Errorf("%s %s\n got %s\nwant %s", c.op, c.body, answer, c.answer)
	}
}

func checkRefused(t *testing.T, c call, status int, answer []byte) {
	t.Helper()
	var e struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(answer, &e); err != nil {
		t.Fatal(err)
	}
	_, kind, _ := strings.Cut(e.Type, "#")
	got := kind + ": " + e.Message
	want, prefix := strings.CutSuffix(c.refused, "*")
	if status != http.StatusBadRequest || (got != want && !(prefix && strings.HasPrefix(got, want))) {
		t.Errorf("%s %s\n got %d %s\nwant %s", c.op, c.body, status, got, c.refused)
	}
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	var x, y any
	if err := json.Unmarshal(a, &x); err != nil {
		t.Fatalf("%v in %s", err, a)
	}
	if err := json.Unmarshal(b, &y); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return reflect.DeepEqual(x, y)
}

// music is a table with every kind of index, keyed by pk and the number sk.
const music = `{"TableName":"music","BillingMode":"PAY_PER_REQUEST",
	"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"},
		{"AttributeName":"g","AttributeType":"S"},{"AttributeName":"h","AttributeType":"B"},{"AttributeName":"l","AttributeType":"S"}],
	"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
	"LocalSecondaryIndexes":[
		{"IndexName":"byL","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],
	"GlobalSecondaryIndexes":[
		{"IndexName":"byG","KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}},
		{"IndexName":"some","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["x"]}},
		{"IndexName":"many","KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"l","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"},{"AttributeName":"h","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}]}`

func openMusic(t testing.TB) *Store {
	t.Helper()
	s := openMemory(t)
	mustDo(t, s, "CreateTable", music)
	return s
}
