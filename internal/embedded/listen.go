package embedded

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Listener answers clients on a socket. What SDKs send (POST / with a length
// and nothing unusual about it) it reads itself, for a third of the price of
// net/http; a connection that brings anything else goes to Other, with all
// that it has sent since its last answer (docs/decisions/0007).
type Listener struct {
	Store *Store
	// Other is a server that can answer everything, this store's operations
	// included. It also gets a request for a host that IsLocal refuses.
	Other *http.Server
	// IsLocal tells whether a Host header names this machine.
	IsLocal func(host string) bool

	date   atomic.Pointer[string] // the Date header, of this second
	ticks  atomic.Int64           // seconds since Serve began
	closed atomic.Bool            // set under mu

	mu    sync.Mutex
	conns map[*wire]struct{}
	ended sync.WaitGroup // of conns
}

// How long a client may take, in ticks of a second: as the net/http server of
// the other commands has it.
const (
	readTicks  = 20 // for the rest of a request that has begun
	writeTicks = 30 // to take its answer
	idleTicks  = 90 // until its next request
)

// Serve answers until the context ends; then it waits for what is under way
// for at most grace. It closes l.
func (s *Listener) Serve(ctx context.Context, l net.Listener, grace time.Duration) error {
	s.conns = map[*wire]struct{}{}
	others := &handedOver{conns: make(chan net.Conn), done: make(chan struct{}), address: l.Addr()}
	failed := make(chan error, 2)
	s.tick() // before the first request, which needs the date
	go func() { failed <- s.Other.Serve(others) }()
	go func() { failed <- s.accept(l, others) }()
	var err error
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for running := true; running; {
		select {
		case <-second.C:
			s.tick()
		case <-ctx.Done():
			running = false
		case err = <-failed:
			running = false
		}
	}
	return errors.Join(err, s.shutdown(ctx, l, grace))
}

func (s *Listener) accept(l net.Listener, others *handedOver) error {
	for {
		conn, err := l.Accept()
		if temporary(err) {
			time.Sleep(10 * time.Millisecond) // too many open files, most likely
			continue
		}
		if err != nil {
			return err
		}
		w := &wire{conn: conn, listener: s}
		if !s.add(w) {
			_ = conn.Close()
			continue
		}
		go func() {
			rest, keep := w.serve()
			s.remove(w)
			if !keep || !others.take(&replayed{Conn: conn, rest: rest}) {
				_ = conn.Close()
			}
		}()
	}
}

// temporary tells failures to accept one connection from the listener's end.
func temporary(err error) bool {
	return err != nil && !errors.Is(err, net.ErrClosed)
}

func (s *Listener) add(w *wire) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Load() {
		return false
	}
	s.conns[w] = struct{}{}
	s.ended.Add(1)
	w.mark(idle)
	return true
}

func (s *Listener) remove(w *wire) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, w)
	s.ended.Done()
}

// tick sets the date and closes the connections whose client is too slow. A
// deadline for every request would cost more than reading it does.
func (s *Listener) tick() {
	date := time.Now().UTC().Format(http.TimeFormat)
	s.date.Store(&date)
	now := s.ticks.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	for w := range s.conns {
		if w.late(now) {
			_ = w.conn.Close()
		}
	}
}

func (s *Listener) shutdown(ctx context.Context, l net.Listener, grace time.Duration) error {
	_ = l.Close()
	s.mu.Lock()
	s.closed.Store(true)
	for w := range s.conns {
		if w.state.Load()&stateMask == idle {
			_ = w.conn.Close()
		}
	}
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := s.Other.Shutdown(ctx)
	ended := make(chan struct{})
	go func() { s.ended.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-ctx.Done():
		s.mu.Lock()
		defer s.mu.Unlock()
		for w := range s.conns {
			_ = w.conn.Close()
		}
		err = errors.Join(err, errors.New("requests under way were cut off"))
	}
	return err
}

// handedOver is the listener of the connections that Other gets.
type handedOver struct {
	conns   chan net.Conn
	done    chan struct{}
	once    sync.Once
	address net.Addr
}

// take reports false if there is no one to take it any more.
func (h *handedOver) take(c net.Conn) bool {
	select {
	case h.conns <- c:
		return true
	case <-h.done:
		return false
	}
}

// Accept implements net.Listener.
func (h *handedOver) Accept() (net.Conn, error) {
	select {
	case c := <-h.conns:
		return c, nil
	case <-h.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (h *handedOver) Close() error {
	h.once.Do(func() { close(h.done) })
	return nil
}

// Addr implements net.Listener.
func (h *handedOver) Addr() net.Addr { return h.address }

// replayed is a connection of which some was read already.
type replayed struct {
	net.Conn
	rest []byte
}

// Read implements io.Reader.
func (r *replayed) Read(p []byte) (int, error) {
	if len(r.rest) > 0 {
		n := copy(p, r.rest)
		r.rest = r.rest[n:]
		return n, nil
	}
	return r.Conn.Read(p)
}
