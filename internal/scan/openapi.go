package scan

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// operation is one of an OpenAPI document, as connexion finds its function.
// https://connexion.readthedocs.io/en/latest/routing.html
type operation struct {
	method, path   string
	id, controller string
	secured        bool
	params         map[string]string // a parameter's name to the part that it is in
}

var (
	yamlKey    = regexp.MustCompile(`^( *)(- +)?["']?([$/\w{}.~:-]*[\w/}])["']?\s*:(?:\s+(.*))?$`)
	flowMember = regexp.MustCompile(`\b(name|in)\s*:\s*["']?([\w-]+)`)
	humps      = regexp.MustCompile(`([a-z0-9])([A-Z])`)
)

// operations makes entries of the functions that a connexion app's OpenAPI
// documents name.
func (s *scanner) operations(files []textFile) {
	uses, by := false, resolver{}
	for _, m := range s.program.Modules {
		if !strings.Contains(m.File.Text, "connexion") {
			continue
		}
		uses = true
		if found, ok := resolverIn(m.File.Text); ok {
			by = found
		}
	}
	if !uses {
		return
	}
	for _, f := range files {
		if !strings.Contains(f.text, "paths") || !strings.Contains(f.text, "openapi") && !strings.Contains(f.text, "swagger") {
			continue
		}
		for _, op := range readOperations(f.text) {
			s.operation(op, by)
		}
	}
}

// operation makes an entry of the function or method that an operation is
// answered by.
func (s *scanner) operation(op operation, by resolver) {
	dotted := by.name(op)
	i := strings.LastIndexByte(dotted, '.')
	if i <= 0 {
		return
	}
	params := map[string]string{}
	for _, name := range sortedKeys(op.params) {
		params[strings.ToLower(humps.ReplaceAllString(name, "${1}_$2"))] = op.params[name] // pythonic_params
	}
	maps.Copy(params, op.params)
	add := func(fn *pyflow.Func, c *pyflow.Class) {
		s.add(&entry{fn: original(fn), value: pyflow.Of(fn), class: c, method: op.method, path: op.path, params: params, auth: op.secured})
	}
	for _, mod := range s.modulesNamed(dotted[:i]) {
		for _, r := range s.engine.Global(mod, dotted[i+1:]) {
			if fn, ok := r.(*pyflow.Func); ok {
				add(fn, nil)
			}
		}
	}
	j := strings.LastIndexByte(dotted[:i], '.')
	if j <= 0 {
		return
	}
	for _, mod := range s.modulesNamed(dotted[:j]) {
		for _, r := range s.engine.Global(mod, dotted[j+1:i]) {
			if c, ok := r.(*pyflow.Class); ok && c.Method(dotted[i+1:]) != nil {
				add(c.Method(dotted[i+1:]), c)
			}
		}
	}
}

// modulesNamed are the modules of a dotted name, from any folder.
func (s *scanner) modulesNamed(name string) []*pyflow.Module {
	var out []*pyflow.Module
	for _, m := range s.program.Modules {
		if m.Name == name || strings.HasSuffix(m.Name, "."+name) {
			out = append(out, m)
		}
	}
	return out
}

var httpVerbs = []string{"get", "post", "put", "patch", "delete", "head", "options"}

// readOperations reads the operations of a document, in JSON or in YAML. What it
// does not understand it leaves out.
func readOperations(text string) []operation {
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		return jsonOperations(text)
	}
	return yamlOperations(text)
}

func jsonOperations(text string) (out []operation) {
	type parameters []struct{ Name, In string }
	type member struct {
		OperationID string                `json:"operationId"`
		Controller  string                `json:"x-openapi-router-controller"`
		Swagger     string                `json:"x-swagger-router-controller"`
		Security    []map[string][]string `json:"security"`
		Parameters  parameters            `json:"parameters"`
	}
	var doc struct {
		Security []map[string][]string
		Paths    map[string]map[string]json.RawMessage
	}
	if json.Unmarshal([]byte(text), &doc) != nil {
		return nil
	}
	for path, item := range doc.Paths {
		var all parameters
		_ = json.Unmarshal(item["parameters"], &all) // without: none
		for method, raw := range item {
			var m member
			if !slices.Contains(httpVerbs, method) || json.Unmarshal(raw, &m) != nil {
				continue
			}
			op := operation{
				method: strings.ToUpper(method), path: path, id: m.OperationID, controller: m.Controller + m.Swagger,
				secured: asks(m.Security) || m.Security == nil && asks(doc.Security), params: map[string]string{},
			}
			for _, p := range append(slices.Clone(all), m.Parameters...) {
				op.params[p.Name] = p.In
			}
			out = append(out, op)
		}
	}
	slices.SortFunc(out, func(a, b operation) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return out
}

// yamlOperations reads a YAML document by its lines: the keys by their indent.
func yamlOperations(text string) []operation {
	type level struct {
		indent int
		key    string
	}
	var (
		out              []operation
		stack            []level
		secured          bool              // the document asks for a login everywhere
		settled          = map[int]bool{}  // operations that say so themselves
		shared           map[string]string // the parameters of a path
		name, part, list string            // of the parameter that is read
	)
	note := func() {
		if name == "" || part == "" {
			return
		}
		if list == "path" && shared != nil {
			shared[name] = part
		} else if len(out) > 0 {
			out[len(out)-1].params[name] = part
		}
		name, part = "", ""
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \r\n")
		if members := flowMember.FindAllStringSubmatch(line, -1); len(members) == 2 && strings.Contains(line, "{") {
			for _, m := range members {
				if m[1] == "name" {
					name = m[2]
				} else {
					part = m[2]
				}
			}
			note()
			continue
		}
		m := yamlKey.FindStringSubmatch(line)
		if m == nil {
			if strings.TrimSpace(line) == "- {}" { // among the requirements: or none
				if len(stack) > 0 && stack[0].key == "security" {
					secured = false
				} else if len(stack) > 3 && stack[3].key == "security" && len(out) > 0 {
					out[len(out)-1].secured = false
				}
			}
			continue
		}
		indent, key, value := len(m[1])+len(m[2]), m[3], strings.Trim(m[4], `"'`)
		for len(stack) > 0 && stack[len(stack)-1].indent >= indent {
			stack = stack[:len(stack)-1]
		}
		stack = append(stack, level{indent, key})
		switch {
		case len(stack) == 1 && key == "security":
			secured = asksInline(value)
		case stack[0].key != "paths" || len(stack) < 2:
		case len(stack) == 2:
			shared = map[string]string{}
		case len(stack) == 3 && slices.Contains(httpVerbs, key):
			op := operation{method: strings.ToUpper(key), path: stack[1].key, params: map[string]string{}}
			for k, v := range shared {
				op.params[k] = v
			}
			out = append(out, op)
		case len(stack) >= 4 && stack[len(stack)-2].key == "parameters":
			list = "operation"
			if stack[2].key == "parameters" {
				list = "path"
			}
			if m[2] != "" {
				name, part = "", ""
			}
			switch key {
			case "name":
				name = value
			case "in":
				part = value
			}
			note()
		case len(stack) == 4 && len(out) > 0:
			op := &out[len(out)-1]
			switch key {
			case "operationId":
				op.id = value
			case "x-openapi-router-controller", "x-swagger-router-controller":
				op.controller = value
			case "security":
				op.secured = asksInline(value)
				settled[len(out)-1] = true
			}
		case len(stack) == 3 && strings.HasSuffix(key, "-router-controller"):
			for i := range out { // of all of a path
				if out[i].path == stack[1].key && out[i].controller == "" {
					out[i].controller = value
				}
			}
		}
	}
	for i := range out {
		if secured && !settled[i] {
			out[i].secured = true
		}
	}
	return out
}
