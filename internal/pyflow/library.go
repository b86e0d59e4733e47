package pyflow

import "github.com/discreet-dev/discreet/internal/python"

// Library says what is outside the tree. A method that has nothing to say
// returns nil, or false.
type Library interface {
	// Call is what a call of something outside the tree gives; Frame.Builtin is
	// what Python's own functions do.
	Call(f *Frame, c *Call) *Value
	// Enter is told of a call of a function of the tree, before it is followed. A
	// value that it returns is taken instead.
	Enter(f *Frame, fn *Func, c *Call) *Value
	// Attribute is base.name, for what the tree does not define.
	Attribute(f *Frame, base *Value, name string, at python.Expr) *Value
	// SetAttribute is told of base.name = value for a base outside the tree.
	SetAttribute(f *Frame, base *Value, name string, value *Value, at python.Expr)
	// Index is what a mark becomes under a key; known is false for a key that no
	// constant gives.
	Index(f *Frame, m Mark, key string, known bool) []Mark
	// Iterate is what a mark becomes in `for x in`, or as key or value of .items().
	Iterate(m Mark, part Part) []Mark
	// Store is what a container is marked by when value is put into it under key.
	Store(f *Frame, key, value *Value, at python.Expr) []Mark
	// Compare is what the result of a comparison is marked by.
	Compare(f *Frame, left, right *Value, op python.CompareOperator, at python.Expr) []Mark
	// Facts is what holds once a test on a value has been taken.
	Facts(f *Frame, v *Value) []string
	// Decorate is what a decorator from outside the tree makes of a definition.
	Decorate(f *Frame, decorator python.Expr, callee, target *Value) *Value
	// Define is told of every function and class, decorated or not.
	Define(f *Frame, def python.Stmt, v *Value)
	// Argument is a parameter that no call has given.
	Argument(fn *Func, p *python.Param) *Value
	// Name is a name that nothing defines.
	Name(f *Frame, name string) *Value
	// Assign is told of the value that a name is given.
	Assign(f *Frame, name string, value *Value, at python.Expr) *Value
	// Compose is what the marks of texts become that are joined into one. Of a
	// format, the first part is the format.
	Compose(parts []*Value) []Traced
	// Keep is a value on its way out of a place where facts hold: returned, or put
	// into a container.
	Keep(f *Frame, v *Value) *Value
	// Caught is what an except clause of these types catches that no followed
	// code raised; outside says that the try body calls what is outside the tree.
	Caught(types []string, outside bool, at Place) *Value
	// Raises are the exceptions that an external call may raise.
	Raises(f *Frame, c *Call) *Value
}

// Part says what of a container is iterated over.
type Part uint8

// The parts.
const (
	Elements Part = iota
	Keys
	Values
)

// Call is a call, its arguments evaluated.
type Call struct {
	Name     string // the dotted external name that is called, "" for what is not known
	Method   string // the last part, also where Name is ""
	Receiver *Value // what the method was taken from
	Callee   *Value
	Args     []*Value
	Keywords map[string]*Value
	Rest     *Value // of *args and **kwargs, what has no place
	Star     *Value // of that, an element of *args
	Spread   *Value // and the dict of **kwargs
	Before   int    // of Args, how many do not stand in At: a partial's
	At       *python.Call
}

// Arg is the i-th argument, or that of the name; nil without one.
func (c *Call) Arg(i int, name string) *Value {
	if v, ok := c.Keywords[name]; ok && name != "" {
		return v
	}
	if i >= 0 && i < len(c.Args) {
		return c.Args[i]
	}
	return nil
}

// All are the arguments joined.
func (c *Call) All() *Value {
	all := append([]*Value{c.Rest}, c.Args...)
	for _, k := range sortedKeys(c.Keywords) {
		all = append(all, c.Keywords[k])
	}
	return Join(all...)
}
