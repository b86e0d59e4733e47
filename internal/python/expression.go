package python

// bad stands for an expression after a failure; its statement is dropped.
func (p *parser) bad() Expr { return &Name{Span: p.span(p.tok.start)} }

// expressions reads one expression, or a tuple without parentheses.
func (p *parser) expressions() Expr {
	start := p.tok.start
	first := p.starExpression()
	if p.tok.kind != tComma {
		return first
	}
	base := len(p.exprStack)
	p.push(first)
	for p.accept(tComma) {
		if !p.beginsExpression() {
			break
		}
		p.push(p.starExpression())
	}
	elts := p.takeExprs(base)
	return &Tuple{Span: p.span(start), Elts: elts}
}

// beginsExpression says whether the token in hand can begin an expression: after
// a comma this tells a trailing one.
func (p *parser) beginsExpression() bool {
	switch p.tok.kind {
	case tName, tNumber, tString, tFString, tLParen, tLBracket, tLBrace, tEllipsis, tTilde, tAdd, tSub, tMult,
		tFalse, tNone, tTrue, tNot, tLambda, tAwait, tYield:
		return true
	}
	return false
}

func (p *parser) starExpression() Expr {
	if p.tok.kind == tMult {
		return p.starred()
	}
	return p.expression()
}

func (p *parser) starNamed() Expr {
	if p.tok.kind == tMult {
		return p.starred()
	}
	return p.named()
}

func (p *parser) starred() Expr {
	start := p.tok.start
	p.next()
	value := p.operand()
	return &Starred{Span: p.span(start), Value: value}
}

// operand is a binary expression one level deeper: what follows a star.
func (p *parser) operand() Expr {
	defer p.leave()
	if !p.enter() {
		return p.bad()
	}
	return p.binary(lowest)
}

// valueOrYield is the right side of an assignment, or what stands alone.
func (p *parser) valueOrYield() Expr {
	if p.tok.kind == tYield {
		return p.yield()
	}
	return p.expressions()
}

func (p *parser) yield() Expr {
	start := p.tok.start
	p.next()
	if p.accept(tFrom) {
		value := p.expression()
		return &YieldFrom{Span: p.span(start), Value: value}
	}
	y := &Yield{}
	if p.beginsExpression() {
		y.Value = p.expressions()
	}
	y.Span = p.span(start)
	return y
}

// named is an expression, or name := expression.
func (p *parser) named() Expr {
	start := p.tok.start
	e := p.expression()
	if p.tok.kind != tWalrus {
		return e
	}
	target, ok := e.(*Name)
	if !ok || target.Start != start {
		return e
	}
	p.next()
	value := p.expression()
	return &Named{Span: p.span(start), Target: target, Value: value}
}

// expression is what Python's grammar calls so: a lambda, a conditional
// expression, or less.
func (p *parser) expression() Expr {
	p.depth++
	if p.depth > maxDepth {
		p.fail("nested too deeply")
		p.depth--
		return p.bad()
	}
	start := p.tok.start
	var e Expr
	if p.tok.kind == tLambda {
		e = p.lambda()
	} else {
		e = p.disjunction()
		if p.tok.kind == tIf {
			p.next()
			test := p.disjunction()
			p.expectWord(tElse)
			other := p.expression()
			e = &IfExp{Span: p.span(start), Body: e, Test: test, Else: other}
		}
	}
	p.depth--
	return e
}

func (p *parser) lambda() Expr {
	start := p.tok.start
	p.next()
	params := p.params(tColon, false)
	p.expect(tColon)
	body := p.expression()
	return &Lambda{Span: p.span(start), Params: params, Body: body}
}

func (p *parser) disjunction() Expr {
	start := p.tok.start
	e := p.conjunction()
	if p.tok.kind != tOr {
		return e
	}
	base := len(p.exprStack)
	p.push(e)
	for p.accept(tOr) {
		p.push(p.conjunction())
	}
	values := p.takeExprs(base)
	return &BoolOp{Span: p.span(start), Values: values, Or: true}
}

func (p *parser) conjunction() Expr {
	start := p.tok.start
	e := p.inversion()
	if p.tok.kind != tAnd {
		return e
	}
	base := len(p.exprStack)
	p.push(e)
	for p.accept(tAnd) {
		p.push(p.inversion())
	}
	values := p.takeExprs(base)
	return &BoolOp{Span: p.span(start), Values: values}
}

func (p *parser) inversion() Expr {
	if p.tok.kind != tNot {
		return p.comparison()
	}
	defer p.leave()
	if !p.enter() {
		return p.bad()
	}
	start := p.tok.start
	p.next()
	operand := p.inversion()
	return &UnaryOp{Span: p.span(start), Op: Not, Operand: operand}
}

func (p *parser) comparison() Expr {
	start := p.tok.start
	e := p.binary(lowest)
	var c *Compare
	for {
		op, ok := p.compareOperator()
		if !ok {
			break
		}
		if c == nil {
			c = &Compare{Left: e}
		}
		c.Ops = append(c.Ops, op)
		c.Rights = append(c.Rights, p.binary(lowest))
	}
	if c == nil {
		return e
	}
	c.Span = p.span(start)
	return c
}

// compareOperator takes a comparison operator, of one word or two.
func (p *parser) compareOperator() (CompareOperator, bool) {
	var op CompareOperator
	switch p.tok.kind {
	case tEq:
		op = Eq
	case tNotEq:
		op = NotEq
	case tLt:
		op = Lt
	case tLtE:
		op = LtE
	case tGt:
		op = Gt
	case tGtE:
		op = GtE
	case tIn:
		op = In
	case tNot:
		p.next()
		p.expectWord(tIn)
		return NotIn, true
	case tIs:
		p.next()
		if p.accept(tNot) {
			return IsNot, true
		}
		return Is, true
	default:
		return 0, false
	}
	p.next()
	return op, true
}

const lowest = 1

// precedence of a binary operator, from lowest; 0 for any other token.
func precedence(k kind) int {
	switch k {
	case tBitOr:
		return 1
	case tBitXor:
		return 2
	case tBitAnd:
		return 3
	case tLShift, tRShift:
		return 4
	case tAdd, tSub:
		return 5
	case tMult, tDiv, tFloorDiv, tMod, tMatMult:
		return 6
	}
	return 0
}

func (p *parser) binary(least int) Expr {
	start := p.tok.start
	left := p.unary()
	for n := 1; ; n++ {
		op := p.tok.kind
		level := precedence(op)
		if level < least || level == 0 {
			return left
		}
		p.link(n)
		p.next()
		right := p.binary(level + 1)
		left = &BinOp{Span: p.span(start), Left: left, Right: right, Op: Operator(op - tAdd)}
	}
}

func (p *parser) unary() Expr {
	var op UnaryOperator
	switch p.tok.kind {
	case tSub:
		op = Minus
	case tAdd:
		op = Plus
	case tTilde:
		op = Invert
	default:
		return p.power()
	}
	defer p.leave()
	if !p.enter() {
		return p.bad()
	}
	start := p.tok.start
	p.next()
	operand := p.unary()
	return &UnaryOp{Span: p.span(start), Op: op, Operand: operand}
}

func (p *parser) power() Expr {
	start := p.tok.start
	var base Expr
	if p.tok.kind == tAwait {
		p.next()
		value := p.primary()
		base = &Await{Span: p.span(start), Value: value}
	} else {
		base = p.primary()
	}
	if p.tok.kind != tPow {
		return base
	}
	defer p.leave()
	if !p.enter() {
		return p.bad()
	}
	p.next()
	exponent := p.unary()
	return &BinOp{Span: p.span(start), Left: base, Right: exponent, Op: Pow}
}
