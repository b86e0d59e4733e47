package python

// FunctionDef is a def, with its decorators. Its span starts at `def` or
// `async`, after the decorators.
type FunctionDef struct {
	Span
	Name       string
	NameSpan   Span
	Decorators []Expr
	TypeParams []TypeParam
	Params     []Param
	Returns    Expr // nil without ->
	Body       []Stmt
	Async      bool
}

// ParamKind says how a parameter takes its argument.
type ParamKind uint8

// The kinds of parameter.
const (
	Positional     ParamKind = iota // by position or by name
	PositionalOnly                  // before a /
	VarArgs                         // *args
	KeywordOnly                     // after a *
	VarKeywords                     // **kwargs
)

// Param is one parameter of a def or a lambda.
type Param struct {
	Span
	Name       string
	Annotation Expr // nil without one
	Default    Expr // nil without one
	Kind       ParamKind
}

// TypeParamKind tells T, *Ts and **P apart.
type TypeParamKind uint8

// The kinds of type parameter.
const (
	TypeVar TypeParamKind = iota
	TypeVarTuple
	ParamSpec
)

// TypeParam is one name in def f[T: Bound = Default].
type TypeParam struct {
	Span
	Name           string
	Bound, Default Expr // nil without one
	Kind           TypeParamKind
}

// ClassDef is a class, with its decorators. Its span starts at `class`.
type ClassDef struct {
	Span
	Name       string
	NameSpan   Span
	Decorators []Expr
	TypeParams []TypeParam
	Bases      []Expr
	Keywords   []Keyword
	Body       []Stmt
}

// Return is return Value; Value may be nil.
type Return struct {
	Span
	Value Expr
}

// Delete is del Targets.
type Delete struct {
	Span
	Targets []Expr
}

// Assign is Targets[0] = Targets[1] = ... = Value.
type Assign struct {
	Span
	Targets []Expr
	Value   Expr
}

// AugAssign is Target Op= Value.
type AugAssign struct {
	Span
	Target, Value Expr
	Op            Operator
}

// AnnAssign is Target: Annotation = Value; Value may be nil.
type AnnAssign struct {
	Span
	Target, Annotation, Value Expr
}

// TypeAlias is type Name[TypeParams] = Value.
type TypeAlias struct {
	Span
	Name       *Name
	TypeParams []TypeParam
	Value      Expr
}

// For is for Target in Iter: Body, else: Else.
type For struct {
	Span
	Target, Iter Expr
	Body, Else   []Stmt
	Async        bool
}

// While is while Test: Body, else: Else.
type While struct {
	Span
	Test       Expr
	Body, Else []Stmt
}

// If is if Test: Body, else: Else. An elif is the one If in Else, as in
// CPython's tree.
type If struct {
	Span
	Test       Expr
	Body, Else []Stmt
}

// With is with Items: Body.
type With struct {
	Span
	Items []WithItem
	Body  []Stmt
	Async bool
}

// WithItem is Context as Target; Target may be nil.
type WithItem struct {
	Span
	Context, Target Expr
}

// Match is match Subject: Cases.
type Match struct {
	Span
	Subject Expr
	Cases   []MatchCase
}

// MatchCase is case Pattern if Guard: Body; Guard may be nil.
type MatchCase struct {
	Span
	Pattern Pattern
	Guard   Expr
	Body    []Stmt
}

// Raise is raise Exc from Cause; either may be nil.
type Raise struct {
	Span
	Exc, Cause Expr
}

// Try is try: Body, with Handlers, Else and Finally. Star says except*.
type Try struct {
	Span
	Body          []Stmt
	Handlers      []ExceptHandler
	Else, Finally []Stmt
	Star          bool
}

// ExceptHandler is except Type as Name: Body; Type may be nil, Name "".
type ExceptHandler struct {
	Span
	Type Expr
	Name string
	Body []Stmt
}

// Assert is assert Test, Message; Message may be nil.
type Assert struct {
	Span
	Test, Message Expr
}

// Import is import Names.
type Import struct {
	Span
	Names []Alias
}

// ImportFrom is from Module import Names, with Level leading dots. A star is
// one Alias with the name "*".
type ImportFrom struct {
	Span
	Module string
	Names  []Alias
	Level  int
}

// Alias is Name as As; As is "" without one.
type Alias struct {
	Span
	Name, As string
}

// Bound is the name that an alias in a from-import binds.
func (a *Alias) Bound() string {
	if a.As != "" {
		return a.As
	}
	return a.Name
}

// Scope is a global or a nonlocal statement.
type Scope struct {
	Span
	Names    []string
	Nonlocal bool
}

// ExprStmt is an expression that stands alone: a call, a docstring.
type ExprStmt struct {
	Span
	Value Expr
}

// JumpKind tells the one-word statements apart.
type JumpKind uint8

// The one-word statements.
const (
	Pass JumpKind = iota
	Break
	Continue
)

// Jump is pass, break or continue.
type Jump struct {
	Span
	Kind JumpKind
}

// MatchValue compares with a literal, a dotted name, None, True or False.
type MatchValue struct {
	Span
	Value Expr
}

// MatchSequence is [Patterns] or (Patterns).
type MatchSequence struct {
	Span
	Patterns []Pattern
}

// MatchMapping is {Keys[i]: Patterns[i], **Rest}; Rest is "" without one.
type MatchMapping struct {
	Span
	Keys     []Expr
	Patterns []Pattern
	Rest     string
}

// MatchClass is Class(Patterns, Names[i]=NamePatterns[i]).
type MatchClass struct {
	Span
	Class        Expr
	Patterns     []Pattern
	Names        []string
	NamePatterns []Pattern
}

// MatchStar is *Name in a sequence; "" for *_.
type MatchStar struct {
	Span
	Name string
}

// MatchAs is Pattern as Name, a bare Name (Pattern nil), or _ (both empty).
type MatchAs struct {
	Span
	Pattern Pattern
	Name    string
}

// MatchOr is Patterns joined by |.
type MatchOr struct {
	Span
	Patterns []Pattern
}

func (*FunctionDef) stmt() {}
func (*ClassDef) stmt()    {}
func (*Return) stmt()      {}
func (*Delete) stmt()      {}
func (*Assign) stmt()      {}
func (*AugAssign) stmt()   {}
func (*AnnAssign) stmt()   {}
func (*TypeAlias) stmt()   {}
func (*For) stmt()         {}
func (*While) stmt()       {}
func (*If) stmt()          {}
func (*With) stmt()        {}
func (*Match) stmt()       {}
func (*Raise) stmt()       {}
func (*Try) stmt()         {}
func (*Assert) stmt()      {}
func (*Import) stmt()      {}
func (*ImportFrom) stmt()  {}
func (*Scope) stmt()       {}
func (*ExprStmt) stmt()    {}
func (*Jump) stmt()        {}

func (*MatchValue) pattern()    {}
func (*MatchSequence) pattern() {}
func (*MatchMapping) pattern()  {}
func (*MatchClass) pattern()    {}
func (*MatchStar) pattern()     {}
func (*MatchAs) pattern()       {}
func (*MatchOr) pattern()       {}
