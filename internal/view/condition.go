package view

import (
	"encoding/base64"
	"fmt"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
)

// test is a condition on a slot.
type test struct {
	slot     int
	kind     item.Kind
	element  item.Kind // of a set or list that is searched
	operator contract.Operator
	values   [2]operand // the second for between alone
}

// operand is a value to compare with: text of an S or BOOL, raw bytes of a B,
// canonical digits of an N.
type operand struct {
	text  string
	never bool // no number, where one is compared with: nothing equals it
}

// test compiles a condition. An attribute without a slot would be a check that
// is not made, so it is an error.
func (l *Lens) test(c contract.Condition) (test, error) {
	a := l.view.Of.Attributes[c.Attribute.Name]
	slot, ok := l.slots[c.Attribute.Name]
	if a == nil || !ok {
		return test{}, fmt.Errorf("view: no condition on %s was foreseen", c.Attribute.Name)
	}
	want := 1
	if c.Operator == contract.Between {
		want = 2
	}
	if len(c.Values) != want {
		return test{}, fmt.Errorf("view: a condition on %s has %d values", c.Attribute.Name, len(c.Values))
	}
	t := test{slot: slot, kind: item.KindOf(string(a.Type)), operator: c.Operator}
	t.element = item.ElementKind(t.kind)
	if a.Type == contract.L && a.Of != nil {
		t.element = item.KindOf(string(a.Of.Type))
	}
	for i, value := range c.Values {
		o := operand{text: value}
		switch t.comparand() {
		case item.KindB:
			raw, err := base64.StdEncoding.DecodeString(value)
			if err != nil {
				return test{}, fmt.Errorf("view: a condition on %s is not base64", c.Attribute.Name)
			}
			o.text = string(raw)
		case item.KindN:
			digits, err := item.Canonical(value)
			o = operand{text: digits, never: err != nil}
		}
		t.values[i] = o
	}
	return t, nil
}

// comparand is the kind of what is compared: the value itself, or what is in it.
func (t *test) comparand() item.Kind {
	if t.operator == contract.Contains {
		return t.element
	}
	return t.kind
}

func (l *Lens) tests(conditions []contract.Condition) ([]test, error) {
	out := make([]test, len(conditions))
	for i, c := range conditions {
		var err error
		if out[i], err = l.test(c); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (l *Lens) checks(g access.Grant) ([]test, error) {
	out := make([]test, len(g.Checks()))
	for i, c := range g.Checks() {
		var err error
		if out[i], err = l.test(c.Condition); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// holds reports whether the item satisfies the condition. An absent attribute,
// and one of another type, satisfies none, `ne` included.
func (t *test) holds(slots []item.Raw, scratch *[]byte) bool {
	r := slots[t.slot]
	if r.Kind != t.kind {
		return false
	}
	if t.operator == contract.Contains {
		return t.contains(r)
	}
	if t.operator == contract.BeginsWith {
		text, ok := comparable(r, scratch)
		prefix := t.values[0].text
		return ok && r.Kind != item.KindN && len(text) >= len(prefix) && string(text[:len(prefix)]) == prefix
	}
	order, ok := t.values[0].compare(r, scratch)
	if !ok {
		return false
	}
	if r.Kind == item.KindBOOL && t.operator != contract.Eq && t.operator != contract.Ne {
		return false
	}
	if t.operator == contract.Between {
		upper, ok := t.values[1].compare(r, scratch)
		return ok && order >= 0 && upper <= 0
	}
	return t.operator.Holds(order)
}

// compare orders the item's value against the operand: numbers by value, the
// rest by bytes.
func (o operand) compare(r item.Raw, scratch *[]byte) (order int, ok bool) {
	if o.never {
		return 0, false
	}
	text, ok := comparable(r, scratch)
	switch {
	case !ok:
		return 0, false
	case string(text) == o.text:
		return 0, true
	case r.Kind == item.KindN:
		digits, err := item.Canonical(string(text))
		return item.Compare(digits, o.text), err == nil
	case string(text) < o.text:
		return -1, true
	}
	return 1, true
}

// comparable is what a scalar is compared by.
func comparable(r item.Raw, scratch *[]byte) ([]byte, bool) {
	text := r.Text(scratch)
	switch r.Kind {
	case item.KindS, item.KindN, item.KindBOOL:
		return text, true
	case item.KindB:
		raw := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
		n, err := base64.StdEncoding.Strict().Decode(raw, text)
		return raw[:n], err == nil
	}
	return nil, false
}

// contains reports whether a set has the value as a member, or a list as an
// element, of the declared type.
func (t *test) contains(r item.Raw) bool {
	var scratch []byte
	found := false
	r.Elements(func(e item.Raw) {
		if e.Kind == t.element && !found {
			order, ok := t.values[0].compare(e, &scratch)
			found = ok && order == 0
		}
	})
	return found
}
