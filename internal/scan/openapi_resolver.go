package scan

import (
	"regexp"
	"strings"
)

// resolver is how a connexion app finds the function of an operation: by its
// operationId, below root where that is relative, or by its path and method.
// https://connexion.readthedocs.io/en/latest/routing.html#automatic-routing
type resolver struct {
	kind       string // Resty, Method, MethodView, Relative; "" by the operationId
	root       string
	collection string // what answers a GET of a collection
}

var (
	resolverCall   = regexp.MustCompile(`\b(Resty|Method|MethodView|Relative)Resolver\(\s*(?:(?:default_module_name|root_path)\s*=\s*)?["']([\w.]+)["']([^)]*)`)
	collectionName = regexp.MustCompile(`collection_endpoint_name\s*=\s*["'](\w+)["']`)
)

// resolverIn finds the one that a module makes.
func resolverIn(text string) (resolver, bool) {
	m := resolverCall.FindStringSubmatch(text)
	if m == nil {
		return resolver{}, false
	}
	r := resolver{kind: m[1], root: m[2], collection: "search"}
	if c := collectionName.FindStringSubmatch(m[3]); c != nil {
		r.collection = c[1]
	}
	return r, true
}

// name is the dotted name of an operation's function or method, "" for none.
func (r resolver) name(op operation) string {
	switch {
	case op.id != "" && op.controller != "":
		return op.controller + "." + op.id
	case op.id != "" && r.kind == "Relative":
		return r.root + "." + op.id
	case op.id != "" || r.kind == "" || r.kind == "Relative":
		return op.id
	}
	var parts []string
	last := ""
	for part := range strings.SplitSeq(op.path, "/") {
		if part == "" {
			continue
		}
		if last = part; !strings.HasPrefix(part, "{") {
			parts = append(parts, strings.ReplaceAll(part, "-", "_"))
		}
	}
	module, function := r.root, strings.ToLower(op.method)
	if function == "get" && len(parts) > 0 && !strings.HasPrefix(last, "{") && r.kind != "MethodView" {
		function = r.collection
	}
	if op.controller != "" {
		module = op.controller
	} else if len(parts) > 0 {
		module += "." + strings.Join(parts, ".")
	}
	if i := strings.LastIndexByte(module, '.'); r.kind != "Resty" && i > 0 {
		module = module[:i+1] + camel(module[i+1:]) + "View"
	}
	return module + "." + function
}

// camel is a name of words with underscores in capitals.
func camel(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// asks says whether one of some security requirements must be met: an empty one
// among them lets everybody in.
// https://spec.openapis.org/oas/v3.1.0#security-requirement-object
func asks(requirements []map[string][]string) bool {
	for _, r := range requirements {
		if len(r) == 0 {
			return false
		}
	}
	return len(requirements) > 0
}

// asksInline says so of requirements that stand in the line, and of those below.
func asksInline(value string) bool { return value != "[]" && !strings.Contains(value, "{}") }
