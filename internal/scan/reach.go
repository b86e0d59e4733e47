package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

// reportReach judges whose items a read brings into a response.
func (s *scanner) reportReach(e *entry, r *read, list []shown) {
	if r.scope == classPrincipal || r.proven || e.admin || e.kind == errorHandler {
		return
	}
	open := slices.DeleteFunc(slices.Clone(list), func(x shown) bool { return x.Mark.(dataMark).guarded || refused(x) })
	if len(open) == 0 {
		return
	}
	nobodys := catalogue(e, r) || s.ownerless(r)
	ours := s.personal(e, r, open) || s.identity && !nobodys
	types := s.types(r)
	if types != nil && len(s.withheld(e, r, open, types)) == 0 {
		return // a view shows as much of any item to these callers
	}
	ours = ours || types != nil
	x := best(open)
	var f *finding.Finding
	switch {
	case r.scans():
		f = unscopedScan(e, r, ours)
	case r.scope == classEither:
		f = identityOverride(e, r)
	case r.scope == classClient && r.identity():
		f = clientIdentity(e, r)
	case r.scope == classClient:
		f = unscopedKey(e, r, ours, nobodys)
	default:
		s.reportConstant(e, r, open, x)
	}
	if f == nil {
		return
	}
	f.Context, f.Group = frameName(e), e.title()
	f.Anchor = r.op + " " + strings.Join(r.attrs, ",") + " in " + r.in
	s.causes[f] = cause{entry: e, read: r, show: append(slices.Clone(r.shows), fieldsShown(open)...)}
	if types != nil {
		f.Confidence = finding.Certain
		f.Message += " No view shows " + named(s.withheld(e, r, open, types)) + " of just any item to " + callerWords(e) + "."
	}
	s.report(f, r.at, x.Trace, finding.Step{Location: locate(e.fn.Place()), Text: "answered by " + e.title()})
	// A flow begins where the caller's value does.
	f.Flow = append(slices.Clone(r.from), f.Flow...)
}

// refused says whether an attribute is shown in the words of a refusal alone: an
// exception of the app's own that names it.
func refused(x shown) bool {
	if x.Mark.(dataMark).level != levelField {
		return false
	}
	for t := x.Trace; t != nil; t = t.Prev {
		if t.Raised {
			return true
		}
	}
	return false
}

func (r *read) tableName() string { return orSome(r.table, "the table") }

// openTo says who may call.
func openTo(e *entry) string {
	switch {
	case e.gate != "":
		return " Every caller whom " + e.gate + " lets through can."
	case e.auth || e.knows:
		return " Every signed-in caller can."
	}
	return " The route asks for no login."
}

// identity says whether what selects is what says who the caller is.
func (r *read) identity() bool {
	return slices.ContainsFunc(r.clients, func(c clientMark) bool {
		return c.part != "path" && c.name != "" && (identityName.MatchString(c.name) ||
			c.part != "event" && c.name == "id" && slices.ContainsFunc(r.attrs, func(a string) bool { return identityName.MatchString(a) && a != "name" }))
	})
}

func clientName(r *read) string {
	for _, c := range r.clients {
		if c.name != "" && c.name != "*" {
			return c.name + " (" + c.part + ")"
		}
	}
	for _, c := range r.clients {
		return "the request's " + c.part
	}
	return "what the caller sends"
}

// best is the mark that says most: a whole item before an attribute.
func best(list []shown) shown {
	out := list[0]
	for _, x := range list[1:] {
		if x.Mark.(dataMark).level < out.Mark.(dataMark).level {
			out = x
		}
	}
	return out
}

func frameName(e *entry) string { return e.fn.Module.Name + "." + e.fn.Title() }

// fieldsShown are the attributes that reach a response one by one.
func fieldsShown(list []shown) (out []string) {
	for _, x := range list {
		if m := x.Mark.(dataMark); m.level == levelField && m.field != "*" && m.field != "" {
			out = append(out, m.field)
		}
	}
	return out
}
