package serve

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"

	"github.com/discreet-dev/discreet/internal/seal"
	"github.com/discreet-dev/discreet/internal/view"
)

// masker computes hash masks: a keyed pseudonym per principal, view and
// attribute, so that two callers, or two attributes, cannot be joined by it.
func masker(box *seal.Box) view.Hash {
	key := box.Mask()
	return func(principal, viewName, attribute string, value []byte) string {
		h := hmac.New(sha256.New, key[:])
		for _, part := range []string{principal, viewName, attribute, string(value)} {
			var n [8]byte
			binary.BigEndian.PutUint64(n[:], uint64(len(part)))
			h.Write(n[:])
			h.Write([]byte(part))
		}
		return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(h.Sum(nil)[:20])
	}
}
