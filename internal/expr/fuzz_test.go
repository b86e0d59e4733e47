package expr

import (
	"reflect"
	"testing"

	"github.com/discreet-dev/discreet/internal/item"
)

// fuzzParser has an alias and a value of every kind.
func fuzzParser(t *testing.T) *Parser {
	values := decode(t, `{":s":{"S":"a"},":n":{"N":"1"},":b":{"B":"YQ=="},":l":{"L":[{"N":"2"}]},":m":{"M":{"a":{"S":"x"}}},":ss":{"SS":["a"]},":t":{"BOOL":true},":k":{"S":"S"}}`)
	p, err := NewParser(map[string]string{"#a": "a", "#b": "a.b"}, values)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// reread prints and parses again.
func reread(t *testing.T, w *Printer) *Parser {
	p, err := NewParser(w.Names, w.Values)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const fuzzItem = `{"a":{"L":[{"S":"a"},{"M":{"b":{"N":"1"}}}]},"b":{"M":{"a":{"SS":["a","b"]}}},"c":{"N":"3"},"a.b":{"S":"ab"}}`

func seed(f *testing.F, texts ...string) {
	for _, s := range texts {
		f.Add(s)
	}
}

func FuzzCondition(f *testing.F) {
	seed(f, "a = :s", "NOT (#a.b[1] <> :n OR c IN (:n, :s)) AND d BETWEEN :n AND :n", "attribute_type(a, :k)",
		"size(a) >= :n", "contains(#b, :s) or begins_with(b, :b)", "((a", "a = ", "a[", "(a) = (:s)")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := fuzzParser(t).Condition(Filter, text)
		if err != nil {
			if _, ok := err.(*item.Error); !ok {
				t.Fatalf("%v is no *item.Error", err)
			}
			return
		}
		m := decode(t, fuzzItem)
		holds := Eval(c, m)
		var w Printer
		printed := w.Condition(c)
		if len(printed) > MaxSize {
			return
		}
		again, err := reread(t, &w).Condition(Filter, printed)
		if err != nil || !reflect.DeepEqual(again, c) {
			t.Fatalf("%q printed as %q: %v", text, printed, err)
		}
		if Eval(again, m) != holds {
			t.Fatalf("%q means something else printed", text)
		}
	})
}

func FuzzKeyCondition(f *testing.F) {
	seed(f, "pk = :s AND sk > :n", ":s = pk", "begins_with(sk, :s) AND pk = :s", "pk = :s AND sk BETWEEN :s AND :s", "size(a) = :n")
	key := KeySchema{[]KeyAttribute{{"pk", item.KindS}}, []KeyAttribute{{"sk", item.KindS}}}
	f.Fuzz(func(t *testing.T, text string) {
		terms, err := fuzzParser(t).KeyCondition(text)
		if err != nil {
			return
		}
		r, err := key.Match(terms)
		if err != nil {
			return
		}
		if len(r.Partition) != 1 || len(r.Sort) != len(terms)-1 {
			t.Fatalf("%q gave %v", text, r)
		}
		for _, s := range r.Sort {
			s.Holds(item.Value{Kind: item.KindS, Str: "x"})
		}
	})
}

func FuzzProjection(f *testing.F) {
	seed(f, "a, b.c[0], #b.#a[12]", "a,,", "a.b, a", "name", "a[9999999999]")
	f.Fuzz(func(t *testing.T, text string) {
		paths, err := fuzzParser(t).Projection(text)
		if err != nil {
			return
		}
		m := decode(t, fuzzItem)
		once := Project(m, paths)
		for name, v := range once {
			if _, ok := m[name]; !ok || item.ValueSize(v) > item.ValueSize(m[name]) {
				t.Fatalf("%q gives more than there is", text)
			}
		}
		var w Printer
		printed := w.Projection(paths)
		if len(printed) > MaxSize {
			return
		}
		again, err := reread(t, &w).Projection(printed)
		if err != nil || !reflect.DeepEqual(again, paths) {
			t.Fatalf("%q printed as %q: %v", text, printed, err)
		}
	})
}

func FuzzUpdate(f *testing.F) {
	seed(f, "SET a = :s, b.c = if_not_exists(b.c, :n) + :n REMOVE c[0], c[1] ADD d :ss DELETE e :ss",
		"SET a = list_append(a, :l)", "SET a[9] = :s, a[7] = a[0]", "ADD #b :n", "SET SET", "SET a = (:n - (c))")
	f.Fuzz(func(t *testing.T, text string) {
		u, err := fuzzParser(t).Update(text)
		if err != nil {
			return
		}
		m := decode(t, fuzzItem)
		after, _, err := Apply(u, m)
		if !item.EqualItems(m, decode(t, fuzzItem)) {
			t.Fatalf("%q changed the item that it was given", text)
		}
		var w Printer
		printed := w.Update(u)
		if len(printed) > MaxSize {
			return
		}
		again, errAgain := reread(t, &w).Update(printed)
		if errAgain != nil || !reflect.DeepEqual(again, u) {
			t.Fatalf("%q printed as %q: %v", text, printed, errAgain)
		}
		if err == nil {
			if _, errAgain := item.DecodeItem(item.AppendItem(nil, after)); errAgain != nil {
				t.Fatalf("%q makes an item that can't be: %v", text, errAgain)
			}
		}
	})
}
