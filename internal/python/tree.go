// Package python reads Python source, 3.8 to 3.14, into a syntax tree made for
// a static analyser: typed nodes with byte ranges, comments kept beside the
// tree, implicit concatenations joined, string values decoded.
//
// A broken statement costs itself and no more: it becomes a Problem with a
// position, and reading goes on at the next line of the same or a lower
// indent. The package never runs code, never opens a file, never follows an
// import, and bounds depth, tokens and bytes, so that no input can exhaust the
// stack or the memory. It checks syntax, not meaning: `return` outside a
// function and assignments to calls are for others to mind.
package python

// Span is a half-open range of byte offsets into File.Text.
type Span struct{ Start, End int32 }

// Pos returns the span itself; every node embeds a Span and so has it.
func (s Span) Pos() Span { return s }

// Node is anything in the tree.
type Node interface{ Pos() Span }

// Expr is an expression: *Name, *Attribute, *Subscript, *Call, *Constant,
// *Number, *String, *FString, *BoolOp, *BinOp, *UnaryOp, *Compare, *Named,
// *Lambda, *IfExp, *Tuple, *List, *Set, *Dict, *Comprehension, *Starred,
// *Slice, *Await, *Yield or *YieldFrom. A *Field stands only in an FString.
type Expr interface {
	Node
	expr()
}

// Stmt is a statement: *FunctionDef, *ClassDef, *Return, *Delete, *Assign,
// *AugAssign, *AnnAssign, *TypeAlias, *For, *While, *If, *With, *Match, *Raise,
// *Try, *Assert, *Import, *ImportFrom, *Scope, *ExprStmt or *Jump.
type Stmt interface {
	Node
	stmt()
}

// Pattern is what follows `case`: *MatchValue, *MatchSequence, *MatchMapping,
// *MatchClass, *MatchStar, *MatchAs or *MatchOr.
type Pattern interface {
	Node
	pattern()
}

// Problem is something that the parser could not read, at the place where it
// noticed. The message names kinds of token, never text of the source.
type Problem struct {
	Span
	Message string
}

// File is one source file. It is not changed after Parse, so goroutines may
// share it.
type File struct {
	Path string
	// Text is the source as UTF-8. Offsets are those of the file's own bytes,
	// unless Encoding is not utf-8 and the file was therefore converted. A byte
	// that is not valid UTF-8 stands as '?'.
	Text     string
	Encoding string // "utf-8" or "latin-1"
	Body     []Stmt
	Comments []Span // in order, each from its '#' to before the line's end
	Problems []Problem

	lines []int32 // the offset of each line's first byte
}

// Name is a variable's name, in any context. ID is as it is written; CPython
// folds names by NFKC, which only names outside ASCII would show.
type Name struct {
	Span
	ID string
}

// Attribute is Value.Attr.
type Attribute struct {
	Span
	Value Expr
	Attr  string
}

// AttrSpan is where the attribute's name stands.
func (a *Attribute) AttrSpan() Span { return Span{a.End - int32(len(a.Attr)), a.End} }

// Subscript is Value[Index]; several indexes are a *Tuple, a:b is a *Slice.
type Subscript struct {
	Span
	Value, Index Expr
}

// Call is Func(Args, Keywords). `*x` is a *Starred among Args; `**x` is a
// Keyword without a name.
type Call struct {
	Span
	Func     Expr
	Args     []Expr
	Keywords []Keyword
}

// Keyword is name=value in a call or a class's bases, or **value (Name "").
type Keyword struct {
	Span
	Name  string
	Value Expr
}

// ConstantKind tells the constants apart that are words.
type ConstantKind uint8

// The constants.
const (
	None ConstantKind = iota
	True
	False
	Ellipsis
)

// Constant is None, True, False or `...`.
type Constant struct {
	Span
	Kind ConstantKind
}

// Number is a numeric literal as it is written: 0x_ff, 1e3, 2j.
type Number struct {
	Span
	Text string
}

// String is a str or bytes literal, or several that stand side by side.
type String struct {
	Span
	// Value is what the literal evaluates to: UTF-8 for a str, the bytes
	// themselves for bytes. A lone surrogate and a \N{name} stand as U+FFFD.
	Value string
	Bytes bool
}

// FString is an f-string or a t-string, or a concatenation with one in it.
type FString struct {
	Span
	Parts    []Expr // *String and *Field, in order
	Template bool   // a t-string
}

// Field is {Value!Conversion:Spec} in an FString.
type Field struct {
	Span
	Value      Expr
	Spec       []Expr // *String and *Field; nil without a ':'
	Conversion byte   // 'r', 's', 'a', or 0
	Debug      bool   // {x=}
}

// BoolOp is Values joined by `and`, or by `or`.
type BoolOp struct {
	Span
	Values []Expr
	Or     bool
}

// Operator is a binary operator, in an expression or before an `=`.
type Operator uint8

// The operators.
const (
	Add Operator = iota
	Sub
	Mult
	MatMult
	Div
	Mod
	Pow
	LShift
	RShift
	BitOr
	BitXor
	BitAnd
	FloorDiv
)

// BinOp is Left Op Right.
type BinOp struct {
	Span
	Left, Right Expr
	Op          Operator
}

// UnaryOperator stands before its operand.
type UnaryOperator uint8

// The unary operators.
const (
	Not UnaryOperator = iota
	Minus
	Plus
	Invert
)

// UnaryOp is Op Operand.
type UnaryOp struct {
	Span
	Operand Expr
	Op      UnaryOperator
}

// CompareOperator is a comparison.
type CompareOperator uint8

// The comparisons.
const (
	Eq CompareOperator = iota
	NotEq
	Lt
	LtE
	Gt
	GtE
	Is
	IsNot
	In
	NotIn
)

// Compare is Left Ops[0] Rights[0] Ops[1] Rights[1]...
type Compare struct {
	Span
	Left   Expr
	Ops    []CompareOperator
	Rights []Expr
}

// Named is Target := Value.
type Named struct {
	Span
	Target *Name
	Value  Expr
}

// Lambda is lambda Params: Body.
type Lambda struct {
	Span
	Params []Param
	Body   Expr
}

// IfExp is Body if Test else Else.
type IfExp struct {
	Span
	Body, Test, Else Expr
}

// Tuple is its elements, with or without parentheses.
type Tuple struct {
	Span
	Elts []Expr
}

// List is [Elts].
type List struct {
	Span
	Elts []Expr
}

// Set is {Elts}.
type Set struct {
	Span
	Elts []Expr
}

// Dict is {Items}.
type Dict struct {
	Span
	Items []DictItem
}

// DictItem is Key: Value, or **Value with a nil Key.
type DictItem struct{ Key, Value Expr }

// ComprehensionKind says what a comprehension makes.
type ComprehensionKind uint8

// The comprehensions.
const (
	ListComp ComprehensionKind = iota
	SetComp
	DictComp
	Generator
)

// Comprehension is a list, set or dict comprehension or a generator
// expression. Key is set for a DictComp alone.
type Comprehension struct {
	Span
	Key, Elt Expr
	Clauses  []Clause
	Kind     ComprehensionKind
}

// Clause is for Target in Iter if Ifs[0] if Ifs[1]...
type Clause struct {
	Span
	Target, Iter Expr
	Ifs          []Expr
	Async        bool
}

// Starred is *Value.
type Starred struct {
	Span
	Value Expr
}

// Slice is Low:High:Step, each nil where it is not written.
type Slice struct {
	Span
	Low, High, Step Expr
}

// Await is await Value.
type Await struct {
	Span
	Value Expr
}

// Yield is yield Value; Value may be nil.
type Yield struct {
	Span
	Value Expr
}

// YieldFrom is yield from Value.
type YieldFrom struct {
	Span
	Value Expr
}

func (*Name) expr()          {}
func (*Attribute) expr()     {}
func (*Subscript) expr()     {}
func (*Call) expr()          {}
func (*Constant) expr()      {}
func (*Number) expr()        {}
func (*String) expr()        {}
func (*FString) expr()       {}
func (*Field) expr()         {}
func (*BoolOp) expr()        {}
func (*BinOp) expr()         {}
func (*UnaryOp) expr()       {}
func (*Compare) expr()       {}
func (*Named) expr()         {}
func (*Lambda) expr()        {}
func (*IfExp) expr()         {}
func (*Tuple) expr()         {}
func (*List) expr()          {}
func (*Set) expr()           {}
func (*Dict) expr()          {}
func (*Comprehension) expr() {}
func (*Starred) expr()       {}
func (*Slice) expr()         {}
func (*Await) expr()         {}
func (*Yield) expr()         {}
func (*YieldFrom) expr()     {}
