package view

import (
	"bytes"
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
	values   []operand
}

// operand is a value to compare with: text of an S or BOOL, raw bytes of a B;
// digits of an N, "" when it is no number and so equals none.
type operand struct {
	text   []byte
	digits string
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
	for _, value := range c.Values {
		o := operand{text: []byte(value)}
		switch a.Type {
		case contract.B, contract.BS:
			raw, err := base64.StdEncoding.DecodeString(value)
			if err != nil {
				return test{}, fmt.Errorf("view: a condition on %s is not base64", c.Attribute.Name)
			}
			o.text = raw
		default:
			o.digits, _ = item.Canonical(value)
		}
		t.values = append(t.values, o)
	}
	return t, nil
}

func (l *Lens) tests(conditions []contract.Condition) ([]test, error) {
	var out []test
	for _, c := range conditions {
		t, err := l.test(c)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func (l *Lens) checks(g access.Grant) ([]test, error) {
	var out []contract.Condition
	for _, c := range g.Checks() {
		out = append(out, c.Condition)
	}
	return l.tests(out)
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
		return ok && r.Kind != item.KindN && bytes.HasPrefix(text, t.values[0].text)
	}
	order, ok := t.values[0].compare(r, scratch)
	if !ok {
		return false
	}
	if r.Kind == item.KindBOOL && t.operator != contract.Eq && t.operator != contract.Ne {
		return false
	}
	switch t.operator {
	case contract.Eq:
		return order == 0
	case contract.Ne:
		return order != 0
	case contract.Lt:
		return order < 0
	case contract.Lte:
		return order <= 0
	case contract.Gt:
		return order > 0
	case contract.Gte:
		return order >= 0
	case contract.Between:
		upper, ok := t.values[1].compare(r, scratch)
		return ok && order >= 0 && upper <= 0
	}
	return false
}

// compare orders the item's value against the operand: numbers by value, the
// rest by bytes.
func (o operand) compare(r item.Raw, scratch *[]byte) (order int, ok bool) {
	if r.Kind == item.KindN {
		digits, err := item.Canonical(string(r.Text(scratch)))
		if err != nil || o.digits == "" {
			return 0, false
		}
		return item.Compare(digits, o.digits), true
	}
	text, ok := comparable(r, scratch)
	return bytes.Compare(text, o.text), ok
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
