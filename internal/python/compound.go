package python

func (p *parser) ifStatement() Stmt {
	first := &If{}
	s := first
	chain := []*If{first}
	for {
		s.Start = p.tok.start
		p.next()
		s.Test = p.named()
		s.Body = p.block()
		if p.failed && s.Body == nil && s == first {
			return nil
		}
		s.Span = p.span(s.Start)
		if p.tok.kind != tElif {
			break
		}
		if len(chain) == maxElifs {
			p.fail("too many elif branches")
			break
		}
		next := &If{}
		s.Else = []Stmt{next}
		s = next
		chain = append(chain, next)
	}
	if p.accept(tElse) {
		s.Else = p.block()
	}
	for _, s := range chain {
		s.Span = p.span(s.Start)
	}
	return first
}

func (p *parser) orElse() []Stmt {
	if p.accept(tElse) {
		return p.block()
	}
	return nil
}

func (p *parser) while() Stmt {
	s := &While{}
	s.Start = p.tok.start
	p.next()
	s.Test = p.named()
	s.Body = p.block()
	if p.failed && s.Body == nil {
		return nil
	}
	s.Else = p.orElse()
	s.Span = p.span(s.Start)
	return s
}

func (p *parser) forLoop(start int32, async bool) Stmt {
	s := &For{Async: async}
	p.next()
	s.Target = p.targets(tIn)
	p.expectWord(tIn)
	s.Iter = p.expressions()
	s.Body = p.block()
	if p.failed && s.Body == nil {
		return nil
	}
	s.Else = p.orElse()
	s.Span = p.span(start)
	return s
}

func (p *parser) try() Stmt {
	start := p.tok.start
	p.next()
	s := &Try{Body: p.block()}
	if p.failed && s.Body == nil {
		return nil
	}
	for p.tok.kind == tExcept {
		h := ExceptHandler{}
		begin := p.tok.start
		p.next()
		if p.accept(tMult) {
			s.Star = true
		}
		if p.tok.kind != tColon {
			h.Type = p.expressions() // several types need no parentheses from 3.14 on
			if p.accept(tAs) {
				h.Name = p.ident()
			}
		}
		h.Body = p.block()
		h.Span = p.span(begin)
		if !p.failed || h.Body != nil {
			s.Handlers = append(s.Handlers, h)
		}
	}
	s.Else = p.orElse()
	if p.accept(tFinally) {
		s.Finally = p.block()
	} else if len(s.Handlers) == 0 && !p.failed {
		p.problem(p.tok.start, "expected 'except' or 'finally'")
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) with(start int32, async bool) Stmt {
	s := &With{Async: async}
	p.next()
	parens := p.tok.kind == tLParen && p.itemsInParens()
	if parens {
		p.next()
	}
	for {
		begin := p.tok.start
		item := WithItem{Context: p.expression()}
		if p.accept(tAs) {
			item.Target = p.withTarget()
		}
		item.Span = p.span(begin)
		s.Items = append(s.Items, item)
		if !p.accept(tComma) || parens && p.tok.kind == tRParen {
			break
		}
	}
	if parens {
		p.expect(tRParen)
	}
	s.Body = p.block()
	if p.failed && s.Body == nil {
		return nil
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) withTarget() Expr {
	if p.tok.kind == tMult {
		return p.starred()
	}
	return p.binary(lowest)
}

// itemsInParens looks ahead from an opening parenthesis after `with`, and says
// whether it holds items: the matching one is followed by the colon, and nothing
// inside makes it one expression.
func (p *parser) itemsInParens() bool {
	if p.rescan <= 0 {
		return false
	}
	m := p.mark()
	outside := p.lex.paren - 1
	items := true
	previous := tLParen
	var t token
	for p.lex.paren > outside {
		p.lex.next(&t)
		switch t.kind {
		case tEOF, tError:
			items = false
		case tFString:
			items = p.lex.skipFString(t, 0) && items
		case tRParen:
			items = p.lex.paren > outside || previous != tLParen // () is a tuple
		case tFor, tWalrus, tYield, tMult:
			if p.lex.paren == outside+1 && (t.kind != tMult || previous == tComma || previous == tLParen) {
				items = false
			}
		}
		if !items {
			break
		}
		previous = t.kind
	}
	if items {
		p.lex.next(&t)
		items = t.kind == tColon
	}
	p.reset(m)
	return items
}

func (p *parser) async(decorators []Expr) Stmt {
	start := p.tok.start
	p.next()
	switch p.tok.kind {
	case tDef:
		return p.function(start, decorators, true)
	case tFor:
		return p.forLoop(start, true)
	case tWith:
		return p.with(start, true)
	}
	p.unexpected("'def', 'for' or 'with'")
	return nil
}
