package expr

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/item"
)

// Update parses an UpdateExpression.
func (p *Parser) Update(source string) (Update, error) {
	e, err := p.start(Updating, source)
	if err != nil {
		return Update{}, err
	}
	u, err := e.update()
	if err == nil {
		err = e.told()
	}
	if err != nil {
		return Update{}, err
	}
	return u, nil
}

func (p *parse) update() (Update, error) {
	var u Update
	var targets []Path // in the order of the text, which messages follow
	seen := map[string]bool{}
	for {
		section := strings.ToUpper(p.here().text)
		var each func() (Path, error)
		switch section {
		case "SET":
			each = func() (Path, error) { return p.assignment(&u) }
		case "REMOVE":
			each = func() (Path, error) { return p.removal(&u) }
		case "ADD":
			each = func() (Path, error) { return p.change("ADD", &u.Add) }
		case "DELETE":
			each = func() (Path, error) { return p.change("DELETE", &u.Delete) }
		default:
			return u, p.syntax()
		}
		if seen[section] {
			p.fault(faultSection, `The "`+section+`" section can only be used once in an update expression;`)
		}
		seen[section] = true
		p.pos++
		for more := true; more; more = p.takeSign(",") {
			target, err := each()
			if err != nil {
				return u, err
			}
			targets = append(targets, target)
		}
		if p.here().kind == tokenEnd {
			p.checkOverlaps(targets)
			return u, nil
		}
	}
}

func (p *parse) assignment(u *Update) (Path, error) {
	path, err := p.path()
	if err != nil {
		return nil, err
	}
	if err := p.needSign("="); err != nil {
		return nil, err
	}
	v, err := p.setValue()
	u.Set = append(u.Set, Assignment{path, v})
	return path, err
}

func (p *parse) removal(u *Update) (Path, error) {
	path, err := p.path()
	u.Remove = append(u.Remove, path)
	return path, err
}

// change is one target of an ADD or a DELETE.
func (p *parse) change(section string, changes *[]Change) (Path, error) {
	path, err := p.path()
	if err != nil {
		return nil, err
	}
	t := p.here()
	if t.kind != tokenValue {
		return nil, p.syntax()
	}
	p.pos++
	v := p.value(t.text)
	switch v.Kind {
	case 0, item.KindSS, item.KindNS, item.KindBS:
	default:
		if section == "DELETE" || v.Kind != item.KindN {
			p.fault(faultOperand, "Incorrect operand type for operator or function; operator: "+
				section+", operand type: "+longName(v.Kind))
		}
	}
	*changes = append(*changes, Change{path, v})
	return path, nil
}

// longName is a kind as the messages about ADD and DELETE spell it.
func longName(k item.Kind) string {
	switch k {
	case item.KindS:
		return "STRING"
	case item.KindN:
		return "NUMBER"
	case item.KindB:
		return "BINARY"
	case item.KindBOOL:
		return "BOOLEAN"
	case item.KindNULL:
		return "NULL"
	case item.KindSS:
		return "STRING_SET"
	case item.KindNS:
		return "NUMBER_SET"
	case item.KindBS:
		return "BINARY_SET"
	case item.KindL:
		return "LIST"
	default:
		return "MAP"
	}
}

// setValue is an operand, or two with + or - between them.
func (p *parse) setValue() (Operand, error) {
	left, err := p.setOperand(true)
	if err != nil {
		return nil, err
	}
	op := p.here()
	if !op.isSign("+") && !op.isSign("-") {
		return left, nil
	}
	if _, ok := left.(Arithmetic); ok {
		return nil, p.syntax()
	}
	p.pos++
	if err := p.countOperator(); err != nil {
		return nil, err
	}
	right, err := p.setOperand(false)
	if err != nil {
		return nil, err
	}
	for _, o := range []Operand{left, right} {
		if k := kindOf(o); k != 0 && k != item.KindN {
			p.wrongType(op.text, k.String())
		}
	}
	return Arithmetic{op.text, left, right}, nil
}

// setOperand is a path, a value or a function; in parentheses it may be
// arithmetic, if the whole value is.
func (p *parse) setOperand(whole bool) (Operand, error) {
	t := p.here()
	switch {
	case t.isSign("("):
		if err := p.deeper(); err != nil {
			return nil, err
		}
		defer p.shallower()
		p.pos++
		inner := p.setValue
		if !whole {
			inner = func() (Operand, error) { return p.setOperand(false) }
		}
		x, err := inner()
		if err != nil {
			return nil, err
		}
		return x, p.needSign(")")
	case t.kind == tokenValue:
		p.pos++
		return Literal{p.value(t.text)}, nil
	case t.kind == tokenWord && p.after().isSign("("):
		p.pos++
		return p.setCall(t.text)
	}
	return p.path()
}

func (p *parse) setCall(function string) (Operand, error) {
	if err := p.countOperator(); err != nil {
		return nil, err
	}
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer p.shallower()
	p.pos++
	var args []Operand
	for more := true; more; more = p.takeSign(",") {
		x, err := p.setOperand(false)
		if err != nil {
			return nil, err
		}
		args = append(args, x)
	}
	if err := p.needSign(")"); err != nil {
		return nil, err
	}
	known := function == "if_not_exists" || function == "list_append"
	if !known {
		p.fault(faultUnknownFunction, "Invalid function name; function: "+function)
		return Literal{}, nil
	}
	if len(args) != 2 {
		p.wrongCount(faultType, function, len(args))
		return Literal{}, nil
	}
	if function == "if_not_exists" {
		path, ok := args[0].(Path)
		if !ok {
			p.needsPath(function)
		}
		return IfNotExists{path, args[1]}, nil
	}
	for _, o := range args {
		if k := kindOf(o); k != 0 && k != item.KindL {
			p.wrongType(function, k.String())
		}
	}
	return ListAppend{args[0], args[1]}, nil
}
