package identity

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
)

// several is a contract with a header source, then a jwt source.
func several(i *issuer) contract.Identity {
	id := jwtIdentity(i)
	id.Sources = append(headerIdentity(nil).Sources, id.Sources...)
	id.ID = "{name}:{id}"
	return id
}

func TestTheFirstSourceThatFindsACredentialDecides(t *testing.T) {
	k := newECKey(t, "k1")
	i := newIssuer(t, k)
	w := newWorld(t, several(i))
	token := "Bearer " + k.es256(w.good(i))

	if p := accepted(t, w, request("X-User-Id", "bob", "Authorization", token)); p.ID != "header:bob" {
		t.Fatalf("%q", p.ID)
	}
	if p := accepted(t, w, request("Authorization", token)); p.ID != "jwt:alice" || p.Source != "jwt" {
		t.Fatalf("%q", p.ID)
	}
	// A bad credential is never passed on.
	refused(t, w, request("X-User-Id", "a,b", "Authorization", token), "comma")
	// From a peer that is not believed, the header is no credential.
	r := request("X-User-Id", "bob", "Authorization", token)
	r.RemoteAddr = "192.0.2.1:1"
	if p := accepted(t, w, r); p.ID != "jwt:alice" {
		t.Fatalf("%q", p.ID)
	}
	// Not every source is a header, so that a request with none is a 401.
	_, err := w.Principal(request())
	if f := fault.Of(err); f.Status() != 401 || !errors.Is(err, ErrNoCredential) || w.Challenge() != "Bearer" {
		t.Fatalf("%v, challenge %q", err, w.Challenge())
	}

	// One source can be asked for by its name.
	both := request("X-User-Id", "bob", "Authorization", token)
	if p, err := w.PrincipalFrom("jwt", both); err != nil || p.ID != "jwt:alice" {
		t.Fatalf("%q %v", p.ID, err)
	}
	if _, err := w.PrincipalFrom("jwt", request("X-User-Id", "bob")); !errors.Is(err, ErrNoCredential) {
		t.Fatal(err)
	}
	if _, err := w.PrincipalFrom("none", both); fault.Of(err).Kind != fault.Internal {
		t.Fatal(err)
	}
}

func TestASecondSourceOfOneHeaderIsWarnedOf(t *testing.T) {
	i := newIssuer(t)
	id := jwtIdentity(i)
	second := *id.Sources[0]
	second.Name = "second"
	id.Sources = append(id.Sources, &second)
	id.SameIDs = true
	w := newWorld(t, id)
	if !strings.Contains(w.log.String(), "can never decide") {
		t.Fatal(w.log)
	}
}

func TestNoSourceAtAllLeavesEveryoneAnonymous(t *testing.T) {
	w := newWorld(t, contract.Identity{})
	p, err := w.Principal(request("X-User-Id", "alice", "Authorization", "Bearer x"))
	if !errors.Is(err, ErrNoCredential) || fault.Of(err).Status() != 401 || !p.IsAnonymous() {
		t.Fatalf("%v", err)
	}
	if err := w.Ready(); err != nil {
		t.Fatal(err)
	}
}

func TestIDsOfSeveralSourcesNeverCollide(t *testing.T) {
	i := newIssuer(t)
	id := several(i)
	w := newWorld(t, id)
	header := func(v string) string { return accepted(t, w, request("X-User-Id", v)).ID }
	if got := header("jwt:alice"); got != "header:jwt:alice" {
		t.Fatalf("%q", got)
	}
	if got := header("{name}{id}"); got != "header:{name}{id}" {
		t.Fatalf("%q", got)
	}
	refused(t, w, request("X-User-Id", ""), "empty") // though the template alone is not
	if got := header(strings.Repeat("a", contract.MaxIdentifier-len("header:"))); len(got) != contract.MaxIdentifier {
		t.Fatal(len(got))
	}
	refused(t, w, request("X-User-Id", strings.Repeat("a", contract.MaxIdentifier)), "over 2048")

	for template, ok := range map[string]bool{
		"{name}:{id}": true, "{id}@{name}": true, "user/{name}/{id}": true, "{name}-:{id}": true, "{name}:x{id}y": true,
		"{id}": false, "{name}": false, "{name}{id}": false, "{name}-{id}": false, "{name}x{id}": false, "x": false,
		"{name}:{id}:{id}": false, "{name}:{name}:{id}": false, "{name}:{id}{x}": false, "{id}{name}:": false,
	} {
		id.ID = template
		r, err := New(id, Config{})
		if ok != (err == nil) {
			t.Errorf("%s: %v", template, err)
		}
		if err == nil {
			r.Close()
		}
	}
	id.ID = ""
	if _, err := New(id, Config{}); err == nil {
		t.Error("several sources without a template")
	}
	id.SameIDs = true
	w = newWorld(t, id)
	if got := header("alice"); got != "alice" {
		t.Fatalf("%q", got)
	}
}

func TestOperatorsAreToldWhatIsWrong(t *testing.T) {
	jwt := func(change func(*contract.JWTSource)) *contract.Source {
		c := &contract.JWTSource{Issuer: contract.Text{Literal: "https://issuer.example"}, Audience: literals("api"), Algorithms: []string{"RS256"}}
		change(c)
		return &contract.Source{Name: "main", JWT: c}
	}
	header := func(change func(*contract.HeaderSource)) *contract.Source {
		s := headerIdentity(change).Sources[0]
		s.Name = "main"
		return s
	}
	cidr := func(s ...string) func(*contract.HeaderSource) {
		return func(h *contract.HeaderSource) {
			h.From, h.MutualTLS = nil, true
			for _, p := range s {
				h.From = append(h.From, netip.MustParsePrefix(p))
			}
		}
	}
	env := func(name string) contract.Text { return contract.Text{Env: name} }
	tests := map[string]struct {
		source *contract.Source
		want   string
	}{
		"a variable not set":      {jwt(func(c *contract.JWTSource) { c.Issuer = env("MISSING") }), "issuer: the environment variable MISSING is not set"},
		"a variable that's empty": {jwt(func(c *contract.JWTSource) { c.Audience = []contract.Text{env("EMPTY")} }), "audience: the environment variable EMPTY is empty"},
		"a variable with a space": {jwt(func(c *contract.JWTSource) { c.Require = map[string]contract.Text{"x": env("SPACE")} }), "require.x: the environment variable SPACE begins or ends"},
		"no audience":             {jwt(func(c *contract.JWTSource) { c.Audience = nil }), "needs an audience"},
		"a symmetric algorithm":   {jwt(func(c *contract.JWTSource) { c.Algorithms = []string{"HS256"} }), `algorithm "HS256"`},
		"no algorithm is none":    {jwt(func(c *contract.JWTSource) { c.Algorithms = []string{"none"} }), `algorithm "none"`},
		"no algorithms":           {jwt(func(c *contract.JWTSource) { c.Algorithms = nil }), "no algorithms"},
		"leeway":                  {jwt(func(c *contract.JWTSource) { c.Leeway = time.Minute + 1 }), "leeway"},
		"a negative leeway":       {jwt(func(c *contract.JWTSource) { c.Leeway = -1 }), "leeway"},
		"plain http":              {jwt(func(c *contract.JWTSource) { c.Issuer = contract.Text{Literal: "http://issuer.example"} }), "https"},
		"an issuer with a query":  {jwt(func(c *contract.JWTSource) { c.Issuer = contract.Text{Literal: "https://issuer.example/?x=y"} }), "query"},
		"a fragment":              {jwt(func(c *contract.JWTSource) { c.Issuer = contract.Text{Literal: "https://issuer.example/#x"} }), "fragment"},
		"an empty issuer":         {jwt(func(c *contract.JWTSource) { c.Audience = literals("") }), "audience is empty"},
		"plain http for keys":     {jwt(func(c *contract.JWTSource) { c.JWKSURL = contract.Text{Literal: "http://10.0.0.1/k"} }), "jwks_url: neither"},
		"a password in the url":   {jwt(func(c *contract.JWTSource) { c.JWKSURL = contract.Text{Literal: "https://a:b@x.example/k"} }), "password"},
		"no url":                  {jwt(func(c *contract.JWTSource) { c.JWKSURL = contract.Text{Literal: "keys"} }), "not an https address"},
		"two places for keys": {jwt(func(c *contract.JWTSource) {
			c.JWKSURL, c.JWKSFile = contract.Text{Literal: "https://x.example/k"}, contract.Text{Literal: "f"}
		}), "both"},
		"no place for keys":           {jwt(func(c *contract.JWTSource) { c.Issuer = contract.Text{} }), "needs an issuer"},
		"no kind":                     {&contract.Source{Name: "main"}, "no kind"},
		"a name with a colon":         {&contract.Source{Name: "a:b", JWT: jwt(func(*contract.JWTSource) {}).JWT}, "a name has"},
		"no name":                     {&contract.Source{JWT: jwt(func(*contract.JWTSource) {}).JWT}, "a name has"},
		"everyone":                    {header(cidr("0.0.0.0/0")), "everyone"},
		"everyone by IPv6":            {header(cidr("::/0")), "everyone"},
		"everyone mapped":             {header(cidr("::ffff:0.0.0.0/96")), "everyone"},
		"no peer":                     {header(cidr()), "no peer"},
		"no id header":                {header(func(h *contract.HeaderSource) { h.ID = "" }), "header.id"},
		"a far peer without proof":    {header(func(h *contract.HeaderSource) { h.From = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} }), "needs header.secret"},
		"a far peer called loopback":  {header(func(h *contract.HeaderSource) { h.From = append(h.From, netip.MustParsePrefix("10.0.0.0/8")) }), "needs header.secret"},
		"loopback and all else":       {header(func(h *contract.HeaderSource) { h.From = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/1")} }), "needs header.secret"},
		"a secret not set":            {header(func(h *contract.HeaderSource) { h.Secret = &contract.HeaderSecret{Header: "X-S", Env: "MISSING"} }), "header.secret: the environment variable MISSING is not set"},
		"a secret that can be tried":  {header(func(h *contract.HeaderSource) { h.Secret = &contract.HeaderSecret{Header: "X-S", Env: "SHORT"} }), "fewer than 16 bytes"},
		"a load balancer of no kind":  {&contract.Source{Name: "main", ALB: &contract.ALBSource{LoadBalancer: contract.Text{Literal: "arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/net/x/1"}}}, "Application Load Balancer"},
		"a load balancer of nowhere":  {&contract.Source{Name: "main", ALB: &contract.ALBSource{LoadBalancer: contract.Text{Literal: "arn:aws:elasticloadbalancing:evil.example/:1:loadbalancer/app/x/1"}}}, "Application Load Balancer"},
		"a token of no kind":          {&contract.Source{Name: "main", Cognito: &contract.CognitoSource{UserPool: contract.Text{Literal: pool}, Clients: literals("a")}}, "neither access nor id"},
		"a pool without clients":      {&contract.Source{Name: "main", Cognito: &contract.CognitoSource{UserPool: contract.Text{Literal: pool}, Token: "id"}}, "no app client"},
		"a pool whose clients are ,,": {&contract.Source{Name: "main", Cognito: &contract.CognitoSource{UserPool: contract.Text{Literal: pool}, Clients: literals(",,"), Token: "id"}}, "no app client"},
	}
	getenv := func(name string) (string, bool) {
		v, ok := map[string]string{"EMPTY": "", "SHORT": "secret", "SPACE": "value\n"}[name]
		return v, ok
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := New(contract.Identity{Sources: []*contract.Source{tt.source}}, Config{Getenv: getenv})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v", err)
			}
			if tt.source.Name == "main" && !strings.Contains(err.Error(), `identity source "main"`) {
				t.Fatalf("the source is not named: %v", err)
			}
		})
	}

	// Every problem at once.
	_, err := New(contract.Identity{ID: "{name}:{id}", Sources: []*contract.Source{
		jwt(func(c *contract.JWTSource) { c.Issuer, c.Audience = env("A"), []contract.Text{env("B")} }),
		jwt(func(c *contract.JWTSource) { c.Issuer = env("C") }),
	}}, Config{Getenv: getenv})
	for _, want := range []string{"variable A ", "variable B ", "variable C ", "another source has this name"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing from: %v", want, err)
		}
	}
}

func FuzzPrincipal(f *testing.F) {
	k := newECKey(f, "k1")
	i := newIssuer(f, k)
	w := newWorld(f, jwtIdentity(i), func(c *Config) { c.Logger = nil })
	good := k.es256(w.good(i))
	f.Add("Bearer " + good)
	f.Add("Bearer " + good[:40])
	f.Add("bearer  a.b.c")
	f.Add("Bearer e30.e30.e30")
	f.Add("Basic YTpi")
	f.Add("Bearer " + k.token(`{"alg":"none"}`, `{}`))
	f.Fuzz(func(t *testing.T, value string) {
		p, err := w.Principal(request("Authorization", value))
		if err != nil {
			if kind := fault.Of(err).Kind; kind != fault.Unauthenticated {
				t.Fatalf("kind %d", kind)
			}
			return
		}
		// Only this one token was ever signed.
		if p.ID != "alice" || !strings.HasSuffix(value, good) {
			t.Fatalf("%q became %q", value, p.ID)
		}
	})
}

func FuzzDecodeObject(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":[1,{"b":null}],"c":"\ud83d\ude00"}`, `{"a":1,"a":2}`, `{"a":"\ud800"}`, `{"a":"\\ud800"}`, `[`, `{"a":-0.0e1}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := decodeObject(raw)
		if err != nil {
			return
		}
		again, err := decodeObject([]byte(objectOf(t, got)))
		if err != nil || len(again) != len(got) {
			t.Fatalf("%s does not survive: %v", raw, err)
		}
	})
}

// The goal of the cache is that a verified token costs less than the request.
func BenchmarkCachedToken(b *testing.B) {
	k := testKey{"rs", rsa2048()}
	i := newIssuer(b, k)
	w := newWorld(b, jwtIdentity(i), func(c *Config) { c.Clock = time.Now })
	r := withToken(k.rs256(map[string]any{
		"iss": i.URL, "aud": "api", "sub": "alice", "exp": time.Now().Add(time.Hour).Unix(), "scope": strings.Repeat("read:all ", 40),
	}))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.Principal(r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFirstSight(b *testing.B) {
	for _, k := range []testKey{{"rs", rsa2048()}, newECKey(b, "ec"), {"ed", ed()}} {
		b.Run(k.id, func(b *testing.B) {
			i := newIssuer(b, k)
			w := newWorld(b, jwtIdentity(i))
			alg := map[string]string{"rs": "RS256", "ec": "ES256", "ed": "EdDSA"}[k.id]
			r := withToken(k.token(object(map[string]any{"alg": alg, "kid": k.id}), object(w.good(i))))
			source := w.sources[0].source.(*tokenSource)
			b.ReportAllocs()
			for b.Loop() {
				source.cache = newTokenCache()
				if _, err := w.Principal(r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkHeader(b *testing.B) {
	w := newWorld(b, headerIdentity(nil))
	r := request("X-User-Id", "alice", "X-User-Roles", "a,b", "Accept", "*/*", "User-Agent", "x", "Host", "y", "Accept-Encoding", "gzip")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.Principal(r); err != nil {
			b.Fatal(err)
		}
	}
}

func TestACachedTokenCostsNoAllocation(t *testing.T) {
	k := newECKey(t, "k1")
	i := newIssuer(t, k)
	w := newWorld(t, jwtIdentity(i))
	r := withToken(k.es256(w.good(i)))
	accepted(t, w, r)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := w.Principal(r); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Fatalf("%v allocations", n)
	}
}

func TestTheDefaultClientIsBounded(t *testing.T) {
	f := newFetcher(nil)
	if f.client.Timeout != fetchTimeout || f.client.CheckRedirect == nil || f.client.Jar != nil {
		t.Fatal("no bounds")
	}
	given := &http.Client{Timeout: time.Hour}
	if f = newFetcher(given); f.client == given || f.client.Timeout != fetchTimeout || given.CheckRedirect != nil {
		t.Fatal("a client that is given is copied and bounded")
	}
}
