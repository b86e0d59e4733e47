package item

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// transcode shows an item by the fast way.
func transcode(shape *Shape, data []byte) (string, []int, error) {
	t := &Transcoder{
		Mistyped: make([]int, 8),
		Mask: func(dst []byte, _ *Shape, value Raw) []byte {
			return append(dst, `"masked `+value.Kind.String()+`"`...)
		},
	}
	var names []string
	for _, m := range shape.Members {
		names = append(names, m.Name)
	}
	values := make([]Raw, len(names))
	s, err := NewScanner(data)
	if err != nil {
		return "", nil, err
	}
	if _, err := s.Item(NewNames(names), values); err != nil {
		return "", nil, err
	}
	if err := s.End(); err != nil {
		return "", nil, err
	}
	out, err := t.AppendItem(nil, shape, values)
	return string(out), t.Mistyped, err
}

// full is a shape with every kind of node in it.
func full() *Shape {
	leaf := func(k Kind, id int) *Shape { return &Shape{Kind: k, ID: id} }
	s := &Shape{Kind: KindM, Members: []Member{
		{Name: "s", As: "s", Shape: &Shape{Kind: KindS, ID: 0, Default: []byte(`""`)}},
		{Name: "n", As: "number", Shape: leaf(KindN, 1)},
		{Name: "b", As: "b", Shape: leaf(KindB, 1)},
		{Name: "t", As: "t", Shape: leaf(KindBOOL, 1)},
		{Name: "z", As: "z", Shape: leaf(KindNULL, 1)},
		{Name: "ss", As: "ss", Shape: leaf(KindSS, 2)},
		{Name: "ns", As: "ns", Shape: leaf(KindNS, 2)},
		{Name: "bs", As: "bs", Shape: leaf(KindBS, 2)},
		{Name: "masked", As: "masked", Shape: &Shape{Kind: KindN, ID: 3, Masked: true}},
		{Name: "open", As: "open", Shape: &Shape{Kind: KindM, ID: 4, Open: true, Members: []Member{
			{Name: "s", As: "s", Shape: leaf(KindS, 4)},
			{Name: "secret", As: "secret"},
		}}},
		{Name: "list", As: "list", Shape: &Shape{Kind: KindL, ID: 5, Open: true}},
		{Name: "m", As: "m", Shape: &Shape{Kind: KindM, ID: 6, Partial: true, Members: []Member{
			{Name: "s", As: "town", Shape: leaf(KindS, 6)},
			{Name: "n", As: "n", Shape: &Shape{Kind: KindN, ID: 6, Default: []byte(`0`)}},
		}}},
		{Name: "l", As: "l", Shape: &Shape{Kind: KindL, ID: 7, Partial: true, Element: &Shape{
			Kind: KindM, ID: 7, Partial: true, Members: []Member{
				{Name: "s", As: "s", Shape: leaf(KindS, 7)},
				{Name: "l", As: "l", Shape: &Shape{Kind: KindL, ID: 7, Element: leaf(KindN, 7)}},
			},
		}}},
	}}
	s.Compile()
	return s
}

var someNames = []string{"s", "n", "b", "t", "z", "ss", "ns", "bs", "masked", "open", "list", "m", "l", "secret", "password", "pk", `a"b`, "é", "a", "ab", "a!"}

// anyValue generates what may stand as an attribute value: mostly what
// DynamoDB sends.
func anyValue(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		kinds := []string{"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "M", "L", "M", "L", "bad"}
		if depth == 0 {
			kinds = slices.DeleteFunc(kinds, func(k string) bool { return k == "M" || k == "L" })
		}
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]{0,20}`), rapid.SampledFrom([]string{"\u2028<&>", `\"/`, "\x00\x1f\t\n\r\b\f\x7f", "😀"}))
		number := rapid.OneOf(rapid.StringMatching(`-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,5})?`), rapid.SampledFrom([]string{"", "01", "1e5", "+1", "NaN", "1.", "-", "1 "}))
		binary := rapid.OneOf(rapid.SampledFrom([]string{"", "AAAA", "AA==", "AAA=", "+/+/"}), rapid.SampledFrom([]string{"A", "A===", "AA=A", "-_-_", "AA\n=="}))
		var content any
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		switch kind {
		case "S":
			content = text.Draw(t, "text")
		case "N":
			content = number.Draw(t, "number")
		case "B":
			content = binary.Draw(t, "binary")
		case "BOOL":
			content = rapid.Bool().Draw(t, "bool")
		case "NULL":
			content = true
		case "SS":
			content = members(t, text)
		case "NS":
			content = members(t, number)
		case "BS":
			content = members(t, binary)
		case "L":
			content = rapid.SliceOfN(anyValue(depth-1), 0, 4).Draw(t, "list")
		case "M":
			content = anyItem(depth-1).Draw(t, "map")
		case "bad":
			return rapid.SampledFrom([]any{
				"text", 1.0, nil, true,
				[]any{},
				map[string]any{},
				map[string]any{"S": 1.0},
				map[string]any{"S": "a", "N": "1"},
				map[string]any{"X": "a"},
				map[string]any{"NULL": false},
				map[string]any{"SS": []any{1.0}},
				map[string]any{"M": []any{}},
				map[string]any{"BOOL": "true"},
				map[string]any{"L": []any{"a"}},
				map[string]any{"SS": []any{[]any{}, "a"}},
				map[string]any{"s": "a"},
				map[string]any{"M": map[string]any{}, "L": []any{}},
			}).Draw(t, "bad")
		}
		return map[string]any{kind: content}
	})
}

func members(t *rapid.T, of *rapid.Generator[string]) []any {
	out := []any{}
	for _, s := range rapid.SliceOfN(of, 0, 3).Draw(t, "members") {
		out = append(out, s)
	}
	return out
}

func anyItem(depth int) *rapid.Generator[map[string]any] {
	return rapid.MapOfN(rapid.SampledFrom(someNames), anyValue(depth), 0, 12)
}

// spell writes JSON with the space, the escapes and the order of members that
// a store may choose.
func spell(t *rapid.T, value any) []byte {
	var b bytes.Buffer
	plain := rapid.Bool().Draw(t, "plain")
	space := func() {
		if !plain {
			b.WriteString(rapid.SampledFrom([]string{"", "", " ", "\n\t\r "}).Draw(t, "space"))
		}
	}
	text := func(s string) {
		b.WriteByte('"')
		for _, r := range s {
			switch {
			case r == '/' && !plain:
				b.WriteString(`\/`)
			case r < ' ' || r == '"' || r == '\\' || !plain && r < 0x10000 && rapid.IntRange(0, 3).Draw(t, "escape") == 0:
				fmt.Fprintf(&b, `\u%04X`, r)
			case r >= 0x10000 && !plain:
				r -= 0x10000
				fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
			default:
				b.WriteRune(r)
			}
		}
		b.WriteByte('"')
	}
	var write func(value any)
	write = func(value any) {
		space()
		switch v := value.(type) {
		case map[string]any:
			names := make([]string, 0, len(v))
			for name := range v {
				names = append(names, name)
			}
			slices.Sort(names)
			b.WriteByte('{')
			for i, name := range rapid.Permutation(names).Draw(t, "order") {
				if i > 0 {
					b.WriteByte(',')
				}
				space()
				text(name)
				space()
				b.WriteByte(':')
				write(v[name])
			}
			space()
			b.WriteByte('}')
		case []any:
			b.WriteByte('[')
			for i, e := range v {
				if i > 0 {
					b.WriteByte(',')
				}
				write(e)
			}
			space()
			b.WriteByte(']')
		case string:
			text(v)
		default:
			raw, _ := json.Marshal(v)
			b.Write(raw)
		}
		space()
	}
	write(value)
	return b.Bytes()
}

func TestTranscodingAgreesWithTheSlowWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		it := anyItem(3).Draw(t, "item")
		data := spell(t, it)
		got, mistyped, err := transcode(full(), data)
		if err != nil {
			t.Fatalf("%v: %s", err, data)
		}
		wantMistyped := make([]int, 8)
		if want := slowItem(full(), it, wantMistyped); got != want {
			t.Fatalf("of %s\n got %s\nwant %s", data, got, want)
		}
		if !slices.Equal(mistyped, wantMistyped) {
			t.Fatalf("of %s: mistyped %v, want %v", data, mistyped, wantMistyped)
		}
	})
}

func FuzzTranscode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"s":{"S":"x"},"n":{"N":"1"}}`, `{"s":{"S":"\ud83d\ude00"}}`, `{"s":{"S":"\ud83d"}}`, `{"s":{"S":"a"},"\u0073":{"S":"b"}}`,
		`{"open":{"M":{"b":{"S":"1"},"a":{"L":[{"NULL":true},{"M":{}}]}}}}`, `{"ns":{"NS":["1","2"]}}`, `{"s":{"S":"a"}} x`, `{"s":{"S":"a"},}`,
		`{"m":{"M":{"s":{"S":"a"},"q":{"N":"1"}}},"l":{"L":[{"M":{"s":{"S":"a"}}}]}}`, `{"h":{"\":"a"}}`, `{"h":01}`, `{"h":{"S":"` + "\xff" + `"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, mistyped, err := transcode(full(), data)
		if err != nil {
			return
		}
		if !json.Valid([]byte(got)) {
			t.Fatalf("%q became %q", data, got)
		}
		var it map[string]any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if err := d.Decode(&it); err != nil {
			t.Fatalf("took %q: %v", data, err)
		}
		if hasTwice(data) {
			return // encoding/json takes the last; what is hidden may repeat
		}
		wantMistyped := make([]int, 8)
		if want := slowItem(full(), it, wantMistyped); got != want || !slices.Equal(mistyped, wantMistyped) {
			t.Fatalf("of %q\n got %s %v\nwant %s %v", data, got, mistyped, want, wantMistyped)
		}
	})
}

// hasTwice reports whether any object has a name twice.
func hasTwice(data []byte) bool {
	d := json.NewDecoder(bytes.NewReader(data))
	var value func() bool
	value = func() bool {
		token, err := d.Token()
		if err != nil {
			return true
		}
		twice, names := false, map[string]bool{}
		switch token {
		case json.Delim('{'):
			for d.More() {
				name, _ := d.Token()
				twice = twice || names[name.(string)]
				names[name.(string)] = true
				twice = value() || twice
			}
			_, _ = d.Token()
		case json.Delim('['):
			for d.More() {
				twice = value() || twice
			}
			_, _ = d.Token()
		}
		return twice
	}
	return value()
}

func TestHiddenDataNeverChangesTheOutput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		it := anyItem(2).Draw(t, "item")
		other := scramble(t, full(), it).(map[string]any)
		a, _, errA := transcode(full(), spell(t, it))
		b, _, errB := transcode(full(), spell(t, other))
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if a != b {
			t.Fatalf("%v\n and %v\ndiffer: %s\n     and %s", it, other, a, b)
		}
	})
}

// scramble is the members of a map with what the shape hides replaced.
func scramble(t *rapid.T, shape *Shape, value any) any {
	members, ok := value.(map[string]any)
	if !ok {
		return value
	}
	out := map[string]any{}
	if !shape.Open {
		out = anyItem(1).Draw(t, "hidden")
		for _, m := range shape.Members {
			delete(out, m.Name)
		}
	}
	for name, v := range members {
		i := slices.IndexFunc(shape.Members, func(m Member) bool { return m.Name == name })
		switch {
		case i < 0 && shape.Open:
			out[name] = v
		case i >= 0 && shape.Members[i].Shape == nil:
			out[name] = anyValue(1).Draw(t, "hidden")
		case i >= 0:
			inner := shape.Members[i].Shape
			kind, content := slowTag(v)
			switch {
			case kind == "M" && inner.Kind == KindM:
				v = map[string]any{"M": scramble(t, inner, content)}
			case kind == "L" && inner.Kind == KindL && inner.Element != nil && inner.Element.Kind == KindM:
				var list []any
				for _, e := range content.([]any) {
					if kind, content := slowTag(e); kind == "M" {
						e = map[string]any{"M": scramble(t, inner.Element, content)}
					}
					list = append(list, e)
				}
				v = map[string]any{"L": append([]any{}, list...)}
			}
			out[name] = v
		}
	}
	return out
}

func TestTranscodingRefuses(t *testing.T) {
	deep := strings.Repeat(`{"M":{"a":`, 60) + `{"S":""}` + strings.Repeat(`}}`, 60)
	for name, data := range map[string]string{
		"nothing":                         ``,
		"a list":                          `[]`,
		"a cut item":                      `{"s":{"S":"x"}`,
		"a trailing byte":                 `{}x`,
		"a second document":               `{}{}`,
		"a trailing comma":                `{"s":{"S":"x"},}`,
		"a shown name twice":              `{"s":{"S":"x"},"s":{"S":"y"}}`,
		"a shown name twice, escaped":     `{"s":{"S":"x"},"\u0073":{"S":"y"}}`,
		"a name twice in an open map":     `{"open":{"M":{"a":{"S":"x"},"\u0061":{"S":"y"}}}}`,
		"a shown name twice in a map":     `{"m":{"M":{"s":{"S":"x"},"s":{"S":"y"}}}}`,
		"half a surrogate pair":           `{"h":{"S":"\ud83d"}}`,
		"a surrogate pair turned round":   `{"h":{"S":"\ude00\ud83d"}}`,
		"a control character":             "{\"h\":{\"S\":\"a\nb\"}}",
		"bytes that are not UTF-8":        "{\"h\":{\"S\":\"\xc3\x28\"}}",
		"an unknown escape":               `{"h":{"S":"\x41"}}`,
		"a cut escape":                    `{"h":{"S":"\u00`,
		"a number with a leading zero":    `{"h":01}`,
		"a word that is none":             `{"h":nul}`,
		"too deep, hidden":                `{"h":` + deep + `}`,
		"too deep, shown":                 `{"open":` + deep + `}`,
		"too deep, without values":        `{"h":` + strings.Repeat("[", 100_000) + `}`,
		"a name without quotes":           `{h:{"S":"a"}}`,
		"a backslash for a tag":           `{"h":{"\":"a"}}`,
		"malformed inside a shown list":   `{"list":{"L":[{"S":"a"},]}}`,
		"malformed inside a hidden value": `{"h":{"M":{"a" {"S":"x"}}}}`,
	} {
		if out, _, err := transcode(full(), []byte(data)); err == nil {
			t.Errorf("%s: became %s", name, out)
		}
	}
}

func TestTranscodingRefusesEveryTruncation(t *testing.T) {
	data := `{"s":{"S":"\u00e9"},"open":{"M":{"a":{"L":[{"N":"1"},{"BOOL":true}]}}},"h":{"SS":["a"]}}`
	for n := range len(data) {
		if out, _, err := transcode(full(), []byte(data[:n])); err == nil {
			t.Errorf("%s became %s", data[:n], out)
		}
	}
}

func TestTranscoding(t *testing.T) {
	for _, test := range []struct{ name, item, want string }{
		{"the shape orders", `{"n":{"N":"1"},"s":{"S":"x"}}`, `{"s":"x","number":1}`},
		{"digits stay", `{"n":{"N":"12345678901234567890123456789012345678.50"}}`, `{"s":"","number":12345678901234567890123456789012345678.50}`},
		{"an escaped name matches", `{"\u0073":{"\u0053":"x"}}`, `{"s":"x"}`},
		{"escapes are written anew", `{"s":{"S":"\u0041\/\u000a\ud83d\ude00"}}`, `{"s":"A/\n😀"}`},
		{"a default for the absent", `{}`, `{"s":""}`},
		{"a default for NULL", `{"s":{"NULL":true}}`, `{"s":""}`},
		{"no default for the mistyped", `{"s":{"M":{"password":{"S":"x"}}}}`, `{}`},
		{"no default for what is no value", `{"s":5}`, `{}`},
		{"maps are filtered", `{"m":{"M":{"zip":{"S":"z"},"s":{"S":"x"}}}}`, `{"s":"","m":{"town":"x","n":0}}`},
		{"a map of hidden members is absent", `{"l":{"L":[{"M":{"cost":{"N":"1"}}},{"M":{"s":{"S":"x"}}}]}}`, `{"s":"","l":[{"s":"x"}]}`},
		{"an open map is ordered", `{"open":{"M":{"b":{"N":"1"},"a":{"SS":["y","x"]},"secret":{"S":"no"}}}}`, `{"s":"","open":{"a":["y","x"],"b":1}}`},
		{"a declared member of an open map is checked", `{"open":{"M":{"s":{"N":"1"},"t":{"N":"1"}}}}`, `{"s":"","open":{"t":1}}`},
		{"sets and binary", `{"b":{"B":"AA=="},"bs":{"BS":["AA=="]},"ns":{"NS":["1","2.5"]},"ss":{"SS":["a"]},"t":{"BOOL":false},"z":{"NULL":true}}`, `{"s":"","b":"AA==","t":false,"z":null,"ss":["a"],"ns":[1,2.5],"bs":["AA=="]}`},
		{"a mistyped member spoils a set", `{"ns":{"NS":["1","x"]}}`, `{"s":""}`},
	} {
		got, _, err := transcode(withoutDefaults(full(), test.want), []byte(test.item))
		if err != nil || got != test.want {
			t.Errorf("%s: %v\n got %s\nwant %s", test.name, err, got, test.want)
		}
	}
}

// withoutDefaults takes the default of m's member away where it is not wanted.
func withoutDefaults(s *Shape, want string) *Shape {
	if strings.Contains(want, `"n":0`) {
		return s
	}
	for _, m := range s.Members {
		if m.Name == "m" {
			m.Shape.Members[1].Shape.Default = nil
		}
	}
	s.Compile()
	return s
}

func TestTranscodingAllocatesNothing(t *testing.T) {
	shape := full()
	data := []byte(`{"s":{"S":"x\ny"},"n":{"N":"1"},"open":{"M":{"b":{"M":{"y":{"S":"a"},"x":{"S":"b"}}},"a":{"N":"1"}}},
		"l":{"L":[{"M":{"s":{"S":"x"},"cost":{"N":"1"}}}]},"b":{"B":"AA=="},"h":{"M":{"deep":{"L":[{"S":"a"}]}}}}`)
	var names []string
	for _, m := range shape.Members {
		names = append(names, m.Name)
	}
	wanted, values := NewNames(names), make([]Raw, len(names))
	x := &Transcoder{Mistyped: make([]int, 8)}
	var dst []byte
	allocs := testing.AllocsPerRun(100, func() {
		s := Scanner{data: data}
		if _, err := s.Item(wanted, values); err != nil {
			t.Fatal(err)
		}
		var err error
		if dst, err = x.AppendItem(dst[:0], shape, values); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations an item", allocs)
	}
}

func TestNamesFindsManyAndLong(t *testing.T) {
	var names []string
	for i := range 200 {
		names = append(names, fmt.Sprint("name", i), strings.Repeat("x", i))
	}
	for _, n := range []int{3, 64, 65, 400} {
		set := NewNames(names[:n])
		for i, name := range names {
			want := i
			if i >= n {
				want = -1
			}
			if got := set.find([]byte(name)); got != want {
				t.Errorf("%d names: %q in slot %d, want %d", n, name, got, want)
			}
		}
	}
}
