package discreet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/discreet-dev/discreet/internal/audit"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/identity"
	"github.com/discreet-dev/discreet/internal/seal"
	"github.com/discreet-dev/discreet/internal/serve"
)

// Config is what a Handler is made of. Contract and Store are required.
type Config struct {
	Contract *Contract
	Store    Store
	// Identify verifies the caller instead of the contract's identity section.
	// Any error but ErrNoCredential is a 401, and its text goes to the log: it
	// must not hold the credential.
	Identify func(*http.Request) (Principal, error)
	// InsecureDefaultPrincipal answers a request without a credential as this
	// principal: for development on loopback, and nothing else.
	InsecureDefaultPrincipal *Principal
	// Key and PreviousKey seal cursors, key hash masks and pseudonyms: 32 random
	// bytes each, in base64 or hexadecimal. Without Key a random one is made:
	// cursors then end with the process, and no other process opens them.
	Key, PreviousKey string
	// Log takes the log, and Audit the decisions, as lines of JSON. They are
	// writers, and not slog handlers, so that everything passes our redaction.
	// Nil: Log is the standard error output, and Audit is Log.
	Log, Audit io.Writer
	// LogText writes for people instead, with colour unless NoColor.
	LogText, NoColor bool
	// AuditInClear names principals by their ids instead of pseudonyms.
	AuditInClear bool
	// Getenv resolves `env:NAME` of the contract; nil: the process environment.
	Getenv func(name string) (string, bool)
	// HTTP fetches the keys of token issuers; nil: a client with short timeouts.
	HTTP *http.Client
	// MaxBody bounds a request's body in bytes; 0: 400 KB, as large as an item.
	MaxBody int64
	// Timeout bounds a request; 0: 10 seconds.
	Timeout time.Duration
	// Clock is the time; nil: time.Now.
	Clock func() time.Time
	// NewID makes what {new_id} of the contract stands for. No one may guess it.
	// Nil: 130 random bits in letters and digits.
	NewID func() string
}

// Handler answers HTTP requests; NewHandler makes one. It is safe for concurrent
// use. docs/http.md says what a caller gets.
type Handler struct {
	config  Config
	box     *seal.Box
	log     *slog.Logger
	audit   *audit.Log
	current atomic.Pointer[generation]
	reload  sync.Mutex
}

// generation is a contract in force, with the identity sources it names.
type generation struct {
	server   *serve.Server
	resolver *identity.Resolver // nil with an own Identify
}

// NewHandler makes a handler. Errors are for the operator: a variable of the
// environment that is not set, a key that is none.
func NewHandler(c Config) (*Handler, error) {
	if c.Contract == nil || c.Contract.resolved == nil || c.Store == nil {
		return nil, errors.New("discreet: a handler takes a contract and a store")
	}
	h := &Handler{config: c}
	keys := seal.Random()
	if c.Key != "" {
		var err error
		if keys, err = seal.ParseKeys(c.Key, c.PreviousKey); err != nil {
			return nil, fmt.Errorf("discreet: %w", err)
		}
	}
	var err error
	if h.box, err = seal.New(keys); err != nil {
		return nil, fmt.Errorf("discreet: %w", err)
	}
	if err := h.openLogs(); err != nil {
		return nil, err
	}
	if c.Key == "" {
		h.log.Warn("no key is set: cursors end with this process, and no other opens them; hash masks and pseudonyms change with it")
	}
	return h, h.Reload(c.Contract)
}

func (h *Handler) openLogs() error {
	c := h.config
	if c.Log == nil {
		c.Log = os.Stderr
	}
	options := audit.Options{Terminal: c.LogText, NoColor: c.NoColor}
	main := audit.NewHandler(c.Log, options)
	decisions := main
	if c.Audit != nil {
		decisions = audit.NewHandler(c.Audit, audit.Options{})
	}
	who := audit.AsPseudonym
	if c.AuditInClear {
		who = audit.InClear
	}
	h.log = slog.New(main)
	var err error
	h.audit, err = audit.NewLog(audit.LogConfig{Access: main, Decisions: decisions, Who: who, Key: h.box.Pseudonym()})
	return err
}

// Reload puts another contract in force. With an error the one before stays.
// Requests under way end under the contract that they began with.
func (h *Handler) Reload(c *Contract) error {
	h.reload.Lock()
	defer h.reload.Unlock()
	if c == nil || c.resolved == nil {
		return errNoContract
	}
	next := &generation{}
	config := serve.Config{
		Contract: c.resolved, Store: adapted(h.config.Store), Box: h.box, Log: h.log, Audit: h.audit,
		Clock: h.config.Clock, NewID: h.config.NewID, MaxBody: h.config.MaxBody, Timeout: h.config.Timeout,
		Challenge: "Bearer", Credentials: credentials(c.resolved),
	}
	if h.config.Identify != nil {
		config.Identify = identify(h.config.Identify)
	} else {
		r, err := identity.New(c.resolved.Identity, identity.Config{
			Getenv: h.config.Getenv, HTTP: h.config.HTTP, Clock: h.config.Clock, Logger: h.log,
		})
		if err != nil {
			return fmt.Errorf("discreet: %w", err)
		}
		next.resolver, config.Identify, config.Challenge = r, r.Principal, r.Challenge()
	}
	if p := h.config.InsecureDefaultPrincipal; p != nil {
		config.Identify = defaulting(config.Identify, p.internal())
	}
	var err error
	if next.server, err = serve.New(config); err != nil {
		next.close()
		return fmt.Errorf("discreet: %w", err)
	}
	if old := h.current.Swap(next); old != nil {
		old.close()
	}
	return nil
}

func (g *generation) close() {
	if g.resolver != nil {
		g.resolver.Close()
	}
}

// defaulting answers as a given principal where there is no credential. A bad
// credential is refused all the same.
func defaulting(inner serve.Identify, p contract.Principal) serve.Identify {
	return func(r *http.Request) (contract.Principal, error) {
		got, err := inner(r)
		if errors.Is(err, identity.ErrNoCredential) {
			return p, nil
		}
		return got, err
	}
}

// credentials are the request headers that the contract's sources read.
func credentials(c *contract.Contract) []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, s := range c.Identity.Sources {
		switch {
		case s.Header != nil:
			add(s.Header.ID)
			add(s.Header.Roles)
		case s.JWT != nil:
			add(s.JWT.Header)
		case s.Cognito != nil:
			add(s.Cognito.Header)
		case s.ALB != nil:
			add("X-Amzn-Oidc-Data")
		}
	}
	if len(names) == 0 {
		names = []string{"Authorization"}
	}
	return names
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g := h.current.Load()
	if g == nil { // a Handler that NewHandler did not make
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	g.server.ServeHTTP(w, r)
}

// Refresh fetches the keys of the contract's token issuers now, so that the
// first request needs not wait. Without it they are fetched when first needed.
func (h *Handler) Refresh(ctx context.Context) error {
	if r := h.current.Load().resolver; r != nil {
		return r.Refresh(ctx)
	}
	return nil
}

// Ready reports why tokens could not be verified now; nil when they can.
func (h *Handler) Ready() error {
	if r := h.current.Load().resolver; r != nil {
		return r.Ready()
	}
	return nil
}

// Close ends background work. The handler goes on answering.
func (h *Handler) Close() error {
	h.current.Load().close()
	return nil
}
