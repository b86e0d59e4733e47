package embedded

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/discreet-dev/discreet/internal/item"
)

// A stream is kept in memory alone, in one shard, and for as long as the table
// has it: it is for tests of what an app does with records. A record goes when
// it is a day old, as in DynamoDB, or when there are too many.
const (
	streamLife     = 24 * time.Hour
	maxStream      = 10_000
	maxStreamBytes = 64 << 20
)

// streamDefinition is a table's StreamSpecification and when it came.
type streamDefinition struct {
	ViewType string // KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES
	Label    string
	Created  float64 // seconds since 1970
}

const labelForm = "2006-01-02T15:04:05.000"

func newStreamDefinition(viewType string, now time.Time) *streamDefinition {
	return &streamDefinition{ViewType: viewType, Label: now.UTC().Format(labelForm), Created: float64(now.UnixMilli()) / 1000}
}

// stream is the records of a table's changes, oldest first. The table's locks
// guard it: reading for whoever reads, both for whoever appends.
type stream struct {
	definition *streamDefinition
	first      uint64 // the number of the oldest record that is or was here
	next       uint64 // the number of the next record
	records    []streamRecord
	bytes      int
}

// streamRecord is one change, in the JSON that GetRecords answers save for its
// number, which it gets when it is appended.
type streamRecord struct {
	number uint64
	at     time.Time
	before []byte // the JSON before the number
	after  []byte // and after it
}

func (r *streamRecord) size() int { return len(r.before) + len(r.after) }

// newStream begins at a number that no earlier run has reached: a record a
// nanosecond is more than there can be.
func newStream(d *streamDefinition, now time.Time) *stream {
	n := uint64(now.UnixNano())
	return &stream{definition: d, first: n, next: n}
}

// restream makes the table's stream what the definition says; the caller holds
// both locks.
func (t *table) restream(now time.Time) {
	switch d := t.definition.Stream; {
	case d == nil:
		t.stream = nil
	case t.stream == nil || t.stream.definition.Label != d.Label:
		t.stream = newStream(d, now)
	}
}

func (s *stream) append(r streamRecord) {
	r.number = s.next
	s.next++
	s.records = append(s.records, r)
	s.bytes += r.size()
	drop := 0
	for drop < len(s.records)-1 && (len(s.records)-drop > maxStream || s.bytes > maxStreamBytes || r.at.Sub(s.records[drop].at) > streamLife) {
		s.bytes -= s.records[drop].size()
		s.records[drop] = streamRecord{}
		drop++
	}
	s.records = s.records[drop:]
}

// oldest is the number of the first record that can be read.
func (s *stream) oldest() uint64 { return s.next - uint64(len(s.records)) }

func sequenceNumber(n uint64) string { return fmt.Sprintf("1%020d", n) }

func parseSequenceNumber(text string) (uint64, bool) {
	digits, ok := strings.CutPrefix(text, "1")
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, ok && err == nil && len(digits) == 20
}

// makeRecord notes the change for the table's stream, if it has one and if
// anything changed; the caller holds writing.
func (c *change) makeRecord(now time.Time) error {
	s := c.table.stream
	if s == nil {
		return nil
	}
	before, after, err := c.items()
	if err != nil {
		return err
	}
	name, of := "MODIFY", after
	switch {
	case before == nil && after == nil:
		return nil
	case before == nil:
		name = "INSERT"
	case after == nil:
		name, of = "REMOVE", before
	case bytes.Equal(c.before.wire, c.after.wire) || item.EqualItems(before, after):
		return nil
	}
	keys := item.Item{}
	c.table.primary.schema.keyOf(keys, of)
	size := item.Size(keys)
	a := newAnswer(256)
	a.member("eventID")
	a.json(newEventID())
	a.member("eventName")
	a.json(name)
	a.raw([]byte(`,"eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"us-east-1","dynamodb":{"ApproximateCreationDateTime":`))
	a.json(now.Unix())
	a.raw([]byte(`,"Keys":`))
	a.buf = item.AppendItem(a.buf, keys)
	view := s.definition.ViewType
	if after != nil && (view == "NEW_IMAGE" || view == "NEW_AND_OLD_IMAGES") {
		a.member("NewImage")
		a.raw(c.after.wire)
		size += c.after.size
	}
	if before != nil && (view == "OLD_IMAGE" || view == "NEW_AND_OLD_IMAGES") {
		a.member("OldImage")
		a.raw(c.before.wire)
		size += c.before.size
	}
	a.raw([]byte(`,"SequenceNumber":"`))
	c.record = &streamRecord{at: now, before: a.buf, after: fmt.Appendf(nil, `","SizeBytes":%d,"StreamViewType":"%s"}}`, size, view)}
	return nil
}

// items decodes what the change has not decoded yet.
func (c *change) items() (before, after item.Item, err error) {
	before, after = c.beforeItem, c.afterItem
	if c.before != nil && before == nil {
		if before, err = c.before.item(); err != nil {
			return nil, nil, err
		}
	}
	if c.after != nil && after == nil {
		after, err = c.after.item()
	}
	return before, after, err
}

func newEventID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return hex.EncodeToString(b[:])
}
