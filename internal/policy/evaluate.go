package policy

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

// Kind is what a policy is attached to, and so what it can do.
type Kind uint8

// The kinds. A trust policy is a resource-based one, of the role.
const (
	Identity       Kind = iota // grants
	ResourceBased              // grants to the principals it names
	Boundary                   // limits
	Session                    // limits
	ServiceControl             // limits
)

var kindNames = [...]string{"identity", "resource", "boundary", "session", "service control"}

func (k Kind) String() string { return kindNames[k] }

// MarshalText makes JSON say the name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Policy is a document in its place.
type Policy struct {
	Name     string
	Kind     Kind
	Level    int // of a service control policy: every level must allow
	Document *Document
}

// Decision is what the policies say about a request.
type Decision string

// The decisions. Undecided is neither: something decisive is unknown.
const (
	Allowed      Decision = "allowed"
	ExplicitDeny Decision = "explicit deny"
	ImplicitDeny Decision = "implicit deny"
	Undecided    Decision = "unknown"
)

// Verdict is a decision with how it came about.
type Verdict struct {
	Decision Decision `json:"decision"`
	Why      string   `json:"why"`
	Trace    []Step   `json:"trace"`
	// Notes are what one should know of the request: an action that the data
	// does not have, a context key that its action never carries.
	Notes []string `json:"notes"`
}

// Step is one statement's part.
type Step struct {
	Policy     string           `json:"policy"`
	Kind       Kind             `json:"kind"`
	Statement  string           `json:"statement"` // its Sid or number
	Effect     Effect           `json:"effect"`
	Applies    Outcome          `json:"applies"`
	Why        string           `json:"why"` // the first element that does not match; "" where all do
	Action     Outcome          `json:"action"`
	Resource   Outcome          `json:"resource"`
	Principal  Outcome          `json:"principal"`
	Conditions []ConditionStep  `json:"conditions,omitempty"`
	At         finding.Location `json:"-"`

	level  int
	direct bool    // the principal element names the caller or everybody, not an account alone
	named  Outcome // it names the user or the session itself
}

// ConditionStep is one condition's part.
type ConditionStep struct {
	Operator string  `json:"operator"`
	Key      string  `json:"key"`
	Holds    Outcome `json:"holds"`
	Why      string  `json:"why,omitempty"`
}

// Evaluate says what the policies decide about the request. They are taken to be
// all there are: a resource-based policy is the resource's, of the account that
// the request says.
func Evaluate(policies []Policy, r Request) Verdict {
	a := prepare(r)
	v := Verdict{Trace: []Step{}, Notes: a.notes()}
	for _, p := range policies {
		for _, s := range p.Document.Statements {
			step := a.apply(p, s)
			v.Trace = append(v.Trace, step)
		}
	}
	v.Decision, v.Why = decide(&a, policies, v.Trace)
	return v
}

// Touches reports whether a statement that is no Deny may be about the request's
// action and resource: without one, Evaluate allows nothing, whatever else the
// request has.
func Touches(policies []Policy, r Request) bool {
	a := prepare(r)
	for _, p := range policies {
		for _, s := range p.Document.Statements {
			if s.Unresolved != "" || s.Effect != Deny && a.actionOf(s.Action) != No && a.resourceOf(s.Resource, p.Document.expands()) != No {
				return true
			}
		}
	}
	return false
}

func (a *asked) notes() []string {
	out := []string{}
	if a.action == nil {
		text := a.Action + ": nothing is known of this service's actions and keys"
		if a.known {
			text = a.Action + ": not an action that the data has; review what it does"
		}
		out = append(out, text)
	}
	for _, key := range sortedNames(a.Context) {
		switch keyOf(a.service, a.action, a.known, key) {
		case keyNever:
			out = append(out, key+": "+a.Action+" never carries this key, so it counts as absent")
		case keyUnrecognised:
			out = append(out, key+": not a key that the data has")
		}
	}
	return out
}

func (a *asked) apply(p Policy, s *Statement) Step {
	step := Step{
		Policy: p.Name, Kind: p.Kind, Statement: s.Name(), Effect: s.Effect, At: s.Location, level: p.Level,
		Action: Unknown, Resource: Unknown, Principal: Yes,
	}
	if s.Unresolved != "" {
		step.Applies, step.Why = Unknown, "unresolved: "+s.Unresolved
		return step
	}
	expand := p.Document.expands()
	step.Action = a.actionOf(s.Action)
	step.Resource = a.resourceOf(s.Resource, expand)
	if !s.Resource.Present && p.Kind != ResourceBased {
		step.Resource = Unknown // AWS refuses the document
	}
	if p.Kind == ResourceBased {
		step.Principal, step.direct = a.principalOf(s.Principal)
		step.named = a.namedBy(s.Principal)
	}
	step.Applies = step.Action.and(step.Resource).and(step.Principal)
	step.Why = element(step)
	for _, c := range s.Conditions {
		holds, why := a.holds(c, expand)
		step.Conditions = append(step.Conditions, ConditionStep{c.Operator, c.Key, holds, why})
		if step.Applies = step.Applies.and(holds); step.Why == "" && holds != Yes {
			step.Why = "condition " + c.Operator + " " + c.Key + ": " + holds.String()
			if why != "" {
				step.Why += ", " + why
			}
		}
	}
	return step
}

func element(s Step) string {
	for _, e := range []struct {
		name string
		is   Outcome
	}{{"action", s.Action}, {"resource", s.Resource}, {"principal", s.Principal}} {
		switch e.is {
		case No:
			return "another " + e.name
		case Unknown:
			return "the " + e.name + " is unknown"
		}
	}
	return ""
}

func (a *asked) actionOf(v Values) Outcome {
	return among(v, func(pattern string) Outcome { return outcome(pattern == "*" || like(pattern, a.Action)) })
}

func (a *asked) resourceOf(v Values, expand bool) Outcome {
	if !v.Present {
		return Yes // of a trust policy: the role itself
	}
	return among(v, func(pattern string) Outcome {
		if pattern == "*" {
			return Yes
		}
		p, ok := resolve(pieces(pattern, true, expand), a.variable)
		if ok == No && v.Not {
			return Unknown // no document of AWS says what it excludes then
		}
		if ok != Yes {
			return ok
		}
		if !strings.HasPrefix(pattern, "arn:") {
			return Unknown // AWS refuses it
		}
		return outcome(matchesARN(p, a.Resource, true))
	})
}

func among(v Values, match func(string) Outcome) Outcome {
	result := No
	for _, x := range v.List {
		if x.Unresolved {
			result = result.or(Unknown)
		} else {
			result = result.or(match(x.Text))
		}
	}
	if v.Not {
		return result.not()
	}
	return result
}
