package python

func (w walker) stmt(s Stmt) {
	if s == nil || !w(s) {
		return
	}
	switch s := s.(type) {
	case *FunctionDef:
		w.exprs(s.Decorators)
		w.typeParams(s.TypeParams)
		w.params(s.Params)
		w.expr(s.Returns)
		w.stmts(s.Body)
	case *ClassDef:
		w.exprs(s.Decorators)
		w.typeParams(s.TypeParams)
		w.exprs(s.Bases)
		w.keywords(s.Keywords)
		w.stmts(s.Body)
	case *Return:
		w.expr(s.Value)
	case *Delete:
		w.exprs(s.Targets)
	case *Assign:
		w.exprs(s.Targets)
		w.expr(s.Value)
	case *AugAssign:
		w.expr(s.Target)
		w.expr(s.Value)
	case *AnnAssign:
		w.expr(s.Target)
		w.expr(s.Annotation)
		w.expr(s.Value)
	case *TypeAlias:
		w.expr(s.Name)
		w.typeParams(s.TypeParams)
		w.expr(s.Value)
	case *For:
		w.expr(s.Target)
		w.expr(s.Iter)
		w.stmts(s.Body)
		w.stmts(s.Else)
	case *While:
		w.expr(s.Test)
		w.stmts(s.Body)
		w.stmts(s.Else)
	case *If:
		w.expr(s.Test)
		w.stmts(s.Body)
		w.stmts(s.Else)
	case *With:
		for i := range s.Items {
			w.withItem(&s.Items[i])
		}
		w.stmts(s.Body)
	case *Match:
		w.expr(s.Subject)
		for i := range s.Cases {
			w.matchCase(&s.Cases[i])
		}
	case *Raise:
		w.expr(s.Exc)
		w.expr(s.Cause)
	case *Try:
		w.stmts(s.Body)
		for i := range s.Handlers {
			w.handler(&s.Handlers[i])
		}
		w.stmts(s.Else)
		w.stmts(s.Finally)
	case *Assert:
		w.expr(s.Test)
		w.expr(s.Message)
	case *Import:
		w.aliases(s.Names)
	case *ImportFrom:
		w.aliases(s.Names)
	case *ExprStmt:
		w.expr(s.Value)
	}
}

func (w walker) pat(p Pattern) {
	if p == nil || !w(p) {
		return
	}
	switch p := p.(type) {
	case *MatchValue:
		w.expr(p.Value)
	case *MatchSequence:
		w.pats(p.Patterns)
	case *MatchMapping:
		for i, key := range p.Keys {
			w.expr(key)
			w.pat(p.Patterns[i])
		}
	case *MatchClass:
		w.expr(p.Class)
		w.pats(p.Patterns)
		w.pats(p.NamePatterns)
	case *MatchAs:
		w.pat(p.Pattern)
	case *MatchOr:
		w.pats(p.Patterns)
	}
}
