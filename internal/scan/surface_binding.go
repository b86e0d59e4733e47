package scan

import (
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
	"github.com/discreet-dev/discreet/internal/surface"
)

// templateMark says that a value is a text composed as a key is: USER#{}.
type templateMark struct{ text string }

func (m templateMark) MarkKey() string { return "k:" + m.text }

var (
	keyTemplate = regexp.MustCompile(`^[\w#:/|@.+-]*(\{\}[\w#:/|@.+-]*){1,6}$`)
	keyConstant = regexp.MustCompile(`^[\w#:/|@.+-]{1,48}$`)
	keyBlank    = regexp.MustCompile(`\{\w*\}|%[sd]`)
)

const maxTemplate = 64

// composed adds to the marks of a composed text what it looks like, where it
// looks like a key: a delimiter between literals and values, and no blanks.
func composed(marks []pyflow.Traced, parts []*pyflow.Value) []pyflow.Traced {
	out := make([]pyflow.Traced, 0, len(marks))
	for _, t := range marks {
		if _, ok := t.Mark.(templateMark); !ok {
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		return nil
	}
	text := templateOf(parts)
	if len(text) > maxTemplate || !strings.ContainsAny(text, "#:/|@.+-_") || !keyTemplate.MatchString(text) {
		return out
	}
	return append(out, pyflow.Traced{Mark: templateMark{text}, Trace: out[0].Trace})
}

func templateOf(parts []*pyflow.Value) string {
	if len(parts) > 1 {
		if format := parts[0].Text(); keyBlank.MatchString(format) {
			return keyBlank.ReplaceAllString(format, "{}")
		}
	}
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(partText(p))
		if b.Len() > maxTemplate {
			break
		}
	}
	return b.String()
}

func partText(v *pyflow.Value) string {
	if v == nil {
		return "{}"
	}
	for _, t := range v.Marks {
		if m, ok := t.Mark.(templateMark); ok {
			return m.text
		}
	}
	if text := v.Text(); text != "" && len(v.Marks) == 0 {
		return text
	}
	return "{}"
}

// writtenTemplate is what a text composed in place looks like, where its values
// are not followed: f"ORDER#{uuid4()}".
func writtenTemplate(e python.Expr) string {
	var text string
	var write func(e python.Expr)
	write = func(e python.Expr) {
		switch e := e.(type) {
		case *python.String:
			text += e.Value
		case *python.FString:
			for _, p := range e.Parts {
				write(p)
			}
		case *python.BinOp:
			if format, ok := e.Left.(*python.String); ok && e.Op == python.Mod {
				text += keyBlank.ReplaceAllString(format.Value, "{}")
				return
			}
			write(e.Left)
			write(e.Right)
		case *python.Call:
			if a, ok := e.Func.(*python.Attribute); ok && a.Attr == "format" {
				if format, ok := a.Value.(*python.String); ok {
					text += keyBlank.ReplaceAllString(format.Value, "{}")
					return
				}
			}
			text += "{}"
		default:
			text += "{}"
		}
	}
	if e == nil {
		return ""
	}
	write(e)
	if len(text) > maxTemplate || text == "{}" || !keyTemplate.MatchString(text) {
		return ""
	}
	return text
}

// comparison are Python's comparisons in the contract's words.
var comparison = map[python.CompareOperator]string{
	python.Eq: "eq", python.NotEq: "ne", python.Lt: "lt", python.LtE: "lte", python.Gt: "gt", python.GtE: "gte",
}

// operator is a method of a condition in the contract's words; "" for one that
// compares with nothing.
func operator(method string) string {
	switch method {
	case "eq", "ne", "lt", "lte", "gt", "gte", "between", "begins_with", "contains":
		return method
	case "is_in":
		return "eq"
	}
	return ""
}

// bindingOf says where the value of an attribute comes from. It holds no value
// but what a key is composed of.
func bindingOf(attribute, op string, v *pyflow.Value) surface.Binding {
	v = untyped(v)
	b := surface.Binding{Attribute: attribute, Operator: op}
	if v == nil {
		return b
	}
	b.Template = partText(v)
	if b.Template == "{}" {
		b.Template = ""
	}
	for _, t := range v.Deep() {
		switch m := t.Mark.(type) {
		case principalMark:
			if b.Source == surface.Unknown {
				b.Source, b.Name = surface.FromPrincipal, m.name
			}
		case clientMark:
			if !m.composed { // what the caller may choose says more than who it is
				return surface.Binding{Attribute: attribute, Operator: op, Template: b.Template, Source: clientSource(m), Name: strings.Trim(m.name, "*")}
			}
		}
	}
	if b.Source == surface.Unknown && len(v.Deep()) == 0 && v.Text() != "" {
		b.Source = surface.FromConstant
		if isSensitive(attribute) || !keyConstant.MatchString(v.Text()) {
			b.Template = ""
		}
	}
	return b
}

func clientSource(m clientMark) surface.Source {
	switch m.part {
	case "path":
		return surface.FromPath
	case "query":
		return surface.FromQuery
	case "body", "form":
		return surface.FromBody
	case "header", "cookie":
		return surface.FromHeader
	}
	return surface.Unknown
}

// untyped is a value without its DynamoDB JSON around it.
func untyped(v *pyflow.Value) *pyflow.Value {
	if v != nil && len(v.Fields) == 1 {
		for k, inner := range v.Fields {
			if typeNames[k] {
				return inner
			}
		}
	}
	return v
}
