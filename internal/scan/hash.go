package scan

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// hashCall knows what makes a credential safe to store: what comes out of a
// hash or a cipher is no longer what went in.
func (s *scanner) hashCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	if c.At == nil {
		return nil
	}
	switch c.Method {
	case "check_password_hash", "checkpw", "verify_password", "check_password", "compare_digest", "verify":
		if v := c.All(); v != nil {
			var marks []pyflow.Traced
			for _, t := range v.Deep() {
				if m, ok := t.Mark.(dataMark); ok {
					marks = append(marks, pyflow.Traced{Mark: guardMark{factOwn(m.read)}})
				}
			}
			if len(marks) > 0 {
				return &pyflow.Value{Marks: marks}
			}
		}
		return nil
	}
	if algorithm, ok := strings.CutPrefix(c.Name, "hashlib."); ok && !strings.ContainsAny(algorithm, "(.") {
		return s.hashlib(f, c, algorithm)
	}
	if c.Receiver != nil {
		for _, t := range c.Receiver.Marks {
			m, ok := t.Mark.(hashMark)
			if !ok {
				continue
			}
			if c.Method == "update" {
				s.weakHash(f, m, c.All())
			}
			return digestOf(c.Receiver)
		}
	}
	if strings.HasPrefix(c.Method, "decrypt") {
		return decrypted(c)
	}
	if hashing(c.Name) || c.Name == "" && hashing(c.Method) {
		return &pyflow.Value{}
	}
	return nil
}

// digestOf is what a digest tells of what went into it: whose choice it was.
func digestOf(v *pyflow.Value) *pyflow.Value {
	out := &pyflow.Value{}
	for _, t := range v.Deep() {
		switch m := t.Mark.(type) {
		case clientMark:
			if !m.composed {
				out = out.With(pyflow.Traced{Mark: digestMark{m}, Trace: t.Trace})
			}
		case digestMark:
			out = out.With(t)
		}
	}
	return out
}

// decrypted is what a cipher gives back: what somebody thought worth hiding, in
// clear. KMS puts it under Plaintext.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
func decrypted(c *pyflow.Call) *pyflow.Value {
	opened := (&pyflow.Value{Marks: c.All().Deep()}).Map(func(t pyflow.Traced) pyflow.Traced {
		if m, ok := t.Mark.(dataMark); ok && m.level == levelField {
			m.decrypted = true
			t.Mark = m
		}
		return t
	})
	if c.Arg(-1, "CiphertextBlob") == nil {
		return opened
	}
	return &pyflow.Value{Shape: pyflow.Dict, Fields: map[string]*pyflow.Value{"Plaintext": opened}}
}

// hashlib is a constructor of Python's own hashes.
// https://docs.python.org/3/library/hashlib.html
func (s *scanner) hashlib(f *pyflow.Frame, c *pyflow.Call, algorithm string) *pyflow.Value {
	data := c.Arg(0, "data")
	switch algorithm {
	case "new":
		algorithm = c.Arg(0, "name").Text()
		data = c.Arg(1, "data")
	case "pbkdf2_hmac", "scrypt":
		return &pyflow.Value{}
	}
	m := hashMark{algorithm, f.Place(c.At)}
	s.weakHash(f, m, data)
	return (&pyflow.Value{Refs: []pyflow.Ref{pyflow.External("hashlib.object")}, Marks: []pyflow.Traced{{Mark: m}}}).With(digestOf(data).Marks...)
}

// secretIn finds a credential in clear in a value. Passwords only says that
// other secrets, which are long and random, do not count.
func secretIn(v *pyflow.Value, passwords bool) (name string, trace *pyflow.Trace, ok bool) {
	if v == nil {
		return "", nil, false
	}
	for _, t := range v.Deep() {
		var n string
		switch m := t.Mark.(type) {
		case clientMark:
			n = m.name
		case namedMark:
			n = m.name
		}
		if n != "" && isCredential(n) && (!passwords || strings.Contains(strings.ToLower(n), "pass") || strings.Contains(strings.ToLower(n), "pwd")) {
			return n, t.Trace, true
		}
	}
	return "", nil, false
}

func orSome(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
