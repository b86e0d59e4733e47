package expr

import (
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/item"
)

// Aliases that the tables below use: a parser gets those that its text names.
var (
	testNames  = map[string]string{"#a": "a", "#n": "name", "#dot": "a.b"}
	testValues = `{":s":{"S":"a"},":t":{"S":"b"},":n":{"N":"1"},":m":{"N":"2"},":l":{"L":[{"S":"x"}]},
		":bool":{"BOOL":true},":ss":{"SS":["a"]},":b":{"B":"YQ=="},":null":{"NULL":true},":type":{"S":"S"},":map":{"M":{}}}`
)

func testParser(t *testing.T, text string) *Parser {
	t.Helper()
	all, err := item.DecodeItem([]byte(testValues))
	if err != nil {
		t.Fatal(err)
	}
	var names map[string]string
	var values item.Item
	for _, token := range lex(text) {
		if name, ok := testNames[token.text]; ok {
			if names == nil {
				names = map[string]string{}
			}
			names[token.text] = name
		}
		if v, ok := all[token.text]; ok {
			if values == nil {
				values = item.Item{}
			}
			values[token.text] = v
		}
	}
	p, err := NewParser(names, values)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func message(err error) string {
	if e, ok := err.(*item.Error); ok && e.Type == item.ValidationException {
		return e.Message
	}
	if err != nil {
		return "not a ValidationException: " + err.Error()
	}
	return ""
}

const (
	operandType = "Incorrect operand type for operator or function; "
	operandsOf  = "Incorrect number of operands for operator or function; operator or function: "
	notThisWay  = "The function is not allowed to be used this way in an expression; function: "
	needsAPath  = "Operator or function requires a document path; operator or function: "
	distinctOf  = "The first operand must be distinct from the remaining operands for this operator or function; operator: "
	noName      = "An expression attribute name used in the document path is not defined; attribute name: "
	noValue     = "An expression attribute value used in expression is not defined; attribute value: "
	isReserved  = "Attribute name is a reserved keyword; reserved keyword: "
	parentheses = "The expression has redundant parentheses;"
)

func TestConditionsAreTakenOrRefusedAsDynamoDBDoes(t *testing.T) {
	for text, want := range map[string]string{
		// Taken.
		"a = :s":                           "",
		"_a1 = :s":                         "",
		"a.b[3].#n = :s":                   "",
		"a . b [ 1 ] = :s":                 "",
		"a[01] = :s":                       "",
		"#dot.#a[0].#dot = :s":             "",
		"(a = :s)":                         "",
		"(a) = (:s)":                       "",
		"NOT NOT a = :s":                   "",
		"not (a = :s or b = :t) And c<>:s": "",
		"a BETWEEN :n AND :m AND b = :s":   "",
		"a between b and c":                "",
		"a IN (:s, b, size(c))":            "",
		"attribute_exists (a)":             "",
		"attribute_type(a, :type)":         "",
		"begins_with(a, :b)":               "",
		"contains(:s, a)":                  "",
		"size(a) = size(b)":                "",
		"a = :ss":                          "",
		":s = :s":                          "",
		"a\n\t=\r:s":                       "",
		"a IN (" + commas(":s", 100) + ")": "",
		strings.Repeat("(NOT ", 90) + "a=:s" + strings.Repeat(")", 90): "",
		dots("a", 32) + " = :s": "",

		// Syntax.
		"":                           "The expression can not be empty;",
		" ":                          `Syntax error; token: "<EOF>", near: ""`,
		"a":                          `Syntax error; token: "<EOF>", near: "a"`,
		"a = ":                       `Syntax error; token: "<EOF>", near: "="`,
		"= :s":                       `Syntax error; token: "=", near: "= :s"`,
		"a = :s b":                   `Syntax error; token: "b", near: ":s b"`,
		"a  ==  :s":                  `Syntax error; token: "=", near: "==  :s"`,
		"(a = :s":                    `Syntax error; token: "<EOF>", near: ":s"`,
		"a = :s)":                    `Syntax error; token: ")", near: ":s)"`,
		"a AND b":                    `Syntax error; token: "AND", near: "a AND b"`,
		"a = 5":                      `Syntax error; token: "5", near: "= 5"`,
		`a = "x"`:                    `Syntax error; token: """, near: "= "x"`,
		"a[-1] = :s":                 `Syntax error; token: "-", near: "[-1"`,
		"a[:s] = :s":                 `Syntax error; token: ":s", near: "[:s]"`,
		"a. = :s":                    `Syntax error; token: "=", near: ". = :s"`,
		"[0] = :s":                   `Syntax error; token: "[", near: "[0"`,
		"# = :s":                     `Syntax error; token: "#", near: "# ="`,
		"a = :":                      `Syntax error; token: ":", near: "= :"`,
		"é = :s":                     `Syntax error; token: "é", near: "é ="`,
		"a IN ()":                    `Syntax error; token: ")", near: "()"`,
		"a IN :s":                    `Syntax error; token: ":s", near: "IN :s"`,
		"a BETWEEN :s OR :t":         `Syntax error; token: "OR", near: ":s OR :t"`,
		"attribute_exists()":         `Syntax error; token: ")", near: "()"`,
		"begins_with(a :s)":          `Syntax error; token: ":s", near: "a :s)"`,
		"and = :s":                   `Syntax error; token: "and", near: "and ="`,
		"(a = :s) = :s":              `Syntax error; token: "=", near: ") = :s"`,
		"(attribute_exists(a)) = :s": `Syntax error; token: "=", near: ") = :s"`,
		"a = :s;":                    `Syntax error; token: ";", near: ":s;"`,
		"(a) AND b = :s":             `Syntax error; token: "AND", near: ") AND b"`,

		// Meaning.
		"((a = :s))":                       parentheses,
		"((a)) = :s":                       parentheses,
		"a = ((:s))":                       parentheses,
		"NOT ((a = :s))":                   parentheses,
		"name = :s":                        isReserved + "name",
		"x.nAme = :s":                      isReserved + "nAme",
		"size = :n":                        isReserved + "size",
		"foo(a)":                           "Invalid function name; function: foo",
		"Size(a) = :n":                     "Invalid function name; function: Size",
		"if_not_exists(a, :s)":             "Invalid function name; function: if_not_exists",
		"size(a)":                          notThisWay + "size",
		"size(a) AND b = :s":               notThisWay + "size",
		"NOT size(a)":                      notThisWay + "size",
		"attribute_exists(a) = :s":         notThisWay + "attribute_exists",
		"a = contains(b, :s)":              notThisWay + "contains",
		"#x = :s":                          noName + "#x",
		"a = :x":                           noValue + ":x",
		"#x = :x":                          noName + "#x",
		"size(a, b) = :n":                  operandsOf + "size, number of operands: 2",
		"attribute_exists(a, b)":           operandsOf + "attribute_exists, number of operands: 2",
		"contains(a)":                      operandsOf + "contains, number of operands: 1",
		"attribute_exists(:s)":             needsAPath + "attribute_exists",
		"attribute_exists(size(a))":        needsAPath + "attribute_exists",
		"begins_with(a, :n)":               operandType + "operator or function: begins_with, operand type: N",
		"begins_with(a, size(b))":          operandType + "operator or function: begins_with, operand type: N",
		"size(:n) = :n":                    operandType + "operator or function: size, operand type: N",
		"size(size(a)) = :n":               operandType + "operator or function: size, operand type: N",
		"attribute_type(a, :n)":            operandType + "operator or function: attribute_type, operand type: N",
		"attribute_type(a, b)":             operandType + "operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
		"attribute_type(a, :s)":            "Invalid attribute type name found; type: a, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
		"a < :bool":                        operandType + "operator or function: <, operand type: BOOL",
		":l >= a":                          operandType + "operator or function: >=, operand type: L",
		"a BETWEEN :ss AND :s":             "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {SS:...}, upper bound operand: AttributeValue: {S:a}",
		"a BETWEEN :ss AND :ss":            operandType + "operator or function: BETWEEN, operand type: SS",
		"a BETWEEN :ss AND b":              operandType + "operator or function: BETWEEN, operand type: SS",
		"a = a":                            distinctOf + "=, first operand: [a]",
		"a.b[1] <> #a.b[1]":                distinctOf + "<>, first operand: [a, b, [1]]",
		"contains(a, #a)":                  distinctOf + "contains, first operand: [a]",
		"a BETWEEN :m AND :n":              "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}",
		"a BETWEEN :n AND :s":              "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}",
		"a BETWEEN :b AND :s":              "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {B:java.nio.HeapByteBuffer[pos=0 lim=1 cap=1]}, upper bound operand: AttributeValue: {S:a}",
		"a[2147483648] = :s":               "List index is not within the allowable range; index: [2147483648]",
		"a[99999999999999999999999] = :s":  "List index is not within the allowable range; index: [99999999999999999999999]",
		dots("a", 33) + " = :s":            "The document path has too many nesting elements; nesting levels: 33",
		"a IN (" + commas(":s", 101) + ")": "The IN operator is provided with too many operands; number of operands: 101",

		// The first condition's fault, and the gravest of that.
		"a = :x AND begins_with(b, :n)": noValue + ":x",
		"begins_with(b, :n) AND a = :x": operandType + "operator or function: begins_with, operand type: N",
		"name = :x AND foo(a)":          "Invalid function name; function: foo",
		"name = :x":                     isReserved + "name",

		// Limits.
		strings.Repeat("a = :s OR ", 408) + "a = :s": "",
		strings.Repeat("a = :s OR ", 410) + "a = :s": "Expression size has exceeded the maximum allowed size; expression size: 4106",
		strings.Repeat("NOT ", 250) + "a = :s":       "The expression has too many nested parentheses, functions or operators;",
		strings.Repeat("(", 4000):                    "The expression has too many nested parentheses, functions or operators;",
		strings.Repeat("size(", 800):                 "The expression has too many nested parentheses, functions or operators;",
	} {
		_, err := testParser(t, text).Condition(Filter, text)
		if want != "" {
			want = "Invalid FilterExpression: " + want
		}
		if got := message(err); got != want {
			t.Errorf("%.80s\n got  %s\n want %s", text, got, want)
		}
	}
}

// numbered repeats s with % replaced by 0, 1 and so on.
func numbered(s string, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(s, "%", itoa(i)))
	}
	return b.String()
}

func commas(s string, n int) string { return strings.Repeat(s+",", n-1) + s }

func dots(s string, n int) string { return strings.Repeat(s+".", n-1) + s }

func TestProjectionsAreTakenOrRefusedAsDynamoDBDoes(t *testing.T) {
	const must = "; must remove or rewrite one of these paths; path one: "
	for text, want := range map[string]string{
		"a":                         "",
		"a, b.c[0], b.d, b.c[1].#n": "",
		"a, #dot":                   "",
		"":                          "The expression can not be empty;",
		"a,":                        `Syntax error; token: "<EOF>", near: ","`,
		"a,,b":                      `Syntax error; token: ",", near: ",,b"`,
		"a b":                       `Syntax error; token: "b", near: "a b"`,
		":s":                        `Syntax error; token: ":s", near: ":s"`,
		"*":                         `Syntax error; token: "*", near: "*"`,
		"a, size(b)":                `Syntax error; token: "(", near: "size(b"`,
		"name":                      isReserved + "name",
		"and":                       isReserved + "and",
		"#x":                        noName + "#x",
		"a, b, a":                   "Two document paths overlap with each other" + must + "[a], path two: [a]",
		"a, #a":                     "Two document paths overlap with each other" + must + "[a], path two: [a]",
		"a.b, a":                    "Two document paths overlap with each other" + must + "[a, b], path two: [a]",
		"a[0].b, a[0]":              "Two document paths overlap with each other" + must + "[a, [0], b], path two: [a, [0]]",
		"a[0], a.b":                 "Two document paths conflict with each other" + must + "[a, [0]], path two: [a, b]",
		strings.Repeat("a", 4097):   "Expression size has exceeded the maximum allowed size;",
	} {
		_, err := testParser(t, text).Projection(text)
		if want != "" {
			want = "Invalid ProjectionExpression: " + want
		}
		if got := message(err); got != want {
			t.Errorf("%.80s\n got  %s\n want %s", text, got, want)
		}
	}
}

func TestUpdatesAreTakenOrRefusedAsDynamoDBDoes(t *testing.T) {
	const must = "; must remove or rewrite one of these paths; path one: "
	for text, want := range map[string]string{
		"SET a = :s": "",
		"set a = :s, b[0].c = d remove e add f :n, g :ss delete h :ss": "",
		"DELETE a :ss ADD b :n REMOVE c SET d = :s":                    "",
		"SET a = :n + b":                                 "",
		"SET a = b - :n":                                 "",
		"SET a = (:n + :m)":                              "",
		"SET a = ((:s))":                                 "",
		"SET a = if_not_exists(a, :n) + :m":              "",
		"SET a = if_not_exists(b, if_not_exists(c, :s))": "",
		"SET a = list_append(if_not_exists(a, :l), :l)":  "",
		"SET #dot = a.b":                                 "",
		"":                                               "The expression can not be empty;",
		"SET":                                            `Syntax error; token: "<EOF>", near: "SET"`,
		"SET a =":                                        `Syntax error; token: "<EOF>", near: "="`,
		"SET a = :s,":                                    `Syntax error; token: "<EOF>", near: ","`,
		"a = :s":                                         `Syntax error; token: "a", near: "a ="`,
		"INVALID SYNTAX HERE":                            `Syntax error; token: "INVALID", near: "INVALID SYNTAX"`,
		"SET a = :s FOO b":                               `Syntax error; token: "FOO", near: ":s FOO b"`,
		"SET a = :n + :m + :n":                           `Syntax error; token: "+", near: ":m + :n"`,
		"SET a = (:n + :m) + :n":                         `Syntax error; token: "+", near: ") + :n"`,
		"SET a = -:n":                                    `Syntax error; token: "-", near: "= -:n"`,
		"SET a = :n * :m":                                `Syntax error; token: "*", near: ":n * :m"`,
		"SET (a) = :s":                                   `Syntax error; token: "(", near: "SET (a"`,
		"SET a = if_not_exists(b + :n, :n)":              `Syntax error; token: "+", near: "b + :n"`,
		"ADD a b":                                        `Syntax error; token: "b", near: "a b"`,
		"ADD a = :n":                                     `Syntax error; token: "=", near: "a = :n"`,
		"REMOVE :s":                                      `Syntax error; token: ":s", near: "REMOVE :s"`,
		"SET a = :s SET b = :s":                          `The "SET" section can only be used once in an update expression;`,
		"REMOVE a ADD b :n remove c":                     `The "REMOVE" section can only be used once in an update expression;`,
		"SET name = :s":                                  isReserved + "name",
		"SET a = if_not_exists(name, :s)":                isReserved + "name",
		"SET #x = :s":                                    noName + "#x",
		"SET a = :x":                                     noValue + ":x",
		"SET a = foo(b)":                                 "Invalid function name; function: foo",
		"SET a = size(b)":                                "Invalid function name; function: size",
		"SET a = :s, a.b = :s":                           "Two document paths overlap with each other" + must + "[a], path two: [a, b]",
		"REMOVE a, a[1]":                                 "Two document paths overlap with each other" + must + "[a], path two: [a, [1]]",
		"REMOVE a SET b = :s, #a = :s":                   "Two document paths overlap with each other" + must + "[a], path two: [a]",
		"SET a.b = :s, a[0] = :s":                        "Two document paths conflict with each other" + must + "[a, b], path two: [a, [0]]",
		"ADD a :s":                                       operandType + "operator: ADD, operand type: STRING",
		"ADD a :l":                                       operandType + "operator: ADD, operand type: LIST",
		"ADD a :map":                                     operandType + "operator: ADD, operand type: MAP",
		"ADD a :bool":                                    operandType + "operator: ADD, operand type: BOOLEAN",
		"ADD a :null":                                    operandType + "operator: ADD, operand type: NULL",
		"ADD a :b":                                       operandType + "operator: ADD, operand type: BINARY",
		"DELETE a :n":                                    operandType + "operator: DELETE, operand type: NUMBER",
		"SET a = :s + :n":                                operandType + "operator or function: +, operand type: S",
		"SET a = b - :l":                                 operandType + "operator or function: -, operand type: L",
		"SET a = list_append(b, :ss)":                    operandType + "operator or function: list_append, operand type: SS",
		"SET a = list_append(:l)":                        operandsOf + "list_append, number of operands: 1",
		"SET a = if_not_exists(:s, :s)":                  needsAPath + "if_not_exists",
		"SET " + strings.TrimSuffix(numbered("a%=:n+:m,", 301), ","): "The expression contains too many operators and functions; maximum: 300",
		"SET " + strings.TrimSuffix(numbered("a%=:n+:m,", 300), ","): "",
		"SET a = " + strings.Repeat("(", 3000):                       "The expression has too many nested parentheses, functions or operators;",
		"SET a = " + strings.Repeat("list_append(", 300):             "The expression has too many nested parentheses, functions or operators;",
	} {
		_, err := testParser(t, text).Update(text)
		if want != "" {
			want = "Invalid UpdateExpression: " + want
		}
		if got := message(err); got != want {
			t.Errorf("%.80s\n got  %s\n want %s", text, got, want)
		}
	}
}

func TestNamesAndValuesMustBeUsedAndWellFormed(t *testing.T) {
	s := item.Value{Kind: item.KindS, Str: "x"}
	parse := func(names map[string]string, values item.Item, text string) string {
		p, err := NewParser(names, values)
		if err != nil {
			return message(err)
		}
		if text != "" {
			if _, err := p.Condition(Check, text); err != nil {
				return message(err)
			}
		}
		return message(p.Unused())
	}
	for _, c := range []struct {
		names  map[string]string
		values item.Item
		text   string
		want   string
	}{
		{nil, nil, "attribute_exists(a)", ""},
		{nil, nil, "", ""},
		{map[string]string{"#a": "a.b"}, item.Item{":v": s}, "#a = :v", ""},
		{map[string]string{}, nil, "a = b", "ExpressionAttributeNames must not be empty"},
		{nil, item.Item{}, "a = b", "ExpressionAttributeValues must not be empty"},
		{map[string]string{"#a": "a"}, nil, "", "ExpressionAttributeNames can only be specified when using expressions"},
		{nil, item.Item{":v": s}, "", "ExpressionAttributeValues can only be specified when using expressions"},
		{map[string]string{"a": "a"}, nil, "a = b", `ExpressionAttributeNames contains invalid key: Syntax error; key: "a"`},
		{map[string]string{"#": "a"}, nil, "a = b", `ExpressionAttributeNames contains invalid key: Syntax error; key: "#"`},
		{map[string]string{"#a-b": "a"}, nil, "a = b", `ExpressionAttributeNames contains invalid key: Syntax error; key: "#a-b"`},
		{nil, item.Item{"v": s}, "a = b", `ExpressionAttributeValues contains invalid key: Syntax error; key: "v"`},
		{map[string]string{"#r": "r", "#q": "q"}, item.Item{":v": s}, "a = b", "Value provided in ExpressionAttributeNames unused in expressions: keys: {#q, #r}"},
		{nil, item.Item{":w": s, ":v": s, ":x": s}, "a = :x", "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v, :w}"},
		{map[string]string{"#a": ""}, nil, "#a = b", "Invalid ConditionExpression: " + noName + "#a"},
	} {
		if got := parse(c.names, c.values, c.text); got != c.want {
			t.Errorf("%v %s: %q, want %q", c.names, c.text, got, c.want)
		}
	}
}

func TestAnInvalidValueIsToldWithItsKey(t *testing.T) {
	_, err := item.DecodeItem([]byte(`{":v":{"N":"secret"}}`))
	told := InvalidValue(err.(*item.Error))
	if want := "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: secret for key :v"; told.Message != want {
		t.Errorf("told %q", told.Message)
	}
	if strings.Contains(told.Error(), "secret") {
		t.Errorf("the error for the log has the value: %v", told)
	}
}

func TestNoErrorForTheLogHasAValue(t *testing.T) {
	for _, text := range []string{"attribute_type(a, :v)", "a BETWEEN :v AND :w", "a < :v"} {
		p, err := NewParser(nil, item.Item{":v": {Kind: item.KindS, Str: "secret"}, ":w": {Kind: item.KindN, Str: "1"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Condition(Filter, text); err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestAnAliasIsOneNameWhateverItHolds(t *testing.T) {
	p := testParser(t, "#dot.#n[2]")
	paths, err := p.Projection("#dot.#n[2]")
	if err != nil {
		t.Fatal(err)
	}
	want := Path{{Name: "a.b"}, {Name: "name"}, {Index: 2, IsIndex: true}}
	if len(paths) != 1 || !paths[0].Equal(want) {
		t.Errorf("paths %v", paths)
	}
}

func TestEveryPathThatAnExpressionTouchesIsTold(t *testing.T) {
	text := "a = b OR NOT (c BETWEEN d AND size(e.f)) AND g IN (h, :s) AND contains(i, j[0])"
	c, err := testParser(t, text).Condition(Filter, text)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range Paths(c) {
		got = append(got, p.String())
	}
	if want := []string{"[a]", "[b]", "[c]", "[d]", "[e, f]", "[g]", "[h]", "[i]", "[j, [0]]"}; !slices.Equal(got, want) {
		t.Errorf("condition reads %v", got)
	}
	text = "SET a = b + c, d = if_not_exists(e, list_append(f, g)) REMOVE h ADD i :n DELETE j :ss"
	u, err := testParser(t, text).Update(text)
	if err != nil {
		t.Fatal(err)
	}
	told := func(paths []Path) string {
		var b strings.Builder
		for _, p := range paths {
			b.WriteString(p[0].Name)
		}
		return b.String()
	}
	if told(u.Sources()) != "bcefg" || told(u.Targets()) != "adhij" {
		t.Errorf("update reads %s, writes %s", told(u.Sources()), told(u.Targets()))
	}
}

func TestThereAre573ReservedWords(t *testing.T) {
	words := strings.Fields(reserved)
	if len(words) != 573 {
		t.Errorf("%d words", len(words))
	}
	for _, w := range words {
		if !IsReserved(w) || !IsReserved(strings.ToLower(w)) {
			t.Errorf("%s is not reserved", w)
		}
	}
	for _, w := range []string{"", "a", "user_id", "ABORT ABSOLUTE", "ABOR", "BORT", "NAMEZ"} {
		if IsReserved(w) {
			t.Errorf("%q is reserved", w)
		}
	}
}
