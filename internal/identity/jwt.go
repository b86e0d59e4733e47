package identity

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/discreet-dev/discreet/internal/contract"
)

// tokenSource verifies JSON Web Tokens (RFC 7519, RFC 8725).
type tokenSource struct {
	mapping
	header     string // canonical
	algorithms []jose.SignatureAlgorithm
	issuer     string              // "": not checked
	audience   []string            // empty: not checked
	require    map[string][]string // claims, and the values of which each must have one
	identity   bool                // identity tokens are wanted: none that says it is for access
	leeway     time.Duration
	keys       *keySet
	cache      *tokenCache
}

func (b *builder) jwt(s *contract.Source, n naming) *tokenSource {
	c := s.JWT
	t := b.tokens(s, newMapping(n, c.ID, c.Roles, c.Claims), c.Header, c.Algorithms, c.Leeway)
	if c.Issuer != (contract.Text{}) {
		t.issuer = b.text(s, "issuer", c.Issuer)
	}
	for _, audience := range c.Audience {
		t.audience = append(t.audience, b.text(s, "audience", audience))
	}
	for claim, value := range c.Require {
		t.require[claim] = []string{b.text(s, "require."+claim, value)}
	}
	if len(t.audience) == 0 && len(t.require) == 0 {
		b.problem(s, "it needs an audience, or a claim that require names: a token for another service would do")
	}
	t.identity = slices.Equal(t.require["token_use"], []string{"id"})
	b.keySource(s, c, t)
	return t
}

// keySource says where the keys of a jwt source come from.
func (b *builder) keySource(s *contract.Source, c *contract.JWTSource, t *tokenSource) {
	switch none := (contract.Text{}); {
	case c.JWKSURL != none && c.JWKSFile != none:
		b.problem(s, "it has both jwks_url and jwks_file")
	case c.JWKSFile != none:
		path := b.text(s, "jwks_file", c.JWKSFile)
		t.keys.fetch = func(context.Context) (published, error) { return b.keyFile(path) }
		// A file is here or it is not: that is worth knowing at the start.
		if got, err := b.keyFile(path); err != nil {
			b.problem(s, "jwks_file: %w", err)
		} else {
			t.keys.install(got)
		}
	case c.JWKSURL != none:
		b.keyAddress(s, "jwks_url", b.text(s, "jwks_url", c.JWKSURL), t.keys)
	case t.issuer != "":
		if err := checkAddress(t.issuer); err != nil {
			b.problem(s, "issuer: %w", err)
		} else if strings.Contains(t.issuer, "?") {
			b.problem(s, "issuer: an address with a query")
		}
		t.keys.fetch = func(ctx context.Context) (published, error) { return b.fetcher.discover(ctx, t.issuer) }
	default:
		b.problem(s, "it needs an issuer, a jwks_url or a jwks_file")
	}
}

func (b *builder) keyAddress(s *contract.Source, field, address string, keys *keySet) {
	if err := checkAddress(address); err != nil {
		b.problem(s, "%s: %w", field, err)
	}
	keys.fetch = func(ctx context.Context) (published, error) { return b.fetcher.keySet(ctx, address) }
}

// tokens makes what jwt and cognito have in common.
func (b *builder) tokens(s *contract.Source, m mapping, header string, algorithms []string, leeway time.Duration) *tokenSource {
	t := &tokenSource{
		mapping: m, header: http.CanonicalHeaderKey(header), leeway: b.leeway(s, leeway),
		require: map[string][]string{}, cache: newTokenCache(), keys: b.keySet(s),
	}
	if header == "" {
		t.header = "Authorization"
	}
	b.reads(s, t.header)
	if len(algorithms) == 0 {
		b.problem(s, "it has no algorithms")
	}
	for _, a := range algorithms {
		if !asymmetric(a) {
			b.problem(s, "algorithm %s is not one of RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA", strconv.Quote(a))
		}
		t.algorithms = append(t.algorithms, jose.SignatureAlgorithm(a))
	}
	return t
}

func (b *builder) keySet(s *contract.Source) *keySet {
	return &keySet{clock: b.cfg.Clock, log: b.cfg.Logger.With("source", s.Name), life: b.life}
}

func (b *builder) keyFile(path string) (published, error) {
	raw, err := b.cfg.ReadFile(path)
	if err != nil {
		return published{}, err
	}
	if len(raw) > maxDocument {
		return published{}, fmt.Errorf("over %d bytes", maxDocument)
	}
	keys, _, err := parseKeySet(raw)
	return published{keys: keys, maxAge: refreshLeast}, err
}

// keySet fetches a JSON Web Key Set.
func (f fetcher) keySet(ctx context.Context, address string) (published, error) {
	d, err := f.get(ctx, address)
	if err != nil {
		return published{}, err
	}
	if d.status != http.StatusOK {
		return published{}, fmt.Errorf("status %d for the key set", d.status)
	}
	keys, _, err := parseKeySet(d.body)
	return published{keys: keys, maxAge: d.maxAge}, err
}

// discover finds an issuer's keys (OpenID Connect Discovery 1.0, section 4). It
// asks for the address each time, as an issuer may move its keys.
func (f fetcher) discover(ctx context.Context, issuer string) (published, error) {
	d, err := f.get(ctx, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration")
	if err != nil {
		return published{}, err
	}
	if d.status != http.StatusOK {
		return published{}, fmt.Errorf("status %d for the discovery document", d.status)
	}
	var found struct {
		Issuer  string `json:"issuer"`
		JWKSURI string `json:"jwks_uri"`
	}
	if json.Unmarshal(d.body, &found) != nil {
		return published{}, errors.New("the discovery document is not JSON")
	}
	// Section 4.3: else any issuer could speak for this one.
	if found.Issuer != issuer {
		return published{}, errors.New("the discovery document is of another issuer")
	}
	// An issuer elsewhere has no business on this machine's loopback.
	if err := checkAddress(found.JWKSURI); err != nil || isHTTPS(issuer) && !isHTTPS(found.JWKSURI) {
		return published{}, errors.New("the discovery document's jwks_uri is not an https address")
	}
	return f.keySet(ctx, found.JWKSURI)
}

func (t *tokenSource) principal(r *http.Request, now time.Time) (contract.Principal, bool, error) {
	token, found, err := bearer(r.Header, t.header)
	if !found || err != nil {
		return contract.Principal{}, found, err
	}
	if len(token) > maxToken {
		return contract.Principal{}, true, fmt.Errorf("the token is over %d bytes", maxToken)
	}
	id := identify(token)
	if p, ok := t.cache.get(id, now); ok {
		return p, true, nil
	}
	claims, by, err := t.verify(r.Context(), token)
	if err != nil {
		return contract.Principal{}, true, err
	}
	expires, err := t.accept(claims, now)
	if err != nil {
		return contract.Principal{}, true, err
	}
	p, err := t.fromClaims(claims)
	if err != nil {
		return contract.Principal{}, true, err
	}
	t.cache.put(verified{id: id, principal: p, key: by, keys: t.keys, expires: expires}, now)
	return p, true, nil
}

// verify returns the claims of a token whose signature is right, and the key
// that it is right by.
func (t *tokenSource) verify(ctx context.Context, token string) (map[string]any, *key, error) {
	first, second, last, err := splitToken(token)
	if err != nil {
		return nil, nil, err
	}
	for _, part := range [...]string{second, last} {
		if _, err := decodePart(part, base64.RawURLEncoding); err != nil {
			return nil, nil, err
		}
	}
	raw, err := decodePart(first, base64.RawURLEncoding)
	if err != nil {
		return nil, nil, err
	}
	header, err := parseHeader(raw)
	if err != nil {
		return nil, nil, err
	}
	if err := header.plainType(); err != nil {
		return nil, nil, err
	}
	if t.identity && header.accessType() {
		return nil, nil, errors.New("an access token where an identity token is wanted")
	}
	// go-jose's own errors may quote the token.
	signed, err := jose.ParseSignedCompact(token, t.algorithms)
	if err != nil {
		return nil, nil, errors.New("the token is malformed, or its algorithm is not one of the source's")
	}
	keys, err := t.keys.find(ctx, header.keyID, header.algorithm)
	if err != nil {
		return nil, nil, err
	}
	for _, k := range keys {
		payload, err := signed.Verify(k.public)
		if err != nil {
			continue
		}
		claims, err := decodeObject(payload)
		return claims, k, err
	}
	return nil, nil, errors.New("the token's signature is wrong")
}

// accept checks what a verified token says of itself, and returns its exp.
func (t *tokenSource) accept(claims map[string]any, now time.Time) (time.Time, error) {
	expires, err := checkTimes(claims, now, t.leeway)
	if err != nil {
		return time.Time{}, err
	}
	if t.issuer != "" && claims["iss"] != t.issuer {
		return time.Time{}, errors.New("the token is of another issuer")
	}
	if len(t.audience) > 0 && !meets(claims["aud"], t.audience) {
		return time.Time{}, errors.New("the token is for another audience")
	}
	for name, want := range t.require {
		if text, ok := literal(claims[name]); !ok || !slices.Contains(want, text) {
			return time.Time{}, fmt.Errorf("the claim %s is absent or not what is required", name)
		}
	}
	// A security event (RFC 8417) such as a logout token grants nothing; a
	// token that is bound to a key (RFC 7800) is worth nothing without a proof
	// of that key, which is not checked here.
	for _, name := range [...]string{"events", "cnf"} {
		if _, ok := claims[name]; ok {
			return time.Time{}, errors.New("the token has the claim " + name)
		}
	}
	return expires, nil
}

// meets reports whether an aud claim, a string or a list of strings, has one of
// the audiences.
func meets(aud any, audience []string) bool {
	switch aud := aud.(type) {
	case string:
		return slices.Contains(audience, aud)
	case []any:
		for _, a := range aud {
			if text, ok := a.(string); ok && slices.Contains(audience, text) {
				return true
			}
		}
	}
	return false
}

// literal is the text that a contract writes a scalar claim as.
func literal(v any) (string, bool) {
	if flag, ok := v.(bool); ok {
		return strconv.FormatBool(flag), true
	}
	return scalar(v)
}
