package template

import (
	"fmt"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// folder is a Terraform module as its files write it.
type folder struct {
	name      string // within its tree
	shown     string
	tree      *tree
	locals    map[string]expression
	variables map[string]*block
	outputs   map[string]*block
	modules   []*block
	resources map[string]*block     // "type.name", and "data.type.name"
	order     []string              // of resources
	values    map[string]expression // of terraform.tfvars and *.auto.tfvars
	called    bool
}

// block is a block of either syntax.
type block struct {
	kind   string
	labels []string
	at     finding.Location
	body   *hclsyntax.Body
	json   *policy.Node
}

// expression is one of either syntax.
type expression struct {
	hcl  hclsyntax.Expression
	json *policy.Node
}

func (e expression) none() bool { return e.hcl == nil && e.json == nil }

// attribute is the expression of that name in a block.
func (b *block) attribute(name string) expression {
	if b.json != nil {
		return expression{json: get(b.json, name)}
	}
	if a := b.body.Attributes[name]; a != nil {
		return expression{hcl: a.Expr}
	}
	return expression{}
}

// The bounds of HCL: its parser and its evaluator recurse.
const (
	maxHCL         = 1 << 20
	maxHCLNesting  = 64   // brackets, blocks, templates
	maxHCLSequence = 2000 // words and signs of one expression at one level
)

func (r *reader) folderOf(name string) *folder {
	shown := path.Dir(name)
	if r.folders == nil {
		r.folders = map[string]*folder{}
	}
	f := r.folders[shown]
	if f == nil {
		f = &folder{
			shown: shown, tree: r.from, name: path.Dir(r.fromName),
			locals: map[string]expression{}, variables: map[string]*block{}, outputs: map[string]*block{},
			resources: map[string]*block{}, values: map[string]expression{},
		}
		r.folders[shown] = f
	}
	return f
}

// terraformFile parses a file into its module; what it means is read when all
// files are there.
func (r *reader) terraformFile(name string, data []byte) {
	base := path.Base(name)
	values := strings.HasSuffix(base, ".tfvars") || strings.HasSuffix(base, ".tfvars.json")
	if values && !strings.HasPrefix(base, "terraform.tfvars") && !strings.Contains(base, ".auto.tfvars") {
		return // of one deployment among several
	}
	f := r.folderOf(name)
	if strings.HasSuffix(base, ".json") {
		n, err := readJSON(name, data)
		if err != nil {
			r.problem(name, err)
			return
		}
		r.files++
		if values {
			for i := range members(&n) {
				f.values[n.Members[i].Name] = expression{json: &n.Members[i].Value}
			}
			return
		}
		f.addJSON(&n)
		return
	}
	body, err := r.parseHCL(name, data)
	if body == nil {
		r.problem(name, err)
		return
	}
	if err != nil {
		r.problem(name, err) // what could be parsed is read all the same
	}
	r.files++
	if values {
		for n, a := range body.Attributes {
			f.values[n] = expression{hcl: a.Expr}
		}
		return
	}
	for _, b := range body.Blocks {
		f.add(&block{kind: b.Type, labels: b.Labels, body: b.Body, at: r.place(b.DefRange())})
	}
}

func (r *reader) parseHCL(name string, data []byte) (body *hclsyntax.Body, err error) {
	s := newSource(name, string(data))
	defer func() {
		if recover() != nil {
			body, err = nil, policy.Problem{Location: s.location(0, 0), Text: "the HCL cannot be read"}
		}
	}()
	if len(data) > maxHCL {
		return nil, policy.Problem{Location: s.location(0, 0), Text: fmt.Sprintf("HCL over %d bytes is not read", maxHCL)}
	}
	if err := r.remember(s); err != nil {
		return nil, err
	}
	tokens, _ := hclsyntax.LexConfig(data, name, hcl.InitialPos)
	if err := nested(tokens); err != nil {
		return nil, policy.Problem{Location: r.place(*err), Text: "nested too deep, or one expression is too long"}
	}
	file, diagnostics := hclsyntax.ParseConfig(data, name, hcl.InitialPos)
	if file != nil {
		body, _ = file.Body.(*hclsyntax.Body)
	}
	if diagnostics.HasErrors() {
		d := diagnostics[0]
		at := s.location(0, 0)
		if d.Subject != nil {
			at = r.place(*d.Subject)
		}
		return body, policy.Problem{Location: at, Text: d.Summary}
	}
	return body, nil
}

// nested is where a text nests deeper than the parser and the evaluator may
// recurse, or nil.
func nested(tokens hclsyntax.Tokens) *hcl.Range {
	type open struct {
		length int
		lines  bool // a line's end ends an expression
	}
	levels := []open{{lines: true}}
	for i := range tokens {
		t := &tokens[i]
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			levels[len(levels)-1].length++
			levels = append(levels, open{lines: t.Type == hclsyntax.TokenOBrace})
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd:
			if len(levels) > 1 {
				levels = levels[:len(levels)-1]
			}
		case hclsyntax.TokenComma, hclsyntax.TokenNewline:
			if last := &levels[len(levels)-1]; t.Type == hclsyntax.TokenComma || last.lines {
				last.length = 0
			}
		case hclsyntax.TokenStringLit, hclsyntax.TokenQuotedLit, hclsyntax.TokenComment:
		default:
			levels[len(levels)-1].length++
		}
		if len(levels) > maxHCLNesting || levels[len(levels)-1].length > maxHCLSequence {
			return &t.Range
		}
	}
	return nil
}

// remember keeps the text of a file for the places in it.
func (r *reader) remember(s *source) error {
	if r.sources == nil {
		r.sources = map[string]*source{}
	}
	r.sources[s.path] = s
	return nil
}

// place is a place of the HCL library as one of ours: its columns count
// otherwise.
func (r *reader) place(at hcl.Range) finding.Location {
	if s := r.sources[at.Filename]; s != nil {
		return s.location(at.Start.Byte, at.End.Byte)
	}
	return finding.Location{Path: at.Filename, Range: finding.Range{
		Start: finding.Position{Line: at.Start.Line, Column: at.Start.Column, Offset: at.Start.Byte},
		End:   finding.Position{Line: at.End.Line, Column: at.End.Column, Offset: at.End.Byte},
	}}
}

func (f *folder) add(b *block) {
	switch {
	case b.kind == "locals" && b.body != nil:
		for name, a := range b.body.Attributes {
			f.locals[name] = expression{hcl: a.Expr}
		}
	case b.kind == "variable" && len(b.labels) == 1:
		f.variables[b.labels[0]] = b
	case b.kind == "output" && len(b.labels) == 1:
		f.outputs[b.labels[0]] = b
	case b.kind == "module" && len(b.labels) == 1:
		f.modules = append(f.modules, b)
	case (b.kind == "resource" || b.kind == "data") && len(b.labels) == 2:
		address := b.labels[0] + "." + b.labels[1]
		if b.kind == "data" {
			address = "data." + address
		}
		if f.resources[address] == nil {
			f.order = append(f.order, address)
		}
		f.resources[address] = b
	}
}

// addJSON reads the JSON syntax, in which an object's members are the labels.
// https://developer.hashicorp.com/terraform/language/syntax/json
func (f *folder) addJSON(n *policy.Node) {
	labels := map[string]int{"locals": 0, "variable": 1, "output": 1, "module": 1, "resource": 2, "data": 2}
	for i := range members(n) {
		m := &n.Members[i]
		depth, known := labels[m.Name]
		if !known {
			continue
		}
		for _, top := range each(&m.Value) {
			f.labelled(m.Name, nil, depth, &top, m.At)
		}
	}
}

func (f *folder) labelled(kind string, labels []string, depth int, n *policy.Node, at finding.Location) {
	if depth > 0 {
		for i := range members(n) {
			m := &n.Members[i]
			f.labelled(kind, append(labels[:len(labels):len(labels)], m.Name), depth-1, &m.Value, m.At)
		}
		return
	}
	if kind == "locals" {
		for i := range members(n) {
			f.locals[n.Members[i].Name] = expression{json: &n.Members[i].Value}
		}
		return
	}
	for _, one := range each(n) {
		f.add(&block{kind: kind, labels: labels, json: &one, at: at})
	}
}

// constant makes a node of a value of cty.
func (r *reader) constant(v cty.Value, at finding.Location) policy.Node {
	n, ok := fromCty(v, at, 0)
	if !ok {
		return r.unknowns.node(at, "value", "it is known only when Terraform runs")
	}
	return n
}
