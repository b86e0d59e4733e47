package identity

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/discreet-dev/discreet/internal/contract"
)

// minSecret is the fewest bytes of the secret that a gateway proves itself with.
const minSecret = 16

// headerSource believes a header that a gateway in front sets.
type headerSource struct {
	naming
	id, roles    string // canonical names; roles may be ""
	from         []netip.Prefix
	secretHeader string // canonical; "": no secret
	secretSum    [sha256.Size]byte
	mutualTLS    bool
}

func (b *builder) header(s *contract.Source, n naming) *headerSource {
	c := s.Header
	h := &headerSource{
		naming: n, mutualTLS: c.MutualTLS,
		id: http.CanonicalHeaderKey(c.ID), roles: http.CanonicalHeaderKey(c.Roles),
	}
	if c.ID == "" {
		b.problem(s, "header.id is empty")
	}
	if len(c.From) == 0 {
		b.problem(s, "header.from names no peer")
	}
	loopback := true
	for _, p := range c.From {
		p, err := unmap(p)
		if err != nil {
			b.problem(s, "header.from: %w", err)
			continue
		}
		h.from = append(h.from, p)
		loopback = loopback && p.Addr().IsLoopback()
	}
	if !loopback && c.Secret == nil && !c.MutualTLS {
		b.problem(s, "a peer that is not loopback needs header.secret or mutual TLS besides")
	}
	if c.Secret != nil {
		secret, err := b.environment(c.Secret.Env)
		switch {
		case err != nil:
			b.problem(s, "header.secret: %w", err)
		case len(secret) < minSecret:
			b.problem(s, "header.secret: the environment variable %s has fewer than %d bytes", c.Secret.Env, minSecret)
		}
		h.secretHeader = http.CanonicalHeaderKey(c.Secret.Header)
		h.secretSum = sha256.Sum256([]byte(secret))
	}
	return h
}

// unmap makes a prefix of IPv4-mapped addresses one of IPv4, as peers' addresses
// are, and refuses one that holds every address.
func unmap(p netip.Prefix) (netip.Prefix, error) {
	if p.IsValid() && p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	if !p.IsValid() || p.Bits() == 0 {
		return p, errors.New("a prefix of length 0 would believe everyone")
	}
	return p.Masked(), nil
}

func (h *headerSource) principal(r *http.Request, _ time.Time) (contract.Principal, bool, error) {
	if !h.believes(r.RemoteAddr) {
		return contract.Principal{}, false, nil
	}
	id, found, err := only(r.Header, h.id)
	switch {
	case err != nil:
		return contract.Principal{}, true, err
	case !found:
		return contract.Principal{}, false, nil
	}
	if strings.Contains(id, ",") {
		return contract.Principal{}, true, errors.New("the id header holds a comma: two headers may have been joined")
	}
	if err := h.proven(r); err != nil {
		return contract.Principal{}, true, err
	}
	roles, err := h.readRoles(r.Header)
	if err != nil {
		return contract.Principal{}, true, err
	}
	p, err := h.naming.principal(id, roles, nil)
	return p, true, err
}

// believes looks at the socket's address alone: what a Forwarded header or a
// PROXY line says, a caller can say as well.
func (h *headerSource) believes(remote string) bool {
	peer, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	addr := peer.Addr().Unmap().WithZone("")
	for _, p := range h.from {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// proven checks what the peer must show besides its address. Where a secret or
// mutual TLS is configured, every peer must show it, loopback or not.
func (h *headerSource) proven(r *http.Request) error {
	if h.mutualTLS && (r.TLS == nil || len(r.TLS.VerifiedChains) == 0) {
		return errors.New("the peer has no verified client certificate")
	}
	if h.secretHeader == "" {
		return nil
	}
	secret, found, err := only(r.Header, h.secretHeader)
	if err != nil {
		return err
	}
	// Sums of one length, so that the comparison tells nothing of the secret's.
	sum := sha256.Sum256([]byte(secret))
	if !found || subtle.ConstantTimeCompare(sum[:], h.secretSum[:]) != 1 {
		return errors.New("the peer's secret is missing or wrong")
	}
	return nil
}

func (h *headerSource) readRoles(header http.Header) ([]string, error) {
	if h.roles == "" {
		return nil, nil
	}
	list, found, err := only(header, h.roles)
	if err != nil || !found || list == "" {
		return nil, err
	}
	roles := strings.Split(list, ",")
	for i, role := range roles {
		roles[i] = strings.Trim(role, " \t")
	}
	return roles, nil
}

// only returns the value of a header that stands once and under its exact name.
// A second one, or one whose name an older gateway or CGI would have folded
// into it (X_User_Id), may be the caller's own beside the gateway's: refused.
func only(header http.Header, name string) (value string, found bool, err error) {
	for key, values := range header {
		if !folds(key, name) {
			continue
		}
		if key != name {
			return "", false, errors.New("a header has a name that could be mistaken for " + name)
		}
		if len(values) > 1 {
			return "", false, errors.New(name + " is repeated")
		}
		if len(values) == 1 {
			value, found = values[0], true
		}
	}
	return value, found, nil
}

// folds reports whether two header names are one to software that ignores case
// and takes every character but letters and digits for an underscore.
func folds(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if fold(a[i]) != fold(b[i]) {
			return false
		}
	}
	return true
}

func fold(c byte) byte {
	switch {
	case 'A' <= c && c <= 'Z':
		return c + ('a' - 'A')
	case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		return c
	}
	return '_'
}
