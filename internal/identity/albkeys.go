package identity

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	jose "github.com/go-jose/go-jose/v4"
)

const (
	albKeysKept   = 32 // keys
	albNewKeys    = 12 // keys not seen before, in albNewKeysFor: more are not asked for
	albNewKeysFor = time.Minute
)

// albKeys has a key set for every key id, as load balancers publish each key by
// itself. What a caller writes as a key id makes us fetch it, so new ones are
// bounded.
type albKeys struct {
	build func(id string) *keySet

	mu     sync.Mutex
	sets   map[string]*albKey
	window time.Time // when the counting of new keys began
	asked  int       // new keys since
}

type albKey struct {
	*keySet
	used time.Time
}

func (a *albKeys) find(ctx context.Context, id string, now time.Time) (*key, *keySet, error) {
	if id == "" || len(id) > 64 || strings.Trim(id, keyIDCharacters) != "" {
		return nil, nil, errors.New("the token's key id is not one of a load balancer")
	}
	set, err := a.set(id, now)
	if err != nil {
		return nil, nil, err
	}
	keys, err := set.find(ctx, id, string(jose.ES256))
	if err != nil {
		return nil, nil, err
	}
	return keys[0], set, nil
}

const keyIDCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

func (a *albKeys) set(id string, now time.Time) (*keySet, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if k, ok := a.sets[id]; ok {
		k.used = now
		return k.keySet, nil
	}
	if now.Sub(a.window) >= albNewKeysFor {
		a.window, a.asked = now, 0
	}
	if a.asked >= albNewKeys {
		return nil, &noKeysError{errors.New("too many new key ids were asked for")}
	}
	a.asked++
	if len(a.sets) >= albKeysKept {
		a.evict()
	}
	k := &albKey{keySet: a.build(id), used: now}
	a.sets[id] = k
	return k.keySet, nil
}

// evict drops a set: the one used longest ago of those without a key, which a
// caller made up, or else of all.
func (a *albKeys) evict() {
	var oldest string
	var empty bool
	for id, k := range a.sets {
		g := k.current.Load()
		e := g == nil || len(g.keys) == 0
		if oldest == "" || (e && !empty) || (e == empty && k.used.Before(a.sets[oldest].used)) {
			oldest, empty = id, e
		}
	}
	delete(a.sets, oldest)
}

// refresh fetches the keys that are known again.
func (a *albKeys) refresh(ctx context.Context) error {
	a.mu.Lock()
	sets := make([]*keySet, 0, len(a.sets))
	for _, k := range a.sets {
		sets = append(sets, k.keySet)
	}
	a.mu.Unlock()
	var problems []error
	for _, s := range sets {
		problems = append(problems, s.refresh(ctx))
	}
	return errors.Join(problems...)
}

// ready is always so: keys are fetched one by one, when tokens name them.
func (a *albKeys) ready() error { return nil }

// albKey fetches one key, a PEM. A load balancer's key that does not exist is
// answered with 403 or 404: an answer, and not a failure.
func (f fetcher) albKey(ctx context.Context, base, id string) (published, error) {
	d, err := f.get(ctx, base+"/"+id)
	if err != nil || d.status != http.StatusOK {
		return published{maxAge: -1}, err
	}
	block, _ := pem.Decode(d.body)
	if block == nil {
		return published{}, errors.New("the load balancer's key is not PEM")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return published{}, errors.New("the load balancer's key is not a public key")
	}
	sum := sha256.Sum256(block.Bytes)
	k := &key{id: id, algorithm: string(jose.ES256), public: parsed, thumb: string(sum[:])}
	if !k.fits(k.algorithm) {
		return published{}, errors.New("the load balancer's key is not one for ES256")
	}
	return published{keys: []*key{k}, maxAge: d.maxAge}, nil
}
