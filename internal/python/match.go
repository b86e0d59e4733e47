package python

// isMatch looks ahead from the name match at the beginning of a statement. It
// is the keyword where the line ends in a colon: a name would be assigned to,
// annotated with something, called or computed with, and none of that ends so.
func (p *parser) isMatch() bool {
	if p.rescan <= 0 {
		return false
	}
	m := p.mark()
	defer p.reset(m)
	previous := tName
	var t token
	for first := true; ; first = false {
		p.lex.next(&t)
		switch t.kind {
		case tDot, tComma, tColon, tRParen, tSemi, tAssign, tWalrus:
			if first || p.lex.paren == 0 && (t.kind == tSemi || t.kind == tAssign) {
				return false
			}
		case tNewline:
			return previous == tColon
		case tFString:
			if !p.lex.skipFString(t, 0) {
				return false
			}
		case tEOF, tError:
			return false
		}
		previous = t.kind
	}
}

func (p *parser) match() Stmt {
	m := &Match{}
	m.Start = p.tok.start
	p.next()
	m.Subject = p.subject()
	p.expect(tColon)
	p.expect(tNewline)
	p.expect(tIndent)
	if p.failed {
		return nil
	}
	for p.tok.kind != tDedent && p.tok.kind != tEOF {
		start, level := p.tok.start, len(p.lex.indents)
		p.links = 0
		if p.tok.kind == tName && p.text(p.tok) == "case" {
			c := p.matchCase()
			if !p.failed || c.Body != nil {
				m.Cases = append(m.Cases, c)
			}
		} else {
			p.unexpected("'case'")
		}
		if p.failed {
			p.recover(start, level)
		}
	}
	p.accept(tDedent)
	m.Span = p.span(m.Start)
	return m
}

func (p *parser) matchCase() MatchCase {
	c := MatchCase{}
	start := p.tok.start
	p.next()
	c.Pattern = p.patterns()
	if p.accept(tIf) {
		c.Guard = p.named()
	}
	c.Body = p.block()
	c.Span = p.span(start)
	return c
}

func (p *parser) subject() Expr {
	start := p.tok.start
	first := p.starNamed()
	if p.tok.kind != tComma {
		return first
	}
	base := len(p.exprStack)
	p.push(first)
	for p.accept(tComma) {
		if p.tok.kind == tColon {
			break
		}
		p.push(p.starNamed())
	}
	elts := p.takeExprs(base)
	return &Tuple{Span: p.span(start), Elts: elts}
}

// patterns is one pattern, or a sequence without brackets.
func (p *parser) patterns() Pattern {
	start := p.tok.start
	first := p.maybeStar()
	_, star := first.(*MatchStar)
	if p.tok.kind != tComma && !star {
		return first
	}
	s := &MatchSequence{Patterns: []Pattern{first}}
	for p.accept(tComma) {
		if p.tok.kind == tColon || p.tok.kind == tIf {
			break
		}
		s.Patterns = append(s.Patterns, p.maybeStar())
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) maybeStar() Pattern {
	if p.tok.kind != tMult {
		return p.asPattern()
	}
	start := p.tok.start
	p.next()
	name := p.capture()
	return &MatchStar{Span: p.span(start), Name: name}
}

// capture takes a name; "_" captures nothing.
func (p *parser) capture() string {
	if name := p.ident(); name != "_" {
		return name
	}
	return ""
}

func (p *parser) asPattern() Pattern {
	defer p.leave()
	if !p.enter() {
		return &MatchAs{}
	}
	start := p.tok.start
	var pat Pattern = p.closedPattern()
	if p.tok.kind == tBitOr {
		or := &MatchOr{Patterns: []Pattern{pat}}
		for p.accept(tBitOr) {
			or.Patterns = append(or.Patterns, p.closedPattern())
		}
		or.Span = p.span(start)
		pat = or
	}
	if p.accept(tAs) {
		name := p.ident()
		return &MatchAs{Span: p.span(start), Pattern: pat, Name: name}
	}
	return pat
}

func (p *parser) closedPattern() Pattern {
	start := p.tok.start
	switch p.tok.kind {
	case tNumber, tSub, tString, tFString, tNone, tTrue, tFalse:
		value := p.literalPattern()
		return &MatchValue{Span: p.span(start), Value: value}
	case tLParen, tLBracket:
		return p.sequencePattern()
	case tLBrace:
		return p.mappingPattern()
	case tName:
		return p.namePattern()
	}
	p.unexpected("a pattern")
	return &MatchAs{}
}

// literalPattern is a number with a sign and an imaginary part, a string, or a
// constant.
func (p *parser) literalPattern() Expr {
	start := p.tok.start
	if p.tok.kind != tNumber && p.tok.kind != tSub {
		return p.atom()
	}
	value := p.signed()
	if k := p.tok.kind; k == tAdd || k == tSub {
		p.next()
		right := p.atom()
		return &BinOp{Span: p.span(start), Left: value, Right: right, Op: Operator(k - tAdd)}
	}
	return value
}

func (p *parser) signed() Expr {
	start := p.tok.start
	if !p.accept(tSub) {
		return p.atom()
	}
	operand := p.atom()
	return &UnaryOp{Span: p.span(start), Op: Minus, Operand: operand}
}

// sequencePattern is [..], (a, b) or a pattern in parentheses.
func (p *parser) sequencePattern() Pattern {
	start := p.tok.start
	closing := tRBracket
	if p.tok.kind == tLParen {
		closing = tRParen
	}
	p.next()
	s := &MatchSequence{}
	comma := false
	for p.tok.kind != closing && !p.failed {
		s.Patterns = append(s.Patterns, p.maybeStar())
		if comma = p.accept(tComma); !comma {
			break
		}
	}
	p.expect(closing)
	if closing == tRParen && len(s.Patterns) == 1 && !comma {
		return s.Patterns[0]
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) mappingPattern() Pattern {
	start := p.tok.start
	p.next()
	m := &MatchMapping{}
	for p.tok.kind != tRBrace && !p.failed {
		if p.accept(tPow) {
			m.Rest = p.ident()
		} else {
			var key Expr
			if p.tok.kind == tName {
				key = p.dottedName()
			} else {
				key = p.literalPattern()
			}
			p.expect(tColon)
			m.Keys = append(m.Keys, key)
			m.Patterns = append(m.Patterns, p.asPattern())
		}
		if !p.accept(tComma) {
			break
		}
	}
	p.expect(tRBrace)
	m.Span = p.span(start)
	return m
}

func (p *parser) dottedName() Expr {
	start := p.tok.start
	e := p.atom()
	for n := 1; p.accept(tDot); n++ {
		p.link(n)
		name := p.ident()
		e = &Attribute{Span: p.span(start), Value: e, Attr: name}
	}
	return e
}

// namePattern is a capture, a dotted value, or a class with its arguments.
func (p *parser) namePattern() Pattern {
	start := p.tok.start
	name := p.dottedName()
	if p.tok.kind == tLParen {
		return p.classPattern(start, name)
	}
	if bare, ok := name.(*Name); ok {
		as := &MatchAs{Span: p.span(start), Name: bare.ID}
		if as.Name == "_" {
			as.Name = ""
		}
		return as
	}
	return &MatchValue{Span: p.span(start), Value: name}
}

func (p *parser) classPattern(start int32, class Expr) Pattern {
	p.next()
	c := &MatchClass{Class: class}
	for p.tok.kind != tRParen && !p.failed {
		pat := p.asPattern()
		if capture, ok := pat.(*MatchAs); ok && p.tok.kind == tAssign && capture.Pattern == nil {
			name := p.src[capture.Start:capture.End]
			p.next()
			c.Names = append(c.Names, name)
			c.NamePatterns = append(c.NamePatterns, p.asPattern())
		} else {
			c.Patterns = append(c.Patterns, pat)
		}
		if !p.accept(tComma) {
			break
		}
	}
	p.expect(tRParen)
	c.Span = p.span(start)
	return c
}
