package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/discreet-dev/discreet/internal/scan"
)

// scanOne scans one root by a configuration, which is the root's then, and
// writes how far it is, on a terminal alone.
func scanOne(w world, root scanRoot, config *scan.Config) (*scan.Result, error) {
	config.Root, config.Prefix = root.path, root.prefix
	if w.terminal(w.stderr) && !w.dumb() {
		p := &progress{w: w, name: strings.Map(visible, filepath.Base(root.path))}
		config.Progress = p.show
		defer p.end()
	}
	res, err := scan.Scan(w.ctx, *config)
	return res, stopped(err)
}

// stopped says an interrupt in words.
func stopped(err error) error {
	if errors.Is(err, context.Canceled) {
		return errors.New("stopped; nothing was written")
	}
	return err
}

// progress is a line on a terminal that is written over.
type progress struct {
	w    world
	name string

	mu   sync.Mutex
	last time.Time
	done int
}

// show is called from several goroutines, and not in the order of done.
func (p *progress) show(done, all int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if done < p.done || done < all && now.Sub(p.last) < 100*time.Millisecond {
		return
	}
	p.last, p.done = now, done
	line := fmt.Sprintf("%s: %d of %d files", p.name, done, all)
	if done == all {
		line += " read, following values"
	}
	fmt.Fprint(p.w.stderr, "\r\x1b[K"+line)
}

// end clears the line, however the scan ended.
func (p *progress) end() {
	if !p.last.IsZero() {
		fmt.Fprint(p.w.stderr, "\r\x1b[K")
	}
}
