package scan

import (
	"regexp"
	"strings"
)

// A tolerant reader of Jinja's templates: what they print, what they loop over,
// what they include. What it does not understand it leaves out.
// https://jinja.palletsprojects.com/en/stable/templates/

const (
	maxTags      = 4000 // of a template, and of one with what it includes
	maxExpansion = 4    // includes within includes
)

// tag is a statement or an expression of a template.
type tag struct {
	word string // "print", "for", "endfor", "set", "include", "extends", "macro", "endmacro", "import"
	// names are what a loop or a set gives a value; for include and extends, the
	// template; for a macro, its name and its parameters.
	names []string
	value []string // the tokens of the expression
}

var (
	tagForm   = regexp.MustCompile(`(?s)\{#.*?#\}|\{\{[-+]?(.*?)[-+]?\}\}|\{%[-+]?\s*(\w+)(.*?)[-+]?%\}`)
	tokenForm = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_]\w*|\d[\d.]*|==|!=|<=|>=|//|\*\*|\S`)
)

// readJinja gives the tags of a template.
func readJinja(text string) []tag {
	var out []tag
	for _, m := range tagForm.FindAllStringSubmatch(text, maxTags) {
		switch word, rest := m[2], tokenForm.FindAllString(m[3], 200); word {
		case "":
			if m[1] != "" {
				out = append(out, tag{word: "print", value: tokenForm.FindAllString(m[1], 200)})
			}
		case "for":
			if names, value, ok := splitAt(rest, "in"); ok {
				out = append(out, tag{word, names, value})
			}
		case "endfor", "endmacro":
			out = append(out, tag{word: word})
		case "macro":
			if t, ok := macroTag(rest); ok {
				out = append(out, t)
			}
		case "import", "from":
			if t, ok := importTag(rest); ok {
				out = append(out, t)
			}
		case "call":
			out = append(out, callTag(rest))
		case "set":
			if names, value, ok := splitAt(rest, "="); ok {
				out = append(out, tag{word, names, value})
			}
		case "include", "extends":
			for _, token := range rest {
				if name, ok := literalToken(token); ok {
					out = append(out, tag{word: word, names: []string{name}})
				}
			}
		}
	}
	return out
}

// splitAt gives the names before a token and the tokens behind it.
func splitAt(tokens []string, at string) (names, rest []string, ok bool) {
	for i, token := range tokens {
		switch {
		case token == at:
			return names, tokens[i+1:], len(names) > 0
		case isName(token):
			names = append(names, token)
		}
	}
	return nil, nil, false
}

func literalToken(token string) (string, bool) {
	if len(token) > 1 && (token[0] == '"' || token[0] == '\'') {
		return token[1 : len(token)-1], true
	}
	return "", false
}

func isName(token string) bool {
	return token != "" && (token[0] == '_' || 'a' <= token[0]|0x20 && token[0]|0x20 <= 'z')
}

// templateFiles are the templates of a tree.
type templateFiles struct {
	paths []string
	read  func(path string) (string, bool)
	tags  map[string][]tag // those that have been read
}

// find gives the template of a name: of several, the one nearest to the file
// that asks for it.
func (t *templateFiles) find(name, from string) (tags []tag, found bool) {
	if t == nil || name == "" {
		return nil, false
	}
	best, nearest := "", -1
	for _, p := range t.paths {
		if p != name && !strings.HasSuffix(p, "/"+name) {
			continue
		}
		if n := shared(p, from); n > nearest {
			best, nearest = p, n
		}
	}
	if best == "" {
		return nil, false
	}
	if _, ok := t.tags[best]; !ok {
		text, _ := t.read(best)
		t.tags[best] = readJinja(text)
	}
	return t.tags[best], true
}

// shared is how many folders two paths have in common.
func shared(a, b string) int {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(as)-1 && n < len(bs)-1 && as[n] == bs[n] {
		n++
	}
	return n
}
