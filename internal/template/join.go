package template

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// owner is a principal while the files are still read. Where two files, or two
// resources, speak of one, they meet in its scope: a template, a Terraform root.
type owner struct {
	scope string
	Principal
	policies []held
	groups   []string // names or ids that a user is in
}

type held struct {
	name     string
	kind     Kind
	arn      string
	format   string
	document policy.Node
	at       finding.Location
}

// managedPolicy is a policy of the files that principals attach.
type managedPolicy struct {
	scope string
	names []string // name, id, ARN: whatever may refer to it
	held
	used bool
}

// link attaches a policy, by whatever names it, to a principal.
type link struct {
	scope  string
	owner  *owner
	kind   Kind // Managed or Boundary
	policy policy.Node
	format string
}

// principal is the owner of that id in a scope, made where there is none.
func (r *reader) principal(scope string, kind PrincipalType, id, name string, at finding.Location) *owner {
	for _, o := range r.owners {
		if o.scope == scope && o.Type == kind && (o.ID == id || name != "" && o.Name == name && !marked(name)) {
			return o
		}
	}
	if name == "" {
		name = id
	}
	id, _ = r.unknowns.written(id)
	o := &owner{scope: scope, Principal: Principal{Type: kind, Name: name, ID: id, Location: at}}
	r.owners = append(r.owners, o)
	return o
}

// named finds a principal by its id, name or ARN.
func (r *reader) named(scope string, kind PrincipalType, name string) *owner {
	for _, o := range r.owners {
		if o.scope == scope && o.Type == kind && (o.ID == name || o.Name == name || strings.HasSuffix(name, "/"+o.Name) && strings.HasPrefix(name, "arn:")) {
			return o
		}
	}
	return nil
}

func (o *owner) hold(p held) { o.policies = append(o.policies, p) }

// attach notes that a principal has a managed policy; ref is its ARN or name.
func (r *reader) attach(scope string, o *owner, kind Kind, ref policy.Node, format string) {
	if ref.Kind == policy.List {
		for _, e := range ref.Elements {
			r.attach(scope, o, kind, e, format)
		}
		return
	}
	if ref.Kind != policy.Null {
		r.links = append(r.links, link{scope, o, kind, ref, format})
	}
}

// join puts every policy under the principals that have it.
func (r *reader) join() []Principal {
	for i := range r.links {
		l := &r.links[i]
		l.owner.hold(r.linked(l))
	}
	for _, o := range r.owners {
		for _, g := range o.groups {
			group := r.named(o.scope, Group, g)
			if group == nil {
				text, _ := r.unknowns.written(g)
				r.notice(o.Location, "the group "+text+" is not in the files: what it grants is unknown")
				continue
			}
			for _, p := range group.policies {
				o.hold(p)
			}
		}
	}
	var out []Principal
	for _, o := range r.owners {
		p := o.Principal
		if marked(p.Name) {
			p.Name = p.ID
		}
		for _, h := range o.policies {
			p.Policies = append(p.Policies, r.finish(h))
		}
		if len(p.Policies) > 0 {
			out = append(out, p)
		}
	}
	for i := range r.managed {
		if m := &r.managed[i]; !m.used && !r.included[m.at.Path] {
			m.kind = UnattachedGrant
			out = append(out, Principal{Type: Nobody, Name: m.name, ID: m.name, Policies: []Policy{r.finish(m.held)}, Location: m.at})
		}
	}
	slices.SortStableFunc(out, func(a, b Principal) int { return order(a.Location, b.Location) })
	return out
}

func (r *reader) finish(h held) Policy {
	p := Policy{Name: h.name, Kind: h.kind, ARN: h.arn, Format: h.format, Location: h.at}
	p.Name, _ = r.unknowns.written(p.Name)
	p.Document = r.settle(h.document, &p.Unknown, 0)
	return p
}

// linked is the policy that a link means.
func (r *reader) linked(l *link) held {
	h := held{name: l.policy.Text, kind: l.kind, arn: l.policy.Text, format: l.format, at: l.policy.Location}
	if l.policy.Kind == policy.String {
		for i := range r.managed {
			m := &r.managed[i]
			if m.scope == l.scope && slices.Contains(m.names, l.policy.Text) {
				m.used = true
				h = m.held
				h.kind = l.kind
				return h
			}
		}
		if !marked(l.policy.Text) {
			if name, ok := awsManagedName(l.policy.Text); ok {
				if !strings.HasPrefix(h.arn, "arn:") {
					h.arn = ""
				}
				if l.kind == Managed {
					h.kind = AWSManaged
				}
				h.name = name
				h.document = awsManagedDocument(name, l.policy.Location)
				return h
			}
		}
	}
	if marked(l.policy.Text) {
		h.document = l.policy
		h.name, _ = r.unknowns.written(l.policy.Text)
		h.arn = ""
	} else {
		h.document = policy.Node{Kind: policy.Unresolved, Text: "the policy " + l.policy.Text + " is not in the files", Location: l.policy.Location}
	}
	return h
}
