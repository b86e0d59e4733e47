package draft

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

var (
	segment  = regexp.MustCompile(`^[A-Za-z0-9_~.-]+$`)
	plainKey = regexp.MustCompile(`^[A-Z]+ /[A-Za-z0-9_~./{}-]*$`)
)

// path is the route's path with the names of attributes in it, and why it cannot
// be a contract's.
func (c *candidate) path() (path, why string) {
	given := strings.Trim(c.given, "/")
	if c.given == "" {
		why = "Which path? The code does not tell."
		given = snake(c.of.name)
	}
	var out []string
	for _, s := range strings.Split(given, "/") {
		if s == "" {
			continue
		}
		inner, opened := strings.CutPrefix(s, "{")
		name, closed := strings.CutSuffix(inner, "}")
		switch {
		case opened && closed && c.renamed[name] != "":
			attribute := c.renamed[name]
			if attribute != name {
				c.called = append(c.called, "{"+name+"}")
			}
			if slices.Contains(out, "{"+attribute+"}") || !variable.MatchString(attribute) {
				why = "A path names each attribute once, in letters, digits and _."
				continue
			}
			out = append(out, "{"+attribute+"}")
		case opened && closed:
			if why == "" {
				why = "What is {" + name + "}? Nothing that the code selects items by."
			}
		case !segment.MatchString(s) || s == "." || s == "..":
			if why == "" {
				why = "A segment of the path is letters, digits and - . _ ~, or one variable: " + s
			}
			s = "x"
			fallthrough
		default:
			out = append(out, s)
		}
	}
	for _, a := range c.appended {
		if slices.Contains(out, "{"+a+"}") || !variable.MatchString(a) {
			continue
		}
		out = append(out, "{"+a+"}")
	}
	return "/" + strings.Join(out, "/"), why
}

// lines writes the route.
func (r *route) lines(w *writer) {
	if why := r.why(); why != "" {
		w.begin(2, why)
		defer w.end()
	}
	c := r.from
	if c.asked != "" {
		w.note(2, "the code takes "+c.asked+" "+c.given)
	}
	key := r.title()
	if !plainKey.MatchString(key) {
		key = quote(key)
	}
	options := c.operation + ": " + quote(r.view.name)
	if c.index != "" {
		options += ", index: " + quote(c.index)
	}
	if parameters := r.parameters(); len(parameters) > 0 {
		options += ", parameters: { " + strings.Join(parameters, ", ") + " }"
	}
	note := place(c.access.Location)
	if len(c.called) > 0 {
		note += ", where it is " + strings.Join(c.called, " and ")
	}
	w.line(2, &r.part, key+": { "+options+" }", strings.TrimPrefix(note, ", "))
}

// compares are the operators that a parameter of a type has.
var compares = map[string][]string{
	"S":    {"eq", "ne", "lt", "lte", "gt", "gte", "between", "begins_with"},
	"N":    {"eq", "ne", "lt", "lte", "gt", "gte", "between"},
	"BOOL": {"eq", "ne"},
}

// parameters are what a caller may narrow a list by: what the view shows.
func (r *route) parameters() []string {
	var out []string
	for _, b := range r.from.filters {
		name, operator := b.Attribute, cmp.Or(b.Operator, "eq")
		shows := slices.ContainsFunc(r.view.show, func(s shown) bool { return s.path == name && s.as == "" })
		a := r.view.of.find(name)
		if !shows || a == nil || name == "limit" || name == "cursor" || !variable.MatchString(name) || strings.Contains(r.path, "{"+name+"}") {
			continue
		}
		if p := attributeKey(name) + ": " + operator; !slices.Contains(out, p) && slices.Contains(compares[a.typ], operator) {
			out = append(out, p)
		}
	}
	return out
}
