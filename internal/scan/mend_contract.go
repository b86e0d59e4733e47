package scan

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

// contract is the part of a contract that closes a finding, in the names of the
// code: the table, the view that ties its items to the caller, and the route. It
// is whole but for the contract's head and its identity, so that `discreet
// check` accepts it; what the source does not tell is assumed, and said to be.
// Who has a contract is not offered another.
func (m *mender) contract(f *finding.Finding) string {
	if m.s.terms != nil {
		return ""
	}
	c, ok := m.s.causes[f]
	if !ok {
		return f.Mend.Contract
	}
	if c.secret != "" {
		return "tables:\n" + tableYAML(c.table, m.table(c.table).key, "", []string{c.secret})
	}
	if f.Rule == ruleMissingAuth.ID {
		return ""
	}
	v := m.viewOf(c)
	v.paged = f.Rule == ruleToken.ID
	if f.Rule == ruleClientIdentity.ID {
		return "identity:\n  - jwt: { issuer: \"https://issuer.example\", audience: api } # who verifies your callers\n" + viewYAML(v)
	}
	return viewYAML(v)
}

// viewSketch is what is known of the view that a route would have.
type viewSketch struct {
	table, partition, sort string
	owner                  string // the attribute that the caller's id is bound to
	attributes, show       []string
	write                  []string // what an update stores
	path                   string
	list, paged            bool
}

// plainAttribute is a name that a contract takes without ado.
var plainAttribute = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (m *mender) viewOf(c cause) viewSketch {
	r := c.read
	v := viewSketch{table: r.table, list: r.op != "get_item" && r.op != "update_item" && r.op != "delete_item" && r.op != "put_item"}
	var keys []string
	for _, a := range r.attrs {
		if mayBeNamed(a) && !slices.Contains(keys, a) {
			keys = append(keys, a)
		}
	}
	// What names the caller comes first: the owner, and with it the partition.
	slices.SortStableFunc(keys, func(a, b string) int { return strings.Compare(ownerRank(a), ownerRank(b)) })
	client := ""
	if len(r.clients) > 0 {
		client = r.clients[0].name
	}
	switch {
	case len(keys) > 0 && (namesCaller(keys[0]) || namesCaller(client) || r.scope == classPrincipal || r.scope == classEither):
		v.owner, v.partition = keys[0], keys[0]
	case len(keys) > 0:
		v.owner, v.partition = m.table(r.table).owner, keys[0]
	default:
		v.owner = m.table(r.table).owner
		v.partition = v.owner
	}
	if len(keys) > 1 {
		v.sort = keys[1]
	}
	for _, a := range slices.Concat(c.show, m.table(r.table).attributes) {
		if a, _, _ = strings.Cut(a, "."); mayBeNamed(a) && !slices.Contains(v.show, a) {
			v.show = append(v.show, a)
		}
	}
	slices.Sort(v.show)
	if len(v.show) == 0 {
		v.show = []string{v.partition}
	}
	if v.sort != "" && v.list && !slices.Contains(v.show, v.sort) {
		v.show = append(v.show, v.sort) // a list is in its order
	}
	v.attributes = append([]string{v.owner}, v.show...)
	if m := c.mark; m.level == levelField && isSensitive(m.field) && plainAttribute.MatchString(lastPart(m.field)) {
		v.attributes = append(v.attributes, lastPart(m.field))
	}
	if r.op == "update_item" {
		v.write = m.writtenAt(r, v)
		v.attributes = append(v.attributes, v.write...)
	}
	v.path = v.routePath(c.entry)
	return v
}

// writtenAt are the attributes that the call of a read stores, but for those that
// no view writes: keys, the owner, what is sensitive.
func (m *mender) writtenAt(r *read, v viewSketch) (out []string) {
	for _, w := range m.s.writes {
		if w.at != r.at {
			continue
		}
		for _, a := range w.item.FieldNames() {
			if mayBeNamed(a) && a != v.partition && a != v.sort && a != v.owner && !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}

func namesCaller(name string) bool { return name != "name" && identityName.MatchString(name) }

func ownerRank(name string) string {
	if namesCaller(name) {
		return "0"
	}
	return "1"
}

// routePath is a route's path with a variable for each key attribute that
// neither the scope nor an order gives a value.
func (v viewSketch) routePath(e *entry) string {
	path := "/" + strings.ToLower(orSome(v.table, "items"))
	if e != nil && strings.HasPrefix(e.path, "/") {
		path, _, _ = strings.Cut(e.path, ",")
	}
	var segments []string
	var variables []int
	for _, s := range strings.Split(path, "/") {
		switch {
		case pathParam.MatchString(s):
			variables = append(variables, len(segments))
			segments = append(segments, "")
		case pathSegment.MatchString(s):
			segments = append(segments, s)
		}
	}
	var keys []string
	if v.partition != v.owner || len(variables) > 0 && !v.list {
		keys = append(keys, "{"+v.partition+"}")
	}
	if v.sort != "" && !v.list {
		keys = append(keys, "{"+v.sort+"}")
	}
	if len(keys) == len(variables) {
		for i, at := range variables {
			segments[at] = keys[i]
		}
	} else {
		segments = append(segments, keys...)
	}
	return "/" + strings.Join(slices.DeleteFunc(segments, func(s string) bool { return s == "" }), "/")
}

var pathSegment = regexp.MustCompile(`^[A-Za-z0-9_.~-]+$`)

// viewYAML writes a table, a view of it and its route.
func viewYAML(v viewSketch) string {
	var b strings.Builder
	b.WriteString("# types, and what the source does not tell, are assumed\ntables:\n")
	b.WriteString(tableYAML(v.table, v.partition, v.sort, v.attributes))
	name := "own_" + strings.Trim(notInNames.ReplaceAllString(strings.ToLower(orSome(v.table, "items")), "_"), "_")
	b.WriteString("views:\n  " + name + ":\n    of: " + yamlName(orSome(v.table, "TABLE")) + "\n    scope: { " + v.owner + ": principal.id }\n    show: [" + strings.Join(v.show, ", ") + "]\n")
	operation := "GET " + v.path + ": { get: " + name
	switch {
	case v.paged:
		operation = "GET " + v.path + ": { list: " + name + ", page: { default: 20, max: 100 }"
	case v.list:
		operation = "GET " + v.path + ": { list: " + name
	case len(v.write) > 0:
		b.WriteString("    write: [" + strings.Join(v.write, ", ") + "]\n")
		operation = "PATCH " + v.path + ": { update: " + name
	}
	b.WriteString("routes:\n  " + operation + " }\n")
	return b.String()
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// tableYAML writes a table's declaration.
func tableYAML(table, partition, sort string, attributes []string) string {
	var b strings.Builder
	b.WriteString("  " + yamlName(orSome(table, "TABLE")) + ":\n    partition_key: " + partition + "\n")
	if sort != "" {
		b.WriteString("    sort_key: " + sort + "\n")
	}
	b.WriteString("    attributes:\n")
	var done []string
	for _, a := range append([]string{partition, sort}, attributes...) {
		if a != "" && !slices.Contains(done, a) {
			done = append(done, a)
			b.WriteString("      " + a + ": S " + className(a) + "\n")
		}
	}
	return b.String()
}

// className is the class that an attribute's name speaks for.
func className(name string) string {
	switch {
	case isSensitive(name) || isCredential(name):
		return "secret"
	case isPersonal(name) || namesCaller(name):
		return "personal"
	}
	return "ordinary"
}

var plainYAML = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

func yamlName(name string) string {
	if plainYAML.MatchString(name) {
		return name
	}
	return strconv.Quote(name)
}
