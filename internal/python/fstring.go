package python

// textRun collects the value of literals that stand side by side. One piece
// stays a slice of the source; only a second one is copied.
type textRun struct {
	one        string
	buf        []byte
	pieces     int
	start, end int32
}

func (r *textRun) add(value string, start, end int32) {
	switch r.pieces {
	case 0:
		r.one, r.start = value, start
	case 1:
		r.buf = append(append(make([]byte, 0, len(r.one)+len(value)), r.one...), value...)
	default:
		r.buf = append(r.buf, value...)
	}
	r.pieces++
	r.end = end
}

func (r *textRun) value() string {
	if r.pieces > 1 {
		return string(r.buf)
	}
	return r.one
}

// flush moves what was collected to the parts of an f-string.
func (r *textRun) flush(parts []Expr) []Expr {
	if v := r.value(); v != "" {
		parts = append(parts, &String{Span: Span{r.start, r.end}, Value: v})
	}
	*r = textRun{}
	return parts
}

// strings reads one literal, or several that stand side by side.
func (p *parser) strings() Expr {
	start := p.tok.start
	var run textRun
	var f *FString
	bin := p.tok.flags&strBytes != 0
	for p.tok.kind == tString || p.tok.kind == tFString {
		t := p.tok
		if t.flags&strBytes != 0 != bin {
			p.problem(t.start, "bytes and text literals side by side")
		}
		if t.kind == tString {
			run.add(p.stringValue(t), t.start, t.end)
			p.next()
			continue
		}
		if f == nil {
			f = &FString{}
		}
		f.Template = f.Template || t.flags&strTemplate != 0
		f.Parts = p.fstring(f.Parts, &run)
	}
	if f != nil {
		f.Parts = run.flush(f.Parts)
		f.Span = p.span(start)
		return f
	}
	s := p.texts.new()
	s.Span, s.Value, s.Bytes = p.span(start), run.value(), bin
	return s
}

func (p *parser) stringValue(t token) string {
	raw := p.src[t.start:t.end]
	for raw[0] != '"' && raw[0] != '\'' {
		raw = raw[1:]
	}
	quotes := 1
	if t.flags&strTriple != 0 {
		quotes = 3
	}
	raw = raw[quotes : len(raw)-quotes]
	if t.flags&strEscape == 0 {
		return raw
	}
	return unescape(raw, t.flags, false)
}

// fstring reads one f-string whose opening is in hand. One that is malformed is
// a problem of its own, and the statement around it goes on after its quotes.
func (p *parser) fstring(parts []Expr, run *textRun) []Expr {
	open := p.tok
	paren := p.lex.paren
	nested := p.inFString
	p.inFString = true
	parts = p.pieces(parts, run, open, false)
	p.inFString = nested
	if p.failed && !nested && p.rescan > 0 && p.tokens >= 0 {
		p.lex.paren = paren
		closed := p.lex.skipPlain(open)
		p.rescan -= p.lex.pos - int(open.start)
		if closed {
			p.failed, p.atEnd = false, false
		}
	}
	if !p.failed {
		p.prevEnd = int32(p.lex.pos)
		p.lex.last = tFString
		p.read()
	}
	return parts
}

// pieces reads the text and the fields of an f-string up to its closing quote,
// or of a format specification up to the brace that ends it.
func (p *parser) pieces(parts []Expr, run *textRun, open token, spec bool) []Expr {
	quote := p.src[open.end-1]
	for !p.failed {
		begin := p.lex.pos
		stop, escaped, doubled := p.lex.text(quote, open.flags, spec)
		end := p.lex.pos
		switch stop {
		case stopQuote:
			end--
			if open.flags&strTriple != 0 {
				end -= 2
			}
		case stopField:
			end--
		case stopBad:
			p.failAt(open.start, "malformed f-string")
			return parts
		}
		if end > begin {
			value := p.src[begin:end]
			if escaped || doubled {
				value = unescape(value, open.flags, doubled)
			}
			run.add(value, int32(begin), int32(end))
		}
		if stop != stopField {
			break
		}
		parts = run.flush(parts)
		parts = append(parts, p.field(open))
	}
	return parts
}

// field reads {value=!conversion:spec}; the position is after its first brace.
func (p *parser) field(open token) *Field {
	f := &Field{}
	start := int32(p.lex.pos - 1)
	if !p.enter() {
		p.leave()
		return f
	}
	p.lex.paren++
	p.read()
	f.Value = p.valueOrYield()
	if p.accept(tAssign) {
		f.Debug = true
	}
	if p.accept(tBang) {
		switch name := p.ident(); name {
		case "r", "s", "a":
			f.Conversion = name[0]
		default:
			p.failAt(start, "unknown conversion in an f-string")
		}
	}
	switch p.tok.kind {
	case tColon, tWalrus: // {x:=5} is a specification of "=5"
		p.lex.pos = int(p.tok.start) + 1
		var run textRun
		parts := p.pieces(make([]Expr, 0, 1), &run, open, true)
		f.Spec = run.flush(parts)
		if !p.failed && (p.lex.pos >= len(p.src) || p.src[p.lex.pos] != '}') {
			p.failAt(start, "malformed f-string")
		}
		p.lex.pos++
		p.lex.paren = max(p.lex.paren-1, 0)
	case tRBrace: // not taken: the text after it is no token
	default:
		p.unexpected("'}'")
	}
	f.Span = Span{start, int32(min(p.lex.pos, len(p.src)))}
	p.leave()
	return f
}
