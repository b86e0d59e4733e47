package serve

import (
	"container/list"
	"crypto/sha256"
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/discreet-dev/discreet/internal/fault"
)

const maxCallers = 100_000 // callers whose rate is kept; the one longest unseen goes first

// rates limits each caller by itself: a principal by its source and id, whoever
// is none by the peer's address. Nil limits nobody.
type rates struct {
	perSecond rate.Limit
	burst     int
	mu        sync.Mutex
	callers   map[callerKey]*list.Element
	order     *list.List // of caller, the last seen first
}

// callerKey is a hash, so that long ids take no more memory than short ones.
type callerKey [sha256.Size]byte

type caller struct {
	key     callerKey
	limiter *rate.Limiter
}

func newRates(perSecond float64, burst int) *rates {
	if perSecond == 0 {
		return nil
	}
	return &rates{perSecond: rate.Limit(perSecond), burst: burst, callers: map[callerKey]*list.Element{}, order: list.New()}
}

func (r *rates) take(x *exchange, now time.Time) *fault.Fault {
	if r == nil {
		return nil
	}
	who := "principal\x00" + x.principal.Source + "\x00" + x.principal.ID
	if x.principal.IsAnonymous() {
		who = "peer\x00" + peer(x.RemoteAddr)
	}
	if !r.limiter(who).AllowN(now, 1) {
		return fault.New(fault.TooMany, nil)
	}
	return nil
}

// peer is the address that nobody is limited by. One host has a whole /64 of
// IPv6 addresses.
func peer(remote string) string {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	a := at.Addr().Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

func (r *rates) limiter(who string) *rate.Limiter {
	key := callerKey(sha256.Sum256([]byte(who)))
	r.mu.Lock()
	defer r.mu.Unlock()
	if e, ok := r.callers[key]; ok {
		r.order.MoveToFront(e)
		return e.Value.(*caller).limiter
	}
	if r.order.Len() >= maxCallers {
		last := r.order.Back()
		delete(r.callers, last.Value.(*caller).key)
		r.order.Remove(last)
	}
	c := &caller{key, rate.NewLimiter(r.perSecond, r.burst)}
	r.callers[key] = r.order.PushFront(c)
	return c.limiter
}

// wait is in how many seconds a caller may come again who may not now: for
// Retry-After and RateLimit (draft-ietf-httpapi-ratelimit-headers).
func (r *rates) wait() string {
	return strconv.Itoa(max(1, int(math.Ceil(1/float64(r.perSecond)))))
}
