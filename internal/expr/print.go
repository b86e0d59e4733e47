package expr

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/item"
)

// Printer writes expressions for one request. Every name and every value gets
// an alias, whatever the parsed text had, so that reserved words, dots and
// spaces in names change nothing. What it writes parses to what it was given.
type Printer struct {
	// Names and Values are the request's ExpressionAttributeNames and
	// ExpressionAttributeValues; nil while nothing needs one.
	Names  map[string]string
	Values item.Item

	aliases map[string]string // of names
}

// Condition writes a condition of any kind.
func (w *Printer) Condition(c Condition) string {
	var b strings.Builder
	w.condition(&b, c, looseOr)
	return b.String()
}

// How tightly a place binds: a condition that binds less tightly than its
// place asks for stands in parentheses.
const (
	looseOr = iota
	looseAnd
	looseNot
)

func (w *Printer) condition(b *strings.Builder, c Condition, place int) {
	switch c := c.(type) {
	case Or:
		w.binary(b, c.Left, c.Right, " OR ", looseOr, place)
	case And:
		w.binary(b, c.Left, c.Right, " AND ", looseAnd, place)
	case Not:
		b.WriteString("NOT ")
		w.condition(b, c.Of, looseNot)
	case Compare:
		w.operand(b, c.Left)
		b.WriteString(" " + c.Op + " ")
		w.operand(b, c.Right)
	case Between:
		w.operand(b, c.Of)
		b.WriteString(" BETWEEN ")
		w.operand(b, c.Low)
		b.WriteString(" AND ")
		w.operand(b, c.High)
	case In:
		w.operand(b, c.Of)
		b.WriteString(" IN ")
		w.list(b, c.List...)
	case Call:
		b.WriteString(c.Function)
		w.list(b, c.Args...)
	}
}

// binary writes the operator so that it groups to the left, as it parses.
func (w *Printer) binary(b *strings.Builder, left, right Condition, op string, own, place int) {
	if own < place {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	w.condition(b, left, own)
	b.WriteString(op)
	w.condition(b, right, own+1)
}

func (w *Printer) list(b *strings.Builder, operands ...Operand) {
	b.WriteByte('(')
	for i, o := range operands {
		if i > 0 {
			b.WriteString(", ")
		}
		w.operand(b, o)
	}
	b.WriteByte(')')
}

func (w *Printer) operand(b *strings.Builder, o Operand) {
	switch o := o.(type) {
	case Path:
		w.path(b, o)
	case Literal:
		b.WriteString(w.value(o.Value))
	case Size:
		b.WriteString("size")
		w.list(b, o.Of)
	case Arithmetic:
		w.operand(b, o.Left)
		b.WriteString(" " + o.Op + " ")
		w.operand(b, o.Right)
	case IfNotExists:
		b.WriteString("if_not_exists")
		w.list(b, o.Path, o.Else)
	case ListAppend:
		b.WriteString("list_append")
		w.list(b, o.First, o.Second)
	}
}

func (w *Printer) path(b *strings.Builder, path Path) {
	for i, s := range path {
		switch {
		case s.IsIndex:
			b.WriteString("[" + itoa(s.Index) + "]")
		case i > 0:
			b.WriteString("." + w.name(s.Name))
		default:
			b.WriteString(w.name(s.Name))
		}
	}
}

func (w *Printer) name(name string) string {
	if alias, ok := w.aliases[name]; ok {
		return alias
	}
	if w.Names == nil {
		w.Names = map[string]string{}
		w.aliases = map[string]string{}
	}
	alias := "#n" + itoa(len(w.Names))
	w.Names[alias] = name
	w.aliases[name] = alias
	return alias
}

func (w *Printer) value(v item.Value) string {
	if w.Values == nil {
		w.Values = item.Item{}
	}
	key := ":v" + itoa(len(w.Values))
	w.Values[key] = v
	return key
}

// Projection writes a ProjectionExpression.
func (w *Printer) Projection(paths []Path) string {
	var b strings.Builder
	w.paths(&b, paths)
	return b.String()
}

func (w *Printer) paths(b *strings.Builder, paths []Path) {
	for i, p := range paths {
		if i > 0 {
			b.WriteString(", ")
		}
		w.path(b, p)
	}
}

// Update writes an UpdateExpression, SET, REMOVE, ADD and DELETE in that order.
func (w *Printer) Update(u Update) string {
	var sections []string
	section := func(word string, n int, write func(b *strings.Builder, i int)) {
		if n == 0 {
			return
		}
		var b strings.Builder
		b.WriteString(word)
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteByte(' ')
			write(&b, i)
		}
		sections = append(sections, b.String())
	}
	change := func(changes []Change) func(b *strings.Builder, i int) {
		return func(b *strings.Builder, i int) {
			w.path(b, changes[i].Path)
			b.WriteString(" " + w.value(changes[i].Value))
		}
	}
	section("SET", len(u.Set), func(b *strings.Builder, i int) {
		w.path(b, u.Set[i].Path)
		b.WriteString(" = ")
		w.operand(b, u.Set[i].Value)
	})
	section("REMOVE", len(u.Remove), func(b *strings.Builder, i int) { w.path(b, u.Remove[i]) })
	section("ADD", len(u.Add), change(u.Add))
	section("DELETE", len(u.Delete), change(u.Delete))
	return strings.Join(sections, " ")
}
