package scan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/surface"
)

// How the rules judge where a contract knows the table: by what it declares and
// shows, and no longer by names.

// severityOf is how bad it is that an attribute of a class gets out.
func severityOf(c contract.Class) finding.Severity {
	switch c {
	case contract.Secret:
		return finding.High
	case contract.Ordinary:
		return finding.Low
	}
	return finding.Medium
}

// reportHidden judges an attribute that reaches a response.
func (s *scanner) reportHidden(e *entry, m dataMark, x shown, types []*contract.ItemType) {
	name := m.field
	if strings.HasPrefix(name, "*") {
		return
	}
	masked := false
	for _, v := range s.views(e, types) {
		seen, clear := showsPath(v, name)
		if clear {
			return
		}
		masked = masked || seen
	}
	class, declared := classIn(types, name)
	table := types[0].Table.Name
	f := &finding.Finding{
		Rule: ruleSensitive.ID, Severity: severityOf(class), Confidence: finding.Certain, Context: frameName(e), Group: e.title(), Anchor: name,
		Title:   e.title() + " shows " + name + ", and no view does",
		Message: fmt.Sprintf("The attribute %s of %s, which %s reads, reaches the answer of %s in clear. ", name, table, m.read.in, e.title()),
		Mend:    finding.Mend{Text: "Leave " + name + " out of the answer, or name it in a view that this caller may have."},
	}
	switch {
	case masked:
		f.Message += fmt.Sprintf("The contract declares it %s, and no view shows %s to %s but masked.", class, name, callerWords(e))
		f.Confidence = finding.Likely // the code may mask it
	case declared:
		f.Message += fmt.Sprintf("The contract declares it %s, and no view shows %s to %s.", class, name, callerWords(e))
	default:
		f.Severity = finding.Low
		f.Message += fmt.Sprintf("The contract does not know it, so no view shows %s.", name)
		f.Mend.Contract = "tables:\n  " + table + ":\n    attributes:\n      " + name + ": S internal\n"
	}
	s.report(f, end(x.Trace, e.fn.Place()), x.Trace)
}

// hideWhole makes a finding of a whole item say what of it no view shows.
func (s *scanner) hideWhole(f *finding.Finding, e *entry, types []*contract.ItemType) {
	names := s.hidden(e, types)
	f.Mend.Contract = ""
	if len(names) == 0 {
		f.Severity = finding.Low
		f.Message += " The contract shows all that it declares of " + types[0].Table.Name + " to " + callerWords(e) + "; what it does not declare is published too."
		return
	}
	f.Confidence, f.Severity = finding.Certain, max(finding.Medium, severityOf(strictest(types, names)))
	f.Message += " To " + callerWords(e) + " no view shows " + named(names) + "."
}

// named is some names in a sentence, the first few of many.
func named(names []string) string {
	const most = 8
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}

// withheld are the attributes that reach a response out of items which anybody
// may choose, and which the contract shows to their owner alone or to nobody.
// A view with the scope any shows an item by its key; a Query of a partition and
// a Scan it must allow besides.
func (s *scanner) withheld(e *entry, r *read, open []shown, types []*contract.ItemType) []string {
	var public []*contract.View
	for _, v := range s.views(e, types) {
		if v.Any && (!r.scans() || v.Scan != "") && (r.op != "query" || v.ByPartition || v.Scan != "") {
			public = append(public, v)
		}
	}
	var names []string
	for _, x := range open {
		m := x.Mark.(dataMark)
		if m.level == levelField && !strings.HasPrefix(m.field, "*") {
			names = append(names, m.field)
			continue
		}
		for _, it := range types {
			for name := range it.Attributes {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool {
		return slices.ContainsFunc(public, func(v *contract.View) bool { shown, _ := showsPath(v, name); return shown })
	})
}

// logged is what the contract says of data in a log: what is there that should
// not be, and how bad it is.
func (s *scanner) logged(m dataMark) (what string, severity finding.Severity, known bool) {
	types := s.types(m.read)
	if types == nil {
		return "", 0, false
	}
	name := m.field
	class, _ := classIn(types, name)
	switch {
	case m.level == levelField && !strings.HasPrefix(name, "*"):
	case m.level <= levelItem:
		name, class = "whole items of "+types[0].Table.Name, contract.Ordinary
		for _, it := range types {
			class = max(class, strictest(types, sortedKeys(it.Attributes)))
		}
		class = min(class, contract.Internal)
	default:
		return "", 0, true
	}
	switch class {
	case contract.Ordinary, contract.Internal:
		if m.level == levelField || class == contract.Ordinary {
			return "", 0, true
		}
	case contract.Secret:
		return name, finding.High, true
	}
	return name, finding.Medium, true
}

// declaredOtherwise says whether a contract declares an attribute, whatever its
// name, as no secret.
func (s *scanner) declaredOtherwise(table, name string) bool {
	t := s.table(table)
	if t == nil {
		return false
	}
	class, declared := classIn(t.Items, name)
	return declared && class != contract.Secret
}

// strangers are notices of the tables that the code asks for and the contract
// does not name.
func (s *scanner) strangers(app *surface.App) []finding.Notice {
	if s.terms == nil {
		return nil
	}
	var out []finding.Notice
	said := map[string]bool{}
	for _, a := range everyAccess(app) {
		if said[a.Table] || a.Table != "" && (s.table(a.Table) != nil || s.terms.passes(a.Table)) {
			continue
		}
		said[a.Table] = true
		text := "the code does not show which table this call asks for: it is judged without the contract"
		if a.Table != "" {
			text = "the contract has no table " + a.Table + ": guard refuses it, and it is judged by names alone; say --table NAME=" + a.Table + " where the contract calls it otherwise"
		}
		out = append(out, finding.Notice{Location: a.Location, Text: text})
	}
	return out
}

// passes says whether guard lets a table through that the contract does not
// declare.
func (t *terms) passes(name string) bool {
	if logical, ok := t.physical[name]; ok {
		name = logical
	}
	return slices.ContainsFunc(t.contract.Guard.Tables, func(m contract.TableMode) bool { return m.Table == name && m.Mode == "passthrough" })
}
