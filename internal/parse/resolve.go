package parse

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
)

// Phase 3 of 5: names to what they name, short forms to whole ones, templates
// to their parts. What cannot be resolved is reported and marked as broken, so
// that no rule is checked on half of a thing.

type resolver struct {
	*reporter
	root *node
	out  *contract.Contract

	broken map[any]bool // tables, item types, views, routes, apps with an error
	nodes  map[any]*node
	// implied are key attributes of an index that an item type says nothing of.
	implied map[*contract.Attribute]bool
	// saysRoles are the views whose roles are written, by them or by what they extend.
	saysRoles map[*contract.View]bool
	views     map[string]*draft
	used      map[*contract.View]*use
	scopes    map[*contract.ItemType]map[string]*contract.View // what scopedBy found
	entries   int                                              // of all views so far
	patterns  int                                              // the size of all patterns so far
}

// use is by whom and for what a view is named.
type use struct{ create, update, read, index, any bool }

func newResolver(r *reporter, root *node) *resolver {
	return &resolver{
		reporter: r, root: root, out: &contract.Contract{},
		broken: map[any]bool{}, nodes: map[any]*node{}, implied: map[*contract.Attribute]bool{},
		saysRoles: map[*contract.View]bool{}, views: map[string]*draft{}, used: map[*contract.View]*use{},
		scopes: map[*contract.ItemType]map[string]*contract.View{},
	}
}

func (s *resolver) resolve() {
	if v := s.root.get("contract"); v != nil && v.text != "1" {
		s.fail(v.pos, "version", "write `contract: 1`", "this program reads version 1 of the format alone")
	}
	s.identity(s.root.get("identity"))
	for _, e := range s.root.get("tables").sound() {
		s.table(e.key, e.value)
	}
	s.resolveViews(s.root.get("views"))
	for _, e := range s.root.get("routes").sound() {
		s.route(e.key, e.value)
	}
	s.http(s.root.get("http"))
	s.guard(s.root.get("guard"))
}

// broke reports a problem of a thing and marks the thing.
func (s *resolver) broke(thing any, at contract.Pos, code, mend, format string, args ...any) {
	s.fail(at, code, mend, format, args...)
	s.broken[thing] = true
}

var (
	plainName  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,127}$`)
	tableName  = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,255}$`)
	claimName  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)
	envName    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)
	decimal    = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
)

// plain checks a name of the contract's own: a view, an item type, an app.
func (s *resolver) plain(n *node, what string) {
	if !plainName.MatchString(n.text) {
		s.fail(n.pos, "name", "use letters, digits, _ and -, at most 128, not starting with a digit", "`%s` cannot name %s", clip(n.text), what)
	}
}

// text reads a value that may be the environment's.
func (s *resolver) text(n *node) contract.Text {
	if n == nil {
		return contract.Text{}
	}
	if name, ok := strings.CutPrefix(n.text, "env:"); ok {
		if !envName.MatchString(name) {
			s.fail(n.pos, "env", "write env:NAME without spaces", "`%s` names no environment variable", clip(n.text))
		}
		return contract.Text{Env: name}
	}
	if n.text == "" {
		s.fail(n.pos, "empty_text", "write a value, or env:NAME", "the text is empty")
	}
	return contract.Text{Literal: n.text}
}

// reason reads a reason, which must say something.
func (s *resolver) reason(n *node) string {
	if n == nil {
		return ""
	}
	if strings.TrimSpace(n.text) == "" {
		s.fail(n.pos, "reason", "say why, for who reads the contract next", "the reason is empty")
	}
	return n.text
}

// roles reads a list of roles.
func (s *resolver) roles(n *node) []string {
	var out []string
	for _, x := range n.each() {
		switch {
		case contract.CheckIdentifier(x.text) != nil || strings.ContainsAny(x.text, ", "):
			s.fail(x.pos, "role", "a role has no comma or space", "`%s` cannot be a role", clip(x.text))
		case suspicious(x.text) != "":
			s.fail(x.pos, "name_characters", "use visible letters of one script", "the role %s", suspicious(x.text))
		case contains(out, x.text):
			s.fail(x.pos, "duplicate", "name it once", "the role `%s` stands here twice", clip(x.text))
		}
		out = append(out, x.text)
	}
	return out
}

// constant reads a constant of an attribute's type.
func (s *resolver) constant(n *node, a *contract.Attribute) (contract.Constant, bool) {
	c := contract.Constant{Type: a.Type, Text: n.text}
	switch a.Type {
	case contract.S:
		if n.kind != textNode {
			s.fail(n.pos, "constant_type", "quote it: \""+n.text+"\"", "`%s` is an S, and YAML reads this as %s", clip(a.Name), n.kind)
			return c, false
		}
	case contract.N:
		digits, ok := canonical(n.text)
		if n.kind != integerNode && n.kind != floatNode || !ok {
			s.fail(n.pos, "constant_type", "write plain decimal digits", "`%s` is an N, and this is no plain number", clip(a.Name))
			return c, false
		}
		c.Text = digits
	case contract.BOOL:
		if n.kind != boolNode {
			s.fail(n.pos, "constant_type", "write true or false", "`%s` is a BOOL", clip(a.Name))
			return c, false
		}
		c.Text = strings.ToLower(n.text)
	default:
		s.fail(n.pos, "constant_type", "only S, N and BOOL take constants", "`%s` is of type %s, which takes no constant", clip(a.Name), a.Type)
		return c, false
	}
	if len(a.OneOf) > 0 {
		for _, one := range a.OneOf {
			if one == c {
				return c, true
			}
		}
		s.fail(n.pos, "constant_type", "use one of them, or add it", "`%s` never has this value: it is not in its one_of", clip(a.Name))
		return c, false
	}
	return c, true
}

// canonical is a decimal number as DynamoDB writes it: no sign on zero, no
// leading or trailing zeros, at most 38 digits.
func canonical(s string) (string, bool) {
	if !decimal.MatchString(s) {
		return "", false
	}
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	before, after, _ := strings.Cut(s, ".")
	before, after = strings.TrimLeft(before, "0"), strings.TrimRight(after, "0")
	if len(before)+len(after) > 38 {
		return "", false
	}
	if before == "" {
		before = "0"
	}
	if after != "" {
		return sign + before + "." + after, true
	}
	if before == "0" {
		sign = ""
	}
	return sign + before, true
}

// count reads a whole number of at least one.
func (s *resolver) count(n *node, most int) int {
	if n == nil {
		return 0
	}
	v, err := strconv.Atoi(n.text)
	if err != nil || v < 1 || v > most {
		s.fail(n.pos, "number", "write plain digits", "this must be a whole number from 1 to %d", most)
		return 0
	}
	return v
}

// attributeName reads a name, in backticks where it holds `.`, `[` or one.
func (s *resolver) attributeName(n *node) (string, bool) {
	path, why := parsePath(n.text)
	switch {
	case why != "":
		s.fail(n.pos, "path", why, "`%s` is no attribute name", clip(n.text))
		return "", false
	case len(path) != 1:
		s.fail(n.pos, "path", "name an attribute of the item itself; a name with `.` or `[` in it stands in backticks", "`%s` leads into an attribute", clip(n.text))
		return "", false
	}
	return path[0].Name, true
}

// parsePath reads `a.b`, `steps[].text` and names in backticks; the second
// result says why it cannot.
func parsePath(text string) (contract.Path, string) {
	var path contract.Path
	rest := text
	for {
		name := ""
		if strings.HasPrefix(rest, "`") {
			rest = rest[1:]
			for {
				end := strings.IndexByte(rest, '`')
				if end < 0 {
					return nil, "close the backtick"
				}
				name += rest[:end]
				rest = rest[end+1:]
				if !strings.HasPrefix(rest, "`") {
					break
				}
				name, rest = name+"`", rest[1:]
			}
		} else {
			end := strings.IndexAny(rest, ".[`")
			if end < 0 {
				end = len(rest)
			}
			name, rest = rest[:end], rest[end:]
		}
		if name == "" {
			return nil, "a name is missing; a path is written a.b or \"a[].b\""
		}
		if len(name) > 255 {
			return nil, "a name has at most 255 bytes"
		}
		if why := suspicious(name); why != "" {
			return nil, "the name " + why
		}
		path = append(path, contract.Step{Name: name})
		for strings.HasPrefix(rest, "[") {
			after, ok := strings.CutPrefix(rest, "[]")
			if !ok {
				return nil, "elements are shown all alike, as `[]`; a name with `[` in it stands in backticks"
			}
			path, rest = append(path, contract.Step{Element: true}), after
		}
		switch {
		case len(path) > maxNesting:
			return nil, "DynamoDB nests at most 32 levels"
		case rest == "":
			return path, ""
		case rest[0] != '.':
			return nil, "a name with `.`, `[` or a backtick in it stands in backticks as a whole"
		}
		rest = rest[1:]
	}
}
