package draft

import (
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/surface"
)

// identity is the contract's identity source.
type identity struct {
	kind    surface.IdentityKind
	header  string
	id      string            // the claim that is the id; "" is the source's own
	guessed bool              // the id is
	claims  map[string]string // principal.NAME to the claim
	at      finding.Location
}

var (
	headerName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,63}$`)
	// notTrusted are headers that HTTP, proxies and signatures use themselves.
	notTrusted = regexp.MustCompile(`(?i)^(Authorization|Host|Connection|Content-.*|Cookie|Accept.*|Origin|Referer|User-Agent|Via|Forwarded|X-Forwarded-.*|X-Amz.*|X-Request-Id|Proxy-.*|If-.*|Range|Te|Trailer|Upgrade|Keep-Alive|Transfer-Encoding|X-User-Roles)$`)
	// groupClaim are claims that say to which group a caller belongs, and not who
	// it is.
	groupClaim = regexp.MustCompile(`(?i)(tenant|org|company|team|workspace|group|department|account_?id)`)
	mailName   = regexp.MustCompile(`(?i)e_?mail`)
)

const standardHeader = "X-User-Id"

// readIdentity makes the source of what the code tells of its callers.
func (m *model) readIdentity() identity {
	from := m.app.Identity
	out := identity{kind: from.Kind, at: from.Location, header: standardHeader, claims: map[string]string{}}
	switch {
	case from.Kind == surface.HeaderIdentity && headerName.MatchString(from.Name) && !notTrusted.MatchString(from.Name):
		out.header = from.Name
	case from.Kind == surface.TokenIdentity || from.Kind == surface.CognitoIdentity:
		if variable.MatchString(from.Name) && from.Name != "sub" {
			out.id = from.Name
		}
	}
	if out.id == "" && m.keyedByMail() {
		out.id, out.guessed = "email", true
	}
	return out
}

// keyedByMail says that callers' own items are found by an e-mail address, and
// by nothing else.
func (m *model) keyedByMail() bool {
	mail := false
	for _, t := range m.tables {
		for _, u := range m.usesOf(t.from.Name) {
			for _, b := range u.Bindings {
				if b.Source != surface.FromPrincipal && !b.Owner || groupClaim.MatchString(b.Name) {
					continue
				}
				if !mailName.MatchString(b.Attribute + b.Name) {
					return false
				}
				mail = true
			}
		}
	}
	return mail
}

// claim is how a scope names a value of the principal.
func (m *model) claim(b *surface.Binding) string {
	name := strings.TrimPrefix(b.Name, "custom:")
	if !groupClaim.MatchString(name) || !writable(b.Name) {
		return "principal.id"
	}
	name = snake(name)
	if name == "" || name == "id" || name == "roles" {
		return "principal.id"
	}
	m.identity.claims[name] = b.Name
	return "principal." + name
}

// lines writes the section.
func (id *identity) lines(w *writer) {
	w.plain("identity:")
	where := ""
	if p := place(id.at); p != "" {
		where = ", as " + p + " tells"
	}
	switch id.kind {
	case surface.HeaderIdentity:
		w.note(2, "guessed: a gateway on this machine sets the header, and lets no caller set it"+where+".")
		w.plain("  - header:")
		w.line(6, nil, "id: "+quote(id.header), "")
		w.waiting(6, "Once a view is for named roles; the gateway sets this header too, or drops it.", "roles: X-User-Roles")
		w.line(6, nil, "from: [loopback]", "")
		return
	case surface.CognitoIdentity:
		w.note(2, "Amazon Cognito"+where+". The values are the environment's.")
		w.plain("  - cognito:")
		w.line(6, nil, "user_pool: env:COGNITO_USER_POOL_ID", "")
		w.line(6, nil, "clients: env:COGNITO_CLIENT_IDS", "several, comma-separated")
		w.line(6, nil, "token: id", "guessed: or access")
		w.line(6, nil, "roles: cognito:groups", "")
	default:
		why := "guessed: the code does not tell how it knows its callers; nobody is believed until the environment names an issuer."
		switch id.kind {
		case surface.TokenIdentity:
			why = "guessed: tokens of an issuer that publishes its keys" + where + ". A token signed with a secret of the app's own (HS256) is not taken."
		case surface.SessionIdentity:
			why = "guessed: the code keeps its own logins" + where + ", which a contract cannot read: callers need a token of an issuer, or a gateway that sets a header."
		}
		w.note(2, why)
		w.plain("  - jwt:")
		w.line(6, nil, "issuer: env:JWT_ISSUER", "")
		w.line(6, nil, "audience: env:JWT_AUDIENCE", "")
		w.waiting(6, "The claim with the roles, once a view is for named ones.", "roles: roles")
	}
	if id.id != "" {
		note := ""
		if id.guessed {
			note = "guessed: items are found by it; it must be one that the issuer has verified"
		}
		w.line(6, nil, "id: "+quote(id.id), note)
	}
	if len(id.claims) > 0 {
		w.plain("      claims:")
		for _, name := range sortedKeys(id.claims) {
			w.line(8, nil, quote(name)+": "+quote(id.claims[name]), "")
		}
	}
}
