package parse

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/discreet-dev/discreet/internal/contract"
)

// asymmetric are the signature algorithms whose verifier cannot sign: with a
// shared secret, whoever checks a token could make one (RFC 8725, 3.1).
var asymmetric = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}

var defaultAlgorithms = []string{"RS256", "PS256", "ES256", "EdDSA"}

const albHeader = "X-Amzn-Oidc-Data"

func (s *resolver) identity(n *node) {
	if n == nil {
		return
	}
	list := n
	id := &s.out.Identity
	if n.kind == mappingNode {
		list = n.get("sources")
		id.ID, id.SameIDs, id.Reason = n.str("id"), n.yes("same_ids"), s.reason(n.get("reason"))
	}
	if list != nil {
		for _, x := range list.each() {
			s.source(x)
		}
	}
	s.checkIdentity(n)
}

func (s *resolver) source(n *node) {
	src := &contract.Source{Pos: n.pos}
	var kinds []entry
	for _, e := range n.entries {
		if e.key.text != "name" && !e.key.bad {
			kinds = append(kinds, e)
		}
	}
	if len(kinds) != 1 {
		if !hasBad(n) {
			s.fail(n.pos, "source_kind", "write one source each: - header: { ... }", "a source has exactly one kind, and this has %d", len(kinds))
		}
		return
	}
	kind, v := kinds[0].key, kinds[0].value
	src.Name = kind.text
	if name := n.get("name"); name != nil {
		s.plain(name, "a source")
		src.Name = name.text
	}
	s.nodes[src] = v
	s.out.Identity.Sources = append(s.out.Identity.Sources, src)
	if v.bad {
		return
	}
	switch kind.text {
	case "header":
		src.Header = s.headerSource(v)
	case "jwt":
		src.JWT = s.jwt(v)
	case "cognito":
		src.Cognito = s.cognito(v)
	case "alb":
		src.ALB = &contract.ALBSource{
			LoadBalancer: s.text(v.get("load_balancer")),
			ID:           s.claimPath(v.get("id"), "sub"), Roles: s.claimPath(v.get("roles"), ""), Claims: s.claims(v.get("claims")), Leeway: s.leeway(v.get("leeway")),
		}
		s.literal(v.get("load_balancer"), loadBalancer, "arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID")
	case "api_gateway":
		src.APIGateway = &contract.APIGatewaySource{ID: s.claimPath(v.get("id"), "sub"), Roles: s.claimPath(v.get("roles"), ""), Claims: s.claims(v.get("claims"))}
	}
}

var (
	headerName   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,63}$`)
	loadBalancer = regexp.MustCompile(`^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:loadbalancer/app/[A-Za-z0-9-]+/[0-9a-f]+$`)
	clientID     = regexp.MustCompile(`^[A-Za-z0-9_+]+$`)
	userPool     = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]_[A-Za-z0-9]+$`)
	// taken are headers that HTTP, proxies or AWS signatures use for their own ends.
	taken = regexp.MustCompile(`^(Host|Connection|Content-.*|Transfer-Encoding|Te|Trailer|Upgrade|Keep-Alive|Proxy-.*|Forwarded|X-Forwarded-.*|Cookie|Accept.*|Origin|Referer|User-Agent|Via|X-Amz-.*|If-.*|Range|X-Request-Id)$`)
)

// header reads a header's name in its canonical form. One with an underscore is
// refused: many servers read X_User_Id as X-User-Id.
func (s *resolver) header(n *node, standard string) string {
	if n == nil {
		return standard
	}
	name := canonicalHeader(n.text)
	switch {
	case !headerName.MatchString(n.text):
		s.fail(n.pos, "header", "letters, digits and -, no underscore", "`%s` is no name of a header that can be trusted", clip(n.text))
	case taken.MatchString(name):
		s.fail(n.pos, "header", "name another header, such as X-User-Id", "`%s` means something else in HTTP", clip(n.text))
	}
	return name
}

// canonicalHeader writes a header's name as net/http does: each word between
// dashes with one capital in front.
func canonicalHeader(name string) string {
	words := strings.Split(name, "-")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + strings.ToLower(w[1:])
		}
	}
	return strings.Join(words, "-")
}

func (s *resolver) headerSource(n *node) *contract.HeaderSource {
	h := &contract.HeaderSource{ID: s.header(n.get("id"), ""), Roles: s.header(n.get("roles"), ""), MutualTLS: n.yes("mutual_tls"), Loopback: true}
	for _, x := range n.get("from").each() {
		if x.text == "loopback" {
			h.From = append(h.From, netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"))
			continue
		}
		if p, ok := s.cidr(x); ok {
			h.From = append(h.From, p)
			h.Loopback = h.Loopback && p.Addr().IsLoopback() && (p.Addr().Is6() || p.Bits() >= 8)
		}
	}
	if secret := n.get("secret"); secret != nil {
		h.Secret = &contract.HeaderSecret{Header: s.header(secret.get("header"), ""), Env: secret.str("env")}
		if env := secret.get("env"); env != nil && !envName.MatchString(env.text) {
			s.fail(env.pos, "env", "write the variable's name alone: env: GATEWAY_SECRET", "`%s` names no environment variable", clip(env.text))
		}
	}
	names := map[string]bool{}
	for _, x := range []string{h.ID, h.Roles, secretHeader(h)} {
		switch {
		case x == "Authorization":
			s.fail(n.pos, "header", "name another header, such as X-User-Id; tokens are for `jwt` and `cognito`", "`Authorization` holds a credential, and no id")
		case x != "" && names[x]:
			s.fail(n.pos, "header", "name three different headers", "one header stands for two things")
		}
		names[x] = true
	}
	if !h.Loopback && h.Secret == nil && !h.MutualTLS && n.get("from") != nil {
		s.fail(n.get("from").pos, "header_proof", "add secret: { header: X-Gateway-Secret, env: GATEWAY_SECRET }, or mutual_tls: true", "a peer that is not loopback must prove itself: whoever reaches this port could write the header")
	}
	return h
}

func secretHeader(h *contract.HeaderSource) string {
	if h.Secret == nil {
		return ""
	}
	return h.Secret.Header
}

func (s *resolver) cidr(n *node) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(n.text)
	switch {
	case err != nil:
		mend := "write a CIDR such as 10.0.0.0/8, or loopback"
		if a, err := netip.ParseAddr(n.text); err == nil && a.Zone() == "" {
			mend = "write " + netip.PrefixFrom(a, a.BitLen()).String()
		}
		s.fail(n.pos, "cidr", mend, "`%s` is no range of addresses", clip(n.text))
	case p.Bits() == 0:
		s.fail(n.pos, "cidr", "name the gateway's own addresses", "`%s` is every address", clip(n.text))
	case p.Addr().Is4In6():
		s.fail(n.pos, "cidr", "write it as an IPv4 range", "`%s` is an IPv4 address inside IPv6", clip(n.text))
	case p != p.Masked():
		s.fail(n.pos, "cidr", "write "+p.Masked().String(), "`%s` has bits beyond its length", clip(n.text))
	default:
		return p, true
	}
	return p, false
}

func (s *resolver) jwt(n *node) *contract.JWTSource {
	j := &contract.JWTSource{
		Issuer: s.text(n.get("issuer")), JWKSURL: s.text(n.get("jwks_url")), JWKSFile: s.text(n.get("jwks_file")),
		Header: s.header(n.get("header"), "Authorization"), ID: s.claimPath(n.get("id"), "sub"),
		Roles: s.claimPath(n.get("roles"), ""), Claims: s.claims(n.get("claims")), Leeway: s.leeway(n.get("leeway")),
		Algorithms: defaultAlgorithms,
	}
	s.https(n.get("issuer"))
	s.https(n.get("jwks_url"))
	switch {
	case n.has("jwks_url") && n.has("jwks_file"):
		s.fail(n.key("jwks_file").pos, "jwt_keys", "keep one of the two", "keys come from one place")
	case !n.has("jwks_url") && !n.has("jwks_file") && strings.Contains(n.str("issuer"), "?"):
		s.fail(n.get("issuer").pos, "url", "leave the query out, or say where the keys are by `jwks_url`", "keys are not found by an issuer with a query in it")
	case !n.has("issuer") && !n.has("jwks_url") && !n.has("jwks_file"):
		s.fail(n.pos, "jwt_keys", "add `issuer`, `jwks_url` or `jwks_file`", "nothing says which keys sign")
	}
	for _, x := range n.get("audience").each() {
		j.Audience = append(j.Audience, s.text(x))
	}
	pinned := false
	for _, e := range n.get("require").sound() {
		if j.Require == nil {
			j.Require = map[string]contract.Text{}
		}
		j.Require[e.key.text] = s.text(e.value)
		pinned = pinned || !contains([]string{"iss", "sub", "exp", "iat", "nbf", "jti", "token_use", "typ"}, e.key.text)
	}
	if !n.has("audience") && !pinned && !hasBad(n.get("require")) {
		s.fail(n.pos, "jwt_audience", "add `audience`, or `require: { client_id: ..., token_use: access }`", "a token for any other application of the issuer would be taken (RFC 8725, 3.9)")
	}
	if a := n.get("algorithms"); a != nil {
		j.Algorithms = nil
		for _, x := range a.each() {
			if contains(j.Algorithms, x.text) {
				s.fail(x.pos, "duplicate", "name it once", "`%s` stands here twice", clip(x.text))
			}
			j.Algorithms = append(j.Algorithms, x.text)
		}
	}
	return j
}

func (s *resolver) cognito(n *node) *contract.CognitoSource {
	c := &contract.CognitoSource{
		UserPool: s.text(n.get("user_pool")), Token: n.str("token"), Header: s.header(n.get("header"), "Authorization"),
		ID: s.claimPath(n.get("id"), "sub"), Roles: s.claimPath(n.get("roles"), ""), Claims: s.claims(n.get("claims")), Leeway: s.leeway(n.get("leeway")),
	}
	for _, x := range n.get("clients").each() {
		c.Clients = append(c.Clients, s.text(x))
		s.literal(x, clientID, "an app client's id, or env:NAME")
	}
	s.literal(n.get("user_pool"), userPool, "REGION_id, such as eu-west-1_AbCdEfGhI, or env:NAME")
	return c
}

// literal checks a text that is not the environment's.
func (s *resolver) literal(n *node, pattern *regexp.Regexp, mend string) {
	if n != nil && !strings.HasPrefix(n.text, "env:") && !pattern.MatchString(n.text) {
		s.fail(n.pos, "format", "write "+mend, "`%s` does not look right", clip(n.text))
	}
}

// https refuses keys and issuers over a wire that others can write to.
func (s *resolver) https(n *node) {
	if n == nil || strings.HasPrefix(n.text, "env:") {
		return
	}
	u, err := url.Parse(n.text)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "":
		s.fail(n.pos, "url", "write https://...", "this is no absolute URL")
	case u.Scheme == "http" && loopbackHost(u.Hostname()):
	case u.Scheme != "https":
		s.fail(n.pos, "url", "write https://...; http is taken for loopback alone", "keys are fetched over TLS alone")
	}
}

func loopbackHost(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

func (s *resolver) claimPath(n *node, standard string) contract.ClaimPath {
	if n == nil {
		if standard == "" {
			return nil
		}
		return contract.ClaimPath{standard}
	}
	var path contract.ClaimPath
	for _, x := range n.each() {
		if x.text == "" {
			s.fail(x.pos, "claim", "write the claim's name", "the name of a claim is empty")
		}
		path = append(path, x.text)
	}
	return path
}

func (s *resolver) claims(n *node) map[string]contract.ClaimPath {
	var out map[string]contract.ClaimPath
	for _, e := range n.sound() {
		switch {
		case !claimName.MatchString(e.key.text):
			s.fail(e.key.pos, "claim", "letters, digits and _; what stands after the colon may be any claim", "`%s` cannot follow `principal.`", clip(e.key.text))
		case e.key.text == "id" || e.key.text == "roles":
			s.fail(e.key.pos, "claim", "give it another name", "`principal.%s` means something else", e.key.text)
		}
		if out == nil {
			out = map[string]contract.ClaimPath{}
		}
		out[e.key.text] = s.claimPath(e.value, "")
	}
	return out
}

func (s *resolver) leeway(n *node) time.Duration {
	if n == nil {
		return 0
	}
	d, err := time.ParseDuration(n.text)
	if err != nil || d < 0 || d > time.Minute {
		s.fail(n.pos, "duration", "write a duration such as 30s", "the leeway is at most 60s")
		return 0
	}
	return d
}

// headersOf are the headers that a source reads, and what it takes each for.
func headersOf(src *contract.Source) map[string]string {
	out := map[string]string{}
	if h := src.Header; h != nil {
		out[h.ID], out[h.Roles], out[secretHeader(h)] = "an id", "roles", "a secret"
	} else {
		out[credential(src)] = "a token"
	}
	delete(out, "")
	return out
}

// claimsOf are the names that a source gives claims.
func claimsOf(src *contract.Source) map[string]contract.ClaimPath {
	switch {
	case src.JWT != nil:
		return src.JWT.Claims
	case src.Cognito != nil:
		return src.Cognito.Claims
	case src.ALB != nil:
		return src.ALB.Claims
	case src.APIGateway != nil:
		return src.APIGateway.Claims
	}
	return nil
}

// givesRoles reports whether a source says roles.
func givesRoles(src *contract.Source) bool {
	switch {
	case src.Header != nil:
		return src.Header.Roles != ""
	case src.JWT != nil:
		return src.JWT.Roles != nil
	case src.Cognito != nil:
		return src.Cognito.Roles != nil
	case src.ALB != nil:
		return src.ALB.Roles != nil
	case src.APIGateway != nil:
		return src.APIGateway.Roles != nil
	}
	return false
}

// credential is where a source looks: two that look at one place are one too many.
func credential(src *contract.Source) string {
	switch {
	case src.JWT != nil:
		return src.JWT.Header
	case src.Cognito != nil:
		return src.Cognito.Header
	case src.ALB != nil:
		return albHeader
	case src.APIGateway != nil:
		return "the request context"
	}
	return ""
}
