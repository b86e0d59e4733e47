// Package serve answers HTTP requests from DynamoDB with what a view shows, and
// nothing more:
//
//	request -> principal -> grant -> operation -> answer -> visible -> response
//
// It never decides (access does), never writes an expression (plan does), and
// never encodes an item (view does). Every answer that is not a Visible is one
// of fault's few texts.
package serve

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/audit"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/plan"
	"github.com/discreet-dev/discreet/internal/route"
	"github.com/discreet-dev/discreet/internal/seal"
	"github.com/discreet-dev/discreet/internal/view"
)

// Store is the upstream: DynamoDB, or what stands for it.
type Store interface {
	// Do sends a request in DynamoDB JSON 1.0 and returns the answer's body. Its
	// errors are *fault.Fault; one that DynamoDB itself gave has a
	// *fault.Upstream as its cause. The answer is the caller's to keep.
	Do(ctx context.Context, action string, body []byte) ([]byte, error)
	// Table is the physical name of a logical table.
	Table(logical string) string
	// Reset gives up every idle connection: one of them has answered with what
	// was not asked.
	Reset()
}

// Identify verifies the caller of a request. Its errors are *fault.Fault; the
// anonymous principal comes with the fault that says that a credential is
// missing.
type Identify func(*http.Request) (contract.Principal, error)

// Config is what a server is made of.
type Config struct {
	Contract  *contract.Contract
	Store     Store
	Identify  Identify
	Challenge string // of WWW-Authenticate
	// Credentials are the request headers that tell callers apart, for Vary.
	Credentials []string
	Box         *seal.Box
	Log         *slog.Logger
	Audit       *audit.Log
	Clock       func() time.Time // nil: time.Now
	NewID       func() string    // nil: 130 random bits in letters and digits
	MaxBody     int64            // bytes of a request's body; 0: 400 KB, as large as an item
	Timeout     time.Duration    // of a whole request; 0: 10 seconds
}

// Server is the http.Handler. It is safe for concurrent use.
type Server struct {
	Config
	router route.Router
	routes map[*contract.Route]*compiled
	rates  *rates
	vary   string
	// methods are those of all routes. A preflight brings no credential, so it
	// must not tell which of them a path has.
	methods string
}

// compiled is a route of the contract, ready to answer.
type compiled struct {
	*contract.Route
	plan   *plan.Plan
	lenses view.Lenses
}

// New compiles the contract's routes.
func New(c Config) (*Server, error) {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.NewID == nil {
		c.NewID = rand.Text
	}
	if c.MaxBody == 0 {
		c.MaxBody = 400 << 10
	}
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	s := &Server{Config: c, router: route.New(c.Contract.Routes), routes: map[*contract.Route]*compiled{}}
	s.rates = newRates(c.Contract.HTTP.RatePerSecond, c.Contract.HTTP.RateBurst)
	s.vary = varyOn(c.Credentials, c.Contract.HTTP)
	s.methods = methodsOf(c.Contract.Routes)
	hash := masker(c.Box)
	for _, r := range c.Contract.Routes {
		lenses, err := view.ForRoute(r, hash)
		if err != nil {
			return nil, err
		}
		table := r.Views[0].Of.Table.Name
		s.routes[r] = &compiled{r, plan.New(r, c.Store.Table(table)), lenses}
	}
	return s, nil
}

// exchange is one request on its way.
type exchange struct {
	*http.Request
	control   *http.ResponseController
	id        string
	begun     time.Time
	now       time.Time
	principal contract.Principal
	route     *compiled // nil until it is known
	path      map[string]string
	decision  access.Decision
	view      *contract.View // whose grant answers
	visible   view.Visible
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), s.Timeout)
	defer cancel()
	x := &exchange{
		Request: r.WithContext(ctx), control: http.NewResponseController(w),
		id: rand.Text(), begun: time.Now(), now: s.Clock(),
	}
	// net/http would write what a panic carries into its log.
	defer func() {
		if p := recover(); p != nil {
			s.panicked(x, p)
			panic(http.ErrAbortHandler)
		}
	}()
	s.prepare(w, x)
	response, bad := s.guarded(x)
	if bad != nil {
		response = s.refusal(x, bad)
	}
	n := response.send(w, x)
	s.record(x, r.Context(), response, bad, n)
}

// guarded is answer with a panic as a fault: the connection lives on, and the
// client learns nothing of it.
func (s *Server) guarded(x *exchange) (answer response, bad *fault.Fault) {
	defer func() {
		if p := recover(); p != nil {
			s.panicked(x, p)
			answer, bad = response{}, fault.Because(fault.Internal, "panic: %s", typeName(p))
		}
	}()
	return s.answer(x)
}

// answer is the pipeline. At each stage a request may be refused, and only
// there (ARCHITECTURE.md says why).
func (s *Server) answer(x *exchange) (response, *fault.Fault) {
	if bad := limits(x.Request); bad != nil {
		return response{}, bad
	}
	if isPreflight(x.Request) {
		return s.preflight(x)
	}
	missing := s.identify(x)
	// Whoever is nobody is limited too, but after the credential was looked at:
	// behind a gateway all have one address, and the good must not pay.
	if bad := s.rates.take(x, x.now); bad != nil {
		return response{}, bad
	}
	if missing != nil && !errors.Is(missing, errAnonymous) {
		return response{}, missing
	}
	if bad := s.match(x, missing); bad != nil {
		return response{}, bad
	}
	if bad := s.negotiate(x); bad != nil {
		return response{}, bad
	}
	var bad *fault.Fault
	ask := access.Ask{Principal: x.principal, Route: x.route.Route, Path: x.path}
	if x.decision, bad = access.Decide(ask); bad != nil {
		return response{}, bad
	}
	x.view = x.decision.Grants[0].View()
	switch x.route.Operation {
	case contract.List:
		return s.list(x)
	case contract.Get:
		return s.get(x)
	case contract.Create:
		return s.create(x)
	case contract.Update:
		return s.update(x)
	case contract.Delete:
		return s.delete(x)
	}
	return response{}, fault.Because(fault.Internal, "an operation that is none: %s", x.route.Operation)
}

// errAnonymous marks the fault of a request without a credential, which only a
// view for the anonymous role still answers.
var errAnonymous = errors.New("no credential")

// identify finds the principal. Without a credential the fault wraps
// errAnonymous and the principal is the anonymous one.
func (s *Server) identify(x *exchange) *fault.Fault {
	p, err := s.Identify(x.Request)
	if err == nil {
		if err := p.Check(); err != nil {
			return fault.New(fault.Unauthenticated, err)
		}
		x.principal = p
		return nil
	}
	bad := fault.Of(err)
	if p.IsAnonymous() && len(p.Roles) == 1 && p.Roles[0] == contract.RoleAnonymous {
		x.principal = p
		return &fault.Fault{Kind: bad.Kind, Cause: errors.Join(errAnonymous, bad.Cause)}
	}
	return bad
}

// match finds the route, and refuses what brings no credential unless one of
// the route's views is for the anonymous role.
func (s *Server) match(x *exchange, missing *fault.Fault) *fault.Fault {
	found, path, bad := s.router.Match(x.Method, x.URL)
	if missing != nil {
		if bad != nil || !admitsAnonymous(found) {
			return missing
		}
	}
	if bad != nil {
		return bad
	}
	x.route, x.path = s.routes[found], path
	return nil
}

func admitsAnonymous(r *contract.Route) bool {
	for _, v := range r.Views {
		if v.Admits([]string{contract.RoleAnonymous}) {
			return true
		}
	}
	return false
}
