package audit

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/discreet-dev/discreet/internal/fault"
)

// Access is the record of one request. No field may hold what a caller wrote,
// but for the method, which is written only if it is a known one.
type Access struct {
	Time      time.Time // when the answer ended
	RequestID string
	Method    string
	Route     string // as the contract writes it, never the URL; "" where none matched
	View      string
	Status    int
	Duration  time.Duration
	Items     int
	Bytes     int64 // of the body
	Cause     error // of a failure; written without values
}

// Why is the reason of a decision: one of a fixed vocabulary, so that no text
// of a caller gets into the record, and records can be counted.
type Why string

// The reasons. Granted is the only one of an allowed request.
const (
	Granted         Why = "granted"
	NoCredential    Why = "no credential"
	BadCredential   Why = "bad credential"
	NoRoute         Why = "no such route"
	NotAllowed      Why = "no view admits it" // roles, scope or key, before any call
	NothingInScope  Why = "nothing in scope"
	AlreadyExists   Why = "exists"
	StaleVersion    Why = "stale version"
	BadRequest      Why = "bad request"
	TooMany         Why = "too many requests"
	UpstreamFailed  Why = "upstream failed"
	UpstreamRefused Why = "upstream refused"
	InternalError   Why = "internal error"
)

// WhyOf is the reason that a fault gives; Granted for nil.
func WhyOf(f *fault.Fault) Why {
	if f == nil {
		return Granted
	}
	switch f.Kind {
	case fault.MissingUser:
		return NoCredential
	case fault.Unauthenticated:
		return BadCredential
	case fault.Forbidden:
		return NotAllowed
	case fault.NotFound:
		return NothingInScope
	case fault.MethodNotAllowed:
		return NoRoute
	case fault.Exists:
		return AlreadyExists
	case fault.Stale:
		return StaleVersion
	case fault.TooMany:
		return TooMany
	case fault.Unavailable:
		return UpstreamFailed
	case fault.RefusedByUpstream:
		return UpstreamRefused
	case fault.BadRequest, fault.NotAcceptable, fault.TooLarge, fault.URITooLong,
		fault.UnsupportedMedia, fault.HeadersTooLarge:
		return BadRequest
	}
	return InternalError
}

// known reports whether the reason is of the vocabulary.
func (w Why) known() bool {
	switch w {
	case Granted, NoCredential, BadCredential, NoRoute, NotAllowed, NothingInScope, AlreadyExists, StaleVersion,
		BadRequest, TooMany, UpstreamFailed, UpstreamRefused, InternalError:
		return true
	}
	return false
}

// Decision is the record of one decision: who asked for what, and whether it
// was allowed.
type Decision struct {
	Time       time.Time
	RequestID  string
	Principal  string // the id itself; the Log makes the pseudonym. "": anonymous
	Source     string // the identity source that decided
	Route      string
	Operation  string
	View       string
	Allowed    bool
	Why        Why
	Items      int
	Attributes []string // names of those that went out, or were written
	Level      slog.Level
}

// Who says how a principal appears in the decisions.
type Who uint8

// A pseudonym can be made again from an id and the key, and leads nowhere
// without the key.
const (
	AsPseudonym Who = iota
	InClear
)

// LogConfig says where the two kinds of record go.
type LogConfig struct {
	Access    slog.Handler
	Decisions slog.Handler // nil: where Access goes
	Who       Who
	Key       [32]byte // of the pseudonyms; not needed in clear
}

// Log writes the records of requests and decisions. It is safe for concurrent
// use.
type Log struct {
	access, decisions slog.Handler
	who               Who
	key               [32]byte
	lost              atomic.Int64 // decisions in a row that could not be written
}

// NewLog makes a log. It fails without a handler, and without a key where
// pseudonyms need one.
func NewLog(cfg LogConfig) (*Log, error) {
	if cfg.Access == nil {
		return nil, errors.New("audit: no handler")
	}
	if cfg.Who != InClear && cfg.Key == ([32]byte{}) {
		return nil, errors.New("audit: no key for pseudonyms")
	}
	if cfg.Decisions == nil {
		cfg.Decisions = cfg.Access
	}
	return &Log{access: cfg.Access, decisions: cfg.Decisions, who: cfg.Who, key: cfg.Key}, nil
}

// Access writes the record of a request: an error where we failed, else info.
func (l *Log) Access(ctx context.Context, a Access) {
	level := slog.LevelInfo
	if a.Status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	if !l.access.Enabled(ctx, level) {
		return
	}
	r := slog.NewRecord(a.Time, level, "request", 0)
	attrs := [9]slog.Attr{
		slog.String("request_id", a.RequestID),
		slog.String("method", method(a.Method)),
		slog.String("route", a.Route),
		slog.String("view", a.View),
		slog.Int("status", a.Status),
		slog.Duration("duration_ms", a.Duration),
		slog.Int("items", a.Items),
		slog.Int64("bytes", a.Bytes),
	}
	n := 8
	if a.Cause != nil {
		attrs[n] = slog.Any("cause", a.Cause)
		n++
	}
	r.AddAttrs(attrs[:n]...)
	_ = l.access.Handle(ctx, r) // a log that cannot be written fails no request
}

// method is the request's method if it is one of HTTP's own: another is text
// that the caller chose.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return m
	}
	return "other"
}

// Decision writes the record of a decision. Where that fails, the log says so.
func (l *Log) Decision(ctx context.Context, d Decision) {
	if !l.decisions.Enabled(ctx, d.Level) {
		return
	}
	if !d.Why.known() {
		d.Why = InternalError
	}
	who := "anonymous"
	switch {
	case d.Principal == "":
	case l.who == InClear:
		who = d.Principal
	default:
		who = Pseudonym(l.key, d.Principal)
	}
	r := slog.NewRecord(d.Time, d.Level, "decision", 0)
	r.AddAttrs(
		slog.String("request_id", d.RequestID),
		slog.String("principal", who),
		slog.String("source", d.Source),
		slog.String("route", d.Route),
		slog.String("operation", d.Operation),
		slog.String("view", d.View),
		slog.Bool("allowed", d.Allowed),
		slog.String("why", string(d.Why)),
		slog.Int("items", d.Items),
		slog.Any("attributes", d.Attributes),
	)
	l.tell(ctx, l.decisions.Handle(ctx, r))
}

// tell reports on the log that decisions cannot be written (a disk is full),
// once, and once that they are again. Requests go on meanwhile.
func (l *Log) tell(ctx context.Context, err error) {
	if l.access == l.decisions {
		return // it would fail the same way
	}
	var r slog.Record
	if err != nil {
		if l.lost.Add(1) > 1 {
			return
		}
		r = slog.NewRecord(time.Now(), slog.LevelError, "decisions cannot be written; requests go on", 0)
		r.AddAttrs(slog.Any("error", err))
	} else {
		if l.lost.Load() == 0 {
			return
		}
		lost := l.lost.Swap(0)
		if lost == 0 {
			return
		}
		r = slog.NewRecord(time.Now(), slog.LevelWarn, "decisions are written again", 0)
		r.AddAttrs(slog.Int64("lost", lost))
	}
	_ = l.access.Handle(ctx, r)
}

// Pseudonym stands for a principal's id: "p_" and 128 bits of an HMAC-SHA256
// under the key, in base32.
func Pseudonym(key [32]byte, id string) string {
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(id))
	var sum [sha256.Size]byte
	out := make([]byte, 2+26)
	copy(out, "p_")
	lower.Encode(out[2:], mac.Sum(sum[:0])[:16])
	return string(out)
}

var lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
