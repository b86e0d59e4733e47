package contract

// Segment is one segment of a route's path.
type Segment struct {
	Literal  string
	Variable string // when not "", the segment is {Variable}
}

// Operation is what a route does.
type Operation string

// The operations of a route.
const (
	List   Operation = "list"
	Get    Operation = "get"
	Create Operation = "create"
	Update Operation = "update"
	Delete Operation = "delete"
)

// Route binds an HTTP method and path to one operation on one or more views,
// all of one table.
type Route struct {
	Text       string // as the contract writes it: "GET /api/profile"
	Pos        Pos
	Method     string
	Segments   []Segment
	Operation  Operation
	Views      []*View
	Index      *Index // for a list; nil: the table itself
	Descending bool
	Parameters []*Parameter
	Page       Page
	// OrderReveals is why a list may be ordered by a sort key that it hides.
	OrderReveals string
}

// Parameter is a query parameter that selects inside the scope.
type Parameter struct {
	Name      string // outside: what every view of the route calls the attribute
	Attribute *Attribute
	Operators []Operator
}

// Page bounds a list. All are counts of items; Reads of items evaluated.
type Page struct{ Default, Max, Reads int }

// Operator compares an attribute with values.
type Operator string

// The operators. Contains stands in scopes alone.
const (
	Eq         Operator = "eq"
	Ne         Operator = "ne"
	Lt         Operator = "lt"
	Lte        Operator = "lte"
	Gt         Operator = "gt"
	Gte        Operator = "gte"
	Between    Operator = "between" // two values, both inclusive
	BeginsWith Operator = "begins_with"
	Contains   Operator = "contains"
)

// Holds reports whether the operator of one comparison holds for a value that is
// less than (-1), equal to (0) or greater than (1) the condition's own. The
// others, between, begins_with and contains, hold for no order.
func (o Operator) Holds(order int) bool {
	switch o {
	case Eq:
		return order == 0
	case Ne:
		return order != 0
	case Lt:
		return order < 0
	case Lte:
		return order <= 0
	case Gt:
		return order > 0
	case Gte:
		return order >= 0
	}
	return false
}
