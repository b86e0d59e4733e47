// Package explain replays a request's decision without a store: which view was
// tried and what came of it, the exact DynamoDB request that would be sent, and
// the attributes that could come back. It takes the very steps that serve
// takes, and does no I/O.
package explain

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/plan"
	"github.com/discreet-dev/discreet/internal/route"
)

// Question is a request to explain.
type Question struct {
	Contract  *contract.Contract
	Principal contract.Principal
	Method    string
	Target    string // path and query
	Body      []byte // of a create or an update
	Table     func(logical string) string
	Moment    plan.Moment
}

// Explanation is the answer. Its JSON form is stable.
type Explanation struct {
	Request   string    `json:"request"`
	Principal Principal `json:"principal"`
	Route     string    `json:"route,omitempty"`
	Operation string    `json:"operation,omitempty"`
	Views     []Tried   `json:"views"`
	Allowed   bool      `json:"allowed"`
	Status    int       `json:"status"`          // of the refusal; else of success where an item is there
	Error     string    `json:"error,omitempty"` // the public text
	Cause     string    `json:"cause,omitempty"` // what the log would say
	// Requests are what would be sent to DynamoDB, in order; a later one only
	// if an earlier one's outcome asks for it.
	Requests []Request `json:"requests"`
	// Checks are what an item must still prove once it is read.
	Checks     []string    `json:"checks"`
	Attributes []Attribute `json:"attributes"`
}

// Principal is who asks.
type Principal struct {
	ID     string   `json:"id"`
	Roles  []string `json:"roles"`
	Claims []string `json:"claims"` // names alone
}

// Tried is a view and what came of it.
type Tried struct {
	View    string `json:"view"`
	Granted bool   `json:"granted"`
	Why     string `json:"why"`
}

// Request is a DynamoDB request.
type Request struct {
	Action string          `json:"action"`
	Body   json.RawMessage `json:"body"`
	When   string          `json:"when,omitempty"`
}

// Attribute is one that could come back.
type Attribute struct {
	View string `json:"view"`
	Name string `json:"name"` // outside
	Path string `json:"path"` // inside
	Mask string `json:"mask,omitempty"`
}

// Explain answers the question. The error is a request that is none.
func Explain(q Question) (Explanation, error) {
	u, err := url.ParseRequestURI(q.Target)
	if err != nil || !strings.HasPrefix(q.Target, "/") {
		return Explanation{}, errors.New("the request takes the form 'GET /path?query'")
	}
	if q.Table == nil {
		q.Table = func(logical string) string { return logical }
	}
	e := Explanation{
		Request: q.Method + " " + q.Target, Principal: who(q.Principal),
		Views: []Tried{}, Requests: []Request{}, Checks: []string{}, Attributes: []Attribute{},
	}
	if bad := e.steps(q, u); bad != nil {
		e.Allowed = false
		e.Status, e.Error = bad.Status(), bad.Public()
		if bad.Cause != nil {
			e.Cause = bad.Cause.Error()
		}
		e.Requests, e.Checks, e.Attributes = []Request{}, []string{}, []Attribute{}
	}
	return e, nil
}

func who(p contract.Principal) Principal {
	return Principal{p.ID, append([]string{}, p.Roles...), append([]string{}, slices.Sorted(maps.Keys(p.Claims))...)}
}

// steps are those of serve, in its order.
func (e *Explanation) steps(q Question, u *url.URL) *fault.Fault {
	anonymous := q.Principal.IsAnonymous()
	if err := q.Principal.Check(); err != nil && !anonymous {
		return fault.New(fault.Unauthenticated, err)
	}
	r, path, bad := route.New(q.Contract.Routes).Match(q.Method, u)
	if anonymous && (bad != nil || !slices.ContainsFunc(r.Views, forAnonymous)) {
		return fault.New(missing(q.Contract), errors.New("no credential, and no view of the route is for the anonymous role"))
	}
	if bad != nil {
		return bad
	}
	e.Route, e.Operation = r.Text, string(r.Operation)
	if r.Operation != contract.List {
		if _, bad := route.Select(r, u.RawQuery); bad != nil {
			return bad
		}
	}
	d, bad := access.Decide(access.Ask{Principal: q.Principal, Route: r, Path: path})
	for _, t := range d.Trail {
		e.Views = append(e.Views, Tried{t.View.Name, t.Why == access.Granted || t.Why == access.FallsThrough, string(t.Why)})
	}
	if bad != nil {
		return bad
	}
	e.Allowed, e.Status = true, success(r.Operation)
	e.describe(d.Grants)
	return e.requests(q, u, r, d.Grants)
}

func forAnonymous(v *contract.View) bool { return v.Admits([]string{contract.RoleAnonymous}) }

// missing is the fault of a request without a credential.
func missing(c *contract.Contract) fault.Kind {
	for _, s := range c.Identity.Sources {
		if s.Header == nil {
			return fault.Unauthenticated
		}
	}
	return fault.MissingUser
}

func success(op contract.Operation) int {
	switch op {
	case contract.Create:
		return http.StatusCreated
	case contract.Delete:
		return http.StatusNoContent
	}
	return http.StatusOK
}

func (e *Explanation) describe(grants []access.Grant) {
	for _, g := range grants {
		v := g.View()
		for _, c := range v.Of.Only {
			e.Checks = append(e.Checks, v.Name+": "+c.Attribute.Name+" eq "+c.Value.Text)
		}
		for _, c := range g.Checks() {
			how := "by the item (404)"
			if c.ByKey {
				how = "by the key (403), and again on the item"
			}
			e.Checks = append(e.Checks, v.Name+": "+c.Attribute.Name+" "+string(c.Operator)+" "+strings.Join(c.Values, ",")+", "+how)
		}
		if ttl := v.Of.Table.TTL; ttl != "" {
			e.Checks = append(e.Checks, v.Name+": "+ttl+" is not past")
		}
		for _, s := range v.Show {
			e.Attributes = append(e.Attributes, Attribute{v.Name, Outside(s), s.Path.String(), s.Mask.String()})
		}
	}
}

// Outside is what callers call a shown path.
func Outside(s *contract.Shown) string {
	out := append(contract.Path(nil), s.Path...)
	for i := len(out) - 1; i >= 0; i-- {
		if !out[i].Element {
			out[i].Name = s.As
			break
		}
	}
	return out.String()
}

func (e *Explanation) requests(q Question, u *url.URL, r *contract.Route, grants []access.Grant) *fault.Fault {
	p, g := plan.New(r, q.Table(grants[0].View().Of.Table.Name)), grants[0]
	switch r.Operation {
	case contract.List:
		sel, bad := route.Select(r, u.RawQuery)
		if bad != nil {
			return bad
		}
		l, err := p.List(g, sel.Where)
		if err != nil {
			return fault.Of(err)
		}
		if !l.Nothing {
			e.add(l.Page(l.Want(sel.Limit+1, r.Page.Reads), nil), "")
			if g.View().Fresh && r.Index != nil {
				op, err := p.Reread(g, nil)
				if err != nil {
					return fault.Of(err)
				}
				e.add(op, "with the keys that the index gave")
			}
		}
	case contract.Get:
		op, err := p.Get(grants, false)
		if err != nil {
			return fault.Of(err)
		}
		e.add(op, "")
	case contract.Create:
		c, err := p.Create(g, body(q), q.Moment)
		if err != nil {
			return fault.Of(err)
		}
		e.add(c.Operation, "")
	case contract.Update:
		w, err := p.Update(g, body(q), plan.Seen{}, q.Moment)
		if err != nil {
			return fault.Of(err)
		}
		if !w.Empty {
			e.add(w.Operation, "")
		}
		for _, op := range w.Ensure {
			e.add(op, "when the condition failed, which may be for want of a map; then the first again")
		}
		if op, err := p.Get(grants[:1], true); err == nil {
			e.add(op, "to answer with the item, unless the client asks for return=minimal")
		}
	case contract.Delete:
		w, err := p.Delete(g, plan.Seen{}, q.Moment)
		if err != nil {
			return fault.Of(err)
		}
		e.add(w.Operation, "")
	}
	return nil
}

func (e *Explanation) add(op plan.Operation, when string) {
	e.Requests = append(e.Requests, Request{op.Action, op.Body, when})
}

func body(q Question) []byte {
	if q.Body == nil {
		return []byte("{}")
	}
	return q.Body
}
