package embedded

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The operations of DynamoDBStreams_20120810, an API beside DynamoDB's own.

const (
	streamsPrefix = "DynamoDBStreams_20120810."
	iteratorLife  = 15 * time.Minute
	maxRecords    = 1000
	maxPageBytes  = 1 << 20
)

// isStreams tells the names of the streams API from DynamoDB's own.
func isStreams(operation string) bool {
	switch operation {
	case "ListStreams", "DescribeStream", "GetShardIterator", "GetRecords":
		return true
	}
	return false
}

func (d *definition) streamARN() string {
	if d.Stream == nil {
		return ""
	}
	return d.arn() + "/stream/" + d.Stream.Label
}

// shardID is the one shard of a table's stream.
func (d *definition) shardID() string { return "shardId-00000000000000000001-" + d.ID[:8] }

// streamSpecification reads the member of that name: the kind of view, "" for
// no stream. given is false if it is not there.
func (f *fields) streamSpecification() (viewType string, given bool) {
	spec, ok := f.object("StreamSpecification", "class com.amazonaws.dynamodb.v20120810.StreamSpecification")
	if !ok {
		return "", false
	}
	enabled := spec.boolean("StreamEnabled")
	view := spec.enum("StreamViewType", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY")
	if !spec.has("StreamEnabled") {
		f.problem("null", "streamSpecification.streamEnabled", notNull)
	}
	f.take(spec)
	if !enabled {
		if view != "" && f.err == nil {
			f.invalid = invalidValue("Table is being created with a stream disabled, UpdateViewType should not be specified")
		}
		return "", true
	}
	if !spec.has("StreamViewType") {
		f.invalid = invalidValue("Table is being created with a stream enabled, UpdateViewType should be specified")
	}
	return view, true
}

// setStream enables or disables the stream.
func (d *definition) setStream(viewType string, now time.Time) error {
	switch {
	case viewType == "" && d.Stream == nil:
		return invalid("Table has no stream to disable: TableName: %s", d.Name)
	case viewType != "" && d.Stream != nil:
		return invalid("Table already has an enabled stream: TableName: %s", d.Name)
	case viewType == "":
		d.Stream = nil
	default:
		d.Stream = newStreamDefinition(viewType, now)
	}
	return nil
}

func (s *Store) listStreams(f *fields) ([]byte, error) {
	name, _ := f.text("TableName")
	if f.has("TableName") {
		name = f.checkTableName(name, "tableName")
	}
	limit, limited := f.integerFrom("Limit", 1)
	if !limited || limit > 100 {
		limit = 100
	}
	start, _ := f.text("ExclusiveStartStreamArn")
	if err := f.failure(); err != nil {
		return nil, err
	}
	type summary struct{ StreamArn, TableName, StreamLabel string }
	answer := struct {
		Streams                []summary
		LastEvaluatedStreamArn string `json:",omitempty"`
	}{Streams: []summary{}}
	for _, t := range s.allTables() {
		t.reading.RLock()
		d := t.definition
		t.reading.RUnlock()
		arn := d.streamARN()
		if arn == "" || arn <= start || name != "" && d.Name != name {
			continue
		}
		if int64(len(answer.Streams)) == limit {
			answer.LastEvaluatedStreamArn = answer.Streams[limit-1].StreamArn
			break
		}
		answer.Streams = append(answer.Streams, summary{arn, d.Name, d.Stream.Label})
	}
	return json.Marshal(answer)
}

// allTables is every table, in the order of the names.
func (s *Store) allTables() []*table {
	s.catalogue.RLock()
	defer s.catalogue.RUnlock()
	var all []*table
	for _, t := range s.tables {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *table) int { return cmp.Compare(a.name, b.name) })
	return all
}

// streamOf runs f on the stream of that ARN.
func (s *Store) streamOf(arn string, f func(t *table) error) error {
	missing := refuse("ResourceNotFoundException", "Requested resource not found: Stream: "+arn+" not found")
	name, _, ok := strings.Cut(strings.TrimPrefix(arn, arnPrefix), "/stream/")
	if !ok {
		return missing
	}
	t, err := s.find(name)
	if err != nil {
		return missing
	}
	return read([]*table{t}, func() error {
		if t.stream == nil || t.definition.streamARN() != arn {
			return missing
		}
		return f(t)
	})
}

// requiredARN is the member StreamArn.
func (f *fields) requiredARN() string {
	arn, ok := f.text("StreamArn")
	if !ok {
		f.problem("null", "streamArn", notNull)
	} else if len(arn) < 37 {
		f.problem("'"+arn+"'", "streamArn", "Member must have length greater than or equal to 37")
	}
	return arn
}

func (s *Store) describeStream(f *fields) (answer []byte, err error) {
	arn := f.requiredARN()
	after, _ := f.text("ExclusiveStartShardId")
	if err := f.failure(); err != nil {
		return nil, err
	}
	type numbers struct{ StartingSequenceNumber string }
	type shard struct {
		ShardId             string
		SequenceNumberRange numbers
	}
	type description struct {
		StreamArn, StreamLabel, StreamStatus, StreamViewType string
		CreationRequestDateTime                              float64
		TableName                                            string
		KeySchema                                            []keyElement
		Shards                                               []shard
	}
	err = s.streamOf(arn, func(t *table) error {
		d := t.definition
		out := description{
			StreamArn: arn, StreamLabel: d.Stream.Label, StreamStatus: "ENABLED", StreamViewType: d.Stream.ViewType,
			CreationRequestDateTime: d.Stream.Created, TableName: d.Name, KeySchema: d.KeySchema, Shards: []shard{},
		}
		if after == "" {
			out.Shards = append(out.Shards, shard{d.shardID(), numbers{sequenceNumber(t.stream.first)}})
		}
		answer, err = json.Marshal(struct{ StreamDescription description }{out})
		return err
	})
	return answer, err
}

func (s *Store) getShardIterator(f *fields) (answer []byte, err error) {
	arn := f.requiredARN()
	shard := f.requiredText(f, "ShardId", "shardId")
	kind := f.requiredEnum(f, "ShardIteratorType", "shardIteratorType", "TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER")
	text, numbered := f.text("SequenceNumber")
	if err := f.failure(); err != nil {
		return nil, err
	}
	number, ok := parseSequenceNumber(text)
	byNumber := strings.HasSuffix(kind, "SEQUENCE_NUMBER")
	switch {
	case byNumber && !numbered:
		return nil, invalid("Sequence number must be specified for shard iterator type %s", kind)
	case !byNumber && numbered:
		return nil, invalid("Sequence number must not be specified for shard iterator type %s", kind)
	case byNumber && !ok:
		return nil, invalid("Invalid SequenceNumber")
	}
	err = s.streamOf(arn, func(t *table) error {
		if shard != t.definition.shardID() {
			return refuse("ResourceNotFoundException", "Requested resource not found: Shard does not exist")
		}
		at := number
		switch kind {
		case "TRIM_HORIZON":
			at = t.stream.oldest()
		case "LATEST":
			at = t.stream.next
		case "AFTER_SEQUENCE_NUMBER":
			at++
		}
		if byNumber && number < t.stream.oldest() {
			return trimmed()
		}
		answer, err = json.Marshal(struct{ ShardIterator string }{s.iterator(arn, at)})
		return err
	})
	return answer, err
}

func trimmed() error {
	return refuse("TrimmedDataAccessException", "The operation attempted to read past the oldest stream record in a shard")
}

// iterator is a place in a stream and when it was given out.
func (s *Store) iterator(arn string, at uint64) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s|%d|%d", arn, at, s.clock().Unix()))
}

func readIterator(text string) (arn string, at uint64, given time.Time, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return "", 0, given, false
	}
	arn, rest, _ := strings.Cut(string(raw), "|")
	var seconds int64
	_, err = fmt.Sscanf(rest, "%d|%d", &at, &seconds)
	return arn, at, time.Unix(seconds, 0), err == nil
}

func (s *Store) getRecords(f *fields) (answer []byte, err error) {
	iterator := f.requiredText(f, "ShardIterator", "shardIterator")
	limit, limited := f.integerFrom("Limit", 1)
	if limited && limit > maxRecords {
		f.problem(fmt.Sprintf("'%d'", limit), "limit", "Member must have value less than or equal to 1000")
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	if !limited {
		limit = maxRecords
	}
	arn, at, given, ok := readIterator(iterator)
	if !ok {
		return nil, invalid("Invalid ShardIterator")
	}
	if s.clock().Sub(given) > iteratorLife {
		return nil, refuse("ExpiredIteratorException", "The shard iterator has expired and can no longer be used to retrieve stream records")
	}
	err = s.streamOf(arn, func(t *table) error {
		st := t.stream
		if at < st.first || at > st.next {
			at = st.next // an iterator of an earlier run
		}
		if at < st.oldest() {
			return trimmed()
		}
		a := newAnswer(1024)
		a.member("Records")
		a.buf = append(a.buf, '[')
		for _, r := range st.records[at-st.oldest():] {
			if limit == 0 || len(a.buf) > maxPageBytes {
				break
			}
			if a.buf[len(a.buf)-1] != '[' {
				a.buf = append(a.buf, ',')
			}
			a.raw(r.before)
			a.raw([]byte(sequenceNumber(r.number)))
			a.raw(r.after)
			at = r.number + 1
			limit--
		}
		a.buf = append(a.buf, ']')
		a.member("NextShardIterator")
		a.json(s.iterator(arn, at))
		answer = a.end()
		return nil
	})
	return answer, err
}
