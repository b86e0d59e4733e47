package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/discreet-dev/discreet"
	"github.com/discreet-dev/discreet/internal/audit"
	"github.com/discreet-dev/discreet/internal/contract"
)

const devHelp = `Serves a contract from the embedded store, with sample items, on loopback alone.
The contract is loaded again when its file changes; with an error in it, the one
before stays in force. Items come from --items, else from items.json beside the
contract: plain JSON, DynamoDB JSON, or what 'aws dynamodb scan' prints.

For trying and for tests: it never speaks to AWS, and keeps nothing.

Examples:
  discreet dev examples/profiles
  discreet dev examples/saas --as u1 --claim tenant=acme`

type devFlags struct {
	listen string
	items  []string
	as     asFlags
}

func runDev(w world, args []string) int {
	f := flags("dev", "dev [FOLDER or CONTRACT]", devHelp)
	var d devFlags
	f.StringVar(&d.listen, "listen", "127.0.0.1:8080", "the `ADDRESS` to listen on; loopback alone")
	f.StringArrayVar(&d.items, "items", nil, "a `FILE` of items; may be repeated")
	d.as = principalFlags(f)
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	file, err := contractFile(f.Args())
	if err != nil {
		return fail(w, "dev", err)
	}
	if !isLoopback(d.listen) {
		return fail(w, "dev", fmt.Errorf("--listen %s is not loopback: dev trusts whoever reaches it; `discreet serve` is for others", d.listen))
	}
	if _, code := loadContract(w, "dev", file); code != exitOK {
		return code
	}
	if err := d.serve(w, file); err != nil {
		return fail(w, "dev", err)
	}
	return exitOK
}

func (d devFlags) serve(w world, file string) error {
	source, err := readContract(file)
	if err != nil {
		return err
	}
	c, err := discreet.Parse(file, source)
	if err != nil {
		return err
	}
	store, err := discreet.Embedded(w.ctx, c, nil)
	if err != nil {
		return err
	}
	if err := d.load(w, store, c, file); err != nil {
		return err
	}
	h, err := d.handler(w, c, store)
	if err != nil {
		return err
	}
	defer h.Close()
	l, err := net.Listen("tcp", d.listen)
	if err != nil {
		return err
	}
	tty := w.terminal(w.stdout)
	if tty {
		banner(w, file, l.Addr().String(), *d.as.id)
	}
	log := slog.New(audit.NewHandler(w.stderr, audit.Options{Terminal: tty, NoColor: w.noColor()}))
	log.Info("listening", "address", l.Addr().String())
	go reloadOnChange(w, file, source, func(c *discreet.Contract) error {
		if err := store.Put(w.ctx, c, bytes.NewReader([]byte("{}"))); err != nil {
			return err
		}
		return h.Reload(c)
	})
	return listenAndServe(w, httpServer(onlyLocalHosts(h), log), l)
}

// load fills the store.
func (d devFlags) load(w world, store *discreet.EmbeddedStore, c *discreet.Contract, file string) error {
	names := d.items
	if names == nil {
		beside := filepath.Join(filepath.Dir(file), "items.json")
		if _, err := os.Stat(beside); err == nil {
			names = []string{beside}
		}
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := store.Put(w.ctx, c, bytes.NewReader(text)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// handler has the contract's own identity. Where that cannot be had here (a
// variable of the environment is not set), --as stands for it.
func (d devFlags) handler(w world, c *discreet.Contract, store discreet.Store) (*discreet.Handler, error) {
	config := discreet.Config{
		Contract: c, Store: store, Log: w.stderr, LogText: w.terminal(w.stderr), NoColor: w.noColor(),
		Getenv: w.getenv, Key: envOf(w, "DISCREET_KEY"), PreviousKey: envOf(w, "DISCREET_KEY_PREVIOUS"),
	}
	p, err := d.as.principal()
	if err != nil {
		return nil, err
	}
	if p.IsAnonymous() {
		h, err := discreet.NewHandler(config)
		if err != nil {
			return nil, fmt.Errorf("%w\nto try the contract without its identity, give --as ID", err)
		}
		return h, nil
	}
	config.InsecureDefaultPrincipal = public(p)
	if h, err := discreet.NewHandler(config); err == nil {
		return h, nil
	}
	config.Identify = func(*http.Request) (discreet.Principal, error) {
		return discreet.Principal{}, discreet.ErrNoCredential
	}
	fmt.Fprintf(w.stderr, "discreet dev: the contract's identity cannot be had here; every request is %s's\n", p.ID)
	return discreet.NewHandler(config)
}

func public(p contract.Principal) *discreet.Principal {
	out := &discreet.Principal{ID: p.ID, Roles: p.Roles, Claims: map[string]discreet.Claim{}, Source: p.Source}
	for name, c := range p.Claims {
		out.Claims[name] = discreet.Claim{Values: c.Values, List: c.List}
	}
	return out
}

func envOf(w world, name string) string {
	v, _ := w.getenv(name)
	return v
}

// onlyLocalHosts refuses a browser that a foreign page sent here under its own
// name (DNS rebinding): only this machine's names are answered.
func onlyLocalHosts(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "discreet dev answers to localhost alone", http.StatusMisdirectedRequest)
			return
		}
		h.ServeHTTP(w, r)
	})
}

const poll = 300 * time.Millisecond

// reloadOnChange watches a contract's file. It reads it again and again, which
// works with every editor and every file system.
func reloadOnChange(w world, file string, last []byte, apply func(*discreet.Contract) error) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		select {
		case <-w.ctx.Done():
			return
		case <-tick.C:
		}
		source, err := readContract(file)
		if err != nil || bytes.Equal(source, last) {
			continue
		}
		last = source
		c, err := discreet.Parse(file, source)
		if err == nil {
			err = apply(c)
		}
		if problems, ok := errors.AsType[*discreet.ContractError](err); ok {
			fmt.Fprintf(w.stderr, "%vthe contract before stays in force\n", problems)
		} else if err != nil {
			fmt.Fprintf(w.stderr, "discreet: %v; the contract before stays in force\n", err)
		} else {
			fmt.Fprintf(w.stderr, "loaded %s again\n", file)
		}
	}
}
