package view

import (
	"slices"

	"github.com/discreet-dev/discreet/internal/item"
)

// entry is an entry of an index, whose item is to be read again.
type entry struct {
	key    []byte // the primary key
	cursor []byte // with the index's key, as the entry has it
	item   []byte // as read again, or nil
}

// Entries takes the next answer of an index instead, and gives the primary keys
// of its entries, in DynamoDB JSON, in order, without repetition. The items are
// to be read again from the table, consistently, and handed to Reread. (Views
// with `fresh`: an index lags behind its table; leak ledger, row 12.)
func (l *List) Entries(answer []byte) (keys [][]byte, err error) {
	l.entries, l.byKey = nil, map[string]int{}
	err = l.read(answer, func([]byte) error {
		if !l.isOfType() {
			return nil
		}
		e := entry{
			key:    l.appendKey(nil, l.lens.tableKey),
			cursor: l.appendKey(nil, l.lens.entryKey),
		}
		if _, twice := l.byKey[string(e.key)]; twice {
			return nil
		}
		l.byKey[string(e.key)] = len(l.entries)
		l.entries = append(l.entries, e)
		keys = append(keys, e.key)
		return nil
	})
	if l.failed(err) != nil {
		return nil, err
	}
	return keys, nil
}

// Reread takes a BatchGetItem answer for keys that Entries gave, and gives those
// of them that are to be asked again (UnprocessedKeys). The list keeps the
// answer until Emit. An item that no entry asked for, or that came already, is
// ErrNotAsked.
func (l *List) Reread(answer []byte) (again [][]byte, err error) {
	if l.err != nil {
		return nil, l.err
	}
	s, err := item.NewScanner(answer)
	if err != nil {
		return nil, l.failed(err)
	}
	var seen []string
	err = s.Object(func(name []byte) error {
		if slices.Contains(seen, string(name)) {
			return item.ErrMalformed
		}
		seen = append(seen, string(name))
		switch string(name) {
		case "Responses":
			return onlyTable(s, func() error {
				return s.Array(func() error {
					e, raw, err := l.scanEntry(s)
					if err == nil {
						e.item = raw
					}
					return err
				})
			})
		case "UnprocessedKeys":
			return onlyTable(s, func() error {
				return s.Object(func(name []byte) error {
					if string(name) != "Keys" {
						_, err := s.Skip()
						return err
					}
					return s.Array(func() error {
						e, _, err := l.scanEntry(s)
						if err == nil {
							again = append(again, e.key)
						}
						return err
					})
				})
			})
		}
		_, err := s.Skip()
		return err
	})
	if err == nil {
		err = s.End()
	}
	if l.failed(err) != nil {
		return nil, err
	}
	return again, nil
}

// onlyTable reads an object by table name, with at most one table in it.
func onlyTable(s *item.Scanner, read func() error) error {
	seen := false
	return s.Object(func([]byte) error {
		if seen {
			return item.ErrMalformed
		}
		seen = true
		return read()
	})
}

// scanEntry reads an item, or a key, and finds the entry that waits for it.
func (l *List) scanEntry(s *item.Scanner) (*entry, []byte, error) {
	raw, err := s.Item(l.lens.names, l.slots)
	if err != nil {
		return nil, nil, err
	}
	i, ok := l.byKey[string(l.appendKey(nil, l.lens.tableKey))]
	if !ok || l.entries[i].item != nil {
		return nil, nil, ErrNotAsked
	}
	return &l.entries[i], raw, nil
}

// Emit adds the items of the last Entries, as Reread got them, in the order of
// the index. An entry whose item is gone, or is no more what the index said, is
// left out.
func (l *List) Emit() error {
	if l.err != nil {
		return l.err
	}
	for _, e := range l.entries {
		if e.item == nil || l.more {
			continue
		}
		s, err := item.NewScanner(e.item)
		if err != nil {
			return l.failed(err)
		}
		if _, err := s.Item(l.lens.names, l.slots); err != nil {
			return l.failed(err)
		}
		if !l.isAsked() || !l.isAdmitted() {
			continue
		}
		if l.items == l.limit {
			l.more = true
			continue
		}
		if err := l.emit(); err != nil {
			return l.failed(err)
		}
		l.last = append(l.last[:0], e.cursor...)
	}
	l.entries, l.byKey = nil, nil
	return nil
}
