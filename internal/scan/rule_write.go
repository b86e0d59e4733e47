package scan

import (
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
)

// change is a write whose item the caller chooses, met on the way of an entry.
type change struct {
	entry *entry
	read  *read // what selects the item, as for a read
}

// noteChange keeps a write for reportChanges: whether the code checks whose the
// item is, only the whole entry tells.
func (s *scanner) noteChange(f *pyflow.Frame, c *pyflow.Call) {
	e := s.current
	if e == nil || e.kind != route && e.kind != lambdaFunction {
		return
	}
	r := s.selected(f, c, c.Arg(-1, "Key"))
	if c.Method == "put_item" {
		// Who signs up sends a name of its own: only what a browser sends of itself
		// says under which name the caller is known already.
		r = s.selected(f, c, c.Arg(-1, "Item"))
		if !slices.ContainsFunc(r.clients, ambient) {
			return
		}
	}
	if r.scope == classClient && !s.checked(r, f.Known) {
		s.changes = append(s.changes, change{e, r})
	}
}

// ambient says whether a value is sent with every request: a cookie, a header.
func ambient(c clientMark) bool {
	return (c.part == "cookie" || c.part == "header") && identityName.MatchString(c.name)
}

// signUpName are routes by which somebody becomes known, or proves who it is.
var signUpName = regexp.MustCompile(`(?i)sign_?-?up|register|registration|log_?-?in|sign_?-?in|forgot|reset|verif|confirm|activat|callback|webhook|log_?-?out`)

// reportChanges judges the writes, once all entries have been followed.
func (s *scanner) reportChanges() {
	for _, c := range s.changes {
		e, r := c.entry, c.read
		if e.admin || r.proven || signUpName.MatchString(e.path+" "+e.fn.Name) || s.checked(r, func(fact string) bool { return e.tied[fact] }) || s.reached(r.at) {
			continue
		}
		var f *finding.Finding
		known := e.auth || e.knows
		switch {
		case !known && slices.ContainsFunc(r.clients, ambient), known && r.identity():
			f = &finding.Finding{
				Rule: ruleClientIdentity.ID, Severity: finding.Medium, Confidence: finding.Likely,
				Title: e.title() + " changes items of whoever the caller says it is",
				Message: r.in + " changes " + r.tableName() + " by " + clientName(r) + ", which is what the caller says of itself and nothing has verified: " +
					"whoever sends another's changes the other's items." + openTo(e),
				Mend: finding.Mend{Text: "Take the identity from a verified token or session, not from the request."},
			}
		case known && !catalogue(e, r) && (isUserData(r.table) || slices.ContainsFunc(r.attrs, isUserData)):
			f = &finding.Finding{
				Rule: ruleUnscopedKey.ID, Severity: finding.Low, Confidence: finding.Tentative,
				Title:   e.title() + " changes any item of " + r.tableName() + " by " + clientName(r),
				Message: r.in + " changes " + r.tableName() + " by " + clientName(r) + ", which the caller chooses, and nothing checks that the item is the caller's." + openTo(e),
				Mend:    finding.Mend{Text: "Put the verified caller into the key or into a ConditionExpression."},
			}
		default:
			continue
		}
		f.Context, f.Group = frameName(e), e.title()
		f.Anchor = r.op + " " + strings.Join(r.attrs, ",") + " in " + r.in
		s.causes[f] = cause{entry: e, read: r}
		s.report(f, r.at, nil)
		f.Flow = append(slices.Clone(r.from), f.Flow...)
	}
}

// checked says whether the code has tied what selects an item, or an item that
// the same of the caller's values has found, to who the caller is.
func (s *scanner) checked(r *read, holds func(fact string) bool) bool {
	for _, c := range r.clients {
		if holds(factMay(c)) {
			return true
		}
		for _, other := range s.reads {
			if holds(factOwn(other)) && slices.ContainsFunc(other.clients, func(o clientMark) bool { return o.origin() == c.origin() }) {
				return true
			}
		}
	}
	return holds(factRole)
}

// reached says whether what a call answers is reported already.
func (s *scanner) reached(at pyflow.Place) bool {
	for _, rule := range []finding.Rule{ruleUnscopedKey, ruleClientIdentity, ruleOverride} {
		for key := range s.found {
			if strings.HasPrefix(key, rule.ID+"|"+at.File.Path+"|"+placeKey(at)+"|") {
				return true
			}
		}
	}
	return false
}
