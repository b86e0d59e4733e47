package scan

import (
	"maps"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// rendering prints a template with values in place of texts: what it prints of
// them reaches the caller as if a route had answered with it.
type rendering struct {
	s       *scanner
	f       *pyflow.Frame
	from    string // the file that renders
	names   map[string]*pyflow.Value
	spread  *pyflow.Value // given under names that are not known: **context
	macros  map[string]*macro
	printed []*pyflow.Value
	nest    int
	steps   int
}

// rendered is what a template shows of what it is given: what it prints. Of one
// that is not in the tree it may be anything: that is marked so.
func (s *scanner) rendered(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	given := map[string]bool{}
	for _, t := range c.All().Deep() {
		given[t.Mark.MarkKey()] = true
	}
	r := &rendering{s: s, f: f, from: f.Module().File.Path, names: maps.Clone(c.Keywords), spread: c.Spread, macros: map[string]*macro{}}
	if r.names == nil {
		r.names = map[string]*pyflow.Value{}
	}
	var tags []tag
	known := false
	for _, arg := range c.Args {
		for _, name := range arg.Texts() {
			if lastPart(c.Name) == "render_template_string" {
				tags, known = append(tags, readJinja(name)...), true
			} else if more, ok := s.templates.find(name, r.from); ok {
				tags, known = append(tags, more...), true
			}
		}
		for _, name := range arg.FieldNames() { // TemplateResponse(name, context)
			if arg.Shape == pyflow.Dict {
				r.names[name] = arg.Fields[name]
			}
		}
	}
	if context := c.Arg(-1, "context"); context != nil {
		maps.Copy(r.names, context.Fields)
	}
	r.run(tags)
	out := &pyflow.Value{}
	if !known {
		out.Marks = templated(pyflow.Join(c.All(), formFields(f, c.All())))
	}
	for _, v := range r.printed {
		out = out.With(templated(v)...)
		for _, t := range v.Deep() {
			m, ok := t.Mark.(dataMark)
			if !ok || m.level == levelName {
				continue
			}
			if m.level == levelField && m.field == "*" {
				if given[m.MarkKey()] {
					continue // the code has chosen which
				}
				m.level, m.field = levelItem, "" // attribute by attribute
			}
			trace := &pyflow.Trace{Place: f.Place(c.At), Text: "printed by the template", Prev: t.Trace, In: f.Func()}
			out = out.With(pyflow.Traced{Mark: m, Trace: trace})
		}
	}
	return out
}

// run prints a template, with the macros that it defines.
func (r *rendering) run(tags []tag) {
	if r.nest > maxExpansion || r.steps > maxTags {
		return
	}
	found, tags := macrosOf(tags)
	if len(found) > 0 {
		all := maps.Clone(r.macros)
		for name, m := range found {
			m.from, all[name] = all, m
		}
		r.macros = all
	}
	r.follow(tags)
}

// follow follows tags in their order; the body of an if and of an else are both
// printed.
func (r *rendering) follow(tags []tag) {
	var outer []map[string]*pyflow.Value
	for _, t := range tags {
		if r.steps++; r.steps > maxTags {
			break
		}
		switch t.word {
		case "print":
			if v := r.value(t.value); v != nil {
				r.printed = append(r.printed, v)
			}
		case "for":
			outer = append(outer, r.names)
			all := r.value(t.value)
			element := pyflow.Join(r.f.ElementOf(all), formFields(r.f, all))
			r.names = maps.Clone(r.names)
			for i, name := range t.names {
				r.names[name] = element
				if len(t.names) > 1 {
					r.names[name] = r.f.IndexOf(element, pyflow.Of(pyflow.Text(string('0'+rune(min(i, 9))))))
				}
			}
		case "endfor":
			if len(outer) > 0 {
				r.names, outer = outer[len(outer)-1], outer[:len(outer)-1]
			}
		case "set":
			v := r.value(t.value)
			for _, name := range t.names {
				r.names[name] = v
			}
		case "import":
			r.take(t)
		case "include", "extends":
			r.nest++
			tags, _ := r.s.templates.find(t.names[0], r.from)
			r.run(tags)
			r.nest--
		}
	}
	if len(outer) > 0 {
		r.names = outer[0]
	}
}

func (r *rendering) value(tokens []string) *pyflow.Value {
	e := &jinjaValue{r: r, tokens: tokens}
	return e.ternary()
}

// jinjaValue is an expression that is evaluated as it is read.
type jinjaValue struct {
	r      *rendering
	tokens []string
	nest   int
}

func (e *jinjaValue) peek() string {
	if len(e.tokens) == 0 {
		return ""
	}
	return e.tokens[0]
}

func (e *jinjaValue) next() string {
	t := e.peek()
	if t != "" {
		e.tokens = e.tokens[1:]
	}
	return t
}

func (e *jinjaValue) accept(token string) bool {
	if e.peek() != token {
		return false
	}
	e.next()
	return true
}

func (e *jinjaValue) ternary() *pyflow.Value {
	if e.nest++; e.nest > 20 {
		e.tokens = nil
	}
	defer func() { e.nest-- }()
	v := e.joined()
	if e.accept("if") {
		e.joined()
		if e.accept("else") {
			v = pyflow.Join(v, e.ternary())
		}
	}
	return v
}

// joined is operands with operators between them; a comparison tells no value.
func (e *jinjaValue) joined() *pyflow.Value {
	v := e.operand()
	for {
		switch e.peek() {
		case "or", "and", "~", "+", "-", "*", "/", "//", "%":
			e.next()
			v = pyflow.Join(v, e.operand())
		case "==", "!=", "<", ">", "<=", ">=", "in":
			e.next()
			e.operand()
			v = nil
		case "is":
			e.next()
			e.accept("not")
			e.operand()
			v = nil
		case "not": // not in
			e.next()
			v = nil
		default:
			return v
		}
	}
}

func (e *jinjaValue) operand() *pyflow.Value {
	var v *pyflow.Value
	switch t := e.next(); {
	case t == "not":
		e.operand()
		return nil
	case t == "-" || t == "+":
		return e.operand()
	case t == "(" || t == "[" || t == "{":
		v = pyflow.Join(values(e.arguments(map[string]string{"(": ")", "[": "]", "{": "}"}[t]))...)
	case isName(t):
		var given bool
		if v, given = e.r.names[t]; !given && e.r.spread != nil {
			v = e.r.f.IndexOf(e.r.spread, pyflow.Of(pyflow.Text(t)))
		}
		m := e.r.macros[t]
		if len(e.tokens) > 2 && e.tokens[0] == "." && e.tokens[2] == "(" && e.r.macros[t+"."+e.tokens[1]] != nil {
			m = e.r.macros[t+"."+e.tokens[1]]
			e.tokens = e.tokens[2:]
		}
		if e.peek() == "(" { // a macro, or a function of the app's
			e.next()
			args := e.arguments(")")
			switch {
			case m != nil:
				v = nil
				e.r.expand(m, args)
			case formMacros[t]:
				v = e.r.printForm(args)
			case !given: // a form's field is printed as it stands
				v = nil
			}
		}
	default:
		if text, ok := literalToken(t); ok {
			v = pyflow.Of(pyflow.Text(text))
		}
	}
	return e.behind(v)
}

// behind are the attributes, keys, calls and filters that follow a value.
func (e *jinjaValue) behind(v *pyflow.Value) *pyflow.Value {
	for {
		switch {
		case e.accept("."):
			name := e.next()
			field, form := formField(e.r.f, v, name)
			switch {
			case form:
				v = e.printedField(field)
			case !e.accept("("):
				v = pyflow.Join(e.r.f.MemberOf(v, name), e.r.f.IndexOf(v, pyflow.Of(pyflow.Text(name))))
			case formMacros[name]:
				v = e.r.printForm(e.arguments(")"))
			default:
				v = e.method(v, name, values(e.arguments(")")))
			}
		case e.accept("["):
			key := values(e.arguments("]"))
			if len(key) == 1 && key[0] != nil {
				v = e.r.f.IndexOf(v, key[0])
			} else {
				v = e.r.f.ElementOf(v)
			}
		case e.accept("|"):
			name := e.next()
			var args []*pyflow.Value
			if e.accept("(") {
				args = values(e.arguments(")"))
			}
			v = e.filter(v, name, args)
		default:
			return v
		}
	}
}

func (e *jinjaValue) method(v *pyflow.Value, name string, args []*pyflow.Value) *pyflow.Value {
	if v == nil {
		return nil
	}
	switch name {
	case "items", "values", "keys", "get":
		return e.r.f.Builtin(&pyflow.Call{Method: name, Receiver: v, Args: args})
	}
	if own := e.r.f.MemberOf(v, name); own != nil {
		return e.r.f.Apply(own, args, nil)
	}
	return &pyflow.Value{Marks: v.Marks} // strftime, upper
}

// filter is what is left of a value behind a filter. One that is none of
// Jinja's own may pick what it likes.
func (e *jinjaValue) filter(v *pyflow.Value, name string, args []*pyflow.Value) *pyflow.Value {
	switch name {
	case "tojson", "safe", "e", "escape", "forceescape", "string", "pprint", "list", "sort", "reverse", "unique", "indent", "join", "trim", "upper", "lower",
		"title", "capitalize", "truncate", "striptags", "urlize", "urlencode", "xmlattr", "selectattr", "rejectattr", "select", "reject", "center", "format", "replace":
		return v
	case "default", "d":
		return pyflow.Join(append(args, v)...)
	case "first", "last", "random", "min", "max":
		return e.r.f.ElementOf(v)
	case "items", "dictsort":
		return e.method(v, "items", nil)
	case "attr":
		if len(args) == 1 {
			return e.r.f.IndexOf(v, args[0])
		}
	case "map": // map(attribute="name"), of which the keyword is skipped
		if len(args) == 1 && args[0].Text() != "" {
			return e.r.f.IndexOf(e.r.f.ElementOf(v), args[0])
		}
	}
	return nil
}

// argument is a value that a call is given, under a name or without.
type argument struct {
	name string
	*pyflow.Value
}

// arguments are those up to a closing bracket.
func (e *jinjaValue) arguments(end string) []argument {
	var out []argument
	for e.peek() != "" && !e.accept(end) {
		name := ""
		if len(e.tokens) > 1 && isName(e.tokens[0]) && e.tokens[1] == "=" {
			name = e.tokens[0]
			e.tokens = e.tokens[2:]
		}
		if v := e.ternary(); len(out) < 32 {
			out = append(out, argument{name, v})
		}
		if !e.accept(",") && !e.accept(":") && e.peek() != end {
			e.next() // what is not understood
		}
	}
	return out
}

// values are arguments without their names.
func values(args []argument) []*pyflow.Value {
	out := make([]*pyflow.Value, len(args))
	for i := range args {
		out[i] = args[i].Value
	}
	return out
}
