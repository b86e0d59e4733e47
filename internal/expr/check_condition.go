package expr

import "github.com/discreet-dev/discreet/internal/item"

// conditionArity has the number of operands of each function of a condition.
func conditionArity(function string) int {
	switch function {
	case "attribute_exists", "attribute_not_exists", "size":
		return 1
	case "attribute_type", "begins_with", "contains":
		return 2
	}
	return 0
}

func (p *parse) checkCall(function string, args []Operand) {
	want := conditionArity(function)
	switch {
	case want == 0:
		p.fault(faultUnknownFunction, "Invalid function name; function: "+function)
		return
	case want != len(args):
		p.wrongCount(faultOperand, function, len(args))
		return
	}
	if want == 2 {
		p.distinct(function, args[0], args[1])
	}
	switch function {
	case "attribute_exists", "attribute_not_exists":
		if _, ok := args[0].(Path); !ok {
			p.needsPath(function)
		}
	case "begins_with":
		for _, a := range args {
			if k := kindOf(a); k != 0 && k != item.KindS && k != item.KindB {
				p.wrongType(function, k.String())
			}
		}
	case "size":
		switch k := kindOf(args[0]); k {
		case item.KindN, item.KindBOOL, item.KindNULL:
			p.wrongType(function, k.String())
		}
	case "attribute_type":
		p.checkTypeName(args[1])
	}
}

func (p *parse) checkTypeName(o Operand) {
	k := kindOf(o)
	switch {
	case k == 0:
		p.wrongType("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
	case k != item.KindS:
		p.wrongType("attribute_type", k.String())
	default:
		name := o.(Literal).Value.Str
		if item.KindOf(name) == 0 {
			const before, after = "Invalid attribute type name found; ", "valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
			p.faultUnsaid(faultType, before+"type: "+name+", "+after, before+after)
		}
	}
}

func (p *parse) wrongCount(kind faultKind, function string, n int) {
	p.fault(kind, "Incorrect number of operands for operator or function; operator or function: "+
		function+", number of operands: "+itoa(n))
}

func (p *parse) needsPath(function string) {
	p.fault(faultType, "Operator or function requires a document path; operator or function: "+function)
}

func (p *parse) wrongType(operator, kind string) {
	p.fault(faultType, "Incorrect operand type for operator or function; operator or function: "+
		operator+", operand type: "+kind)
}

// distinct refuses a path that is compared with itself.
func (p *parse) distinct(operator string, first, second Operand) {
	a, isPath := first.(Path)
	b, isPathToo := second.(Path)
	if isPath && isPathToo && a.Equal(b) {
		p.fault(faultDistinct, "The first operand must be distinct from the remaining operands for this operator or function; operator: "+
			operator+", first operand: "+a.String())
	}
}

// ordered refuses values of kinds that have no order.
func (p *parse) ordered(operator string, operands ...Operand) {
	for _, o := range operands {
		switch k := kindOf(o); k {
		case 0, item.KindS, item.KindN, item.KindB:
		default:
			p.wrongType(operator, k.String())
		}
	}
}

// bounds refuses a BETWEEN whose bounds are values of two kinds, or in the
// wrong order.
func (p *parse) bounds(low, high Operand) {
	a, ok := low.(Literal)
	b, okToo := high.(Literal)
	if !ok || !okToo || a.Value.Kind == 0 || b.Value.Kind == 0 {
		return
	}
	var rule string
	if a.Value.Kind != b.Value.Kind {
		rule = "The BETWEEN operator requires same data type for lower and upper bounds;"
	} else if order, ok := item.Order(a.Value, b.Value); ok && order > 0 {
		rule = "The BETWEEN operator requires upper bound to be greater than or equal to lower bound;"
	} else {
		return
	}
	p.faultUnsaid(faultType, rule+" lower bound operand: "+shown(a.Value)+", upper bound operand: "+shown(b.Value), rule)
}

// shown is a value as DynamoDB's messages show it, but for what is inside of
// a set, a list or a map.
func shown(v item.Value) string {
	text := "..."
	switch v.Kind {
	case item.KindS, item.KindN:
		text = v.Str
	case item.KindB:
		n := itoa(len(v.Str))
		text = "java.nio.HeapByteBuffer[pos=0 lim=" + n + " cap=" + n + "]"
	}
	return "AttributeValue: {" + v.Kind.String() + ":" + text + "}"
}
