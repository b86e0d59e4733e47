// Package identity turns the credentials of an HTTP request into a principal,
// as the contract's identity section says. It never decides what a principal
// may see, never tries a further source after one has found a bad credential,
// and never lets a token, a secret or the value of a claim into an error or a
// log line.
package identity

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
)

// ErrNoCredential is the cause of the fault that Principal returns for a
// request in which no source finds a credential. Such a request may still be
// answered as the anonymous principal's.
var ErrNoCredential = errors.New("no identity source finds a credential")

// Config is what the process, and not the contract, says. Its zero value is
// for production.
type Config struct {
	Getenv   func(name string) (string, bool)  // nil: os.LookupEnv
	ReadFile func(path string) ([]byte, error) // for jwks_file; nil: os.ReadFile
	// HTTP fetches issuers' documents. Nil: a client with short timeouts. Of one
	// that is given, a copy is used that follows no redirect to another origin.
	HTTP   *http.Client
	Clock  func() time.Time // nil: time.Now
	Logger *slog.Logger     // nil: nothing is logged
	// CognitoURL stands for https://cognito-idp.REGION.amazonaws.com, and
	// ALBKeysURL for https://public-keys.auth.elb.REGION.amazonaws.com, where
	// they are not empty: for tests against a local issuer.
	CognitoURL string
	ALBKeysURL string
}

func (c Config) withDefaults() Config {
	if c.Getenv == nil {
		c.Getenv = os.LookupEnv
	}
	if c.ReadFile == nil {
		c.ReadFile = os.ReadFile
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// A source is one entry of the contract's identity section. found says whether
// the request has a credential of this source, good or bad; only then do p and
// err mean something.
type source interface {
	principal(r *http.Request, now time.Time) (p contract.Principal, found bool, err error)
}

// keyring is what a source verifies signatures with.
type keyring interface {
	refresh(ctx context.Context) error // fetches now
	ready() error                      // whether keys are at hand
}

type namedSource struct {
	name string
	source
	keys keyring // nil: the source needs none
}

// Resolver resolves principals. It is safe for concurrent use.
type Resolver struct {
	clock     func() time.Time
	sources   []namedSource
	missing   fault.Kind // of a request without any credential
	challenge string
	stop      context.CancelFunc
}

// New builds the sources. It does no network I/O: keys are fetched when the
// first token asks for them, or by Refresh. An error is for the operator and
// has every problem: a variable of the environment that is not set, a file that
// cannot be read, a source that could not be trusted.
func New(id contract.Identity, cfg Config) (*Resolver, error) {
	cfg = cfg.withDefaults()
	life, stop := context.WithCancel(context.Background())
	b := newBuilder(id, cfg, life)
	r := &Resolver{clock: cfg.Clock, stop: stop, missing: fault.Unauthenticated, challenge: "Gateway"}
	headers := 0
	for _, s := range id.Sources {
		built := b.source(s)
		r.sources = append(r.sources, built)
		switch {
		case s.Header != nil:
			headers++
		case s.JWT != nil, s.Cognito != nil:
			r.challenge = "Bearer"
		}
	}
	if headers > 0 && headers == len(id.Sources) {
		r.missing = fault.MissingUser
	}
	if err := errors.Join(b.problems...); err != nil {
		stop()
		return nil, err
	}
	return r, nil
}

// Principal returns the verified caller of the request. The error is always a
// *fault.Fault:
//
//   - no credential: ErrNoCredential is its cause, and its kind MissingUser
//     where every source is a header, else Unauthenticated;
//   - a bad credential: Unauthenticated;
//   - a token that cannot be verified because its issuer's keys are not to be
//     had: Unavailable.
//
// The principal's slices and maps may be shared with other requests of the same
// token and must not be changed.
func (r *Resolver) Principal(req *http.Request) (contract.Principal, error) {
	now := r.clock()
	for i := range r.sources {
		p, found, err := r.sources[i].resolve(req, now)
		if found {
			return p, err
		}
	}
	return contract.Anonymous(), fault.New(r.missing, ErrNoCredential)
}

// PrincipalFrom is Principal with only the source of that name.
func (r *Resolver) PrincipalFrom(name string, req *http.Request) (contract.Principal, error) {
	now := r.clock()
	for i := range r.sources {
		if r.sources[i].name != name {
			continue
		}
		if p, found, err := r.sources[i].resolve(req, now); found {
			return p, err
		}
		return contract.Anonymous(), fault.New(fault.Unauthenticated, ErrNoCredential)
	}
	return contract.Anonymous(), fault.Because(fault.Internal, "no identity source is named %q", name)
}

func (s *namedSource) resolve(req *http.Request, now time.Time) (contract.Principal, bool, error) {
	p, found, err := s.principal(req, now)
	if err == nil {
		return p, found, nil
	}
	kind := fault.Unauthenticated
	var noKeys *noKeysError
	if errors.As(err, &noKeys) {
		kind = fault.Unavailable
	}
	return contract.Principal{}, true, fault.Because(kind, "identity source %s: %w", s.name, err)
}

// Challenge is the value of WWW-Authenticate in a 401 (RFC 9110, 11.6.1).
func (r *Resolver) Challenge() string { return r.challenge }

// Refresh fetches the keys of every source now. Keys that are already held stay
// in force where that fails.
func (r *Resolver) Refresh(ctx context.Context) error {
	return r.eachKeyring(func(k keyring) error { return k.refresh(ctx) })
}

// Ready reports which sources could verify no token now, for want of keys. It
// starts to fetch them, and does not wait.
func (r *Resolver) Ready() error {
	return r.eachKeyring(keyring.ready)
}

func (r *Resolver) eachKeyring(do func(keyring) error) error {
	var problems []error
	for _, s := range r.sources {
		if s.keys == nil {
			continue
		}
		if err := do(s.keys); err != nil {
			problems = append(problems, fmt.Errorf("identity source %s: %w", s.name, err))
		}
	}
	return errors.Join(problems...)
}

// Close ends what is being fetched. The Resolver goes on with the keys it has.
func (r *Resolver) Close() { r.stop() }
