package view

import (
	"strconv"
	"time"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
)

// reading looks at items through a lens, one at a time, for one grant.
type reading struct {
	lens   *Lens
	now    string // seconds since 1970
	key    []test // what every item must be, for the answer to be ours
	asked  []test // likewise
	checks []test
	where  []test

	slots    []item.Raw
	values   []item.Raw // by member of the lens's shape
	captures []capture
	scratch  []byte
	out      item.Transcoder
}

func newReading(l *Lens, g access.Grant, where []contract.Condition, now time.Time) (*reading, error) {
	raws := make([]item.Raw, len(l.slots)+len(l.sources))
	r := &reading{
		lens:   l,
		now:    strconv.FormatInt(max(now.Unix(), 0), 10),
		key:    make([]test, len(g.Key())),
		slots:  raws[:len(l.slots)],
		values: raws[len(l.slots):],
	}
	var err error
	for i, k := range g.Key() {
		one := [1]string{k.Value}
		if r.key[i], err = l.test(contract.Condition{Attribute: k.Attribute, Operator: contract.Eq, Values: one[:]}); err != nil {
			return nil, err
		}
	}
	if r.asked, err = l.tests(g.Asked()); err != nil {
		return nil, err
	}
	if r.checks, err = l.checks(g); err != nil {
		return nil, err
	}
	if r.where, err = l.tests(where); err != nil {
		return nil, err
	}
	r.out.Mistyped = make([]int, len(l.labels))
	r.out.Mask = func(dst []byte, s *item.Shape, value item.Raw) []byte {
		return l.masks[s.ID].append(dst, l, g.Principal().ID, value)
	}
	return r, nil
}

// isAsked reports whether what is in the slots has the key, or lies where the
// conditions said, that was asked for.
func (r *reading) isAsked() bool { return r.hold(r.key) && r.hold(r.asked) }

// isAdmitted reports whether the item in the slots is of the view's type and in
// its scope, is not past its time, and is what a caller selects. It fills in
// the variables of its keys.
func (r *reading) isAdmitted() bool {
	return r.isOfType() && r.hold(r.lens.only) && r.hold(r.checks) && !r.isExpired() && r.hold(r.where)
}

func (r *reading) isOfType() bool {
	for i := range r.lens.keys {
		var ok bool
		if r.captures, ok = r.lens.keys[i].match(r.slots, r.captures); !ok {
			return false
		}
	}
	return true
}

func (r *reading) hold(tests []test) bool {
	for i := range tests {
		if !tests[i].holds(r.slots, &r.scratch) {
			return false
		}
	}
	return true
}

// isExpired: an item past its time may be readable for days, until DynamoDB
// sweeps it (leak ledger, row 23). A time that is no number is none, as
// DynamoDB has it.
func (r *reading) isExpired() bool {
	if r.lens.ttl < 0 {
		return false
	}
	at := r.slots[r.lens.ttl]
	if at.Kind != item.KindN {
		return false
	}
	seconds, err := item.Canonical(string(at.Text(&r.scratch)))
	return err == nil && item.Compare(seconds, r.now) <= 0
}

// show appends what the view shows of the item in the slots.
func (r *reading) show(dst []byte) ([]byte, error) {
	for i, slot := range r.lens.sources {
		r.values[i] = r.slots[slot]
	}
	return r.out.AppendItem(dst, r.lens.shape, r.values)
}

// appendKey appends a key of the item in the slots.
func (r *reading) appendKey(dst []byte, key []keyAttribute) []byte {
	for i, k := range key {
		dst = append(dst, "{,"[min(i, 1)])
		dst = append(dst, k.label...)
		dst = r.slots[k.slot].AppendWire(dst)
	}
	return append(dst, '}')
}

func (r *reading) visible(body []byte, items int) Visible {
	v := Visible{body: body, items: items, shown: r.lens.shown}
	for id, n := range r.out.Mistyped {
		if n > 0 {
			v.mistyped = append(v.mistyped, Mistyped{r.lens.labels[id], n})
		}
	}
	return v
}
