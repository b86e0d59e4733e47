package python

// primary is an atom and what hangs on it: attributes, calls, subscripts.
func (p *parser) primary() Expr {
	start := p.tok.start
	e := p.atom()
	for n := 1; ; n++ {
		switch p.tok.kind {
		case tDot:
			p.next()
			a := p.attrs.new()
			a.Value, a.Attr = e, p.ident()
			a.Span = p.span(start)
			e = a
		case tLParen:
			e = p.call(start, e)
		case tLBracket:
			e = p.subscript(start, e)
		default:
			return e
		}
		p.link(n)
	}
}

func (p *parser) call(start int32, callee Expr) Expr {
	c := p.calls.new()
	c.Func = callee
	p.arguments(c)
	c.Span = p.span(start)
	return c
}

// arguments fills a call from its parentheses; the token in hand is the first.
func (p *parser) arguments(c *Call) {
	defer p.leave()
	if !p.enter() {
		return
	}
	open := p.tok.start
	p.next()
	base := len(p.exprStack)
	var bare *Comprehension
	links := p.siblings()
	for p.tok.kind != tRParen && !p.failed {
		start := p.tok.start
		switch p.tok.kind {
		case tMult:
			p.next()
			value := p.expression()
			p.push(&Starred{Span: p.span(start), Value: value})
		case tPow:
			p.next()
			value := p.expression()
			c.Keywords = append(c.Keywords, Keyword{Span: p.span(start), Value: value})
		default:
			e := p.named()
			switch name, isName := e.(*Name); {
			case p.tok.kind == tAssign && isName && name.Start == start:
				p.next()
				value := p.expression()
				c.Keywords = append(c.Keywords, Keyword{Span: p.span(start), Name: name.ID, Value: value})
			case p.tok.kind == tFor || p.tok.kind == tAsync:
				bare = p.comprehension(start, Generator, nil, e)
				p.push(bare)
			default:
				p.push(e)
			}
		}
		if !p.accept(tComma) {
			break
		}
		links.next(p)
	}
	links.done(p)
	p.expect(tRParen)
	c.Args = p.takeExprs(base)
	if bare != nil && len(c.Args) == 1 {
		bare.Span = p.span(open) // it shares the call's parentheses
	}
}

func (p *parser) subscript(start int32, value Expr) Expr {
	defer p.leave()
	if !p.enter() {
		return p.bad()
	}
	p.next()
	first := p.tok.start
	index := p.slice()
	_, star := index.(*Starred)
	if p.tok.kind == tComma || star {
		base := len(p.exprStack)
		p.push(index)
		for p.accept(tComma) {
			if p.tok.kind == tRBracket {
				break
			}
			p.push(p.slice())
		}
		elts := p.takeExprs(base)
		index = &Tuple{Span: p.span(first), Elts: elts}
	}
	p.expect(tRBracket)
	return &Subscript{Span: p.span(start), Value: value, Index: index}
}

func (p *parser) slice() Expr {
	start := p.tok.start
	var low Expr
	if p.tok.kind != tColon {
		low = p.starNamed()
		if p.tok.kind != tColon {
			return low
		}
	}
	p.next()
	s := &Slice{Low: low}
	ends := func() bool {
		return p.tok.kind == tColon || p.tok.kind == tRBracket || p.tok.kind == tComma
	}
	if !ends() {
		s.High = p.expression()
	}
	if p.accept(tColon) && !ends() {
		s.Step = p.expression()
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) atom() Expr {
	t := p.tok
	switch t.kind {
	case tName:
		n := p.names.new()
		n.Span, n.ID = Span{t.start, t.end}, p.text(t)
		p.next()
		return n
	case tString, tFString:
		return p.strings()
	case tNumber:
		n := p.number.new()
		n.Span, n.Text = Span{t.start, t.end}, p.text(t)
		p.next()
		return n
	case tNone:
		return p.constant(None)
	case tTrue:
		return p.constant(True)
	case tFalse:
		return p.constant(False)
	case tEllipsis:
		return p.constant(Ellipsis)
	case tLParen, tLBracket, tLBrace:
		defer p.leave()
		if !p.enter() {
			return p.bad()
		}
		switch t.kind {
		case tLParen:
			return p.parens()
		case tLBracket:
			return p.list()
		}
		return p.braces()
	}
	p.unexpected("an expression")
	return p.bad()
}

func (p *parser) constant(k ConstantKind) Expr {
	c := p.consts.new()
	c.Span, c.Kind = Span{p.tok.start, p.tok.end}, k
	p.next()
	return c
}

// parens is a tuple, a generator expression, a yield, or any expression, whose
// span then excludes the parentheses.
func (p *parser) parens() Expr {
	start := p.tok.start
	p.next()
	if p.accept(tRParen) {
		return &Tuple{Span: p.span(start)}
	}
	if p.tok.kind == tYield {
		y := p.yield()
		p.expect(tRParen)
		return y
	}
	first := p.starNamed()
	switch p.tok.kind {
	case tFor, tAsync:
		g := p.comprehension(start, Generator, nil, first)
		p.expect(tRParen)
		g.Span = p.span(start)
		return g
	case tComma:
		elts := p.elements(first, tRParen)
		return &Tuple{Span: p.span(start), Elts: elts}
	}
	p.expect(tRParen)
	return first
}

// elements reads the rest of a display after its first element, with the
// closing bracket.
func (p *parser) elements(first Expr, closing kind) []Expr {
	base := len(p.exprStack)
	p.push(first)
	links := p.siblings()
	for p.accept(tComma) {
		links.next(p)
		if p.tok.kind == closing {
			break
		}
		p.push(p.starNamed())
	}
	links.done(p)
	p.expect(closing)
	return p.takeExprs(base)
}

func (p *parser) list() Expr {
	start := p.tok.start
	p.next()
	if p.accept(tRBracket) {
		return &List{Span: p.span(start)}
	}
	first := p.starNamed()
	if p.tok.kind == tFor || p.tok.kind == tAsync {
		c := p.comprehension(start, ListComp, nil, first)
		p.expect(tRBracket)
		c.Span = p.span(start)
		return c
	}
	elts := p.elements(first, tRBracket)
	return &List{Span: p.span(start), Elts: elts}
}

func (p *parser) braces() Expr {
	start := p.tok.start
	p.next()
	if p.accept(tRBrace) {
		return &Dict{Span: p.span(start)}
	}
	if p.tok.kind == tPow {
		return p.dict(start, p.dictItem())
	}
	first := p.starNamed()
	switch p.tok.kind {
	case tColon:
		p.next()
		value := p.expression()
		if p.tok.kind == tFor || p.tok.kind == tAsync {
			return p.closeBrace(p.comprehension(start, DictComp, first, value))
		}
		return p.dict(start, DictItem{first, value})
	case tFor, tAsync:
		return p.closeBrace(p.comprehension(start, SetComp, nil, first))
	}
	elts := p.elements(first, tRBrace)
	return &Set{Span: p.span(start), Elts: elts}
}

func (p *parser) closeBrace(c *Comprehension) Expr {
	p.expect(tRBrace)
	c.Span = p.span(c.Start)
	return c
}

func (p *parser) dict(start int32, first DictItem) Expr {
	items := append(make([]DictItem, 0, 4), first)
	links := p.siblings()
	for p.accept(tComma) {
		links.next(p)
		if p.tok.kind == tRBrace {
			break
		}
		items = append(items, p.dictItem())
	}
	links.done(p)
	p.expect(tRBrace)
	return &Dict{Span: p.span(start), Items: items}
}

func (p *parser) dictItem() DictItem {
	if p.accept(tPow) {
		return DictItem{Value: p.operand()}
	}
	key := p.expression()
	p.expect(tColon)
	return DictItem{key, p.expression()}
}

// comprehension reads the clauses after its element; the caller takes the
// closing bracket and sets the whole span.
func (p *parser) comprehension(start int32, k ComprehensionKind, key, elt Expr) *Comprehension {
	c := &Comprehension{Kind: k, Key: key, Elt: elt}
	for p.tok.kind == tFor || p.tok.kind == tAsync {
		begin := p.tok.start
		clause := Clause{Async: p.accept(tAsync)}
		p.expectWord(tFor)
		clause.Target = p.targets(tIn)
		p.expectWord(tIn)
		clause.Iter = p.disjunction()
		for p.accept(tIf) {
			clause.Ifs = append(clause.Ifs, p.condition())
		}
		clause.Span = p.span(begin)
		c.Clauses = append(c.Clauses, clause)
	}
	c.Span = p.span(start)
	return c
}

// condition is what follows an `if` in a comprehension: no conditional
// expression without parentheses; a lambda and a := as before 3.9 and after.
func (p *parser) condition() Expr {
	if p.tok.kind == tLambda {
		return p.expression()
	}
	start := p.tok.start
	e := p.disjunction()
	if target, ok := e.(*Name); ok && p.tok.kind == tWalrus && target.Start == start {
		p.next()
		value := p.expression()
		return &Named{Span: p.span(start), Target: target, Value: value}
	}
	return e
}

// targets reads what a for or a del binds, up to the given token.
func (p *parser) targets(end kind) Expr {
	start := p.tok.start
	target := func() Expr {
		if p.tok.kind == tMult {
			return p.starred()
		}
		return p.binary(lowest)
	}
	first := target()
	if p.tok.kind != tComma {
		return first
	}
	base := len(p.exprStack)
	p.push(first)
	for p.accept(tComma) {
		if p.tok.kind == end {
			break
		}
		p.push(target())
	}
	elts := p.takeExprs(base)
	return &Tuple{Span: p.span(start), Elts: elts}
}
