package view

import (
	"time"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
)

// Get shows the one item of a GetItem answer (`{"Item":{...}}`, or `{}`), or of
// a write's (`{"Attributes":{...}}`). The grants are tried in order on the same
// bytes; chosen is the first that admits the item, -1 when there is no item
// that any admits. An item with another key than the grants' is ErrNotAsked. A
// create's grant has no key: its item is held to the scope alone.
func (l Lenses) Get(grants []access.Grant, answer []byte, now time.Time) (v Visible, chosen int, err error) {
	if len(grants) == 0 {
		return Visible{}, -1, ErrNotGranted
	}
	raw, err := onlyItem(answer)
	if err != nil {
		return Visible{}, -1, err
	}
	for i, g := range grants {
		lens, err := l.of(g)
		if err != nil {
			return Visible{}, -1, err
		}
		if len(g.Key()) == 0 && g.Operation() != contract.Create { // a list has none
			return Visible{}, -1, ErrNotGranted
		}
		if raw == nil {
			continue
		}
		r, err := newReading(lens, g, nil, now)
		if err != nil {
			return Visible{}, -1, err
		}
		body, err := r.one(raw)
		if err != nil {
			return Visible{}, -1, err
		}
		if body != nil {
			return r.visible(body, 1), i, nil
		}
	}
	return Visible{}, -1, nil
}

// one is what is shown of an item, nil when it is not admitted.
func (r *reading) one(raw []byte) ([]byte, error) {
	s, err := item.NewScanner(raw)
	if err != nil {
		return nil, err
	}
	if _, err := s.Item(r.lens.names, r.slots); err != nil {
		return nil, err
	}
	if !r.isAsked() {
		return nil, ErrNotAsked
	}
	if !r.isAdmitted() {
		return nil, nil
	}
	return r.show(make([]byte, 0, len(raw)))
}

// onlyItem is the item of an answer, nil when there is none.
func onlyItem(answer []byte) (raw []byte, err error) {
	s, err := item.NewScanner(answer)
	if err != nil {
		return nil, err
	}
	err = s.Object(func(name []byte) error {
		value, err := s.Skip()
		if n := string(name); err == nil && (n == "Item" || n == "Attributes") {
			if raw != nil {
				return item.ErrMalformed
			}
			raw = value
		}
		return err
	})
	if err == nil {
		err = s.End()
	}
	return raw, err
}
