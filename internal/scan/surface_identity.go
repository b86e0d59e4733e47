package scan

import (
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
	"github.com/discreet-dev/discreet/internal/surface"
)

// ownerName are names of whose an item is; a tenant's or a group's is not one
// person's.
var ownerName = regexp.MustCompile(`(?i)^(current_?)?(user|account|customer|client|owner|member|patient|employee|student|author|driver|seller|buyer|recipient|subscriber|creator|profile)(_?(id|email|key|uuid|sub))?$|^(e_?mail(_?address)?|uid|sub|user_?name|login|created_by|owned_by|cognito_?\w*)$`)

// markOwners says which attributes and bindings are of whose an item is.
func markOwners(app *surface.App) {
	for _, a := range everyAccess(app) {
		for i := range a.Bindings {
			b := &a.Bindings[i]
			names := []string{b.Attribute}
			if before, _, composed := strings.Cut(b.Template, "{}"); composed {
				words := strings.FieldsFunc(before, func(c rune) bool { return strings.ContainsRune("#:/|@.+-", c) })
				if names = []string{b.Name}; len(words) > 0 {
					names = append(names, words[len(words)-1])
				}
			}
			for _, name := range names {
				b.Owner = b.Owner || ownerName.MatchString(name)
			}
		}
	}
	for i := range app.Tables {
		for j := range app.Tables[i].Fields {
			f := &app.Tables[i].Fields[j]
			f.Owner = ownerName.MatchString(f.Name)
		}
	}
}

// credentials are modules that tell how an app knows its callers.
var credentials = []struct {
	module *regexp.Regexp
	kind   surface.IdentityKind
}{
	{regexp.MustCompile(`(?i)cognito|^warrant$|^pycognito`), surface.CognitoIdentity},
	{regexp.MustCompile(`^(flask_jwt\w*|jwt|jose|authlib|authlib\..*|fastapi_jwt_auth|firebase_admin|firebase_admin\..*|google\.oauth2.*|okta\w*)$`), surface.TokenIdentity},
	{regexp.MustCompile(`^(flask_login|flask_httpauth|flask_security|flask_user|flask_bcrypt|itsdangerous)$`), surface.SessionIdentity},
}

// callers says how the app knows who calls, by what it imports, the claims it
// reads of an authorizer, and the headers in which callers say who they are.
func (s *scanner) callers() surface.Identity {
	var out surface.Identity
	take := func(kind surface.IdentityKind, name string, at finding.Location) {
		if kind > out.Kind {
			out = surface.Identity{Kind: kind, Name: name, Location: at}
		}
	}
	for _, m := range s.program.Modules {
		for _, st := range m.File.Body {
			for _, name := range importedNames(st) {
				for _, c := range credentials {
					if c.module.MatchString(name) {
						take(c.kind, "", finding.Location{Path: m.File.Path, Range: m.File.Range(st.Pos())})
					}
				}
			}
		}
		if i := strings.Index(m.File.Text, `["authorizer"]["claims"]`); i >= 0 {
			kind := surface.TokenIdentity
			if strings.Contains(m.File.Text, "cognito:") || strings.Contains(m.File.Text, "custom:") {
				kind = surface.CognitoIdentity // https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
			}
			take(kind, "", finding.Location{Path: m.File.Path, Range: m.File.Range(python.Span{Start: int32(i), End: int32(i)})})
		}
	}
	for _, origin := range sortedKeys(s.asked) {
		path, header := strings.CutPrefix(origin, "header")
		for _, name := range sortedKeys(s.asked[origin]) {
			if header && identityName.MatchString(name) {
				take(surface.HeaderIdentity, name, finding.Location{Path: path})
			}
		}
	}
	return out
}

// importedNames are the modules of an import.
func importedNames(st python.Stmt) []string {
	switch st := st.(type) {
	case *python.Import:
		var out []string
		for i := range st.Names {
			out = append(out, st.Names[i].Name)
		}
		return out
	case *python.ImportFrom:
		if st.Level == 0 {
			return []string{st.Module}
		}
	}
	return nil
}
