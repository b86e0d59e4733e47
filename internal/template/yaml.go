package template

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// The bounds of a YAML file: CloudFormation takes no template over 1 MB, and the
// reader's time grows faster than the file.
const (
	maxYAML       = 1 << 20
	maxYAMLTokens = 150_000
	maxYAMLRun    = 200 // of signs that nest, in one line without a comma
	// The library's time grows with the square of a block mapping's members.
	maxYAMLMembers = 1000
)

// yamlReader makes the same trees of YAML as of JSON. CloudFormation's short
// tags become the long form, "!Sub x" {"Fn::Sub": "x"}; aliases and merge keys
// are written out, within bounds.
type yamlReader struct {
	*source
	u       *unknowns
	nodes   int
	anchors map[string]anchor
	err     error
}

type anchor struct {
	node policy.Node
	size int
	open bool // its node is still being read
}

// readYAML reads the documents of a file.
func (r *reader) readYAML(path string, data []byte) ([]policy.Node, error) {
	y := &yamlReader{source: newSource(path, r.unknowns.templated(strings.TrimPrefix(string(data), byteOrderMark))), u: &r.unknowns}
	start := y.location(0, 0)
	switch {
	case len(data) > maxYAML:
		return nil, policy.Problem{Location: start, Text: fmt.Sprintf("YAML over %d bytes is not read", maxYAML)}
	case !utf8.ValidString(y.text):
		return nil, policy.Problem{Location: start, Text: "the file is not UTF-8"}
	}
	docs, err := y.parse()
	if err != nil {
		return nil, err
	}
	var out []policy.Node
	for _, doc := range docs {
		if doc.Body == nil {
			continue
		}
		y.anchors = map[string]anchor{}
		out = append(out, y.tree(doc.Body, 0))
		if y.err != nil {
			return nil, y.err
		}
	}
	return out, nil
}

// parse is the library's part; its panics on odd input are errors here.
func (y *yamlReader) parse() (docs []*ast.DocumentNode, err error) {
	at := y.location(0, 0)
	defer func() {
		if recover() != nil {
			docs, err = nil, policy.Problem{Location: at, Text: "the YAML cannot be read"}
		}
	}()
	tokens := lexer.Tokenize(y.text)
	if len(tokens) > maxYAMLTokens {
		return nil, policy.Problem{Location: at, Text: fmt.Sprintf("over %d words and signs in one YAML file", maxYAMLTokens)}
	}
	if err := y.nesting(tokens); err != nil {
		return nil, err
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		text := "this is not YAML"
		if e, ok := err.(interface {
			GetMessage() string
			GetToken() *token.Token
		}); ok {
			text += ": " + e.GetMessage()
			if t := e.GetToken(); t != nil {
				at = y.at(t)
			}
		}
		return nil, policy.Problem{Location: at, Text: text}
	}
	return file.Docs, nil
}

// nesting bounds the parser's recursion by what its tokens could nest at most.
func (y *yamlReader) nesting(tokens token.Tokens) error {
	depth, run, line := 0, 0, 0
	var levels []level
	for i, t := range tokens {
		if t.Position != nil && t.Position.Line != line {
			run, line = 0, t.Position.Line
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.CollectEntryType:
			run = 0
		case token.SequenceEntryType, token.MappingKeyType, token.MappingValueType, token.TagType, token.AnchorType:
			run++
		}
		if t.Type == token.MappingValueType && depth == 0 && i > 0 && tokens[i-1].Position != nil {
			levels = counted(levels, tokens[i-1].Position.Column)
			if levels[len(levels)-1].members > maxYAMLMembers {
				return policy.Problem{Location: y.at(t), Text: fmt.Sprintf("over %d members of one mapping", maxYAMLMembers)}
			}
		}
		if depth > maxDepth || run > maxYAMLRun {
			return policy.Problem{Location: y.at(t), Text: fmt.Sprintf("nested deeper than %d", maxDepth)}
		}
	}
	return nil
}

// level is an open block mapping.
type level struct{ column, members int }

// counted counts a name at a column, which ends the mappings to its right.
func counted(levels []level, column int) []level {
	for len(levels) > 0 && levels[len(levels)-1].column > column {
		levels = levels[:len(levels)-1]
	}
	if len(levels) == 0 || levels[len(levels)-1].column < column {
		levels = append(levels, level{column: column})
	}
	levels[len(levels)-1].members++
	return levels
}

// at is the place of a token: to its last character where it stands in one line.
func (y *yamlReader) at(t *token.Token) finding.Location {
	if t == nil || t.Position == nil {
		return y.location(0, 0)
	}
	start := y.offset(t.Position.Line, t.Position.Column)
	// Behind a tag or a comma the library's column is that of the space.
	for start < len(y.text) && y.text[start] == ' ' {
		start++
	}
	end := start
	rest := y.text[start:]
	switch t.Type {
	case token.SingleQuoteType, token.DoubleQuoteType:
		if rest != "" {
			end = start + quoted(rest)
		}
	default:
		if strings.HasPrefix(rest, t.Value) {
			end = start + len(t.Value)
		}
	}
	return y.location(start, end)
}

// quoted is the length of the quoted text at the beginning of one.
func quoted(text string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[0] == '"' && text[i] == '\\':
			i++
		case text[i] != text[0]:
		case text[0] == '\'' && i+1 < len(text) && text[i+1] == '\'':
			i++
		default:
			return i + 1
		}
	}
	return len(text)
}

func (y *yamlReader) fail(at finding.Location, text string) policy.Node {
	if y.err == nil {
		y.err = policy.Problem{Location: at, Text: text}
	}
	return policy.Node{Kind: policy.Unresolved, Text: text, Location: at}
}

func (y *yamlReader) tree(n ast.Node, depth int) policy.Node {
	if n == nil {
		return policy.Node{Kind: policy.Null, Location: y.location(0, 0)}
	}
	at := y.at(n.GetToken())
	if y.nodes++; y.nodes > maxFileNodes {
		return y.fail(at, fmt.Sprintf("over %d values in one file, aliases written out", maxFileNodes))
	}
	if depth > maxDepth {
		return y.fail(at, fmt.Sprintf("nested deeper than %d", maxDepth))
	}
	if y.err != nil {
		return policy.Node{Kind: policy.Unresolved, Text: "not read", Location: at}
	}
	out := policy.Node{Kind: policy.String, Location: at}
	switch n := n.(type) {
	case *ast.MappingNode:
		out.Kind = policy.Object
		out.Members = y.members(n.Values, depth)
	case *ast.MappingValueNode:
		out.Kind = policy.Object
		out.Members = y.members([]*ast.MappingValueNode{n}, depth)
	case *ast.SequenceNode:
		out.Kind = policy.List
		for _, v := range n.Values {
			out.Elements = append(out.Elements, y.tree(v, depth+1))
		}
	case *ast.StringNode:
		out.Text = n.Value
	case *ast.LiteralNode:
		out.Text = n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		out.Kind, out.Text = policy.Number, n.GetToken().Value
	case *ast.BoolNode:
		out.Kind, out.Text = policy.Bool, strings.ToLower(n.GetToken().Value)
	case *ast.NullNode:
		out.Kind = policy.Null
	case *ast.TagNode:
		return y.tagged(n, at, depth)
	case *ast.AnchorNode:
		return y.anchored(n, depth)
	case *ast.AliasNode:
		return y.alias(n, at)
	default:
		return y.fail(at, "this part of YAML is not read")
	}
	y.enclose(&out)
	return out
}

// enclose widens a block's place to its first and last parts: the library's
// token of a block mapping is the colon behind its first name.
func (y *yamlReader) enclose(n *policy.Node) {
	first, last := n.Start, n.End
	if k := len(n.Members); k > 0 {
		first, last = n.Members[0].At.Start, n.Members[k-1].Value.End
	} else if k := len(n.Elements); k > 0 {
		first, last = n.Elements[0].Start, n.Elements[k-1].End
	}
	if n.Kind != policy.Object || first.Offset < n.Start.Offset {
		n.Start.Offset = min(n.Start.Offset, first.Offset)
		if n.Start.Offset == first.Offset {
			n.Start = first
		}
	}
	if last.Offset > n.End.Offset {
		n.End = last
	}
}

func (y *yamlReader) members(values []*ast.MappingValueNode, depth int) []policy.Member {
	var out []policy.Member
	index := map[string]int{}
	var merged []policy.Member
	for _, v := range values {
		if v.Key.IsMergeKey() {
			from := y.tree(v.Value, depth+1)
			for _, o := range each(&from) {
				merged = append(merged, members(&o)...)
			}
			continue
		}
		m := y.member(v, depth)
		if i, twice := index[m.Name]; twice {
			out[i].Value = y.u.node(m.At, m.Name, "the name stands twice in one mapping")
			continue
		}
		index[m.Name] = len(out)
		out = append(out, m)
	}
	for _, m := range merged {
		if _, there := index[m.Name]; !there {
			index[m.Name] = len(out)
			out = append(out, m)
		}
	}
	return out
}

func (y *yamlReader) member(v *ast.MappingValueNode, depth int) policy.Member {
	key := y.tree(v.Key, depth+1)
	m := policy.Member{Name: key.Text, At: key.Location, Value: y.tree(v.Value, depth+1)}
	t := v.Key.GetToken()
	switch {
	case key.Kind == policy.Null && t != nil:
		// What a tool makes of a name that is nothing differs from tool to tool:
		// whether the condition is there at all is unknown.
		m.Name = strings.TrimSpace(t.Value)
		y.u.notice(key.Location, `unquoted, YAML reads this name as nothing: write "Null" in quotes`)
		m.Value = y.u.node(key.Location, m.Name, "the name is read as nothing unless it is quoted")
	case key.Kind == policy.Object || key.Kind == policy.List:
		m.Name = y.u.mark("a name", "a name that is no text")
	case m.Name == "Version" && m.Value.Kind == policy.String && (m.Value.Text == policy.Version2012 || m.Value.Text == policy.Version2008):
		if t := v.Value.GetToken(); t != nil && t.Type == token.StringType {
			y.u.notice(m.Value.Location, `unquoted, many readers of YAML take this for a date: write Version in quotes`)
		}
	}
	return m
}

// tagged resolves a tag: CloudFormation's functions in their short form.
func (y *yamlReader) tagged(n *ast.TagNode, at finding.Location, depth int) policy.Node {
	value := y.tree(n.Value, depth+1)
	name := strings.TrimPrefix(n.Start.Value, "!")
	if strings.HasPrefix(name, "!") || name == "" {
		if name == "!str" && (value.Kind == policy.Number || value.Kind == policy.Bool) {
			value.Kind = policy.String
		}
		return value
	}
	at.End = value.End
	switch name {
	case "Ref", "Condition":
	case "GetAtt":
		if resource, attribute, ok := strings.Cut(value.Text, "."); ok && value.Kind == policy.String {
			value = policy.Node{Kind: policy.List, Location: value.Location, Elements: []policy.Node{text(resource, value.Location), text(attribute, value.Location)}}
		}
		name = "Fn::GetAtt"
	default:
		name = "Fn::" + name
	}
	return object(at, policy.Member{Name: name, At: at, Value: value})
}

func (y *yamlReader) anchored(n *ast.AnchorNode, depth int) policy.Node {
	name := tokenText(n.Name)
	before := y.nodes
	y.anchors[name] = anchor{open: true}
	value := y.tree(n.Value, depth+1)
	y.anchors[name] = anchor{node: value, size: y.nodes - before}
	return value
}

// alias is what the anchor holds, once more: its size counts each time, so that
// aliases of aliases cannot grow without bound.
func (y *yamlReader) alias(n *ast.AliasNode, at finding.Location) policy.Node {
	a, ok := y.anchors[tokenText(n.Value)]
	switch {
	case !ok:
		return y.u.node(at, "*"+tokenText(n.Value), "there is no such anchor before it")
	case a.open:
		return y.fail(at, "an alias stands within its own anchor: it would never end")
	}
	if y.nodes += a.size; y.nodes > maxFileNodes {
		return y.fail(at, fmt.Sprintf("aliases write out to over %d values", maxFileNodes))
	}
	return a.node
}

func tokenText(n ast.Node) string {
	if n == nil || n.GetToken() == nil {
		return ""
	}
	return n.GetToken().Value
}
