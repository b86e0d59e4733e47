package embedded

import (
	"cmp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/expr"
	"github.com/discreet-dev/discreet/internal/item"
)

func scalar(kind item.Kind) *rapid.Generator[item.Value] {
	return rapid.Custom(func(t *rapid.T) item.Value {
		if kind == item.KindN {
			n, err := item.Canonical(rapid.StringMatching(`-?[0-9]{1,6}(\.[0-9]{1,4})?(e-?[0-9]{1,2})?`).Draw(t, "number"))
			if err != nil {
				t.Fatal(err)
			}
			return item.Value{Kind: kind, Str: n}
		}
		// Bytes at both ends of the range are where encodings go wrong.
		b := rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 'a', 'b', 0xfe, 0xff}), 1, 5).Draw(t, "bytes")
		return item.Value{Kind: kind, Str: string(b)}
	})
}

var kinds = rapid.SampledFrom([]item.Kind{item.KindS, item.KindN, item.KindB})

func TestEncodedSortKeysOrderAsTheirValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := kinds.Draw(t, "kind")
		a, b := scalar(kind).Draw(t, "a"), scalar(kind).Draw(t, "b")
		want, _ := item.Order(a, b)
		x, y := string(appendSort(nil, a)), string(appendSort(nil, b))
		if got := cmp.Compare(x, y); got != want {
			t.Fatalf("%v %v: %d, want %d", a, b, got, want)
		}
		if want != 0 && (strings.HasPrefix(x, y) || strings.HasPrefix(y, x)) {
			t.Fatalf("one encoding of %v and %v is a prefix of the other", a, b)
		}
	})
}

func TestPartitionsNeverShareKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) []item.Value {
			n := rapid.IntRange(1, 4).Draw(t, name)
			out := make([]item.Value, n)
			for i := range out {
				out[i] = scalar(kinds.Draw(t, name)).Draw(t, name)
			}
			return out
		}
		a, b := draw("a"), draw("b")
		same := len(a) == len(b)
		for i := 0; same && i < len(a); i++ {
			same = item.Equal(a[i], b[i])
		}
		x, y := string(appendPartition(nil, a)), string(appendPartition(nil, b))
		if len(a) == len(b) && !same && (strings.HasPrefix(x, y) || strings.HasPrefix(y, x)) {
			t.Fatalf("%v and %v share keys", a, b)
		}
	})
}

func TestASortSpanHoldsExactlyWhatTheTermHoldsOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := kinds.Draw(t, "kind")
		ops := []string{"=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"}
		if kind == item.KindN {
			ops = ops[:6]
		}
		term := expr.KeyTerm{Op: rapid.SampledFrom(ops).Draw(t, "op"), Values: []item.Value{scalar(kind).Draw(t, "low")}}
		if term.Op == "BETWEEN" {
			term.Values = append(term.Values, scalar(kind).Draw(t, "high"))
		}
		v := scalar(kind).Draw(t, "value")
		partition := string(appendPartition(nil, []item.Value{{Kind: item.KindS, Str: "p"}}))
		s := sortSpan(partition, []expr.KeyTerm{term})
		// A table's key may follow, as in an index.
		key := string(appendSort([]byte(partition), v)) + rapid.SampledFrom([]string{"", "\x00", "\xff\xff"}).Draw(t, "rest")
		in := key >= s.low && (s.high == "" || key < s.high)
		if in != term.Holds(v) {
			t.Fatalf("%v %s %v: in the span %v", v, term.Op, term.Values, in)
		}
	})
}

func TestSegmentsCoverEverythingOnce(t *testing.T) {
	for _, total := range []uint64{1, 2, 3, 7, 1000, 99991} {
		end := ""
		for i := range total {
			s := segmentSpan(i, total)
			if s.low != end || (s.high == "") != (i == total-1) || (s.high != "" && s.high <= s.low) {
				t.Fatalf("segment %d of %d is %x to %x, after %x", i, total, s.low, s.high, end)
			}
			end = s.high
		}
	}
}
