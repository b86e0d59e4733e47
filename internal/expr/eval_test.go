package expr

import (
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/item"
)

func decode(t *testing.T, text string) item.Item {
	t.Helper()
	m, err := item.DecodeItem([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return m
}

const evalItem = `{
	"s":{"S":"abc"}, "n":{"N":"10"}, "b":{"B":"YWJj"}, "t":{"BOOL":true}, "f":{"BOOL":false}, "z":{"NULL":true},
	"ss":{"SS":["a","b"]}, "ns":{"NS":["1","2"]}, "bs":{"BS":["YQ==","Yg=="]},
	"l":{"L":[{"S":"x"},{"N":"1"},{"L":[{"S":"deep"}]}]}, "m":{"M":{"k":{"S":"v"},"a.b":{"N":"7"}}},
	"u":{"S":"é😀"}, "e":{"S":""}}`

func TestConditionsHoldAsDynamoDBSays(t *testing.T) {
	values := decode(t, `{":abc":{"S":"abc"},":ab":{"S":"ab"},":c":{"S":"c"},":b64":{"B":"YWJj"},":a64":{"B":"YQ=="},
		":n10":{"N":"10.0"},":n9":{"N":"9"},":n1":{"N":"1"},":n2":{"N":"2"},":n3":{"N":"3"},":n0":{"N":"0"},":n7":{"N":"7"},
		":true":{"BOOL":true},":null":{"NULL":true},":sba":{"SS":["b","a"]},":sa":{"SS":["a"]},":a":{"S":"a"},":x":{"S":"x"},
		":v":{"S":"v"},":deep":{"L":[{"S":"deep"}]},":m":{"M":{"a.b":{"N":"7"},"k":{"S":"v"}}},
		":S":{"S":"S"},":N":{"S":"N"},":L":{"S":"L"},":NULL":{"S":"NULL"},":BS":{"S":"BS"},":empty":{"S":""}}`)
	names := map[string]string{"#dot": "a.b"}
	for want, texts := range map[bool][]string{
		true: {
			"s = :abc", "n = :n10", "b = :b64", "t = :true", "z = :null", "ss = :sba", "m = :m", "m.k = :v", "m.#dot = :n7",
			"l[0] = :x", "l[2] = :deep", "l[1] = ns OR l[1] = :n1", "e = :empty",
			"s <> :ab", "s <> :n10", "nowhere <> :abc", "nowhere <> gone", "s <> nowhere",
			"s > :ab", "s >= :abc", "n > :n9", "n >= :n10", "n <= :n10", ":n9 < n", "b > :a64",
			"n BETWEEN :n9 AND :n10", "s BETWEEN :ab AND :c", ":n1 BETWEEN :n0 AND n",
			"s IN (:ab, :abc)", "n IN (:n10)", "n IN (nowhere, n2, :n10)", "ss IN (:sba)",
			"attribute_exists(s)", "attribute_exists(m.k)", "attribute_exists(l[2][0])", "attribute_exists(z)",
			"attribute_not_exists(nowhere)", "attribute_not_exists(m.x)", "attribute_not_exists(l[3])", "attribute_not_exists(s.k)", "attribute_not_exists(m[0])",
			"attribute_type(s, :S)", "attribute_type(n, :N)", "attribute_type(l, :L)", "attribute_type(z, :NULL)", "attribute_type(bs, :BS)",
			"begins_with(s, :ab)", "begins_with(s, :empty)", "begins_with(b, :a64)", "begins_with(s, s2) OR begins_with(s, :abc)",
			"contains(s, :c)", "contains(ss, :a)", "contains(ns, :n2)", "contains(bs, :a64)", "contains(l, :x)", "contains(l, :deep)", "contains(b, :a64)",
			"size(s) = :n3", "size(b) = :n3", "size(ss) = :n2", "size(l) = :n3", "size(m) = :n2", "size(u) = :n3", "size(e) = :n0",
			"NOT s = :ab", "NOT nowhere = :abc", "s = :ab OR n = :n10", "s = :ab AND n = :n9 OR t = :true", "NOT s = :ab AND t = :true",
		},
		false: {
			"s = :ab", "s = :n10", "s = :b64", "n = :n9", "nowhere = :abc", "ss = :sa", "t = f", "nowhere = gone", "m.x = :v", "s.k = :v", "l[9] = :x",
			"s <> :abc", "n <> :n10", "ss <> :sba",
			"s < :n10", "n < :abc", "b < :abc", "nowhere < :abc", "nowhere >= :abc", "t < n", "ss > n", "n > :n10",
			"n BETWEEN :ab AND :c", "nowhere BETWEEN :n0 AND :n1", "n BETWEEN :n0 AND nowhere",
			"nowhere IN (:abc, missing2)", "s IN (:ab, :n10)",
			"attribute_exists(nowhere)", "attribute_exists(m.x)", "attribute_exists(s[0])", "attribute_not_exists(s)",
			"attribute_type(s, :N)", "attribute_type(nowhere, :S)",
			"begins_with(s, :c)", "begins_with(s, :a64)", "begins_with(n, :ab)", "begins_with(nowhere, :ab)", "begins_with(ss, :a)",
			"contains(s, :x)", "contains(s, :n1)", "contains(ss, :n1)", "contains(l, :n2)", "contains(m, :v)", "contains(n, :n1)", "contains(nowhere, :a)",
			"size(n) = :n2", "size(t) > :n0", "size(z) >= :n0", "size(nowhere) >= :n0", "size(s) = :abc",
			"NOT s = :abc", "s = :abc AND n = :n9", "s = :ab OR NOT t = :true",
		},
	} {
		for _, text := range texts {
			p, err := NewParser(names, values)
			if err != nil {
				t.Fatal(err)
			}
			c, err := p.Condition(Filter, text)
			if err != nil {
				t.Errorf("%s: %v", text, err)
				continue
			}
			if got := Eval(c, decode(t, evalItem)); got != want {
				t.Errorf("%s: %v", text, got)
			}
		}
	}
}

func TestOfNoItemAlmostNothingHolds(t *testing.T) {
	for text, want := range map[string]bool{
		"attribute_not_exists(a)": true, "attribute_exists(a)": false, "a = :s": false, "a <> :s": true, "size(a) > :n": false,
	} {
		c, err := testParser(t, text).Condition(Check, text)
		if err != nil {
			t.Fatal(err)
		}
		if Eval(c, nil) != want {
			t.Errorf("%s is %v", text, !want)
		}
	}
}

func TestAProjectionKeepsWhatItNamesAndNoMore(t *testing.T) {
	const in = `{"a":{"S":"x"},"a.b":{"S":"dot"},"m":{"M":{"k":{"N":"1"},"h":{"S":"hidden"},"n":{"M":{"q":{"S":"y"},"r":{"S":"z"}}}}},
		"l":{"L":[{"S":"0"},{"M":{"p":{"S":"1p"},"q":{"S":"1q"}}},{"S":"2"},{"L":[{"S":"30"},{"S":"31"}]}]},"e":{"M":{}}}`
	for text, want := range map[string]string{
		"a":                     `{"a":{"S":"x"}}`,
		"#dot":                  `{"a.b":{"S":"dot"}}`,
		"a.b":                   `{}`,
		"nowhere, a":            `{"a":{"S":"x"}}`,
		"e":                     `{"e":{"M":{}}}`,
		"e.x":                   `{}`,
		"m.k":                   `{"m":{"M":{"k":{"N":"1"}}}}`,
		"m.n.q, m.k":            `{"m":{"M":{"k":{"N":"1"},"n":{"M":{"q":{"S":"y"}}}}}}`,
		"m.nowhere":             `{}`,
		"m[0]":                  `{}`,
		"l.p":                   `{}`,
		"l[2], l[0]":            `{"l":{"L":[{"S":"0"},{"S":"2"}]}}`,
		"l[1].q, l[3][1], l[0]": `{"l":{"L":[{"S":"0"},{"M":{"q":{"S":"1q"}}},{"L":[{"S":"31"}]}]}}`,
		"l[1].nowhere, l[2]":    `{"l":{"L":[{"S":"2"}]}}`,
		"l[9]":                  `{}`,
		"l[0].x":                `{}`,
	} {
		paths, err := testParser(t, text).Projection(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(item.AppendItem(nil, Project(decode(t, in), paths))); got != want {
			t.Errorf("%s\n got  %s\n want %s", text, got, want)
		}
	}
}

func TestUpdatesChangeTheItemAsDynamoDBDoes(t *testing.T) {
	const in = `{"a":{"S":"x"},"n":{"N":"5"},"ss":{"SS":["a","b"]},"ns":{"NS":["1"]},
		"l":{"L":[{"S":"0"},{"S":"1"},{"S":"2"},{"S":"3"}]},"m":{"M":{"k":{"N":"1"},"l":{"L":[]}}}}`
	values := `{":s":{"S":"new"},":t":{"S":"other"},":n":{"N":"1.5"},":big":{"N":"9.9e125"},":l":{"L":[{"S":"y"}]},":ab":{"SS":["a","b"]},":bc":{"SS":["b","c"]},":n12":{"NS":["1.0","2"]},":m":{"M":{}}}`
	for text, want := range map[string]string{ // what changes: the whole attribute, or - for none
		"SET a = :s":                                    `a={"S":"new"}`,
		"SET z = :s":                                    `z={"S":"new"}`,
		"SET a = n, n = a":                              `a={"N":"5"} n={"S":"x"}`,
		"SET n = n + :n":                                `n={"N":"6.5"}`,
		"SET n = :n - n":                                `n={"N":"-3.5"}`,
		"SET n = if_not_exists(n, :n) + :n":             `n={"N":"6.5"}`,
		"SET z = if_not_exists(z, :n) + :n":             `z={"N":"3"}`,
		"SET z = if_not_exists(a, :s)":                  `z={"S":"x"}`,
		"SET l = list_append(l, :l)":                    `l={"L":[{"S":"0"},{"S":"1"},{"S":"2"},{"S":"3"},{"S":"y"}]}`,
		"SET l = list_append(:l, l)":                    `l={"L":[{"S":"y"},{"S":"0"},{"S":"1"},{"S":"2"},{"S":"3"}]}`,
		"SET z = list_append(if_not_exists(z, :l), :l)": `z={"L":[{"S":"y"},{"S":"y"}]}`,
		"SET l[1] = :s":                                 `l={"L":[{"S":"0"},{"S":"new"},{"S":"2"},{"S":"3"}]}`,
		"SET l[9] = :s, l[7] = :t":                      `l={"L":[{"S":"0"},{"S":"1"},{"S":"2"},{"S":"3"},{"S":"other"},{"S":"new"}]}`,
		"SET l[0] = l[3], l[3] = l[0]":                  `l={"L":[{"S":"3"},{"S":"1"},{"S":"2"},{"S":"0"}]}`,
		"SET m.k = :s, m.j = :t":                        `m={"M":{"j":{"S":"other"},"k":{"S":"new"},"l":{"L":[]}}}`,
		"SET m.l[3] = :s":                               `m={"M":{"k":{"N":"1"},"l":{"L":[{"S":"new"}]}}}`,
		"SET #dot = :s":                                 `a.b={"S":"new"}`,
		"REMOVE a, nowhere, l[9], m.nowhere":            `a=gone`,
		"REMOVE l[1], l[2]":                             `l={"L":[{"S":"0"},{"S":"3"}]}`,
		"REMOVE l[2], l[0]":                             `l={"L":[{"S":"1"},{"S":"3"}]}`,
		"SET l[3] = :s, l[8] = :t REMOVE l[0]":          `l={"L":[{"S":"1"},{"S":"2"},{"S":"new"},{"S":"other"}]}`,
		"SET z = l[3] REMOVE l[0]":                      `l={"L":[{"S":"1"},{"S":"2"},{"S":"3"}]} z={"S":"3"}`,
		"ADD n :n":                                      `n={"N":"6.5"}`,
		"ADD z :n":                                      `z={"N":"1.5"}`,
		"ADD m.k :n":                                    `m={"M":{"k":{"N":"2.5"},"l":{"L":[]}}}`,
		"ADD ss :bc":                                    `ss={"SS":["a","b","c"]}`,
		"ADD ns :n12":                                   `ns={"NS":["1","2"]}`,
		"ADD z :bc":                                     `z={"SS":["b","c"]}`,
		"DELETE ss :bc":                                 `ss={"SS":["a"]}`,
		"DELETE ss :ab":                                 `ss=gone`,
		"DELETE z :ab":                                  ``,

		"SET z = nowhere":                  msgNoAttribute,
		"SET z = m.nowhere":                msgNoAttribute,
		"SET z = nowhere + :n":             msgNoAttribute,
		"SET z = list_append(nowhere, :l)": msgNoAttribute,
		"SET z = a + :n":                   msgWrongType,
		"SET z = list_append(a, :l)":       msgWrongType,
		"ADD a :n":                         msgWrongType,
		"ADD n :ab":                        msgWrongType,
		"ADD ss :n12":                      msgWrongType,
		"DELETE n :ab":                     msgWrongType,
		"DELETE ss :n12":                   msgWrongType,
		"SET nowhere.x = :s":               msgInvalidPath,
		"SET a.x = :s":                     msgInvalidPath,
		"SET a[0] = :s":                    msgInvalidPath,
		"SET l.x = :s":                     msgInvalidPath,
		"SET m[0] = :s":                    msgInvalidPath,
		"SET l[9].x = :s":                  msgInvalidPath,
		"SET nowhere[0] = :s":              msgInvalidPath,
		"REMOVE nowhere.x":                 msgInvalidPath,
		"REMOVE a[0]":                      msgInvalidPath,
		"ADD nowhere.x :n":                 msgInvalidPath,
		"DELETE nowhere.x :ab":             msgInvalidPath,
		"SET n = :big + :big":              "Number overflow. Attempting to store a number with magnitude larger than supported range",
	} {
		p, err := NewParser(map[string]string{"#dot": "a.b"}, decode(t, values))
		if err != nil {
			t.Fatal(err)
		}
		u, err := p.Update(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		before := decode(t, in)
		after, touched, err := Apply(u, before)
		if !item.EqualItems(before, decode(t, in)) {
			t.Errorf("%s changed the item that it was given", text)
		}
		got := message(err)
		if err == nil {
			got = difference(before, after)
			if len(touched) != len(u.Targets()) {
				t.Errorf("%s touched %v", text, touched)
			}
		}
		if got != want {
			t.Errorf("%s\n got  %s\n want %s", text, got, want)
		}
	}
}

func difference(before, after item.Item) string {
	var parts []string
	for _, name := range []string{"a", "a.b", "l", "m", "n", "ns", "ss", "z"} {
		was, had := before[name]
		is, has := after[name]
		switch {
		case had && !has:
			parts = append(parts, name+"=gone")
		case has && !(had && item.Equal(was, is)):
			parts = append(parts, name+"="+string(item.AppendValue(nil, is)))
		}
	}
	return strings.Join(parts, " ")
}

func TestAnUpdateMakesAnItemThatIsNot(t *testing.T) {
	for text, want := range map[string]string{
		"SET a = :s":                `{"a":{"S":"a"}}`,
		"ADD a :n":                  `{"a":{"N":"1"}}`,
		"REMOVE a, b.c, d[0]":       `{}`,
		"DELETE a.b :ss SET c = :s": `{"c":{"S":"a"}}`,
		"SET a.b = :s":              msgInvalidPath,
		"SET a = b":                 msgNoAttribute,
	} {
		u, err := testParser(t, text).Update(text)
		if err != nil {
			t.Fatal(err)
		}
		m, _, err := Apply(u, nil)
		got := message(err)
		if err == nil {
			got = string(item.AppendItem(nil, m))
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestAnUpdateCannotNestDeeperThanAnItemMay(t *testing.T) {
	deep := item.Value{Kind: item.KindS, Str: "x"}
	for range 31 {
		deep = item.Value{Kind: item.KindL, List: []item.Value{deep}}
	}
	m := item.Item{"l": {Kind: item.KindL, List: []item.Value{}}}
	u := Update{Set: []Assignment{{Path{{Name: "l"}, {Index: 0, IsIndex: true}}, Literal{deep}}}}
	if _, _, err := Apply(u, m); !strings.HasPrefix(message(err), "Nesting Levels have exceeded") {
		t.Errorf("33 levels: %v", err)
	}
	u.Set[0].Path = Name("l")
	if _, _, err := Apply(u, m); err != nil {
		t.Errorf("32 levels: %v", err)
	}
}
