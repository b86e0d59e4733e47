package policy

import (
	"bytes"
	"encoding/base64"
	"math/big"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Quantifier is the set operator of a condition.
type Quantifier uint8

// The quantifiers.
const (
	Single Quantifier = iota
	ForAllValues
	ForAnyValue
)

// Operator is a condition operator taken apart. Base is spelled as in the
// documentation; "" is an operator that nobody documents.
type Operator struct {
	Quantifier Quantifier
	Base       string
	IfExists   bool
}

// bases are the operators without their prefixes and suffixes.
var bases = []string{
	"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
	"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
	"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
	"Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "Null",
}

// ParseOperator takes an operator apart. Letters' case means nothing.
func ParseOperator(text string) Operator {
	var o Operator
	if prefix, rest, ok := strings.Cut(text, ":"); ok {
		switch {
		case strings.EqualFold(prefix, "ForAllValues"):
			o.Quantifier = ForAllValues
		case strings.EqualFold(prefix, "ForAnyValue"):
			o.Quantifier = ForAnyValue
		default:
			return Operator{}
		}
		text = rest
	}
	const suffix = "IfExists"
	if n := len(text) - len(suffix); n > 0 && strings.EqualFold(text[n:], suffix) {
		o.IfExists, text = true, text[:n]
	}
	for _, b := range bases {
		if strings.EqualFold(b, text) {
			o.Base = b
		}
	}
	// Null asks whether a key is there at all: neither belongs to it.
	if o.Base == "Null" && (o.IfExists || o.Quantifier != Single) {
		return Operator{}
	}
	return o
}

// Negated reports whether the operator holds where no value is alike.
func (o Operator) Negated() bool { return strings.Contains(o.Base, "Not") }

// holds evaluates one condition. Several policy values are alternatives; for a
// negated operator all of them must differ.
func (a *asked) holds(c Condition, expand bool) (Outcome, string) {
	o := ParseOperator(c.Operator)
	if o.Base == "" {
		return Unknown, "no such operator"
	}
	have, there := a.key(c.Key)
	if there == Unknown {
		return Unknown, "no such key in the data for this action"
	}
	if o.Base == "Null" {
		return null(c, there == No)
	}
	if there == No {
		switch {
		case o.Quantifier == ForAnyValue:
			return No, "the key is absent"
		case o.Quantifier == ForAllValues, o.IfExists, o.Negated():
			return Yes, "the key is absent, and the operator holds then"
		}
		return No, "the key is absent"
	}
	if o.Quantifier == Single && len(have) != 1 {
		return Unknown, "several values under an operator for one"
	}
	result := No
	if o.Quantifier != ForAnyValue {
		result = Yes
	}
	for _, v := range have {
		one := a.compare(o, c.Values, v, expand)
		if o.Quantifier == ForAnyValue {
			result = result.or(one)
		} else {
			result = result.and(one)
		}
	}
	return result, ""
}

func null(c Condition, absent bool) (Outcome, string) {
	result := No
	for _, v := range c.Values {
		switch {
		case v.Unresolved:
			result = result.or(Unknown)
		case strings.EqualFold(v.Text, "true"):
			result = result.or(outcome(absent))
		case strings.EqualFold(v.Text, "false"):
			result = result.or(outcome(!absent))
		default:
			return Unknown, "Null takes true or false"
		}
	}
	if absent {
		return result, "the key is absent"
	}
	return result, "the key is there"
}

// compare is one value of the request against all of the policy's.
func (a *asked) compare(o Operator, values []Value, have string, expand bool) Outcome {
	result := No
	for _, v := range values {
		if v.Unresolved {
			result = result.or(Unknown)
			continue
		}
		result = result.or(a.equal(strings.Replace(o.Base, "Not", "", 1), v.Text, have, expand))
	}
	if o.Negated() {
		return result.not()
	}
	return result
}

func (a *asked) equal(base, want, have string, expand bool) Outcome {
	switch {
	case strings.HasPrefix(base, "String"), strings.HasPrefix(base, "Arn"):
		wild := base == "StringLike" || strings.HasPrefix(base, "Arn")
		if base == "StringEqualsIgnoreCase" {
			have = strings.ToLower(have)
		}
		p, ok := resolve(pieces(want, wild, expand), a.variable)
		if ok != Yes {
			// A variable without a value is like no value there is.
			return ok
		}
		if base == "StringEqualsIgnoreCase" {
			for i := range p {
				p[i].text = strings.ToLower(p[i].text)
			}
		}
		if strings.HasPrefix(base, "Arn") {
			return outcome(matchesARN(p, have, false))
		}
		return outcome(matches(p, have))
	case strings.HasPrefix(base, "Numeric"):
		return ordered(strings.TrimPrefix(base, "Numeric"), number, want, have)
	case strings.HasPrefix(base, "Date"):
		return ordered(strings.TrimPrefix(base, "Date"), date, want, have)
	}
	return plainly(base, want, have)
}

// plainly compares the kinds that have no order.
func plainly(base, want, have string) Outcome {
	switch base {
	case "Bool":
		w, err1 := strconv.ParseBool(strings.ToLower(want))
		h, err2 := strconv.ParseBool(strings.ToLower(have))
		if err1 != nil || err2 != nil || len(want) < 4 || len(have) < 4 {
			return Unknown
		}
		return outcome(w == h)
	case "BinaryEquals":
		w, err1 := base64.StdEncoding.DecodeString(want)
		h, err2 := base64.StdEncoding.DecodeString(have)
		if err1 != nil || err2 != nil {
			return Unknown
		}
		return outcome(bytes.Equal(w, h))
	case "IpAddress":
		network, err1 := prefix(want)
		address, err2 := netip.ParseAddr(have)
		if err1 != nil || err2 != nil {
			return Unknown
		}
		return outcome(network.Contains(address.Unmap()))
	}
	return Unknown
}

func prefix(text string) (netip.Prefix, error) {
	if strings.Contains(text, "/") {
		p, err := netip.ParsePrefix(text)
		return p.Masked(), err
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return a.Prefix(a.BitLen())
}

func ordered(relation string, read func(string) *big.Rat, want, have string) Outcome {
	w, h := read(want), read(have)
	if w == nil || h == nil {
		return Unknown
	}
	order := h.Cmp(w)
	switch relation {
	case "Equals":
		return outcome(order == 0)
	case "LessThan":
		return outcome(order < 0)
	case "LessThanEquals":
		return outcome(order <= 0)
	case "GreaterThan":
		return outcome(order > 0)
	case "GreaterThanEquals":
		return outcome(order >= 0)
	}
	return Unknown
}

// number reads digits with at most one point: an exponent could ask for more
// memory than there is.
func number(text string) *big.Rat {
	if text == "" || len(text) > 64 || strings.Trim(strings.TrimLeft(text, "+-"), "0123456789.") != "" {
		return nil
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil
	}
	return r
}

// date reads the forms of ISO 8601 that IAM takes, and seconds since 1970.
func date(text string) *big.Rat {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			nanos := new(big.Rat).SetFrac64(int64(t.Nanosecond()), 1e9)
			return nanos.Add(nanos, new(big.Rat).SetInt64(t.Unix()))
		}
	}
	return number(text)
}
