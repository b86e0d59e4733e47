package item

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// MaxDepth is how many levels of values DynamoDB lets stand in one another:
// a list that holds a string is two.
const MaxDepth = 32

const (
	msgEmptyValue   = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
	msgSeveralTypes = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
	msgTooDeep      = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
	msgInvalidParam = "One or more parameter values were invalid: "
)

// DecodeValue reads one AttributeValue of DynamoDB JSON, such as {"S":"a"}.
// Numbers become canonical. What DynamoDB would refuse is an *Error, and so
// are duplicate members, of which DynamoDB itself takes the last: two readers
// of one text must never see two values. Members that are no type are skipped,
// as DynamoDB skips them.
func DecodeValue(data []byte) (Value, error) {
	d := decoder{jsonReader: jsonReader{data: data}}
	v, err := d.value(1)
	if err = d.end(err); err != nil {
		return Value{}, err
	}
	return v, nil
}

// DecodeItem reads a JSON object of AttributeValues by name: an item, a key,
// or ExpressionAttributeValues. A fault in a value is an *Error whose Member is
// that name.
func DecodeItem(data []byte) (Item, error) {
	d := decoder{jsonReader: jsonReader{data: data}}
	m, err := d.members(1, true)
	if err = d.end(err); err != nil {
		return nil, err
	}
	return m, nil
}

// decoder reads the whole text before it reports a value that is well-formed
// and yet invalid, because DynamoDB does: it parses, then it validates.
type decoder struct {
	jsonReader
	member  string // of the outermost map
	invalid *Error // the first
}

// end is the fault of the whole text, err being why reading stopped.
func (d *decoder) end(err error) error {
	if e, ok := err.(*Error); ok {
		e.Member = d.member
		return e
	}
	if d.peek(); d.pos < len(d.data) {
		return malformed("Unexpected content after the value")
	}
	if d.invalid != nil {
		return d.invalid
	}
	return nil
}

func (d *decoder) reject(e *Error) {
	if d.invalid == nil {
		e.Member = d.member
		d.invalid = e
	}
}

func (d *decoder) members(depth int, outermost bool) (Item, error) {
	switch d.peek() {
	case '{':
	case '[':
		return nil, malformed("Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>")
	default:
		return nil, malformed("Unexpected field type")
	}
	m := Item{}
	err := d.object(func(name string) error {
		if outermost {
			d.member = name
		}
		if _, twice := m[name]; twice {
			return malformed("Duplicate member of a map")
		}
		v, err := d.value(depth)
		m[name] = v
		return err
	})
	if outermost && err == nil {
		d.member = ""
	}
	return m, err
}

func (d *decoder) value(depth int) (Value, error) {
	switch d.peek() {
	case '{':
	case '[':
		return Value{}, malformed("Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue")
	case 'n':
		d.reject(Invalid(msgEmptyValue))
		return Value{}, d.skip(depth)
	default:
		return Value{}, malformed("Unexpected value type in payload")
	}
	if depth > MaxDepth {
		return Value{}, Invalid(msgTooDeep)
	}
	var v Value
	var seen [KindM + 1]bool
	several := false
	err := d.object(func(name string) error {
		kind := KindOf(name)
		if kind == 0 {
			return d.skip(depth)
		}
		if seen[kind] {
			return malformed("Duplicate member of an AttributeValue")
		}
		seen[kind] = true
		if d.peek() == 'n' {
			return d.skip(depth)
		}
		several = several || v.Kind != 0
		one, err := d.content(kind, depth)
		v = one
		return err
	})
	if err != nil {
		return Value{}, err
	}
	if several {
		d.reject(Invalid(msgSeveralTypes))
	} else if v.Kind == 0 {
		d.reject(Invalid(msgEmptyValue))
	}
	return v, nil
}

func (d *decoder) content(kind Kind, depth int) (Value, error) {
	v := Value{Kind: kind}
	var err error
	switch kind {
	case KindS:
		v.Str, err = d.text("String")
	case KindN:
		v.Str, err = d.number()
	case KindB:
		v.Str, err = d.binary()
	case KindBOOL:
		v.Bool, err = d.boolean()
	case KindNULL:
		var set bool
		if set, err = d.boolean(); err == nil && !set {
			d.reject(Invalid(msgInvalidParam + "Null attribute value types must have the value of true"))
		}
	case KindSS, KindNS, KindBS:
		v.List, err = d.set(kind)
	case KindL:
		v.List = []Value{}
		err = d.array(func() error {
			element, err := d.value(depth + 1)
			v.List = append(v.List, element)
			return err
		})
	case KindM:
		v.Map, err = d.members(depth+1, false)
	}
	return v, err
}

func (d *decoder) set(kind Kind) ([]Value, error) {
	var members []Value
	element := ElementKind(kind)
	err := d.array(func() error {
		var err error
		v := Value{Kind: element}
		switch element {
		case KindS:
			v.Str, err = d.text("String")
		case KindN:
			v.Str, err = d.number()
		case KindB:
			v.Str, err = d.binary()
		}
		members = append(members, v)
		return err
	})
	if err != nil {
		return nil, err
	}
	if e := checkSet(kind, members); e != nil {
		d.reject(e)
	}
	return members, nil
}

// checkSet is the fault of a set that is empty or holds a member twice, or nil.
func checkSet(kind Kind, members []Value) *Error {
	if len(members) == 0 {
		switch kind {
		case KindSS:
			return Invalid(msgInvalidParam + "An string set  may not be empty")
		case KindNS:
			return Invalid(msgInvalidParam + "An number set  may not be empty")
		default:
			return Invalid(msgInvalidParam + "Binary sets should not be empty")
		}
	}
	seen := make(map[string]struct{}, len(members))
	for _, m := range members {
		seen[m.Str] = struct{}{}
	}
	if len(seen) == len(members) {
		return nil
	}
	if kind == KindNS {
		return Invalid("Input collection contains duplicates")
	}
	shown := make([]string, len(members))
	for i, m := range members {
		shown[i] = m.Str
		if kind == KindBS {
			shown[i] = base64.StdEncoding.EncodeToString([]byte(m.Str))
		}
	}
	tail := " contains duplicates."
	if kind == KindBS {
		tail = "of type BS contains duplicates."
	}
	return &Error{
		Type:    ValidationException,
		Message: msgInvalidParam + "Input collection [" + strings.Join(shown, ", ") + "]" + tail,
		Unsaid:  msgInvalidParam + "Input collection contains duplicates.",
	}
}

// ElementKind is the kind of a set's members, or 0 for what is no set.
func ElementKind(set Kind) Kind {
	switch set {
	case KindSS:
		return KindS
	case KindNS:
		return KindN
	case KindBS:
		return KindB
	}
	return 0
}

// text is a JSON string where DynamoDB's own type of that name is wanted.
func (d *decoder) text(want string) (string, error) {
	switch d.peek() {
	case '"':
		return d.string()
	case '{':
		return "", malformed("Start of structure or map found where not expected")
	case '[':
		return "", malformed("Unrecognized collection type class java.lang." + want)
	case 't':
		return "", malformed("TRUE_VALUE cannot be converted to " + want)
	case 'f':
		return "", malformed("FALSE_VALUE cannot be converted to " + want)
	case 'n':
		return "", malformed("NULL_VALUE cannot be converted to " + want)
	default:
		return "", malformed(d.numberToken() + " cannot be converted to " + want)
	}
}

func (d *decoder) number() (string, error) {
	text, err := d.text("String")
	if err != nil {
		return "", err
	}
	canonical, err := Canonical(text)
	if e, ok := err.(*Error); ok {
		d.reject(e)
	}
	return canonical, nil
}

func (d *decoder) binary() (string, error) {
	switch d.peek() {
	case '"':
	case '{':
		return "", malformed("Start of structure or map found where not expected")
	case '[':
		return "", malformed("Unrecognized collection type class java.nio.ByteBuffer")
	default:
		return "", malformed("only base-64-encoded strings are convertible to bytes")
	}
	text, err := d.string()
	if err != nil {
		return "", err
	}
	if len(text)%4 != 0 {
		return "", malformed(fmt.Sprintf("Base64 encoded length is expected a multiple of 4 bytes but found: %d", len(text)))
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	// The library skips line ends, DynamoDB does not.
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return "", malformed("Invalid last non-pad Base64 character dectected")
	}
	return string(raw), nil
}

func (d *decoder) boolean() (bool, error) {
	switch d.peek() {
	case 't':
		return true, d.literal("true")
	case 'f':
		return false, d.literal("false")
	case '"':
		return false, malformed("Unexpected token received from parser")
	case '{':
		return false, malformed("Start of structure or map found where not expected")
	case '[':
		return false, malformed("Unrecognized collection type class java.lang.Boolean")
	default:
		return false, malformed(d.numberToken() + " cannot be converted to Boolean")
	}
}
