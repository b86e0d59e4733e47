package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
)

var ruleRawItem = finding.Rule{
	ID: "raw-item", Title: "An item is answered whole", CWEs: []finding.CWE{213}, Severity: finding.Medium,
}

// reportRaw judges a mark of more than one attribute that reaches a response.
func (s *scanner) reportRaw(e *entry, m dataMark, x shown) {
	if m.template || m.level >= levelField {
		return
	}
	if m.read.shows != nil && m.level != levelResponse && !m.denied {
		s.chosen(e, m, x)
		return
	}
	if m.read.narrowed && m.level != levelResponse && !m.denied {
		return
	}
	table := orSome(m.read.table, "the table")
	f := &finding.Finding{
		Context: frameName(e), Group: e.title(), Confidence: finding.Likely, Severity: finding.Medium,
		Anchor: "items " + x.path,
	}
	secrets := s.secretsOf(m.read.table)
	for _, name := range m.read.declared {
		if isSensitive(name) && !slices.Contains(secrets, name) {
			secrets = append(secrets, name)
		}
	}
	personal := s.personal(e, m.read, []shown{x})
	at := answered(x.Trace, m.read, e.fn)
	switch {
	case m.level == levelResponse:
		f.Rule = ruleRawResponse.ID
		f.Title = e.title() + " answers with boto3's whole response"
		f.Message = "What " + m.read.op + " in " + m.read.in + " gives is sent on as it is: the item with every attribute, and ResponseMetadata with DynamoDB's request id and headers."
		f.Mend = finding.Mend{Text: "Take the attributes that the caller needs from response[\"Item\"]."}
	case m.denied:
		at = copied(x.Trace, at)
		f.Rule = ruleDenyList.ID
		f.Title = e.title() + " shows every attribute of " + table + " that is not on a list"
		f.Message = "The attributes of the item that " + m.read.in + " reads are copied but for those named. An attribute that is added to the table tomorrow is published the same day."
		f.Mend = finding.Mend{Text: "Name the attributes that are shown, not those that are hidden."}
	default:
		f.Rule = ruleRawItem.ID
		f.Title = e.title() + " answers with whole items of " + table
		f.Message = "Every attribute that " + m.read.in + " reads reaches the answer of " + e.title() + ", also those that nobody thought of when the route was written."
		f.Mend = finding.Mend{Text: "Build the answer from the attributes that the caller needs."}
	}
	if len(secrets) > 0 {
		f.Severity = finding.High
		f.Message += " The code stores " + strings.Join(secrets, ", ") + " in that table."
	} else if !personal && (!s.identity || catalogue(e, m.read)) && m.level != levelResponse {
		f.Severity, f.Confidence = finding.Low, finding.Tentative
	}
	if types := s.types(m.read); types != nil {
		s.hideWhole(f, e, types)
	}
	last := finding.Step{Location: locate(e.fn.Place()), Text: "answered by " + e.title()}
	s.causes[f] = cause{entry: e, mark: m, read: m.read, path: x.path}
	s.report(f, at, x.Trace, last)
	if f.Rule == ruleRawItem.ID && !m.read.projected && (m.read.op == "query" || m.read.op == "scan") {
		s.reportProjection(e, m.read)
	}
}

// answered is where an answer is put together: where a value first goes on from
// the file that reads it, or, where the route itself stands in that file, where
// it leaves the file.
func answered(t *pyflow.Trace, r *read, fn *pyflow.Func) pyflow.Place {
	route := fn.Place()
	at := end(t, route)
	if r.at.File == route.File {
		if own := stepIn(t, fn); own != nil {
			return own.Place
		}
		for ; t != nil; t = t.Prev {
			if t.File == route.File {
				return t.Place
			}
		}
		return at
	}
	for ; t != nil; t = t.Prev {
		if t.File == r.at.File && t.Start <= r.at.Start && r.at.End <= t.End || t.Prev == nil {
			break
		}
		// What a route hands to a function that makes the answer, it answers with.
		if t.File != nil && t.File != r.at.File && (!strings.HasPrefix(t.Text, "passed to") || t.In == fn) {
			at = t.Place
		}
	}
	return at
}

// answeredIn is where the route's own function lets a value go, or else where it
// is last seen.
func answeredIn(t *pyflow.Trace, fn *pyflow.Func) pyflow.Place {
	if own := stepIn(t, fn); own != nil {
		return own.Place
	}
	return end(t, fn.Place())
}

// stepIn is the last step in a function itself, and not in a decorator around it.
func stepIn(t *pyflow.Trace, fn *pyflow.Func) *pyflow.Trace {
	for ; t != nil; t = t.Prev {
		if t.File != nil && t.In != nil && t.In.Def == fn.Def && !strings.HasPrefix(t.Text, "passed to") {
			return t
		}
	}
	return nil
}

// copied is where an item is copied attribute by attribute.
func copied(t *pyflow.Trace, other pyflow.Place) pyflow.Place {
	for ; t != nil; t = t.Prev {
		if t.Copied {
			return t.Place
		}
	}
	return other
}

// secretsOf are the sensitive attributes that the code stores in a table.
func (s *scanner) secretsOf(table string) []string { return s.stored(table, isSensitive) }

// stored are those attributes that the code stores in a table whose names are of
// a kind.
func (s *scanner) stored(table string, kind func(name string) bool) []string {
	var out []string
	if table == "" {
		return nil
	}
	for _, w := range s.writes {
		if w.table != table {
			continue
		}
		for _, name := range w.item.FieldNames() {
			if kind(name) && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return out
}
