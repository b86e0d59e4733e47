package scan

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// buffer is a file in memory, one for each place that makes it and each entry
// that comes by: io.StringIO, io.BytesIO.
type buffer struct {
	id      string
	content *pyflow.Value
}

// RefKey implements pyflow.Ref.
func (b *buffer) RefKey() string { return "w:" + b.id }

// table is csv's writer into a buffer.
type table struct {
	*buffer
	names []string // the attributes that a DictWriter writes; nil for all
}

// RefKey implements pyflow.Ref.
func (t *table) RefKey() string { return t.buffer.RefKey() + "," + strings.Join(t.names, ",") }

// bufferCall knows files in memory and what writes into them.
// https://docs.python.org/3/library/io.html, https://docs.python.org/3/library/csv.html
func (s *scanner) bufferCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	if c.At == nil {
		return nil
	}
	switch c.Name {
	case "io.StringIO", "io.BytesIO", "StringIO", "BytesIO":
		return pyflow.Of(s.buffer(f, c))
	case "csv.writer", "csv.DictWriter", "io.TextIOWrapper", "writer", "DictWriter":
		if b := bufferIn(c.Arg(0, "f")); b != nil {
			t := &table{buffer: b}
			if names := f.ElementOf(c.Arg(1, "fieldnames")); c.Method == "DictWriter" && len(names.Deep()) == 0 {
				t.names = names.Texts()
			}
			return pyflow.Of(t)
		}
		return nil
	case "json.dump":
		return buffered(f, c, bufferIn(c.Arg(1, "fp")), c.Arg(0, "obj"))
	case "flask.send_file", "send_file":
		return c.Arg(0, "path_or_file")
	}
	switch c.Method {
	case "write", "writelines", "writerow", "writerows":
		return buffered(f, c, bufferIn(c.Receiver), chosenFields(f, c))
	case "to_csv", "to_excel", "to_json", "to_parquet":
		return buffered(f, c, bufferIn(c.Arg(0, "path_or_buf")), c.Receiver)
	case "getvalue", "read", "getbuffer":
		if b := bufferIn(c.Receiver); b != nil {
			return orEmpty(b.content)
		}
	}
	return nil
}

func (s *scanner) buffer(f *pyflow.Frame, c *pyflow.Call) *buffer {
	id := placeKey(f.Place(c.At))
	if s.current != nil {
		id += "," + s.current.fn.RefKey()
	}
	b := s.buffers[id]
	if b == nil {
		b = &buffer{id: id}
		s.buffers[id] = b
	}
	b.content = pyflow.Join(b.content, c.Arg(0, ""))
	return b
}

func bufferIn(v *pyflow.Value) *buffer {
	for _, r := range v.RefList() {
		switch r := r.(type) {
		case *buffer:
			return r
		case *table:
			return r.buffer
		}
	}
	return nil
}

// buffered puts a value into a buffer, as text; nil where there is none.
func buffered(f *pyflow.Frame, c *pyflow.Call, b *buffer, v *pyflow.Value) *pyflow.Value {
	if b == nil {
		return nil
	}
	b.content = pyflow.Join(b.content, handed(f, c, &pyflow.Value{Marks: v.Deep()}))
	return &pyflow.Value{}
}

// chosenFields is what a call writes: of a DictWriter whose columns are known,
// those.
func chosenFields(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	rows := pyflow.Join(c.Args...)
	if c.Method == "writerows" {
		rows = f.ElementOf(rows)
	}
	for _, r := range c.Receiver.RefList() {
		if t, ok := r.(*table); ok && t.names != nil {
			var out *pyflow.Value
			for _, name := range t.names {
				out = pyflow.Join(out, f.IndexOf(rows, pyflow.Of(pyflow.Text(name))))
			}
			return out
		}
	}
	return rows
}
