package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

const (
	// Lifetime is how long a token opens after it was sealed.
	Lifetime = time.Hour
	// MaxToken is the longest token, in characters.
	MaxToken = 8 << 10
	// MaxPlaintext is the longest plaintext that fits a token, in bytes.
	MaxPlaintext = (MaxToken*3/4-1-overhead)/bucket*bucket - header

	version  = 1
	bucket   = 64      // a token's length says only how many of these it holds
	header   = 8 + 4   // expiry, length of the plaintext
	overhead = 12 + 16 // nonce and tag of AES-GCM
	// skew is by how much the clocks of two processes that share keys may differ.
	skew = 5 * time.Minute
)

// ErrToken is the one error of Open: a token that is cut, altered, expired,
// sealed by another key or for another context are not told apart.
var ErrToken = errors.New("seal: not a token of ours")

// ErrTooLong is the one error of Seal.
var ErrTooLong = errors.New("seal: plaintext too long for a token")

// A Box seals and opens, and hands out the subkeys of other purposes. It is
// safe for concurrent use.
type Box struct {
	cursors   []cipher.AEAD // the current key's first
	mask      Key
	pseudonym Key
}

// New derives a box from keys. It fails without a current key.
func New(keys Keys) (*Box, error) {
	if keys.Current == (Key{}) {
		return nil, errors.New("seal: no current key")
	}
	b := &Box{}
	var err error
	if b.mask, err = subkey(keys.Current, "mask"); err != nil {
		return nil, err
	}
	if b.pseudonym, err = subkey(keys.Current, "pseudonym"); err != nil {
		return nil, err
	}
	for _, key := range []Key{keys.Current, keys.Previous} {
		if key == (Key{}) {
			continue
		}
		aead, err := cursorCipher(key)
		if err != nil {
			return nil, err
		}
		b.cursors = append(b.cursors, aead)
	}
	return b, nil
}

// subkey is HKDF-SHA256 (RFC 5869) with the purpose as its info, so that what
// one purpose reveals of its key says nothing about another's.
func subkey(key Key, purpose string) (Key, error) {
	raw, err := hkdf.Key(sha256.New, key[:], nil, "discreet/1/"+purpose, KeySize)
	if err != nil {
		return Key{}, fmt.Errorf("seal: %s key: %w", purpose, err)
	}
	return Key(raw), nil
}

func cursorCipher(key Key) (cipher.AEAD, error) {
	sub, err := subkey(key, "cursor")
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(sub[:])
	if err != nil {
		return nil, fmt.Errorf("seal: cipher: %w", err)
	}
	// Random nonces are safe for 2^32 tokens a key (NIST SP 800-38D, 8.3).
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("seal: cipher: %w", err)
	}
	return aead, nil
}

// Mask is the key of the hash mask.
func (b *Box) Mask() Key { return b.mask }

// Pseudonym is the key under which principals appear in logs.
func (b *Box) Pseudonym() Key { return b.pseudonym }

// Context hashes what a token is bound to, such as the principal, the route,
// the parameters and the view's digest. Each part is preceded by its length:
// no two lists of parts are one context.
func Context(parts ...string) []byte {
	h := sha256.New()
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}

// Seal encrypts plaintext into a token of URL-safe characters that opens in
// this context alone, for an hour from now. The token's length is one of few:
// the plaintext is padded to a multiple of 64 bytes. It fails over MaxPlaintext.
func (b *Box) Seal(plaintext, context []byte, now time.Time) (string, error) {
	if len(plaintext) > MaxPlaintext {
		return "", ErrTooLong
	}
	padded := make([]byte, (header+len(plaintext)+bucket-1)/bucket*bucket)
	binary.BigEndian.PutUint64(padded, uint64(now.Add(Lifetime).Unix()))
	binary.BigEndian.PutUint32(padded[8:], uint32(len(plaintext)))
	copy(padded[header:], plaintext)

	sealed := make([]byte, 1, 1+len(padded)+overhead)
	sealed[0] = version
	sealed = b.cursors[0].Seal(sealed, nil, padded, additional(context))
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Open gives the plaintext of a token that Seal made in the same context with
// the current or the previous key, not longer than an hour ago. Its only error
// is ErrToken.
func (b *Box) Open(token string, context []byte, now time.Time) ([]byte, error) {
	sealed, ok := decode(token)
	if !ok || sealed[0] != version {
		return nil, ErrToken
	}
	for _, aead := range b.cursors {
		padded, err := aead.Open(nil, nil, sealed[1:], additional(context))
		if err != nil {
			continue
		}
		return unpad(padded, now)
	}
	return nil, ErrToken
}

// additional is the context with the version before it, so that no token of
// one version passes for one of another.
func additional(context []byte) []byte {
	return append([]byte{version}, context...)
}

// decode takes the one spelling that Seal writes. The strict decoder refuses
// bits that are left over; it skips line breaks, which are refused here.
func decode(token string) ([]byte, bool) {
	if len(token) > MaxToken {
		return nil, false
	}
	for i := range len(token) {
		if token[i] == '\r' || token[i] == '\n' {
			return nil, false
		}
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(sealed) < 1+overhead+bucket {
		return nil, false
	}
	return sealed, true
}

func unpad(padded []byte, now time.Time) ([]byte, error) {
	if len(padded) < header {
		return nil, ErrToken
	}
	expiry := time.Unix(int64(binary.BigEndian.Uint64(padded)), 0)
	length := uint64(binary.BigEndian.Uint32(padded[8:]))
	if !now.Before(expiry) || expiry.After(now.Add(Lifetime+skew)) || length > uint64(len(padded)-header) {
		return nil, ErrToken
	}
	return padded[header : header+length], nil
}
