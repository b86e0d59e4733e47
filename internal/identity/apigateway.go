package identity

import (
	"context"
	"net/http"
	"time"

	"github.com/discreet-dev/discreet/internal/contract"
)

type apiGatewayKey struct{}

// WithAPIGatewayClaims gives a request's context the claims that an authorizer
// of Amazon API Gateway has verified, as the AWS Lambda event has them
// (requestContext.authorizer.jwt.claims of an HTTP API,
// requestContext.authorizer.claims of a REST API). Only the host that speaks to
// API Gateway may call it. Nil claims are no credential.
func WithAPIGatewayClaims(ctx context.Context, claims map[string]any) context.Context {
	return context.WithValue(ctx, apiGatewayKey{}, claims)
}

// apiGatewaySource takes claims that the gateway has verified already.
type apiGatewaySource struct{ mapping }

func (s *apiGatewaySource) principal(r *http.Request, _ time.Time) (contract.Principal, bool, error) {
	claims, _ := r.Context().Value(apiGatewayKey{}).(map[string]any)
	if claims == nil {
		return contract.Principal{}, false, nil
	}
	p, err := s.fromClaims(claims)
	return p, true, err
}
