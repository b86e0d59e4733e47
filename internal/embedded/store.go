// Package embedded is a DynamoDB store in one process: it answers the
// DynamoDB JSON protocol from ordered collections in memory, which a file may
// stand behind. It serves development and tests. It verifies no signature,
// knows no contract and decides nothing about who may read what.
package embedded

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Config says where a store keeps its items.
type Config struct {
	// Data is the file that makes the store durable: what was acknowledged
	// outlives the process. "" keeps everything in memory alone. Either way
	// the items must fit in memory.
	Data string
	// Clock is the time that tables are created at, tokens expire by and so
	// on. nil is time.Now.
	Clock func() time.Time
}

// Store is a DynamoDB endpoint. All of its methods may be called at once.
type Store struct {
	clock  func() time.Time
	disk   *disk // nil: memory alone
	tokens tokens
	large  chan struct{} // a place for each large body under way

	// catalogue guards tables; creating and deleting one holds it throughout.
	catalogue sync.RWMutex
	tables    map[string]*table
}

// Open makes a store, and reads what its file has. The file belongs to the
// store until Close; another process that holds it is an error, and so is a
// file of something else.
func Open(c Config) (*Store, error) {
	s := &Store{clock: c.Clock, tables: map[string]*table{}, large: make(chan struct{}, maxLarge)}
	if s.clock == nil {
		s.clock = time.Now
	}
	s.tokens.clock = s.clock
	if c.Data == "" {
		return s, nil
	}
	d, err := openDisk(c.Data)
	if err != nil {
		return nil, err
	}
	s.disk = d
	if err := d.load(s); err != nil {
		_ = d.close()
		return nil, err
	}
	return s, nil
}

// Close releases the file. Requests that are under way end first or are
// refused; everything acknowledged is on the disk already.
func (s *Store) Close() error {
	if s.disk == nil {
		return nil
	}
	return s.disk.close()
}

// maxBody is DynamoDB's limit of a request, in bytes.
const maxBody = 16 << 20

// Do runs one operation, such as "GetItem", on its JSON body, and returns the
// HTTP status and the JSON answer. A context that is done before the start is
// the only error that is no answer of DynamoDB's: 503.
func (s *Store) Do(ctx context.Context, operation string, body []byte) (status int, answer []byte) {
	// A fault of ours must not end the process of the app under test.
	defer func() {
		if recover() != nil {
			e := internalError()
			status, answer = e.status, e.body()
		}
	}()
	if ctx.Err() != nil {
		e := &apiError{status: http.StatusServiceUnavailable, kind: dynamoNamespace + "ServiceUnavailable", message: "The request was cancelled"}
		return e.status, e.body()
	}
	answer, err := s.run(operation, body)
	if err != nil {
		e := asAPI(err)
		return e.status, e.body()
	}
	return http.StatusOK, answer
}

func (s *Store) run(name string, body []byte) ([]byte, error) {
	run := operation(name)
	if run == nil {
		return nil, &apiError{status: http.StatusBadRequest, kind: unknownKind}
	}
	if len(body) > maxBody {
		return nil, &apiError{status: http.StatusRequestEntityTooLarge, kind: dynamoNamespace + "RequestEntityTooLargeException", message: "Request body is too large"}
	}
	if len(body) == 0 {
		body = []byte("{}")
	}
	f, err := readBody(body)
	if err != nil {
		return nil, err
	}
	return run(s, f)
}

// operation is the method for a name, or nil. What DynamoDB has and stands not
// here (PartiQL, backups, global tables) is unknown.
func operation(name string) func(*Store, *fields) ([]byte, error) {
	switch name {
	case "GetItem":
		return (*Store).getItem
	case "Query":
		return (*Store).query
	case "PutItem":
		return (*Store).putItem
	case "UpdateItem":
		return (*Store).updateItem
	case "DeleteItem":
		return (*Store).deleteItem
	case "Scan":
		return (*Store).scan
	case "BatchGetItem":
		return (*Store).batchGetItem
	case "BatchWriteItem":
		return (*Store).batchWriteItem
	case "TransactGetItems":
		return (*Store).transactGetItems
	case "TransactWriteItems":
		return (*Store).transactWriteItems
	case "CreateTable":
		return (*Store).createTable
	case "DescribeTable":
		return (*Store).describeTable
	case "ListTables":
		return (*Store).listTables
	case "UpdateTable":
		return (*Store).updateTable
	case "DeleteTable":
		return (*Store).deleteTable
	case "UpdateTimeToLive":
		return (*Store).updateTimeToLive
	case "DescribeTimeToLive":
		return (*Store).describeTimeToLive
	case "TagResource":
		return (*Store).tagResource
	case "UntagResource":
		return (*Store).untagResource
	case "ListTagsOfResource":
		return (*Store).listTagsOfResource
	case "ListStreams":
		return (*Store).listStreams
	case "DescribeStream":
		return (*Store).describeStream
	case "GetShardIterator":
		return (*Store).getShardIterator
	case "GetRecords":
		return (*Store).getRecords
	case "DescribeLimits":
		return (*Store).describeLimits
	case "DescribeEndpoints":
		return (*Store).describeEndpoints
	}
	return nil
}

// find is the table of that name.
func (s *Store) find(name string) (*table, error) {
	s.catalogue.RLock()
	t := s.tables[name]
	s.catalogue.RUnlock()
	if t == nil {
		return nil, notFound()
	}
	return t, nil
}

// read holds the tables for reading while it runs f, so that f sees one moment
// of them all.
func read(tables []*table, f func() error) error {
	for _, t := range inOrder(tables) {
		t.reading.RLock()
		defer t.reading.RUnlock()
		if t.dropped {
			return notFound()
		}
	}
	return f()
}

// write holds the tables for writing while it runs f.
func write(tables []*table, f func() error) error {
	for _, t := range inOrder(tables) {
		t.writing.Lock()
		defer t.writing.Unlock()
		if t.dropped {
			return notFound()
		}
	}
	return f()
}

// inOrder is the tables, each once, in the order in which locks are taken.
func inOrder(tables []*table) []*table {
	if len(tables) == 1 {
		return tables
	}
	sorted := slices.Clone(tables)
	slices.SortFunc(sorted, func(a, b *table) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.id, b.id))
	})
	return slices.Compact(sorted)
}

// commit makes the changes durable and then visible, all of them or none. The
// caller holds writing of their tables.
func (s *Store) commit(changes []change, kept *keptToken) error {
	now := s.clock()
	for i := range changes {
		changes[i].prepare()
		if err := changes[i].makeRecord(now); err != nil {
			return err
		}
	}
	if s.disk != nil {
		if err := s.disk.write(changes, kept); err != nil {
			return err
		}
	}
	tables := make([]*table, len(changes))
	for i := range changes {
		tables[i] = changes[i].table
	}
	for _, t := range inOrder(tables) {
		t.reading.Lock()
		defer t.reading.Unlock()
	}
	for i := range changes {
		changes[i].apply()
	}
	if kept != nil {
		s.tokens.keep(*kept)
	}
	return nil
}
