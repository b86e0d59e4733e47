package identity

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"
)

// maxToken is the longest token that is looked at, in bytes.
const maxToken = 16 << 10

var errMalformed = errors.New("not a token in compact form")

// bearer takes a source's token out of a request: of an Authorization header the
// one after "Bearer", of any other header the whole value. Another scheme is
// another's credential, and counts as absent.
func bearer(h http.Header, header string) (token string, found bool, err error) {
	values := h[header]
	if len(values) == 0 {
		return "", false, nil
	}
	if header != "Authorization" {
		if len(values) > 1 {
			return "", true, errors.New("the token's header is repeated")
		}
		return values[0], true, nil
	}
	for _, v := range values {
		scheme, rest, _ := strings.Cut(v, " ")
		if strings.EqualFold(scheme, "Bearer") {
			token, found = strings.TrimLeft(rest, " "), true
		}
	}
	if found && len(values) > 1 {
		return "", true, errors.New("the Authorization header is repeated")
	}
	return token, found, nil
}

// tokenHeader is the protected header of a token.
type tokenHeader struct {
	algorithm string
	keyID     string
	all       map[string]any
}

// splitToken cuts a compact JWS (RFC 7515, 7.1) into its three parts.
func splitToken(token string) (header, payload, signature string, err error) {
	header, rest, _ := strings.Cut(token, ".")
	payload, signature, ok := strings.Cut(rest, ".")
	if !ok || header == "" || payload == "" || signature == "" || strings.Contains(signature, ".") {
		return "", "", "", errMalformed
	}
	return header, payload, signature, nil
}

// decodePart decodes base64url and refuses a second spelling of the same bytes:
// line breaks, which Go would skip, and stray bits at the end.
func decodePart(part string, encoding *base64.Encoding) ([]byte, error) {
	if strings.ContainsAny(part, "\r\n") {
		return nil, errMalformed
	}
	raw, err := encoding.Strict().DecodeString(part)
	if err != nil {
		return nil, errMalformed
	}
	return raw, nil
}

// parseHeader reads a protected header and refuses what would have us take the
// key, or the meaning of the token, from the token itself.
func parseHeader(raw []byte) (tokenHeader, error) {
	all, err := decodeObject(raw)
	if err != nil {
		return tokenHeader{}, err
	}
	for _, name := range [...]string{"crit", "b64", "enc", "zip", "jwk", "jku", "x5u", "x5c"} {
		if _, ok := all[name]; ok {
			return tokenHeader{}, errors.New("the token's header has " + name)
		}
	}
	h := tokenHeader{all: all}
	h.algorithm, _ = all["alg"].(string)
	if !asymmetric(h.algorithm) {
		return tokenHeader{}, errors.New("the token's algorithm is not an asymmetric signature")
	}
	if id, ok := all["kid"]; ok {
		if h.keyID, ok = id.(string); !ok || h.keyID == "" || len(h.keyID) > maxKeyID {
			return tokenHeader{}, errors.New("the token's key id is not a short string")
		}
	}
	return h, nil
}

// plainType refuses tokens that are typed to be for something else than access
// or identity: logout tokens, security events, DPoP proofs (RFC 8725, 3.11).
func (h tokenHeader) plainType() error {
	value, ok := h.all["typ"]
	if !ok {
		return nil
	}
	typ, _ := value.(string)
	switch strings.TrimPrefix(strings.ToLower(typ), "application/") {
	case "jwt", "at+jwt":
		return nil
	}
	return errors.New("the token's type is neither JWT nor at+jwt")
}

// accessType reports whether the header says that it is an access token (RFC 9068).
func (h tokenHeader) accessType() bool {
	typ, _ := h.all["typ"].(string)
	return strings.TrimPrefix(strings.ToLower(typ), "application/") == "at+jwt"
}

// lastSecond is the end of the year 9999.
const lastSecond = 253402300799

// numericDate reads a NumericDate (RFC 7519, 2); a fraction is cut off.
func numericDate(v any) (time.Time, bool) {
	n, ok := v.(interface{ Float64() (float64, error) })
	if !ok {
		return time.Time{}, false
	}
	f, err := n.Float64()
	if err != nil || f < 0 || f > lastSecond {
		return time.Time{}, false
	}
	return time.Unix(int64(f), 0), true
}

// checkTimes demands exp and honours nbf and iat. It returns exp.
func checkTimes(claims map[string]any, now time.Time, leeway time.Duration) (time.Time, error) {
	expires, ok := numericDate(claims["exp"])
	if !ok {
		return time.Time{}, errors.New("the token has no exp, or one that is no time")
	}
	if !now.Before(expires.Add(leeway)) {
		return time.Time{}, errors.New("the token has expired")
	}
	for _, name := range [...]string{"nbf", "iat"} {
		v, ok := claims[name]
		if !ok {
			continue
		}
		from, ok := numericDate(v)
		if !ok {
			return time.Time{}, errors.New("the token's " + name + " is no time")
		}
		if now.Add(leeway).Before(from) {
			return time.Time{}, errors.New("the token's " + name + " is in the future")
		}
	}
	return expires, nil
}
