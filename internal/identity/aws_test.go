package identity

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
)

const pool = "eu-central-1_AbCdEf123"

func cognitoWorld(t *testing.T, i *issuer, token string) *world {
	id := contract.Identity{Sources: []*contract.Source{{Name: "cognito", Cognito: &contract.CognitoSource{
		UserPool: contract.Text{Literal: pool}, Clients: []contract.Text{{Env: "CLIENTS"}, {Literal: "app3"}}, Token: token,
		Roles: contract.ClaimPath{"cognito:groups"}, Claims: map[string]contract.ClaimPath{"tenant": {"custom:tenant_id"}},
	}}}}
	return newWorld(t, id, func(c *Config) {
		c.CognitoURL = i.URL
		c.Getenv = func(name string) (string, bool) { return "app1, app2", name == "CLIENTS" }
	})
}

func TestCognitoTokens(t *testing.T) {
	k := testKey{"rs", rsa2048()}
	i := newIssuer(t, k)
	base := map[string]any{
		"iss": i.URL + "/" + pool, "sub": "9f", "exp": newClock().in(time.Hour),
		"cognito:groups": []string{"admin", "staff"}, "custom:tenant_id": "t1",
	}
	access := with(base, map[string]any{"token_use": "access", "client_id": "app2"})
	identity := with(base, map[string]any{"token_use": "id", "aud": "app3"})

	w := cognitoWorld(t, i, "access")
	p := accepted(t, w, withToken(k.rs256(access)))
	if p.ID != "9f" || strings.Join(p.Roles, "|") != "admin|staff|authenticated" || p.Claims["tenant"].Values[0] != "t1" {
		t.Fatalf("%+v", p)
	}
	refused(t, w, withToken(k.rs256(identity)), "required")
	refused(t, w, withToken(k.rs256(with(identity, map[string]any{"client_id": "app1"}))), "token_use")
	refused(t, w, withToken(k.rs256(with(access, map[string]any{"client_id": "other"}))), "client_id")
	refused(t, w, withToken(k.rs256(with(access, map[string]any{"client_id": nil, "aud": "app1"}))), "client_id")
	refused(t, w, withToken(k.rs256(with(access, map[string]any{"iss": i.URL + "/eu-central-1_Other"}))), "another issuer")
	refused(t, w, withToken(newECKey(t, "rs").es256(access)), "algorithm")

	w = cognitoWorld(t, i, "id")
	accepted(t, w, withToken(k.rs256(identity)))
	refused(t, w, withToken(k.rs256(access)), "another audience")
	refused(t, w, withToken(k.rs256(with(access, map[string]any{"aud": "app1"}))), "token_use")
	refused(t, w, withToken(k.rs256(with(identity, map[string]any{"aud": "other"}))), "another audience")
	refused(t, w, withToken(k.token(`{"alg":"RS256","kid":"rs","typ":"at+jwt"}`, object(identity))), "access token")
}

func TestCognitoAddresses(t *testing.T) {
	for pool, want := range map[string]string{
		"eu-central-1_AbC":  "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC",
		"us-gov-west-1_AbC": "https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_AbC",
		"cn-north-1_AbC":    "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_AbC",
		"evil.com/_AbC":     "",
		"eu-central-1":      "",
		"eu-central-1_a/b":  "",
		"a.b-c-d_x":         "",
		"_x":                "",
	} {
		r, err := New(contract.Identity{Sources: []*contract.Source{{Name: "c", Cognito: &contract.CognitoSource{
			UserPool: contract.Text{Literal: pool}, Clients: literals("a"), Token: "access",
		}}}}, Config{})
		if (err != nil) != (want == "") {
			t.Errorf("%s: %v", pool, err)
		}
		if err == nil {
			if got := r.sources[0].source.(*tokenSource).issuer; got != want {
				t.Errorf("%s: %s", pool, got)
			}
		}
	}
}

const balancer = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188"

func albIdentity() contract.Identity {
	return contract.Identity{Sources: []*contract.Source{{Name: "alb", ALB: &contract.ALBSource{
		LoadBalancer: contract.Text{Literal: balancer}, Roles: contract.ClaimPath{"groups"},
	}}}}
}

// padded is a token as load balancers make them: each part with its padding,
// and the signature over that.
func (k testKey) padded(header, payload string) string {
	b64 := base64.URLEncoding
	text := b64.EncodeToString([]byte(header)) + "." + b64.EncodeToString([]byte(payload))
	return text + "." + b64.EncodeToString(k.sign(text))
}

func TestLoadBalancerTokens(t *testing.T) {
	k, other := newECKey(t, "0e8d6b1c-4f52-4f0a-9c1b-6f6b6f6b6f6b"), newECKey(t, "0e8d6b1c-0000-4f0a-9c1b-6f6b6f6b6f6b")
	i := newIssuer(t)
	serve := func(k testKey) {
		i.answer("/"+k.id, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(k.pem()) })
	}
	serve(k)
	w := newWorld(t, albIdentity(), func(c *Config) { c.ALBKeysURL = i.URL })
	head := map[string]any{
		"typ": "JWT", "kid": k.id, "alg": "ES256", "iss": "https://idp.example", "client": "c", "signer": balancer, "exp": w.clock.in(2 * time.Minute),
	}
	header := func(changes map[string]any) string { return object(with(head, changes)) }
	body := map[string]any{"sub": "alice", "groups": []string{"staff"}, "exp": w.clock.in(2 * time.Minute), "email": "a@example.com"}
	ask := func(token string) *http.Request { return request(albHeader, token) }

	// Every length of padding.
	for n := range 3 {
		payload := object(with(body, map[string]any{"x": strings.Repeat("x", n), "sub": fmt.Sprint("alice", n)}))
		for m := range 3 {
			p := accepted(t, w, ask(k.padded(header(map[string]any{"x": strings.Repeat("x", m)}), payload)))
			if p.ID != fmt.Sprint("alice", n) || strings.Join(p.Roles, "|") != "staff|authenticated" {
				t.Fatalf("%+v", p)
			}
		}
	}
	if n := i.count("/" + k.id); n != 1 {
		t.Fatalf("fetched a key %d times", n)
	}

	payload := object(body)
	tests := map[string]struct{ token, cause string }{
		"another load balancer":     {k.padded(header(map[string]any{"signer": balancer + "0"}), payload), "another load balancer"},
		"no signer":                 {k.padded(header(map[string]any{"signer": nil}), payload), "another load balancer"},
		"expired":                   {k.padded(header(map[string]any{"exp": w.clock.in(0)}), payload), "expired"},
		"no exp in the header":      {k.padded(header(map[string]any{"exp": nil}), payload), "no exp"},
		"expired claims":            {k.padded(header(nil), object(with(body, map[string]any{"exp": w.clock.in(-1)}))), "expired"},
		"another's signature":       {other.padded(header(nil), payload), "signature is wrong"},
		"a signature cut short":     {strings.TrimRight(k.padded(header(nil), payload), "=")[:60], "compact form"},
		"alg none":                  {k.padded(header(map[string]any{"alg": "none"}), payload), "algorithm"},
		"HS256 with the PEM":        {testKey{k.id, k.pem()}.padded(header(map[string]any{"alg": "HS256"}), payload), "algorithm"},
		"RS256":                     {k.padded(header(map[string]any{"alg": "RS256"}), payload), "ES256"},
		"ES384":                     {k.padded(header(map[string]any{"alg": "ES384"}), payload), "ES256"},
		"crit":                      {k.padded(header(map[string]any{"crit": []string{"x"}}), payload), "crit"},
		"an embedded key":           {other.padded(header(map[string]any{"jwk": other.jwk()}), payload), "jwk"},
		"no key id":                 {k.padded(header(map[string]any{"kid": nil}), payload), "key id"},
		"a path as key id":          {k.padded(header(map[string]any{"kid": "../" + k.id}), payload), "key id"},
		"an address as key id":      {k.padded(header(map[string]any{"kid": "evil.example/x"}), payload), "key id"},
		"a query as key id":         {k.padded(header(map[string]any{"kid": "x?y"}), payload), "key id"},
		"an escape as key id":       {k.padded(header(map[string]any{"kid": "%2e%2e"}), payload), "key id"},
		"a key id without end":      {k.padded(header(map[string]any{"kid": strings.Repeat("a", 65)}), payload), "key id"},
		"a key that does not exist": {k.padded(header(map[string]any{"kid": "none"}), payload), "no key"},
		"a member twice":            {k.padded(header(nil), strings.Replace(payload, "{", `{"sub":"bob",`, 1)), "twice"},
		"padding taken off":         {strings.ReplaceAll(k.padded(header(map[string]any{"x": "y"}), payload), "=", ""), "signature is wrong"},
		"empty":                     {"", "compact form"},
		"over 16 KB":                {k.padded(header(nil), object(with(body, map[string]any{"x": strings.Repeat("x", 16<<10)}))), "over 16384"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			refused(t, w, ask(tt.token), tt.cause)
		})
	}
	refused(t, w, request(albHeader, tests["empty"].token, albHeader, "x"), "repeated")
	if _, err := w.Principal(request("X-Amzn-Oidc-Identity", "alice")); !errors.Is(err, ErrNoCredential) || fault.Of(err).Kind != fault.Unauthenticated {
		t.Fatal(err)
	}

	// A key that cannot be fetched is not a bad token; one that is withdrawn is.
	good := k.padded(header(map[string]any{"exp": w.clock.in(12 * time.Hour)}), object(map[string]any{"sub": "alice"}))
	accepted(t, w, ask(good))
	i.answer("/down", status(500))
	i.answer("/html", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") })
	i.answer("/rsa", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(testKey{"", rsa2048()}.pem()) })
	for id, cause := range map[string]string{"down": "status 500", "html": "not PEM", "rsa": "not one for ES256"} {
		unavailable(t, w, ask(k.padded(header(map[string]any{"kid": id}), payload)), cause)
	}
	i.answer("/"+k.id, status(403))
	if err := w.Refresh(context.Background()); err == nil {
		t.Fatal("the keys that are down were refreshed")
	}
	refused(t, w, ask(good), "no key")
}

func TestMadeUpKeyIDsOfALoadBalancerAreBounded(t *testing.T) {
	k := newECKey(t, "real")
	i := newIssuer(t)
	i.answer("/real", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(k.pem()) })
	w := newWorld(t, albIdentity(), func(c *Config) { c.ALBKeysURL = i.URL })
	token := func(id string) *http.Request {
		return request(albHeader, testKey{id, k.key}.padded(object(map[string]any{
			"kid": id, "alg": "ES256", "signer": balancer, "exp": w.clock.in(time.Hour),
		}), `{"sub":"alice"}`))
	}
	accepted(t, w, token("real"))
	for n := range 200 {
		if _, err := w.Principal(token(fmt.Sprintf("made-up-%d", n))); err == nil {
			t.Fatal("accepted")
		}
	}
	i.mu.Lock()
	fetched := len(i.asked)
	i.mu.Unlock()
	if fetched > albNewKeys {
		t.Fatalf("%d keys were fetched", fetched)
	}
	// Nor do they drive out the key that is in use, over any time.
	for n := range 100 {
		w.clock.advance(20 * time.Second)
		_, _ = w.Principal(token(fmt.Sprintf("later-%d", n)))
	}
	keys := w.sources[0].source.(*albSource).keys
	if _, ok := keys.sets["real"]; !ok || len(keys.sets) > albKeysKept {
		t.Fatalf("%d keys held, the real one: %v", len(keys.sets), ok)
	}
}

func TestLoadBalancerAddresses(t *testing.T) {
	for region, want := range map[string]string{
		"eu-central-1":  "https://public-keys.auth.elb.eu-central-1.amazonaws.com",
		"us-gov-west-1": "https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-west-1",
	} {
		if got := albKeysURL(region); got != want {
			t.Errorf("%s: %s", region, got)
		}
	}
}

func TestAPIGatewayClaims(t *testing.T) {
	w := newWorld(t, contract.Identity{Sources: []*contract.Source{{Name: "gw", APIGateway: &contract.APIGatewaySource{
		Roles: contract.ClaimPath{"roles"}, Claims: map[string]contract.ClaimPath{"tenant": {"org", "tenant"}},
	}}}})
	ask := func(claims map[string]any) *http.Request {
		r := request("X-User-Id", "mallory")
		return r.WithContext(WithAPIGatewayClaims(r.Context(), claims))
	}
	p := accepted(t, w, ask(map[string]any{"sub": "alice", "roles": []any{"a", "b"}, "org": map[string]any{"tenant": float64(7)}}))
	if p.ID != "alice" || strings.Join(p.Roles, "|") != "a|b|authenticated" || p.Claims["tenant"].Values[0] != "7" {
		t.Fatalf("%+v", p)
	}
	for _, id := range []any{7, int64(7), float64(7), json.Number("7"), "7"} {
		if p := accepted(t, w, ask(map[string]any{"sub": id, "roles": []string{"a"}})); p.ID != "7" {
			t.Fatalf("%T became %q", id, p.ID)
		}
	}
	// What an HTTP API makes of a list is one string, and so one role.
	if p := accepted(t, w, ask(map[string]any{"sub": "x", "roles": "[a b]"})); p.Roles[0] != "[a b]" {
		t.Fatalf("%q", p.Roles)
	}
	for _, id := range []any{nil, "", true, 1.5, 1e20, float64(1 << 53), json.Number("1e3"), []any{"a"}, struct{}{}} {
		refused(t, w, ask(map[string]any{"sub": id}), "id")
	}
	refused(t, w, ask(map[string]any{}), "id claim")
	for _, r := range []*http.Request{request("X-User-Id", "alice"), ask(nil)} {
		if _, err := w.Principal(r); !errors.Is(err, ErrNoCredential) {
			t.Fatal(err)
		}
	}
}
