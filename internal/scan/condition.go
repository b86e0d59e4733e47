package scan

import (
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// scopeOf sums up the parts of a key and of a filter: one that is the
// principal's and nobody else's is enough.
func scopeOf(parts []conditionMark) class {
	out := classNone
	for _, p := range parts {
		switch p.class {
		case classPrincipal:
			return classPrincipal
		case classEither:
			out = classEither
		case classClient:
			if out == classNone {
				out = classClient
			}
		}
	}
	return out
}

var boundPart = regexp.MustCompile(`(?i)([#\w.]+)\s*(?:=|<>|<=?|>=?|BETWEEN)\s*(:\w+)|(?:begins_with|contains)\s*\(\s*([#\w.]+)\s*,\s*(:\w+)`)

// boundValues gives the attributes and the values that string expressions bind.
func (s *scanner) boundValues(c *pyflow.Call, add func(string, *pyflow.Value), expressions ...string) {
	values, names := c.Arg(-1, "ExpressionAttributeValues"), c.Arg(-1, "ExpressionAttributeNames")
	if values == nil {
		return
	}
	used := map[string]bool{}
	for _, e := range expressions {
		for _, text := range c.Arg(-1, e).Texts() {
			for _, m := range boundPart.FindAllStringSubmatch(text, -1) {
				name, value := m[1]+m[3], m[2]+m[4]
				if n := names.Field(name).Text(); n != "" {
					name = n
				}
				if v := values.Field(value); v != nil {
					add(name, v)
					used[value] = true
				}
			}
		}
	}
	if len(used) == 0 { // the expression isn't known: any of the values may select
		for _, e := range expressions {
			if v := c.Arg(-1, e); v != nil && len(v.Texts()) == 0 {
				for _, k := range values.FieldNames() {
					add(strings.TrimPrefix(k, ":"), values.Fields[k])
				}
				if len(values.Marks) > 0 || values.Elem != nil {
					add("", &pyflow.Value{Marks: values.Marks, Elem: values.Elem})
				}
				return
			}
		}
	}
}

// conditionCall knows Key("a").eq(x) and Attr.
func (s *scanner) conditionCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	if strings.HasSuffix(c.Name, "conditions.Key") || strings.HasSuffix(c.Name, "conditions.Attr") {
		return &pyflow.Value{Refs: []pyflow.Ref{pyflow.External("condition." + lastPart(c.Name) + "." + c.Arg(0, "name").Text())}}
	}
	if !strings.HasPrefix(c.Name, "condition.") {
		return nil
	}
	kind, attribute, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(c.Name, "condition."), "."+c.Method), ".")
	v := c.All()
	cl, client := classify(v)
	switch c.Method {
	case "ne", "not_exists", "exists", "attribute_type":
		cl = classNone
	}
	m := conditionMark{attribute: attribute, class: cl, client: client.origin(), digest: client.digest, binding: bindingOf(attribute, operator(c.Method), c.Arg(0, "value"))}
	m.binding.Key = kind == "Key"
	marks := []pyflow.Traced{{Mark: m, Trace: nil}}
	if v != nil {
		for _, t := range v.Deep() {
			switch t.Mark.(type) {
			case clientMark, digestMark:
				marks = append(marks, t)
			}
		}
	}
	return &pyflow.Value{Marks: marks}
}
