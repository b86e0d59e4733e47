package draft

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/surface"
)

// candidate is what one route would be: an operation on items of a type, of a
// scope.
type candidate struct {
	route     *surface.Route
	access    *surface.Access
	table     *table
	of        *itemType
	operation string   // list, get, create, update, delete
	given     string   // the path of the code
	called    []string // variables of it that have another name now
	method    string
	asked     string // the method of the code, where that is another

	scope    []binding
	renamed  map[string]string // path variables of the code, to attributes
	appended []string          // attributes that the path has besides
	newID    []string          // what a create gives a new id
	index    string
	filters  []*surface.Binding // what a list is narrowed by
	any      bool               // the scope is everybody's
	restrict bool               // the code asks for a role

	show  []shown
	write []string
	left  []string // what is not shown, and what is not written, with why

	notes    []note // guesses that decide who sees what
	question string // why it is commented out; "" is in force
}

// operations are the contract's, by DynamoDB's.
var operations = map[string]string{
	"GetItem": "get", "Query": "list", "Scan": "list", "PutItem": "create", "UpdateItem": "update", "DeleteItem": "delete",
}

var methodOf = map[string]string{"list": "GET", "get": "GET", "create": "POST", "update": "PATCH", "delete": "DELETE"}

func reads(a *surface.Access) bool {
	return strings.HasSuffix(a.Operation, "GetItem") || a.Operation == "Query" || a.Operation == "Scan" || a.Operation == "TransactGetItems" || a.Operation == "PartiQLSelect"
}

// readRoute finds what each method of a route would be.
func (m *model) readRoute(r *surface.Route) {
	if len(r.Accesses) == 0 {
		return
	}
	if len(m.found) >= maxRoutes {
		m.beyond++
		return
	}
	methods := slices.Clone(r.Methods)
	if len(methods) == 0 {
		methods = []string{""}
	}
	taken := false
	for _, method := range methods {
		method = strings.ToUpper(method)
		a := mainAccess(r, method)
		if a == nil || method == "HEAD" || method == "OPTIONS" || reads(a) && method != "GET" && slices.Contains(methods, "GET") {
			continue
		}
		taken = true
		for _, path := range append([]string{r.Path}, r.Others...) {
			c := m.candidate(r, a, method, path)
			if c == nil {
				break
			}
			m.found = append(m.found, c)
		}
	}
	if !taken {
		var tables []string
		for _, a := range r.Accesses {
			tables = union(tables, []string{cmp.Or(a.Table, "a table")})
		}
		m.stay(r, "reads "+strings.Join(tables, ", ")+" and shows nothing of it")
	}
}

func (m *model) stay(r *surface.Route, why string) {
	m.stays = append(m.stays, finding.Notice{Location: r.Location, Text: title(r) + ": " + why})
}

func title(r *surface.Route) string {
	if r.Title != "" {
		return r.Title
	}
	return r.Function
}

// mainAccess is what a request of the method is for: what is shown, or the first
// write of the method's kind.
func mainAccess(r *surface.Route, method string) *surface.Access {
	prefer := map[string][]string{
		"POST": {"PutItem", "UpdateItem", "DeleteItem"}, "PUT": {"UpdateItem", "PutItem"}, "PATCH": {"UpdateItem", "PutItem"}, "DELETE": {"DeleteItem", "UpdateItem"},
		"": {"PutItem", "UpdateItem", "DeleteItem"},
	}[method]
	for _, operation := range prefer {
		for i := range r.Accesses {
			if r.Accesses[i].Operation == operation {
				return &r.Accesses[i]
			}
		}
	}
	for i := range r.Accesses {
		if a := &r.Accesses[i]; reads(a) && len(a.Shows) > 0 {
			return a
		}
	}
	return nil
}

// candidate works out one operation; nil where no contract could have it.
func (m *model) candidate(r *surface.Route, a *surface.Access, method, path string) *candidate {
	c := &candidate{route: r, access: a, given: path, renamed: map[string]string{}, table: m.tableOf(a), operation: operations[a.Operation], restrict: r.Restricted}
	switch {
	case c.table == nil && a.Table == "":
		m.stay(r, "uses a table whose name the code does not tell")
		return nil
	case c.table == nil:
		m.beyond++
		return nil
	case c.operation == "":
		m.stay(r, "reads by "+remark(a.Operation)+", and a contract reads one item, or the items of one partition")
		return nil
	}
	c.of = c.table.typeOf(a)
	if c.of == nil {
		m.stay(r, "uses "+c.table.name+", where several item types could be meant")
		return nil
	}
	if a.Operation == "PutItem" && (method == "PATCH" || method == "PUT" && loads(r, a.Table)) {
		c.operation = "update" // what was loaded is stored again
	}
	c.method = methodOf[c.operation]
	if c.operation == "create" && method == "PUT" {
		c.method = "PUT"
	}
	if method != c.method {
		c.asked = method
	}
	if i := c.table.index(a.Index); i != nil && c.operation == "list" {
		c.index = a.Index
	}
	c.bind(m)
	c.choose()
	return c
}

// changes says that the route changes an item.
func (c *candidate) changes() bool {
	return c.operation == "create" || c.operation == "update" || c.operation == "delete"
}

func loads(r *surface.Route, table string) bool {
	return slices.ContainsFunc(r.Accesses, func(a surface.Access) bool { return a.Operation == "GetItem" && a.Table == table })
}

// ask says why the route waits; the first reason stands.
func (c *candidate) ask(format string, args ...any) {
	if c.question == "" {
		c.question = fmt.Sprintf(format, args...)
	}
}

func (c *candidate) note(format string, args ...any) {
	c.notes = merge(c.notes, note{fmt.Sprintf(format, args...), []finding.Location{c.access.Location}})
}
