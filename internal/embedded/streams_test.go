package embedded

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// streamed is a table with a stream of that kind; "" is none.
func streamed(name, view string) string {
	spec := ""
	if view != "" {
		spec = `,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"` + view + `"}`
	}
	return `{"TableName":"` + name + `","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]` + spec + `}`
}

// reader reads a stream as an app does.
type reader struct {
	t     testing.TB
	s     *Store
	arn   string
	shard string
}

func openStream(t testing.TB, s *Store, table string) *reader {
	t.Helper()
	r := &reader{t: t, s: s}
	var described struct {
		Table struct{ LatestStreamArn string }
	}
	r.ask("DescribeTable", `{"TableName":"`+table+`"}`, &described)
	r.arn = described.Table.LatestStreamArn
	var d struct {
		StreamDescription struct{ Shards []struct{ ShardId string } }
	}
	r.ask("DescribeStream", `{"StreamArn":"`+r.arn+`"}`, &d)
	r.shard = d.StreamDescription.Shards[0].ShardId
	return r
}

func (r *reader) ask(op, body string, into any) {
	r.t.Helper()
	if err := json.Unmarshal(mustDo(r.t, r.s, op, body), into); err != nil {
		r.t.Fatal(err)
	}
}

// iterator is one of that type; rest may have a SequenceNumber.
func (r *reader) iterator(kind, rest string) string {
	r.t.Helper()
	var i struct{ ShardIterator string }
	r.ask("GetShardIterator", `{"StreamArn":"`+r.arn+`","ShardId":"`+r.shard+`","ShardIteratorType":"`+kind+`"`+rest+`}`, &i)
	return i.ShardIterator
}

type streamPage struct {
	Records []struct {
		EventName string
		Dynamodb  struct {
			Keys, NewImage, OldImage map[string]map[string]string
			SequenceNumber           string
			StreamViewType           string
		}
	}
	NextShardIterator string
}

func (r *reader) page(iterator, rest string) streamPage {
	r.t.Helper()
	var p streamPage
	r.ask("GetRecords", `{"ShardIterator":"`+iterator+`"`+rest+`}`, &p)
	return p
}

// told is a page's records in short: the event, the key, the old and the new
// value of x.
func (p streamPage) told() string {
	var out []string
	for _, r := range p.Records {
		out = append(out, fmt.Sprintf("%s %s %s>%s", r.EventName, r.Dynamodb.Keys["id"]["S"], r.Dynamodb.OldImage["x"]["S"], r.Dynamodb.NewImage["x"]["S"]))
	}
	return strings.Join(out, ", ")
}

func TestAStreamTellsEveryChangeInItsView(t *testing.T) {
	for view, want := range map[string]string{
		"KEYS_ONLY":          "INSERT a >, MODIFY a >, REMOVE a >, INSERT b >, INSERT c >",
		"NEW_IMAGE":          "INSERT a >1, MODIFY a >2, REMOVE a >, INSERT b >3, INSERT c >4",
		"OLD_IMAGE":          "INSERT a >, MODIFY a 1>, REMOVE a 2>, INSERT b >, INSERT c >",
		"NEW_AND_OLD_IMAGES": "INSERT a >1, MODIFY a 1>2, REMOVE a 2>, INSERT b >3, INSERT c >4",
	} {
		s := openMemory(t)
		mustDo(t, s, "CreateTable", streamed("table", view))
		put := func(id, x string) string {
			return `"TableName":"table","Item":{"id":{"S":"` + id + `"},"x":{"S":"` + x + `"}}`
		}
		mustDo(t, s, "PutItem", `{`+put("a", "1")+`}`)
		mustDo(t, s, "PutItem", `{`+put("a", "1")+`}`) // changes nothing
		mustDo(t, s, "UpdateItem", `{"TableName":"table","Key":{"id":{"S":"a"}},"UpdateExpression":"SET x = :x","ExpressionAttributeValues":{":x":{"S":"2"}}}`)
		mustDo(t, s, "DeleteItem", `{"TableName":"table","Key":{"id":{"S":"a"}}}`)
		mustDo(t, s, "DeleteItem", `{"TableName":"table","Key":{"id":{"S":"a"}}}`) // is gone already
		mustDo(t, s, "TransactWriteItems", `{"TransactItems":[{"Put":{`+put("b", "3")+`}}]}`)
		mustDo(t, s, "BatchWriteItem", `{"RequestItems":{"table":[{"PutRequest":{"Item":{"id":{"S":"c"},"x":{"S":"4"}}}}]}}`)
		s.Do(t.Context(), "PutItem", []byte(`{`+put("d", "5")+`,"ConditionExpression":"attribute_exists(id)"}`)) // fails
		r := openStream(t, s, "table")
		p := r.page(r.iterator("TRIM_HORIZON", ""), "")
		if got := p.told(); got != want {
			t.Errorf("%s:\n got %s\nwant %s", view, got, want)
		}
		if rest := r.page(p.NextShardIterator, ""); len(rest.Records) > 0 || rest.NextShardIterator == "" {
			t.Errorf("after the end: %+v", rest)
		}
	}
}

func TestAnIteratorBeginsWhereItSays(t *testing.T) {
	s := openMemory(t)
	mustDo(t, s, "CreateTable", streamed("table", "NEW_IMAGE"))
	for _, id := range []string{"1", "2", "3"} {
		mustDo(t, s, "PutItem", `{"TableName":"table","Item":{"id":{"S":"`+id+`"},"x":{"S":"x"}}}`)
	}
	r := openStream(t, s, "table")
	latest := r.iterator("LATEST", "")
	first := r.page(r.iterator("TRIM_HORIZON", ""), `,"Limit":2`)
	if got := first.told(); got != "INSERT 1 >x, INSERT 2 >x" {
		t.Errorf("the first two: %s", got)
	}
	second := `,"SequenceNumber":"` + first.Records[1].Dynamodb.SequenceNumber + `"`
	mustDo(t, s, "PutItem", `{"TableName":"table","Item":{"id":{"S":"4"},"x":{"S":"x"}}}`)
	for want, iterator := range map[string]string{
		"INSERT 3 >x, INSERT 4 >x":              first.NextShardIterator,
		"INSERT 4 >x":                           latest,
		"INSERT 2 >x, INSERT 3 >x, INSERT 4 >x": r.iterator("AT_SEQUENCE_NUMBER", second),
	} {
		if got := r.page(iterator, "").told(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := r.page(r.iterator("AFTER_SEQUENCE_NUMBER", second), "").told(); got != "INSERT 3 >x, INSERT 4 >x" {
		t.Errorf("after the second: %s", got)
	}
}

func TestStreamOperationsRefuseWhatIsNotThere(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	s, err := Open(Config{Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	mustDo(t, s, "CreateTable", streamed("table", "NEW_IMAGE"))
	mustDo(t, s, "CreateTable", streamed("plain", ""))
	r := openStream(t, s, "table")
	old := r.iterator("LATEST", "")
	now = now.Add(16 * time.Minute)
	const alter = `{"TableName":"%s","StreamSpecification":{"StreamEnabled":%s}}`
	none := strings.Repeat("x", 40)
	run(t, s, []call{
		{op: "ListStreams", body: `{}`, answer: `{"Streams":[{"StreamArn":"` + r.arn + `","TableName":"table","StreamLabel":"2023-11-14T22:13:20.000"}]}`},
		{op: "ListStreams", body: `{"TableName":"plain"}`, answer: `{"Streams":[]}`},
		{op: "ListStreams", body: `{"ExclusiveStartStreamArn":"` + r.arn + `"}`, answer: `{"Streams":[]}`},
		{op: "DescribeStream", body: `{}`, refused: "ValidationException: 1 validation error detected: Value null at 'streamArn' failed to satisfy constraint: Member must not be null"},
		{op: "DescribeStream", body: `{"StreamArn":"` + none + `"}`, refused: "ResourceNotFoundException: *"},
		{op: "GetShardIterator", body: `{"StreamArn":"` + r.arn + `","ShardId":"none","ShardIteratorType":"LATEST"}`, refused: "ResourceNotFoundException: *"},
		{op: "GetShardIterator", body: `{"StreamArn":"` + r.arn + `","ShardId":"` + r.shard + `","ShardIteratorType":"AT_SEQUENCE_NUMBER"}`, refused: "ValidationException: *"},
		{op: "GetShardIterator", body: `{"StreamArn":"` + r.arn + `","ShardId":"` + r.shard + `","ShardIteratorType":"AT_SEQUENCE_NUMBER","SequenceNumber":"1"}`, refused: "ValidationException: Invalid SequenceNumber"},
		{op: "GetShardIterator", body: `{"StreamArn":"` + r.arn + `","ShardId":"` + r.shard + `","ShardIteratorType":"AT_SEQUENCE_NUMBER","SequenceNumber":"` + sequenceNumber(1) + `"}`, refused: "TrimmedDataAccessException: *"},
		{op: "GetRecords", body: `{"ShardIterator":"none"}`, refused: "ValidationException: Invalid ShardIterator"},
		{op: "GetRecords", body: `{"ShardIterator":"` + old + `"}`, refused: "ExpiredIteratorException: *"},
		{op: "CreateTable", body: strings.Replace(streamed("wrong", "NEW_IMAGE"), "true", "false", 1), refused: "ValidationException: *"},
		{op: "UpdateTable", body: fmt.Sprintf(alter, "plain", "false"), refused: "ValidationException: *"},
		{op: "UpdateTable", body: fmt.Sprintf(alter, "table", `true,"StreamViewType":"NEW_IMAGE"`), refused: "ValidationException: *"},
		{op: "UpdateTable", body: fmt.Sprintf(alter, "table", "false")},
		{op: "DescribeStream", body: `{"StreamArn":"` + r.arn + `"}`, refused: "ResourceNotFoundException: *"},
		{op: "UpdateTable", body: fmt.Sprintf(alter, "plain", `true,"StreamViewType":"NEW_IMAGE"`)},
	})
	mustDo(t, s, "PutItem", `{"TableName":"plain","Item":{"id":{"S":"a"},"x":{"S":"1"}}}`)
	if r := openStream(t, s, "plain"); r.page(r.iterator("TRIM_HORIZON", ""), "").told() != "INSERT a >1" {
		t.Error("a stream that was enabled later tells nothing")
	}
}

func TestAStreamIsBoundedInRecordsBytesAndAge(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	st := newStream(&streamDefinition{}, now)
	for range maxStream + 10 {
		st.append(streamRecord{at: now})
	}
	if len(st.records) != maxStream || st.oldest() != st.first+10 {
		t.Errorf("%d records from %d", len(st.records), st.oldest()-st.first)
	}
	st.append(streamRecord{at: now.Add(streamLife + time.Second)})
	if len(st.records) != 1 {
		t.Errorf("%d records after a day", len(st.records))
	}
	for range 100 {
		st.append(streamRecord{at: now, before: make([]byte, 1<<20)})
	}
	if st.bytes > maxStreamBytes || len(st.records) != 64 {
		t.Errorf("%d bytes in %d records", st.bytes, len(st.records))
	}
}

func TestAStreamOutlivesARestartWithoutItsRecords(t *testing.T) {
	path := t.TempDir() + "/data"
	s := openStored(t, path)
	mustDo(t, s, "CreateTable", streamed("table", "NEW_IMAGE"))
	before := openStream(t, s, "table")
	mustDo(t, s, "PutItem", `{"TableName":"table","Item":{"id":{"S":"a"},"x":{"S":"1"}}}`)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStored(t, path)
	defer s.Close()
	after := openStream(t, s, "table")
	if after.arn != before.arn {
		t.Errorf("the stream was %s and is %s", before.arn, after.arn)
	}
	mustDo(t, s, "PutItem", `{"TableName":"table","Item":{"id":{"S":"b"},"x":{"S":"2"}}}`)
	if got := after.page(after.iterator("TRIM_HORIZON", ""), "").told(); got != "INSERT b >2" {
		t.Errorf("records: %s", got)
	}
}
