package identity

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// attemptEvery bounds how often keys are fetched, whatever tokens say.
	attemptEvery = 10 * time.Second
	// Keys are fetched again after the issuer's max-age, within these bounds.
	refreshLeast = time.Minute
	refreshUsual = 10 * time.Minute
	refreshMost  = time.Hour
	// overdueAfter is how long after that a request waits for the fetch, where
	// nobody has tried since, rather than trust what was true hours ago.
	overdueAfter = 5 * time.Minute
	// keysLast is how long keys are kept without a successful fetch.
	keysLast = 24 * time.Hour
)

// noKeysError is why a token could not be verified, good or bad.
type noKeysError struct{ cause error }

func (e *noKeysError) Error() string { return "keys are not to be had: " + e.cause.Error() }
func (e *noKeysError) Unwrap() error { return e.cause }

var (
	errNoSuchKey  = errors.New("no key of the issuer has this id and algorithm")
	errNotFetched = errors.New("they have not been fetched yet")
)

// published is what a fetch brings.
type published struct {
	keys   []*key
	maxAge time.Duration // -1: not said
}

// generation is the keys in force between two successful fetches.
type generation struct {
	keys    []*key
	due     time.Time // when they should be fetched again
	expires time.Time // when they are no longer to be trusted
}

// keySet holds an issuer's keys: fetched when asked for, at most once at a time
// and once every attemptEvery, kept until they are replaced. It has a goroutine
// while it fetches, and none otherwise.
type keySet struct {
	fetch func(context.Context) (published, error)
	clock func() time.Time
	log   *slog.Logger
	life  context.Context

	current atomic.Pointer[generation] // nil until the first success

	mu      sync.Mutex
	tried   time.Time     // when the last attempt began
	problem error         // of the last attempt that ended
	flight  chan struct{} // closed when the running attempt ends; nil: none runs
}

// find returns the keys that a token with this key id and algorithm may be
// signed with. A key id that is not known may be new: one fetch, within the
// bounds, finds out.
func (s *keySet) find(ctx context.Context, id, algorithm string) ([]*key, error) {
	now := s.clock()
	if err := s.keepFresh(ctx, now); err != nil {
		return nil, err
	}
	known, found := s.pick(now, id, algorithm)
	if !known {
		// Where that fails, the key may be one that the issuer publishes and
		// we cannot see: the token is not known to be bad.
		if err := s.attempt(ctx, now); err != nil {
			return nil, err
		}
		_, found = s.pick(now, id, algorithm)
	}
	if len(found) == 0 {
		return nil, errNoSuchKey
	}
	return found, nil
}

// pick returns the fitting keys of that id, and whether any key has the id. A
// token without a key id is for sets where one key alone fits.
func (s *keySet) pick(now time.Time, id, algorithm string) (known bool, found []*key) {
	g := s.current.Load()
	if g == nil || !now.Before(g.expires) {
		return false, nil
	}
	for _, k := range g.keys {
		if id != "" && k.id != id {
			continue
		}
		known = true
		if k.fits(algorithm) {
			found = append(found, k)
		}
	}
	if id == "" && len(found) != 1 {
		return known, nil
	}
	return known, found
}

// keepFresh makes sure that there are keys, and that old ones get replaced.
func (s *keySet) keepFresh(ctx context.Context, now time.Time) error {
	g := s.current.Load()
	switch {
	case g == nil || !now.Before(g.expires):
		return s.attempt(ctx, now)
	case now.Before(g.due):
		return nil
	}
	s.mu.Lock()
	overdue := now.After(g.due.Add(overdueAfter)) && s.tried.Before(g.due)
	s.mu.Unlock()
	done := s.start(now, false)
	if overdue && done != nil {
		return wait(ctx, done) // whatever came of it: these keys are good until they expire
	}
	return nil
}

// attempt waits for a fetch, the one that runs or a new one if one is allowed,
// and returns what came of the last: nil or a *noKeysError.
func (s *keySet) attempt(ctx context.Context, now time.Time) error {
	if done := s.start(now, false); done != nil {
		if err := wait(ctx, done); err != nil {
			return err
		}
	}
	return s.lastProblem()
}

func (s *keySet) lastProblem() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.problem != nil {
		return &noKeysError{s.problem}
	}
	return nil
}

func wait(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return &noKeysError{ctx.Err()}
	}
}

// start begins a fetch unless one runs, and returns what is closed at its end;
// nil: it is too soon after the last.
func (s *keySet) start(now time.Time, force bool) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flight != nil {
		return s.flight
	}
	if !force && !s.tried.IsZero() && now.Sub(s.tried) < attemptEvery {
		return nil
	}
	s.tried = now
	s.flight = make(chan struct{})
	// Not the request's context: others wait for this fetch too.
	go s.run(s.flight)
	return s.flight
}

func (s *keySet) run(flight chan struct{}) {
	ctx, cancel := context.WithTimeout(s.life, 2*fetchTimeout)
	defer cancel()
	got, err := s.fetch(ctx)
	if err != nil {
		s.log.Warn("an issuer's keys could not be fetched", "cause", err)
	} else {
		s.install(got)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problem = err
	s.flight = nil
	close(flight)
}

// install puts fetched keys in force. A key that stays is the same *key, so
// that tokens verified with it stay cached; one that is gone is retired.
func (s *keySet) install(got published) {
	every := refreshUsual
	if got.maxAge >= 0 {
		every = min(max(got.maxAge, refreshLeast), refreshMost)
	}
	now := s.clock()
	next := &generation{keys: got.keys, due: now.Add(every), expires: now.Add(keysLast)}
	retired := 0
	if old := s.current.Load(); old != nil {
		for _, was := range old.keys {
			if !keep(next.keys, was) {
				was.retired.Store(true)
				retired++
			}
		}
	}
	if len(next.keys) == 0 {
		s.log.Warn("an issuer publishes no key that can be used")
	}
	s.log.Debug("fetched an issuer's keys", "keys", len(next.keys), "retired", retired)
	s.current.Store(next)
}

func keep(keys []*key, was *key) bool {
	for i, k := range keys {
		if k.id == was.id && k.algorithm == was.algorithm && k.thumb == was.thumb {
			keys[i] = was
			return true
		}
	}
	return false
}

// live reports whether a token that the key verified may still be believed.
func (s *keySet) live(k *key, now time.Time) bool {
	g := s.current.Load()
	if g == nil || k.retired.Load() || !now.Before(g.expires) {
		return false
	}
	if !now.Before(g.due) {
		s.start(now, false)
	}
	return true
}

func (s *keySet) refresh(ctx context.Context) error {
	if err := wait(ctx, s.start(s.clock(), true)); err != nil {
		return err
	}
	return s.lastProblem()
}

func (s *keySet) ready() error {
	now := s.clock()
	g := s.current.Load()
	if g != nil && now.Before(g.expires) {
		return nil
	}
	s.start(now, false)
	if err := s.lastProblem(); err != nil {
		return err
	}
	return &noKeysError{errNotFetched}
}
