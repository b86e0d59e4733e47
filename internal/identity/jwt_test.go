package identity

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
)

// refused demands that the request has a credential, and that it is refused.
func refused(t *testing.T, w *world, r *http.Request, cause string) {
	t.Helper()
	p, err := w.Principal(r)
	if err == nil {
		t.Fatalf("accepted as %q", p.ID)
	}
	f := fault.Of(err)
	if f.Kind != fault.Unauthenticated || errors.Is(err, ErrNoCredential) {
		t.Fatalf("not refused as a bad credential, but %v", err)
	}
	if !strings.Contains(err.Error(), cause) {
		t.Fatalf("the cause is %q, and not %q", err, cause)
	}
	if p.ID != "" || p.Roles != nil || p.Claims != nil {
		t.Fatal("a refused credential gave a principal")
	}
}

func accepted(t *testing.T, w *world, r *http.Request) contract.Principal {
	t.Helper()
	p, err := w.Principal(r)
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	return p
}

func TestTokensThatAreRefused(t *testing.T) {
	k, other := newECKey(t, "k1"), newECKey(t, "k1")
	rs := testKey{"rs", rsa2048()}
	i := newIssuer(t, k, rs)
	w := newWorld(t, jwtIdentity(i))
	good := w.good(i)
	plain := object(good)
	header := func(changes map[string]any) string {
		return object(with(map[string]any{"alg": "ES256", "kid": "k1", "typ": "JWT"}, changes))
	}
	claims := func(changes map[string]any) string { return k.es256(with(good, changes)) }
	b64 := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	valid := k.es256(good)
	parts := strings.Split(valid, ".")
	hmacKey := testKey{"rs", rs.pem()}
	embedded := other.jwk()

	tests := map[string]struct{ token, cause string }{
		"alg none":                        {b64(header(map[string]any{"alg": "none"})) + "." + b64(plain) + ".", "compact form"},
		"alg none with a signature":       {b64(header(map[string]any{"alg": "none"})) + "." + b64(plain) + ".AA", "algorithm"},
		"alg None":                        {k.token(header(map[string]any{"alg": "None"}), plain), "algorithm"},
		"no alg":                          {k.token(header(map[string]any{"alg": nil}), plain), "algorithm"},
		"HMAC with the public key":        {hmacKey.token(object(map[string]any{"alg": "HS256", "kid": "rs"}), plain), "algorithm"},
		"RS256 over an EC key":            {k.token(header(map[string]any{"alg": "RS256"}), plain), "no key"},
		"ES256 over an RSA key":           {k.token(header(map[string]any{"kid": "rs"}), plain), "no key"},
		"an algorithm not configured":     {k.token(header(map[string]any{"alg": "ES384"}), plain), "algorithm"},
		"another's signature":             {other.token(header(nil), plain), "signature is wrong"},
		"an altered payload":              {parts[0] + "." + b64(object(with(good, map[string]any{"sub": "bob"}))) + "." + parts[2], "signature is wrong"},
		"an altered header":               {b64(header(map[string]any{"x": 1})) + "." + parts[1] + "." + parts[2], "signature is wrong"},
		"a signature cut short":           {valid[:len(valid)-2], "signature is wrong"},
		"an unknown key id":               {k.token(header(map[string]any{"kid": "k2"}), plain), "no key"},
		"a key id that is no string":      {k.token(header(map[string]any{"kid": 1}), plain), "key id"},
		"no key id, and no key fits":      {testKey{"", ed()}.token(object(map[string]any{"alg": "EdDSA"}), plain), "no key"},
		"crit":                            {k.token(header(map[string]any{"crit": []string{"exp"}}), plain), "crit"},
		"crit b64":                        {k.token(header(map[string]any{"crit": []string{"b64"}, "b64": true}), plain), "header has"},
		"b64":                             {k.token(header(map[string]any{"b64": false}), plain), "b64"},
		"an embedded key":                 {other.token(header(map[string]any{"jwk": embedded, "kid": nil}), plain), "jwk"},
		"a key's address":                 {other.token(header(map[string]any{"jku": i.URL + "/evil"}), plain), "jku"},
		"a certificate's address":         {other.token(header(map[string]any{"x5u": i.URL + "/evil"}), plain), "x5u"},
		"an embedded certificate":         {other.token(header(map[string]any{"x5c": []string{"AA"}}), plain), "x5c"},
		"a compressed token":              {k.token(header(map[string]any{"zip": "DEF"}), plain), "zip"},
		"a logout token":                  {k.token(header(map[string]any{"typ": "logout+jwt"}), plain), "type"},
		"a DPoP proof":                    {k.token(header(map[string]any{"typ": "dpop+jwt"}), plain), "type"},
		"a type that is no string":        {k.token(header(map[string]any{"typ": 1}), plain), "type"},
		"a security event":                {claims(map[string]any{"events": map[string]any{}}), "events"},
		"a token bound to a key":          {claims(map[string]any{"cnf": map[string]any{"jkt": "x"}}), "cnf"},
		"another issuer":                  {claims(map[string]any{"iss": i.URL + "/"}), "another issuer"},
		"no issuer":                       {claims(map[string]any{"iss": nil}), "another issuer"},
		"a list of issuers":               {claims(map[string]any{"iss": []string{i.URL}}), "another issuer"},
		"another audience":                {claims(map[string]any{"aud": "web"}), "another audience"},
		"no audience":                     {claims(map[string]any{"aud": nil}), "another audience"},
		"audience in another case":        {claims(map[string]any{"aud": "API"}), "another audience"},
		"an audience that is an object":   {claims(map[string]any{"aud": map[string]any{"api": 1}}), "another audience"},
		"expired":                         {claims(map[string]any{"exp": w.clock.in(-30 * time.Second)}), "expired"},
		"no exp":                          {claims(map[string]any{"exp": nil}), "no exp"},
		"exp as text":                     {claims(map[string]any{"exp": "9999999999"}), "no exp"},
		"exp beyond all time":             {k.token(header(nil), strings.Replace(plain, `"exp":`, `"exp":1e300,"was":`, 1)), "no exp"},
		"exp beyond all numbers":          {k.token(header(nil), strings.Replace(plain, `"exp":`, `"exp":1e3000,"was":`, 1)), "no exp"},
		"a negative exp":                  {claims(map[string]any{"exp": -1}), "no exp"},
		"not before later":                {claims(map[string]any{"nbf": w.clock.in(31 * time.Second)}), "nbf"},
		"issued in the future":            {claims(map[string]any{"iat": w.clock.in(31 * time.Second)}), "iat"},
		"nbf that is no time":             {claims(map[string]any{"nbf": true}), "nbf"},
		"no id":                           {claims(map[string]any{"sub": nil}), "id claim"},
		"an empty id":                     {claims(map[string]any{"sub": ""}), "id: empty"},
		"a list as id":                    {claims(map[string]any{"sub": []string{"alice"}}), "id claim"},
		"an object as id":                 {claims(map[string]any{"sub": map[string]any{}}), "id claim"},
		"true as id":                      {claims(map[string]any{"sub": true}), "id claim"},
		"a fraction as id":                {claims(map[string]any{"sub": 1.5}), "id claim"},
		"1.0 as id":                       {k.token(header(nil), strings.Replace(plain, `"alice"`, `1.0`, 1)), "id claim"},
		"1e3 as id":                       {k.token(header(nil), strings.Replace(plain, `"alice"`, `1e3`, 1)), "id claim"},
		"-0 as id":                        {k.token(header(nil), strings.Replace(plain, `"alice"`, `-0`, 1)), "id claim"},
		"a control character in the id":   {claims(map[string]any{"sub": "a\nb"}), "control"},
		"NUL in the id":                   {claims(map[string]any{"sub": "a\x00"}), "control"},
		"an id over 2 KB":                 {claims(map[string]any{"sub": strings.Repeat("a", 2049)}), "over 2048"},
		"half a surrogate pair":           {k.token(header(nil), strings.Replace(plain, `alice`, `a\ud800`, 1)), "UTF-8"},
		"invalid UTF-8":                   {k.token(header(nil), strings.Replace(plain, `alice`, "a\xff", 1)), "UTF-8"},
		"an object as a role":             {claims(map[string]any{"roles": []any{map[string]any{}}}), "roles"},
		"roles that are an object":        {claims(map[string]any{"roles": map[string]any{"admin": true}}), "roles"},
		"an empty role":                   {claims(map[string]any{"roles": []string{""}}), "role: empty"},
		"a claim that is true":            {claims(map[string]any{"tenant": true}), "claim tenant"},
		"a list in a list":                {claims(map[string]any{"tenant": []any{[]any{"a"}}}), "claim tenant"},
		"an empty claim":                  {claims(map[string]any{"tenant": ""}), "claim tenant: empty"},
		"a member twice in the payload":   {k.token(header(nil), strings.Replace(plain, `{`, `{"sub":"bob",`, 1)), "twice"},
		"a member twice, escaped":         {k.token(header(nil), strings.Replace(plain, `{`, `{"s\u0075b":"bob",`, 1)), "twice"},
		"a member twice, nested":          {k.token(header(nil), strings.Replace(plain, `{`, `{"org":{"unit":1,"unit":2},`, 1)), "twice"},
		"a member twice in the header":    {k.token(`{"alg":"ES256","kid":"k1","kid":"k1"}`, plain), "twice"},
		"bytes after the payload":         {k.token(header(nil), plain+"{}"), "not one JSON object"},
		"a payload that is a list":        {k.token(header(nil), "["+plain+"]"), "not one JSON object"},
		"a payload that is null":          {k.token(header(nil), "null"), "not one JSON object"},
		"a payload that is no JSON":       {k.token(header(nil), "alice"), "not one JSON object"},
		"a payload nested deep":           {k.token(header(nil), strings.Replace(plain, `{`, `{"x":`+strings.Repeat("[", 40)+strings.Repeat("]", 40)+`,`, 1)), "too deep"},
		"a header that is a list":         {k.token("[]", plain), "not one JSON object"},
		"over 16 KB":                      {claims(map[string]any{"x": strings.Repeat("a", 16<<10)}), "over 16384"},
		"an empty token":                  {"", "compact form"},
		"two parts":                       {parts[0] + "." + parts[1], "compact form"},
		"four parts":                      {valid + ".AA", "compact form"},
		"five parts, encrypted":           {"e30.AA.AA.AA.AA", "compact form"},
		"two tokens":                      {valid + " " + valid, "compact form"},
		"a token and a comma":             {valid + ",", "compact form"},
		"JSON serialisation":              {`{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`, "compact form"},
		"padded base64":                   {parts[0] + "=." + parts[1] + "." + parts[2], "compact form"},
		"a line break in a part":          {parts[0] + "." + parts[1][:4] + "\n" + parts[1][4:] + "." + parts[2], "compact form"},
		"stray bits at the end of a part": {parts[0] + "." + parts[1] + "." + strayBits(parts[2]), "compact form"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			refused(t, w, withToken(tt.token), tt.cause)
		})
	}
	// None of them left anything behind that makes the good one bad.
	if p := accepted(t, w, withToken(valid)); p.ID != "alice" {
		t.Fatalf("id %q", p.ID)
	}
	if i.count("/evil") != 0 {
		t.Fatal("an address in a token was followed")
	}
}

// strayBits sets the bits of the last base64 character that stand for nothing.
func strayBits(part string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, part[len(part)-1])
	return part[:len(part)-1] + string(alphabet[last^1])
}

func TestTokensThatAreAccepted(t *testing.T) {
	k := newECKey(t, "k1")
	rs, edKey := testKey{"rs", rsa2048()}, testKey{"ed", ed()}
	i := newIssuer(t, k, rs, edKey)
	w := newWorld(t, jwtIdentity(i))
	good := w.good(i)
	claims := func(changes map[string]any) string { return k.es256(with(good, changes)) }
	plain := object(good)

	tests := map[string]struct {
		token string
		id    string
		roles string
	}{
		"ES256":                      {k.es256(good), "alice", "authenticated"},
		"RS256":                      {rs.rs256(good), "alice", "authenticated"},
		"EdDSA":                      {edKey.token(`{"alg":"EdDSA","kid":"ed"}`, plain), "alice", "authenticated"},
		"no key id, one key fits":    {edKey.token(`{"alg":"EdDSA"}`, plain), "alice", "authenticated"},
		"an access token's type":     {k.token(`{"alg":"ES256","kid":"k1","typ":"at+JWT"}`, plain), "alice", "authenticated"},
		"the type's long form":       {k.token(`{"alg":"ES256","kid":"k1","typ":"application/at+jwt"}`, plain), "alice", "authenticated"},
		"one audience of several":    {claims(map[string]any{"aud": []string{"web", "api2"}}), "alice", "authenticated"},
		"expired within the leeway":  {claims(map[string]any{"exp": w.clock.in(-29 * time.Second)}), "alice", "authenticated"},
		"nbf within the leeway":      {claims(map[string]any{"nbf": w.clock.in(30 * time.Second)}), "alice", "authenticated"},
		"an integer as id":           {k.token(`{"alg":"ES256","kid":"k1"}`, strings.Replace(plain, `"alice"`, `12345678901234567890`, 1)), "12345678901234567890", "authenticated"},
		"a list of roles":            {claims(map[string]any{"roles": []any{"a", "b c", 7}}), "alice", "a|b c|7|authenticated"},
		"a string is one role":       {claims(map[string]any{"roles": "a b,c"}), "alice", "a b,c|authenticated"},
		"no role is built in":        {claims(map[string]any{"roles": []string{"anonymous", "authenticated", "x"}}), "alice", "x|authenticated"},
		"null is absent":             {k.token(`{"alg":"ES256","kid":"k1"}`, strings.Replace(plain, `{`, `{"roles":null,"tenant":null,`, 1)), "alice", "authenticated"},
		"a pair of surrogates":       {k.token(`{"alg":"ES256","kid":"k1"}`, strings.Replace(plain, `alice`, `\ud83d\ude00\\u`, 1)), "😀\\u", "authenticated"},
		"a scheme in any case":       {k.es256(with(good, map[string]any{"sub": "s"})), "s", "authenticated"},
		"unknown members are nobody": {claims(map[string]any{"admin": true, "principal": "bob"}), "alice", "authenticated"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, scheme := range []string{"Bearer ", "bearer ", "BEARER  "} {
				p := accepted(t, w, request("Authorization", scheme+tt.token))
				if p.ID != tt.id || strings.Join(p.Roles, "|") != tt.roles || p.Source != "jwt" {
					t.Fatalf("got %q %q from %q", p.ID, p.Roles, p.Source)
				}
			}
		})
	}
}

func TestATokenWithoutAKeyIDNeedsASetWhereOneKeyFits(t *testing.T) {
	k1, k2 := newECKey(t, "k1"), newECKey(t, "k2")
	i := newIssuer(t, k1, k2)
	w := newWorld(t, jwtIdentity(i))
	token := k1.token(`{"alg":"ES256"}`, object(w.good(i)))
	refused(t, w, withToken(token), "no key")
	i.rotate(k1, testKey{"rs", rsa2048()})
	if err := w.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	accepted(t, w, withToken(token))
}

func TestClaimsAreTakenFromTheirPaths(t *testing.T) {
	k := newECKey(t, "k1")
	i := newIssuer(t, k)
	w := newWorld(t, jwtIdentity(i))
	p := accepted(t, w, withToken(k.es256(with(w.good(i), map[string]any{
		"tenant":                  []any{"t1", "t2"},
		"org":                     map[string]any{"unit": 42},
		"https://example.com/a.b": "x",
		"org.unit":                "not this one",
	}))))
	got, err := json.Marshal(p.Claims)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"dotted":{"Values":["x"],"List":false},"tenant":{"Values":["t1","t2"],"List":true},"unit":{"Values":["42"],"List":false}}`
	if string(got) != want {
		t.Fatalf("claims %s", got)
	}
	p = accepted(t, w, withToken(k.es256(with(w.good(i), map[string]any{"org": "no object", "tenant": []any{}}))))
	if _, ok := p.Claims["unit"]; ok {
		t.Fatal("a path through what is no object found a claim")
	}
	if c, ok := p.Claims["tenant"]; !ok || !c.List || len(c.Values) != 0 {
		t.Fatal("an empty list is a list of none")
	}
}

func TestAnIDPassesByteForByte(t *testing.T) {
	k := newECKey(t, "k1")
	i := newIssuer(t, k)
	w := newWorld(t, jwtIdentity(i))
	ids := rapid.OneOf(
		rapid.SampledFrom([]string{
			"alice", "Alice", " alice ", "a#b", "TENANT#1|USER#2", `"quoted"`, "'", "é", "e\u0301", "ﬁ", "K", "名前", "a,b", "a:b",
			"{name}", "{id}", "$1", "%2F", "../", "\u202e", "\u200d", "\\ud800", strings.Repeat("ü", 1024), strings.Repeat("#", 2048), "null", "true", "0",
		}),
		rapid.StringOfN(rapid.Rune(), 1, 200, 800),
	)
	rapid.Check(t, func(rt *rapid.T) {
		id := ids.Draw(rt, "id")
		p, err := w.Principal(withToken(k.es256(with(w.good(i), map[string]any{"sub": id, "tenant": id, "roles": []string{id}}))))
		if contract.CheckIdentifier(id) != nil {
			if fault.Of(err).Kind != fault.Unauthenticated {
				rt.Fatalf("%q was not refused", id)
			}
			return
		}
		if err != nil {
			rt.Fatalf("%q was refused: %v", id, err)
		}
		if p.ID != id || p.Claims["tenant"].Values[0] != id || p.Roles[0] != id {
			rt.Fatalf("%q became %q", id, p.ID)
		}
	})
}

func TestRequiredClaims(t *testing.T) {
	k := newECKey(t, "k1")
	i := newIssuer(t, k)
	id := jwtIdentity(i)
	id.Sources[0].JWT.Audience = nil
	id.Sources[0].JWT.Require = map[string]contract.Text{
		"client_id": {Env: "CLIENT"}, "token_use": {Literal: "id"}, "email_verified": {Literal: "true"}, "level": {Literal: "2"},
	}
	w := newWorld(t, id, func(c *Config) {
		c.Getenv = func(name string) (string, bool) { return "app1", name == "CLIENT" }
	})
	good := with(w.good(i), map[string]any{"client_id": "app1", "token_use": "id", "email_verified": true, "level": 2, "aud": nil})
	accepted(t, w, withToken(k.es256(good)))
	for name, v := range map[string]any{
		"client_id": "app2", "token_use": "access", "email_verified": false, "level": []int{2},
	} {
		refused(t, w, withToken(k.es256(with(good, map[string]any{name: v}))), "claim "+name)
		refused(t, w, withToken(k.es256(with(good, map[string]any{name: nil}))), "claim "+name)
	}
	refused(t, w, withToken(k.token(`{"alg":"ES256","kid":"k1","typ":"at+jwt"}`, object(good))), "access token")
}

func TestWhichHeadersHoldAToken(t *testing.T) {
	k := newECKey(t, "k1")
	i := newIssuer(t, k)
	w := newWorld(t, jwtIdentity(i))
	token := k.es256(w.good(i))
	none := func(r *http.Request) {
		t.Helper()
		p, err := w.Principal(r)
		if !errors.Is(err, ErrNoCredential) || fault.Of(err).Kind != fault.Unauthenticated || !p.IsAnonymous() {
			t.Fatalf("not without a credential: %v", err)
		}
	}
	none(request())
	none(request("Authorization", "Basic YTpi"))
	none(request("Authorization", "AWS4-HMAC-SHA256 Credential=x"))
	none(request("Authorization", ""))
	none(request("X-Token", token))
	none(request("Cookie", "token="+token))
	refused(t, w, request("Authorization", "Bearer"), "compact form")
	refused(t, w, request("Authorization", "Bearer "), "compact form")
	refused(t, w, request("Authorization", "Bearer "+token, "Authorization", "Bearer "+token), "repeated")
	refused(t, w, request("Authorization", "Basic YTpi", "Authorization", "Bearer "+token), "repeated")

	id := jwtIdentity(i)
	id.Sources[0].JWT.Header = "X-Token"
	w = newWorld(t, id)
	accepted(t, w, request("X-Token", token))
	none(request("Authorization", "Bearer "+token))
	refused(t, w, request("X-Token", "Bearer "+token), "compact form")
	refused(t, w, request("X-Token", ""), "compact form")
	refused(t, w, request("X-Token", token, "X-Token", token), "repeated")
	if w.Challenge() != "Bearer" {
		t.Fatalf("challenge %q", w.Challenge())
	}
}

func TestKeysThatAreNeverUsed(t *testing.T) {
	k := newECKey(t, "k1")
	small, big := testKey{"small", rsa1024()}, testKey{"big", rsa2048()}
	i := newIssuer(t)
	w := newWorld(t, jwtIdentity(i))
	good := w.good(i)
	oct := map[string]any{"kty": "oct", "kid": "oct", "k": base64.RawURLEncoding.EncodeToString(bytesOf(32))}
	private := map[string]any{}
	raw, err := json.Marshal(jose.JSONWebKey{Key: k.key, KeyID: "private"})
	if err != nil || json.Unmarshal(raw, &private) != nil || private["d"] == nil {
		t.Fatal("no private key to publish")
	}
	i.publish(
		small.jwk(), oct, private,
		with(k.jwk(), map[string]any{"kid": "enc", "use": "enc"}),
		with(k.jwk(), map[string]any{"kid": "ops", "key_ops": []string{"sign"}}),
		with(k.jwk(), map[string]any{"kid": "noops", "key_ops": []string{}}),
		with(k.jwk(), map[string]any{"kid": "curve", "crv": "P-384"}),
		with(k.jwk(), map[string]any{"kid": "off", "y": k.jwk()["x"]}),
		with(k.jwk(), map[string]any{"kid": strings.Repeat("k", 300)}),
		with(k.jwk(), map[string]any{"kid": "alg", "alg": "ES384"}),
		with(big.jwk(), map[string]any{"kid": "ps", "alg": "PS256"}),
		map[string]any{"kty": "future", "kid": "future"},
		map[string]any{},
		with(k.jwk(), map[string]any{"kid": "good", "use": "sig", "key_ops": []string{"verify"}, "alg": "ES256"}),
	)
	for _, id := range []string{"enc", "ops", "noops", "curve", "off", "alg", "private", "future"} {
		w.clock.advance(attemptEvery)
		refused(t, w, withToken(testKey{id, k.key}.es256(good)), "no key")
	}
	refused(t, w, withToken(small.rs256(good)), "no key")
	refused(t, w, withToken(testKey{"ps", big.key}.rs256(good)), "no key")
	refused(t, w, withToken(testKey{"oct", bytesOf(32)}.token(`{"alg":"HS256","kid":"oct"}`, object(good))), "algorithm")
	accepted(t, w, withToken(testKey{"good", k.key}.es256(good)))
}

func bytesOf(n int) []byte { return []byte(strings.Repeat("k", n)) }

func TestNothingOfACredentialIsInAnErrorOrALogLine(t *testing.T) {
	const canary = "canary7d1f"
	k := newECKey(t, canary+"kid")
	i := newIssuer(t, newECKey(t, "k1"))
	w := newWorld(t, jwtIdentity(i))
	good := w.good(i)
	tokens := []string{
		canary, canary + "." + canary + "." + canary,
		k.es256(with(good, map[string]any{"sub": canary})),
		k.token(`{"alg":"`+canary+`"}`, "{}"),
		k.token(`{"alg":"ES256","kid":"k1","typ":"`+canary+`"}`, "{}"),
		k.token(`{"alg":"ES256",`+canary, "{}"),
	}
	i.rotate(testKey{"k1", k.key})
	signed := testKey{"k1", k.key}
	for _, c := range []map[string]any{
		{"iss": canary},
		{"aud": canary},
		{"sub": canary + "\n"},
		{"exp": canary},
		{"nbf": canary},
		{"roles": map[string]any{canary: canary}},
		{"roles": []string{canary + "\x00"}},
		{"tenant": map[string]any{canary: canary}},
		{canary: canary, "exp": 1},
	} {
		tokens = append(tokens, signed.es256(with(good, c)))
	}
	for _, token := range tokens {
		w.clock.advance(attemptEvery)
		_, err := w.Principal(withToken(token))
		if err == nil {
			t.Fatal("accepted")
		}
		if s := err.Error(); strings.Contains(s, canary) || strings.Contains(s, token) {
			t.Errorf("the error says it: %s", s)
		}
	}
	if strings.Contains(w.log.String(), canary) {
		t.Errorf("the log says it: %s", w.log)
	}
}
