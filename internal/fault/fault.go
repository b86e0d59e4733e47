// Package fault has the kinds of failure and the only text of each that a
// client may read. What a fault was caused by is for the log alone. It never
// holds the value of an attribute, a token or a key in its public part.
package fault

import (
	"errors"
	"fmt"
	"net/http"
)

// Kind is a row of the specification's table of answers.
type Kind uint8

// The kinds. The zero Kind is Internal, so that a fault that was forgotten
// says nothing.
const (
	Internal          Kind = iota // 500 internal server error
	MissingUser                   // 400 missing user identifier
	Unauthenticated               // 401
	Forbidden                     // 403
	NotFound                      // 404
	MethodNotAllowed              // 405, with Allow
	NotAcceptable                 // 406
	Exists                        // 409
	Stale                         // 412
	TooLarge                      // 413
	URITooLong                    // 414
	UnsupportedMedia              // 415
	TooMany                       // 429
	HeadersTooLarge               // 431
	BadRequest                    // 400, with Detail
	Unavailable                   // 503 request failed, with Retry-After
	RefusedByUpstream             // 500 request failed
)

var answers = [...]struct {
	status int
	text   string
}{
	Internal:          {http.StatusInternalServerError, "internal server error"},
	MissingUser:       {http.StatusBadRequest, "missing user identifier"},
	Unauthenticated:   {http.StatusUnauthorized, "unauthenticated"},
	Forbidden:         {http.StatusForbidden, "forbidden"},
	NotFound:          {http.StatusNotFound, "not found"},
	MethodNotAllowed:  {http.StatusMethodNotAllowed, "method not allowed"},
	NotAcceptable:     {http.StatusNotAcceptable, "not acceptable"},
	Exists:            {http.StatusConflict, "exists"},
	Stale:             {http.StatusPreconditionFailed, "precondition failed"},
	TooLarge:          {http.StatusRequestEntityTooLarge, "too large"},
	URITooLong:        {http.StatusRequestURITooLong, "uri too long"},
	UnsupportedMedia:  {http.StatusUnsupportedMediaType, "unsupported media type"},
	TooMany:           {http.StatusTooManyRequests, "too many requests"},
	HeadersTooLarge:   {http.StatusRequestHeaderFieldsTooLarge, "request header fields too large"},
	BadRequest:        {http.StatusBadRequest, "bad request"},
	Unavailable:       {http.StatusServiceUnavailable, "request failed"},
	RefusedByUpstream: {http.StatusInternalServerError, "request failed"},
}

// Fault is a failure on its way to a client.
type Fault struct {
	Kind Kind
	// Detail is public, for BadRequest alone: it names a parameter by a word of
	// the contract or of the protocol and says what it takes, never the value.
	Detail string
	// Cause is for the log.
	Cause error
}

// New makes a fault of that kind with its cause for the log.
func New(kind Kind, cause error) *Fault { return &Fault{Kind: kind, Cause: cause} }

// Because is New with a formatted cause.
func Because(kind Kind, format string, args ...any) *Fault {
	return &Fault{Kind: kind, Cause: fmt.Errorf(format, args...)}
}

// Bad is a BadRequest that says, publicly, which parameter is wrong and what it
// takes. Its arguments must be words of the contract that the caller may know.
func Bad(parameter, takes string) *Fault {
	return &Fault{Kind: BadRequest, Detail: parameter + ": " + takes}
}

// Error is for the log: the kind and the whole cause.
func (f *Fault) Error() string {
	text := answers[f.Kind].text
	if f.Detail != "" {
		text = f.Detail
	}
	if f.Cause != nil {
		return text + ": " + f.Cause.Error()
	}
	return text
}

func (f *Fault) Unwrap() error { return f.Cause }

// Status is the HTTP status.
func (f *Fault) Status() int { return answers[f.Kind].status }

// Public is all that a client may read of the fault.
func (f *Fault) Public() string {
	if f.Kind == BadRequest && f.Detail != "" {
		return f.Detail
	}
	return answers[f.Kind].text
}

// Of returns err as a fault; one that is none becomes Internal.
func Of(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return New(Internal, err)
}

// Upstream is an error answer of DynamoDB, or of whatever stands for it. It is
// for the log and for decisions about its Code; no word of it is public.
type Upstream struct {
	Status    int
	Code      string // without the namespace: ConditionalCheckFailedException
	Message   string
	RequestID string
}

func (u *Upstream) Error() string {
	return fmt.Sprintf("dynamodb: %d %s: %s (request %s)", u.Status, u.Code, u.Message, u.RequestID)
}
