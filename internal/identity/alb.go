package identity

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/discreet-dev/discreet/internal/contract"
)

// albHeader is where an Application Load Balancer puts the claims it signed.
const albHeader = "X-Amzn-Oidc-Data"

// albSource verifies what an Application Load Balancer signed. ("Authenticate
// users using an Application Load Balancer", Elastic Load Balancing.)
type albSource struct {
	mapping
	signer string // the load balancer's ARN
	leeway time.Duration
	keys   *albKeys
	cache  *tokenCache
}

func (b *builder) alb(s *contract.Source, n naming) *albSource {
	c := s.ALB
	a := &albSource{
		mapping: newMapping(n, c.ID, c.Roles, c.Claims), leeway: b.leeway(s, c.Leeway),
		signer: b.text(s, "load_balancer", c.LoadBalancer), cache: newTokenCache(),
	}
	// arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID
	arn := strings.Split(a.signer, ":")
	base := b.cfg.ALBKeysURL
	if a.signer != "" {
		if len(arn) != 6 || arn[0] != "arn" || arn[2] != "elasticloadbalancing" || !isRegion(arn[3]) ||
			!strings.HasPrefix(arn[5], "loadbalancer/app/") {
			b.problem(s, "load_balancer is not the ARN of an Application Load Balancer")
		} else if base == "" {
			base = albKeysURL(arn[3])
		}
	}
	a.keys = &albKeys{
		sets: map[string]*albKey{},
		build: func(id string) *keySet {
			set := b.keySet(s)
			set.fetch = func(ctx context.Context) (published, error) { return b.fetcher.albKey(ctx, base, id) }
			return set
		},
	}
	return a
}

func albKeysURL(region string) string {
	if strings.HasPrefix(region, "us-gov-") {
		return "https://s3-" + region + ".amazonaws.com/aws-elb-public-keys-prod-" + region
	}
	return "https://public-keys.auth.elb." + region + "." + awsDomain(region)
}

func (a *albSource) principal(r *http.Request, now time.Time) (contract.Principal, bool, error) {
	values := r.Header[albHeader]
	switch {
	case len(values) == 0:
		return contract.Principal{}, false, nil
	case len(values) > 1:
		return contract.Principal{}, true, errors.New(albHeader + " is repeated")
	case len(values[0]) > maxToken:
		return contract.Principal{}, true, fmt.Errorf("the token is over %d bytes", maxToken)
	}
	token := values[0]
	id := identify(token)
	if p, ok := a.cache.get(id, now); ok {
		return p, true, nil
	}
	t, err := a.verify(r.Context(), token, now)
	if err != nil {
		return contract.Principal{}, true, err
	}
	p, err := a.fromClaims(t.claims)
	if err != nil {
		return contract.Principal{}, true, err
	}
	a.cache.put(verified{id: id, principal: p, key: t.key, keys: t.keys, expires: t.expires}, now)
	return p, true, nil
}

// albToken is a verified token: what it claims, and the key it is right by.
type albToken struct {
	claims  map[string]any
	expires time.Time
	key     *key
	keys    *keySet
}

func (a *albSource) verify(ctx context.Context, token string, now time.Time) (t albToken, err error) {
	first, second, last, err := splitToken(token)
	if err != nil {
		return t, err
	}
	var parts [3][]byte
	for i, part := range [...]string{first, second, last} {
		if parts[i], err = decodePart(part, padding(part)); err != nil {
			return t, err
		}
	}
	header, err := parseHeader(parts[0])
	if err != nil {
		return t, err
	}
	// This is looked at before the signature, so that what another load
	// balancer signed, or nobody, seldom makes us fetch a key.
	if t.expires, err = a.acceptHeader(header, now); err != nil {
		return t, err
	}
	if t.key, t.keys, err = a.keys.find(ctx, header.keyID, now); err != nil {
		return t, err
	}
	if !signedES256(t.key, token[:len(first)+1+len(second)], parts[2]) {
		return t, errors.New("the token's signature is wrong")
	}
	if t.claims, err = decodeObject(parts[1]); err != nil {
		return t, err
	}
	// Load balancers repeat exp among the claims; an earlier one there counts.
	if _, ok := t.claims["exp"]; ok {
		inner, err := checkTimes(t.claims, now, a.leeway)
		if err != nil {
			return t, err
		}
		if inner.Before(t.expires) {
			t.expires = inner
		}
	}
	return t, nil
}

// acceptHeader checks the protected header, where load balancers say who signed
// and until when, and returns its exp.
func (a *albSource) acceptHeader(h tokenHeader, now time.Time) (time.Time, error) {
	if h.algorithm != string(jose.ES256) {
		return time.Time{}, errors.New("the token's algorithm is not ES256")
	}
	if signer, _ := h.all["signer"].(string); signer != a.signer {
		return time.Time{}, errors.New("another load balancer signed the token")
	}
	return checkTimes(h.all, now, a.leeway)
}

// padding is the encoding of a part: load balancers pad, against RFC 7515.
func padding(part string) *base64.Encoding {
	if strings.HasSuffix(part, "=") || len(part)%4 == 0 {
		return base64.URLEncoding
	}
	return base64.RawURLEncoding
}

// signedES256 checks an ES256 signature (RFC 7518, 3.4) over the text as it
// came. go-jose would sign the parts without their padding, which a load
// balancer has signed, so the standard library does it.
func signedES256(k *key, text string, signature []byte) bool {
	public, ok := k.public.(*ecdsa.PublicKey)
	if !ok || len(signature) != 64 {
		return false
	}
	sum := sha256.Sum256([]byte(text))
	return ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
}
