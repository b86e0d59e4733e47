package expr

import "github.com/discreet-dev/discreet/internal/item"

// Condition parses an expression of that kind: Filter, Check, or Key, of which
// KeyCondition makes more.
func (p *Parser) Condition(kind, source string) (Condition, error) {
	e, err := p.start(kind, source)
	if err != nil {
		return nil, err
	}
	whole, err := e.or()
	if err != nil {
		return nil, err
	}
	c, err := e.condition(whole)
	if err != nil {
		return nil, err
	}
	if e.here().kind != tokenEnd {
		return nil, e.syntax()
	}
	if err := e.told(); err != nil {
		return nil, err
	}
	return c, nil
}

// part is what stands between two operators: a condition or an operand, which
// parentheses may be around, so that only what follows tells them apart.
type part struct {
	condition Condition
	operand   Operand
	enclosed  bool // in parentheses
}

// condition is the part where only a condition can stand.
func (p *parse) condition(x part) (Condition, error) {
	if x.condition != nil {
		return x.condition, nil
	}
	if _, ok := x.operand.(Size); ok {
		p.misused("size")
		return Call{}, nil
	}
	return nil, p.syntax()
}

func (p *parse) misused(function string) {
	p.fault(faultMisusedFunction, "The function is not allowed to be used this way in an expression; function: "+function)
}

func (p *parse) or() (part, error) {
	return p.chain("OR", p.and, func(l, r Condition) Condition { return Or{l, r} })
}

func (p *parse) and() (part, error) {
	return p.chain("AND", p.not, func(l, r Condition) Condition { return And{l, r} })
}

func (p *parse) chain(keyword string, operand func() (part, error), join func(l, r Condition) Condition) (part, error) {
	left, err := operand()
	for err == nil && p.here().isWord(keyword) {
		var l, r Condition
		if l, err = p.condition(left); err != nil {
			break
		}
		p.pos++
		var right part
		if right, err = operand(); err != nil {
			break
		}
		if r, err = p.condition(right); err != nil {
			break
		}
		left = part{condition: join(l, r)}
	}
	return left, err
}

func (p *parse) not() (part, error) {
	if !p.takeWord("NOT") {
		return p.simple()
	}
	if err := p.deeper(); err != nil {
		return part{}, err
	}
	defer p.shallower()
	x, err := p.not()
	if err != nil {
		return part{}, err
	}
	c, err := p.condition(x)
	return part{condition: Not{c}}, err
}

// simple is a comparison, a function, or anything in parentheses.
func (p *parse) simple() (part, error) {
	var left part
	var err error
	if p.here().isSign("(") {
		left, err = p.enclosed()
	} else {
		left, err = p.operandOrCall()
	}
	if err != nil {
		return part{}, err
	}
	t := p.here()
	comparing := t.isWord("BETWEEN") || t.isWord("IN") || comparator(t)
	if comparing && left.operand == nil {
		call, ok := left.condition.(Call)
		if !ok || left.enclosed {
			return part{}, p.syntax()
		}
		p.misused(call.Function)
		left = part{operand: Size{}}
	}
	if !comparing {
		if left.condition != nil && !left.enclosed {
			p.conditionDone()
		}
		return left, nil
	}
	p.pos++
	var c Condition
	switch {
	case t.isWord("BETWEEN"):
		c, err = p.between(left.operand)
	case t.isWord("IN"):
		c, err = p.in(left.operand)
	default:
		c, err = p.compare(left.operand, t.text)
	}
	p.conditionDone()
	return part{condition: c}, err
}

func comparator(t token) bool {
	if t.kind != tokenSign {
		return false
	}
	switch t.text {
	case "=", "<>", "<", "<=", ">", ">=":
		return true
	}
	return false
}

func (p *parse) enclosed() (part, error) {
	if err := p.deeper(); err != nil {
		return part{}, err
	}
	defer p.shallower()
	p.pos++
	x, err := p.or()
	if err != nil {
		return part{}, err
	}
	if err := p.needSign(")"); err != nil {
		return part{}, err
	}
	if x.enclosed {
		p.fault(faultParentheses, "The expression has redundant parentheses;")
	}
	x.enclosed = true
	return x, nil
}

func (p *parse) compare(left Operand, op string) (Condition, error) {
	right, err := p.operand()
	if err != nil {
		return nil, err
	}
	p.distinct(op, left, right)
	if op != "=" && op != "<>" {
		p.ordered(op, left, right)
	}
	return Compare{op, left, right}, nil
}

func (p *parse) between(of Operand) (Condition, error) {
	low, err := p.operand()
	if err != nil {
		return nil, err
	}
	if !p.takeWord("AND") {
		return nil, p.syntax()
	}
	high, err := p.operand()
	if err != nil {
		return nil, err
	}
	p.bounds(low, high)
	p.ordered("BETWEEN", of, low, high)
	return Between{of, low, high}, nil
}

func (p *parse) in(of Operand) (Condition, error) {
	if !p.here().isSign("(") {
		return nil, p.syntax()
	}
	list, err := p.arguments()
	if err != nil {
		return nil, err
	}
	if len(list) > MaxIn {
		p.fault(faultOperand, "The IN operator is provided with too many operands; number of operands: "+itoa(len(list)))
	}
	return In{of, list}, nil
}

// operand is a part where only an operand can stand.
func (p *parse) operand() (Operand, error) {
	if p.here().isSign("(") {
		x, err := p.enclosedOperand()
		return x, err
	}
	x, err := p.operandOrCall()
	if err != nil {
		return nil, err
	}
	if call, ok := x.condition.(Call); ok {
		p.misused(call.Function)
		return Size{}, nil
	}
	return x.operand, nil
}

func (p *parse) enclosedOperand() (Operand, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer p.shallower()
	p.pos++
	if p.here().isSign("(") {
		p.fault(faultParentheses, "The expression has redundant parentheses;")
	}
	x, err := p.operand()
	if err != nil {
		return nil, err
	}
	return x, p.needSign(")")
}

func (p *parse) operandOrCall() (part, error) {
	t := p.here()
	switch {
	case t.kind == tokenValue:
		p.pos++
		return part{operand: Literal{p.value(t.text)}}, nil
	case isOperatorWord(t):
		return part{}, p.syntax()
	case t.kind == tokenWord && p.after().isSign("("):
		p.pos++
		return p.call(t.text)
	}
	path, err := p.path()
	return part{operand: path}, err
}

func isOperatorWord(t token) bool {
	return t.isWord("AND") || t.isWord("OR") || t.isWord("NOT") || t.isWord("BETWEEN") || t.isWord("IN")
}

func (p *parse) call(function string) (part, error) {
	args, err := p.arguments()
	if err != nil {
		return part{}, err
	}
	p.checkCall(function, args)
	if function == "size" {
		return part{operand: Size{args[0]}}, nil
	}
	return part{condition: Call{function, args}}, nil
}

// arguments is ( operand {, operand} ).
func (p *parse) arguments() ([]Operand, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer p.shallower()
	p.pos++
	var args []Operand
	for {
		x, err := p.operand()
		if err != nil {
			return nil, err
		}
		args = append(args, x)
		if p.takeSign(")") {
			return args, nil
		}
		if err := p.needSign(","); err != nil {
			return nil, err
		}
	}
}

// kindOf is the kind that an operand has whatever the item, or 0.
func kindOf(o Operand) item.Kind {
	switch o := o.(type) {
	case Literal:
		return o.Value.Kind
	case Size, Arithmetic:
		return item.KindN
	case ListAppend:
		return item.KindL
	}
	return 0
}
