package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/discreet-dev/discreet"
	"github.com/discreet-dev/discreet/internal/audit"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/dynamo"
)

const serveHelp = `Serves a contract from DynamoDB. Region and credentials come from where every AWS
tool takes them: environment, profiles, SSO, web identity, container and instance
roles. At the start the tables are compared with the contract.

The environment holds the keys that cursors are sealed with: DISCREET_KEY, and
during a rotation DISCREET_KEY_PREVIOUS (32 bytes: openssl rand -base64 32).
SIGHUP loads the contract and the TLS files again; with an error in them, those
before stay in force.

Examples:
  discreet serve discreet.yaml --region eu-central-1 --table UserProfiles=prod-user-profiles
  discreet serve examples/profiles --endpoint http://127.0.0.1:8000`

type serveFlags struct {
	listen, admin         string
	account               dynamo.Account
	tables                []string
	cert, key, clientCA   string
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
	f.StringVar(&s.cert, "tls-cert", "", "a `FILE` with the certificate chain, in PEM")
	f.StringVar(&s.key, "tls-key", "", "a `FILE` with its key, in PEM")
	f.StringVar(&s.clientCA, "tls-client-ca", "", "a `FILE` with the CA that every client's certificate must be of")
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
	file, err := contractFile(f.Args())
	if err != nil {
		return fail(w, "serve", err)
	}
	c, code := loadContract(w, "serve", file)
	if c == nil {
		return code
	}
	if err := s.serve(w, file, c); err != nil {
		return fail(w, "serve", err)
	}
	return exitOK
}

func (s serveFlags) serve(w world, file string, resolved *contract.Contract) error {
	tables, err := tableNames(s.tables, resolved)
	if err != nil {
		return err
	}
	c, err := discreet.Load(file)
	if err != nil {
		return err
	}
	tty := w.terminal(w.stderr)
	log := slog.New(audit.NewHandler(w.stderr, audit.Options{Terminal: tty, NoColor: w.noColor()}))
	store, err := s.store(w, resolved, tables, log)
	if err != nil {
		return err
	}
	config := discreet.Config{
		Contract: c, Store: store, Log: w.stderr, LogText: tty, NoColor: w.noColor(), AuditInClear: s.auditInClear,
		Getenv: w.getenv, Key: envOf(w, "DISCREET_KEY"), PreviousKey: envOf(w, "DISCREET_KEY_PREVIOUS"), Timeout: s.timeout,
	}
	if s.auditFile != "" {
		out, err := os.OpenFile(s.auditFile, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			return fmt.Errorf("audit: %w", err)
		}
		defer out.Close()
		config.Audit = io.Writer(out)
	}
	h, err := discreet.NewHandler(config)
	if err != nil {
		return err
	}
	defer h.Close()
	go func() {
		if err := h.Refresh(w.ctx); err != nil {
			log.Warn("keys of an issuer are not to be had yet; they are fetched again when needed", "error", err)
		}
	}()
	return s.listenAll(w, file, h, log)
}

// store connects to DynamoDB and compares its tables with the contract.
func (s serveFlags) store(w world, c *contract.Contract, tables map[string]string, log *slog.Logger) (discreet.Store, error) {
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
	var wrong []string
	for _, p := range client.Verify(w.ctx, c) {
		if p.Warning {
			log.Warn(strings.TrimPrefix(p.String(), "warning: "))
		} else {
			wrong = append(wrong, p.String())
		}
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("the tables are not what the contract says:\n  %s", strings.Join(wrong, "\n  "))
	}
	return client, nil
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
			return nil, fmt.Errorf("--table %s: the contract has no table %q", pair, logical)
		}
		out[logical] = physical
	}
	return out, nil
}

func (s serveFlags) listenAll(w world, file string, h *discreet.Handler, log *slog.Logger) error {
	server := httpServer(h, log)
	l, err := net.Listen("tcp", s.listen)
	if err != nil {
		return err
	}
	var certs *certificates
	if s.cert != "" || s.key != "" || s.clientCA != "" {
		certs = &certificates{certFile: s.cert, keyFile: s.key}
		if server.TLSConfig, err = certs.tlsConfig(s.clientCA); err != nil {
			return err
		}
		l = newTLSListener(l, server)
	} else if !isLoopback(s.listen) {
		log.Warn("plain HTTP on an address that other machines reach: what stands in front must speak TLS")
	}
	if s.admin != "" {
		stop, err := s.serveAdmin(h, log)
		if err != nil {
			return err
		}
		defer stop()
	}
	go reloadOnSignal(w.ctx, log, func() error {
		if certs != nil {
			if err := certs.load(); err != nil {
				return err
			}
		}
		c, err := discreet.Load(file)
		if err != nil {
			return err
		}
		return h.Reload(c)
	})
	log.Info("listening", "address", l.Addr().String())
	return listenAndServe(w, server, l)
}

// serveAdmin answers a load balancer: /live while the process answers at all,
// /ready while tokens can be verified.
func (s serveFlags) serveAdmin(h *discreet.Handler, log *slog.Logger) (stop func(), err error) {
	l, err := net.Listen("tcp", s.admin)
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
	server := httpServer(mux, log)
	go func() { _ = server.Serve(l) }()
	return func() { _ = server.Close() }, nil
}

func reloadOnSignal(ctx context.Context, log *slog.Logger, reload func() error) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hup:
		}
		if err := reload(); err != nil {
			log.Error("not loaded again; what was before stays in force", "error", err)
		} else {
			log.Info("loaded again")
		}
	}
}
