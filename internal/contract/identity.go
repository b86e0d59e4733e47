package contract

import (
	"net/netip"
	"time"
)

// Text is a string of the contract that may stand for one of the environment's:
// `env:NAME`. Exactly one of the two fields is set.
type Text struct {
	Literal string
	Env     string
}

// Identity says where a principal comes from.
type Identity struct {
	Sources []*Source // tried in order; the first that finds a credential decides
	// ID is the template that keeps ids of several sources apart, with the
	// variables {name} and {id}; empty when ids are taken as they are.
	ID      string
	SameIDs bool   // ids of all sources are of one space, said explicitly
	Reason  string // why SameIDs
}

// Source is one identity source; exactly one of its kinds is set.
type Source struct {
	Name       string // default: the kind's name in the contract
	Pos        Pos
	Header     *HeaderSource
	JWT        *JWTSource
	Cognito    *CognitoSource
	ALB        *ALBSource
	APIGateway *APIGatewaySource
}

// Kind is the source's kind as the contract writes it.
func (s *Source) Kind() string {
	switch {
	case s.Header != nil:
		return "header"
	case s.JWT != nil:
		return "jwt"
	case s.Cognito != nil:
		return "cognito"
	case s.ALB != nil:
		return "alb"
	case s.APIGateway != nil:
		return "api_gateway"
	}
	return ""
}

// HeaderSource takes the id from a header that a gateway in front sets.
type HeaderSource struct {
	ID       string         // canonical header name
	Roles    string         // canonical header name, or ""
	From     []netip.Prefix // peers believed; loopback is 127.0.0.0/8 and ::1/128
	Loopback bool           // every prefix of From is loopback
	// Secret is what a peer that is not loopback proves itself with: a header
	// whose value equals that of an environment variable. Nil: none.
	Secret    *HeaderSecret
	MutualTLS bool // the peer proves itself by a verified client certificate
}

// HeaderSecret is a header and the environment variable that holds its value.
type HeaderSecret struct{ Header, Env string }

// ClaimPath leads to a claim: one segment is a literal claim name (dots and
// all), several lead through nested objects. Empty: not configured.
type ClaimPath []string

// JWTSource verifies a bearer token. Exactly one of Issuer alone (OIDC
// discovery), JWKSURL and JWKSFile says where keys come from; Issuer may stand
// beside the other two, and then `iss` must equal it.
type JWTSource struct {
	Issuer     Text
	JWKSURL    Text
	JWKSFile   Text
	Audience   []Text          // any of them; empty only when Require says otherwise
	Require    map[string]Text // claims that must have exactly this value
	Algorithms []string        // asymmetric only, never empty
	Header     string          // canonical; "Authorization" takes "Bearer TOKEN", any other the bare token
	ID         ClaimPath       // default: sub
	Roles      ClaimPath
	Claims     map[string]ClaimPath
	Leeway     time.Duration // at most a minute
}

// CognitoSource is a JWTSource with what Amazon Cognito does.
type CognitoSource struct {
	UserPool Text   // REGION_id
	Clients  []Text // app client ids; an environment value may hold several, comma-separated
	Token    string // "access" or "id"
	Header   string
	ID       ClaimPath // default: sub
	Roles    ClaimPath
	Claims   map[string]ClaimPath
	Leeway   time.Duration
}

// ALBSource verifies x-amzn-oidc-data of an Application Load Balancer.
type ALBSource struct {
	LoadBalancer Text // its ARN: the signer that is pinned
	ID           ClaimPath
	Roles        ClaimPath
	Claims       map[string]ClaimPath
	Leeway       time.Duration
}

// APIGatewaySource takes the authorizer's claims from the request context that
// the host (AWS Lambda behind Amazon API Gateway) gives.
type APIGatewaySource struct {
	ID     ClaimPath
	Roles  ClaimPath
	Claims map[string]ClaimPath
}
