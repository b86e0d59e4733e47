package scan

import (
	"regexp"
	"strings"
)

// A login need not stand above a route: a call in its body is one, too.
const authCall = `(verify|check|validate|require|ensure|enforce|authenticate|authori[sz]e|decode)_?\w*(token|jwt|auth\w*|login|session|identity|credential|signature)s?(_in_request)?\(|(authenticate|authori[sz]e)\(`

var (
	authLine    = regexp.MustCompile(`(?i)^#+\s*(\w+(\s*,\s*\w+)*\s*=\s*)?(await\s+)?(if\s+not\s+)?([\w]+\.)*(` + authCall + `)`)
	authPresent = regexp.MustCompile(`(?i)\b(` + authCall + `|current_user|get_jwt_identity|session\[)`)
)

// disabledWithin finds a call that checks who the caller is and that was taken
// out of a function's body by a #, where the body has no other.
func (s *scanner) disabledWithin(e *entry) {
	if e.auth || e.off != nil || e.kind != route && e.kind != lambdaFunction {
		return
	}
	file, body := e.fn.Module.File, e.fn.Def.Span
	var live strings.Builder
	at := body.Start
	for _, c := range file.Comments {
		if c.Start < body.Start || c.End > body.End {
			continue
		}
		live.WriteString(file.Text[at:c.Start])
		at = c.End
		if e.off == nil && authLine.MatchString(file.Source(c)) {
			span := c
			e.off = &span
		}
	}
	if e.off != nil && authPresent.MatchString(live.String()+file.Text[at:body.End]) {
		e.off = nil
	}
}
