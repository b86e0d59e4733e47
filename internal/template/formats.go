package template

import (
	"errors"
	"path"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// file reads one file by what its name and its text say it is. A file that is
// none of the formats is passed over; one that looks like one and cannot be read
// is a notice.
func (r *reader) file(name string, data []byte) {
	base := formatName(name)
	switch {
	case strings.HasSuffix(base, ".tf"), strings.HasSuffix(base, ".tf.json"), strings.HasSuffix(base, ".tfvars"), strings.HasSuffix(base, ".tfvars.json"):
		r.terraformFile(name, data)
	case configured(base):
		r.notice(finding.Location{Path: name}, "a program makes this configuration: read what `serverless print` or `serverless package` writes")
	case strings.HasSuffix(base, ".json"), strings.HasSuffix(base, ".tfstate"), strings.HasSuffix(base, ".template") && startsJSON(data):
		r.jsonFile(name, data)
	default:
		r.yamlFile(name, data)
	}
}

// formatName is the name by which a file's format is told. Behind it may stand
// the ending of a template engine, which renders the file.
func formatName(name string) string {
	base := strings.ToLower(path.Base(name))
	for _, ext := range []string{".j2", ".jinja", ".jinja2", ".tmpl", ".tpl"} {
		base = strings.TrimSuffix(base, ext)
	}
	return base
}

func startsJSON(data []byte) bool {
	return strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(string(data[:min(len(data), 1000)]), byteOrderMark), " \t\r\n"), "{")
}

// speaks reports whether a text can be of use at all, so that nothing is said
// of the many other files of a project.
func speaks(data []byte) bool {
	s := string(data)
	for _, word := range []string{"AWS::", "Statement", "iamRole", "terraform_version", "format_version", "iam_policy", "provider:", "Policies"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}

func (r *reader) problem(name string, err error) {
	at := finding.Location{Path: name}
	var p policy.Problem
	if errors.As(err, &p) {
		at = p.Location
	}
	r.notice(at, "not read: "+err.Error())
}

func (r *reader) jsonFile(name string, data []byte) {
	if !speaks(data) && !chalice(name) && !zappa(name) && !amplify(name) {
		return
	}
	if isPlan(data) {
		r.plan(name, data)
		return
	}
	n, err := readJSON(name, []byte(r.unknowns.templated(string(data))))
	if err != nil {
		r.problem(name, err)
		return
	}
	r.document(name, n)
}

func (r *reader) yamlFile(name string, data []byte) {
	if !speaks(data) && !zappa(name) {
		return
	}
	docs, err := r.readYAML(name, data)
	if err != nil {
		r.problem(name, err)
		return
	}
	for _, n := range docs {
		r.document(name, n)
	}
}

// document reads a tree by its shape.
func (r *reader) document(name string, n policy.Node) {
	if n.Kind == policy.List {
		if amplify(name) {
			r.files++
			r.amplify(name, n)
			return
		}
		for _, e := range n.Elements {
			if e.Kind == policy.Object {
				r.document(name, e)
			}
		}
		return
	}
	r.files++
	switch {
	case chalice(name):
		r.chalice(name, &n)
	case zappa(name):
		r.zappa(name, &n)
	case isStack(&n):
		r.stack(name, &n)
	case isServerless(name, &n):
		r.serverless(name, &n)
	case r.plain(name, &n):
	default:
		r.files--
	}
}

// isStack reports whether a tree is a CloudFormation template: resources with
// types of AWS.
func isStack(n *policy.Node) bool {
	resources := get(n, "Resources")
	for _, m := range members(resources) {
		kind := str(get(&m.Value, "Type"))
		if strings.HasPrefix(kind, "AWS::") || marked(kind) && get(&m.Value, "Properties") != nil || strings.HasPrefix(m.Name, "Fn::") {
			return true
		}
	}
	return get(n, "AWSTemplateFormatVersion") != nil && resources != nil
}
