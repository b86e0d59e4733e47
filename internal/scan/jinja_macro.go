package scan

import (
	"maps"
	"slices"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// macro is a part of a template that is printed where it is called, with the
// values that the call gives it.
// https://jinja.palletsprojects.com/en/stable/templates/#macros
type macro struct {
	params []string
	body   []tag
	// from are the macros beside it, and alone says that it sees nothing else of
	// what the template that calls it is given.
	from  map[string]*macro
	alone bool
}

// macroTag reads `name(param, other="x")`.
func macroTag(tokens []string) (tag, bool) {
	if len(tokens) < 2 || !isName(tokens[0]) || tokens[1] != "(" {
		return tag{}, false
	}
	out := tag{word: "macro", names: tokens[:1:1]}
	depth, before := 0, ""
	for _, t := range tokens[1:] {
		switch t {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		default:
			if depth == 1 && isName(t) && (before == "(" || before == ",") {
				out.names = append(out.names, t)
			}
		}
		before = t
	}
	return out, true
}

// importTag reads `"file" as m`, and `"file" import a, b as c`: names are the
// file, then pairs of a macro's name there, "" for all of them, and its name here.
func importTag(tokens []string) (tag, bool) {
	if len(tokens) < 3 {
		return tag{}, false
	}
	file, ok := literalToken(tokens[0])
	if !ok {
		return tag{}, false
	}
	out := tag{word: "import", names: []string{file}}
	if tokens[1] == "as" {
		out.names = append(out.names, "", tokens[2])
	}
	for i := 2; i < len(tokens) && tokens[1] == "import"; i++ {
		switch t := tokens[i]; {
		case t == "with" || t == "without":
			i = len(tokens)
		case t == "as" && i+1 < len(tokens):
			i++
			out.names[len(out.names)-1] = tokens[i]
		case isName(t):
			out.names = append(out.names, t, t)
		}
	}
	if n := len(tokens); tokens[n-1] == "context" && tokens[n-2] == "with" {
		out.value = []string{"context"}
	}
	return out, true
}

// callTag is `call(x) name(arguments)`: the call of a macro.
func callTag(tokens []string) tag {
	if len(tokens) > 0 && tokens[0] == "(" {
		for i, t := range tokens {
			if t == ")" {
				tokens = tokens[i+1:]
				break
			}
		}
	}
	return tag{word: "print", value: tokens}
}

// macrosOf are the macros that tags define, and the tags without them.
func macrosOf(tags []tag) (map[string]*macro, []tag) {
	found := map[string]*macro{}
	var rest []tag
	var in *macro
	for _, t := range tags {
		switch {
		case t.word == "macro":
			in = &macro{params: t.names[1:], from: found}
			found[t.names[0]] = in
		case t.word == "endmacro":
			in = nil
		case in != nil:
			in.body = append(in.body, t)
		default:
			rest = append(rest, t)
		}
	}
	return found, rest
}

// take makes a file's macros known, under the names that an import gives them.
func (r *rendering) take(t tag) {
	tags, _ := r.s.templates.find(t.names[0], r.from)
	found, _ := macrosOf(tags)
	for i := 1; i+1 < len(t.names); i += 2 {
		for name, m := range found {
			m.alone = len(t.value) == 0
			switch t.names[i] {
			case name:
				r.macros[t.names[i+1]] = m
			case "":
				r.macros[t.names[i+1]+"."+name] = m
			}
		}
	}
}

// expand prints a macro with what a call gives it.
func (r *rendering) expand(m *macro, given []argument) {
	if r.nest >= maxExpansion || r.steps > maxTags {
		return
	}
	names, macros := r.names, r.macros
	r.names, r.macros = maps.Clone(names), m.from
	if m.alone {
		r.names = map[string]*pyflow.Value{}
	}
	for i, name := range m.params {
		r.names[name] = nil
		if i < len(given) && given[i].name == "" {
			r.names[name] = given[i].Value
		}
	}
	for _, a := range given {
		if slices.Contains(m.params, a.name) {
			r.names[a.name] = a.Value
		}
	}
	r.nest++
	r.follow(m.body)
	r.nest--
	r.names, r.macros = names, macros
}
