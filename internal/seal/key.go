// Package seal keeps what a client holds for us, and must neither read nor
// change, out of its reach: cursors are sealed with keys of the process. It
// derives one subkey per purpose and knows no clock. It never says why a token
// was refused, and never prints a key.
package seal

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// KeySize is the size of a key in bytes.
const KeySize = 32

// Key is a secret of the process. No fmt verb and no encoder shows it.
type Key [KeySize]byte

// Format writes a placeholder for every verb, so that no log holds a key.
func (Key) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte("[key]")) }

// MarshalText writes the same placeholder, for encoders that don't ask fmt.
func (Key) MarshalText() ([]byte, error) { return []byte("[key]"), nil }

// Keys are the process keys. Current seals; Previous, unless zero, still opens
// what it sealed before a rotation.
type Keys struct {
	Current  Key
	Previous Key
}

// ParseKeys reads both keys from text, as the environment gives them; previous
// may be empty. See ParseKey.
func ParseKeys(current, previous string) (Keys, error) {
	var keys Keys
	var err error
	if keys.Current, err = ParseKey(current); err != nil {
		return Keys{}, fmt.Errorf("current key: %w", err)
	}
	if previous == "" {
		return keys, nil
	}
	if keys.Previous, err = ParseKey(previous); err != nil {
		return Keys{}, fmt.Errorf("previous key: %w", err)
	}
	return keys, nil
}

// ParseKey reads 32 bytes from 64 hexadecimal digits or from base64 (either
// alphabet, padded or not). Its errors hold nothing of the text.
func ParseKey(text string) (Key, error) {
	text = strings.TrimSpace(text)
	var raw []byte
	var err error
	switch len(text) {
	case 0:
		return Key{}, errors.New("empty: it takes 32 random bytes, for example of `openssl rand -base64 32`")
	case hex.EncodedLen(KeySize):
		raw, err = hex.DecodeString(text)
	case base64.RawStdEncoding.EncodedLen(KeySize), base64.StdEncoding.EncodedLen(KeySize):
		unpadded := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimSuffix(text, "="))
		raw, err = base64.RawStdEncoding.Strict().DecodeString(unpadded)
	default:
		return Key{}, fmt.Errorf("%d characters: it takes 32 bytes as 64 hexadecimal digits or as 44 characters of base64", len(text))
	}
	if err != nil || len(raw) != KeySize {
		return Key{}, errors.New("neither hexadecimal nor base64 of 32 bytes")
	}
	key := Key(raw)
	if key == (Key{}) {
		return Key{}, errors.New("all bytes are zero")
	}
	return key, nil
}

// Random makes keys that die with the process: what they seal opens neither
// after a restart nor in another process, of which the caller warns.
func Random() Keys {
	var keys Keys
	_, _ = rand.Read(keys.Current[:]) // crypto/rand ends the process rather than fail
	return keys
}
