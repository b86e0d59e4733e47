package dynamo

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/contract"
)

// app is a contract of one table with one index, which one route uses.
func app(edit func(*contract.Table, *contract.Route)) *contract.Contract {
	table := &contract.Table{Name: "app", Partition: "PK", Sort: "SK", TTL: "expires_at"}
	index := &contract.Index{Name: "GSI1", Partition: []string{"GSI1PK"}, Sort: []string{"GSI1SK"}, Projection: contract.Projection{All: true}}
	table.Indexes = []*contract.Index{index}
	template := contract.Template{Parts: []contract.Part{{Literal: "TENANT#"}, {Variable: "tenant"}}, Delimiter: "#"}
	table.Items = []*contract.ItemType{{
		Name: "Task", Table: table,
		Keys: map[string]contract.Template{"PK": template, "SK": template, "GSI1PK": template, "GSI1SK": contract.WholeTemplate("GSI1SK")},
		Attributes: map[string]*contract.Attribute{
			"GSI1SK": {Name: "GSI1SK", Type: contract.N},
		},
	}}
	view := &contract.View{Name: "tasks", Of: table.Items[0]}
	route := &contract.Route{Text: "GET /tasks", Operation: contract.List, Views: []*contract.View{view}, Index: index}
	if edit != nil {
		edit(table, route)
	}
	unused := &contract.Table{Name: "unused", Partition: "id"}
	return &contract.Contract{Tables: []*contract.Table{table, unused}, Views: []*contract.View{view}, Routes: []*contract.Route{route}}
}

const (
	described = `{"Table":{"TableStatus":"ACTIVE",
		"AttributeDefinitions":[{"AttributeName":"PK","AttributeType":"S"},{"AttributeName":"SK","AttributeType":"S"},
			{"AttributeName":"GSI1PK","AttributeType":"S"},{"AttributeName":"GSI1SK","AttributeType":"N"}],
		"KeySchema":[{"AttributeName":"PK","KeyType":"HASH"},{"AttributeName":"SK","KeyType":"RANGE"}],
		"GlobalSecondaryIndexes":[{"IndexName":"GSI1","IndexStatus":"ACTIVE",
			"KeySchema":[{"AttributeName":"GSI1PK","KeyType":"HASH"},{"AttributeName":"GSI1SK","KeyType":"RANGE"}],
			"Projection":{"ProjectionType":"ALL"}}]}}`
	expiring = `{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"expires_at"}}`
)

func swap(old, with string) func(string) string {
	return func(s string) string { return strings.ReplaceAll(s, old, with) }
}

func TestVerifyTellsWhereATableIsNotWhatTheContractSays(t *testing.T) {
	same := func(s string) string { return s }
	tests := []struct {
		name     string
		contract func(*contract.Table, *contract.Route)
		table    func(string) string // of described
		ttl      string
		want     []string // a piece of each problem; "warning: " where it is one
	}{
		{"all is well", nil, same, expiring, nil},
		{"being created", nil, swap(`"TableStatus":"ACTIVE"`, `"TableStatus":"CREATING"`), expiring, []string{"is CREATING"}},
		{"being updated", nil, swap(`"TableStatus":"ACTIVE"`, `"TableStatus":"UPDATING"`), expiring, nil},
		{
			"another partition key", func(t *contract.Table, _ *contract.Route) { t.Partition = "id" }, same, expiring,
			[]string{"the partition key is PK, the contract says id; write partition_key: PK"},
		},
		{
			"no sort key there", nil, swap(`,{"AttributeName":"SK","KeyType":"RANGE"}`, ""), expiring,
			[]string{"the sort key is none, the contract says SK; leave sort_key out"},
		},
		{
			"no sort key here", func(t *contract.Table, _ *contract.Route) { t.Sort = "" }, same, expiring,
			[]string{"the sort key is SK, the contract says none; write sort_key: SK"},
		},
		{
			"a key of another type", nil, swap(`"PK","AttributeType":"S"`, `"PK","AttributeType":"B"`), expiring,
			[]string{"key attribute PK is of type B, item type Task says S"},
		},
		{
			"an index key of another type", nil, swap(`"GSI1SK","AttributeType":"N"`, `"GSI1SK","AttributeType":"S"`), expiring,
			[]string{"key attribute GSI1SK is of type S, item type Task says N"},
		},
		{"no index", nil, swap("IndexName", "OtherName"), expiring, []string{`"prod" has no index GSI1`}},
		{
			"no index, and none needed", func(_ *contract.Table, r *contract.Route) { r.Index = nil }, swap("IndexName", "OtherName"), expiring,
			[]string{`warning: table app: "prod" has no index GSI1`},
		},
		{"an index being made", nil, swap(`"IndexStatus":"ACTIVE"`, `"IndexStatus":"CREATING"`), expiring, []string{"index GSI1 is CREATING"}},
		{
			"another index key", func(t *contract.Table, _ *contract.Route) { t.Indexes[0].Sort = nil }, same, expiring,
			[]string{"the sort key of index GSI1 is GSI1SK, the contract says none"},
		},
		{"an index key of several attributes", func(t *contract.Table, _ *contract.Route) {
			t.Indexes[0].Partition = []string{"GSI1PK", "more"}
		}, same, expiring, []string{"the partition key of index GSI1 is GSI1PK, the contract says GSI1PK, more"}},
		{"global for local", func(t *contract.Table, _ *contract.Route) {
			t.Indexes[0].Local, t.Indexes[0].Partition = true, []string{"PK"}
		}, swap("GSI1PK", "PK"), expiring, []string{"index GSI1 is a global one"}},
		{"local", func(t *contract.Table, _ *contract.Route) {
			t.Indexes[0].Local, t.Indexes[0].Partition = true, []string{"PK"}
		}, func(s string) string { return swap("GSI1PK", "PK")(swap("Global", "Local")(s)) }, expiring, nil},
		{"keys for all", nil, swap(`"ALL"`, `"KEYS_ONLY"`), expiring, []string{"does not hold every attribute (it projects KEYS_ONLY), the contract says all; write projection: keys"}},
		{"fewer names", func(t *contract.Table, _ *contract.Route) {
			t.Indexes[0].Projection = contract.Projection{Names: []string{"title", "status", "SK"}}
		}, swap(`"ALL"`, `"INCLUDE","NonKeyAttributes":["title"]`), expiring, []string{"does not hold status, the contract says it does"}},
		{"enough names", func(t *contract.Table, _ *contract.Route) {
			t.Indexes[0].Projection = contract.Projection{Names: []string{"title"}}
		}, swap(`"ALL"`, `"INCLUDE","NonKeyAttributes":["title","more"]`), expiring, nil},
		{"no TTL", nil, same, `{"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}}`, []string{"warning: table app: \"prod\" deletes no expired items"}},
		{"another TTL", nil, same, swap("expires_at", "other")(expiring), []string{"warning: table app: \"prod\" expires items by other, the contract says expires_at"}},
		{"no TTL wanted", func(t *contract.Table, _ *contract.Route) { t.TTL = "" }, same, `{}`, nil},
		{
			"nothing described", nil, func(string) string { return `{}` }, expiring,
			[]string{`"prod" is `, "the partition key is none", "the sort key is none", "no index GSI1"},
		},
		{"a description that is none", nil, func(string) string { return `{"Table":[]}` }, expiring, []string{"DescribeTable failed: damaged answer"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := stub(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				var asked struct{ TableName string }
				if json.Unmarshal(body, &asked) != nil || asked.TableName != "prod" {
					t.Errorf("asked for %s", body)
				}
				if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "TimeToLive") {
					reply(w, 200, tt.ttl)
					return
				}
				reply(w, 200, tt.table(described))
			})
			c := client(t, Config{Endpoint: s.URL, Tables: map[string]string{"app": "prod"}})
			expect(t, c.Verify(t.Context(), app(tt.contract)), tt.want)
		})
	}
}

func expect(t *testing.T, got []Problem, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d problems, want %d: %v", len(got), len(want), got)
	}
	for i, p := range got {
		text := p.String()
		if !strings.Contains(text, want[i]) || p.Warning != strings.HasPrefix(want[i], "warning: ") {
			t.Errorf("%s, want %s", text, want[i])
		}
	}
}

func TestVerifyTellsWhatKeptItFromLooking(t *testing.T) {
	tests := []struct {
		code string
		want []string
	}{
		{"ResourceNotFoundException", []string{`there is no table "prod" in this account and region; create it, or name the right one: --table app=NAME`}},
		{"AccessDeniedException", []string{`warning: table app: it could not be compared with the contract: the role lacks dynamodb:DescribeTable`}},
		{"UnrecognizedClientException", []string{"DynamoDB does not take the credentials"}},
		{"UnknownOperationException", []string{"warning: table app: this engine does not know DescribeTable"}},
		{"ValidationException", []string{"DescribeTable failed: 400 ValidationException"}},
	}
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			s := stub(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, 400, tt.code) })
			c := client(t, Config{Endpoint: s.URL, Tables: map[string]string{"app": "prod"}})
			expect(t, c.Verify(t.Context(), app(nil)), tt.want)
		})
	}
	t.Run("nobody there", func(t *testing.T) {
		c := client(t, Config{Endpoint: "http://127.0.0.1:1"})
		expect(t, c.Verify(t.Context(), app(nil)), []string{"check the endpoint, the region and the network"})
	})
	t.Run("TTL denied is a warning", func(t *testing.T) {
		s := stub(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "TimeToLive") {
				refuse(w, 400, "ValidationException")
				return
			}
			reply(w, 200, described)
		})
		expect(t, client(t, Config{Endpoint: s.URL}).Verify(t.Context(), app(nil)), []string{"warning: table app: DescribeTimeToLive failed"})
	})
}

func TestPlainHTTPToAnotherMachineIsWarnedOf(t *testing.T) {
	c := client(t, Config{Endpoint: "http://dynamodb.example:8000", AWS: awsKeys()})
	expect(t, c.Verify(t.Context(), &contract.Contract{}), []string{"warning: the endpoint is plain HTTP"})
	if c := client(t, Config{Endpoint: "https://dynamodb.example", AWS: awsKeys()}); c.Verify(t.Context(), &contract.Contract{}) != nil {
		t.Error("warned of HTTPS")
	}
}
