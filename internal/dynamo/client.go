// Package dynamo is the upstream: it signs a ready-made DynamoDB request,
// sends it, and hands back the answer's bytes. It is the only importer of the
// AWS SDK, which it leaves in charge of what it knows: credentials, endpoints,
// signing, retries. It builds no item, rewrites no request and decides nothing
// about who may see what.
package dynamo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
)

// Config says where DynamoDB is and how long to wait for it. Zero fields but
// AWS take the defaults that they name.
type Config struct {
	// AWS has the region and the credentials; LoadAWS makes it. With an
	// Endpoint on loopback, or with HTTP, it may be empty.
	AWS aws.Config
	// Endpoint is the URL of another engine or of a VPC endpoint; default: what
	// AWS says, or DynamoDB's own of the region.
	Endpoint string
	// HTTP carries the requests instead of the network: the embedded store.
	HTTP http.RoundTripper
	// Tables maps a contract's table names to those in DynamoDB. A name that it
	// lacks stands for itself.
	Tables map[string]string
	// AttemptTimeout bounds one attempt, its answer included; default 3 s.
	AttemptTimeout time.Duration
	// Timeout bounds a Do, its retries included; default 10 s.
	Timeout time.Duration
	// MaxAttempts of a Do, the first included; default 3, or what AWS says.
	MaxAttempts int
	// Backoff is the longest pause before the second attempt, doubled before
	// each further one; default 25 ms.
	Backoff time.Duration
}

// Client sends requests to DynamoDB. It is safe for concurrent use.
type Client struct {
	sdk            *dynamodb.Client
	http           http.RoundTripper
	tables         map[string]string
	reads, writes  aws.Retryer
	timeout        time.Duration
	attemptTimeout time.Duration
	plain          bool // unencrypted, and not on this machine
}

const inProcess = "http://localhost"

// New makes a client. It sends nothing; Verify does.
func New(cfg Config) (*Client, error) {
	c := &Client{
		tables:         cfg.Tables,
		timeout:        orDefault(cfg.Timeout, 10*time.Second),
		attemptTimeout: orDefault(cfg.AttemptTimeout, 3*time.Second),
	}
	local := false
	if cfg.Endpoint != "" {
		endpoint, err := parseEndpoint(cfg.Endpoint)
		if err != nil {
			return nil, err
		}
		local = isLoopback(endpoint.Hostname())
		c.plain = endpoint.Scheme == "http" && !local && cfg.HTTP == nil
	} else if cfg.HTTP != nil && cfg.AWS.Region == "" {
		cfg.Endpoint = inProcess
	}
	if cfg.AWS.Region == "" {
		if !local && cfg.HTTP == nil {
			return nil, errNoRegion
		}
		cfg.AWS.Region = localRegion
	}
	if cfg.AWS.Credentials == nil {
		if !local && cfg.HTTP == nil {
			return nil, errNoCredentials
		}
		cfg.AWS.Credentials = dummyCredentials
	}
	if c.http = cfg.HTTP; c.http == nil {
		c.http = roundTripper(cfg.AWS.HTTPClient)
	}

	attempts := cfg.MaxAttempts
	if attempts <= 0 {
		attempts = orDefault(cfg.AWS.RetryMaxAttempts, 3)
	}
	backoff := orDefault(cfg.Backoff, 25*time.Millisecond)
	c.reads = newRetryer(attempts, backoff, mayRepeatRead)
	c.writes = newRetryer(attempts, backoff, mayRepeatWrite)

	c.sdk = dynamodb.NewFromConfig(cfg.AWS, func(o *dynamodb.Options) {
		if cfg.Endpoint != "" {
			o.BaseEndpoint = aws.String(cfg.Endpoint)
		}
		o.Retryer, o.RetryMaxAttempts = c.reads, 0
		// The SDK's own logs may hold bodies, and so attribute values.
		o.Logger, o.ClientLogMode = logging.Nop{}, 0
		// An answer is checked as a whole in call.go, before the SDK sees it.
		o.DisableValidateResponseChecksum = true
		o.EnableAcceptEncodingGzip = false
		o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled
		// The SDK's typed inputs stay empty: the request is the raw body.
		o.APIOptions = append(o.APIOptions, removeInputValidation)
	})
	return c, nil
}

func orDefault[T int | time.Duration](v, otherwise T) T {
	if v <= 0 {
		return otherwise
	}
	return v
}

func removeInputValidation(stack *middleware.Stack) error {
	const id = "OperationInputValidation"
	if _, ok := stack.Initialize.Get(id); !ok {
		return nil
	}
	_, err := stack.Initialize.Remove(id)
	return err
}

func parseEndpoint(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	// The error of url.Parse repeats the text, which may hold a password.
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" ||
		u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("the endpoint takes http(s)://HOST[:PORT] and nothing more")
	}
	return u, nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// roundTripper makes the pool of connections. An *http.Client of the caller's
// (one that traces, say) keeps its own transport; of the SDK's client, made by
// LoadAWS, the certificate authorities of AWS_CA_BUNDLE are kept.
func roundTripper(given aws.HTTPClient) http.RoundTripper {
	var roots *x509.CertPool
	switch client := given.(type) {
	case *http.Client:
		if client.Transport != nil {
			return client.Transport
		}
	case *awshttp.BuildableClient:
		if t := client.GetTransport().TLSClientConfig; t != nil {
			roots = t.RootCAs
		}
	}
	return newTransport(&tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots})
}

// Table is the name in DynamoDB of a contract's table. Requests must be built
// with it.
func (c *Client) Table(logical string) string {
	if physical, ok := c.tables[logical]; ok {
		return physical
	}
	return logical
}

// Reset closes every idle connection: to be called when an answer holds a row
// that was not asked for, so that whatever confused it is not asked again.
func (c *Client) Reset() {
	if t, ok := c.http.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// Do sends body, a DynamoDB JSON request with physical table names, as action
// ("GetItem") and returns the answer's bytes, which the caller may keep: a JSON
// object by its first and last byte, whole by its length and x-amz-crc32.
//
// An error answer of DynamoDB is a *fault.Upstream, and then the returned bytes
// are its body. Other errors are ErrTimeout, ErrCut, ErrDamaged, ErrCanceled, or
// a fault of ours before anything was sent. Fault maps them all.
//
// Reads are repeated after any failure that may pass. Other actions are
// repeated only when DynamoDB surely did not do them: see mayRepeatWrite.
func (c *Client) Do(ctx context.Context, action string, body []byte) ([]byte, error) {
	whole, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	one := &call{client: c, action: action, body: body}
	err := c.send(whole, one)
	switch {
	case err == nil:
		return one.answer, nil
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled):
		return nil, fmt.Errorf("dynamodb: %s: %w", action, ErrCanceled)
	case whole.Err() != nil && one.last != nil:
		return nil, fmt.Errorf("dynamodb: %s: %w; last attempt: %w", action, ErrTimeout, one.last)
	case whole.Err() != nil:
		return nil, fmt.Errorf("dynamodb: %s: %w", action, ErrTimeout)
	case one.last != nil:
		// What the SDK wraps around it says nothing more.
		return one.answer, one.last
	}
	return nil, fmt.Errorf("dynamodb: %s: not sent: %w", action, err)
}

// send is the closed list of actions: the SDK has a method for each.
func (c *Client) send(ctx context.Context, one *call) (err error) {
	read := func(o *dynamodb.Options) { o.Protocol, o.HTTPClient, o.Retryer = one, one, c.reads }
	write := func(o *dynamodb.Options) { o.Protocol, o.HTTPClient, o.Retryer = one, one, c.writes }
	switch one.action {
	case "GetItem":
		_, err = c.sdk.GetItem(ctx, &dynamodb.GetItemInput{}, read)
	case "Query":
		_, err = c.sdk.Query(ctx, &dynamodb.QueryInput{}, read)
	case "Scan":
		_, err = c.sdk.Scan(ctx, &dynamodb.ScanInput{}, read)
	case "BatchGetItem":
		_, err = c.sdk.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{}, read)
	case "TransactGetItems":
		_, err = c.sdk.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{}, read)
	case "DescribeTable":
		_, err = c.sdk.DescribeTable(ctx, &dynamodb.DescribeTableInput{}, read)
	case "DescribeTimeToLive":
		_, err = c.sdk.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{}, read)
	case "PutItem":
		_, err = c.sdk.PutItem(ctx, &dynamodb.PutItemInput{}, write)
	case "UpdateItem":
		_, err = c.sdk.UpdateItem(ctx, &dynamodb.UpdateItemInput{}, write)
	case "DeleteItem":
		_, err = c.sdk.DeleteItem(ctx, &dynamodb.DeleteItemInput{}, write)
	case "BatchWriteItem":
		_, err = c.sdk.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{}, write)
	case "TransactWriteItems":
		_, err = c.sdk.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{}, write)
	default:
		err = errors.New("an action that is not sent")
	}
	return err
}
