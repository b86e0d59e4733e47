package identity

import (
	"container/list"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/discreet-dev/discreet/internal/contract"
)

const (
	// cacheFor is how long a verified token is believed without another look.
	cacheFor = 5 * time.Minute
	// cacheBytes bounds what the tokens of one source may take, by estimate.
	cacheBytes = 8 << 20
	// entryBytes is what an entry takes besides its principal's strings.
	entryBytes = 512
)

// tokenID is the SHA-256 of a whole token, signature included: the cache holds
// no token, and another signature is another token.
type tokenID = [sha256.Size]byte

// identify hashes a token. Most are short enough to be copied on the stack.
func identify(token string) tokenID {
	var short [2 << 10]byte
	if len(token) > len(short) {
		return sha256.Sum256([]byte(token))
	}
	return sha256.Sum256(short[:copy(short[:], token)])
}

type verified struct {
	id        tokenID
	principal contract.Principal
	key       *key
	keys      *keySet
	expires   time.Time
	size      int
}

// tokenCache holds the principals of verified tokens, least recently used out
// first.
type tokenCache struct {
	mu      sync.Mutex
	entries map[tokenID]*list.Element // of *verified
	recent  *list.List                // front: used last
	size    int
}

func newTokenCache() *tokenCache {
	return &tokenCache{entries: map[tokenID]*list.Element{}, recent: list.New()}
}

func (c *tokenCache) get(id tokenID, now time.Time) (contract.Principal, bool) {
	c.mu.Lock()
	e, ok := c.entries[id]
	if !ok {
		c.mu.Unlock()
		return contract.Principal{}, false
	}
	v := e.Value.(*verified)
	if !now.Before(v.expires) || !v.keys.live(v.key, now) {
		c.remove(e)
		c.mu.Unlock()
		return contract.Principal{}, false
	}
	c.recent.MoveToFront(e)
	c.mu.Unlock()
	return v.principal, true
}

// put keeps a principal until its token expires, and no longer than cacheFor.
func (c *tokenCache) put(v verified, now time.Time) {
	if most := now.Add(cacheFor); v.expires.After(most) {
		v.expires = most
	}
	if !now.Before(v.expires) {
		return
	}
	v.size = weigh(v.principal)
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, ok := c.entries[v.id]; ok {
		c.remove(old)
	}
	c.entries[v.id] = c.recent.PushFront(&v)
	c.size += v.size
	for c.size > cacheBytes {
		c.remove(c.recent.Back())
	}
}

func (c *tokenCache) remove(e *list.Element) {
	v := c.recent.Remove(e).(*verified)
	delete(c.entries, v.id)
	c.size -= v.size
}

// weigh estimates the bytes that a principal takes in the cache.
func weigh(p contract.Principal) int {
	const perString, perClaim = 16, 128
	size := entryBytes + len(p.ID)
	for _, r := range p.Roles {
		size += perString + len(r)
	}
	for _, c := range p.Claims {
		size += perClaim
		for _, v := range c.Values {
			size += perString + len(v)
		}
	}
	return size
}
