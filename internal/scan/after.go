package scan

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// response is the object that a route, or what runs after it, sets the body of.
const response = "flask.Response()"

// isResponse says whether a name outside the tree is a response made without a
// body, or one that after_request is given.
func isResponse(x string) bool {
	return x == response
}

// setsBody judges what becomes a response's body after it was made:
// response.data = x, response.set_data(x).
func (s *scanner) setsBody(f *pyflow.Frame, name string, v *pyflow.Value, at python.Expr) {
	switch name {
	case "data", "response", "json", "body", "set_data", "text":
	default:
		return
	}
	if s.current == nil || v == nil || s.current.kind != route && s.current.kind != afterHook && s.current.kind != errorHandler {
		return
	}
	v = v.Map(func(t pyflow.Traced) pyflow.Traced {
		return pyflow.Traced{Mark: t.Mark, Trace: &pyflow.Trace{Place: f.Place(at), Text: "made the response's body", Prev: t.Trace, In: f.Func()}}
	})
	var all []shown
	walk(v, "", 6, map[*pyflow.Value]bool{}, &all)
	s.judge(s.current, all)
}

// after takes in a function that runs after every route and may change what it
// answers.
func (s *scanner) after(f *pyflow.Frame, target *pyflow.Value, at python.Expr) {
	for _, r := range target.RefList() {
		if fn, ok := r.(*pyflow.Func); ok {
			s.add(&entry{fn: original(fn), value: target, kind: afterHook, app: receiverName(at), on: receivers(f, at)})
		}
	}
}

// responseCall knows the methods of a response.
func (s *scanner) responseCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	if c.Method == "set_data" && strings.HasPrefix(c.Name, response) {
		s.setsBody(f, c.Method, c.Arg(0, "value"), c.At)
		return &pyflow.Value{}
	}
	return nil
}
