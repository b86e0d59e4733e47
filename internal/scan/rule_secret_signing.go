package scan

import (
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
)

// Where a literal is what an app signs its sessions and tokens with, it is in
// force whatever it looks like: "secret" and "change me" are guessed first.

var (
	signingName = regexp.MustCompile(`(?i)^(flask_|django_|app_)?secret_key$|^((jwt|session|token|auth|app|cookie|flask)_secret(_key)?|jwt_key|signing_(key|secret)|(wtf_)?csrf_secret_key|(security_)?password_salt|(password_)?pepper)$`)
	appName     = regexp.MustCompile(`(?i)app(lication)?$|^(server|api)$`)
	notInForce  = regexp.MustCompile(`^$|^[<{$%]|\{\{|^(https?|arn|ssm|vault):|^/[\w-]+/|PUBLIC KEY|BEGIN CERTIFICATE`)
	publicKey   = regexp.MustCompile(`["'](RS|ES|PS|Ed)(256|384|512|DSA)`) // algorithms whose key to verify with is public
	testFile    = regexp.MustCompile(`(?i)^(test|local|dev)|(^|_)(test|testing|local|dev|development)\.py$`)
)

// signing finds the keys of one file.
type signing struct {
	file      *python.File
	seen      map[int32]bool // the literals that have been reported
	constants map[string]python.Expr
	out       []*finding.Finding
}

// signingKeys finds literals that sessions or tokens are signed with, and that
// are not among those seen.
func signingKeys(file *python.File, seen map[int32]bool) []*finding.Finding {
	if testFile.MatchString(path.Base(file.Path)) {
		return nil
	}
	s := &signing{file: file, seen: seen, constants: map[string]python.Expr{}}
	signs := sync.OnceValue(func() bool { return signs(file) })
	for _, st := range file.Body {
		a, ok := st.(*python.Assign)
		if !ok || len(a.Targets) != 1 {
			continue
		}
		if n, ok := a.Targets[0].(*python.Name); ok {
			s.constants[n.ID] = a.Value
			if signingName.MatchString(n.ID) && signs() {
				s.constant(n.ID, a.Value)
			}
		}
	}
	file.Inspect(s.visit)
	return s.out
}

// signs says whether a file has to do with sessions, or sets what others do.
func signs(file *python.File) bool {
	return containsAny(file.Text, "flask", "Flask", "jwt", "itsdangerous", "fastapi", "starlette") || containsAny(path.Base(file.Path), "config", "settings")
}

func (s *signing) visit(n python.Node) bool {
	switch n := n.(type) {
	case *python.ClassDef:
		if testClass.MatchString(n.Name) || !containsAny(n.Name, "onfig", "etting") {
			return true
		}
		for _, st := range n.Body {
			switch st := st.(type) {
			case *python.Assign:
				if name, ok := st.Targets[0].(*python.Name); ok {
					s.constant(name.ID, st.Value)
				}
			case *python.AnnAssign: // pydantic: the environment may set another
				if name, ok := st.Target.(*python.Name); ok && signingName.MatchString(name.ID) {
					s.key(name.ID, st.Value, true)
				}
			}
		}
	case *python.Assign:
		for _, t := range n.Targets {
			switch t := t.(type) {
			case *python.Attribute:
				if t.Attr == "secret_key" && appName.MatchString(lastName(t.Value)) {
					s.set(t.Attr, n.Value)
				}
			case *python.Subscript:
				if key, ok := t.Index.(*python.String); ok && lastName(t.Value) == "config" {
					s.set(key.Value, n.Value)
				}
			}
		}
	case *python.Call:
		s.call(n)
	}
	return true
}

// call knows what is given a key: configurations, jwt, itsdangerous.
func (s *signing) call(c *python.Call) {
	name := s.file.Source(c.Func.Pos())
	switch {
	case strings.HasSuffix(name, "config.update") || strings.HasSuffix(name, "config.from_mapping"):
		for i := range c.Keywords {
			s.set(c.Keywords[i].Name, c.Keywords[i].Value)
		}
		for _, arg := range c.Args {
			if d, ok := arg.(*python.Dict); ok {
				for _, item := range d.Items {
					if key, ok := item.Key.(*python.String); ok {
						s.set(key.Value, item.Value)
					}
				}
			}
		}
	case (name == "jwt.encode" || name == "jwt.decode") && !unverified(c) && !publicKey.MatchString(s.file.Source(c.Span)):
		if len(c.Args) > 1 {
			s.key("the key of "+name, c.Args[1], false)
		}
		if key := keyword(c, "key"); key != nil {
			s.key("the key of "+name, key, false)
		}
	case isSigner(lastName(c.Func)):
		if len(c.Args) > 0 {
			s.key("the key of "+lastPart(name), c.Args[0], false)
		}
		if key := keyword(c, "secret_key"); key != nil {
			s.key("the key of "+lastPart(name), key, false)
		}
	}
}

// isSigner says whether a class signs with a key: itsdangerous's, starlette's.
func isSigner(name string) bool {
	switch name {
	case "Signer", "TimestampSigner", "SessionMiddleware":
		return true
	}
	return strings.HasSuffix(name, "Serializer") && (strings.HasPrefix(name, "URLSafe") || strings.HasPrefix(name, "Timed") || strings.HasPrefix(name, "JSONWebSignature"))
}

// constant is a name that is given a value once, which may be another name.
func (s *signing) constant(name string, value python.Expr) {
	if lit, _ := s.literal(value); lit != nil && !settingItself.MatchString(lit.Value) {
		s.set(name, value)
	}
}

// set is a setting that is given a value.
func (s *signing) set(name string, value python.Expr) {
	if signingName.MatchString(name) {
		s.key(name, value, false)
	}
}

// key judges what is used as a key.
func (s *signing) key(name string, value python.Expr, fallback bool) {
	if id, ok := value.(*python.Name); ok && s.constants[id.ID] != nil {
		name, value = id.ID, s.constants[id.ID]
	}
	lit, otherwise := s.literal(value)
	if lit == nil || s.seen[lit.Start] || notInForce.MatchString(lit.Value) {
		return
	}
	s.seen[lit.Start] = true
	f := literalSecret(s.file, lit, name, fallback || otherwise)
	if f.Severity == finding.High && (placeholder.MatchString(lit.Value) || !plausible(lit.Value)) {
		f.Severity = finding.Medium
		f.Message = "What looks like a placeholder is in force: the app signs or salts with it, and it is among the first that anyone would try. It is not shown here."
	}
	s.out = append(s.out, f)
}

// literal is the text that an expression gives; otherwise says that it does so
// only where a setting has no value.
func (s *signing) literal(e python.Expr) (lit *python.String, otherwise bool) {
	switch e := e.(type) {
	case *python.String:
		return e, false
	case *python.BoolOp:
		if lit, ok := e.Values[len(e.Values)-1].(*python.String); ok && e.Or {
			return lit, true
		}
	case *python.Call:
		name := s.file.Source(e.Func.Pos())
		if !strings.HasSuffix(name, "environ.get") && !strings.HasSuffix(name, "getenv") && name != "config" && !strings.HasPrefix(name, "env") {
			return nil, false
		}
		for i := range e.Keywords {
			if lit, ok := e.Keywords[i].Value.(*python.String); ok && e.Keywords[i].Name == "default" {
				return lit, true
			}
		}
		if len(e.Args) == 2 {
			lit, _ := e.Args[1].(*python.String)
			return lit, true
		}
	}
	return nil, false
}

// lastName is the last part of a dotted name, "" for another expression.
func lastName(e python.Expr) string {
	switch e := e.(type) {
	case *python.Name:
		return e.ID
	case *python.Attribute:
		return e.Attr
	}
	return ""
}
