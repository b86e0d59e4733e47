package item

import (
	"bytes"
	"cmp"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNumbersBecomeCanonical(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "0.000": "0", "0e999": "0", "0E99999999999999999999": "0",
		"1": "1", "+1": "1", "-1": "-1", "007": "7", "1.": "1", ".5": "0.5", "1.50": "1.5", "-01.50": "-1.5",
		"1e3": "1000", "1E+3": "1000", "1e-7": "0.0000001", "12.34e1": "123.4", "12.34e-3": "0.01234",
		"1000": "1000", "100.00": "100",
		"12345678901234567890e20":                     "1234567890123456789000000000000000000000",
		"0.00000000000000000000000000000000000000000": "0",
		strings.Repeat("9", 38):                       strings.Repeat("9", 38),
		"1e125":                                       "1" + strings.Repeat("0", 125),
		"1e-130":                                      "0." + strings.Repeat("0", 129) + "1",
		"9." + strings.Repeat("9", 37) + "e125":       strings.Repeat("9", 38) + strings.Repeat("0", 88),
		"1" + strings.Repeat("0", 60):                 "1" + strings.Repeat("0", 60),
	} {
		if got, err := Canonical(in); err != nil || got != want {
			t.Errorf("Canonical(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestNumbersThatDynamoDBCannotStoreAreRefused(t *testing.T) {
	for in, want := range map[string]string{
		"":                            msgNotNumeric,
		"abc":                         msgNotNumeric + ": abc",
		" 1":                          msgNotNumeric + ":  1",
		"-":                           msgNotNumeric + ": -",
		".":                           msgNotNumeric + ": .",
		"1e":                          msgNotNumeric + ": 1e",
		"1e1.5":                       msgNotNumeric + ": 1e1.5",
		"NaN":                         msgNotNumeric + ": NaN",
		"0x1":                         msgNotNumeric + ": 0x1",
		"1_0":                         msgNotNumeric + ": 1_0",
		"١":                           msgNotNumeric + ": ١",
		"1e126":                       msgOverflow,
		"-10e125":                     msgOverflow,
		"1E99999999999999999":         msgOverflow,
		"9.9e-131":                    msgUnderflow,
		"-1E-99999999999999999":       msgUnderflow,
		"1" + strings.Repeat("2", 38): msgTooManyDigits,
		"1.0000000000000000000000000000000000000001": msgTooManyDigits,
	} {
		got, err := Canonical(in)
		e, ok := err.(*Error)
		if !ok || got != "" || e.Message != want || e.Type != ValidationException {
			t.Errorf("Canonical(%q) = %q, %v; want the error %q", in, got, err, want)
			continue
		}
		if in != "" && strings.Contains(e.Error(), ": "+in) {
			t.Errorf("the error for the log repeats the value %q: %v", in, e)
		}
	}
}

// number draws a canonical number and its exact value.
func number(t *rapid.T, label string) string {
	digits := rapid.StringMatching(`-?[0-9]{1,38}`).Draw(t, label)
	exp := rapid.IntRange(-92, 87).Draw(t, label+" exponent")
	text, err := Canonical(digits + "e" + strconv.Itoa(exp))
	if err != nil {
		t.Fatalf("%se%d: %v", digits, exp, err)
	}
	return text
}

func rat(t *rapid.T, text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return r
}

func TestNumbersOrderByValueAndSoDoTheirKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := number(t, "a"), number(t, "b")
		if rapid.Bool().Draw(t, "near") {
			b, _ = Add(a, "1")
		}
		if b == "" {
			return
		}
		want := rat(t, a).Cmp(rat(t, b))
		if got := Compare(a, b); got != want {
			t.Fatalf("Compare(%s, %s) = %d, want %d", a, b, got, want)
		}
		keyA, keyB := AppendNumberKey(nil, a), AppendNumberKey(nil, b)
		if got := bytes.Compare(keyA, keyB); got != want {
			t.Fatalf("keys of %s and %s compare as %d, want %d", a, b, got, want)
		}
		if want != 0 && (bytes.HasPrefix(keyA, keyB) || bytes.HasPrefix(keyB, keyA)) {
			t.Fatalf("the key of one of %s and %s is a prefix of the other's", a, b)
		}
	})
}

func TestSumsAreExactOrRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := number(t, "a"), number(t, "b")
		check := func(op string, got string, err error, want *big.Rat) {
			if err == nil && rat(t, got).Cmp(want) != 0 {
				t.Fatalf("%s %s %s = %s", a, op, b, got)
			}
			if err != nil {
				if again, err := Canonical(want.FloatString(260)); err == nil {
					t.Fatalf("%s %s %s = %s was refused", a, op, b, again)
				}
			}
		}
		sum, err := Add(a, b)
		check("+", sum, err, new(big.Rat).Add(rat(t, a), rat(t, b)))
		difference, err := Sub(a, b)
		check("-", difference, err, new(big.Rat).Sub(rat(t, a), rat(t, b)))
	})
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"0", "-1.5e3", "1e126", ".5", "00012.300", "1E-130", "+7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		canonical, err := Canonical(text)
		if err != nil {
			return
		}
		again, err := Canonical(canonical)
		if err != nil || again != canonical {
			t.Fatalf("%q -> %q -> %q, %v", text, canonical, again, err)
		}
		if len(text) < 300 { // big.Rat takes long for large exponents
			want, ok := new(big.Rat).SetString(text)
			got, _ := new(big.Rat).SetString(canonical)
			if ok && cmp.Compare(want.Cmp(got), 0) != 0 {
				t.Fatalf("%q became %q", text, canonical)
			}
		}
	})
}
