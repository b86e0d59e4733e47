// Package audit is the log: one handler through which every line goes, the
// record of each request, and the record of each decision. It writes names and
// counts; never the value of an attribute, a token, a cursor or a query string.
// It decides nothing, and what it does not know how to write safely it leaves
// out.
package audit

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Options of a handler.
type Options struct {
	// Terminal writes for a person; otherwise a line is a JSON object.
	Terminal bool
	NoColor  bool         // https://no-color.org
	Level    slog.Leveler // nil: info
}

// Handler is a slog.Handler that redacts. It is safe for concurrent use; each
// record is one Write.
type Handler struct {
	options Options
	out     *output
	prefix  string // of groups: "a.b."
	fixed   []byte // attributes of WithAttrs, encoded
}

type output struct {
	mu    sync.Mutex
	w     io.Writer
	cut   bool      // the last line was written in part
	lines sync.Pool // of *line
}

// NewHandler writes to w. Everything that logs must go through it, the standard
// log package too (slog.SetDefault does that): net/http logs through it what an
// upstream sent unasked.
func NewHandler(w io.Writer, options Options) *Handler {
	return &Handler{options: options, out: &output{w: w}}
}

// Enabled reports whether records of the level are written.
func (h *Handler) Enabled(_ context.Context, level slog.Level) bool {
	least := slog.LevelInfo
	if h.options.Level != nil {
		least = h.options.Level.Level()
	}
	return level >= least
}

// WithAttrs is part of slog.Handler.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *h
	l := line{buf: slices.Clone(h.fixed), options: h.options}
	for _, a := range attrs {
		l.attr(h.prefix, a, 0)
	}
	with.fixed = l.buf
	return &with
}

// WithGroup is part of slog.Handler. Groups become prefixes: "group.key".
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	with := *h
	with.prefix += name + "."
	return &with
}

// Handle writes one record.
func (h *Handler) Handle(_ context.Context, r slog.Record) error {
	l, _ := h.out.lines.Get().(*line)
	if l == nil {
		l = &line{buf: make([]byte, 0, 1024)}
	}
	defer func() {
		if cap(l.buf) <= 16<<10 {
			h.out.lines.Put(l)
		}
	}()
	l.buf, l.options = l.buf[:0], h.options
	if r.Time.IsZero() {
		r.Time = time.Now()
	}
	l.begin(r)
	l.buf = append(l.buf, h.fixed...)
	r.Attrs(func(a slog.Attr) bool {
		l.attr(h.prefix, a, 0)
		return true
	})
	l.end()

	h.out.mu.Lock()
	defer h.out.mu.Unlock()
	if h.out.cut {
		l.buf = slices.Insert(l.buf, 0, '\n') // a half line spoils no other
	}
	n, err := h.out.w.Write(l.buf)
	if n > 0 {
		h.out.cut = err != nil
	}
	return err
}
