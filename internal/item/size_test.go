package item

import (
	"strings"
	"testing"
)

func TestOrderIsByBytesOrByValueAndWithinOneKindAlone(t *testing.T) {
	s := func(text string) Value { return Value{Kind: KindS, Str: text} }
	n := func(text string) Value { return Value{Kind: KindN, Str: text} }
	b := func(text string) Value { return Value{Kind: KindB, Str: text} }
	for _, c := range []struct {
		low, high Value
	}{
		{s(""), s("a")},
		{s("Z"), s("a")},
		{s("a"), s("ab")},
		{s("\uffff"), s("\U00010000")},
		{n("9"), n("10")},
		{n("-10"), n("-9")},
		{n("-1"), n("0.5")},
		{n("0.05"), n("0.5")},
		{b("\x7f"), b("\x80")},
		{b("\xff"), b("\xff\x00")},
	} {
		if o, ok := Order(c.low, c.high); !ok || o != -1 {
			t.Errorf("Order(%v, %v) = %d, %v", c.low, c.high, o, ok)
		}
		if o, ok := Order(c.high, c.low); !ok || o != 1 {
			t.Errorf("Order(%v, %v) = %d, %v", c.high, c.low, o, ok)
		}
		if o, ok := Order(c.low, c.low); !ok || o != 0 {
			t.Errorf("Order(%v, itself) = %d, %v", c.low, o, ok)
		}
	}
	for _, c := range [][2]Value{{s("1"), n("1")}, {s("a"), b("a")}, {{Kind: KindBOOL}, {Kind: KindBOOL}}, {{Kind: KindL}, {Kind: KindL}}} {
		if _, ok := Order(c[0], c[1]); ok {
			t.Errorf("%v and %v have an order", c[0], c[1])
		}
	}
}

func TestDepthIsCountedAsDecodingCountsIt(t *testing.T) {
	nested := func(lists int, inside ...Value) Item {
		v := Value{Kind: KindL, List: inside}
		for i := 1; i < lists; i++ {
			if i%2 == 0 {
				v = Value{Kind: KindM, Map: Item{"m": v}}
			} else {
				v = Value{Kind: KindL, List: []Value{v}}
			}
		}
		return Item{"a": v}
	}
	scalar := Value{Kind: KindS, Str: "x"}
	for _, c := range []struct {
		m    Item
		fits bool
	}{
		{Item{}, true},
		{nested(31, scalar), true},
		{nested(32), true},
		{nested(32, scalar), false},
		{nested(33), false},
		{nested(500), false},
	} {
		_, err := DecodeItem(AppendItem(nil, c.m))
		if (CheckDepth(c.m) == nil) != c.fits || (err == nil) != c.fits {
			t.Errorf("%.40s: CheckDepth %v, DecodeItem %v", AppendItem(nil, c.m), CheckDepth(c.m), err)
		}
	}
}

func TestACloneSharesNothing(t *testing.T) {
	m, err := DecodeItem([]byte(`{"l":{"L":[{"M":{"a":{"S":"x"}}}]},"s":{"SS":["a"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	before := string(AppendItem(nil, m))
	c := Clone(m)
	c["l"].List[0].Map["a"] = Value{Kind: KindS, Str: "changed"}
	c["s"].List[0].Str = "changed"
	delete(c, "s")
	if got := string(AppendItem(nil, m)); got != before {
		t.Errorf("the original became %s", got)
	}
	if Clone(nil) != nil {
		t.Error("the clone of no item is one")
	}
}

func TestValuesOfTwoKindsAreNeverEqual(t *testing.T) {
	texts := strings.Fields(`{"S":"1"} {"N":"1"} {"B":"MQ=="} {"BOOL":true} {"BOOL":false} {"NULL":true} {"SS":["1"]} {"NS":["1"]}
		{"BS":["MQ=="]} {"L":[]} {"L":[{"S":"1"}]} {"L":[{"N":"1"}]} {"M":{}} {"M":{"1":{"S":"1"}}} {"M":{"2":{"S":"1"}}} {"SS":["1","2"]}`)
	for i, x := range texts {
		for j, y := range texts {
			a, errA := DecodeValue([]byte(x))
			b, errB := DecodeValue([]byte(y))
			if errA != nil || errB != nil {
				t.Fatal(errA, errB)
			}
			if Equal(a, b) != (i == j) {
				t.Errorf("Equal(%s, %s) is %v", x, y, i != j)
			}
		}
	}
}
