package identity

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	_ "crypto/sha256" // crypto.SHA256, for thumbprints
	"encoding/json"
	"errors"
	"slices"
	"sync/atomic"

	jose "github.com/go-jose/go-jose/v4"
)

const (
	maxKeys    = 128  // of one set
	maxKeyID   = 256  // bytes
	minRSABits = 2048 // NIST SP 800-131A
)

// key is a public key that tokens may be signed with.
type key struct {
	id        string
	algorithm string // the only one it is for; "": any that fits its type
	public    any    // *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey
	thumb     string // thumbprint (RFC 7638)
	// retired is set when the issuer no longer publishes the key; tokens that
	// were verified with it end there, cached or not.
	retired atomic.Bool
}

// fits reports whether the key may verify signatures of that algorithm. A key
// that says which algorithm it is for is used for no other.
func (k *key) fits(algorithm string) bool {
	if k.algorithm != "" && k.algorithm != algorithm {
		return false
	}
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		switch jose.SignatureAlgorithm(algorithm) {
		case jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512:
			return true
		}
	case *ecdsa.PublicKey:
		switch jose.SignatureAlgorithm(algorithm) {
		case jose.ES256:
			return public.Curve == elliptic.P256()
		case jose.ES384:
			return public.Curve == elliptic.P384()
		case jose.ES512:
			return public.Curve == elliptic.P521()
		}
	case ed25519.PublicKey:
		return jose.SignatureAlgorithm(algorithm) == jose.EdDSA
	}
	return false
}

// asymmetric reports whether a contract may name the algorithm.
func asymmetric(algorithm string) bool {
	switch jose.SignatureAlgorithm(algorithm) {
	case jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512,
		jose.ES256, jose.ES384, jose.ES512, jose.EdDSA:
		return true
	}
	return false
}

var errKeySet = errors.New("not a JSON Web Key Set")

// parseKeySet reads a JSON Web Key Set (RFC 7517) and leaves out, and counts,
// the keys that no token may be verified with: symmetric and private ones,
// those for encryption, RSA keys under 2048 bits, and what go-jose cannot read.
// A set without any usable key is a set: its issuer has withdrawn them.
func parseKeySet(raw []byte) (keys []*key, left int, err error) {
	var set struct {
		Keys *[]json.RawMessage `json:"keys"`
	}
	if json.Unmarshal(raw, &set) != nil || set.Keys == nil {
		return nil, 0, errKeySet
	}
	if len(*set.Keys) > maxKeys {
		return nil, 0, errors.New("too many keys in a set")
	}
	for _, raw := range *set.Keys {
		if k := parseKey(raw); k != nil {
			keys = append(keys, k)
		} else {
			left++
		}
	}
	return keys, left, nil
}

func parseKey(raw []byte) *key {
	var j jose.JSONWebKey
	if j.UnmarshalJSON(raw) != nil || !j.Valid() || !j.IsPublic() || len(j.KeyID) > maxKeyID {
		return nil
	}
	// go-jose does not read key_ops (RFC 7517, 4.3).
	var ops struct {
		KeyOps []string `json:"key_ops"`
	}
	if json.Unmarshal(raw, &ops) != nil || (ops.KeyOps != nil && !slices.Contains(ops.KeyOps, "verify")) {
		return nil
	}
	if j.Use != "" && j.Use != "sig" {
		return nil
	}
	if public, ok := j.Key.(*rsa.PublicKey); ok && public.N.BitLen() < minRSABits {
		return nil
	}
	thumb, err := j.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil
	}
	return &key{id: j.KeyID, algorithm: j.Algorithm, public: j.Key, thumb: string(thumb)}
}
