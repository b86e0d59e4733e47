package embedded

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/expr"
	"github.com/discreet-dev/discreet/internal/item"
)

// Requests from before expressions say the same in other parameters
// (AttributesToGet, Expected, QueryFilter, ScanFilter, KeyConditions,
// AttributeUpdates). They are turned into what expressions parse to.

// legacyConditions is Expected, a filter or KeyConditions.
type legacyConditions struct {
	parameter string
	list      []legacyCondition
	any       bool // joined by OR
}

type legacyCondition struct {
	attribute string
	operator  string // "" in an Expected that has Value or Exists alone
	values    []item.Value
	hasList   bool
	hasValue  bool
	exists    *bool
	bad       error
}

var comparisonOperators = [...]string{"IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE", "CONTAINS"}

// legacyConditions reads such a parameter; nil if it is absent.
func (f *fields) legacyConditions(parameter string) *legacyConditions {
	operator := f.enum("ConditionalOperator", "OR", "AND")
	class := "Condition"
	if parameter == "Expected" {
		class = "ExpectedAttributeValue"
	}
	all, ok := f.object(parameter, "java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810."+class+">")
	if !ok {
		return nil
	}
	c := &legacyConditions{parameter: parameter, any: operator == "OR"}
	for _, m := range all.members {
		g, err := objectOf(m.raw, "class com.amazonaws.dynamodb.v20120810."+class)
		if err != nil {
			f.mistyped(err.message)
			return nil
		}
		one := f.legacyCondition(g, lowerFirst(parameter)+"."+m.name+".member.comparisonOperator", parameter)
		one.attribute = m.name
		c.list = append(c.list, one)
	}
	return c
}

func (f *fields) legacyCondition(g *fields, at, parameter string) legacyCondition {
	var c legacyCondition
	operator, ok := g.text("ComparisonOperator")
	switch {
	case ok && !slices.Contains(comparisonOperators[:], operator):
		f.problem("'"+operator+"'", at, "Member must satisfy enum value set: ["+strings.Join(comparisonOperators[:], ", ")+"]")
	case !ok && parameter != "Expected":
		f.problem("null", at, notNull)
	}
	c.operator = operator
	values, hasList := g.list("AttributeValueList")
	c.hasList = hasList
	for _, raw := range values {
		c.add(g, raw)
	}
	if parameter == "Expected" {
		if raw, ok := g.get("Value"); ok {
			c.hasValue = true
			c.add(g, raw)
		}
		if g.has("Exists") {
			exists := g.boolean("Exists")
			c.exists = &exists
		}
	}
	f.take(g)
	return c
}

func (c *legacyCondition) add(g *fields, raw []byte) {
	v, err := g.value(raw)
	if c.bad == nil {
		c.bad = err
	}
	c.values = append(c.values, v)
}

// value decodes one attribute value, as decode does an item.
func (f *fields) value(raw []byte) (item.Value, error) {
	v, err := item.DecodeValue(raw)
	if bad, ok := err.(*item.Error); ok && bad.Type == item.SerializationException {
		f.mistyped(bad.Message)
		return item.Value{}, nil
	}
	return v, err
}

// condition is the whole parameter as one condition; nil if it is empty.
func (c *legacyConditions) condition() (expr.Condition, error) {
	var whole expr.Condition
	for i := range c.list {
		one := &c.list[i]
		check := one.check
		if c.parameter == "Expected" {
			check = one.checkExpected
		}
		if err := check(); err != nil {
			return nil, err
		}
		next := one.condition()
		switch {
		case whole == nil:
			whole = next
		case c.any:
			whole = expr.Or{Left: whole, Right: next}
		default:
			whole = expr.And{Left: whole, Right: next}
		}
	}
	return whole, nil
}

// checkExpected is check for what only an Expected may say.
func (c *legacyCondition) checkExpected() error {
	switch {
	case c.hasList && c.hasValue:
		return invalidValue("Value and AttributeValueList cannot be used together for Attribute: %s", c.attribute)
	case c.operator != "" && c.exists != nil:
		return invalidValue("Exists and ComparisonOperator cannot be used together for Attribute: %s", c.attribute)
	case c.operator != "" && c.operator != "NULL" && c.operator != "NOT_NULL" && !c.hasList && !c.hasValue:
		return invalidValue("Value or AttributeValueList must be used with ComparisonOperator: %s for Attribute: %s", c.operator, c.attribute)
	case c.operator != "":
		return c.check()
	case c.hasList:
		return invalidValue("AttributeValueList can only be used with a ComparisonOperator for Attribute: %s", c.attribute)
	case c.bad != nil:
		return c.bad
	}
	exists := c.exists == nil || *c.exists
	if exists && !c.hasValue {
		given := "null"
		if c.exists != nil {
			given = "true"
		}
		return invalidValue("Value must be provided when Exists is %s for Attribute: %s", given, c.attribute)
	}
	if !exists && c.hasValue {
		return invalidValue("Value cannot be used when Exists is false for Attribute: %s", c.attribute)
	}
	c.operator = "EQ"
	if !exists {
		c.operator = "NULL"
	}
	return nil
}

// check refuses a number or type of values that the operator does not take.
func (c *legacyCondition) check() error {
	if c.bad != nil {
		return c.bad
	}
	n := len(c.values)
	fits := n == 1
	switch c.operator {
	case "NULL", "NOT_NULL":
		fits = n == 0
	case "IN":
		fits = n > 0
	case "BETWEEN":
		fits = n == 2
	}
	if !fits {
		return invalidValue("Invalid number of argument(s) for the %s ComparisonOperator", c.operator)
	}
	for _, v := range c.values {
		if v.Kind != c.values[0].Kind {
			return invalidValue("AttributeValues inside AttributeValueList must be of same type")
		}
		if !c.takes(v.Kind) {
			return invalidValue("ComparisonOperator %s is not valid for %s AttributeValue type", c.operator, v.Kind)
		}
	}
	if c.operator == "BETWEEN" {
		if order, ok := item.Order(c.values[0], c.values[1]); ok && order > 0 {
			return invalid("The BETWEEN condition was provided a range where the lower bound is greater than the upper bound")
		}
	}
	return nil
}

func (c *legacyCondition) takes(kind item.Kind) bool {
	switch c.operator {
	case "EQ", "NE":
		return true
	case "BEGINS_WITH":
		return kind == item.KindS || kind == item.KindB
	case "CONTAINS", "NOT_CONTAINS":
		return kind != item.KindL && kind != item.KindM && item.ElementKind(kind) == 0
	}
	return kind == item.KindS || kind == item.KindN || kind == item.KindB
}

// condition is the checked condition; comparisons with what is absent fail,
// save for NE and NOT_CONTAINS.
func (c *legacyCondition) condition() expr.Condition {
	path := expr.Name(c.attribute)
	operands := make([]expr.Operand, len(c.values))
	for i, v := range c.values {
		operands[i] = expr.Literal{Value: v}
	}
	call := func(function string) expr.Condition {
		return expr.Call{Function: function, Args: append([]expr.Operand{path}, operands...)}
	}
	switch c.operator {
	case "NULL":
		return call("attribute_not_exists")
	case "NOT_NULL":
		return call("attribute_exists")
	case "CONTAINS":
		return call("contains")
	case "NOT_CONTAINS":
		return expr.Not{Of: call("contains")}
	case "BEGINS_WITH":
		return call("begins_with")
	case "IN":
		return expr.In{Of: path, List: operands}
	case "BETWEEN":
		return expr.Between{Of: path, Low: operands[0], High: operands[1]}
	}
	return expr.Compare{Op: comparator(c.operator), Left: path, Right: operands[0]}
}

func comparator(operator string) string {
	switch operator {
	case "NE":
		return "<>"
	case "LT":
		return "<"
	case "LE":
		return "<="
	case "GT":
		return ">"
	case "GE":
		return ">="
	}
	return "="
}

// expect makes an Expected the condition.
func (x *expressions) expect(c *legacyConditions) (err error) {
	if c != nil && x.condition == nil {
		x.condition, err = c.condition()
	}
	return err
}

// filterBy makes a QueryFilter or ScanFilter the filter.
func (x *expressions) filterBy(c *legacyConditions) (err error) {
	if c != nil && x.filter == nil {
		x.filter, err = c.condition()
		x.filterName = c.parameter
	}
	return err
}

// keyBy makes KeyConditions the key condition.
func (x *expressions) keyBy(c *legacyConditions) error {
	if len(c.list) != 1 && len(c.list) != 2 {
		return invalid("Conditions can be of length 1 or 2 only")
	}
	for i := range c.list {
		one := &c.list[i]
		if err := one.check(); err != nil {
			return err
		}
		term := expr.KeyTerm{Attribute: one.attribute, Values: one.values}
		switch one.operator {
		case "EQ", "LT", "LE", "GT", "GE":
			term.Op = comparator(one.operator)
		case "BETWEEN":
			term.Op = "BETWEEN"
		case "BEGINS_WITH":
			term.Op = "begins_with"
		default:
			return invalid("Attempted conditional constraint is not an indexable operation")
		}
		x.key = append(x.key, term)
	}
	return nil
}

// selectAttributes makes AttributesToGet the projection.
func (x *expressions) selectAttributes(names []string) error {
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return invalidValue("Duplicate value in attribute name: %s", name)
		}
		x.projection = append(x.projection, expr.Name(name))
		x.projectsBy = "AttributesToGet"
	}
	return nil
}

// legacyUpdate is one of AttributeUpdates.
type legacyUpdate struct {
	attribute string
	action    string
	value     *item.Value
	bad       error
}

func (f *fields) legacyUpdates() []legacyUpdate {
	all, ok := f.object("AttributeUpdates", "java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValueUpdate>")
	if !ok {
		return nil
	}
	var updates []legacyUpdate
	for _, m := range all.members {
		g, err := objectOf(m.raw, "class com.amazonaws.dynamodb.v20120810.AttributeValueUpdate")
		if err != nil {
			f.mistyped(err.message)
			return nil
		}
		u := legacyUpdate{attribute: m.name, action: "PUT"}
		if action, ok := g.text("Action"); ok {
			u.action = action
			if action != "PUT" && action != "ADD" && action != "DELETE" {
				f.problem("'"+action+"'", "attributeUpdates."+m.name+".member.action", "Member must satisfy enum value set: [ADD, PUT, DELETE]")
			}
		}
		if raw, ok := g.get("Value"); ok {
			v, err := g.value(raw)
			u.value, u.bad = &v, err
		}
		f.take(g)
		updates = append(updates, u)
	}
	return updates
}

// updateAttributes makes AttributeUpdates the update.
func (x *expressions) updateAttributes(updates []legacyUpdate) error {
	if updates == nil {
		return nil
	}
	x.update = &expr.Update{}
	for _, u := range updates {
		if u.bad != nil {
			return u.bad
		}
		if err := u.addTo(x.update); err != nil {
			return err
		}
	}
	return nil
}

func (u *legacyUpdate) addTo(update *expr.Update) error {
	path := expr.Name(u.attribute)
	switch {
	case u.value == nil && u.action != "DELETE":
		return invalidValue("Only DELETE action is allowed when no attribute value is specified")
	case u.value == nil:
		update.Remove = append(update.Remove, path)
	case u.action == "PUT":
		update.Set = append(update.Set, expr.Assignment{Path: path, Value: expr.Literal{Value: *u.value}})
	case u.action == "DELETE":
		if item.ElementKind(u.value.Kind) == 0 {
			return invalidValue("DELETE action with value is not supported for the type %s", u.value.Kind)
		}
		update.Delete = append(update.Delete, expr.Change{Path: path, Value: *u.value})
	case u.value.Kind == item.KindL:
		none := expr.Literal{Value: item.Value{Kind: item.KindL}}
		update.Set = append(update.Set, expr.Assignment{Path: path, Value: expr.ListAppend{
			First:  expr.IfNotExists{Path: path, Else: none},
			Second: expr.Literal{Value: *u.value},
		}})
	default:
		if u.value.Kind != item.KindN && item.ElementKind(u.value.Kind) == 0 {
			return invalidValue("ADD action is not supported for the type %s", u.value.Kind)
		}
		update.Add = append(update.Add, expr.Change{Path: path, Value: *u.value})
	}
	return nil
}
