package python

// statements reads a block up to the dedent that ends it, which it leaves, or
// the file's end. It always comes back out of the failed state.
func (p *parser) statements() []Stmt {
	base := len(p.stmtStack)
	extra := 0 // indents that should not be there; what stands under them is kept
	for {
		start, level := p.tok.start, len(p.lex.indents)
		p.links = 0
		switch p.tok.kind {
		case tEOF:
			return p.takeStmts(base)
		case tDedent:
			if extra == 0 {
				return p.takeStmts(base)
			}
			extra--
			p.next()
		case tIndent:
			p.problem(start, "unexpected indent")
			extra++
			p.next()
		case tNewline:
			p.next()
		default:
			p.statement()
		}
		if p.failed {
			p.recover(start, level)
		}
	}
}

func (p *parser) takeStmts(base int) []Stmt {
	if len(p.stmtStack) == base {
		return nil
	}
	out := p.bodies.list(p.stmtStack[base:])
	clear(p.stmtStack[base:])
	p.stmtStack = p.stmtStack[:base]
	return out
}

// statement reads one compound statement, or a line of simple ones, onto the
// stack. A compound statement whose header was read is kept, whatever follows.
func (p *parser) statement() {
	var s Stmt
	switch p.tok.kind {
	case tIf:
		s = p.ifStatement()
	case tWhile:
		s = p.while()
	case tFor:
		s = p.forLoop(p.tok.start, false)
	case tTry:
		s = p.try()
	case tWith:
		s = p.with(p.tok.start, false)
	case tDef:
		s = p.function(p.tok.start, nil, false)
	case tClass:
		s = p.class(nil)
	case tMatMult:
		s = p.decorated()
	case tAsync:
		s = p.async(nil)
	case tName:
		if p.text(p.tok) == "match" && p.isMatch() {
			s = p.match()
			break
		}
		p.simpleLine()
		return
	default:
		p.simpleLine()
		return
	}
	if s != nil {
		p.stmtStack = append(p.stmtStack, s)
	}
}

// block reads what follows a header: its colon, then an indented block or the
// rest of the line.
func (p *parser) block() []Stmt {
	p.expect(tColon)
	if p.failed {
		return nil
	}
	if p.tok.kind != tNewline {
		base := len(p.stmtStack)
		p.simpleLine()
		return p.takeStmts(base)
	}
	p.next()
	if p.tok.kind != tIndent {
		if !p.failed {
			p.problem(p.tok.start, "expected an indented block")
		}
		return nil
	}
	p.next()
	body := p.statements()
	p.accept(tDedent)
	return body
}

// simpleLine reads simple statements up to the end of the line.
func (p *parser) simpleLine() {
	for {
		s := p.simple()
		if p.failed {
			return
		}
		if p.tok.kind != tSemi && p.tok.kind != tNewline {
			p.unexpected("end of line")
			return
		}
		p.stmtStack = append(p.stmtStack, s)
		if p.accept(tSemi) && p.tok.kind != tNewline {
			continue
		}
		p.next()
		return
	}
}

func (p *parser) simple() Stmt {
	start := p.tok.start
	switch p.tok.kind {
	case tPass:
		p.next()
		return &Jump{Span: p.span(start), Kind: Pass}
	case tBreak:
		p.next()
		return &Jump{Span: p.span(start), Kind: Break}
	case tContinue:
		p.next()
		return &Jump{Span: p.span(start), Kind: Continue}
	case tReturn:
		p.next()
		r := &Return{}
		if p.beginsExpression() {
			r.Value = p.expressions()
		}
		r.Span = p.span(start)
		return r
	case tRaise:
		p.next()
		r := &Raise{}
		if p.beginsExpression() {
			r.Exc = p.expression()
			if p.accept(tFrom) {
				r.Cause = p.expression()
			}
		}
		r.Span = p.span(start)
		return r
	case tGlobal, tNonlocal:
		return p.scope()
	case tDel:
		return p.del()
	case tAssert:
		p.next()
		a := &Assert{Test: p.expression()}
		if p.accept(tComma) {
			a.Message = p.expression()
		}
		a.Span = p.span(start)
		return a
	case tImport:
		return p.imports()
	case tFrom:
		return p.importFrom()
	case tName:
		if p.text(p.tok) == "type" && p.isTypeAlias() {
			return p.typeAlias()
		}
	}
	return p.expressionStatement()
}

// expressionStatement is an expression that stands alone, or an assignment of
// one of the three sorts.
func (p *parser) expressionStatement() Stmt {
	start := p.tok.start
	e := p.valueOrYield()
	switch k := p.tok.kind; {
	case k == tAssign:
		base := len(p.exprStack)
		for p.accept(tAssign) {
			p.push(e)
			e = p.valueOrYield()
		}
		a := p.assign.new()
		a.Targets, a.Value = p.takeExprs(base), e
		a.Span = p.span(start)
		return a
	case k == tColon:
		p.next()
		a := &AnnAssign{Target: e, Annotation: p.expression()}
		if p.accept(tAssign) {
			a.Value = p.valueOrYield()
		}
		a.Span = p.span(start)
		return a
	case k >= tAddAssign && k <= tFloorDivAssign:
		p.next()
		value := p.valueOrYield()
		return &AugAssign{Span: p.span(start), Target: e, Value: value, Op: Operator(k - tAddAssign)}
	}
	s := p.stmts.new()
	s.Span, s.Value = p.span(start), e
	return s
}

func (p *parser) scope() Stmt {
	start := p.tok.start
	s := &Scope{Nonlocal: p.tok.kind == tNonlocal}
	p.next()
	s.Names = append(s.Names, p.ident())
	for p.accept(tComma) {
		s.Names = append(s.Names, p.ident())
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) del() Stmt {
	start := p.tok.start
	p.next()
	base := len(p.exprStack)
	p.push(p.binary(lowest))
	for p.accept(tComma) {
		if p.tok.kind == tNewline || p.tok.kind == tSemi {
			break
		}
		p.push(p.binary(lowest))
	}
	targets := p.takeExprs(base)
	return &Delete{Span: p.span(start), Targets: targets}
}

// isTypeAlias tells `type X = ...` from a use of the name type: two names side
// by side stand in nothing else.
func (p *parser) isTypeAlias() bool {
	m := p.mark()
	var t token
	p.lex.next(&t)
	p.reset(m)
	return t.kind == tName
}

func (p *parser) typeAlias() Stmt {
	start := p.tok.start
	p.next()
	at := Span{p.tok.start, p.tok.end}
	a := &TypeAlias{Name: &Name{Span: at, ID: p.ident()}}
	a.TypeParams = p.typeParams()
	p.expect(tAssign)
	a.Value = p.expression()
	a.Span = p.span(start)
	return a
}

func (p *parser) imports() Stmt {
	start := p.tok.start
	p.next()
	s := &Import{}
	for {
		begin := p.tok.start
		a := Alias{Name: p.dotted()}
		p.as(&a, begin)
		s.Names = append(s.Names, a)
		if !p.accept(tComma) {
			break
		}
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) importFrom() Stmt {
	start := p.tok.start
	p.next()
	s := &ImportFrom{}
	for p.tok.kind == tDot || p.tok.kind == tEllipsis {
		s.Level += int(p.tok.end - p.tok.start)
		p.next()
	}
	if p.tok.kind != tImport || s.Level == 0 {
		s.Module = p.dotted()
	}
	p.expectWord(tImport)
	if p.tok.kind == tMult {
		s.Names = []Alias{{Span: Span{p.tok.start, p.tok.end}, Name: "*"}}
		p.next()
		s.Span = p.span(start)
		return s
	}
	parens := p.accept(tLParen)
	for {
		begin := p.tok.start
		a := Alias{Name: p.ident()}
		p.as(&a, begin)
		s.Names = append(s.Names, a)
		if !p.accept(tComma) || parens && p.tok.kind == tRParen {
			break
		}
	}
	if parens {
		p.expect(tRParen)
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) as(a *Alias, begin int32) {
	if p.accept(tAs) {
		a.As = p.ident()
	}
	a.Span = p.span(begin)
}

// dotted is a name with dots, with any white space in it left out.
func (p *parser) dotted() string {
	start := p.tok.start
	length := len(p.ident())
	end := p.prevEnd
	var joined []byte
	for p.tok.kind == tDot {
		if joined == nil && int(end-start) != length {
			joined = append(joined, p.src[start:end]...)
		}
		p.next()
		part := p.ident()
		length += 1 + len(part)
		end = p.prevEnd
	}
	if p.failed || int(end-start) == length {
		return p.src[start:max(end, start)]
	}
	joined = joined[:0]
	for _, c := range []byte(p.src[start:end]) {
		if isNameByte(c) || c == '.' {
			joined = append(joined, c)
		}
	}
	return string(joined)
}
