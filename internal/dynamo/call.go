package dynamo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/discreet-dev/discreet/internal/fault"
)

// maxAnswer is DynamoDB's largest answer (16 MB, BatchGetItem) with room for
// JSON around it, in bytes.
const maxAnswer = 17 << 20

// call is one Do. To the SDK it is both the protocol and the HTTP client: the
// first puts the raw body into the request that the SDK signs, the second takes
// the raw answer, before the SDK would parse it. Attempts follow each other, so
// nothing here is locked.
type call struct {
	client *Client
	action string
	body   []byte

	answer []byte // of the last attempt, an error's body included
	last   error  // why the last attempt failed
}

var (
	_ smithyhttp.ClientProtocol = (*call)(nil)
	_ smithyhttp.ClientDo       = (*call)(nil)
)

// ID names the protocol that is spoken.
func (*call) ID() smithy.ShapeID {
	return smithy.ShapeID{Namespace: "aws.protocols", Name: "awsJson1_0"}
}

// SerializeRequest puts the raw body in place of the SDK's typed input.
func (c *call) SerializeRequest(_ context.Context, _ *smithy.OperationSchema, _ smithy.Serializable, req *smithyhttp.Request) error {
	req.Method = http.MethodPost
	if req.URL.Path == "" {
		req.URL.Path = "/"
	}
	req.Header.Set("X-Amz-Target", "DynamoDB_20120810."+c.action)
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	withBody, err := req.SetStream(bytes.NewReader(c.body))
	if err != nil {
		return err
	}
	*req = *withBody
	return nil
}

// DeserializeResponse leaves the answer alone, and turns any status but 200
// into the error that it is.
func (c *call) DeserializeResponse(_ context.Context, _ *smithy.OperationSchema, _ *smithy.TypeRegistry, resp *smithyhttp.Response, _ smithy.Deserializable) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	c.last = upstream(resp.Response, c.answer)
	return &refusal{c.last.(*fault.Upstream)}
}

// Do is one attempt: it sends the signed request and reads and checks the whole
// answer, both within the attempt's time.
func (c *call) Do(req *http.Request) (*http.Response, error) {
	c.answer, c.last = nil, nil
	ctx, cancel := context.WithTimeout(req.Context(), c.client.attemptTimeout)
	defer cancel()
	var conn net.Conn
	req = req.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			conn = info.Conn
			if w, ok := conn.(*watched); ok {
				w.begin()
			}
		},
	}))
	// The SDK's body may be closed under the transport; this one may not, and
	// GetBody lets the transport repeat a request of which nothing was written.
	req.ContentLength = int64(len(c.body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c.body)), nil }
	req.Body, _ = req.GetBody()

	resp, err := c.client.http.RoundTrip(req)
	if err != nil {
		c.last = wireError(ctx, err)
		return nil, c.last
	}
	c.answer, err = readAnswer(resp, conn)
	if err != nil {
		c.answer = nil
		c.last = err
		if ctx.Err() != nil {
			c.last = wireError(ctx, err)
		}
		// Its framing or its bytes are not to be trusted: no other request may
		// take what is left in it (CWE-444). The pool may hold it by now.
		if conn != nil {
			_ = conn.Close()
		}
		c.client.Reset()
		return nil, c.last
	}
	if resp.ContentLength < 0 && conn != nil {
		_ = conn.Close() // DynamoDB announces lengths; where something doesn't, one exchange is all
	}
	resp.Body = http.NoBody
	return resp, nil
}

// readAnswer reads exactly the body that was announced and checks it.
func readAnswer(resp *http.Response, conn net.Conn) (answer []byte, err error) {
	defer resp.Body.Close()
	if e := resp.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, fmt.Errorf("%w: a content encoding that was not asked for", ErrDamaged)
	}
	if answer, err = readBody(resp, conn); err != nil {
		return nil, err
	}
	summed, err := checkSum(resp.Header, answer)
	if err != nil {
		return nil, err
	}
	if resp.ContentLength < 0 && len(resp.TransferEncoding) == 0 && !summed {
		return nil, fmt.Errorf("%w: neither a length nor a checksum says that it is whole", ErrDamaged)
	}
	if resp.StatusCode != http.StatusOK {
		return answer, nil // an error of something in between need not be JSON
	}
	if text := bytes.TrimSpace(answer); len(text) < 2 || text[0] != '{' || text[len(text)-1] != '}' {
		return nil, fmt.Errorf("%w: not a JSON object", ErrDamaged)
	}
	return answer, nil
}

func readBody(resp *http.Response, conn net.Conn) ([]byte, error) {
	if resp.ContentLength > maxAnswer {
		return nil, errTooLarge
	}
	if resp.ContentLength < 0 {
		answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
		if err != nil {
			return nil, fmt.Errorf("%w inside the answer", ErrCut)
		}
		if len(answer) > maxAnswer {
			return nil, errTooLarge
		}
		return answer, nil
	}
	answer := make([]byte, resp.ContentLength)
	// net/http gives the connection to the next request with the last byte, so
	// what is behind that byte has to be known before.
	last := max(0, len(answer)-1)
	n, err := io.ReadFull(resp.Body, answer[:last])
	if w, ok := conn.(*watched); ok && err == nil && w.overrun(resp.ContentLength) {
		return nil, errOverrun
	}
	if err == nil {
		var m int
		m, err = io.ReadFull(resp.Body, answer[last:])
		n += m
	}
	if err != nil {
		return nil, fmt.Errorf("%w after %d of %d bytes of the answer", ErrCut, n, len(answer))
	}
	var extra [1]byte
	if n, _ := resp.Body.Read(extra[:]); n != 0 {
		return nil, errOverrun
	}
	return answer, nil
}

// checkSum verifies x-amz-crc32, which DynamoDB always sends and some engines
// don't; the SDK takes a wrong one in silence when the body is read raw.
func checkSum(header http.Header, answer []byte) (present bool, err error) {
	values := header.Values("X-Amz-Crc32")
	if len(values) == 0 {
		return false, nil
	}
	want, err := strconv.ParseUint(values[0], 10, 32)
	if err != nil || len(values) > 1 || uint32(want) != crc32.ChecksumIEEE(answer) {
		return true, fmt.Errorf("%w: x-amz-crc32 does not match", ErrDamaged)
	}
	return true, nil
}

// wireError sorts the transport's errors. Those of net/http's parser quote the
// bytes that came, which may be an item: their text ends before the quote.
func wireError(ctx context.Context, err error) error {
	var timeout net.Error
	if ctx.Err() != nil || (errors.As(err, &timeout) && timeout.Timeout()) {
		return fmt.Errorf("%w: %w", ErrTimeout, context.DeadlineExceeded)
	}
	text, _, quoted := strings.Cut(err.Error(), `"`)
	if quoted && !isCertificate(err) && !isUnsent(err) {
		return fmt.Errorf("%w: %s(the rest is left out)", ErrDamaged, text)
	}
	return fmt.Errorf("%w: %w", ErrCut, err)
}

// upstream reads an error answer. What is no error of DynamoDB's (a load
// balancer's page) has the code "Unknown".
func upstream(resp *http.Response, body []byte) *fault.Upstream {
	var named struct {
		Type    string `json:"__type"`
		Code    string `json:"code"`
		Message string `json:"message"` // matches "Message" too
	}
	if err := json.Unmarshal(body, &named); err != nil {
		named.Type, named.Code, named.Message = "", "", "an answer that is not DynamoDB's"
	}
	code := "Unknown"
	for _, name := range []string{resp.Header.Get("X-Amzn-Errortype"), named.Type, named.Code} {
		if word := errorCode(name); word != "" {
			code = word
			break
		}
	}
	const longest = 2 << 10
	if len(named.Message) > longest {
		named.Message = strings.ToValidUTF8(named.Message[:longest], "") + "..."
	}
	return &fault.Upstream{
		Status:    resp.StatusCode,
		Code:      code,
		Message:   named.Message,
		RequestID: errorCode(resp.Header.Get("X-Amzn-Requestid")),
	}
}

// errorCode is a code without its namespace ("com.amazonaws.dynamodb.v20120810#")
// and without the URI that may follow; empty for what cannot be one.
func errorCode(name string) string {
	name = name[strings.LastIndexByte(name, '#')+1:]
	name, _, _ = strings.Cut(name, ":")
	if len(name) > 100 {
		return ""
	}
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != '_' {
			return ""
		}
	}
	return name
}

// What follows belongs to event streams, which DynamoDB's actions don't have.

var errNoEvents = errors.New("no event stream")

// HasInitialEventMessage is part of smithyhttp.ClientProtocol.
func (*call) HasInitialEventMessage() bool { return false }

// SerializeEventMessage is part of smithyhttp.ClientProtocol.
func (*call) SerializeEventMessage(_, _ *smithy.Schema, _ smithy.Serializable, _ io.Writer) error {
	return errNoEvents
}

// DeserializeEventMessage is part of smithyhttp.ClientProtocol.
func (*call) DeserializeEventMessage(*smithy.Schema, *smithy.TypeRegistry, io.Reader) (smithy.Deserializable, error) {
	return nil, errNoEvents
}

// SerializeInitialRequest is part of smithyhttp.ClientProtocol.
func (*call) SerializeInitialRequest(*smithy.Schema, smithy.Serializable, io.Writer) error {
	return errNoEvents
}

// DeserializeInitialResponse is part of smithyhttp.ClientProtocol.
func (*call) DeserializeInitialResponse(*smithy.Schema, io.Reader, smithy.Deserializable) error {
	return errNoEvents
}
