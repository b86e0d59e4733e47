package scan

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// identityCall knows what tells who a verified caller is.
func (s *scanner) identityCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	if c.At == nil {
		return nil
	}
	last := lastPart(strings.TrimSuffix(c.Name, "()"))
	switch last {
	case "get_jwt_identity", "get_jwt", "get_raw_jwt", "get_jwt_claims", "get_current_user", "verify_id_token", "verify_oauth2_token",
		"verify_firebase_token", "get_unverified_claims", "get_unverified_header", "current_user", "verify_jwt":
		if strings.Contains(last, "unverified") {
			return client(f, c.At, "header", "")
		}
		s.sawPrincipal()
		return principal(f, c.At, last)
	case "decode", "decode_token":
		if !strings.Contains(c.Name, "jwt") && !strings.Contains(c.Name, "jose") {
			return nil
		}
		if unverified(c.At) {
			return client(f, c.At, "header", "")
		}
		s.identity = true
		return principal(f, c.At, "claims")
	}
	switch {
	case c.Method == "loads" && strings.Contains(c.Name, "Serializer"), c.Method == "unsign", c.Method == "get_user" && c.Arg(-1, "AccessToken") != nil:
		s.sawPrincipal()
		return principal(f, c.At, "identity")
	case c.Method == "current_user" && strings.Contains(c.Name, "Auth"), c.Method == "username" && strings.Contains(c.Name, "Auth"):
		s.sawPrincipal()
		return principal(f, c.At, "current_user")
	}
	return nil
}

// unverified says that a JWT is read without its signature being checked.
func unverified(c *python.Call) bool {
	for i := range c.Keywords {
		k := &c.Keywords[i]
		switch v := k.Value.(type) {
		case *python.Constant:
			if k.Name == "verify" && v.Kind == python.False {
				return true
			}
		case *python.Dict:
			for _, item := range v.Items {
				name, ok := item.Key.(*python.String)
				value, is := item.Value.(*python.Constant)
				if ok && is && name.Value == "verify_signature" && value.Kind == python.False {
					return true
				}
			}
		}
	}
	return false
}
