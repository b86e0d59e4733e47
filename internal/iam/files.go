package iam

import (
	"cmp"
	"slices"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
	"github.com/discreet-dev/discreet/internal/template"
)

// FromFiles makes subjects of what package template found in files. A policy
// that nobody in the files has is a subject of its own. The options are those of
// the reading. source gives the text of a file, or nil: edits are made of what
// can be read.
func FromFiles(r template.Result, o template.Options, source func(path string) []byte) (subjects []Subject, notices []finding.Notice) {
	for _, p := range r.Principals {
		one := Subject{Name: cmp.Or(p.Name, p.ID)}
		for _, held := range p.Policies {
			a, problems := attached(held)
			if a.Document == nil {
				notices = append(notices, problems...)
				continue
			}
			if held.Format == "IAM JSON" {
				a.Source = source(a.Document.Path)
			} else if text := string(source(a.Document.Path)); text != "" && template.Editable(held.Format, a.Document.Path, text) {
				a.Template = &template.Written{Path: a.Document.Path, Text: text, Options: o}
			}
			if p.Type == template.Nobody {
				subjects = append(subjects, Subject{Name: cmp.Or(held.Name, one.Name), Policies: []Attached{a}})
				continue
			}
			one.Policies = append(one.Policies, a)
		}
		if len(one.Policies) > 0 {
			subjects = append(subjects, one)
		}
	}
	return subjects, notices
}

func attached(held template.Policy) (Attached, []finding.Notice) {
	a := Attached{Name: held.Name, Format: held.Format, AWS: held.Kind == template.AWSManaged}
	d, problems := policy.FromNode(held.Document)
	var notices []finding.Notice
	for _, p := range problems {
		notices = append(notices, finding.Notice{Location: p.Location, Text: held.Name + ": no policy that AWS takes: " + p.Text})
	}
	a.Document = d
	switch held.Kind {
	case template.Boundary:
		a.Kind = policy.Boundary
	case template.ResourceBased:
		a.Kind = policy.ResourceBased
	case template.Trust:
		a.Kind, a.Trust = policy.ResourceBased, true
	case template.UnattachedGrant:
		if d != nil && slices.ContainsFunc(d.Statements, func(s *policy.Statement) bool { return s.Principal != nil }) {
			a.Kind = policy.ResourceBased
			a.Trust = !slices.ContainsFunc(d.Statements, func(s *policy.Statement) bool { return s.Resource.Present })
		}
	}
	return a, notices
}

// One makes one principal of several: its policies together decide.
func One(name string, subjects []Subject) Subject {
	one := Subject{Name: name}
	for _, s := range subjects {
		one.Policies = append(one.Policies, s.Policies...)
		one.ARN = cmp.Or(one.ARN, s.ARN)
	}
	return one
}
