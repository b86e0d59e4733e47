package expr

import (
	"strings"
	"unicode/utf16"

	"github.com/discreet-dev/discreet/internal/item"
)

// Eval tells whether the condition holds of the item; a nil item has no
// attribute. What is absent, or of a type that the operator does not take,
// makes everything but <> and attribute_not_exists false.
func Eval(c Condition, m item.Item) bool {
	switch c := c.(type) {
	case And:
		return Eval(c.Left, m) && Eval(c.Right, m)
	case Or:
		return Eval(c.Left, m) || Eval(c.Right, m)
	case Not:
		return !Eval(c.Of, m)
	case Compare:
		return evalCompare(c, m)
	case Between:
		of, ok := resolve(c.Of, m)
		low, okLow := resolve(c.Low, m)
		high, okHigh := resolve(c.High, m)
		return ok && okLow && okHigh && holds(">=", of, low) && holds("<=", of, high)
	case In:
		of, ok := resolve(c.Of, m)
		for _, o := range c.List {
			if v, okToo := resolve(o, m); ok && okToo && item.Equal(of, v) {
				return true
			}
		}
	case Call:
		return evalCall(c, m)
	}
	return false
}

func evalCompare(c Compare, m item.Item) bool {
	left, ok := resolve(c.Left, m)
	right, okToo := resolve(c.Right, m)
	if !ok || !okToo {
		return c.Op == "<>"
	}
	return holds(c.Op, left, right)
}

func holds(op string, a, b item.Value) bool {
	switch op {
	case "=":
		return item.Equal(a, b)
	case "<>":
		return !item.Equal(a, b)
	}
	order, ok := item.Order(a, b)
	if !ok {
		return false
	}
	switch op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	}
	return false
}

func evalCall(c Call, m item.Item) bool {
	if len(c.Args) == 0 {
		return false
	}
	first, ok := resolve(c.Args[0], m)
	switch c.Function {
	case "attribute_exists":
		return ok
	case "attribute_not_exists":
		return !ok
	}
	if !ok || len(c.Args) < 2 {
		return false
	}
	second, ok := resolve(c.Args[1], m)
	if !ok {
		return false
	}
	switch c.Function {
	case "attribute_type":
		return second.Kind == item.KindS && first.Kind.String() == second.Str
	case "begins_with":
		return isText(first) && first.Kind == second.Kind && strings.HasPrefix(first.Str, second.Str)
	case "contains":
		return contains(first, second)
	}
	return false
}

func isText(v item.Value) bool { return v.Kind == item.KindS || v.Kind == item.KindB }

func contains(of, v item.Value) bool {
	switch of.Kind {
	case item.KindS, item.KindB:
		return of.Kind == v.Kind && strings.Contains(of.Str, v.Str)
	case item.KindSS, item.KindNS, item.KindBS, item.KindL:
		return item.Contains(of.List, v)
	}
	return false
}

// resolve is an operand's value, if it has one in this item.
func resolve(o Operand, m item.Item) (item.Value, bool) {
	switch o := o.(type) {
	case Path:
		return o.Find(m)
	case Literal:
		return o.Value, true
	case Size:
		v, ok := resolve(o.Of, m)
		if !ok {
			return v, false
		}
		n, ok := size(v)
		return item.Value{Kind: item.KindN, Str: itoa(n)}, ok
	}
	return item.Value{}, false
}

// size is what size() counts: UTF-16 units of a string, as both reference
// engines do; bytes of a binary; members of anything else that has some.
func size(v item.Value) (int, bool) {
	switch v.Kind {
	case item.KindS:
		return utf16Length(v.Str), true
	case item.KindB:
		return len(v.Str), true
	case item.KindSS, item.KindNS, item.KindBS, item.KindL:
		return len(v.List), true
	case item.KindM:
		return len(v.Map), true
	}
	return 0, false
}

func utf16Length(s string) int {
	n := 0
	for _, char := range s {
		n += utf16.RuneLen(char)
	}
	return n
}
