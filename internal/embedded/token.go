package embedded

import (
	"crypto/sha256"
	"encoding/json"
	"sync"
	"time"
)

// tokenLife is how long DynamoDB keeps a ClientRequestToken.
const tokenLife = 10 * time.Minute

// tokens is what TransactWriteItems answered, by ClientRequestToken, so that a
// request that is sent again is answered again and not run again.
type tokens struct {
	clock func() time.Time

	mu   sync.Mutex
	kept map[string]keptToken
	old  []string // tokens, oldest first
}

// keptToken is one token. Its exported fields are in the file.
type keptToken struct {
	token   string
	expired []string // tokens that this one's writing may drop
	Request [sha256.Size]byte
	Until   time.Time
	Answer  json.RawMessage
}

// digest is what tells one request from another: what it writes, however its
// members are ordered, and not how the answer is wanted.
func digest(f *fields) [sha256.Size]byte {
	raw, _ := f.get("TransactItems")
	var items any
	if json.Unmarshal(raw, &items) == nil {
		if sorted, err := json.Marshal(items); err == nil {
			raw = sorted
		}
	}
	return sha256.Sum256(raw)
}

// find is what was kept for a token that still lives.
func (t *tokens) find(token string) (keptToken, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k, ok := t.kept[token]
	return k, ok && t.clock().Before(k.Until)
}

func (t *tokens) make(token string, request [sha256.Size]byte, answer []byte) *keptToken {
	now := t.clock()
	k := &keptToken{token: token, Request: request, Until: now.Add(tokenLife), Answer: answer}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, old := range t.old {
		if now.Before(t.kept[old].Until) {
			break
		}
		k.expired = append(k.expired, old)
	}
	return k
}

func (t *tokens) keep(k keptToken) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept == nil {
		t.kept = map[string]keptToken{}
	}
	now := t.clock()
	for len(t.old) > 0 && !now.Before(t.kept[t.old[0]].Until) {
		delete(t.kept, t.old[0])
		t.old = t.old[1:]
	}
	if _, again := t.kept[k.token]; !again {
		t.old = append(t.old, k.token)
	}
	k.expired = nil
	t.kept[k.token] = k
}
