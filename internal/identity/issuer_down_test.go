package identity

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
)

// unavailable demands that the token is neither accepted nor called bad.
func unavailable(t *testing.T, w *world, r *http.Request, cause string) {
	t.Helper()
	_, err := w.Principal(r)
	if f := fault.Of(err); err == nil || f.Kind != fault.Unavailable {
		t.Fatalf("not unavailable, but %v", err)
	}
	if !strings.Contains(err.Error(), cause) {
		t.Fatalf("the cause is %q, and not %q", err, cause)
	}
}

// settle waits until no fetch runs.
func (w *world) settle() {
	for _, s := range w.sources {
		if set, ok := s.keys.(*keySet); ok {
			set.mu.Lock()
			flight := set.flight
			set.mu.Unlock()
			if flight != nil {
				<-flight
			}
		}
	}
}

func TestAnIssuerThatLiesGivesNoKeys(t *testing.T) {
	k := newECKey(t, "k1")
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"keys":[%s]}`, object(k.jwk()))
	}))
	defer elsewhere.Close()
	text := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, s) }
	}
	redirect := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
	}
	tests := map[string]struct {
		path  string
		say   func(i *issuer) http.HandlerFunc
		cause string
	}{
		"another issuer": {discoveryPath, func(i *issuer) http.HandlerFunc {
			return text(`{"issuer":"https://evil.example","jwks_uri":"` + i.URL + keysPath + `"}`)
		}, "another issuer"},
		"the issuer with a slash": {discoveryPath, func(i *issuer) http.HandlerFunc {
			return text(`{"issuer":"` + i.URL + `/","jwks_uri":"` + i.URL + keysPath + `"}`)
		}, "another issuer"},
		"keys over plain http": {discoveryPath, func(i *issuer) http.HandlerFunc {
			return text(`{"issuer":"` + i.URL + `","jwks_uri":"http://192.0.2.1/k"}`)
		}, "jwks_uri"},
		"keys in a file": {discoveryPath, func(i *issuer) http.HandlerFunc {
			return text(`{"issuer":"` + i.URL + `","jwks_uri":"file:///etc/passwd"}`)
		}, "jwks_uri"},
		"no keys' address":         {discoveryPath, func(i *issuer) http.HandlerFunc { return text(`{"issuer":"` + i.URL + `"}`) }, "jwks_uri"},
		"HTML":                     {discoveryPath, func(*issuer) http.HandlerFunc { return text(`<html>`) }, "not JSON"},
		"HTML for keys":            {keysPath, func(*issuer) http.HandlerFunc { return text(`<html>`) }, "not a JSON Web Key Set"},
		"an error object for keys": {keysPath, func(*issuer) http.HandlerFunc { return text(`{"error":"later"}`) }, "not a JSON Web Key Set"},
		"too many keys":            {keysPath, func(*issuer) http.HandlerFunc { return text(`{"keys":[` + strings.Repeat(`{},`, maxKeys) + `{}]}`) }, "too many keys"},
		"a huge body":              {keysPath, func(*issuer) http.HandlerFunc { return text(`{"keys":[` + strings.Repeat(" ", maxDocument) + `]}`) }, "over 1048576 bytes"},
		"a slow answer":            {keysPath, func(*issuer) http.HandlerFunc { return hang("") }, "keys are not to be had"},
		"a slow body":              {keysPath, func(*issuer) http.HandlerFunc { return hang(`{"keys":[`) }, "keys are not to be had"},
		"500":                      {keysPath, func(*issuer) http.HandlerFunc { return status(500) }, "status 500"},
		"204":                      {keysPath, func(*issuer) http.HandlerFunc { return status(204) }, "status 204"},
		"404":                      {keysPath, func(*issuer) http.HandlerFunc { return status(404) }, "status 404"},
		"404 for discovery":        {discoveryPath, func(*issuer) http.HandlerFunc { return status(404) }, "status 404"},
		"a redirect elsewhere":     {keysPath, func(*issuer) http.HandlerFunc { return redirect(elsewhere.URL) }, "another origin"},
		"a redirect to a scheme":   {keysPath, func(i *issuer) http.HandlerFunc { return redirect(strings.Replace(i.URL, "http:", "https:", 1) + "/x") }, "another origin"},
		"redirects without end":    {keysPath, func(*issuer) http.HandlerFunc { return redirect(keysPath) }, "too many redirects"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newIssuer(t, k)
			w := newWorld(t, jwtIdentity(i))
			token := k.es256(w.good(i))
			i.answer(tt.path, tt.say(i))
			unavailable(t, w, withToken(token), tt.cause)
			if err := w.Ready(); err == nil || !strings.Contains(err.Error(), tt.cause) {
				t.Fatalf("ready: %v", err)
			}
			// It is not asked again at once, and is believed when it is honest.
			before := i.count(tt.path)
			unavailable(t, w, withToken(token), tt.cause)
			if i.count(tt.path) != before {
				t.Fatal("asked again at once")
			}
			i.answer(tt.path, nil)
			w.clock.advance(attemptEvery)
			accepted(t, w, withToken(token))
			if err := w.Ready(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestAnHTTPSIssuerSendsNobodyToPlainHTTP(t *testing.T) {
	k := newECKey(t, "k1")
	plain := newIssuer(t, k)
	keysAt := plain.URL + keysPath
	var secure *httptest.Server
	secure = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, secure.URL, keysAt)
	}))
	defer secure.Close()
	id := jwtIdentity(plain)
	id.Sources[0].JWT.Issuer = contract.Text{Literal: secure.URL}
	w := newWorld(t, id, func(c *Config) { c.HTTP = secure.Client() })
	token := k.es256(with(w.good(plain), map[string]any{"iss": secure.URL}))
	unavailable(t, w, withToken(token), "jwks_uri")
	if plain.count(keysPath) != 0 {
		t.Fatal("it was asked")
	}
}

func TestTheProcessStartsWithoutItsIssuer(t *testing.T) {
	i := newIssuer(t)
	id := jwtIdentity(i)
	k := newECKey(t, "k1")
	w := newWorld(t, id)
	token := k.es256(w.good(i))
	i.Close()
	if err := w.Refresh(context.Background()); err == nil {
		t.Fatal("refreshed from nobody")
	}
	unavailable(t, w, withToken(token), "")
	refused(t, w, withToken("x"), "compact form") // what is bad in any case needs no key
	if err := w.Ready(); err == nil {
		t.Fatal("ready without keys")
	}
}

func TestHeldKeysServeWhileTheIssuerIsDownForADay(t *testing.T) {
	k := newECKey(t, "k1")
	i := newIssuer(t, k)
	w := newWorld(t, jwtIdentity(i))
	if err := w.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	i.answer(discoveryPath, status(503))
	token := func() *http.Request { return withToken(k.es256(w.good(i))) }
	const step = 4 * time.Minute
	for range 24*15 - 1 {
		w.clock.advance(step)
		accepted(t, w, token())
		w.settle()
	}
	if n := i.count(discoveryPath); n < 300 || n > 24*15+1 {
		t.Fatalf("asked %d times in a day", n)
	}
	cached := token()
	accepted(t, w, cached)
	w.clock.advance(step)
	unavailable(t, w, token(), "status 503")
	unavailable(t, w, cached, "status 503")
	i.answer(discoveryPath, nil)
	w.clock.advance(attemptEvery)
	accepted(t, w, token())
}

func TestRotationOverlapsAndRemovedKeysStopWorking(t *testing.T) {
	k1, k2 := newECKey(t, "k1"), newECKey(t, "k2")
	i := newIssuer(t, k1)
	w := newWorld(t, jwtIdentity(i))
	t1, t2 := k1.es256(w.good(i)), k2.es256(w.good(i))
	accepted(t, w, withToken(t1))

	// A new key id is looked for once, and found.
	i.rotate(k1, k2)
	w.clock.advance(attemptEvery)
	before := i.count(keysPath)
	accepted(t, w, withToken(t2))
	if n := i.count(keysPath) - before; n != 1 {
		t.Fatalf("fetched %d times", n)
	}
	accepted(t, w, withToken(t1))

	// A key that is gone takes its cached tokens with it.
	i.rotate(k2)
	if err := w.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	refused(t, w, withToken(t1), "no key")
	accepted(t, w, withToken(t2))

	// Another key under a known id is another key.
	i.rotate(testKey{"k2", k1.key})
	if err := w.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	refused(t, w, withToken(t2), "signature")

	// An empty set withdraws every key.
	i.rotate()
	if err := w.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	refused(t, w, withToken(testKey{"k2", k1.key}.es256(w.good(i))), "no key")
}

func TestCachedTokensKeepTheKeysFresh(t *testing.T) {
	k := newECKey(t, "k1")
	i := newIssuer(t, k)
	i.answer(keysPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=60")
		fmt.Fprintf(w, `{"keys":[%s]}`, object(k.jwk()))
	})
	w := newWorld(t, jwtIdentity(i))
	token := withToken(k.es256(w.good(i)))
	accepted(t, w, token)
	i.rotate()
	i.answer(keysPath, nil)
	w.clock.advance(61 * time.Second)
	accepted(t, w, token) // starts the fetch and does not wait for it
	w.settle()
	refused(t, w, token, "no key")
}

func TestAProcessThatIdledAsksBeforeItTrusts(t *testing.T) {
	k1, k2 := newECKey(t, "k1"), newECKey(t, "k2")
	i := newIssuer(t, k1)
	w := newWorld(t, jwtIdentity(i))
	accepted(t, w, withToken(k1.es256(w.good(i))))
	i.rotate(k2)
	w.clock.advance(refreshUsual + overdueAfter + time.Second)
	refused(t, w, withToken(k1.es256(w.good(i))), "no key")
}

func TestTheIssuerSaysHowSoonItsKeysAreFetchedAgain(t *testing.T) {
	k := newECKey(t, "k1")
	tests := map[string]struct {
		header string
		due    time.Duration
	}{
		"nothing said": {"", refreshUsual},
		"within":       {"max-age=1200", 20 * time.Minute},
		"too short":    {"max-age=1", refreshLeast},
		"too long":     {"public, max-age=31536000", refreshMost},
		"no number":    {"max-age=x", refreshUsual},
		"no-store":     {"no-store, max-age=1200", refreshLeast},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t, k)
			i.answer(keysPath, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Cache-Control", tt.header)
				fmt.Fprintf(w, `{"keys":[%s]}`, object(k.jwk()))
			})
			w := newWorld(t, jwtIdentity(i))
			ask := func() int {
				accepted(t, w, withToken(k.es256(w.good(i))))
				w.settle()
				return i.count(keysPath)
			}
			ask()
			w.clock.advance(tt.due - time.Second)
			if n := ask(); n != 1 {
				t.Fatalf("%d fetches before it is due", n)
			}
			w.clock.advance(time.Second)
			if n := ask(); n != 2 {
				t.Fatalf("%d fetches when it is due", n)
			}
		})
	}
}

func TestUnknownKeyIDsCauseNoFetchStorm(t *testing.T) {
	k := newECKey(t, "k1")
	i := newIssuer(t, k)
	w := newWorld(t, jwtIdentity(i))
	good := w.good(i)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for n := range 50 {
				_, err := w.Principal(withToken(testKey{fmt.Sprintf("x%d-%d", g, n), k.key}.es256(good)))
				if fault.Of(err).Kind != fault.Unauthenticated {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := i.count(keysPath); n != 1 {
		t.Fatalf("%d fetches", n)
	}
	// Those who want a known key do not wait while one is fetched for an unknown one.
	i.answer(keysPath, hang(""))
	w.clock.advance(attemptEvery)
	go func() { _, _ = w.Principal(withToken(testKey{"y", k.key}.es256(good))) }()
	start := time.Now()
	accepted(t, w, withToken(k.es256(with(good, map[string]any{"sub": "bob"}))))
	if time.Since(start) > 100*time.Millisecond {
		t.Fatal("waited")
	}
	w.settle()
}

func TestARequestThatGivesUpDoesNotEndTheFetch(t *testing.T) {
	k := newECKey(t, "k1")
	i := newIssuer(t, k)
	w := newWorld(t, jwtIdentity(i))
	release := make(chan struct{})
	i.answer(keysPath, func(rw http.ResponseWriter, _ *http.Request) {
		<-release
		fmt.Fprintf(rw, `{"keys":[%s]}`, object(k.jwk()))
	})
	r := withToken(k.es256(w.good(i)))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	unavailable(t, w, r.WithContext(ctx), "canceled")
	close(release)
	accepted(t, w, r)
	if n := i.count(keysPath); n != 1 {
		t.Fatalf("%d fetches", n)
	}
}

func TestVerifiedTokensAreCachedForFiveMinutesAndNoLongerThanExp(t *testing.T) {
	k := newECKey(t, "k1")
	i := newIssuer(t, k)
	w := newWorld(t, jwtIdentity(i))
	source := w.sources[0].source.(*tokenSource)
	cached := func(r *http.Request) bool {
		token, _, _ := bearer(r.Header, "Authorization")
		_, ok := source.cache.get(identify(token), w.clock.Now())
		return ok
	}
	long := withToken(k.es256(w.good(i)))
	short := withToken(k.es256(with(w.good(i), map[string]any{"exp": w.clock.in(10 * time.Second)})))
	late := withToken(k.es256(with(w.good(i), map[string]any{"exp": w.clock.in(-10 * time.Second)})))
	for _, r := range []*http.Request{long, short, late} {
		accepted(t, w, r)
	}
	if !cached(long) || !cached(short) || cached(late) {
		t.Fatal("what lives is cached, and what lives by the leeway alone is not")
	}
	w.clock.advance(10 * time.Second)
	if !cached(long) || cached(short) {
		t.Fatal("cached beyond exp")
	}
	w.clock.advance(30 * time.Second)
	refused(t, w, short, "expired")
	w.clock.advance(cacheFor - 40*time.Second)
	if cached(long) {
		t.Fatal("cached for more than five minutes")
	}
	if len(source.cache.entries) != 0 || source.cache.size != 0 || source.cache.recent.Len() != 0 {
		t.Fatal("what was dropped is still there")
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	c := newTokenCache()
	now := time.Unix(1_750_000_000, 0)
	set := &keySet{clock: func() time.Time { return now }}
	set.current.Store(&generation{due: now.Add(time.Hour), expires: now.Add(time.Hour)})
	k := &key{}
	p := contract.Principal{ID: strings.Repeat("i", 2048), Roles: []string{strings.Repeat("r", 2048)}}
	const n = 5000
	for i := range n {
		c.put(verified{id: identify(fmt.Sprint(i)), principal: p, key: k, keys: set, expires: now.Add(time.Hour)}, now)
		c.get(identify("0"), now) // used all the time, and so kept
	}
	if c.size > cacheBytes || len(c.entries) != c.recent.Len() || len(c.entries) >= n {
		t.Fatalf("%d bytes in %d entries, %d in order", c.size, len(c.entries), c.recent.Len())
	}
	if _, ok := c.get(identify("0"), now); !ok {
		t.Fatal("the one used last was dropped")
	}
	if _, ok := c.get(identify("1"), now); ok {
		t.Fatal("the one used longest ago was kept")
	}
}

func TestFetchesOfOneSourceNeverOverlap(t *testing.T) {
	k := newECKey(t, "k1")
	i := newIssuer(t, k)
	w := newWorld(t, jwtIdentity(i), func(c *Config) { c.HTTP.Timeout = time.Second })
	release := make(chan struct{})
	i.answer(keysPath, func(rw http.ResponseWriter, _ *http.Request) {
		<-release
		fmt.Fprintf(rw, `{"keys":[%s]}`, object(k.jwk()))
	})
	set := w.sources[0].keys.(*keySet)
	first := set.start(w.clock.Now(), true)
	if set.start(w.clock.Now(), true) != first {
		t.Error("a second fetch began")
	}
	close(release)
	<-first
}

func TestRotationUnderLoad(t *testing.T) {
	keys := []testKey{newECKey(t, "k0"), newECKey(t, "k1"), newECKey(t, "k2")}
	i := newIssuer(t, keys...)
	w := newWorld(t, jwtIdentity(i), func(c *Config) { c.Logger = nil })
	var requests []*http.Request
	for _, k := range keys {
		for n := range 4 {
			requests = append(requests, withToken(k.es256(with(w.good(i), map[string]any{"sub": fmt.Sprint(k.id, n)}))))
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for n := g; ctx.Err() == nil; n++ {
				r := requests[n%len(requests)]
				p, err := w.Principal(r)
				if err != nil && fault.Of(err).Kind != fault.Unauthenticated {
					t.Error(err)
				}
				if err == nil && p.ID != fmt.Sprint(keys[n%len(requests)/4].id, n%4) {
					t.Errorf("request %d became %q", n, p.ID)
				}
			}
		})
	}
	for n := range 60 {
		i.rotate(keys[n%3], keys[(n+1)%3])
		w.clock.advance(attemptEvery)
		if err := w.Refresh(context.Background()); err != nil {
			t.Error(err)
		}
		gone := (n + 2) % 3
		if _, err := w.Principal(requests[gone*4]); err == nil {
			t.Errorf("the removed key %d works", gone)
		}
	}
	stop()
	wg.Wait()
}

func TestAKeyFileIsReadAtTheStartAndAgain(t *testing.T) {
	k1, k2 := newECKey(t, "k1"), newECKey(t, "k2")
	var mu sync.Mutex
	files := map[string]string{"keys.json": `{"keys":[` + object(k1.jwk()) + `]}`}
	read := func(c *Config) {
		c.ReadFile = func(path string) ([]byte, error) {
			mu.Lock()
			defer mu.Unlock()
			text, ok := files[path]
			if !ok {
				return nil, fmt.Errorf("no such file")
			}
			return []byte(text), nil
		}
	}
	id := func(path string) contract.Identity {
		return contract.Identity{Sources: []*contract.Source{{Name: "file", JWT: &contract.JWTSource{
			JWKSFile: contract.Text{Literal: path}, Audience: literals("api"), Algorithms: []string{"ES256"},
		}}}}
	}
	w := newWorld(t, id("keys.json"), read)
	claims := map[string]any{"aud": "api", "sub": "alice", "exp": w.clock.in(time.Hour)}
	if err := w.Ready(); err != nil {
		t.Fatal(err)
	}
	accepted(t, w, withToken(k1.es256(claims)))
	mu.Lock()
	files["keys.json"] = `{"keys":[` + object(k2.jwk()) + `]}`
	mu.Unlock()
	accepted(t, w, withToken(k2.es256(claims))) // an unknown id has it read at once
	refused(t, w, withToken(k1.es256(claims)), "no key")

	for path, text := range map[string]string{"none.json": "no such file", "bad.json": "not a JSON Web Key Set", "big.json": "over"} {
		mu.Lock()
		if path == "bad.json" {
			files[path] = "{}"
		} else if path == "big.json" {
			files[path] = strings.Repeat(" ", maxDocument+1)
		}
		mu.Unlock()
		cfg := Config{}
		read(&cfg)
		if _, err := New(id(path), cfg); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestTokensOfAnyLengthHaveTheirOwnPlaceInTheCache(t *testing.T) {
	seen := map[tokenID]int{}
	for n := range 3 << 10 {
		id := identify(strings.Repeat("a", n))
		if before, ok := seen[id]; ok {
			t.Fatalf("%d and %d bytes have one id", before, n)
		}
		seen[id] = n
	}
}
