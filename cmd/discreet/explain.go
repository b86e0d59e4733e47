package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/explain"
	"github.com/discreet-dev/discreet/internal/identity"
	"github.com/discreet-dev/discreet/internal/plan"
)

const explainHelp = `Shows a decision step by step, without a store: which view was tried and what
came of it, the exact DynamoDB request, and the attributes that could come back.
Exit code 0 when the request would be allowed, 1 when it would be refused.

Examples:
  discreet explain examples/profiles --as alice 'GET /api/profiles/bob'
  discreet explain examples/saas --as u1 --claim tenant=acme 'GET /me/tasks?due.gte=2030-01-01'
  discreet explain examples/profiles --as alice --body '{"display_name":"Al"}' 'PATCH /api/profile'`

func runExplain(w world, args []string) int {
	f := flags("explain", "explain [CONTRACT or FOLDER] 'METHOD /path'", explainHelp)
	who := principalFlags(f)
	token := f.String("token", "", "a `FILE` with a token, verified as the contract's identity says; - reads it from stdin")
	body := f.String("body", "", "the `JSON` of a create or an update, or @FILE, or @- for stdin")
	format := formatFlag(f)
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	p, err := who.principal()
	if err == nil && *token != "" && !p.IsAnonymous() {
		err = errors.New("takes --as or --token, and not both")
	}
	if err == nil {
		err = checkFormat(*format)
	}
	if err != nil {
		return fail(w, "explain", err)
	}
	names, method, target, ok := request(f.Args())
	if !ok {
		return fail(w, "explain", errors.New("takes a request behind the contract, such as 'GET /api/profiles/bob'"))
	}
	q := explain.Question{
		Method: method, Target: target,
		Moment: plan.Moment{Now: time.Now(), NewID: func() string { return "NEW-ID" }},
	}
	if q.Body, err = argument(w, *body); err != nil {
		return fail(w, "explain", fmt.Errorf("--body: %w", err))
	}
	c, code := readSourceQuietly(w, "explain", names)
	if c == nil {
		return code
	}
	if *token != "" {
		if p, err = tokenPrincipal(w, c.Contract, *token); err != nil {
			return fail(w, "explain", fmt.Errorf("--token: %w", err))
		}
	}
	q.Contract, q.Principal = c.Contract, p
	e, err := explain.Explain(q)
	if err != nil {
		return fail(w, "explain", err)
	}
	if *format == "json" {
		err = writeJSON(w.stdout, e)
	} else {
		err = e.WriteText(w.stdout)
	}
	if err != nil {
		return fail(w, "explain", err)
	}
	if !e.Allowed {
		return exitFindings
	}
	return exitOK
}

// request takes the request off the end of the arguments: one word, or two where
// nobody quoted it.
func request(args []string) (rest []string, method, target string, ok bool) {
	if len(args) == 0 {
		return nil, "", "", false
	}
	last := len(args) - 1
	text := args[last]
	if last > 0 && !strings.Contains(strings.TrimSpace(text), " ") {
		last--
		text = args[last] + " " + text
	}
	method, target, _ = strings.Cut(strings.TrimSpace(text), " ")
	target = strings.TrimSpace(target)
	ok = strings.HasPrefix(target, "/") && strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	return args[:last], method, target, ok
}

// argument is a flag's value, or the content of the file that it names.
func argument(w world, value string) ([]byte, error) {
	if name, ok := strings.CutPrefix(value, "@"); ok {
		return readInput(w, name)
	}
	if value == "" {
		return nil, nil
	}
	return []byte(value), nil
}

// writeJSON writes a value as people and programs both read it.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// tokenPrincipal verifies a token as a request with it would be.
func tokenPrincipal(w world, c *contract.Contract, file string) (contract.Principal, error) {
	if !slices.ContainsFunc(c.Identity.Sources, func(s *contract.Source) bool { return tokenHeader(s) != "" }) {
		return contract.Principal{}, errors.New("no identity source of the contract takes a token")
	}
	text, err := readInput(w, file)
	if err != nil {
		return contract.Principal{}, err
	}
	resolver, err := identity.New(c.Identity, identity.Config{Getenv: w.getenv})
	if err != nil {
		return contract.Principal{}, err
	}
	defer resolver.Close()
	r, err := http.NewRequestWithContext(context.WithoutCancel(w.ctx), http.MethodGet, "/", nil)
	if err != nil {
		return contract.Principal{}, err
	}
	token := strings.TrimSpace(string(text))
	for _, s := range c.Identity.Sources {
		switch header := tokenHeader(s); header {
		case "":
		case "Authorization":
			r.Header.Set(header, "Bearer "+token)
		default:
			r.Header.Set(header, token)
		}
	}
	p, err := resolver.Principal(r)
	if err != nil {
		return p, fmt.Errorf("the token is not taken: %w", err)
	}
	return p, nil
}

// tokenHeader is where a source looks for a token; "" where it takes none.
func tokenHeader(s *contract.Source) string {
	switch {
	case s.JWT != nil:
		return s.JWT.Header
	case s.Cognito != nil:
		return s.Cognito.Header
	case s.ALB != nil:
		return "X-Amzn-Oidc-Data"
	}
	return ""
}
