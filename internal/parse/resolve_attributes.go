package parse

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
)

// attribute reads a declaration; parent is what it stands in, or nil. Where no
// class is said it is internal, or the parent's where that is more sensitive;
// the elements of a list are of the list's class.
func (s *resolver) attribute(it *contract.ItemType, name string, at contract.Pos, n *node, parent *contract.Attribute) *contract.Attribute {
	a := &contract.Attribute{Name: name, Pos: at, Class: contract.Internal}
	if parent != nil && (parent.Class > a.Class || parent.Type == contract.L) {
		a.Class = parent.Class
	}
	class := ""
	if n.kind == mappingNode {
		a.Type, class = contract.Type(n.str("type")), n.str("class")
		at = n.key("class").pos
	} else {
		kind, rest, _ := strings.Cut(n.text, " ")
		a.Type, class = contract.Type(kind), strings.TrimSpace(rest)
		switch {
		case !contains(typeNames, kind):
			mend := s.near(kind, typeNames)
			if contains(classNames, kind) || contains(typeNames, class) {
				mend = "the type comes first: `S " + strings.TrimSpace(strings.ReplaceAll(n.text, class, "")) + "`"
			}
			s.broke(it, n.pos, "type", mend, "`%s` is no type of DynamoDB", clip(kind))
			return a
		case class != "" && !contains(classNames, class):
			s.broke(it, n.pos, "class", s.near(class, classNames), "`%s` is no class", clip(class))
			return a
		}
		at = n.pos
	}
	if a.Type == "" {
		s.broken[it] = true // reported already
		return a
	}
	for i, c := range classNames {
		if c == class {
			a.Class = contract.Class(i)
		}
	}
	if parent != nil && a.Class < parent.Class {
		s.broke(it, at, "class", "raise it to "+parent.Class.String()+", or lower the parent's", "`%s` is %s inside what is %s: a part is at least as sensitive as the whole", clip(name), a.Class, parent.Class)
	}
	if n.kind == mappingNode {
		s.attributeDetails(it, a, n)
	}
	return a
}

// attributeDetails reads what the long form says beside type and class.
func (s *resolver) attributeDetails(it *contract.ItemType, a *contract.Attribute, n *node) {
	only := func(key string, types ...contract.Type) *node {
		v := n.get(key)
		if v == nil {
			return nil
		}
		var names []string
		for _, t := range types {
			if t == a.Type {
				return v
			}
			names = append(names, string(t))
		}
		s.broke(it, n.key(key).pos, "not_for_type", "`"+key+"` is for "+strings.Join(names, ", "), "an attribute of type %s has no `%s`", a.Type, key)
		return nil
	}
	if v := only("of", contract.L); v != nil {
		a.Of = s.attribute(it, a.Name, n.key("of").pos, v, a)
	}
	if v := only("attributes", contract.M); v != nil {
		a.Members = map[string]*contract.Attribute{}
		for _, e := range v.sound() {
			if name, ok := s.attributeName(e.key); ok {
				a.Members[name] = s.attribute(it, name, e.key.pos, e.value, a)
			} else {
				s.broken[it] = true
			}
		}
	}
	if v := only("open", contract.M, contract.L); v != nil {
		a.Open = n.yes("open")
	}
	if v := only("one_of", contract.S, contract.N); v != nil {
		for _, x := range v.each() {
			c, ok := s.constant(x, &contract.Attribute{Name: a.Name, Type: a.Type})
			for _, other := range a.OneOf {
				if ok && other == c {
					s.fail(x.pos, "duplicate", "name it once", "this value stands here twice")
				}
			}
			a.OneOf = append(a.OneOf, c)
		}
	}
	if v := only("max_length", contract.S, contract.B, contract.SS, contract.NS, contract.BS, contract.L); v != nil {
		a.MaxLength = s.count(v, 400<<10)
	}
	if v := only("pattern", contract.S); v != nil {
		a.Pattern = s.pattern(it, v)
	}
}

// maxPatterns bounds what the patterns of a contract grow to altogether, in
// characters and ranges of characters: a repetition of a large class takes
// megabytes, and 900 of them a machine's memory.
const maxPatterns = 1_000_000

// pattern compiles a pattern that must match a text whole. It is parsed by
// itself first: `a)|(b` is whole only within the group that anchors it.
func (s *resolver) pattern(it *contract.ItemType, v *node) *regexp.Regexp {
	if len(v.text) > 1000 {
		s.broke(it, v.pos, "pattern", "at most 1000 bytes", "the pattern is too long")
		return nil
	}
	parsed, err := syntax.Parse(v.text, syntax.Perl)
	if err != nil {
		s.broke(it, v.pos, "pattern", "the syntax is RE2's, without look-around and back-references", "this is no regular expression")
		return nil
	}
	if s.patterns += expanded(parsed); s.patterns > maxPatterns {
		s.broke(it, v.pos, "pattern", "repeat smaller classes, or use max_length", "the contract's patterns are too large once their repetitions are written out")
		return nil
	}
	pattern, err := regexp.Compile(`\A(?:` + v.text + `)\z`)
	if err != nil {
		s.broke(it, v.pos, "pattern", "the syntax is RE2's, without look-around and back-references", "this is no regular expression")
		return nil
	}
	return pattern
}

// expanded is the size of an expression with its repetitions written out.
func expanded(re *syntax.Regexp) int {
	n := 1 + len(re.Rune)
	for _, sub := range re.Sub {
		n += expanded(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return n
}
