package python

import "fmt"

// The bounds. CPython has the same limit on indents, and similar ones on depth.
const (
	maxIndents  = 100
	maxDepth    = 500    // nested expressions, patterns and fields
	freeLinks   = 64     // links of one chain (a.b.c, a+b+c) that cost nothing
	maxLinks    = 10_000 // further links, on the way down to one node
	maxElifs    = 2_000  // each is one level of the tree
	maxProblems = 200    // recorded; reading goes on
	maxBytes    = 64 << 20
	maxTokens   = 2_000_000
)

// Limits bounds what Parse takes on. A zero field means the default.
type Limits struct {
	Bytes  int // of source; 64 MiB
	Tokens int // 2 million, about 10 MB of ordinary source; a tree of 300 MB at the worst
}

// Parse reads one file. It never fails: what cannot be read is a Problem, and
// the tree holds the rest. The path is only kept, never opened.
func Parse(path string, src []byte, limits Limits) *File {
	if limits.Bytes <= 0 || limits.Bytes > maxBytes {
		limits.Bytes = maxBytes
	}
	if limits.Tokens <= 0 {
		limits.Tokens = maxTokens
	}
	f := &File{Path: path, Encoding: "utf-8"}
	if len(src) > limits.Bytes {
		f.lines = []int32{0}
		f.problem(0, fmt.Sprintf("the file has more than %d bytes; it is not read", limits.Bytes))
		return f
	}
	f.decode(src)
	f.indexLines()
	p := parser{
		file:   f,
		src:    f.Text,
		tokens: limits.Tokens,
		// Whole second readings of the text, for all that has to look ahead.
		rescan: 4*len(f.Text) + 4096,
		lex:    lexer{src: f.Text, bol: true, last: tNewline, indents: make([]indent, 1, 8), file: f},
	}
	if len(f.Text) >= 3 && f.Text[:3] == byteOrderMark {
		p.lex.pos = 3
	}
	p.next()
	f.Body = p.statements()
	f.sortProblems()
	return f
}

// parser has one token in hand. After a failure every next() keeps a tError in
// hand, so that each function finds nothing it expects and returns; the loop
// over statements then recovers. Expression functions never return nil.
type parser struct {
	file    *File
	src     string
	lex     lexer
	tok     token
	prevEnd int32
	failed  bool
	atEnd   bool // the failure was met at the end of the file
	failPos int32
	depth   int
	links   int
	tokens  int
	rescan  int
	// inFString is set inside the fields of an f-string: the outermost one
	// recovers for all.
	inFString bool

	names  slab[Name]
	attrs  slab[Attribute]
	calls  slab[Call]
	texts  slab[String]
	consts slab[Constant]
	stmts  slab[ExprStmt]
	assign slab[Assign]
	number slab[Number]
	exprs  slab[Expr]
	bodies slab[Stmt]

	exprStack []Expr
	stmtStack []Stmt
}

// slab hands out nodes from chunks: one allocation for many. A chunk lives as
// long as any node in it, that is, as long as the tree.
type slab[T any] struct {
	free []T
	size int
}

func (s *slab[T]) new() *T {
	if len(s.free) == 0 {
		s.size = min(max(s.size*2, 8), 256)
		s.free = make([]T, s.size)
	}
	n := &s.free[0]
	s.free = s.free[1:]
	return n
}

// list hands out a copy of a list, which has no room to grow.
func (s *slab[T]) list(from []T) []T {
	if len(s.free) < len(from) {
		s.size = min(max(s.size*2, 8), 256)
		s.free = make([]T, max(s.size, len(from)))
	}
	out := s.free[:len(from):len(from)]
	s.free = s.free[len(from):]
	copy(out, from)
	return out
}

// next takes the token in hand and reads another.
func (p *parser) next() {
	if p.failed {
		return
	}
	if p.tok.kind > tDedent {
		p.prevEnd = p.tok.end
	}
	p.read()
}

func (p *parser) read() {
	p.tokens--
	if p.tokens < 0 {
		p.fail("the file has too many tokens; the rest is not read")
		return
	}
	p.lex.next(&p.tok)
	if p.tok.kind == tError {
		p.failAt(p.tok.start, p.lex.message)
	}
}

// fail reports the token in hand and puts the parser into its failed state.
func (p *parser) fail(message string) { p.failAt(p.tok.start, message) }

func (p *parser) failAt(pos int32, message string) {
	if p.failed {
		return
	}
	p.failed = true
	p.atEnd = p.tok.kind == tEOF
	p.failPos = pos
	p.tok.kind = tError
	p.problem(pos, message)
}

// unexpected fails with what was expected instead of the token in hand.
func (p *parser) unexpected(expected string) {
	if p.failed {
		return
	}
	p.fail("expected " + expected + ", found " + p.tok.kind.describe())
}

// problem notes something wrong and goes on.
func (p *parser) problem(pos int32, message string) {
	p.file.problem(int(pos), message)
}

func (p *parser) accept(k kind) bool {
	if p.tok.kind != k {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(k kind) {
	if p.tok.kind == k {
		p.next()
		return
	}
	if !p.failed {
		p.unexpected(k.describe())
	}
}

// expectWord is expect for a keyword, which describe would not tell.
func (p *parser) expectWord(k kind) {
	if p.tok.kind == k {
		p.next()
		return
	}
	if !p.failed {
		p.unexpected("'" + symbol(k) + "'")
	}
}

// ident takes a name.
func (p *parser) ident() string {
	if p.tok.kind != tName {
		p.unexpected("a name")
		return ""
	}
	s := p.text(p.tok)
	p.next()
	return s
}

func (p *parser) text(t token) string { return p.src[t.start:t.end] }

// span is from start to the end of the last token taken.
func (p *parser) span(start int32) Span { return Span{start, max(p.prevEnd, start)} }

// enter goes one level deeper and fails when that is too deep. Each enter has
// its leave.
func (p *parser) enter() bool {
	p.depth++
	if p.depth > maxDepth {
		p.fail("nested too deeply")
		return false
	}
	return true
}

func (p *parser) leave() { p.depth-- }

// link counts a link of a chain, whose tree is as deep as it has links. So
// p.links grows at least as much as what was read is deep; elements that stand
// side by side count once, see siblings.
func (p *parser) link(n int) {
	if n > freeLinks {
		p.links++
		if p.links > maxLinks {
			p.fail("the expression is too long a chain")
		}
	}
}

// siblings keeps the links of the deepest of several elements.
type siblings struct{ before, most int }

func (p *parser) siblings() siblings { return siblings{p.links, p.links} }

// next ends an element, done the last one.
func (s *siblings) next(p *parser) {
	s.most = max(s.most, p.links)
	p.links = s.before
}

func (s *siblings) done(p *parser) { p.links = max(s.most, p.links) }

// mark is a place to come back to within one logical line.
type mark struct {
	lex     lexer
	tok     token
	prevEnd int32
}

func (p *parser) mark() mark { return mark{p.lex, p.tok, p.prevEnd} }

func (p *parser) reset(m mark) {
	p.rescan -= p.lex.pos - m.lex.pos
	p.lex, p.tok, p.prevEnd = m.lex, m.tok, m.prevEnd
}

// takeExprs returns a slice of exactly what was pushed on the stack since base.
func (p *parser) takeExprs(base int) []Expr {
	if len(p.exprStack) == base {
		return nil
	}
	out := p.exprs.list(p.exprStack[base:])
	clear(p.exprStack[base:])
	p.exprStack = p.exprStack[:base]
	return out
}

func (p *parser) push(e Expr) { p.exprStack = append(p.exprStack, e) }
