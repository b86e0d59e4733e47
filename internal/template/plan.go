package template

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// isPlan reports whether a JSON text may be what `terraform show -json` writes,
// or a state file.
func isPlan(data []byte) bool {
	head := data[:min(len(data), 4096)]
	return bytes.Contains(head, []byte(`"terraform_version"`)) || bytes.Contains(head, []byte(`"format_version"`))
}

// plan reads a plan or a state: what Terraform itself evaluated. Its tree is
// read here, and not by a library, for the places.
// https://developer.hashicorp.com/terraform/internals/json-format
func (r *reader) plan(name string, data []byte) {
	n, err := readJSON(name, data)
	if err != nil {
		r.problem(name, err)
		return
	}
	if v := str(get(&n, "format_version")); v != "" && !strings.HasPrefix(v, "0.") && !strings.HasPrefix(v, "1.") {
		r.notice(get(&n, "format_version").Location, "this version of the format is not known")
		return
	}
	r.files++
	var all []aws
	switch {
	case get(&n, "planned_values") != nil:
		all = r.planned(name, get(&n, "planned_values", "root_module"), 0)
	case get(&n, "values") != nil:
		all = r.planned(name, get(&n, "values", "root_module"), 0)
	case get(&n, "resources") != nil && str(get(&n, "version")) == "4":
		all = r.state(name, get(&n, "resources"))
	default:
		r.files--
		return
	}
	for _, principal := range []bool{true, false} {
		for _, a := range all {
			if itself := a.kind == "aws_iam_role" || a.kind == "aws_iam_user" || a.kind == "aws_iam_group"; itself == principal {
				a.read()
			}
		}
	}
}

func (r *reader) planned(name string, module *policy.Node, depth int) []aws {
	var out []aws
	for _, n := range each(get(module, "resources")) {
		if str(get(&n, "mode")) == "data" || !relevant(str(get(&n, "type"))) {
			continue
		}
		values := get(&n, "values")
		if values == nil {
			continue
		}
		at := n.Location
		if a := get(&n, "address"); a != nil {
			at = a.Location
		}
		out = append(out, r.applied(name, "Terraform plan", str(get(&n, "address")), str(get(&n, "type")), values, at))
	}
	for _, child := range each(get(module, "child_modules")) {
		if depth < maxModules {
			out = append(out, r.planned(name, &child, depth+1)...)
		}
	}
	return out
}

// state reads the resources of a state file, format 4.
func (r *reader) state(name string, resources *policy.Node) []aws {
	var out []aws
	for _, n := range each(resources) {
		kind := str(get(&n, "type"))
		if str(get(&n, "mode")) == "data" || !relevant(kind) {
			continue
		}
		address := kind + "." + str(get(&n, "name"))
		if m := str(get(&n, "module")); m != "" {
			address = m + "." + address
		}
		for _, i := range each(get(&n, "instances")) {
			one := address
			if key := get(&i, "index_key"); key != nil {
				one += "[" + key.Text + "]"
				if key.Kind == policy.String {
					one = address + "[" + strconv.Quote(key.Text) + "]"
				}
			}
			if values := get(&i, "attributes"); values != nil {
				out = append(out, r.applied(name, "Terraform state", one, kind, values, n.Location))
			}
		}
	}
	return out
}

func (r *reader) applied(scope, format, address, kind string, values *policy.Node, at finding.Location) aws {
	a := aws{reader: r, scope: scope, format: format, address: address, kind: kind, at: at, values: *values}
	if name := str(a.value("name")); name != "" && kind != "aws_iam_policy" {
		a.names = append(a.names, name)
	}
	return a
}
