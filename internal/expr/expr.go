// Package expr has DynamoDB's expressions: it parses them, says which paths
// they touch, prints them with fresh aliases, and evaluates them on an item. It
// does no I/O and knows no table; a fault is an *item.Error with the message
// that DynamoDB gives.
package expr

import "github.com/discreet-dev/discreet/internal/item"

// Limits of one expression, from DynamoDB's "Quotas" page.
const (
	MaxSize      = 4096 // bytes
	MaxOperators = 300  // operators and functions of an update
	MaxIn        = 100  // operands of IN
)

// Condition is a parsed FilterExpression, ConditionExpression or
// KeyConditionExpression: And, Or, Not, Compare, Between, In or Call.
type Condition interface{ isCondition() }

// And is Left AND Right.
type And struct{ Left, Right Condition }

// Or is Left OR Right.
type Or struct{ Left, Right Condition }

// Not is NOT Of.
type Not struct{ Of Condition }

// Compare is Left Op Right; Op is one of = <> < <= > >=.
type Compare struct {
	Op          string
	Left, Right Operand
}

// Between is Of BETWEEN Low AND High.
type Between struct{ Of, Low, High Operand }

// In is Of IN (List...).
type In struct {
	Of   Operand
	List []Operand
}

// Call is a function that holds or does not: attribute_exists,
// attribute_not_exists, attribute_type, begins_with or contains.
type Call struct {
	Function string
	Args     []Operand
}

func (And) isCondition()     {}
func (Or) isCondition()      {}
func (Not) isCondition()     {}
func (Compare) isCondition() {}
func (Between) isCondition() {}
func (In) isCondition()      {}
func (Call) isCondition()    {}

// Operand is a Path, a Literal or a Size; in a SET also an Arithmetic, an
// IfNotExists or a ListAppend.
type Operand interface{ isOperand() }

// Literal is a value of ExpressionAttributeValues.
type Literal struct{ Value item.Value }

// Size is size(Of).
type Size struct{ Of Operand }

// Arithmetic is Left + Right or Left - Right.
type Arithmetic struct {
	Op          string
	Left, Right Operand
}

// IfNotExists is if_not_exists(Path, Else).
type IfNotExists struct {
	Path Path
	Else Operand
}

// ListAppend is list_append(First, Second).
type ListAppend struct{ First, Second Operand }

func (Path) isOperand()        {}
func (Literal) isOperand()     {}
func (Size) isOperand()        {}
func (Arithmetic) isOperand()  {}
func (IfNotExists) isOperand() {}
func (ListAppend) isOperand()  {}

// Update is a parsed UpdateExpression. No two of its target paths overlap.
type Update struct {
	Set    []Assignment
	Remove []Path
	Add    []Change
	Delete []Change
}

// Assignment is one Path = Value of a SET.
type Assignment struct {
	Path  Path
	Value Operand
}

// Change is one target of an ADD, whose Value is a number or a set, or of a
// DELETE, whose Value is a set.
type Change struct {
	Path  Path
	Value item.Value
}

// Targets are the paths that the update writes, in the order SET, REMOVE, ADD,
// DELETE.
func (u Update) Targets() []Path {
	var paths []Path
	for _, a := range u.Set {
		paths = append(paths, a.Path)
	}
	paths = append(paths, u.Remove...)
	for _, c := range u.Add {
		paths = append(paths, c.Path)
	}
	for _, c := range u.Delete {
		paths = append(paths, c.Path)
	}
	return paths
}

// Sources are the paths that the update's right-hand sides read, one for each
// time. ADD and DELETE read their own targets besides.
func (u Update) Sources() []Path {
	var paths []Path
	for _, a := range u.Set {
		paths = operandPaths(paths, a.Value)
	}
	return paths
}

// Paths are the paths that the condition reads, one for each time, in the
// order in which they stand.
func Paths(c Condition) []Path { return conditionPaths(nil, c) }

func conditionPaths(paths []Path, c Condition) []Path {
	switch c := c.(type) {
	case And:
		return conditionPaths(conditionPaths(paths, c.Left), c.Right)
	case Or:
		return conditionPaths(conditionPaths(paths, c.Left), c.Right)
	case Not:
		return conditionPaths(paths, c.Of)
	case Compare:
		return operandPaths(paths, c.Left, c.Right)
	case Between:
		return operandPaths(paths, c.Of, c.Low, c.High)
	case In:
		return operandPaths(operandPaths(paths, c.Of), c.List...)
	case Call:
		return operandPaths(paths, c.Args...)
	}
	return paths
}

func operandPaths(paths []Path, operands ...Operand) []Path {
	for _, o := range operands {
		switch o := o.(type) {
		case Path:
			paths = append(paths, o)
		case Size:
			paths = operandPaths(paths, o.Of)
		case Arithmetic:
			paths = operandPaths(paths, o.Left, o.Right)
		case IfNotExists:
			paths = operandPaths(append(paths, o.Path), o.Else)
		case ListAppend:
			paths = operandPaths(paths, o.First, o.Second)
		}
	}
	return paths
}
