package serve

import (
	"container/list"
	"fmt"
	"math"
	"net"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/discreet-dev/discreet/internal/fault"
)

const maxCallers = 100_000 // callers whose rate is kept; the one longest unseen goes first

// rates limits each caller by itself: a principal by its source and id, the
// anonymous one by its peer's address. Nil limits nobody.
type rates struct {
	perSecond rate.Limit
	burst     int
	mu        sync.Mutex
	callers   map[string]*list.Element
	order     *list.List // of caller, the last seen first
}

type caller struct {
	key     string
	limiter *rate.Limiter
}

func newRates(perSecond float64, burst int) *rates {
	if perSecond == 0 {
		return nil
	}
	return &rates{perSecond: rate.Limit(perSecond), burst: burst, callers: map[string]*list.Element{}, order: list.New()}
}

func (r *rates) take(x *exchange, now time.Time) *fault.Fault {
	if r == nil {
		return nil
	}
	key := x.principal.Source + "\x00" + x.principal.ID
	if x.principal.IsAnonymous() {
		host, _, err := net.SplitHostPort(x.RemoteAddr)
		if err != nil {
			host = x.RemoteAddr
		}
		key = "\x00" + host
	}
	if !r.limiter(key).AllowN(now, 1) {
		return fault.New(fault.TooMany, nil)
	}
	return nil
}

func (r *rates) limiter(key string) *rate.Limiter {
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

// header is the RateLimit field of a refusal (draft-ietf-httpapi-ratelimit-headers):
// nothing remains, and the next token comes in so many seconds.
func (r *rates) header() string {
	return fmt.Sprintf(`"default";r=0;t=%d`, max(1, int(math.Ceil(1/float64(r.perSecond)))))
}
