package parse

import "strings"

// Phase 2 of 5: the tree against the grammar. What the grammar does not name is
// refused, with the nearest name; what is refused is marked and passed over by
// the phases after it.

// place is what may stand at one place of the format. Several alternatives may
// be given; a node's kind picks one.
type place struct {
	name    string // of the definition in the JSON Schema; "" stands in line
	doc     string
	scalar  *scalar
	list    *place // every element
	some    bool   // the list has at least one element
	keys    []key
	entries *place // a mapping of free names: every value
	single  bool   // of exactly one name
	any     bool   // whatever JSON could hold
	wants   string // the words of a message: "a duration such as 30s"
}

// key is a named member of a mapping.
type key struct {
	name     string
	place    *place
	required bool
	doc      string
}

// scalar is what a single value may be.
type scalar struct {
	text, integer, number, boolean bool

	one     []string // the only texts
	pattern string   // for the schema; the later phases say more about a misfit
}

// reserved are words of later versions, refused by name.
var reserved = []string{"requires", "cache", "encrypt", "forward_auth"}

// shape checks a node against a place, and everything in it.
func (r *reporter) shape(n *node, p *place) {
	switch {
	case n.bad || p.any:
	case n.kind == listNode && p.list != nil:
		if p.some && len(n.items) == 0 {
			r.bad(n, "empty_list", "name at least one, or leave the key out", "the list is empty")
		}
		for _, x := range n.items {
			r.shape(x, p.list)
		}
	case r.braces(n):
	case n.kind == mappingNode && p.keys != nil:
		r.known(n, p)
	case n.kind == mappingNode && p.entries != nil:
		if p.single && len(n.entries) != 1 {
			r.bad(n, "one_name", "write one mapping of one name each: - { email: { mask: email } }", "this wants exactly one name, and has %d", len(n.entries))
			return
		}
		for _, e := range n.entries {
			r.shape(e.value, p.entries)
		}
	case n.isScalar() && p.scalar != nil:
		r.single(n, p)
	default:
		r.misfit(n, p)
	}
}

// known checks the members of a mapping of known keys.
func (r *reporter) known(n *node, p *place) {
	var names []string
	places := map[string]*place{}
	for _, k := range p.keys {
		names = append(names, k.name)
		places[k.name] = k.place
	}
	for _, e := range n.entries {
		if e.key.bad {
			continue
		}
		if next, ok := places[e.key.text]; ok {
			r.shape(e.value, next)
			continue
		}
		for _, word := range reserved {
			if e.key.text == word {
				r.bad(e.key, "reserved", "leave it out", "`%s` is reserved for a later version", word)
			}
		}
		if !e.key.bad {
			r.bad(e.key, "unknown_key", r.near(e.key.text, names), "`%s` is no key here", clip(e.key.text))
		}
	}
	for _, k := range p.keys {
		if k.required && !n.has(k.name) {
			r.fail(n.pos, "missing_key", "add `"+k.name+"`: "+k.doc, "`%s` is missing", k.name)
		}
	}
}

// braces reports `{principal.id}` and `{now}`, which YAML reads as mappings.
func (r *reporter) braces(n *node) bool {
	if n.kind != mappingNode || len(n.entries) != 1 || n.entries[0].value.kind != nullNode || n.entries[0].value.text != "null" {
		return false
	}
	word := n.entries[0].key.text
	switch {
	case strings.HasPrefix(word, "principal."):
		r.bad(n, "braces_trap", "write `"+word+"` without braces", "YAML reads `{%s}` as a mapping", clip(word))
	case word == "now" || word == "new_id":
		r.bad(n, "braces_trap", "quote it: \"{"+word+"}\"", "YAML reads `{%s}` as a mapping", word)
	default:
		return false
	}
	return true
}

func (r *reporter) single(n *node, p *place) {
	s := p.scalar
	switch n.kind {
	case nullNode:
		if strings.EqualFold(n.text, "null") && r.written(n) {
			r.bad(n, "null", "quote it: \"NULL\"", "YAML reads this as nothing")
			return
		}
		r.nothing(n, p)
		return
	case textNode:
		if !s.text {
			break
		}
		if s.one != nil && !contains(s.one, n.text) {
			r.bad(n, "unknown_word", r.near(n.text, s.one), "`%s` is none of the words that may stand here", clip(n.text))
		}
		return
	case integerNode:
		if s.integer || s.number {
			return
		}
	case floatNode:
		if s.number {
			return
		}
	case boolNode:
		if s.boolean {
			return
		}
	}
	r.misfit(n, p)
}

// nothing reports a value that YAML did not see, with what stands there.
func (r *reporter) nothing(n *node, p *place) {
	_, line := r.line(n.pos)
	rest := strings.TrimLeft(string(line[min(max(n.pos.Column-1, 0), len(line)):]), ": ")
	if strings.HasPrefix(rest, "#") {
		r.bad(n, "comment_trap", "quote it: \"#\"", "YAML reads an unquoted `#` as the start of a comment, so nothing stands here")
		return
	}
	r.bad(n, "no_value", "write "+p.want()+", or leave the key out; quote a text that is a sign", "nothing stands here")
}

// written reports whether the word stands in the file, not just its absence.
func (r *reporter) written(n *node) bool {
	_, line := r.line(n.pos)
	at := n.pos.Column - 1
	return at >= 0 && at+4 <= len(line) && strings.EqualFold(string(line[at:at+4]), "null")
}

func (r *reporter) misfit(n *node, p *place) {
	mend := "write " + p.want()
	if n.isScalar() && n.kind != nullNode && n.kind != textNode && p.scalar != nil && p.scalar.text {
		mend = "quote it: \"" + n.text + "\""
	}
	r.bad(n, "wrong_kind", mend, "this is %s, and should be %s", n.kind, p.want())
}

// want says in words what may stand at the place.
func (p *place) want() string {
	if p.wants != "" {
		return p.wants
	}
	var words []string
	if s := p.scalar; s != nil {
		switch {
		case s.one != nil:
			words = append(words, "one of "+strings.Join(s.one, ", "))
		case s.text:
			words = append(words, "a text")
		}
		if s.integer {
			words = append(words, "a whole number")
		}
		if s.number {
			words = append(words, "a number")
		}
		if s.boolean {
			words = append(words, "true or false")
		}
	}
	if p.list != nil {
		words = append(words, "a list")
	}
	if p.keys != nil || p.entries != nil {
		words = append(words, "a mapping")
	}
	return strings.Join(words, " or ")
}

// bad reports a node and marks it.
func (r *reporter) bad(n *node, code, mend, format string, args ...any) {
	r.fail(n.pos, code, mend, format, args...)
	n.bad = true
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// clip keeps a name of the file short in a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "..."
	}
	return s
}
