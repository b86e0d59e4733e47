package expr

import (
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/item"
)

func attributes(names string, kind item.Kind) []KeyAttribute {
	var list []KeyAttribute
	for _, n := range strings.Fields(names) {
		list = append(list, KeyAttribute{n, kind})
	}
	return list
}

func TestKeyConditionsFitTheKeyOrAreRefused(t *testing.T) {
	table := KeySchema{attributes("pk", item.KindS), attributes("sk", item.KindS)}
	simple := KeySchema{attributes("pk", item.KindS), nil}
	multi := KeySchema{attributes("p q", item.KindS), attributes("x y z", item.KindS)}
	const (
		operator  = "Invalid operator used in KeyConditionExpression: "
		condition = "Invalid condition in KeyConditionExpression: "
		missed    = "Query condition missed key schema element: "
		cannot    = "Query key condition not supported"
		wrongKind = "One or more parameter values were invalid: Condition parameter type does not match schema type"
	)
	for _, c := range []struct {
		key  KeySchema
		text string
		want string // the sort terms' operators, after ok
	}{
		{table, "pk = :s", "ok"},
		{simple, "pk = :s", "ok"},
		{table, ":s = pk", "ok"},
		{table, "(pk = :s) AND (sk = :t)", "ok ="},
		{table, "sk > :t AND pk = :s", "ok >"},
		{table, "pk = :s AND :t > sk", "ok <"},
		{table, "pk = :s AND :t <= sk", "ok >="},
		{table, "pk = :s AND sk BETWEEN :s AND :t", "ok BETWEEN"},
		{table, "pk = :s AND begins_with(sk, :s)", "ok begins_with"},
		{multi, "p = :s AND q = :s", "ok"},
		{multi, "q = :s AND p = :s AND x = :s", "ok ="},
		{multi, "p = :s AND q = :s AND y < :s AND x = :s", "ok = <"},
		{multi, "p = :s AND q = :s AND y = :s AND x = :s AND begins_with(z, :s)", "ok = = begins_with"},

		{table, "sk = :s", missed + "pk"},
		{table, "pk = :s AND alien = :s", missed + "sk"},
		{simple, "pk = :s AND alien = :s", cannot},
		{table, "pk < :s", cannot},
		{table, "begins_with(pk, :s)", cannot},
		{table, "pk = :s AND sk = :s AND alien = :s", "Conditions can be of length 1 or 2 only"},
		{table, "pk = :n", wrongKind},
		{table, "pk = :s AND sk = :n", wrongKind},
		{multi, "p = :s", missed + "q"},
		{multi, "p = :s AND q = :s AND y = :s", missed + "x"},
		{multi, "p = :s AND q = :s AND x < :s AND y = :s", cannot},
		{multi, "p = :s AND q > :s", cannot},

		{table, "pk = :s OR sk = :s", operator + "OR"},
		{table, "pk = :s AND NOT sk = :s", operator + "NOT"},
		{table, "pk = :s AND sk <> :s", operator + "<>"},
		{table, "pk IN (:s)", operator + "IN"},
		{table, "pk = :s AND contains(sk, :s)", operator + "contains"},
		{table, "pk = :s AND attribute_exists(sk)", operator + "attribute_exists"},
		{table, "pk = :s AND size(sk) = :n", "KeyConditionExpressions cannot contain nested operations"},
		{table, "pk = :s AND sk = size(pk)", "KeyConditionExpressions cannot contain nested operations"},
		{table, "pk = :s AND pk = :t", "KeyConditionExpressions must only contain one condition per key"},
		{table, "pk = :s AND sk > :s AND sk < :t", "KeyConditionExpressions must only contain one condition per key"},
		{table, "pk = :s AND sk.a = :s", "KeyConditionExpressions cannot have conditions on nested attributes"},
		{table, "pk = sk", condition + "Multiple attribute names used in one condition"},
		{table, ":s = :s", condition + "No key attribute specified"},
		{table, "pk = :s AND :s BETWEEN sk AND :t", condition + "BETWEEN operator must have the key attribute as its first operand"},
		{table, "pk = :s AND begins_with(:s, sk)", condition + "begins_with operator must have the key attribute as its first operand"},
		{table, "pk = :l", "One or more parameter values were invalid: ComparisonOperator EQ is not valid for L AttributeValue type"},
		{table, "pk = pk", "Invalid KeyConditionExpression: " + distinctOf + "=, first operand: [pk]"},
		{table, "name = :s", "Invalid KeyConditionExpression: " + isReserved + "name"},
		{table, "pk = :x", "Invalid KeyConditionExpression: " + noValue + ":x"},
		{table, "pk = :s AND", `Invalid KeyConditionExpression: Syntax error; token: "<EOF>", near: "AND"`},
		{table, "", "Invalid KeyConditionExpression: The expression can not be empty;"},
	} {
		got := "ok"
		terms, err := testParser(t, c.text).KeyCondition(c.text)
		if err == nil {
			var r KeyRange
			r, err = c.key.Match(terms)
			for _, s := range r.Sort {
				got += " " + s.Op
			}
			if err == nil && len(r.Partition) != len(c.key.Partition) {
				t.Errorf("%s: %d partition values", c.text, len(r.Partition))
			}
		}
		if err != nil {
			got = message(err)
		}
		if got != c.want {
			t.Errorf("%s\n got  %s\n want %s", c.text, got, c.want)
		}
	}
}

func TestASortTermHoldsOfTheValuesInItsRange(t *testing.T) {
	s := func(text string) item.Value { return item.Value{Kind: item.KindS, Str: text} }
	for _, c := range []struct {
		term  KeyTerm
		in    string
		notIn string
	}{
		{KeyTerm{"k", "=", []item.Value{s("b")}}, "b", "a c bb"},
		{KeyTerm{"k", "<", []item.Value{s("b")}}, "a ab", "b c"},
		{KeyTerm{"k", "<=", []item.Value{s("b")}}, "a b", "ba c"},
		{KeyTerm{"k", ">", []item.Value{s("b")}}, "ba c", "a b"},
		{KeyTerm{"k", ">=", []item.Value{s("b")}}, "b c", "a ab"},
		{KeyTerm{"k", "BETWEEN", []item.Value{s("b"), s("d")}}, "b c d", "a da"},
		{KeyTerm{"k", "begins_with", []item.Value{s("b")}}, "b bz", "a c ab"},
	} {
		for _, text := range strings.Fields(c.in) {
			if !c.term.Holds(s(text)) {
				t.Errorf("%s %v does not hold of %s", c.term.Op, c.term.Values, text)
			}
		}
		for _, text := range strings.Fields(c.notIn) {
			if c.term.Holds(s(text)) {
				t.Errorf("%s %v holds of %s", c.term.Op, c.term.Values, text)
			}
		}
		if c.term.Holds(item.Value{Kind: item.KindN, Str: "1"}) {
			t.Errorf("%s holds of another type", c.term.Op)
		}
	}
}
