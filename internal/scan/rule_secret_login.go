package scan

import (
	"path"
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
)

// A password in the source need not be given a name of its own: a login
// compares what callers send with it, or it is hashed on the spot. It is in
// force whatever it looks like.

var (
	passwordName = regexp.MustCompile(`(?i)^(\w+[_-])?(pass_?word|passwd|pwd|pass_?code|api[_-]?key|secret([_-]?key)?)$|[a-z](Password|Passwd|ApiKey|Secret)$`)
	settingOwner = regexp.MustCompile(`(?i)^(self|cls|config|configuration|cfg|conf|settings?|environ|env|options?|args)$`)
	noPassword   = regexp.MustCompile(`(?i)^(\W*|none|null|true|false|yes|no|undefined|required|missing|invalid|hidden|redacted|masked|\*+|x+)$`)
	decoy        = regexp.MustCompile(`(?i)dummy|fake|decoy|timing|placeholder`)
)

// hashesPassword are functions whose first argument is a password in clear.
var hashesPassword = map[string]bool{
	"generate_password_hash": true, "get_password_hash": true, "hash_password": true, "hashpw": true, "make_password": true,
}

// login finds the passwords of one file.
type login struct {
	file  *python.File
	seen  map[int32]bool // the literals that have been reported
	users map[string]*python.Dict
	out   []*finding.Finding
}

// loginSecrets finds literals that callers sign in with, and that are not among
// those seen.
func loginSecrets(file *python.File, seen map[int32]bool) []*finding.Finding {
	if testFile.MatchString(path.Base(file.Path)) {
		return nil
	}
	l := &login{file: file, seen: seen, users: map[string]*python.Dict{}}
	for _, st := range file.Body {
		if a, ok := st.(*python.Assign); ok && len(a.Targets) == 1 {
			if d, ok := a.Value.(*python.Dict); ok {
				l.users[lastName(a.Targets[0])] = d
			}
		}
	}
	file.Inspect(func(n python.Node) bool {
		switch n := n.(type) {
		case *python.Compare:
			if len(n.Ops) == 1 && (n.Ops[0] == python.Eq || n.Ops[0] == python.NotEq) {
				l.compared(n.Left, n.Rights[0])
				l.compared(n.Rights[0], n.Left)
			}
		case *python.Assign:
			return len(n.Targets) != 1 || !decoy.MatchString(lastName(n.Targets[0]))
		case *python.Call:
			l.call(n)
		}
		return true
	})
	return l.out
}

func (l *login) call(c *python.Call) {
	name := lastName(c.Func)
	switch {
	case name == "compare_digest" && len(c.Args) == 2:
		l.compared(c.Args[0], c.Args[1])
		l.compared(c.Args[1], c.Args[0])
	case hashesPassword[name] && len(c.Args) > 0:
		if lit := plainText(c.Args[0]); lit != nil && !decoy.MatchString(lit.Value) {
			l.add(lit, name, "A password that "+name+" is given stands in the source")
		}
	}
}

// compared looks at what a caller sends for a password, and what it is to be.
func (l *login) compared(sent, with python.Expr) {
	name, owner := called(sent)
	if !passwordName.MatchString(name) || settingOwner.MatchString(owner) || strings.ToUpper(name) == name && owner == "" {
		return
	}
	if lit := plainText(with); lit != nil {
		if _, plain := sent.(*python.Name); !plain || !strings.EqualFold(lit.Value, name) {
			l.add(lit, name, name+" is compared with a literal in the source")
		}
		return
	}
	if of := l.users[holder(with)]; of != nil {
		for _, item := range of.Items {
			if lit := plainText(item.Value); lit != nil {
				if f := l.add(lit, holder(with), "Passwords stand in the source, in "+holder(with)); f != nil {
					f.Range = l.file.Range(of.Span) // no variable of the environment takes their place one by one
				}
				return
			}
		}
	}
}

// add reports a literal, nil for one that is no password.
func (l *login) add(lit *python.String, anchor, title string) *finding.Finding {
	if l.seen[lit.Start] || len(lit.Value) < 2 || noPassword.MatchString(lit.Value) || notInForce.MatchString(lit.Value) {
		return nil
	}
	l.seen[lit.Start] = true
	f := literalSecret(l.file, lit, anchor, false)
	f.Title = title
	l.out = append(l.out, f)
	return f
}

// called is the name of what an expression reads, and of what it reads it from:
// form.password.data, request.form["password"], body.get("password").
func called(e python.Expr) (name, owner string) {
	switch e := e.(type) {
	case *python.Name:
		return e.ID, ""
	case *python.Attribute:
		if e.Attr == "data" || e.Attr == "value" {
			return called(e.Value)
		}
		return e.Attr, lastName(e.Value)
	case *python.Subscript:
		if key, ok := e.Index.(*python.String); ok {
			return key.Value, lastName(e.Value)
		}
	case *python.Call:
		a, ok := e.Func.(*python.Attribute)
		if !ok {
			return "", ""
		}
		switch a.Attr {
		case "get":
			if len(e.Args) > 0 {
				if key, ok := e.Args[0].(*python.String); ok {
					return key.Value, lastName(a.Value)
				}
			}
		case "strip", "encode", "decode":
			return called(a.Value)
		}
	}
	return "", ""
}

// holder is the name of what an expression picks from by a key that is no
// literal: users[name], users.get(name).
func holder(e python.Expr) string {
	switch e := e.(type) {
	case *python.Subscript:
		if _, ok := e.Index.(*python.String); !ok {
			return lastName(e.Value)
		}
	case *python.Call:
		if a, ok := e.Func.(*python.Attribute); ok && a.Attr == "get" {
			return lastName(a.Value)
		}
	}
	return ""
}

// plainText is a literal, or the bytes of one.
func plainText(e python.Expr) *python.String {
	if c, ok := e.(*python.Call); ok {
		if a, ok := c.Func.(*python.Attribute); ok && a.Attr == "encode" {
			e = a.Value
		}
	}
	lit, _ := e.(*python.String)
	return lit
}
