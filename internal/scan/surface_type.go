package scan

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// learn keeps what the first literal or use tells of an attribute's type.
func (s *survey) learn(table, name, kind string) {
	key := typed{table, name}
	if kind != "" && s.types[key] == "" && len(s.types) < maxSurvey {
		s.types[key] = kind
	}
}

// learnTypes finds out what a write stores: by the values, and, where they tell
// nothing, by how the source makes them.
func (s *scanner) learnTypes(f *pyflow.Frame, c *pyflow.Call, table string, item *pyflow.Value) {
	for _, name := range item.FieldNames() {
		s.survey.learn(table, name, typeOfValue(item.Fields[name]))
	}
	for i := range c.At.Keywords {
		k := &c.At.Keywords[i]
		switch k.Name {
		case "Item":
			for name, e := range entriesOf(f, k.Value) {
				s.survey.learn(table, name, typeOf(e))
			}
		case "ExpressionAttributeValues":
			values := entriesOf(f, k.Value)
			names := c.Arg(-1, "ExpressionAttributeNames")
			for _, text := range c.Arg(-1, "UpdateExpression").Texts() {
				for _, m := range setPart.FindAllStringSubmatch(text, -1) {
					name := m[1]
					if n := names.Field(name).Text(); n != "" {
						name = n
					}
					s.survey.learn(table, name, typeOf(values[m[2]]))
				}
			}
		}
	}
}

// keyTypes learns from what a call puts into keys and conditions.
func (s *scanner) keyTypes(c *pyflow.Call, table string) {
	key := c.Arg(-1, "Key")
	for _, name := range key.FieldNames() {
		s.survey.learn(table, name, s.typeOfKey(key.Fields[name]))
	}
	if c.At == nil {
		return
	}
	for i := range c.At.Keywords {
		if d, ok := c.At.Keywords[i].Value.(*python.Dict); ok && c.At.Keywords[i].Name == "Key" {
			for _, item := range d.Items {
				if k, ok := item.Key.(*python.String); ok {
					s.survey.learn(table, k.Value, typeOf(item.Value))
				}
			}
		}
	}
}

// typeOfKey is the type of a key's value; a path variable may be a number.
func (s *scanner) typeOfKey(v *pyflow.Value) string {
	for _, t := range v.Deep() {
		m, ok := t.Mark.(clientMark)
		if !ok || s.current == nil || m.part != "path" && m.part != "query" {
			continue
		}
		if strings.Contains(s.current.path, "<int:"+m.name+">") || strings.Contains(s.current.path, "<float:"+m.name+">") {
			return "N"
		}
		for i := range s.current.fn.Params {
			if p := &s.current.fn.Params[i]; p.Name == m.name && p.Annotation != nil && s.current.fn.Module.File.Source(p.Annotation.Pos()) == "int" {
				return "N"
			}
		}
	}
	return typeOfValue(v)
}

// typeOfValue is DynamoDB's type of a value, "" where it is not known.
func typeOfValue(v *pyflow.Value) string {
	switch {
	case v == nil:
		return ""
	case v.Shape == pyflow.Dict && len(v.Fields) == 1 && typeNames[v.FieldNames()[0]]:
		return v.FieldNames()[0]
	case v.Shape == pyflow.Dict:
		return "M"
	case v.Shape == pyflow.List:
		return "L"
	case len(v.Texts()) > 0:
		return "S"
	}
	for _, t := range v.Marks {
		switch m := t.Mark.(type) {
		case templateMark:
			return "S"
		case clientMark:
			if m.part == "path" || m.part == "query" || m.part == "header" || m.part == "form" {
				return "S"
			}
		case principalMark:
			return "S"
		}
	}
	return ""
}

// results are what well-known functions give, by the last part of their names.
var results = map[string]string{
	"str": "S", "isoformat": "S", "strftime": "S", "hex": "S", "lower": "S", "upper": "S", "strip": "S", "title": "S", "join": "S", "dumps": "S", "hexdigest": "S",
	"generate_password_hash": "S", "uuid4": "S", "decode": "S", "format": "S", "token_urlsafe": "S", "token_hex": "S", "ctime": "S",
	"int": "N", "float": "N", "Decimal": "N", "time": "N", "timestamp": "N", "len": "N", "sum": "N", "round": "N", "randint": "N",
	"bool": "BOOL", "list": "L", "sorted": "L", "split": "L", "dict": "M", "set": "SS", "encode": "B",
}

// typeOf is DynamoDB's type of what an expression makes, "" where it is not known.
func typeOf(e python.Expr) string {
	switch e := e.(type) {
	case *python.String:
		if e.Bytes {
			return "B"
		}
		return "S"
	case *python.FString:
		return "S"
	case *python.Number:
		return "N"
	case *python.Constant:
		if e.Kind == python.True || e.Kind == python.False {
			return "BOOL"
		}
	case *python.Compare:
		return "BOOL"
	case *python.UnaryOp:
		if e.Op == python.Not {
			return "BOOL"
		}
		return typeOf(e.Operand)
	case *python.BinOp:
		if left := typeOf(e.Left); left != "" {
			return left
		}
		return typeOf(e.Right)
	case *python.Dict:
		if len(e.Items) == 1 {
			if k, ok := e.Items[0].Key.(*python.String); ok && typeNames[k.Value] {
				return k.Value
			}
		}
		return "M"
	case *python.List:
		return "L"
	case *python.Comprehension:
		if e.Kind == python.ListComp {
			return "L"
		}
	case *python.Set:
		if len(e.Elts) > 0 && typeOf(e.Elts[0]) == "N" {
			return "NS"
		}
		return "SS"
	case *python.Attribute:
		if e.Attr == "hex" {
			return "S"
		}
	case *python.IfExp:
		return typeOf(e.Body)
	case *python.Call:
		name := calleeName(e)
		if name == "get" && len(e.Args) == 2 { // a default tells
			return typeOf(e.Args[1])
		}
		return results[name]
	}
	return ""
}

// entriesOf are the entries of a dict that an expression makes: a literal, or a
// variable that the same function gives one.
func entriesOf(f *pyflow.Frame, e python.Expr) map[string]python.Expr {
	out := map[string]python.Expr{}
	add := func(d python.Expr) {
		switch d := d.(type) {
		case *python.Dict:
			for _, item := range d.Items {
				if k, ok := item.Key.(*python.String); ok {
					out[k.Value] = item.Value
				}
			}
		case *python.Call:
			if calleeName(d) == "dict" {
				for i := range d.Keywords {
					out[d.Keywords[i].Name] = d.Keywords[i].Value
				}
			}
		}
	}
	add(e)
	name, ok := e.(*python.Name)
	if !ok {
		return out
	}
	for _, st := range bodyOf(f) {
		python.Inspect(st, func(n python.Node) bool {
			a, ok := n.(*python.Assign)
			if !ok {
				return true
			}
			for _, t := range a.Targets {
				switch t := t.(type) {
				case *python.Name:
					if t.ID == name.ID {
						add(a.Value)
					}
				case *python.Subscript:
					base, isName := t.Value.(*python.Name)
					k, isText := t.Index.(*python.String)
					if isName && isText && base.ID == name.ID {
						out[k.Value] = a.Value
					}
				}
			}
			return true
		})
	}
	return out
}

func bodyOf(f *pyflow.Frame) []python.Stmt {
	if fn := f.Func(); fn != nil {
		return fn.Body
	}
	return f.Module().File.Body
}

// flagged are names of attributes that are true or false.
func flagged(name string) bool {
	name = lastPart(name)
	return strings.HasPrefix(name, "is_") || strings.HasPrefix(name, "has_")
}
