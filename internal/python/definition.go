package python

func (p *parser) decorated() Stmt {
	var decorators []Expr
	for p.accept(tMatMult) {
		decorators = append(decorators, p.named())
		if p.tok.kind != tNewline {
			p.unexpected("end of line")
			return nil
		}
		p.next()
	}
	switch p.tok.kind {
	case tDef:
		return p.function(p.tok.start, decorators, false)
	case tAsync:
		return p.async(decorators)
	case tClass:
		return p.class(decorators)
	}
	p.unexpected("a function or a class")
	return nil
}

func (p *parser) function(start int32, decorators []Expr, async bool) Stmt {
	f := &FunctionDef{Decorators: decorators, Async: async}
	p.next()
	f.NameSpan = Span{p.tok.start, p.tok.end}
	f.Name = p.ident()
	f.TypeParams = p.typeParams()
	p.expect(tLParen)
	f.Params = p.params(tRParen, true)
	p.expect(tRParen)
	if p.accept(tArrow) {
		f.Returns = p.expressions()
	}
	f.Body = p.block()
	if p.failed && f.Body == nil {
		return nil
	}
	f.Span = p.span(start)
	return f
}

func (p *parser) class(decorators []Expr) Stmt {
	c := &ClassDef{Decorators: decorators}
	c.Start = p.tok.start
	p.next()
	c.NameSpan = Span{p.tok.start, p.tok.end}
	c.Name = p.ident()
	c.TypeParams = p.typeParams()
	if p.tok.kind == tLParen {
		var bases Call
		p.arguments(&bases)
		c.Bases, c.Keywords = bases.Args, bases.Keywords
	}
	c.Body = p.block()
	if p.failed && c.Body == nil {
		return nil
	}
	c.Span = p.span(c.Start)
	return c
}

// params reads parameters up to the given token, which it leaves.
func (p *parser) params(end kind, annotated bool) []Param {
	var params []Param
	named := Positional
	for p.tok.kind != end && !p.failed {
		start := p.tok.start
		switch p.tok.kind {
		case tDiv:
			for i := range params {
				params[i].Kind = PositionalOnly
			}
			if len(params) == 0 || named == KeywordOnly {
				p.fail("a / stands where it may not")
			}
			p.next()
		case tMult:
			p.next()
			if named == KeywordOnly {
				p.failAt(start, "a second * among the parameters")
			}
			named = KeywordOnly
			if p.tok.kind != tComma {
				params = append(params, p.param(VarArgs, annotated))
			}
		case tPow:
			p.next()
			params = append(params, p.param(VarKeywords, annotated))
		default:
			params = append(params, p.param(named, annotated))
		}
		if !p.accept(tComma) {
			break
		}
	}
	return params
}

func (p *parser) param(k ParamKind, annotated bool) Param {
	start := p.tok.start // after the stars, as in CPython's tree
	prm := Param{Kind: k, Name: p.ident()}
	if annotated && p.accept(tColon) {
		if k == VarArgs {
			prm.Annotation = p.starExpression()
		} else {
			prm.Annotation = p.expression()
		}
	}
	prm.Span = p.span(start) // without the default
	if k != VarArgs && k != VarKeywords && p.accept(tAssign) {
		prm.Default = p.expression()
	}
	return prm
}

// typeParams reads [T: bound = default, *Ts, **P], if it is there.
func (p *parser) typeParams() []TypeParam {
	if p.tok.kind != tLBracket {
		return nil
	}
	p.next()
	var out []TypeParam
	for p.tok.kind != tRBracket && !p.failed {
		t := TypeParam{}
		start := p.tok.start
		if p.accept(tMult) {
			t.Kind = TypeVarTuple
		} else if p.accept(tPow) {
			t.Kind = ParamSpec
		}
		t.Name = p.ident()
		if t.Kind == TypeVar && p.accept(tColon) {
			t.Bound = p.expression()
		}
		if p.accept(tAssign) {
			t.Default = p.starExpression()
		}
		t.Span = p.span(start)
		out = append(out, t)
		if !p.accept(tComma) {
			break
		}
	}
	p.expect(tRBracket)
	return out
}
