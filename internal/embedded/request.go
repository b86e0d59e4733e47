package embedded

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// fields reads the members of one JSON object of a request, one level at a
// time, with DynamoDB's conversions. The first member of a wrong type is kept
// as err; broken constraints are collected, since DynamoDB reports them
// together.
type fields struct {
	members  []member
	err      *apiError
	problems []string
	invalid  *apiError // a fault that DynamoDB comes to after those
}

type member struct {
	name string
	raw  []byte // one valid JSON value
}

// maxProblems is as many broken constraints as DynamoDB lists.
const maxProblems = 10

// readBody checks a whole request body and opens it.
func readBody(body []byte) (*fields, error) {
	if !utf8.Valid(body) || !json.Valid(body) {
		return nil, malformed("")
	}
	body = bytes.TrimSpace(body)
	if body[0] != '{' {
		return nil, malformed("Unexpected value type in payload")
	}
	return &fields{members: objectMembers(body)}, nil
}

// get is the member's value; null counts as absent, and the last of a name
// wins.
func (f *fields) get(name string) ([]byte, bool) {
	for i := len(f.members) - 1; i >= 0; i-- {
		if m := &f.members[i]; m.name == name {
			return m.raw, m.raw[0] != 'n'
		}
	}
	return nil, false
}

func (f *fields) has(name string) bool {
	_, ok := f.get(name)
	return ok
}

// given is which of the members are there.
func (f *fields) given(names ...string) []string {
	var out []string
	for _, name := range names {
		if f.has(name) {
			out = append(out, name)
		}
	}
	return out
}

func (f *fields) mistyped(message string) {
	if f.err == nil {
		f.err = malformed(message)
	}
}

// problem notes a broken constraint. The value is as DynamoDB prints it.
func (f *fields) problem(value, at, constraint string) {
	if len(f.problems) < maxProblems {
		f.problems = append(f.problems, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: %s", value, at, constraint))
	}
}

// problemWithoutValue is problem where DynamoDB prints no value.
func (f *fields) problemWithoutValue(at, constraint string) {
	if len(f.problems) < maxProblems {
		f.problems = append(f.problems, "Value at '"+at+"' failed to satisfy constraint: "+constraint)
	}
}

// failure is the first thing to refuse the request for, if any: a wrong type,
// then every broken constraint.
func (f *fields) failure() error {
	switch {
	case f.err != nil:
		return f.err
	case len(f.problems) == 1:
		return invalid("1 validation error detected: %s", f.problems[0])
	case len(f.problems) > 1:
		return invalid("%d validation errors detected: %s", len(f.problems), strings.Join(f.problems, "; "))
	case f.invalid != nil:
		return f.invalid
	}
	return nil
}

// text is a string member.
func (f *fields) text(name string) (string, bool) {
	raw, ok := f.get(name)
	if !ok {
		return "", false
	}
	if raw[0] != '"' {
		f.mistyped(notScalar(raw, "String"))
		return "", false
	}
	return unquote(raw), true
}

func (f *fields) boolean(name string) bool {
	raw, ok := f.get(name)
	if !ok {
		return false
	}
	switch raw[0] {
	case 't':
		return true
	case 'f':
		return false
	case '"':
		switch strings.ToLower(unquote(raw)) {
		case "true", "1", "yes":
			return true
		case "false", "0", "no":
			return false
		}
		f.mistyped("Unexpected token received from parser")
		return false
	}
	f.mistyped(notScalar(raw, "Boolean"))
	return false
}

// integer is a whole number; a fraction is cut off, as DynamoDB does.
func (f *fields) integer(name, javaType string) (int64, bool) {
	raw, ok := f.get(name)
	if !ok {
		return 0, false
	}
	if c := raw[0]; c != '-' && (c < '0' || c > '9') {
		f.mistyped(notScalar(raw, javaType))
		return 0, false
	}
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return n, true
	}
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || math.Abs(n) > 1<<53 {
		return math.MaxInt32, true
	}
	return int64(math.Floor(n)), true
}

func (f *fields) list(name string) ([][]byte, bool) {
	raw, ok := f.get(name)
	if !ok {
		return nil, false
	}
	out, err := listOf(raw)
	if err != nil {
		f.mistyped(err.message)
		return nil, false
	}
	return out, true
}

// texts is a list of strings.
func (f *fields) texts(name string) ([]string, bool) {
	list, ok := f.list(name)
	if !ok {
		return nil, false
	}
	out := make([]string, 0, len(list))
	for _, raw := range list {
		if raw[0] != '"' {
			f.mistyped(notScalar(raw, "String"))
			return nil, false
		}
		out = append(out, unquote(raw))
	}
	return out, true
}

// object is a structure or a map; class is what DynamoDB calls it in the
// refusal of something else.
func (f *fields) object(name, class string) (*fields, bool) {
	raw, ok := f.get(name)
	if !ok {
		return nil, false
	}
	out, err := objectOf(raw, class)
	if err != nil {
		f.mistyped(err.message)
		return nil, false
	}
	return out, true
}

// enum is a string member that must be one of a set, or "".
func (f *fields) enum(name string, set ...string) string {
	value, ok := f.text(name)
	if !ok {
		return ""
	}
	for _, s := range set {
		if s == value {
			return value
		}
	}
	f.problem("'"+value+"'", lowerFirst(name), "Member must satisfy enum value set: ["+strings.Join(set, ", ")+"]")
	return ""
}

func objectOf(raw []byte, class string) (*fields, *apiError) {
	switch raw[0] {
	case '{':
		return &fields{members: objectMembers(raw)}, nil
	case '[':
		return nil, malformed("Unrecognized collection type " + class)
	}
	return nil, malformed("Unexpected field type")
}

func listOf(raw []byte) ([][]byte, *apiError) {
	switch raw[0] {
	case '[':
		return listElements(raw), nil
	case '{':
		return nil, malformed("Start of structure or map found where not expected")
	}
	return nil, malformed("Unexpected field type")
}

// notScalar is DynamoDB's refusal of a JSON value for a scalar of that Java
// type.
func notScalar(raw []byte, javaType string) string {
	switch raw[0] {
	case '{':
		return "Start of structure or map found where not expected"
	case '[':
		return "Unrecognized collection type class java.lang." + javaType
	case '"':
		return "STRING_VALUE cannot be converted to " + javaType
	case 't':
		return "TRUE_VALUE cannot be converted to " + javaType
	case 'f':
		return "FALSE_VALUE cannot be converted to " + javaType
	}
	if bytes.ContainsAny(raw, ".eE") {
		return "DECIMAL_VALUE cannot be converted to " + javaType
	}
	return "NUMBER_VALUE cannot be converted to " + javaType
}

func lowerFirst(name string) string {
	return strings.ToLower(name[:1]) + name[1:]
}
