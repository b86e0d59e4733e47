package identity

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/discreet-dev/discreet/internal/contract"
)

// testKey is a private key under a key id.
type testKey struct {
	id  string
	key any // crypto.Signer, or []byte for an HMAC
}

func newECKey(t testing.TB, id string) testKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return testKey{id, k}
}

func rsaKey(bits int) func() *rsa.PrivateKey {
	return sync.OnceValue(func() *rsa.PrivateKey {
		k, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err)
		}
		return k
	})
}

// RSA keys take long to make, so that tests share them.
var (
	rsa2048 = rsaKey(2048)
	rsa1024 = rsaKey(1024)
	ed      = sync.OnceValue(func() ed25519.PrivateKey {
		_, k, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			panic(err)
		}
		return k
	})
)

func (k testKey) jwk() map[string]any {
	raw, err := json.Marshal(jose.JSONWebKey{Key: k.key.(crypto.Signer).Public(), KeyID: k.id})
	if err != nil {
		panic(err)
	}
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		panic(err)
	}
	return m
}

func (k testKey) pem() []byte {
	der, err := x509.MarshalPKIXPublicKey(k.key.(crypto.Signer).Public())
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func (k testKey) sign(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	switch key := k.key.(type) {
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
		if err != nil {
			panic(err)
		}
		out := make([]byte, 64)
		r.FillBytes(out[:32])
		s.FillBytes(out[32:])
		return out
	case *rsa.PrivateKey:
		out, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
		if err != nil {
			panic(err)
		}
		return out
	case ed25519.PrivateKey:
		return ed25519.Sign(key, []byte(text))
	case []byte:
		m := hmac.New(sha256.New, key)
		m.Write([]byte(text))
		return m.Sum(nil)
	}
	return nil
}

// token signs exactly these bytes as header and payload.
func (k testKey) token(header, payload string) string {
	b64 := base64.RawURLEncoding
	text := b64.EncodeToString([]byte(header)) + "." + b64.EncodeToString([]byte(payload))
	return text + "." + b64.EncodeToString(k.sign(text))
}

// es256 is a usual token of the key.
func (k testKey) es256(claims map[string]any) string {
	return k.token(object(map[string]any{"alg": "ES256", "kid": k.id, "typ": "JWT"}), object(claims))
}

func (k testKey) rs256(claims map[string]any) string {
	return k.token(object(map[string]any{"alg": "RS256", "kid": k.id}), object(claims))
}

func object(m map[string]any) string {
	raw, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// with is a copy of the claims with some changed; nil takes one out.
func with(claims map[string]any, changes map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range claims {
		out[k] = v
	}
	for k, v := range changes {
		if v == nil {
			delete(out, k)
		} else {
			out[k] = v
		}
	}
	return out
}

// issuer is a local issuer that rotates, lies and dies.
type issuer struct {
	*httptest.Server
	mu      sync.Mutex
	keys    []map[string]any
	answers map[string]http.HandlerFunc // by path, instead of the honest one
	asked   map[string]int
}

func newIssuer(t testing.TB, keys ...testKey) *issuer {
	t.Helper()
	i := &issuer{answers: map[string]http.HandlerFunc{}, asked: map[string]int{}}
	i.rotate(keys...)
	i.Server = httptest.NewServer(http.HandlerFunc(i.serve))
	t.Cleanup(i.Close)
	return i
}

const (
	discoveryPath = "/.well-known/openid-configuration"
	keysPath      = "/keys"
)

func (i *issuer) serve(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	i.asked[r.URL.Path]++
	answer := i.answers[r.URL.Path]
	keys, _ := json.Marshal(map[string]any{"keys": i.keys})
	i.mu.Unlock()
	switch {
	case answer != nil:
		answer(w, r)
	case r.URL.Path == discoveryPath:
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, i.URL, i.URL+keysPath)
	case r.URL.Path == keysPath, strings.HasSuffix(r.URL.Path, "/jwks.json"):
		_, _ = w.Write(keys)
	default:
		http.NotFound(w, r)
	}
}

func (i *issuer) rotate(keys ...testKey) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = []map[string]any{}
	for _, k := range keys {
		i.keys = append(i.keys, k.jwk())
	}
}

// publish makes the set what the members say, whatever they are.
func (i *issuer) publish(keys ...map[string]any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = keys
}

// answer replaces what the issuer says at a path; nil makes it honest again.
func (i *issuer) answer(path string, h http.HandlerFunc) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answers[path] = h
}

func (i *issuer) count(path string) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked[path]
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// hang answers nothing, or only the beginning, until the client goes away.
func hang(begin string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, begin)
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
		case <-time.After(3 * time.Second):
		}
	}
}

// testClock is a clock that stands until it is moved.
type testClock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *testClock { return &testClock{now: time.Unix(1_750_000_000, 0)} }

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// in is the NumericDate some time from now.
func (c *testClock) in(d time.Duration) int64 { return c.Now().Add(d).Unix() }

// world is a resolver and what surrounds it.
type world struct {
	*Resolver
	clock *testClock
	log   *bytes.Buffer // only what was logged before the last fetch ended may be read
}

func newWorld(t testing.TB, id contract.Identity, change ...func(*Config)) *world {
	t.Helper()
	w := &world{clock: newClock(), log: &bytes.Buffer{}}
	cfg := Config{
		Clock:  w.clock.Now,
		HTTP:   &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{}},
		Getenv: func(string) (string, bool) { return "", false },
		Logger: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&cfg)
	}
	r, err := New(id, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	w.Resolver = r
	return w
}

func literals(texts ...string) (out []contract.Text) {
	for _, t := range texts {
		out = append(out, contract.Text{Literal: t})
	}
	return out
}

// jwtIdentity is a jwt source that discovers the issuer's keys.
func jwtIdentity(i *issuer) contract.Identity {
	return contract.Identity{Sources: []*contract.Source{{Name: "jwt", JWT: &contract.JWTSource{
		Issuer:     contract.Text{Literal: i.URL},
		Audience:   literals("api", "api2"),
		Algorithms: []string{"ES256", "RS256", "PS256", "EdDSA"},
		Header:     "Authorization",
		ID:         contract.ClaimPath{"sub"},
		Roles:      contract.ClaimPath{"roles"},
		Claims:     map[string]contract.ClaimPath{"tenant": {"tenant"}, "unit": {"org", "unit"}, "dotted": {"https://example.com/a.b"}},
		Leeway:     30 * time.Second,
	}}}}
}

// good are the claims of a token that jwtIdentity accepts.
func (w *world) good(i *issuer) map[string]any {
	return map[string]any{"iss": i.URL, "aud": "api", "sub": "alice", "exp": w.clock.in(time.Hour)}
}

func request(header ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = "127.0.0.1:5000"
	for i := 0; i < len(header); i += 2 {
		r.Header[header[i]] = append(r.Header[header[i]], header[i+1])
	}
	return r
}

func withToken(token string) *http.Request { return request("Authorization", "Bearer "+token) }

func objectOf(t *testing.T, m map[string]any) string {
	t.Helper()
	raw, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
