package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/discreet-dev/discreet"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/dynamo"
)

const serveHelp = `Serves a contract from DynamoDB. Region and credentials come from where every AWS
tool takes them: environment, profiles, SSO, web identity, container and instance
roles. At the start the tables are compared with the contract.

The environment holds the keys that cursors are sealed with: DISCREET_KEY, and
during a rotation DISCREET_KEY_PREVIOUS (32 bytes: openssl rand -base64 32).
SIGHUP loads the contract and the TLS files again, and opens the file of --audit
anew; with an error in them, those before stay in force.

Examples:
  discreet serve discreet.yaml --region eu-central-1 --table UserProfiles=prod-user-profiles
  discreet serve examples/profiles --endpoint http://127.0.0.1:8000`

type serveFlags struct {
	listen, admin         string
	account               dynamo.Account
	tables                []string
	tls                   tlsFiles
	auditFile             string
	auditInClear          bool
	skipCheck             bool
	attempts              int
	timeout, tableTimeout time.Duration
}

func runServe(w world, args []string) int {
	f := flags("serve", "serve [CONTRACT]", serveHelp)
	var s serveFlags
	f.StringVar(&s.listen, "listen", "127.0.0.1:8080", "the `ADDRESS` to listen on")
	f.StringVar(&s.account.Region, "region", "", "the AWS `REGION`")
	f.StringVar(&s.account.Profile, "profile", "", "the `PROFILE` of the AWS configuration")
	f.StringVar(&s.account.Endpoint, "endpoint", "", "the `URL` of another engine, or of a VPC endpoint")
	f.StringArrayVar(&s.tables, "table", nil, "a table's name in DynamoDB, as `NAME=PHYSICAL`; may be repeated")
	f.StringVar(&s.tls.cert, "tls-cert", "", "a `FILE` with the certificate chain, in PEM")
	f.StringVar(&s.tls.key, "tls-key", "", "a `FILE` with its key, in PEM")
	f.StringVar(&s.tls.clientCA, "tls-client-ca", "", "a `FILE` with the CA that every client's certificate must be of")
	f.StringVar(&s.admin, "admin-listen", "", "an `ADDRESS` for /live and /ready, apart from the API")
	f.StringVar(&s.auditFile, "audit", "", "a `FILE` that the decisions are appended to, apart from the log")
	f.BoolVar(&s.auditInClear, "audit-in-clear", false, "name principals by their ids in the audit, not by pseudonyms")
	f.BoolVar(&s.skipCheck, "skip-table-check", false, "start without comparing the tables with the contract")
	f.DurationVar(&s.timeout, "timeout", 10*time.Second, "the longest that a request may take")
	f.DurationVar(&s.tableTimeout, "attempt-timeout", 3*time.Second, "the longest that one call of DynamoDB may take")
	f.IntVar(&s.attempts, "attempts", 3, "how often a call of DynamoDB is tried at most")
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	if err := s.check(); err != nil {
		return fail(w, "serve", err)
	}
	c, code := readSource(w, "serve", f.Args())
	if c == nil {
		return code
	}
	if err := s.serve(w, c); err != nil {
		return fail(w, "serve", err)
	}
	return exitOK
}

// check finds what is wrong with the flags themselves.
func (s *serveFlags) check() error {
	switch {
	case s.timeout <= 0:
		return errors.New("--timeout takes a duration above 0, such as 10s")
	case s.tableTimeout <= 0:
		return errors.New("--attempt-timeout takes a duration above 0, such as 3s")
	case s.attempts < 1:
		return errors.New("--attempts takes a number from 1 on")
	case s.tls.none():
		return nil
	}
	inForce, err := s.tls.read()
	s.tls.current.Store(inForce)
	return err
}

func (s *serveFlags) serve(w world, c *source) error {
	tables, err := tableNames(s.tables, c.Contract)
	if err != nil {
		return err
	}
	current, previous, err := keys(w)
	if err != nil {
		return err
	}
	served, err := discreet.Parse(c.file, c.text)
	if err != nil {
		return err
	}
	log := newLog(w)
	config := discreet.Config{
		Contract: served, Log: w.stderr, LogText: w.terminal(w.stderr), NoColor: w.noColor(), AuditInClear: s.auditInClear,
		Getenv: w.getenv, Key: current, PreviousKey: previous, Timeout: s.timeout,
	}
	decisions := &appendFile{name: s.auditFile}
	if s.auditFile != "" {
		if err := decisions.reopen(); err != nil {
			return err
		}
		defer decisions.Close()
		config.Audit = decisions
	}
	client, err := s.store(w, c.Contract, tables, log)
	if err != nil {
		return err
	}
	config.Store = client
	h, err := discreet.NewHandler(config)
	if err != nil {
		return err
	}
	defer h.Close()
	go func() {
		if err := h.Refresh(w.ctx); err != nil && w.ctx.Err() == nil {
			log.Warn("keys of an issuer are not to be had yet; they are fetched again when needed", "error", err)
		}
	}()
	return s.listenAll(w, h, log, func() error {
		if s.auditFile != "" {
			if err := decisions.reopen(); err != nil {
				return err
			}
		}
		return s.reload(w, c.file, h, client, log)
	})
}

// store connects to DynamoDB and compares its tables with the contract.
func (s *serveFlags) store(w world, c *contract.Contract, tables map[string]string, log *slog.Logger) (*dynamo.Client, error) {
	account, err := dynamo.LoadAWS(w.ctx, s.account)
	if err != nil {
		return nil, err
	}
	client, err := dynamo.New(dynamo.Config{
		AWS: account, Endpoint: s.account.Endpoint, Tables: tables,
		AttemptTimeout: s.tableTimeout, Timeout: s.timeout, MaxAttempts: s.attempts,
	})
	if err != nil || s.skipCheck {
		return client, err
	}
	return client, verify(w.ctx, client, c, log)
}

// verify compares the store's tables with the contract. What can be lived with
// goes to the log.
func verify(ctx context.Context, client *dynamo.Client, c *contract.Contract, log *slog.Logger) error {
	var wrong []string
	for _, p := range client.Verify(ctx, c) {
		if p.Warning {
			log.Warn(strings.TrimPrefix(p.String(), "warning: "))
		} else {
			wrong = append(wrong, p.String())
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("the tables are not what the contract says:\n  %s", strings.Join(wrong, "\n  "))
	}
	return nil
}

// tableNames reads --table. A name that the contract lacks is a mistake.
func tableNames(pairs []string, c *contract.Contract) (map[string]string, error) {
	out := map[string]string{}
	for _, pair := range pairs {
		logical, physical, ok := strings.Cut(pair, "=")
		if !ok || physical == "" {
			return nil, errors.New("--table takes NAME=PHYSICAL")
		}
		if c.Table(logical) == nil {
			return nil, fmt.Errorf("--table %s: the contract has no table %q; it has %s", pair, logical, strings.Join(names(c.Tables), ", "))
		}
		if out[logical] != "" {
			return nil, fmt.Errorf("--table names %q twice", logical)
		}
		out[logical] = physical
	}
	return out, nil
}

func names(tables []*contract.Table) []string {
	var out []string
	for _, t := range tables {
		out = append(out, t.Name)
	}
	return out
}

func (s *serveFlags) listenAll(w world, h *discreet.Handler, log *slog.Logger, reload func() error) error {
	server := httpServer(h, log)
	l, err := listen("--listen", s.listen)
	if err != nil {
		return err
	}
	defer l.Close()
	if !s.tls.none() {
		server.TLSConfig = s.tls.config()
	} else if !isLoopback(s.listen) {
		log.Warn("plain HTTP on an address that other machines reach: what stands in front must speak TLS")
	}
	if s.admin != "" {
		stop, err := serveAdmin(s.admin, h, log)
		if err != nil {
			return err
		}
		defer stop()
	}
	defer reloadOnSignal(log, reload)()
	log.Info("listening", "address", l.Addr().String())
	if server.TLSConfig != nil {
		l = tls.NewListener(l, server.TLSConfig)
	}
	return listenAndServe(w, server, l)
}

// serveAdmin answers a load balancer: /live while the process answers at all,
// /ready while tokens can be verified.
func serveAdmin(address string, h *discreet.Handler, log *slog.Logger) (stop func(), err error) {
	l, err := listen("--admin-listen", address)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /live", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "live") })
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, _ *http.Request) {
		if err := h.Ready(); err != nil {
			log.Warn("not ready", "error", err)
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	log.Info("answering /live and /ready", "address", l.Addr().String())
	server := httpServer(mux, log)
	go func() { _ = server.Serve(l) }()
	return func() { _ = server.Close() }, nil
}
