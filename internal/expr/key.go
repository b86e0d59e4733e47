package expr

import "github.com/discreet-dev/discreet/internal/item"

// KeyTerm is one condition on one attribute of a key, the attribute always on
// the left.
type KeyTerm struct {
	Attribute string
	// Op is = < <= > >= BETWEEN or begins_with; Values has two for BETWEEN, one
	// for the others.
	Op     string
	Values []item.Value
}

// KeyAttribute is an attribute of a key with its type: S, N or B.
type KeyAttribute struct {
	Name string
	Kind item.Kind
}

// KeySchema is a table's or an index's key. Each part may be of several
// attributes; Sort may be of none.
type KeySchema struct{ Partition, Sort []KeyAttribute }

// KeyRange is a key condition that fits a schema: which items a Query reads.
type KeyRange struct {
	// Partition has the value of each partition attribute, in the schema's
	// order.
	Partition []item.Value
	// Sort has a term for each of the first so many sort attributes: all by
	// equality, save that the last may be any.
	Sort []KeyTerm
}

// KeyCondition parses a KeyConditionExpression: terms joined by AND, one for
// each attribute.
func (p *Parser) KeyCondition(source string) ([]KeyTerm, error) {
	c, err := p.Condition(Key, source)
	if err != nil {
		return nil, err
	}
	return keyTerms(nil, c)
}

func keyTerms(terms []KeyTerm, c Condition) ([]KeyTerm, error) {
	switch c := c.(type) {
	case And:
		terms, err := keyTerms(terms, c.Left)
		if err != nil {
			return nil, err
		}
		return keyTerms(terms, c.Right)
	case Or:
		return nil, badKeyOperator("OR")
	case Not:
		return nil, badKeyOperator("NOT")
	case In:
		return nil, badKeyOperator("IN")
	case Compare:
		if c.Op == "<>" {
			return nil, badKeyOperator("<>")
		}
		if path, ok := c.Right.(Path); ok {
			if _, ok := c.Left.(Literal); ok {
				return keyTerm(terms, mirrored(c.Op), path, c.Left)
			}
		}
		return keyTerm(terms, c.Op, c.Left, c.Right)
	case Between:
		return keyTerm(terms, "BETWEEN", c.Of, c.Low, c.High)
	case Call:
		if c.Function != "begins_with" {
			return nil, badKeyOperator(c.Function)
		}
		return keyTerm(terms, c.Function, c.Args...)
	}
	return nil, badKeyOperator("")
}

func badKeyOperator(op string) error {
	return item.Invalid("Invalid operator used in KeyConditionExpression: " + op)
}

func mirrored(op string) string {
	switch op {
	case "<":
		return ">"
	case "<=":
		return ">="
	case ">":
		return "<"
	case ">=":
		return "<="
	}
	return op
}

func keyTerm(terms []KeyTerm, op string, operands ...Operand) ([]KeyTerm, error) {
	const invalid = "Invalid condition in KeyConditionExpression: "
	term := KeyTerm{Op: op}
	paths := 0
	for _, o := range operands {
		switch o := o.(type) {
		case Size:
			return nil, item.Invalid("KeyConditionExpressions cannot contain nested operations")
		case Literal:
			term.Values = append(term.Values, o.Value)
		case Path:
			paths++
			if paths > 1 {
				return nil, item.Invalid(invalid + "Multiple attribute names used in one condition")
			}
			if len(o) > 1 {
				return nil, item.Invalid("KeyConditionExpressions cannot have conditions on nested attributes")
			}
			term.Attribute = o[0].Name
		}
	}
	if paths == 0 {
		return nil, item.Invalid(invalid + "No key attribute specified")
	}
	if _, ok := operands[0].(Path); !ok {
		return nil, item.Invalid(invalid + op + " operator must have the key attribute as its first operand")
	}
	for _, t := range terms {
		if t.Attribute == term.Attribute {
			return nil, item.Invalid("KeyConditionExpressions must only contain one condition per key")
		}
	}
	for _, v := range term.Values {
		switch v.Kind {
		case item.KindS, item.KindN, item.KindB:
		default: // parsing has refused it for any other operator
			return nil, item.Invalid("One or more parameter values were invalid: ComparisonOperator EQ is not valid for " +
				v.Kind.String() + " AttributeValue type")
		}
	}
	return append(terms, term), nil
}

// Match fits the terms of a KeyCondition to the key: every partition attribute
// by equality, then sort attributes from the left, of which the last may have
// any operator. Any other condition is an *item.Error.
func (k KeySchema) Match(terms []KeyTerm) (KeyRange, error) {
	var r KeyRange
	if len(terms) > len(k.Partition)+len(k.Sort) && len(terms) > 2 {
		return r, item.Invalid("Conditions can be of length 1 or 2 only")
	}
	byName := make(map[string]KeyTerm, len(terms))
	for _, t := range terms {
		byName[t.Attribute] = t
	}
	for _, a := range k.Partition {
		t, ok := byName[a.Name]
		if !ok {
			return r, missedKey(a)
		}
		if t.Op != "=" {
			return r, unsupportedKey()
		}
		if err := a.check(t); err != nil {
			return r, err
		}
		r.Partition = append(r.Partition, t.Values[0])
	}
	left := len(terms) - len(k.Partition)
	for _, a := range k.Sort {
		if left == 0 {
			break
		}
		t, ok := byName[a.Name]
		if !ok {
			return r, missedKey(a)
		}
		if err := a.check(t); err != nil {
			return r, err
		}
		left--
		if left > 0 && t.Op != "=" {
			return r, unsupportedKey()
		}
		r.Sort = append(r.Sort, t)
	}
	if left > 0 {
		return r, unsupportedKey()
	}
	return r, nil
}

func missedKey(a KeyAttribute) error {
	return item.Invalid("Query condition missed key schema element: " + a.Name)
}

func unsupportedKey() error { return item.Invalid("Query key condition not supported") }

func (a KeyAttribute) check(t KeyTerm) error {
	for _, v := range t.Values {
		if v.Kind != a.Kind {
			return item.Invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
		}
	}
	return nil
}

// Holds tells whether a value of the term's attribute satisfies it.
func (t KeyTerm) Holds(v item.Value) bool {
	switch t.Op {
	case "BETWEEN":
		return holds(">=", v, t.Values[0]) && holds("<=", v, t.Values[1])
	case "begins_with":
		return evalCall(Call{t.Op, []Operand{Literal{v}, Literal{t.Values[0]}}}, nil)
	}
	return holds(t.Op, v, t.Values[0])
}
