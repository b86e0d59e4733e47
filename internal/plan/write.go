package plan

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/body"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/item"
)

// Moment is what a write takes from outside: the time, and identifiers that no
// one can guess.
type Moment struct {
	Now   time.Time
	NewID func() string
}

// text is the value of an operand for an attribute of that type.
func (m Moment) text(o contract.Operand, t contract.Type, p contract.Principal) (string, bool) {
	switch o.Kind {
	case contract.FromConstant:
		return o.Constant.Text, true
	case contract.FromID:
		return p.ID, p.ID != ""
	case contract.FromClaim:
		c := p.Claims[o.Claim]
		if c.List || len(c.Values) != 1 {
			return "", false
		}
		return c.Values[0], true
	case contract.FromNow:
		if t == contract.N {
			return strconv.FormatInt(m.Now.Unix(), 10), true
		}
		return m.Now.UTC().Format(time.RFC3339), true
	case contract.FromNewID:
		return m.NewID(), true
	}
	return "", false
}

// scalar is a value of an attribute from text, as conditions hold it.
func scalar(a *contract.Attribute, text string) (item.Value, bool) {
	switch a.Type {
	case contract.S:
		return item.Value{Kind: item.KindS, Str: text}, true
	case contract.N:
		digits, err := item.Canonical(text)
		return item.Value{Kind: item.KindN, Str: digits}, err == nil
	case contract.BOOL:
		return item.Value{Kind: item.KindBOOL, Bool: text == "true"}, text == "true" || text == "false"
	case contract.B:
		v, bad := body.Typed(body.Node{Kind: '"', Text: text}, &contract.Attribute{Type: contract.B}, "")
		return v, bad == nil
	}
	return item.Value{}, false
}

// Write is an update or a delete whose ownership stands in its own condition.
type Write struct {
	Operation
	// Ensure makes the maps that the write leads into, one request each, under
	// the same conditions: sent when the write's condition failed, before it is
	// tried again. Without any, a failed condition is final.
	Ensure []Operation
	// Empty: the body changes nothing, and no write is sent.
	Empty bool
}

// Seen is the version of an item that a caller's If-Match stands for. The zero
// Seen asks for none.
type Seen struct {
	Any     bool   // there is such a condition
	Version string // canonical digits, or "" where the item has none
}

// Update plans a JSON Merge Patch (RFC 7396) of one item. Only what the view
// lets write is set; each member of a map is set by itself, so that its hidden
// neighbours stay.
func (p *Plan) Update(g access.Grant, text []byte, seen Seen, m Moment) (Write, error) {
	if err := p.allows(g); err != nil {
		return Write{}, err
	}
	members, bad := body.Object(text)
	if bad != nil {
		return Write{}, bad
	}
	list, bad := writableOf(g.View()).changes(members, nil, "")
	if bad != nil {
		return Write{}, bad
	}
	// A view that lets nothing be written but sets something is a touch: {}.
	if v := g.View(); len(list) == 0 && (len(v.Write) > 0 || len(v.OnUpdate) == 0) {
		return Write{Empty: true}, nil
	}
	u := update{plan: p, grant: g, moment: m, seen: seen}
	for _, c := range list {
		if bad := u.change(c); bad != nil {
			return Write{}, bad
		}
	}
	for _, s := range g.View().OnUpdate {
		if bad := u.setting(s); bad != nil {
			return Write{}, bad
		}
	}
	return u.write()
}

// update collects an UpdateExpression.
type update struct {
	plan    *Plan
	grant   access.Grant
	moment  Moment
	seen    Seen
	e       expression
	set     []string
	remove  []string
	parents [][]string        // maps that a change leads into, outer before inner
	written map[string]string // new texts of template variables; "" removes
}

func (u *update) change(c change) *fault.Fault {
	a := c.attribute
	if a.Variable {
		return u.variable(c)
	}
	return u.merge(c.path, c.value, a, c.where)
}

// variable remembers a template's variable; the keys it composes come later.
func (u *update) variable(c change) *fault.Fault {
	text := ""
	if c.value.Kind != 'n' {
		v, bad := body.Typed(c.value, c.attribute, c.where)
		if bad != nil {
			return bad
		}
		if text = v.Str; text == "" {
			return fault.Bad(c.where, "takes text that is not empty, or null")
		}
	}
	u.assign(c.attribute.Name, text)
	return nil
}

func (u *update) assign(variable, text string) {
	if u.written == nil {
		u.written = map[string]string{}
	}
	u.written[variable] = text
}

// setting gives an attribute, or a template's variable, the contract's value.
func (u *update) setting(s contract.Setting) *fault.Fault {
	text, ok := u.moment.text(s.Value, s.Attribute.Type, u.grant.Principal())
	value, typed := scalar(s.Attribute, text)
	switch {
	case !ok || !typed || s.Attribute.Variable && text == "":
		return fault.Because(fault.Forbidden, "no value to set %s to", s.Attribute.Name)
	case s.Attribute.Variable:
		u.assign(s.Attribute.Name, value.Str)
	default:
		u.set = append(u.set, u.e.name(s.Attribute.Name)+" = "+u.e.value(value))
	}
	return nil
}

// merge applies RFC 7396 to one path: an object merges into a map, null
// removes, anything else replaces.
func (u *update) merge(path []string, n body.Node, a *contract.Attribute, where string) *fault.Fault {
	if len(u.set)+len(u.remove) > maxTerms || len(u.parents) > maxMaps {
		return fault.New(fault.TooLarge, nil)
	}
	if n.Kind == 'n' && (a == nil || a.Type != contract.NULL) {
		u.parent(path[:len(path)-1])
		u.remove = append(u.remove, u.e.name(path...))
		return nil
	}
	if n.Kind == '{' && (a == nil || a.Type == contract.M) {
		if len(n.Members) == 0 {
			u.parent(path)
		}
		for _, m := range n.Members {
			var declared *contract.Attribute
			place := where
			if a != nil {
				if declared = a.Members[m.Name]; declared != nil {
					place += "." + m.Name
				} else if !a.Open {
					return fault.Bad(where, "takes its declared members alone")
				}
			}
			if bad := u.merge(append(slices.Clone(path), m.Name), m.Value, declared, place); bad != nil {
				return bad
			}
		}
		return nil
	}
	v, bad := body.Inner(n, a, where)
	if bad != nil {
		return bad
	}
	u.parent(path[:len(path)-1])
	u.set = append(u.set, u.e.name(path...)+" = "+u.e.value(v))
	return nil
}

// parent remembers that a path must be a map, and all before it.
func (u *update) parent(path []string) {
	for i := 1; i <= len(path); i++ {
		if !slices.ContainsFunc(u.parents, func(have []string) bool { return slices.Equal(have, path[:i]) }) {
			u.parents = append(u.parents, path[:i])
		}
	}
}

// keys composes again every index key that a written variable stands in. A part
// that is neither bound nor written is not known, and parse lets no view write
// such a variable; a variable that is removed takes the item out of the index.
func (u *update) keys() *fault.Fault {
	of := u.grant.View().Of
	value := func(name string) (string, bool) {
		if text, ok := u.written[name]; ok {
			return text, text != ""
		}
		return u.grant.Bound(name)
	}
	for _, key := range sortedKeys(of.Keys) {
		t := of.Keys[key]
		if !slices.ContainsFunc(t.Variables(), func(v string) bool { _, ok := u.written[v]; return ok }) {
			continue
		}
		text, whole, err := t.Compose(value)
		if err != nil || len(text) > access.KeyLimit(of.Table, key) {
			return refusedBy(key)
		}
		if !whole {
			if holdsScope(u.grant, t) {
				return fault.Because(fault.Forbidden, "without %s the item would leave its scope", key)
			}
			u.remove = append(u.remove, u.e.name(key))
			continue
		}
		v, ok := scalar(of.Attributes[key], text)
		if !ok {
			return refusedBy(key)
		}
		u.set = append(u.set, u.e.name(key)+" = "+u.e.value(v))
	}
	return nil
}

func sortedKeys(m map[string]contract.Template) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (u *update) write() (Write, error) {
	if bad := u.keys(); bad != nil {
		return Write{}, bad
	}
	t := u.grant.View().Of.Table
	if t.Version != "" {
		n := u.e.name(t.Version)
		u.set = append(u.set, n+" = if_not_exists("+n+","+u.e.scalar(contract.N, "0")+") + "+u.e.scalar(contract.N, "1"))
	}
	conditions, err := u.plan.owned(&u.e, u.grant, u.seen, u.moment)
	if err != nil {
		return Write{}, err
	}
	isMap := ""
	for i, path := range u.parents {
		if i == 0 {
			isMap = u.e.scalar(contract.S, "M")
		}
		conditions = append(conditions, "attribute_type("+u.e.name(path...)+","+isMap+")")
	}
	text := clause("SET ", u.set) + clause(" REMOVE ", u.remove)
	if text == "" { // an empty object: nothing but that its map be there
		text = "SET " + u.e.name(u.parents[0]...) + " = " + u.e.name(u.parents[0]...)
	}
	w := Write{Operation: u.plan.update(u.grant, strings.TrimSpace(text), conditions, &u.e)}
	if len(text) > maxExpression || len(strings.Join(conditions, " AND ")) > maxExpression {
		return Write{}, fault.New(fault.TooLarge, nil)
	}
	for _, path := range u.parents {
		one, err := u.plan.ensure(u.grant, path, u.seen, u.moment)
		if err != nil {
			return Write{}, err
		}
		w.Ensure = append(w.Ensure, one)
	}
	return w, nil
}

const (
	maxExpression = 4096              // bytes; DynamoDB's limit
	maxTerms      = maxExpression / 4 // more than an expression has room for
	maxMaps       = 32                // that one patch leads into: each may cost a request
)

func clause(word string, parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	return word + strings.Join(parts, ", ")
}

// ensure makes an empty map where the path has none. RFC 7396 puts one in the
// place of whatever else stands there.
func (p *Plan) ensure(g access.Grant, path []string, seen Seen, m Moment) (Operation, error) {
	var e expression
	n := e.name(path...)
	set := "SET " + n + " = " + e.value(item.Value{Kind: item.KindM})
	conditions, err := p.owned(&e, g, seen, m)
	if err != nil {
		return Operation{}, err
	}
	conditions = append(conditions, "NOT attribute_type("+n+","+e.scalar(contract.S, "M")+")")
	return p.update(g, set, conditions, &e), nil
}

func (p *Plan) update(g access.Grant, text string, conditions []string, e *expression) Operation {
	b := begin(p.table)
	b = append(b, `,"Key":`...)
	b = appendKey(b, g.Key())
	b = append(b, `,"UpdateExpression":`...)
	b = item.AppendString(b, text)
	b = append(b, `,"ConditionExpression":`...)
	b = item.AppendString(b, strings.Join(conditions, " AND "))
	b = e.members(b)
	return Operation{"UpdateItem", append(b, '}')}
}

// Delete plans the removal of one item that the view reaches.
func (p *Plan) Delete(g access.Grant, seen Seen, m Moment) (Write, error) {
	if err := p.allows(g); err != nil {
		return Write{}, err
	}
	var e expression
	conditions, err := p.owned(&e, g, seen, m)
	if err != nil {
		return Write{}, err
	}
	b := begin(p.table)
	b = append(b, `,"Key":`...)
	b = appendKey(b, g.Key())
	b = append(b, `,"ConditionExpression":`...)
	b = item.AppendString(b, strings.Join(conditions, " AND "))
	b = e.members(b)
	return Write{Operation: Operation{"DeleteItem", append(b, '}')}}, nil
}

// owned are the conditions under which the item is the view's: it exists, it is
// of the type, the scope admits it, it has not expired, and it is the version
// that the caller saw. They stand in the write itself, so that nothing can
// change between a check and the write (CWE-367; leak ledger, row 11).
func (p *Plan) owned(e *expression, g access.Grant, seen Seen, m Moment) ([]string, error) {
	of := g.View().Of
	out := []string{"attribute_exists(" + e.name(of.Table.Partition) + ")"}
	for _, c := range of.Only {
		out = append(out, e.name(c.Attribute.Name)+" = "+e.scalar(c.Attribute.Type, c.Value.Text))
	}
	for _, c := range g.ByData() {
		text, err := stored(e, g, c)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	// A variable of the key that is stored as well, as a key of an index may be,
	// says the same or nothing: a read takes an item of two minds for no item.
	for _, c := range g.Checks() {
		if a := c.Attribute; c.ByKey && !a.Variable && !isPrimary(of.Table, a.Name) {
			out = append(out, "(attribute_not_exists("+e.name(a.Name)+") OR "+e.condition(a.Name, c.Condition)+")")
		}
	}
	if ttl := of.Table.TTL; ttl != "" {
		n := e.name(ttl)
		out = append(out, "(NOT attribute_type("+n+","+e.scalar(contract.S, "N")+") OR "+n+" > "+
			e.scalar(contract.N, strconv.FormatInt(m.Now.Unix(), 10))+")")
	}
	if seen.Any {
		n := e.name(of.Table.Version)
		if seen.Version == "" {
			out = append(out, "attribute_not_exists("+n+")")
		} else {
			out = append(out, n+" = "+e.scalar(contract.N, seen.Version))
		}
	}
	return out, nil
}

// stored is a condition on what is stored: a template's variable is compared
// through a key attribute that holds it. Where what stands before or behind the
// variable is not known there is no such condition, and the write is refused;
// parse reports such a view.
func stored(e *expression, g access.Grant, c contract.Condition) (string, error) {
	if !c.Attribute.Variable {
		return e.condition(c.Attribute.Name, c), nil
	}
	of := g.View().Of
	for _, key := range sortedKeys(of.Keys) {
		t := of.Keys[key]
		if !slices.Contains(t.Variables(), c.Attribute.Name) {
			continue
		}
		text, whole, err := t.Compose(g.Bound)
		if err != nil {
			break
		}
		op := contract.BeginsWith
		if whole {
			op = contract.Eq
		} else if !g.Fixes(key, c.Attribute.Name) {
			continue
		}
		return e.condition(key, contract.Condition{Attribute: of.Attributes[key], Operator: op, Values: []string{text}}), nil
	}
	return "", fault.Because(fault.Forbidden, "no condition of a write can hold the scope's %s", c.Attribute.Name)
}
