package item

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestValuesSurviveTheWire(t *testing.T) {
	for in, want := range map[string]string{
		`{"S":"a"}`:                      ``,
		`{"S":""}`:                       ``,
		`{"S":"\u00e9\ud83d\ude00\n\/"}`: `{"S":"é😀\n/"}`,
		`{"N":"1e3"}`:                    `{"N":"1000"}`,
		`{"B":"AAH/"}`:                   ``,
		`{"B":""}`:                       ``,
		`{"BOOL":true}`:                  ``,
		`{"BOOL":false}`:                 ``,
		`{"NULL":true}`:                  ``,
		`{"SS":["b","a",""]}`:            ``,
		`{"NS":["2","1.0"]}`:             `{"NS":["2","1"]}`,
		`{"BS":["YQ==","Yg=="]}`:         ``,
		`{"L":[]}`:                       ``,
		`{"M":{}}`:                       ``,
		`{"L":[{"S":"a"},{"L":[{"NULL":true}]}]}`:                     ``,
		`{"M":{"b":{"S":"x"},"a":{"M":{}},"":{"N":"0"}}}`:             `{"M":{"":{"N":"0"},"a":{"M":{}},"b":{"S":"x"}}}`,
		` { "S" : "a" , "Unknown" : [1,{"x":-1.5e3}] , "N" : null } `: `{"S":"a"}`,
	} {
		if want == "" {
			want = in
		}
		v, err := DecodeValue([]byte(in))
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if got := string(AppendValue(nil, v)); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}

func TestMalformedValuesAreRefusedAsDynamoDBRefusesThem(t *testing.T) {
	const v, s = ValidationException, SerializationException
	deep := func(n int, inside string) string {
		return strings.Repeat(`{"L":[`, n) + inside + strings.Repeat(`]}`, n)
	}
	for _, c := range []struct{ in, kind, message string }{
		{`{}`, v, msgEmptyValue},
		{`null`, v, msgEmptyValue},
		{`{"X":"a"}`, v, msgEmptyValue},
		{`{"S":null}`, v, msgEmptyValue},
		{`{"L":[{}]}`, v, msgEmptyValue},
		{`{"S":"a","N":"1"}`, v, msgSeveralTypes},
		{`{"M":{"a":{"S":"a","N":"1"}}}`, v, msgSeveralTypes},
		{`{"N":"abc"}`, v, msgNotNumeric + ": abc"},
		{`{"NULL":false}`, v, "One or more parameter values were invalid: Null attribute value types must have the value of true"},
		{`{"SS":[]}`, v, "One or more parameter values were invalid: An string set  may not be empty"},
		{`{"NS":[]}`, v, "One or more parameter values were invalid: An number set  may not be empty"},
		{`{"BS":[]}`, v, "One or more parameter values were invalid: Binary sets should not be empty"},
		{`{"SS":["a","a"]}`, v, "One or more parameter values were invalid: Input collection [a, a] contains duplicates."},
		{`{"NS":["1","1.0"]}`, v, "Input collection contains duplicates"},
		{`{"BS":["YQ==","YQ=="]}`, v, "One or more parameter values were invalid: Input collection [YQ==, YQ==]of type BS contains duplicates."},
		{deep(32, `{"S":"x"}`), v, msgTooDeep},
		{deep(33, ``), v, msgTooDeep},
		{deep(100000, ``), v, msgTooDeep},
		{`{"X":` + strings.Repeat("[", 100000), v, msgTooDeep},
		{`{"S":"a","S":"b"}`, s, "Duplicate member of an AttributeValue"},
		{`{"S":null,"S":"b"}`, s, "Duplicate member of an AttributeValue"},
		{`{"M":{"a":{"S":"a"},"a":{"S":"b"}}}`, s, "Duplicate member of a map"},
		{`{"S":1}`, s, "NUMBER_VALUE cannot be converted to String"},
		{`{"S":1.5}`, s, "DECIMAL_VALUE cannot be converted to String"},
		{`{"N":true}`, s, "TRUE_VALUE cannot be converted to String"},
		{`{"S":{}}`, s, "Start of structure or map found where not expected"},
		{`{"S":[]}`, s, "Unrecognized collection type class java.lang.String"},
		{`{"B":1}`, s, "only base-64-encoded strings are convertible to bytes"},
		{`{"B":"a"}`, s, "Base64 encoded length is expected a multiple of 4 bytes but found: 1"},
		{`{"B":"ab=="}`, s, "Invalid last non-pad Base64 character dectected"},
		{`{"B":"a!b="}`, s, "Invalid last non-pad Base64 character dectected"},
		{`{"B":"YQ==YQ=="}`, s, "Invalid last non-pad Base64 character dectected"},
		{`{"B":"Y\nQ\n=="}`, s, "Base64 encoded length is expected a multiple of 4 bytes but found: 6"},
		{`{"B":"YWJj\n\n\n\n"}`, s, "Invalid last non-pad Base64 character dectected"},
		{`{"BOOL":"true"}`, s, "Unexpected token received from parser"},
		{`{"BOOL":1}`, s, "NUMBER_VALUE cannot be converted to Boolean"},
		{`{"SS":"x"}`, s, "Unexpected field type"},
		{`{"SS":{}}`, s, "Start of structure or map found where not expected"},
		{`{"L":[1]}`, s, "Unexpected value type in payload"},
		{`{"M":[]}`, s, "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>"},
		{`[]`, s, "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue"},
		{`"x"`, s, "Unexpected value type in payload"},
		{``, s, "Unexpected value type in payload"},
		{`{"S":"a"`, s, msgSyntax},
		{`{"S":"a",}`, s, msgSyntax},
		{`{"S":"a"} x`, s, "Unexpected content after the value"},
		{`{"S":"\ud800"}`, s, msgSyntax},
		{`{"S":"\ud800\u0041"}`, s, msgSyntax},
		{"{\"S\":\"\xff\"}", s, "Invalid UTF-8"},
		{"{\"S\":\"\\n\xff\"}", s, "Invalid UTF-8"},
		{"{\"S\":\"\n\"}", s, msgSyntax},
		{`{"L":[{"NULL":false},{},{"N":"abc"}]}`, v, "One or more parameter values were invalid: Null attribute value types must have the value of true"},
		// Malformed wins over invalid, wherever it stands.
		{`{"L":[{"N":"abc"},{"S":1}]}`, s, "NUMBER_VALUE cannot be converted to String"},
	} {
		_, err := DecodeValue([]byte(c.in))
		e, ok := err.(*Error)
		if !ok || e.Type != c.kind || e.Message != c.message {
			t.Errorf("%.60s: %#v, want %s: %s", c.in, err, c.kind, c.message)
		}
	}
	for _, fits := range []string{deep(31, `{"S":"x"}`), deep(32, ``)} {
		if _, err := DecodeValue([]byte(fits)); err != nil {
			t.Errorf("32 levels are allowed: %v", err)
		}
	}
}

func TestAFaultInAnItemNamesItsMember(t *testing.T) {
	for in, member := range map[string]string{
		`{"a":{"S":"x"},"b":{"N":"x"}}`:      "b",
		`{"a":{"S":"x"},"b":{"M":{"c":{}}}}`: "b",
		`{"a":{"SS":1},"b":{"M":{"c":{}}}}`:  "a",
		`{"a":{"S":"x"},"a":{"M":{"c":{}}}}`: "a",
		`[]`:                                 "",
		`{"a":{"S":"x"}} 1`:                  "",
	} {
		_, err := DecodeItem([]byte(in))
		e, ok := err.(*Error)
		if !ok || e.Member != member {
			t.Errorf("%s: %#v, want a fault in %q", in, err, member)
		}
	}
}

func TestNoErrorForTheLogRepeatsAValue(t *testing.T) {
	for _, in := range []string{`{"N":"secret1"}`, `{"SS":["secret1","secret1"]}`, `{"BS":["c2VjcmV0","c2VjcmV0"]}`, `{"B":"secret1!"}`, `{"SS":"secret1"}`} {
		_, err := DecodeValue([]byte(in))
		if err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "c2Vj") {
			t.Errorf("%s: %v", in, err)
		}
	}
}

// value draws any value that DynamoDB can store.
func value(depth int) *rapid.Generator[Value] {
	return rapid.Custom(func(t *rapid.T) Value {
		kinds := []Kind{KindS, KindN, KindB, KindBOOL, KindNULL, KindSS, KindNS, KindBS}
		if depth > 0 {
			kinds = append(kinds, KindL, KindM)
		}
		v := Value{Kind: rapid.SampledFrom(kinds).Draw(t, "kind")}
		switch v.Kind {
		case KindS, KindB:
			v.Str = rapid.String().Draw(t, "text")
		case KindN:
			v.Str = number(t, "number")
		case KindBOOL:
			v.Bool = rapid.Bool().Draw(t, "bool")
		case KindSS, KindBS:
			for _, s := range rapid.SliceOfNDistinct(rapid.String(), 1, 12, rapid.ID[string]).Draw(t, "set") {
				v.List = append(v.List, Value{Kind: ElementKind(v.Kind), Str: s})
			}
		case KindNS:
			numbers := rapid.Custom(func(t *rapid.T) string { return number(t, "member") })
			for _, s := range rapid.SliceOfNDistinct(numbers, 1, 12, rapid.ID[string]).Draw(t, "set") {
				v.List = append(v.List, Value{Kind: KindN, Str: s})
			}
		case KindL:
			v.List = rapid.SliceOfN(value(depth-1), 0, 3).Draw(t, "list")
		case KindM:
			v.Map = rapid.MapOfN(rapid.String(), value(depth-1), 0, 3).Draw(t, "map")
		}
		return v
	})
}

func TestWhatIsWrittenReadsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := value(3).Draw(t, "value")
		text := AppendValue(nil, v)
		if !json.Valid(text) {
			t.Fatalf("%s is no JSON", text)
		}
		w, err := DecodeValue(text)
		if err != nil || !Equal(v, w) {
			t.Fatalf("%s read as %v, %v", text, w, err)
		}
		if ValueSize(v) != ValueSize(w) {
			t.Fatal("two sizes of one value")
		}
		if c := CloneValue(v); !Equal(v, c) {
			t.Fatalf("clone of %s is %s", text, AppendValue(nil, c))
		}
	})
}

func TestSetsAreEqualInAnyOrderAndListsInOneAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfNDistinct(rapid.String(), 1, 20, rapid.ID[string]).Draw(t, "words")
		list := func(kind Kind, words []string) Value {
			v := Value{Kind: kind}
			for _, w := range words {
				v.List = append(v.List, Value{Kind: KindS, Str: w})
			}
			return v
		}
		mixed := rapid.Permutation(words).Draw(t, "mixed")
		if !Equal(list(KindSS, words), list(KindSS, mixed)) {
			t.Fatal("sets differ by order")
		}
		same := strings.Join(words, "\x00") == strings.Join(mixed, "\x00")
		if Equal(list(KindL, words), list(KindL, mixed)) != same {
			t.Fatal("lists do not differ by order")
		}
		mixed[0] += "x"
		if Equal(list(KindSS, words), list(KindSS, mixed)) {
			for _, w := range words {
				if w == mixed[0] {
					return
				}
			}
			t.Fatal("sets with different members are equal")
		}
	})
}

func TestSizeCountsAsDynamoDBDoes(t *testing.T) {
	for in, want := range map[string]int{
		`{}`:                                0,
		`{"abc":{"S":"é"}}`:                 5,
		`{"a":{"B":"AAAA"}}`:                4,
		`{"a":{"BOOL":false}}`:              2,
		`{"a":{"NULL":true}}`:               2,
		`{"a":{"N":"0"}}`:                   2,
		`{"a":{"N":"1"}}`:                   3,
		`{"a":{"N":"-1"}}`:                  4,
		`{"a":{"N":"12"}}`:                  3,
		`{"a":{"N":"1234567890"}}`:          7,
		`{"a":{"SS":["ab","c"]}}`:           4,
		`{"a":{"L":[]}}`:                    4,
		`{"a":{"L":[{"S":"x"},{"S":"y"}]}}`: 8,
		`{"a":{"M":{"bc":{"S":"x"}}}}`:      8,
	} {
		m, err := DecodeItem([]byte(in))
		if err != nil {
			t.Fatal(err)
		}
		if got := Size(m); got != want {
			t.Errorf("Size(%s) = %d, want %d", in, got, want)
		}
	}
}

func FuzzDecodeItem(f *testing.F) {
	for _, s := range []string{
		`{"a":{"S":"x"},"b":{"M":{"c":{"L":[{"N":"1e3"},{"NS":["1"]}]}}}}`,
		`{"a":{"B":"AAA="},"b":{"BOOL":true,"X":[1,2.5e-3,null]}}`, `{"a":{"S":"\ud83d\ude00"}}`, `{"a":`, `{}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := DecodeItem(data)
		if err != nil {
			if _, ok := err.(*Error); !ok {
				t.Fatalf("%v is no *Error", err)
			}
			return
		}
		if !json.Valid(data) {
			t.Fatalf("%q is no JSON and was read", data)
		}
		text := AppendItem(nil, m)
		again, err := DecodeItem(text)
		if err != nil || !EqualItems(m, again) {
			t.Fatalf("%q -> %s -> %v, %v", data, text, again, err)
		}
	})
}
