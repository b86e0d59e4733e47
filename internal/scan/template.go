package scan

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// Templates of Jinja. They are read for what they show of what a route gives
// them; they are not run.
// https://jinja.palletsprojects.com/en/stable/templates/

const maxTemplates = 16 // read for one call: a template, what it extends and includes

var (
	jinjaPart  = regexp.MustCompile(`(?s)\{\{-?(.*?)-?\}\}|\{%-?(.*?)-?%\}|\{#.*?#\}`)
	jinjaFor   = regexp.MustCompile(`(?s)^\s*for\s+(\w+)(?:\s*,\s*(\w+))?\s+in\s+(\w+)([\w.\[\]'"]*?)(\.(?:items|values)\(\))?\s*(?:\|.*|if\b.*|recursive.*)?$`)
	jinjaSet   = regexp.MustCompile(`^\s*set\s+(\w+)\s*=\s*(\w+)\s*$`)
	jinjaOther = regexp.MustCompile(`^\s*(?:extends|include|import|from)\s+["']([^"']+)["']`)
	jinjaUse   = regexp.MustCompile(`(?:^|[^\w.'"])([A-Za-z_]\w*)((?:\.\w+|\[\s*["']\w+["']\s*\]|\.get\(\s*["']\w+["'][^)]*\)|\[\s*\w+\s*\])*)`)
	jinjaStep  = regexp.MustCompile(`\.get\(\s*["'](\w+)["']|\.(\w+)|\[\s*["'](\w+)["']\s*\]|\[\s*(\w+)\s*\]`)
	quoted     = regexp.MustCompile(`"[^"]*"|'[^']*'`)
)

// rendered is what of a call's arguments its template shows; false where the
// template is not known, or hands what it is given on in ways not followed.
func (s *scanner) rendered(f *pyflow.Frame, c *pyflow.Call) (*pyflow.Value, bool) {
	inline := strings.HasSuffix(c.Name, "_string")
	var texts []string
	for _, name := range c.Arg(0, "template_name_or_list").Texts() {
		if inline {
			texts = append(texts, name)
			continue
		}
		texts = append(texts, s.templates(name, maxTemplates)...)
	}
	if len(texts) == 0 {
		return nil, false
	}
	vars := map[string]*pyflow.Value{}
	maps.Copy(vars, c.Keywords)
	if c.Spread != nil {
		vars["**"] = c.Spread
	}
	var out *pyflow.Value
	for _, text := range texts {
		out = pyflow.Join(out, shownBy(f, text, vars))
	}
	// What is not shown still decides, as that the page exists.
	return pyflow.Join(out, &pyflow.Value{Marks: templated(c.All())}), true
}

// templates are the texts of a template and of those that it names.
func (s *scanner) templates(name string, left int) []string {
	if left == 0 || s.readTemplate == nil {
		return nil
	}
	text := s.readTemplate(name)
	if text == "" {
		return nil
	}
	out := []string{text}
	for _, m := range jinjaPart.FindAllStringSubmatch(text, -1) {
		if o := jinjaOther.FindStringSubmatch(m[2]); o != nil && o[1] != name && len(out) < left {
			out = append(out, s.templates(o[1], left-len(out))...)
		}
	}
	return out
}

// shownBy is what the expressions of a template show of its variables.
func shownBy(f *pyflow.Frame, text string, given map[string]*pyflow.Value) *pyflow.Value {
	vars := maps.Clone(given)
	var out *pyflow.Value
	for _, part := range jinjaPart.FindAllStringSubmatch(text, -1) {
		statement := part[2]
		if m := jinjaFor.FindStringSubmatch(statement); m != nil {
			v := follow(f, lookup(f, vars, m[3]), m[4])
			switch {
			case m[5] != "" && m[2] != "": // for key, value in item.items()
				vars[m[1]], vars[m[2]] = nil, v
			case m[5] != "":
				vars[m[1]] = v
			default:
				vars[m[1]] = f.ElementOf(v)
			}
			continue
		}
		if m := jinjaSet.FindStringSubmatch(statement); m != nil {
			vars[m[1]] = lookup(f, vars, m[2])
			continue
		}
		if statement != "" {
			continue // a condition shows nothing
		}
		expression, filters, _ := strings.Cut(part[1], "|")
		if counts(filters) {
			continue
		}
		// The names in quotes are keys only behind a bracket or get(.
		for _, m := range jinjaUse.FindAllStringSubmatch(blank(expression), -1) {
			if v := lookup(f, vars, m[1]); v != nil {
				out = pyflow.Join(out, follow(f, v, m[2]))
			}
		}
	}
	return out
}

func lookup(f *pyflow.Frame, vars map[string]*pyflow.Value, name string) *pyflow.Value {
	if v, ok := vars[name]; ok {
		return v
	}
	if all := vars["**"]; all != nil {
		return f.IndexOf(all, pyflow.Of(pyflow.Text(name)))
	}
	return nil
}

// follow is v.a["b"].get("c").
func follow(f *pyflow.Frame, v *pyflow.Value, way string) *pyflow.Value {
	for _, m := range jinjaStep.FindAllStringSubmatch(way, -1) {
		switch name := m[1] + m[2] + m[3]; {
		case name == "items" || name == "values" || name == "get":
		case name != "":
			v = f.IndexOf(v, pyflow.Of(pyflow.Text(name)))
		default:
			v = f.IndexOf(v, nil)
		}
	}
	return v
}

// counts says whether a filter tells no more than how many there are.
func counts(filters string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(filters), "|")
	first = strings.TrimSpace(first)
	return first == "length" || first == "count"
}

// blank takes the texts out of an expression that are no keys.
func blank(expression string) string {
	var b strings.Builder
	last := 0
	for _, at := range quoted.FindAllStringIndex(expression, -1) {
		before := strings.TrimRight(expression[:at[0]], " ")
		if strings.HasSuffix(before, "[") || strings.HasSuffix(before, ".get(") {
			continue
		}
		b.WriteString(expression[last:at[0]])
		b.WriteString(`""`)
		last = at[1]
	}
	b.WriteString(expression[last:])
	return b.String()
}

// templateReader finds the files that templates are in, and reads each once.
func templateReader(names []string, read func(string) ([]byte, error)) func(string) string {
	byBase := map[string][]string{}
	for _, n := range names {
		byBase[path.Base(n)] = append(byBase[path.Base(n)], n)
	}
	texts := map[string]string{}
	return func(name string) string {
		if text, ok := texts[name]; ok {
			return text
		}
		i := slices.IndexFunc(byBase[path.Base(name)], func(n string) bool { return n == name || strings.HasSuffix(n, "/"+name) })
		if i < 0 {
			return ""
		}
		src, err := read(byBase[path.Base(name)][i])
		if err != nil {
			return ""
		}
		texts[name] = string(src)
		return texts[name]
	}
}
