package view

import (
	"slices"
	"time"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
)

// List collects what a view shows of a Query's or a Scan's answers, one after
// the other, up to a limit of items. After an error it shows nothing. It is for
// one goroutine.
type List struct {
	reading
	limit     int
	body      []byte
	items     int
	more      bool
	evaluated int
	last      []byte // the last item's key
	next      []byte // LastEvaluatedKey
	err       error

	entries []entry        // of an index, to be read again
	byKey   map[string]int // their places, by primary key
}

// List begins a list of at most limit items under the grant. The conditions of
// where select further; an item without the attribute satisfies none of them.
func (l Lenses) List(g access.Grant, where []contract.Condition, limit int, now time.Time) (*List, error) {
	lens, err := l.of(g)
	if err != nil {
		return nil, err
	}
	if g.Operation() != contract.List || len(g.Asked()) == 0 && !g.Scans() {
		return nil, ErrNotGranted
	}
	r, err := newReading(lens, g, where, now)
	if err != nil {
		return nil, err
	}
	return &List{reading: *r, limit: limit, body: []byte{'['}}, nil
}

// Add takes the next answer. An item that the grant did not ask for is
// ErrNotAsked; one that the view does not admit is passed over. The list keeps
// no part of the answer.
func (l *List) Add(answer []byte) error {
	// What a view shows is a part of what is stored; a guess spares growing.
	l.body = slices.Grow(l.body, len(answer)/4)
	var last []byte
	err := l.read(answer, func(raw []byte) error {
		if l.more || !l.isAdmitted() {
			return nil
		}
		if l.items == l.limit {
			l.more = true
			return nil
		}
		last = raw
		return l.emit()
	})
	if err == nil && last != nil {
		err = l.keep(last)
	}
	return l.failed(err)
}

// emit adds the item in the slots.
func (l *List) emit() (err error) {
	if l.items > 0 {
		l.body = append(l.body, ',')
	}
	l.items++
	l.body, err = l.show(l.body)
	return err
}

// keep remembers an item's key. Only the last item of an answer is looked at
// again for it.
func (l *List) keep(raw []byte) error {
	s, err := item.NewScanner(raw)
	if err != nil {
		return err
	}
	if _, err := s.Item(l.lens.names, l.slots); err != nil {
		return err
	}
	l.last = l.appendKey(l.last[:0], l.lens.entryKey)
	return nil
}

// read reads an answer, `{"Items":[...],"ScannedCount":...,...}`, its members in
// any order, and calls each with every item that was asked for, its attributes
// in the slots.
func (l *List) read(answer []byte, each func(raw []byte) error) error {
	if l.err != nil {
		return l.err
	}
	s, err := item.NewScanner(answer)
	if err != nil {
		return err
	}
	var seenItems, seenCount bool
	items, scanned := 0, 0
	l.next = nil
	err = s.Object(func(name []byte) error {
		switch string(name) {
		case "Items":
			if seenItems {
				return item.ErrMalformed
			}
			seenItems = true
			return s.Array(func() error {
				items++
				raw, err := l.scanAsked(s)
				if err != nil {
					return err
				}
				return each(raw)
			})
		case "ScannedCount":
			if seenCount {
				return item.ErrMalformed
			}
			seenCount = true
			scanned, err = s.Count()
			return err
		case "LastEvaluatedKey":
			if l.next != nil {
				return item.ErrMalformed
			}
			raw, err := l.scanAsked(s)
			l.next = append([]byte(nil), raw...)
			return err
		}
		_, err := s.Skip()
		return err
	})
	if err == nil {
		err = s.End()
	}
	if err == nil && !seenItems {
		err = item.ErrMalformed
	}
	l.evaluated += max(scanned, items)
	return err
}

// scanAsked reads an item, or a key, into the slots.
func (l *List) scanAsked(s *item.Scanner) ([]byte, error) {
	raw, err := s.Item(l.lens.names, l.slots)
	if err == nil && !l.isAsked() {
		err = ErrNotAsked
	}
	return raw, err
}

func (l *List) failed(err error) error {
	if err != nil {
		l.err = err
	}
	return err
}

// Items is the number of items so far.
func (l *List) Items() int { return l.items }

// Size is the number of bytes of the list so far.
func (l *List) Size() int { return len(l.body) }

// More reports whether a visible item was seen beyond the limit. It is not in
// the list; no further answer is needed.
func (l *List) More() bool { return l.more }

// Evaluated is the number of items that the store evaluated so far
// (ScannedCount).
func (l *List) Evaluated() int { return l.evaluated }

// LastEvaluated is the last answer's LastEvaluatedKey, in DynamoDB JSON as it
// came; nil when the store has no more.
func (l *List) LastEvaluated() []byte { return l.next }

// LastKey is the key of the last item in the list, in compact DynamoDB JSON: the
// table's key attributes, then the index's. Nil for an empty list.
func (l *List) LastKey() []byte { return l.last }

// Visible is the list so far, a JSON array. The list must not be used after.
func (l *List) Visible() Visible {
	if l.err != nil {
		return Visible{}
	}
	return l.visible(append(l.body, ']'), l.items)
}
