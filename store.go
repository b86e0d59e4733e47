package discreet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/discreet-dev/discreet/internal/dynamo"
	"github.com/discreet-dev/discreet/internal/embedded"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/seed"
	"github.com/discreet-dev/discreet/internal/serve"
)

// Store is the upstream of a Handler: DynamoDB, the embedded store, or your own.
// It must be safe for concurrent use, and end when its context does.
//
// Two more methods are used where a store has them. Table(name string) string
// maps a table of the contract to its name in the requests. Reset() says that an
// answer was not to what was asked: whatever connections the store keeps may
// have crossed, and must go. A store around another should pass both on; those
// of this package have them.
type Store interface {
	// Do sends a request of DynamoDB JSON 1.0 (AWS API reference, API version
	// 2012-08-10): action is "GetItem", "Query" and so on, body the request. It
	// returns the answer's body, which the Handler may keep. An error answer is
	// a *StoreError; any other error means that there was no answer: its text
	// goes to the log, and must not hold an item.
	Do(ctx context.Context, action string, body []byte) ([]byte, error)
}

// StoreError is an error answer of DynamoDB, or of what stands for it. No word
// of it reaches a client.
type StoreError struct {
	Status    int    // of HTTP
	Code      string // without the namespace: ConditionalCheckFailedException
	Message   string
	RequestID string
}

func (e *StoreError) Error() string { return (*fault.Upstream)(e).Error() }

// DynamoDBConfig says how to reach DynamoDB. Zero fields take the defaults.
type DynamoDBConfig struct {
	// Endpoint is the URL of another engine, or of a VPC endpoint.
	Endpoint string
	// Tables maps the contract's table names to those in DynamoDB.
	Tables map[string]string
	// AttemptTimeout bounds one attempt (3 seconds), Timeout a request with its
	// retries (10 seconds); MaxAttempts counts the first too (3).
	AttemptTimeout, Timeout time.Duration
	MaxAttempts             int
}

// DynamoDB is the store of an AWS account. It sends nothing yet.
func DynamoDB(account aws.Config, c DynamoDBConfig) (Store, error) {
	client, err := dynamo.New(dynamo.Config{
		AWS: account, Endpoint: c.Endpoint, Tables: c.Tables,
		AttemptTimeout: c.AttemptTimeout, Timeout: c.Timeout, MaxAttempts: c.MaxAttempts,
	})
	if err != nil {
		return nil, fmt.Errorf("discreet: %w", err)
	}
	return clientStore{client}, nil
}

// clientStore is our client as a Store: for those who put something around it.
type clientStore struct{ *dynamo.Client }

func (s clientStore) Do(ctx context.Context, action string, body []byte) ([]byte, error) {
	answer, err := s.Client.Do(ctx, action, body)
	if refused, ok := errors.AsType[*fault.Upstream](err); ok {
		return nil, (*StoreError)(refused)
	}
	return answer, err
}

// EmbeddedStore is DynamoDB in this process, in memory: for development and
// tests, not a database for production.
type EmbeddedStore struct {
	Store
	engine *embedded.Store
	client *dynamo.Client
}

// Embedded makes an embedded store with the contract's tables, and fills them
// with items, if any: plain JSON, DynamoDB JSON, or what `aws dynamodb scan`
// prints.
func Embedded(ctx context.Context, c *Contract, items io.Reader) (*EmbeddedStore, error) {
	if c == nil || c.resolved == nil {
		return nil, errNoContract
	}
	engine, err := embedded.Open(embedded.Config{})
	if err != nil {
		return nil, fmt.Errorf("discreet: %w", err)
	}
	if err := seed.Tables(ctx, engine, c.resolved); err != nil {
		return nil, fmt.Errorf("discreet: %w", err)
	}
	// The same client as for a real table, over a transport that leads nowhere
	// but into this process.
	client, err := dynamo.New(dynamo.Config{HTTP: engine.Transport()})
	if err != nil {
		return nil, fmt.Errorf("discreet: %w", err)
	}
	s := &EmbeddedStore{Store: clientStore{client}, engine: engine, client: client}
	if items == nil {
		return s, nil
	}
	return s, s.Put(ctx, c, items)
}

// Put makes the tables of a contract that are not there yet, and stores items
// over those with the same keys. A table that is there and has other keys or
// indexes than the contract says is an error: it can't be changed.
func (s *EmbeddedStore) Put(ctx context.Context, c *Contract, items io.Reader) error {
	if c == nil || c.resolved == nil {
		return errNoContract
	}
	if err := seed.Tables(ctx, s.engine, c.resolved); err != nil {
		return fmt.Errorf("discreet: %w", err)
	}
	for _, p := range s.client.Verify(ctx, c.resolved) {
		if !p.Warning {
			return fmt.Errorf("discreet: %s", p)
		}
	}
	text, err := io.ReadAll(items)
	if err != nil {
		return fmt.Errorf("discreet: reading items: %w", err)
	}
	list, err := seed.Read(text, c.resolved)
	if err == nil {
		err = seed.Put(ctx, s.engine, list)
	}
	if err != nil {
		return fmt.Errorf("discreet: items: %w", err)
	}
	return nil
}

// adapted is a store as serve takes it.
func adapted(s Store) serve.Store {
	if e, ok := s.(*EmbeddedStore); ok {
		s = e.Store
	}
	switch s := s.(type) {
	case clientStore:
		return awsStore(s)
	case *dynamo.Client: // of the command
		return awsStore{s}
	}
	return ownStore{s}
}

// awsStore maps the client's errors to faults.
type awsStore struct{ *dynamo.Client }

func (s awsStore) Do(ctx context.Context, action string, body []byte) ([]byte, error) {
	answer, err := s.Client.Do(ctx, action, body)
	if err != nil {
		return nil, dynamo.Fault(err)
	}
	return answer, nil
}

// ownStore is somebody else's store.
type ownStore struct{ Store }

func (s ownStore) Do(ctx context.Context, action string, body []byte) ([]byte, error) {
	answer, err := s.Store.Do(ctx, action, body)
	if err == nil {
		return answer, nil
	}
	if refused, ok := errors.AsType[*StoreError](err); ok {
		return nil, dynamo.Fault((*fault.Upstream)(refused))
	}
	return nil, fault.New(fault.Unavailable, err)
}

func (s ownStore) Table(logical string) string {
	if t, ok := s.Store.(interface{ Table(string) string }); ok {
		return t.Table(logical)
	}
	return logical
}

func (s ownStore) Reset() {
	if r, ok := s.Store.(interface{ Reset() }); ok {
		r.Reset()
	}
}
