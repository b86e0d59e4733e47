package identity

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
)

func loopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

func headerIdentity(change func(*contract.HeaderSource)) contract.Identity {
	h := &contract.HeaderSource{ID: "X-User-Id", Roles: "X-User-Roles", From: loopback(), Loopback: true}
	if change != nil {
		change(h)
	}
	return contract.Identity{Sources: []*contract.Source{{Name: "header", Header: h}}}
}

func TestHeadersFromABelievedPeer(t *testing.T) {
	w := newWorld(t, headerIdentity(nil))
	tests := map[string]struct {
		header []string
		want   string // id and roles; or, after "!", the cause of a refusal; "": no credential
	}{
		"an id":                          {[]string{"X-User-Id", "alice"}, "alice authenticated"},
		"an id with roles":               {[]string{"X-User-Id", "alice", "X-User-Roles", "a, b c ,d"}, "alice a|b c|d|authenticated"},
		"no roles":                       {[]string{"X-User-Id", "alice", "X-User-Roles", ""}, "alice authenticated"},
		"built-in roles are no one's":    {[]string{"X-User-Id", "alice", "X-User-Roles", "authenticated,anonymous,x"}, "alice x|authenticated"},
		"nothing":                        {nil, ""},
		"roles alone":                    {[]string{"X-User-Roles", "admin"}, ""},
		"headers of others":              {[]string{"X-User", "a", "X-User-Id2", "b", "User-Id", "c", "Xuserid", "d"}, ""},
		"an empty id":                    {[]string{"X-User-Id", ""}, "!id: empty"},
		"the id repeated":                {[]string{"X-User-Id", "alice", "X-User-Id", "alice"}, "!repeated"},
		"the id joined":                  {[]string{"X-User-Id", "alice,bob"}, "!comma"},
		"the id joined with a space":     {[]string{"X-User-Id", "alice, bob"}, "!comma"},
		"the id under X_User_Id":         {[]string{"X_User_Id", "alice"}, "!mistaken"},
		"the id under X_user_id":         {[]string{"X-User-Id", "alice", "X_user_id", "bob"}, "!mistaken"},
		"the id under X_User-Id":         {[]string{"X-User-Id", "alice", "X_user-Id", "bob"}, "!mistaken"},
		"the id under x-user-id":         {[]string{"x-user-id", "alice"}, "!mistaken"},
		"the id under X.User.Id":         {[]string{"X-User-Id", "alice", "X.user.id", "bob"}, "!mistaken"},
		"the roles repeated":             {[]string{"X-User-Id", "alice", "X-User-Roles", "a", "X-User-Roles", "b"}, "!repeated"},
		"the roles under X_User_Roles":   {[]string{"X-User-Id", "alice", "X_user_roles", "admin"}, "!mistaken"},
		"an empty role":                  {[]string{"X-User-Id", "alice", "X-User-Roles", "a,,b"}, "!role: empty"},
		"a role and a comma":             {[]string{"X-User-Id", "alice", "X-User-Roles", "a,"}, "!role: empty"},
		"a control character":            {[]string{"X-User-Id", "a\x7f"}, "!control"},
		"invalid UTF-8":                  {[]string{"X-User-Id", "a\xff"}, "!UTF-8"},
		"over 2 KB":                      {[]string{"X-User-Id", strings.Repeat("a", 2049)}, "!over 2048"},
		"a Forwarded header is no peer":  {[]string{"X-User-Id", "alice", "X-Forwarded-For", "8.8.8.8"}, "alice authenticated"},
		"an id that looks like a header": {[]string{"X-User-Id", "X-User-Roles: admin"}, "X-User-Roles: admin authenticated"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := request(tt.header...)
			if cause, ok := strings.CutPrefix(tt.want, "!"); ok {
				refused(t, w, r, cause)
				return
			}
			p, err := w.Principal(r)
			if tt.want == "" {
				if f := fault.Of(err); !errors.Is(err, ErrNoCredential) || f.Kind != fault.MissingUser || f.Status() != 400 {
					t.Fatalf("not without a credential, but %v", err)
				}
				return
			}
			if err != nil || p.ID+" "+strings.Join(p.Roles, "|") != tt.want || p.Source != "header" {
				t.Fatalf("got %q %q, %v", p.ID, p.Roles, err)
			}
		})
	}
	if w.Challenge() != "Gateway" {
		t.Fatalf("challenge %q", w.Challenge())
	}
}

func TestWhichPeersAreBelieved(t *testing.T) {
	far := newWorld(t, headerIdentity(func(h *contract.HeaderSource) {
		h.From = append(loopback(), netip.MustParsePrefix("10.1.2.0/24"), netip.MustParsePrefix("::ffff:10.9.0.0/112"), netip.MustParsePrefix("fe80::/10"))
		h.Loopback, h.MutualTLS = false, true
	}))
	near := newWorld(t, headerIdentity(nil))
	tests := []struct {
		w        *world
		peer     string
		believed bool
	}{
		{near, "127.0.0.1:1", true},
		{near, "127.255.0.9:1", true},
		{near, "[::1]:1", true},
		{near, "[::ffff:127.0.0.1]:1", true},
		{near, "10.1.2.3:1", false},
		{near, "[::ffff:10.1.2.3]:1", false},
		{near, "[::2]:1", false},
		{near, "128.0.0.1:1", false},
		{near, "0.0.0.0:1", false},
		{near, "127.0.0.1", false},
		{near, "localhost:1", false},
		{near, "@", false},
		{near, "", false},
		{far, "10.1.2.3:1", true},
		{far, "[::ffff:10.1.2.3]:1", true},
		{far, "10.1.3.3:1", false},
		{far, "10.9.255.1:1", true},
		{far, "10.10.0.1:1", false},
		{far, "[fe80::1%eth0]:1", true},
		{far, "127.0.0.1:1", true},
	}
	for _, tt := range tests {
		r := request("X-User-Id", "alice", "X-Forwarded-For", "127.0.0.1", "Forwarded", "for=127.0.0.1", "X-Real-Ip", "127.0.0.1")
		r.RemoteAddr = tt.peer
		r.TLS = &tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{{}}}}
		_, err := tt.w.Principal(r)
		switch {
		case tt.believed && err != nil:
			t.Errorf("%q: %v", tt.peer, err)
		case !tt.believed && !errors.Is(err, ErrNoCredential):
			t.Errorf("%q does not count as absent: %v", tt.peer, err)
		}
		// What an unbelieved peer sends is not even looked at.
		r.Header.Set("X_user_id", "bob")
		if _, err = tt.w.Principal(r); !tt.believed && !errors.Is(err, ErrNoCredential) {
			t.Errorf("%q: %v", tt.peer, err)
		}
	}
}

func TestAPeerProvesItself(t *testing.T) {
	const secret = "0123456789abcdef"
	env := func(c *Config) {
		c.Getenv = func(name string) (string, bool) { return secret, name == "GATEWAY_SECRET" }
	}
	withSecret := newWorld(t, headerIdentity(func(h *contract.HeaderSource) {
		h.From, h.Loopback = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, false
		h.Secret = &contract.HeaderSecret{Header: "X-Gateway-Secret", Env: "GATEWAY_SECRET"}
	}), env)
	ask := func(header ...string) *http.Request {
		r := request(header...)
		r.RemoteAddr = "10.0.0.1:1"
		return r
	}
	accepted(t, withSecret, ask("X-User-Id", "alice", "X-Gateway-Secret", secret))
	refused(t, withSecret, ask("X-User-Id", "alice"), "missing or wrong")
	refused(t, withSecret, ask("X-User-Id", "alice", "X-Gateway-Secret", ""), "missing or wrong")
	refused(t, withSecret, ask("X-User-Id", "alice", "X-Gateway-Secret", secret+"0"), "missing or wrong")
	refused(t, withSecret, ask("X-User-Id", "alice", "X-Gateway-Secret", secret[1:]), "missing or wrong")
	refused(t, withSecret, ask("X-User-Id", "alice", "X_gateway_secret", secret), "mistaken")
	refused(t, withSecret, ask("X-User-Id", "alice", "X-Gateway-Secret", "x", "X-Gateway-Secret", secret), "repeated")
	if _, err := withSecret.Principal(ask("X-Gateway-Secret", secret)); !errors.Is(err, ErrNoCredential) {
		t.Fatal(err)
	}

	mutual := newWorld(t, headerIdentity(func(h *contract.HeaderSource) { h.MutualTLS = true }))
	r := request("X-User-Id", "alice")
	refused(t, mutual, r, "client certificate")
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{{}}}
	refused(t, mutual, r, "client certificate")
	r.TLS.VerifiedChains = [][]*x509.Certificate{{{}}}
	accepted(t, mutual, r)
}

func TestAHeaderIDPassesByteForByte(t *testing.T) {
	w := newWorld(t, headerIdentity(nil))
	rapid.Check(t, func(rt *rapid.T) {
		id := rapid.StringOfN(rapid.Rune(), 0, 300, 2100).Draw(rt, "id")
		p, err := w.Principal(request("X-User-Id", id))
		bad := contract.CheckIdentifier(id) != nil || strings.Contains(id, ",")
		if bad != (err != nil) || (!bad && p.ID != id) {
			rt.Fatalf("%q became %q, %v", id, p.ID, err)
		}
	})
}
