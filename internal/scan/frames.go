package scan

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// frameCall knows the libraries through which items go on their way out that
// do not only change the form of a text: Flask's other ways to answer, pandas,
// itertools.
func (s *scanner) frameCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	switch {
	case c.Method == "response_class":
		return orEmpty(c.Arg(0, "response"))
	case c.Method == "response" && strings.HasSuffix(c.Name, ".json.response"): // app.json.response(...)
		return orEmpty(pyflow.Join(c.Args...))
	case strings.HasPrefix(c.Name, "pandas.") && (c.Method == "DataFrame" || c.Method == "json_normalize" || c.Method == "from_records" || c.Method == "from_dict"):
		return &pyflow.Value{Marks: orEmpty(c.Arg(0, "data")).Deep()}
	case written[c.Method] && c.Receiver != nil && len(c.Receiver.Marks) > 0:
		return c.Receiver
	case c.Name == "itertools.chain":
		return pyflow.Join(c.Args...)
	case c.Name == "itertools.chain.from_iterable":
		return f.ElementOf(c.Arg(0, ""))
	case c.Name == "functools.reduce":
		return &pyflow.Value{Marks: c.All().Deep()}
	}
	return nil
}

// written are pandas' ways to write a frame.
// https://pandas.pydata.org/docs/reference/frame.html
var written = map[string]bool{"to_html": true, "to_csv": true, "to_string": true, "to_markdown": true, "to_records": true, "to_xml": true}
