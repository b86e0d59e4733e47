package scan

import (
	"regexp"
	"slices"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// The facts that a test can establish: an item is the caller's own, a value
// that the caller sent is one it may use, the caller has a role.
const factRole = "role"

func factOwn(r *read) string      { return "own:" + r.id }
func factMay(m clientMark) string { return "may:" + m.origin() }
func roleName(name string) bool   { return adminName.MatchString(name) }
func guardOf(facts []string) (out []pyflow.Mark) {
	for _, f := range facts {
		out = append(out, guardMark{f})
	}
	return out
}

// Compare implements pyflow.Library: what ties data, or what a caller sent, to
// the principal is a guard.
func (s *scanner) Compare(f *pyflow.Frame, left, right *pyflow.Value, op python.CompareOperator, at python.Expr) []pyflow.Mark {
	if cond := modelCondition(left, right, at); cond != nil {
		return cond
	}
	s.surveyCompare(f, left, right, op, at)
	var facts []string
	for _, pair := range [][2]*pyflow.Value{{left, right}, {right, left}} {
		mine, other := pair[0], pair[1]
		for _, t := range mine.Deep() {
			if m, ok := t.Mark.(principalMark); ok && roleName(m.name) && !(op == python.NotEq && ordinary(other)) {
				facts = append(facts, factRole)
			}
			if m, ok := t.Mark.(dataMark); ok && m.level == levelField {
				if m.read.scope == classPrincipal && roleName(m.field) {
					facts = append(facts, factRole)
				}
				// Who knows an item's secret is the one it belongs to.
				if other != nil && (isCredential(m.field) || isSensitive(m.field)) && (op == python.Eq || op == python.NotEq) {
					facts = append(facts, factOwn(m.read))
					s.watchCompare(f, m, other, at)
				}
			}
		}
		if c, _ := classify(mine); c != classPrincipal || other == nil {
			continue
		}
		facts = append(facts, tied(other)...)
	}
	return guardOf(facts)
}

// ordinary says whether a role is one that callers have by signing up: who must
// have it may not see what is others' of the same role.
func ordinary(role *pyflow.Value) bool {
	texts := role.Texts()
	return len(texts) > 0 && !slices.ContainsFunc(texts, func(t string) bool { return !ordinaryRole.MatchString(t) })
}

var ordinaryRole = regexp.MustCompile(`(?i)^(role_)?(user|buyer|seller|customer|member|student|patient|client|guest|tenant|driver|rider|vendor|candidate|applicant|freelancer|renter|borrower|lender|subscriber|passenger)s?$`)

// tied are the facts that hold once a value has been matched with the principal.
func tied(v *pyflow.Value) (facts []string) {
	for _, t := range v.Deep() {
		switch m := t.Mark.(type) {
		case dataMark:
			facts = append(facts, factOwn(m.read))
		case clientMark:
			facts = append(facts, factMay(m))
		}
	}
	return facts
}

// Facts implements pyflow.Library.
func (s *scanner) Facts(f *pyflow.Frame, v *pyflow.Value) (facts []string) {
	if v == nil {
		return nil
	}
	s.decided(v, f.Here())
	for _, t := range v.Marks {
		switch m := t.Mark.(type) {
		case guardMark:
			facts = append(facts, m.fact)
			s.tie(m.fact)
		case principalMark:
			if roleName(m.name) {
				facts = append(facts, factRole)
				s.tie(factRole)
			}
		}
	}
	return facts
}

// tie notes that the entry which is followed tests a fact somewhere on its way.
func (s *scanner) tie(fact string) {
	if s.current == nil {
		return
	}
	if s.current.tied == nil {
		s.current.tied = map[string]bool{}
	}
	s.current.tied[fact] = true
}

// Keep implements pyflow.Library: data that goes out from behind a guard is the
// principal's own, wherever it goes on to.
func (s *scanner) Keep(f *pyflow.Frame, v *pyflow.Value) *pyflow.Value {
	return v.Map(func(t pyflow.Traced) pyflow.Traced {
		m, ok := t.Mark.(dataMark)
		if !ok || m.guarded {
			return t
		}
		m.guarded = f.Known(factRole) || f.Known(factOwn(m.read))
		for _, c := range m.read.clients {
			m.guarded = m.guarded || f.Known(factMay(c))
		}
		return pyflow.Traced{Mark: m, Trace: t.Trace}
	})
}

// access learns from a call by name: authorize(user, item_id).
func (s *scanner) access(f *pyflow.Frame, c *pyflow.Call) {
	s.accessData(f, c.Method, c)
	if !accessCheck(c.Method) {
		return
	}
	for _, fact := range tied(pyflow.Join(c.Receiver, c.All())) {
		f.Learn(fact)
		s.tie(fact)
	}
}

// accessData learns from a call that is given an item's own attributes to
// decide by: check_auth(item["roles"]).
func (s *scanner) accessData(f *pyflow.Frame, name string, c *pyflow.Call) {
	if !containsAny(name, "check_auth", "authoriz", "permission", "check_role", "has_role") {
		return
	}
	for _, t := range c.All().Deep() {
		if m, ok := t.Mark.(dataMark); ok {
			f.Learn(factOwn(m.read))
			s.tie(factOwn(m.read))
		}
	}
}

// Enter implements pyflow.Library.
func (s *scanner) Enter(f *pyflow.Frame, fn *pyflow.Func, c *pyflow.Call) *pyflow.Value {
	s.accessData(f, fn.Name, c)
	if accessCheck(fn.Name) {
		for _, fact := range tied(c.All()) {
			f.Learn(fact)
			s.tie(fact)
		}
	}
	return nil
}
