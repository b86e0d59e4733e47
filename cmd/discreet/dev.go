package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/discreet-dev/discreet"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/parse"
)

const devHelp = `Serves a contract from the embedded store, with sample items, on loopback alone.
The contract is loaded again when its file changes; with an error in it, the one
before stays in force. Items come from --items, else from items.json beside the
contract: plain JSON, DynamoDB JSON, or what 'aws dynamodb scan' prints.

For trying and for tests: it never speaks to AWS, and keeps nothing.

Examples:
  discreet dev examples/profiles
  discreet dev examples/saas --as alice --claim tenant=acme`

type devFlags struct {
	listen string
	items  []string
	as     asFlags
}

func runDev(w world, args []string) int {
	f := flags("dev", "dev [CONTRACT or FOLDER]", devHelp)
	var d devFlags
	f.StringVar(&d.listen, "listen", "127.0.0.1:8080", "the `ADDRESS` to listen on; loopback alone")
	f.StringArrayVar(&d.items, "items", nil, "a `FILE` of items; may be repeated")
	d.as = principalFlags(f)
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	err := checkLoopback(d.listen, "dev trusts whoever reaches it; `discreet serve` is for others")
	if err != nil {
		return fail(w, "dev", err)
	}
	p, err := d.as.principal()
	if err != nil {
		return fail(w, "dev", err)
	}
	s, code := readSource(w, "dev", f.Args())
	if s == nil {
		return code
	}
	if err := d.serve(w, s, p); err != nil {
		return fail(w, "dev", err)
	}
	return exitOK
}

func (d devFlags) serve(w world, s *source, as contract.Principal) error {
	log := newLog(w)
	c, err := discreet.Parse(s.file, s.text)
	if err != nil {
		return err
	}
	l, err := listen("--listen", d.listen)
	if err != nil {
		return err
	}
	defer l.Close()
	store, err := discreet.Embedded(w.ctx, c, nil)
	if err != nil {
		return err
	}
	if err := d.load(w, store, c, s.file); err != nil {
		return err
	}
	h, err := devHandler(w, c, store, as)
	if err != nil {
		return err
	}
	defer h.Close()
	if w.terminal(w.stdout) {
		banner(w, s, l.Addr().String(), as)
	}
	log.Info("listening", "address", l.Addr().String())
	go reloadOnChange(w, s, func(next *source) error {
		c, err := discreet.Parse(next.file, next.text)
		if err != nil {
			return err
		}
		if err := store.Put(w.ctx, c, strings.NewReader("{}")); err != nil { // its new tables
			return fmt.Errorf("%w\na table that is there keeps its keys and indexes until dev is started again", err)
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
			return fmt.Errorf("items: %w", err)
		}
		if err := store.Put(w.ctx, c, bytes.NewReader(text)); err != nil {
			return fmt.Errorf("%s: %s", name, strings.TrimPrefix(err.Error(), "discreet: items: "))
		}
	}
	return nil
}

// devHandler has the contract's own identity, and as stands for a request
// without a credential. Where the identity cannot be had here (a variable of the
// environment is not set), every request is as's.
func devHandler(w world, c *discreet.Contract, store discreet.Store, as contract.Principal) (*discreet.Handler, error) {
	current, previous, err := keys(w)
	if err != nil {
		return nil, err
	}
	if current == "" {
		current = randomKey() // what it sealed ends with the store
	}
	config := discreet.Config{
		Contract: c, Store: store, Log: w.stderr, LogText: w.terminal(w.stderr), NoColor: w.noColor(),
		Getenv: w.getenv, Key: current, PreviousKey: previous,
	}
	if as.IsAnonymous() {
		h, err := discreet.NewHandler(config)
		if err != nil {
			return nil, fmt.Errorf("%w\nto try the contract without its identity, give --as ID", err)
		}
		return h, nil
	}
	config.InsecureDefaultPrincipal = public(as)
	h, err := discreet.NewHandler(config)
	if err == nil {
		return h, nil
	}
	config.Identify = func(*http.Request) (discreet.Principal, error) {
		return discreet.Principal{}, discreet.ErrNoCredential
	}
	fmt.Fprintf(w.stderr, "%s\nso every request is %s's, whatever credential it brings\n", strings.TrimPrefix(err.Error(), "discreet: "), as.ID)
	return discreet.NewHandler(config)
}

func public(p contract.Principal) *discreet.Principal {
	out := &discreet.Principal{ID: p.ID, Roles: p.Roles, Claims: map[string]discreet.Claim{}, Source: p.Source}
	for name, c := range p.Claims {
		out.Claims[name] = discreet.Claim{Values: c.Values, List: c.List}
	}
	return out
}

const poll = 300 * time.Millisecond

// reloadOnChange watches a contract's file. It reads it again and again, which
// works with every editor and every file system.
func reloadOnChange(w world, s *source, apply func(*source) error) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for last := s.text; ; {
		select {
		case <-w.ctx.Done():
			return
		case <-tick.C:
		}
		text, err := readContract(s.file)
		if err != nil || bytes.Equal(text, last) {
			continue // an editor may be replacing it
		}
		last = text
		c, problems := parse.Contract(s.file, text)
		fmt.Fprint(w.stderr, problems.Text())
		if c != nil {
			err = apply(&source{s.file, text, c})
		}
		switch {
		case err != nil:
			fail(w, "dev", err)
			fallthrough
		case c == nil:
			fmt.Fprintln(w.stderr, "the contract before stays in force")
		default:
			fmt.Fprintf(w.stderr, "loaded %s again\n", s.file)
		}
	}
}
