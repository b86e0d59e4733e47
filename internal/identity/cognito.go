package identity

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
)

// cognito is a jwt source with what Amazon Cognito does. Access tokens name
// their client in client_id and may have no aud; identity tokens name it in aud.
// ("Verifying JSON web tokens", Amazon Cognito Developer Guide.)
func (b *builder) cognito(s *contract.Source, n naming) *tokenSource {
	c := s.Cognito
	t := b.tokens(s, newMapping(n, c.ID, c.Roles, c.Claims), c.Header, []string{"RS256"}, c.Leeway)
	pool := b.text(s, "user_pool", c.UserPool)
	region, _, ok := strings.Cut(pool, "_")
	if pool != "" && (!ok || !isRegion(region) || strings.Trim(pool, nameCharacters) != "") {
		b.problem(s, "user_pool is not of the form REGION_ID")
	}
	var clients []string
	for _, client := range c.Clients {
		for id := range strings.SplitSeq(b.text(s, "clients", client), ",") {
			if id = strings.TrimSpace(id); id != "" {
				clients = append(clients, id)
			}
		}
	}
	if len(clients) == 0 {
		b.problem(s, "clients names no app client")
	}
	t.require["token_use"] = []string{c.Token}
	switch c.Token {
	case "access":
		t.require["client_id"] = clients
	case "id":
		t.audience, t.identity = clients, true
	default:
		b.problem(s, "token is neither access nor id")
	}
	base := b.cfg.CognitoURL
	if base == "" {
		base = "https://cognito-idp." + region + "." + awsDomain(region)
	}
	t.issuer = base + "/" + pool
	b.keyAddress(s, "user_pool", t.issuer+"/.well-known/jwks.json", t.keys)
	return t
}

// isRegion reports whether text looks like eu-central-1 or us-gov-west-1, so
// that it may stand in a host name.
func isRegion(text string) bool {
	words := strings.Split(text, "-")
	for _, w := range words {
		if w == "" || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return len(words) >= 3
}

func awsDomain(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}
