package scan

import (
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// The operations that hold several others: batches, transactions, statements.

// requestedKeys are the keys of a batch's or a transaction's reads, and the
// rest of what selects where there are none.
func requestedKeys(v *pyflow.Value, add func(string, *pyflow.Value)) {
	found := false
	var walk func(v *pyflow.Value, key string, nest int)
	walk = func(v *pyflow.Value, key string, nest int) {
		if v == nil || nest == 0 {
			return
		}
		if (key == "Key" || key == "Keys") && v.Shape == pyflow.Dict && len(v.Fields) > 0 {
			found = true
			for _, name := range v.FieldNames() {
				add(name, v.Fields[name])
			}
			return
		}
		for _, name := range v.FieldNames() {
			walk(v.Fields[name], name, nest-1)
		}
		walk(v.Elem, key, nest-1)
	}
	walk(v, "", 6)
	if !found {
		add("", v)
	}
}

// nestedWrites are the writes of a batch or a transaction.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItem.html
func (s *scanner) nestedWrites(f *pyflow.Frame, c *pyflow.Call, v *pyflow.Value, nest int) {
	if v == nil || nest == 0 {
		return
	}
	for _, name := range v.FieldNames() {
		inner := v.Fields[name]
		switch name {
		case "Put", "PutRequest":
			s.noteWriteTo(f, c, settingName(inner.Field("TableName")), inner.Field("Item"))
		case "Update":
			if inner != nil {
				s.noteWriteTo(f, c, settingName(inner.Field("TableName")), updated(&pyflow.Call{Keywords: inner.Fields}))
			}
		default:
			s.nestedWrites(f, c, inner, nest-1)
		}
	}
	s.nestedWrites(f, c, v.Elem, nest-1)
}

var (
	selects    = regexp.MustCompile(`(?i)^\s*select\b`)
	selectAll  = regexp.MustCompile(`(?i)^\s*select\s+(\*|.*\.\*)`)
	fromTable  = regexp.MustCompile(`(?i)\bfrom\s+"?([\w.-]+)"?`)
	boundWhere = regexp.MustCompile(`(?i)"?([\w.]+)"?\s*(?:=|<>|[<>]=?|begins_with|contains|in)\s*[(\[]?\s*\?`)
	wherePart  = regexp.MustCompile(`(?i)\bwhere\b`)
)

// statement reads a statement of PartiQL; false for one that reads nothing.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
func (r *read) statement(c *pyflow.Call, add func(string, *pyflow.Value)) bool {
	v, given := c.Arg(-1, "Statement"), c.Arg(-1, "Parameters")
	texts := v.Texts()
	r.projected = len(texts) > 0
	for _, text := range texts {
		if !selects.MatchString(text) {
			return false
		}
		if m := fromTable.FindStringSubmatch(text); m != nil && r.table == "" {
			r.table = m[1]
		}
		r.projected = r.projected && !selectAll.MatchString(text)
		r.all = r.all || !wherePart.MatchString(text)
		for i, m := range boundWhere.FindAllStringSubmatch(text, -1) {
			if p := given.Field(string('0' + rune(min(i, 9)))); p != nil {
				add(m[1], p)
			} else if given != nil {
				add(m[1], given)
			}
		}
	}
	switch {
	case v != nil && len(v.Marks) > 0: // values written into the text
		add("", v)
	case len(texts) == 0 && given != nil:
		add("", given)
	}
	return true
}

// byStatement says whether a method is given a statement of PartiQL.
func byStatement(method string) bool { return strings.HasSuffix(method, "_statement") }
