package policy

import "strings"

// Request is what a principal asks of AWS.
type Request struct {
	Action   string // service:Name
	Resource string // an ARN; "*" for an action that has no resource
	Caller   Caller
	// Account owns the resource; "" stands for the account of the resource's
	// ARN or, where that names none, the caller's.
	Account string
	Context Context
}

// Caller is who asks. The zero Caller is anonymous.
type Caller struct {
	ARN     string // of a user, a role's session, or a role
	Role    string // of a session: the role's ARN; else ""
	Service string // of an AWS service: its principal, such as lambda.amazonaws.com
}

func (c Caller) account() string { return accountOf(c.ARN) }

func accountOf(arn string) string {
	parts := strings.SplitN(arn, ":", arnParts)
	if len(parts) != arnParts {
		return ""
	}
	return parts[4]
}

// Context are the condition keys that a request carries. Names are compared
// without case.
type Context map[string][]string

func (c Context) get(key string) ([]string, bool) {
	if v, ok := c[key]; ok {
		return v, true
	}
	for name, v := range c {
		if strings.EqualFold(name, key) {
			return v, true
		}
	}
	return nil, false
}

// asked is a request with what is known of its action.
type asked struct {
	Request
	service string
	action  *Action // nil: not in the data
	known   bool    // the service is in the data
}

func prepare(r Request) asked {
	service, _, _ := strings.Cut(r.Action, ":")
	a := asked{Request: r, service: strings.ToLower(service)}
	a.action, a.known = Lookup(r.Action)
	if a.Account == "" {
		if a.Account = accountOf(r.Resource); a.Account == "" {
			a.Account = r.Caller.account()
		}
	}
	return a
}

// key gives a context key's values. No: the key is absent, as the request has
// none or its action has no such key. Unknown: it is no key that the data or the
// documentation has.
func (a *asked) key(name string) ([]string, Outcome) {
	switch keyOf(a.service, a.action, a.known, name) {
	case keyNever:
		return nil, No
	case keyUnrecognised:
		return nil, Unknown
	}
	v, ok := a.Context.get(name)
	if !ok && a.Caller.ARN != "" {
		switch strings.ToLower(name) {
		case "aws:principalarn":
			v = []string{a.Caller.ARN}
			if a.Caller.Role != "" {
				v = []string{a.Caller.Role}
			}
		case "aws:principalaccount":
			v = []string{a.Caller.account()}
		}
	}
	if len(v) == 0 {
		return nil, No
	}
	return v, Yes
}

// variable gives a policy variable's value: a key that has exactly one.
func (a *asked) variable(name string) (string, Outcome) {
	v, ok := a.key(name)
	switch {
	case ok == Unknown:
		return "", Unknown
	case len(v) != 1:
		return "", No
	}
	return v[0], Yes
}
