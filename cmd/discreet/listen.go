package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/discreet-dev/discreet/internal/audit"
	"github.com/discreet-dev/discreet/internal/serve"
)

const grace = 10 * time.Second // for requests under way when the process is told to end

// newLog is the log of a process that serves. The standard log package goes
// through it too: net/http logs there what an upstream sent unasked.
func newLog(w world) *slog.Logger {
	log := slog.New(audit.NewHandler(w.stderr, audit.Options{Terminal: w.terminal(w.stderr), NoColor: w.noColor()}))
	slog.SetDefault(log)
	return log
}

// httpServer has a limit for everything that a slow or a large client could
// hold on to.
func httpServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       90 * time.Second,
		// A little more than what we refuse ourselves, in our own words.
		MaxHeaderBytes: 2 * serve.MaxHeader,
		ErrorLog:       slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// listen opens the address of a flag.
func listen(flag, address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s %s: the address is in use; give another, or port 0 for any that is free", flag, address)
	} else if err != nil {
		return nil, fmt.Errorf("%s %s: %w", flag, address, err)
	}
	return l, nil
}

// listenAndServe answers until the process is told to end.
func listenAndServe(w world, s *http.Server, l net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-w.ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), grace)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		return fmt.Errorf("requests under way were cut off: %w", err)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// checkLoopback refuses an address to listen on that other machines reach.
func checkLoopback(address, why string) error {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return fmt.Errorf("--listen %s: takes HOST:PORT, such as 127.0.0.1:8080", address)
	}
	if !isLoopback(address) {
		return fmt.Errorf("--listen %s is not loopback: %s", address, why)
	}
	return nil
}

// isLoopback reports whether only this machine reaches an address to listen on.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// onlyLocalHosts refuses a browser that a foreign page sent here under its own
// name (DNS rebinding): only this machine's names are answered.
func onlyLocalHosts(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLocalHost(r.Host) {
			http.Error(w, "this server answers to localhost alone", http.StatusMisdirectedRequest)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// isLocalHost reports whether a Host header names this machine.
func isLocalHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
