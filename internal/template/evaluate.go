package template

import (
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// HCL's expressions are evaluated here and not by its library, for three
// reasons: every node keeps the place where it is written, however many locals
// it came through; an unknown part leaves the parts around it known; and no
// expression can take more steps or memory than it is allowed.

// The bounds of the evaluation of one root module.
const (
	maxSteps     = 300_000
	maxRecursion = 400
	maxElements  = 10_000
)

// scope is where an expression stands.
type scope struct {
	m         *module
	names     map[string]policy.Node // of for, each, count, a template's variables
	items     map[*hclsyntax.AnonSymbolExpr]policy.Node
	at        *finding.Location // of everything in it, where ranges mean nothing
	recursion int
}

func (s scope) with(name string, value policy.Node) scope {
	names := make(map[string]policy.Node, len(s.names)+1)
	for k, v := range s.names {
		names[k] = v
	}
	names[name] = value
	s.names = names
	return s
}

func (s scope) place(at hcl.Range) finding.Location {
	if s.at != nil {
		return *s.at
	}
	return s.m.place(at)
}

func (s scope) unknown(at finding.Location, reference, reason string) policy.Node {
	return s.m.unknowns.node(at, reference, reason)
}

// evaluate gives the value of an expression of either syntax.
func (s scope) evaluate(e expression) policy.Node {
	switch {
	case e.hcl != nil:
		return s.eval(e.hcl)
	case e.json != nil:
		return s.evalJSON(e.json)
	}
	return policy.Node{Kind: policy.Null}
}

func (s scope) evalJSON(n *policy.Node) policy.Node {
	if s.recursion++; s.recursion > maxRecursion || !s.m.step() {
		return s.unknown(n.Location, "value", "too deep or too much to evaluate")
	}
	out := *n
	switch n.Kind {
	case policy.String:
		if strings.Contains(n.Text, "${") || strings.Contains(n.Text, "%{") {
			s.at = &n.Location
			return s.template(n.Text, n.Location.Path, n.Location)
		}
	case policy.Object:
		out.Members = nil
		for _, m := range n.Members {
			m.Value = s.evalJSON(&m.Value)
			out.Members = append(out.Members, m)
		}
	case policy.List:
		out.Elements = nil
		for i := range n.Elements {
			out.Elements = append(out.Elements, s.evalJSON(&n.Elements[i]))
		}
	}
	return out
}

// template evaluates the text of a template.
func (s scope) template(source, file string, at finding.Location) policy.Node {
	tokens, _ := hclsyntax.LexTemplate([]byte(source), file, hcl.InitialPos)
	if nested(tokens) != nil || len(source) > maxHCL {
		return s.unknown(at, "template", "it nests too deep or is too long")
	}
	e, diagnostics := hclsyntax.ParseTemplate([]byte(source), file, hcl.InitialPos)
	if diagnostics.HasErrors() {
		return s.unknown(at, "template", "it cannot be read")
	}
	return s.eval(e)
}

func (s scope) eval(e hclsyntax.Expression) policy.Node {
	at := s.place(e.Range())
	if s.recursion++; s.recursion > maxRecursion || !s.m.step() {
		return s.unknown(at, "value", "too deep or too much to evaluate")
	}
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return s.m.constant(e.Val, at)
	case *hclsyntax.TemplateExpr:
		return s.texts(e.Parts, at)
	case *hclsyntax.TemplateWrapExpr:
		return s.eval(e.Wrapped)
	case *hclsyntax.ParenthesesExpr:
		return s.eval(e.Expression)
	case *hclsyntax.TemplateJoinExpr:
		list := s.eval(e.Tuple)
		return s.joinTexts("", list, at)
	case *hclsyntax.TupleConsExpr:
		out := policy.Node{Kind: policy.List, Location: at}
		for _, x := range e.Exprs {
			out.Elements = append(out.Elements, s.eval(x))
		}
		return out
	case *hclsyntax.ObjectConsExpr:
		return s.object(e, at)
	case *hclsyntax.ObjectConsKeyExpr:
		if word := hcl.ExprAsKeyword(e.Wrapped); word != "" && !e.ForceNonLiteral {
			return text(word, at)
		}
		return s.eval(e.Wrapped)
	case *hclsyntax.ScopeTraversalExpr:
		return s.traverse(e.Traversal, at)
	case *hclsyntax.RelativeTraversalExpr:
		return s.steps(s.eval(e.Source), e.Traversal, at)
	case *hclsyntax.IndexExpr:
		return s.index(s.eval(e.Collection), s.eval(e.Key), at)
	case *hclsyntax.SplatExpr:
		return s.splat(e, at)
	case *hclsyntax.AnonSymbolExpr:
		if n, ok := s.items[e]; ok {
			return n
		}
	case *hclsyntax.ConditionalExpr:
		switch c := s.eval(e.Condition); truthOf(&c) {
		case yes:
			return s.eval(e.TrueResult)
		case no:
			return s.eval(e.FalseResult)
		}
		return s.unknown(at, "condition", "which of two values counts depends on what is unknown")
	case *hclsyntax.ForExpr:
		return s.loop(e, at)
	case *hclsyntax.FunctionCallExpr:
		return s.function(e, at)
	case *hclsyntax.BinaryOpExpr:
		return s.binary(e, at)
	case *hclsyntax.UnaryOpExpr:
		v := s.eval(e.Val)
		return s.apply(e.Op, at, v)
	}
	return s.unknown(at, "expression", "it cannot be evaluated here")
}

func truthOf(n *policy.Node) truth {
	switch {
	case n.Kind != policy.Bool && n.Kind != policy.String:
	case n.Text == "true":
		return yes
	case n.Text == "false":
		return no
	}
	return maybe
}

// texts joins a template's parts, and remembers where each is from when the
// result may be a policy.
func (s scope) texts(parts []hclsyntax.Expression, at finding.Location) policy.Node {
	p := &pieces{}
	for _, part := range parts {
		v := s.eval(part)
		if v.Kind == policy.Object || v.Kind == policy.List {
			v = s.unknown(v.Location, "a part", "it is no text")
		}
		if lit, ok := part.(*hclsyntax.LiteralValueExpr); ok && s.at == nil {
			s.m.literal(p, lit.Range(), v.Text, v.Location)
		} else {
			p.add(v.Text, v.Location, false)
		}
		if !s.m.grow(len(v.Text)) || p.text.Len() > maxText {
			return s.unknown(at, "template", "the text is too long")
		}
	}
	out := text(p.text.String(), at)
	s.m.origin(out.Text, p)
	return out
}

func (s scope) joinTexts(separator string, list policy.Node, at finding.Location) policy.Node {
	if list.Kind != policy.List {
		return s.unknown(at, "join", "what it joins is unknown")
	}
	var b strings.Builder
	for i, e := range list.Elements {
		if i > 0 {
			b.WriteString(separator)
		}
		if e.Kind == policy.Object || e.Kind == policy.List {
			return s.unknown(at, "join", "a part is no text")
		}
		b.WriteString(e.Text)
		if !s.m.grow(len(e.Text)+len(separator)) || b.Len() > maxText {
			return s.unknown(at, "join", "the text is too long")
		}
	}
	return text(b.String(), at)
}

func (s scope) object(e *hclsyntax.ObjectConsExpr, at finding.Location) policy.Node {
	out := policy.Node{Kind: policy.Object, Location: at}
	seen := map[string]int{}
	for _, item := range e.Items {
		key := s.eval(item.KeyExpr)
		m := policy.Member{Name: key.Text, At: s.place(item.KeyExpr.Range()), Value: s.eval(item.ValueExpr)}
		if i, twice := seen[m.Name]; twice {
			out.Members[i] = m // the last counts, as in Terraform
			continue
		}
		seen[m.Name] = len(out.Members)
		out.Members = append(out.Members, m)
	}
	return out
}

// steps follows attributes and indices from a value.
func (s scope) steps(n policy.Node, t hcl.Traversal, at finding.Location) policy.Node {
	for _, step := range t {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			n = s.index(n, text(step.Name, at), at)
		case hcl.TraverseIndex:
			n = s.index(n, s.m.constant(step.Key, at), at)
		default:
			return s.unknown(at, "value", "it cannot be followed")
		}
	}
	return n
}

func (s scope) index(n, key policy.Node, at finding.Location) policy.Node {
	if n.Kind == policy.String && marked(n.Text) || marked(key.Text) {
		if marked(n.Text) {
			return n
		}
		return key
	}
	switch n.Kind {
	case policy.Object:
		if v := get(&n, key.Text); v != nil {
			return *v
		}
	case policy.List:
		if i, err := strconv.Atoi(key.Text); err == nil && i >= 0 && i < len(n.Elements) {
			return n.Elements[i]
		}
	}
	reference, _ := s.m.unknowns.written(key.Text)
	return s.unknown(at, reference, "there is no such element, or it is known only when it is applied")
}

func (s scope) splat(e *hclsyntax.SplatExpr, at finding.Location) policy.Node {
	source := s.eval(e.Source)
	if source.Kind == policy.String && marked(source.Text) {
		return source
	}
	out := policy.Node{Kind: policy.List, Location: at}
	for _, x := range each(&source) {
		inner := s
		inner.items = map[*hclsyntax.AnonSymbolExpr]policy.Node{e.Item: x}
		for k, v := range s.items {
			if k != e.Item {
				inner.items[k] = v
			}
		}
		out.Elements = append(out.Elements, inner.eval(e.Each))
	}
	return out
}

func (s scope) loop(e *hclsyntax.ForExpr, at finding.Location) policy.Node {
	source := s.eval(e.CollExpr)
	if source.Kind != policy.Object && source.Kind != policy.List {
		if marked(source.Text) {
			return source
		}
		return s.unknown(at, "for", "what it goes through is no collection")
	}
	out := policy.Node{Kind: policy.List, Location: at}
	if e.KeyExpr != nil {
		out.Kind = policy.Object
	}
	one := func(key, value policy.Node) bool {
		inner := s.with(e.ValVar, value)
		if e.KeyVar != "" {
			inner = inner.with(e.KeyVar, key)
		}
		if e.CondExpr != nil {
			c := inner.eval(e.CondExpr)
			switch truthOf(&c) {
			case no:
				return true
			case maybe:
				out.Elements = append(out.Elements, s.unknown(at, "if", "whether an element counts is unknown"))
				return out.Kind == policy.List
			}
		}
		v := inner.eval(e.ValExpr)
		if e.KeyExpr == nil {
			out.Elements = append(out.Elements, v)
			return len(out.Elements) <= maxElements
		}
		k := inner.eval(e.KeyExpr)
		if old := get(&out, k.Text); old != nil {
			if e.Group {
				old.Elements = append(old.Elements, v)
			}
			return true
		}
		if e.Group {
			v = policy.Node{Kind: policy.List, Location: at, Elements: []policy.Node{v}}
		}
		out.Members = append(out.Members, policy.Member{Name: k.Text, At: k.Location, Value: v})
		return len(out.Members) <= 1000
	}
	for i, x := range source.Elements {
		if !one(policy.Node{Kind: policy.Number, Text: strconv.Itoa(i), Location: at}, x) {
			return s.unknown(at, "for", "too much to evaluate, or unknown")
		}
	}
	for _, m := range source.Members {
		if !one(text(m.Name, m.At), m.Value) {
			return s.unknown(at, "for", "too much to evaluate, or unknown")
		}
	}
	return out
}

func (s scope) binary(e *hclsyntax.BinaryOpExpr, at finding.Location) policy.Node {
	l, r := s.eval(e.LHS), s.eval(e.RHS)
	lt, rt := truthOf(&l), truthOf(&r)
	decided := func(v bool) policy.Node {
		return policy.Node{Kind: policy.Bool, Text: strconv.FormatBool(v), Location: at}
	}
	switch {
	case e.Op == hclsyntax.OpLogicalAnd && (lt == no || rt == no):
		return decided(false)
	case e.Op == hclsyntax.OpLogicalOr && (lt == yes || rt == yes):
		return decided(true)
	}
	return s.apply(e.Op, at, l, r)
}

// apply is an operator on values that are known.
func (s scope) apply(op *hclsyntax.Operation, at finding.Location, operands ...policy.Node) policy.Node {
	var values []cty.Value
	budget := maxElements
	for i := range operands {
		n := &operands[i]
		v, ok := toCty(n, 0)
		if open(n, &budget) || !ok {
			return s.unknown(at, "operation", "it depends on what is unknown")
		}
		values = append(values, v)
	}
	out, err := op.Impl.Call(converted(op.Impl, values))
	if err != nil {
		return s.unknown(at, "operation", "it cannot be done")
	}
	return s.m.constant(out, at)
}
