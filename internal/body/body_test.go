package body_test

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/discreet-dev/discreet/internal/body"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
)

func TestBodiesThatTwoParsersCouldReadDifferentlyAreRefused(t *testing.T) {
	refused := map[string]string{
		"nothing":                      ``,
		"cut":                          `{"a":1`,
		"a scalar":                     `1`,
		"null":                         `null`,
		"an array":                     `[{}]`,
		"something after":              `{} {}`,
		"a comma after":                `{"a":1,}`,
		"a comment":                    `{/**/}`,
		"single quotes":                `{'a':1}`,
		"a byte order mark":            "\ufeff{}",
		"a duplicate member":           `{"a":1,"a":1}`,
		"a duplicate by an escape":     `{"a":1,"\u0061":1}`,
		"a duplicate deeper":           `{"x":[{"a":1,"a":1}]}`,
		"a member without a name":      `{"":1}`,
		"one deeper":                   `{"a":{"":1}}`,
		"a name over 64 KB":            `{"` + strings.Repeat("n", 65536) + `":1}`,
		"bytes that are no UTF-8":      "{\"a\":\"\xff\"}",
		"an overlong form":             "{\"a\":\"\xc0\xaf\"}",
		"a surrogate in UTF-8":         "{\"a\":\"\xed\xa0\x80\"}",
		"a high surrogate alone":       `{"a":"\ud83d"}`,
		"a low surrogate alone":        `{"a":"\ude00"}`,
		"two high surrogates":          `{"a":"\ud83d\ud83d"}`,
		"a high one and a letter":      `{"a":"\ud83dx\ude00"}`,
		"a lone one in a name":         `{"\ud83d":1}`,
		"a lone one behind backslash":  `{"a":"\\\ud83d"}`,
		"a control character":          "{\"a\":\"\x01\"}",
		"nesting over 32":              strings.Repeat(`{"a":`, 33) + `1` + strings.Repeat(`}`, 33),
		"nesting of 200,000":           `{"a":` + strings.Repeat(`[`, 200000) + strings.Repeat(`]`, 200000) + `}`,
		"NaN":                          `{"a":NaN}`,
		"a number with a leading zero": `{"a":01}`,
	}
	for name, text := range refused {
		if _, bad := body.Object([]byte(text)); bad == nil || bad.Status() != 400 {
			t.Errorf("%s is taken: %v", name, bad)
		}
	}
	taken := []string{
		`{}`, ` {"a" : [1,-0.5e-3,"\ud83d\ude00","\\ud83d",null,true,{"b":[]}]} `,
		`{"__proto__":{"constructor":1},"é":1,"e\u0301":2}`,
		strings.Repeat(`{"a":`, 32) + `1` + strings.Repeat(`}`, 32),
	}
	for _, text := range taken {
		if _, bad := body.Object([]byte(text)); bad != nil {
			t.Errorf("%s: %v", text, bad)
		}
	}
}

// FuzzObject holds what is taken to the same value that encoding/json reads.
func FuzzObject(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":[1,{"b":null}],"c":"\ud83d\ude00"}`, `{"a":1,"a":2}`, "{\"a\":\"\xff\"}", `{"a":"\ud83d"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		members, bad := body.Object(text)
		if bad != nil {
			if bad.Status() != 400 {
				t.Fatalf("%v", bad)
			}
			return
		}
		var want map[string]any
		d := json.NewDecoder(strings.NewReader(string(text)))
		d.UseNumber()
		if err := d.Decode(&want); err != nil {
			t.Fatalf("taken, and no JSON: %v", err)
		}
		if got := plain(body.Node{Kind: '{', Members: members}); !reflect.DeepEqual(got, any(want)) {
			t.Fatalf("read %v, want %v", got, want)
		}
		for _, m := range members {
			for _, kind := range []contract.Type{contract.S, contract.N, contract.B, contract.BOOL, contract.NULL, contract.SS, contract.NS, contract.BS} {
				v, bad := body.Typed(m.Value, &contract.Attribute{Type: kind}, "place")
				if bad == nil && v.Kind != item.KindOf(string(kind)) {
					t.Fatalf("a %s became a %s", kind, v.Kind)
				}
			}
			v, bad := body.Inner(m.Value, nil, "place")
			if bad == nil {
				if _, err := item.DecodeValue(item.AppendValue(nil, v)); err != nil {
					t.Fatalf("DynamoDB would refuse it: %v", err)
				}
			}
		}
	})
}

func plain(n body.Node) any {
	switch n.Kind {
	case '"':
		return n.Text
	case '0':
		return json.Number(n.Text)
	case 't', 'f':
		return n.Kind == 't'
	case '[':
		list := []any{}
		for _, e := range n.List {
			list = append(list, plain(e))
		}
		return list
	case '{':
		m := map[string]any{}
		for _, e := range n.Members {
			m[e.Name] = plain(e.Value)
		}
		return m
	}
	return nil
}

func TestValuesTakeTheirDeclaredTypeOrSayWhatItIs(t *testing.T) {
	of := func(t contract.Type) *contract.Attribute { return &contract.Attribute{Type: t} }
	short := &contract.Attribute{Type: contract.S, MaxLength: 2}
	state := &contract.Attribute{Type: contract.S, OneOf: []contract.Constant{{Type: contract.S, Text: "open"}, {Type: contract.S, Text: "done"}}}
	list := &contract.Attribute{Type: contract.L, Of: &contract.Attribute{Type: contract.M, Members: map[string]*contract.Attribute{"n": of(contract.N)}}, MaxLength: 2}
	tests := []struct {
		json      string
		attribute *contract.Attribute
		want      string // DynamoDB JSON, or what the client reads
	}{
		{`"canary"`, of(contract.S), `{"S":"canary"}`},
		{`""`, of(contract.S), `{"S":""}`},
		{`1`, of(contract.S), `at: takes a string`},
		{`null`, of(contract.S), `at: takes a string`},
		{`1.50e2`, of(contract.N), `{"N":"150"}`},
		{`12345678901234567890123456789012345678`, of(contract.N), `{"N":"12345678901234567890123456789012345678"}`},
		{`123456789012345678901234567890123456789`, of(contract.N), `at: takes a number of at most 38 digits`},
		{`1e999999999`, of(contract.N), `at: takes a number of at most 38 digits`},
		{`"1"`, of(contract.N), `at: takes a number of at most 38 digits`},
		{`"AP8="`, of(contract.B), `{"B":"AP8="}`},
		{`"AP8"`, of(contract.B), `at: takes base64 in a string`},
		{`"AP9="`, of(contract.B), `at: takes base64 in a string`}, // bits beyond the last byte
		{`true`, of(contract.BOOL), `{"BOOL":true}`},
		{`"true"`, of(contract.BOOL), `at: takes true or false`},
		{`["a","b"]`, of(contract.SS), `{"SS":["a","b"]}`},
		{`["a","a"]`, of(contract.SS), `at: takes an array of different strings, not empty`},
		{`[1,1.0]`, of(contract.NS), `at: takes an array of different numbers, not empty`},
		{`[]`, of(contract.NS), `at: takes an array of different numbers, not empty`},
		{`["AA==","AA=="]`, of(contract.BS), `at: takes an array of different base64 strings, not empty`},
		{`"abc"`, short, `at: takes at most 2 characters`},
		{`"éé"`, short, `{"S":"éé"}`},
		{`"canary"`, state, `at: takes one of open, done`},
		{`[{"n":1}]`, list, `{"L":[{"M":{"n":{"N":"1"}}}]}`},
		{`[{"canary":1}]`, list, `at[]: takes its declared members alone`},
		{`[{"n":"canary"}]`, list, `at[].n: takes a number of at most 38 digits`},
		{`[{},{},{}]`, list, `at: takes at most 2`},
		{`{"any":[{"deep":null}]}`, &contract.Attribute{Type: contract.M, Open: true}, `{"M":{"any":{"L":[{"M":{"deep":{"NULL":true}}}]}}}`},
	}
	for _, test := range tests {
		members, bad := body.Object([]byte(`{"x":` + test.json + `}`))
		if bad != nil {
			t.Fatal(test.json, bad)
		}
		v, bad := body.Typed(members[0].Value, test.attribute, "at")
		got := string(item.AppendValue(nil, v))
		if bad != nil {
			if got = bad.Public(); strings.Contains(bad.Error(), "canary") {
				t.Errorf("%s: the fault holds the value: %v", test.json, bad)
			}
		}
		if got != test.want {
			t.Errorf("%s as %s: %s, want %s", test.json, test.attribute.Type, got, test.want)
		}
	}
}

// A set of as many members as a body has room for must not cost their square,
// which would be seconds of one request.
func TestALargeSetIsReadOnce(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"x":[0`)
	for i := 1; b.Len() < 400<<10; i++ {
		b.WriteString("," + strconv.Itoa(i))
	}
	b.WriteString("]}")
	members, bad := body.Object([]byte(b.String()))
	if bad != nil {
		t.Fatal(bad)
	}
	begun := time.Now()
	if _, bad := body.Typed(members[0].Value, &contract.Attribute{Type: contract.NS}, "x"); bad != nil {
		t.Error(bad)
	}
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("%d members took %v", len(members[0].Value.List), took)
	}
}
