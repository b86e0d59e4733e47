package expr

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/item"
)

// distinctFault is the one fault that generated conditions may have: a path
// drawn twice in one comparison.
func distinctFault(err error) bool {
	return err != nil && strings.Contains(err.Error(), "must be distinct")
}

func reparse(t *rapid.T, w Printer, parse func(p *Parser) error) {
	p, err := NewParser(w.Names, w.Values)
	if err != nil {
		t.Fatal(err)
	}
	if err := parse(p); err != nil {
		if distinctFault(err) {
			return
		}
		t.Fatal(err)
	}
	if err := p.Unused(); err != nil {
		t.Fatal(err)
	}
}

func TestAPrintedConditionParsesToItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := genCondition(4).Draw(t, "condition")
		var w Printer
		text := w.Condition(c)
		reparse(t, w, func(p *Parser) error {
			again, err := p.Condition(Filter, text)
			if err == nil && !reflect.DeepEqual(again, c) {
				t.Fatalf("%s parsed to %#v, not %#v", text, again, c)
			}
			return err
		})
	})
}

func TestAPrintedUpdateParsesToItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := genUpdate().Draw(t, "update")
		var w Printer
		text := w.Update(u)
		reparse(t, w, func(p *Parser) error {
			again, err := p.Update(text)
			if err == nil && !reflect.DeepEqual(again, u) {
				t.Fatalf("%s parsed to %#v, not %#v", text, again, u)
			}
			return err
		})
	})
}

func TestAPrintedProjectionParsesToItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		paths := genPaths().Draw(t, "paths")
		var w Printer
		text := w.Projection(paths)
		reparse(t, w, func(p *Parser) error {
			again, err := p.Projection(text)
			if err == nil && !reflect.DeepEqual(again, paths) {
				t.Fatalf("%s parsed to %v, not %v", text, again, paths)
			}
			return err
		})
	})
}

func TestExpressionsOfOneRequestShareAliases(t *testing.T) {
	var w Printer
	one := w.Condition(Compare{"=", Name("name"), Literal{item.Value{Kind: item.KindS, Str: "x"}}})
	two := w.Projection([]Path{Name("name"), Name("other")})
	if one != "#n0 = :v0" || two != "#n0, #n1" {
		t.Errorf("printed %q and %q", one, two)
	}
	if len(w.Names) != 2 || w.Names["#n0"] != "name" || len(w.Values) != 1 {
		t.Errorf("names %v, values %v", w.Names, w.Values)
	}
}

func TestParenthesesStandWhereTheyChangeTheMeaning(t *testing.T) {
	a := func(n string) Condition { return Call{"attribute_exists", []Operand{Name(n)}} }
	for want, c := range map[string]Condition{
		"x(0) OR x(1) OR x(2)":      Or{Or{a("0"), a("1")}, a("2")},
		"x(0) OR (x(1) OR x(2))":    Or{a("0"), Or{a("1"), a("2")}},
		"x(0) AND x(1) OR x(2)":     Or{And{a("0"), a("1")}, a("2")},
		"(x(0) OR x(1)) AND x(2)":   And{Or{a("0"), a("1")}, a("2")},
		"NOT (x(0) AND x(1))":       Not{And{a("0"), a("1")}},
		"NOT x(0) AND NOT NOT x(1)": And{Not{a("0")}, Not{Not{a("1")}}},
	} {
		var w Printer
		got := strings.NewReplacer("attribute_exists", "x", "#n", "").Replace(w.Condition(c))
		if got != want {
			t.Errorf("printed %s, want %s", got, want)
		}
	}
}
