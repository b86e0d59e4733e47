package template

import (
	"encoding/json"
	"path"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// module is a Terraform module as one call of it, or the root, means it.
type module struct {
	*reader
	*folder
	scopeName string // of its principals: one for a root and all below it
	prefix    string // of addresses: "module.x."
	parent    *module
	call      *block // the parent's
	callScope scope
	cache     map[string]policy.Node // by reference
	busy      map[string]bool
	children  map[string][]child
	depth     int
}

// child is a call of a module, by its key under count or for_each.
type child struct {
	key policy.Node
	m   *module
	why string // it is not there
}

const (
	maxModules   = 16   // calls within calls
	maxCalls     = 2000 // calls in all
	maxInstances = 1000 // of one resource
)

// step counts an evaluation of this root's.
func (r *reader) step() bool {
	r.steps++
	return r.steps <= maxSteps && r.work()
}

// grow counts the bytes of texts that were put together.
func (r *reader) grow(n int) bool {
	r.grown += n
	return r.grown <= maxJoined
}

// origin remembers where a text is from, if it may be a policy.
func (r *reader) origin(text string, p *pieces) {
	if !strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") {
		return
	}
	if r.origins == nil {
		r.origins = map[string]*pieces{}
	}
	r.origins[text] = p
}

// literal adds a template's literal to what is put together, line by line where
// it stands in the file as it is but for its indentation.
func (r *reader) literal(p *pieces, at hcl.Range, value string, otherwise finding.Location) {
	s := r.sources[at.Filename]
	if s == nil || at.End.Byte > len(s.text) || at.Start.Byte > at.End.Byte {
		p.add(value, otherwise, false)
		return
	}
	source := s.text[at.Start.Byte:at.End.Byte]
	if strings.HasSuffix(source, value) {
		p.add(value, s.location(at.End.Byte-len(value), at.End.Byte), true)
		return
	}
	lines, start := strings.SplitAfter(value, "\n"), at.Start.Byte
	sources := strings.SplitAfter(source, "\n")
	for i, line := range lines {
		if len(lines) != len(sources) || !strings.HasSuffix(sources[i], line) {
			p.add(strings.Join(lines[i:], ""), otherwise, false)
			return
		}
		start += len(sources[i])
		p.add(line, s.location(start-len(line), start), true)
	}
}

// treeOf is what a JSON text holds, with the places that it is from.
func (r *reader) treeOf(n *policy.Node) policy.Node {
	if n.Kind != policy.String {
		return *n
	}
	if tree, ok := r.encoded[n.Text]; ok {
		return tree
	}
	if strings.HasPrefix(n.Text, string(markOpen)) {
		if rest := strings.TrimLeft(n.Text, string(markOpen)+string(markClose)+"0123456789"); rest == "" {
			return *n
		}
	}
	place := func(int, int) finding.Location { return n.Location }
	if p := r.origins[n.Text]; p != nil {
		place = p.place
	}
	return r.parsed(n.Text, place)
}

// terraform evaluates the modules that no other one calls, and then whatever is
// left: modules that call each other in a circle.
func (r *reader) terraform() {
	names := sortedKeys(r.folders)
	for _, name := range names {
		for _, call := range r.folders[name].modules {
			if f, _ := r.source(r.folders[name], call); f != nil && f != r.folders[name] {
				f.called = true
			}
		}
	}
	reached := map[*folder]bool{}
	for _, left := range []bool{false, true} {
		for _, name := range names {
			if f := r.folders[name]; !reached[f] && f.called == left {
				// One root that takes too much leaves the others what they need.
				r.steps, r.grown, r.encoded, r.origins = 0, 0, map[string]policy.Node{}, nil
				m := &module{reader: r, folder: f, scopeName: f.shown, cache: map[string]policy.Node{}, busy: map[string]bool{}}
				m.read(reached)
			}
		}
	}
	r.folders = nil
}

// source is the folder that a call's source names, if it is in the tree.
func (r *reader) source(f *folder, call *block) (*folder, string) {
	e := call.attribute("source")
	source := ""
	switch {
	case e.json != nil:
		source = str(e.json)
	case e.hcl != nil:
		if t, ok := e.hcl.(*hclsyntax.TemplateExpr); ok && t.IsStringLiteral() {
			v, _ := t.Value(nil)
			source = v.AsString()
		}
	}
	if !strings.HasPrefix(source, "./") && !strings.HasPrefix(source, "../") {
		return nil, source
	}
	return r.folders[path.Join(f.shown, source)], source
}

// read gathers the policies of a module and of those that it calls.
func (m *module) read(reached map[*folder]bool) {
	reached[m.folder] = true
	for _, call := range m.modules {
		for _, c := range m.calls(call) {
			if c.m == nil {
				m.notice(call.at, c.why)
				continue
			}
			c.m.read(reached)
		}
	}
	for _, pass := range []bool{true, false} {
		for _, address := range m.order {
			b := m.resources[address]
			// Principals first, so that attachments find them.
			if principal := b.kind == "resource" && strings.HasPrefix(b.labels[0], "aws_iam_") && attributeOfName[b.labels[0]] != ""; principal == pass {
				for _, i := range m.instances(b) {
					m.resource(b, i)
				}
			}
		}
	}
}

// calls are a module block's calls.
func (m *module) calls(call *block) []child {
	name := call.labels[0]
	if m.children == nil {
		m.children = map[string][]child{}
	}
	if out, ok := m.children[name]; ok {
		return out
	}
	f, source := m.source(m.folder, call)
	why := ""
	switch {
	case f == nil:
		why = "the module " + m.prefix + name + " is not in what was given (source " + strconv.Quote(source) + "): what it grants is unknown"
	case m.depth == maxModules || m.within(f):
		why = "the module " + m.prefix + name + " calls itself, or nests too deep"
	}
	if why != "" {
		m.children[name] = []child{{why: why}}
		return m.children[name]
	}
	var out []child
	for _, i := range m.instances(call) {
		if m.reader.calls++; m.reader.calls > maxCalls {
			out = append(out, child{why: "too many modules are called: the rest is unknown"})
			break
		}
		c := &module{
			reader: m.reader, folder: f, scopeName: m.scopeName, prefix: m.prefix + "module." + name + i.suffix() + ".",
			parent: m, cache: map[string]policy.Node{}, busy: map[string]bool{}, depth: m.depth + 1,
			// An argument may refer to another call's output: it is evaluated when it
			// is asked for.
			call: call, callScope: i.scope,
		}
		out = append(out, child{key: i.key, m: c})
	}
	m.children[name] = out
	return out
}

func (m *module) within(f *folder) bool {
	for ; m != nil; m = m.parent {
		if m.folder == f {
			return true
		}
	}
	return false
}

// instance is one of those that count or for_each make of a block.
type instance struct {
	key   policy.Node // Null for a block without either
	scope scope
}

func (i instance) suffix() string {
	switch i.key.Kind {
	case policy.Number:
		return "[" + i.key.Text + "]"
	case policy.String:
		return "[" + strconv.Quote(i.key.Text) + "]"
	}
	return ""
}

func (m *module) instances(b *block) []instance {
	s := scope{m: m, names: map[string]policy.Node{}}
	count, each := b.attribute("count"), b.attribute("for_each")
	switch {
	case !count.none():
		return m.counted(b, s, s.evaluate(count))
	case !each.none():
		return m.repeated(b, s, s.evaluate(each))
	}
	return []instance{{key: policy.Node{Kind: policy.Null}, scope: s}}
}

func (m *module) counted(b *block, s scope, n policy.Node) []instance {
	k, err := strconv.Atoi(n.Text)
	if err != nil || marked(n.Text) {
		// Whether there is one at all is unknown: it is read as if there were.
		index := m.unknowns.node(b.at, "count.index", "the count is unknown")
		return []instance{{key: index, scope: s.with("count", object(b.at, member("index", index)))}}
	}
	var out []instance
	for i := range max(0, min(k, maxInstances)) {
		index := policy.Node{Kind: policy.Number, Text: strconv.Itoa(i), Location: b.at}
		out = append(out, instance{index, s.with("count", object(b.at, member("index", index)))})
	}
	if k > maxInstances {
		m.notice(b.at, "over "+strconv.Itoa(maxInstances)+" instances: the rest is not read")
	}
	return out
}

func (m *module) repeated(b *block, s scope, n policy.Node) []instance {
	pairs := n.Members
	for _, e := range n.Elements {
		pairs = append(pairs[:len(pairs):len(pairs)], policy.Member{Name: e.Text, At: e.Location, Value: e})
	}
	if n.Kind != policy.Object && n.Kind != policy.List {
		unknown := m.unknowns.node(b.at, "each.key", "what for_each goes through is unknown")
		return []instance{{unknown, s.with("each", object(b.at, member("key", unknown), member("value", m.unknowns.node(b.at, "each.value", "what for_each goes through is unknown"))))}}
	}
	var out []instance
	for _, p := range pairs[:min(len(pairs), maxInstances)] {
		out = append(out, instance{text(p.Name, p.At), s.with("each", object(p.At, member("key", text(p.Name, p.At)), member("value", p.Value)))})
	}
	if len(pairs) > maxInstances {
		m.notice(b.at, "over "+strconv.Itoa(maxInstances)+" instances: the rest is not read")
	}
	return out
}

// open reads a file of the tree: why says what is in the way.
func (m *module) open(name string) (shown, data, why string) {
	switch {
	case marked(name) || name == "":
		return "", "", "its name is unknown"
	case m.tree == nil:
		return "", "", "the file is not in what was given"
	}
	rel, ok := strings.CutPrefix(path.Clean(name), treeRoot+"/")
	switch {
	case ok:
	case path.IsAbs(name):
		return "", "", "the file is not in what was given"
	default:
		rel = path.Join(m.rootFolder(), name)
	}
	shown = m.tree.shown(rel)
	if m.included == nil {
		m.included = map[string]bool{}
	}
	m.included[shown] = true
	if m.sources[shown] != nil {
		return shown, m.sources[shown].text, ""
	}
	read, err := m.tree.read(rel)
	if err != nil {
		return "", "", "the file was not read: " + err.Error()
	}
	if err := m.remember(newSource(shown, string(read))); err != nil {
		return "", "", "the file was not read: " + err.Error()
	}
	return shown, string(read), ""
}

func (m *module) rootFolder() string {
	for m.parent != nil {
		m = m.parent
	}
	return m.folder.name
}

// writeJSON writes a tree as JSON, and gives up where it grows too large.
func (r *reader) writeJSON(b *strings.Builder, n *policy.Node, depth int) bool {
	if b.Len() > maxText || depth > maxDepth || !r.step() {
		return false
	}
	before := b.Len()
	defer func() { r.grow(b.Len() - before) }()
	switch n.Kind {
	case policy.Object:
		b.WriteByte('{')
		for i := range n.Members {
			if i > 0 {
				b.WriteByte(',')
			}
			quote(b, n.Members[i].Name)
			b.WriteByte(':')
			if !r.writeJSON(b, &n.Members[i].Value, depth+1) {
				return false
			}
		}
		b.WriteByte('}')
	case policy.List:
		b.WriteByte('[')
		for i := range n.Elements {
			if i > 0 {
				b.WriteByte(',')
			}
			if !r.writeJSON(b, &n.Elements[i], depth+1) {
				return false
			}
		}
		b.WriteByte(']')
	case policy.Null:
		b.WriteString("null")
	case policy.Number, policy.Bool:
		b.WriteString(n.Text)
	default:
		quote(b, n.Text)
	}
	return true
}

func quote(b *strings.Builder, text string) {
	data, _ := json.Marshal(text) // a string always has a form
	b.Write(data)
}
