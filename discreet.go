// Package discreet serves the data of a DynamoDB table over HTTP with what an
// exposure contract says, and nothing more: the library behind the command of
// the same name.
//
//	c, err := discreet.Load("discreet.yaml")
//	store, err := discreet.DynamoDB(awsConfig, discreet.DynamoDBConfig{})
//	h, err := discreet.NewHandler(discreet.Config{Contract: c, Store: store})
//	http.Handle("/api/", h)
//
// # Promises
//
// A Handler answers only what a view of the contract shows, to a principal that
// the view's roles and scope admit; whatever else the store sends stays here.
// What a contract does not name does not exist. A contract with an error cannot
// be loaded. No value of an attribute, no token and no cursor reaches the log.
// A failure that nobody thought of is a 500 with a generic text.
//
// The zero value of every type here permits nothing.
package discreet

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/identity"
	"github.com/discreet-dev/discreet/internal/parse"
)

// Contract is a loaded exposure contract. It never changes and is safe for
// concurrent use.
type Contract struct {
	resolved *contract.Contract
	warnings []string
}

// ContractError has every problem of a contract that could not be loaded, each
// with its place, an excerpt and the mend.
type ContractError struct{ problems parse.Problems }

func (e *ContractError) Error() string { return e.problems.Text() }

// Load reads and checks a contract from a file. The error is a *ContractError
// where the file could be read.
func Load(file string) (*Contract, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("discreet: no contract: %w", err)
	}
	return Parse(file, source)
}

// Parse checks a contract. The file's name stands in its problems.
func Parse(file string, source []byte) (*Contract, error) {
	resolved, problems := parse.Contract(file, source)
	if resolved == nil {
		return nil, &ContractError{problems}
	}
	c := &Contract{resolved: resolved}
	for _, p := range problems {
		c.warnings = append(c.warnings, parse.Problems{p}.Text())
	}
	return c, nil
}

// Warnings are what is legal in the contract, and unwise.
func (c *Contract) Warnings() []string { return slices.Clone(c.warnings) }

// Principal is the verified caller of a request, as an own Identify gives it.
// Its strings are opaque: compared by bytes, never folded or normalised. Empty
// ones, those over 2,048 bytes and those with control characters are refused.
type Principal struct {
	ID     string
	Roles  []string // the built-in ones are added, and can't be claimed
	Claims map[string]Claim
	Source string // who verified it, for the audit log; ids of two sources are not told apart by it
}

// Claim is a named value of a principal. A scope can be bound to a list only
// where a variable of the path picks one of its values.
type Claim struct {
	Values []string
	List   bool
}

var errNoContract = errors.New("discreet: a contract is loaded with Load or Parse")

// ErrNoCredential is what an own Identify returns for a request that brings no
// credential: it is answered as the anonymous principal's.
var ErrNoCredential = errors.New("discreet: no credential")

// WithAPIGatewayClaims puts the authorizer's claims of an Amazon API Gateway
// event into a request's context, for the identity source api_gateway. It is for
// an adapter that runs the Handler on AWS Lambda.
func WithAPIGatewayClaims(r *http.Request, claims map[string]any) *http.Request {
	return r.WithContext(identity.WithAPIGatewayClaims(r.Context(), claims))
}

// internal is the principal as access takes it.
func (p Principal) internal() contract.Principal {
	out := contract.Principal{
		ID: p.ID, Source: p.Source, Roles: []string{contract.RoleAuthenticated},
		Claims: make(map[string]contract.Claim, len(p.Claims)),
	}
	for _, r := range p.Roles {
		if r != contract.RoleAuthenticated && r != contract.RoleAnonymous {
			out.Roles = append(out.Roles, r)
		}
	}
	for name, c := range p.Claims {
		out.Claims[name] = contract.Claim{Values: c.Values, List: c.List}
	}
	return out
}

// identify adapts an own Identify.
func identify(own func(*http.Request) (Principal, error)) func(*http.Request) (contract.Principal, error) {
	return func(r *http.Request) (contract.Principal, error) {
		p, err := own(r)
		switch {
		case errors.Is(err, ErrNoCredential):
			return contract.Anonymous(), fault.New(fault.Unauthenticated, identity.ErrNoCredential)
		case err != nil:
			return contract.Principal{}, fault.New(fault.Unauthenticated, err)
		}
		return p.internal(), nil
	}
}
