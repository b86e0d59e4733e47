package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/discreet-dev/discreet/internal/contract"
)

// maxLeeway is the most that a clock may differ from the issuer's.
const maxLeeway = time.Minute

// builder builds sources from the contract and collects every problem.
type builder struct {
	cfg      Config
	identity contract.Identity
	life     context.Context // ends when the Resolver is closed
	fetcher  fetcher
	names    map[string]bool
	headers  map[string]string // header that a token source reads: the first source to do so
	problems []error
}

func newBuilder(id contract.Identity, cfg Config, life context.Context) *builder {
	b := &builder{
		cfg: cfg, identity: id, life: life, fetcher: newFetcher(cfg.HTTP),
		names: map[string]bool{}, headers: map[string]string{},
	}
	if len(id.Sources) > 1 && id.ID == "" && !id.SameIDs {
		b.problems = append(b.problems, errOneSpace)
	}
	return b
}

var errOneSpace = errors.New(`identity: ids of several sources need an id template that keeps them apart, as in "{name}:{id}", or same_ids`)

func (b *builder) problem(s *contract.Source, format string, args ...any) {
	b.problems = append(b.problems, fmt.Errorf("identity source %q: %w", s.Name, fmt.Errorf(format, args...)))
}

func (b *builder) source(s *contract.Source) namedSource {
	built := namedSource{name: s.Name}
	naming := b.naming(s)
	switch {
	case s.Header != nil:
		built.source = b.header(s, naming)
	case s.JWT != nil:
		t := b.jwt(s, naming)
		built.source, built.keys = t, t.keys
	case s.Cognito != nil:
		t := b.cognito(s, naming)
		built.source, built.keys = t, t.keys
	case s.ALB != nil:
		a := b.alb(s, naming)
		built.source, built.keys = a, a.keys
	case s.APIGateway != nil:
		built.source = &apiGatewaySource{newMapping(naming, s.APIGateway.ID, s.APIGateway.Roles, s.APIGateway.Claims)}
	default:
		b.problem(s, "it has no kind")
	}
	return built
}

// naming checks the name, by which ids of several sources are told apart.
func (b *builder) naming(s *contract.Source) naming {
	if s.Name == "" || strings.Trim(s.Name, nameCharacters) != "" {
		b.problem(s, "a name has letters, digits, - and _ alone")
	}
	if b.names[s.Name] {
		b.problem(s, "another source has this name")
	}
	b.names[s.Name] = true
	n := naming{source: s.Name}
	if b.identity.ID != "" {
		if err := n.template(b.identity.ID); err != nil {
			b.problem(s, "identity.id: %w", err)
		}
	}
	return n
}

// reads notes that a source takes its token from the header.
func (b *builder) reads(s *contract.Source, header string) {
	if first, taken := b.headers[header]; taken {
		b.cfg.Logger.Warn("an identity source can never decide: an earlier one reads the same header",
			"source", s.Name, "earlier", first, "header", header)
		return
	}
	b.headers[header] = s.Name
}

// text resolves a setting; a problem is noted under the field's name.
func (b *builder) text(s *contract.Source, field string, t contract.Text) string {
	if t.Env == "" {
		if t.Literal == "" {
			b.problem(s, "%s is empty", field)
		}
		return t.Literal
	}
	value, err := b.environment(t.Env)
	if err != nil {
		b.problem(s, "%s: %w", field, err)
	}
	return value
}

func (b *builder) environment(name string) (string, error) {
	value, ok := b.cfg.Getenv(name)
	switch {
	case !ok:
		return "", fmt.Errorf("the environment variable %s is not set", name)
	case value == "":
		return "", fmt.Errorf("the environment variable %s is empty", name)
	case strings.TrimSpace(value) != value:
		return "", fmt.Errorf("the environment variable %s begins or ends with white space", name)
	}
	return value, nil
}

func (b *builder) leeway(s *contract.Source, d time.Duration) time.Duration {
	if d < 0 || d > maxLeeway {
		b.problem(s, "leeway must be between 0 and %s", maxLeeway)
		return 0
	}
	return d
}
