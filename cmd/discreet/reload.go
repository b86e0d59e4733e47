package main

import (
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/discreet-dev/discreet"
	"github.com/discreet-dev/discreet/internal/dynamo"
	"github.com/discreet-dev/discreet/internal/parse"
)

// reload reads and compares everything before it puts any of it in force.
func (s *serveFlags) reload(w world, file string, h *discreet.Handler, client *dynamo.Client, log *slog.Logger) error {
	text, err := readContract(file)
	if err != nil {
		return err
	}
	c, err := discreet.Parse(file, text)
	if err != nil {
		return err
	}
	inForce := s.tls.current.Load()
	if inForce != nil {
		if inForce, err = s.tls.read(); err != nil {
			return err
		}
	}
	if resolved, _ := parse.Contract(file, text); resolved != nil && !s.skipCheck {
		if err := verify(w.ctx, client, resolved, log); err != nil {
			return err
		}
	}
	if err := h.Reload(c); err != nil {
		return err
	}
	s.tls.current.Store(inForce)
	for _, warning := range c.Warnings() {
		first, _, _ := strings.Cut(warning, "\n")
		log.Warn(first)
	}
	return nil
}

// reloadOnSignal reloads on every SIGHUP until stop is called.
func reloadOnSignal(log *slog.Logger, reload func() error) (stop func()) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	go func() {
		for range hup {
			if err := reload(); err != nil {
				log.Error("not loaded again; what was before stays in force", "error", err)
			} else {
				log.Info("loaded again")
			}
		}
	}()
	return func() {
		signal.Stop(hup)
		close(hup)
	}
}
