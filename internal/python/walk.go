package python

// Inspect visits node and everything below it in the order of the source, as
// near as the tree tells, and stays out of a node for which visit returns false.
// Besides expressions, statements and patterns it visits *Param, *TypeParam,
// *Keyword, *Clause, *WithItem, *MatchCase, *ExceptHandler and *Alias. The tree
// is never so deep that this could exhaust the stack.
func Inspect(node Node, visit func(Node) bool) {
	w := walker(visit)
	w.node(node)
}

// Inspect visits every statement of the file.
func (f *File) Inspect(visit func(Node) bool) {
	w := walker(visit)
	w.stmts(f.Body)
}

type walker func(Node) bool

func (w walker) node(n Node) {
	switch n := n.(type) {
	case Expr:
		w.expr(n)
	case Stmt:
		w.stmt(n)
	case Pattern:
		w.pat(n)
	case *Param:
		w.param(n)
	case *TypeParam:
		w.typeParam(n)
	case *Keyword:
		w.keyword(n)
	case *Clause:
		w.clause(n)
	case *WithItem:
		w.withItem(n)
	case *MatchCase:
		w.matchCase(n)
	case *ExceptHandler:
		w.handler(n)
	case *Alias:
		w(n)
	}
}

func (w walker) exprs(list []Expr) {
	for _, e := range list {
		w.expr(e)
	}
}

func (w walker) stmts(list []Stmt) {
	for _, s := range list {
		w.stmt(s)
	}
}

func (w walker) pats(list []Pattern) {
	for _, p := range list {
		w.pat(p)
	}
}

func (w walker) keywords(list []Keyword) {
	for i := range list {
		w.keyword(&list[i])
	}
}

func (w walker) params(list []Param) {
	for i := range list {
		w.param(&list[i])
	}
}

func (w walker) typeParams(list []TypeParam) {
	for i := range list {
		w.typeParam(&list[i])
	}
}

func (w walker) expr(e Expr) {
	if e == nil || !w(e) {
		return
	}
	switch e := e.(type) {
	case *Attribute:
		w.expr(e.Value)
	case *Subscript:
		w.expr(e.Value)
		w.expr(e.Index)
	case *Call:
		w.expr(e.Func)
		w.exprs(e.Args)
		w.keywords(e.Keywords)
	case *FString:
		w.exprs(e.Parts)
	case *Field:
		w.expr(e.Value)
		w.exprs(e.Spec)
	case *BoolOp:
		w.exprs(e.Values)
	case *BinOp:
		w.expr(e.Left)
		w.expr(e.Right)
	case *UnaryOp:
		w.expr(e.Operand)
	case *Compare:
		w.expr(e.Left)
		w.exprs(e.Rights)
	case *Named:
		w.expr(e.Target)
		w.expr(e.Value)
	case *Lambda:
		w.params(e.Params)
		w.expr(e.Body)
	case *IfExp:
		w.expr(e.Body)
		w.expr(e.Test)
		w.expr(e.Else)
	case *Tuple:
		w.exprs(e.Elts)
	case *List:
		w.exprs(e.Elts)
	case *Set:
		w.exprs(e.Elts)
	case *Dict:
		for _, item := range e.Items {
			w.expr(item.Key)
			w.expr(item.Value)
		}
	case *Comprehension:
		w.expr(e.Key)
		w.expr(e.Elt)
		for i := range e.Clauses {
			w.clause(&e.Clauses[i])
		}
	case *Starred:
		w.expr(e.Value)
	case *Slice:
		w.expr(e.Low)
		w.expr(e.High)
		w.expr(e.Step)
	case *Await:
		w.expr(e.Value)
	case *Yield:
		w.expr(e.Value)
	case *YieldFrom:
		w.expr(e.Value)
	}
}

func (w walker) param(p *Param) {
	if w(p) {
		w.expr(p.Annotation)
		w.expr(p.Default)
	}
}

func (w walker) typeParam(t *TypeParam) {
	if w(t) {
		w.expr(t.Bound)
		w.expr(t.Default)
	}
}

func (w walker) keyword(k *Keyword) {
	if w(k) {
		w.expr(k.Value)
	}
}

func (w walker) clause(c *Clause) {
	if w(c) {
		w.expr(c.Target)
		w.expr(c.Iter)
		w.exprs(c.Ifs)
	}
}

func (w walker) withItem(i *WithItem) {
	if w(i) {
		w.expr(i.Context)
		w.expr(i.Target)
	}
}

func (w walker) matchCase(c *MatchCase) {
	if w(c) {
		w.pat(c.Pattern)
		w.expr(c.Guard)
		w.stmts(c.Body)
	}
}

func (w walker) handler(h *ExceptHandler) {
	if w(h) {
		w.expr(h.Type)
		w.stmts(h.Body)
	}
}

func (w walker) aliases(list []Alias) {
	for i := range list {
		w(&list[i])
	}
}
