package parse

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/discreet-dev/discreet/internal/contract"
)

// Phase 1 of 5: bytes to a tree of nodes. YAML is read as a small language:
// one document, no anchors, aliases, merge keys, tags or directives, so that
// what stands in the file is what it means and nothing can expand.

const (
	maxBytes   = 1 << 20
	maxNesting = 32
	maxTokens  = 100000
)

// read gives the tree of a file, or nil after reporting why there is none.
func (r *reporter) read() *node {
	if !r.checkBytes() {
		return nil
	}
	tokens, ok := r.tokenize()
	if !ok {
		return nil
	}
	file, ok := r.parse(tokens)
	if !ok {
		return nil
	}
	var body ast.Node
	for _, doc := range file.Docs {
		if doc.Body != nil {
			body = doc.Body
			break
		}
	}
	if body == nil {
		r.fail(contract.Pos{Line: 1, Column: 1}, "empty", "start with `contract: 1`", "the contract is empty")
		return nil
	}
	return r.tree(body, 0)
}

// tokenize splits the file and refuses what the small language does not have.
func (r *reporter) tokenize() (tokens token.Tokens, ok bool) {
	defer func() {
		if recover() != nil {
			r.fail(contract.Pos{Line: 1, Column: 1}, "yaml", "", "the YAML cannot be read")
			tokens, ok = nil, false
		}
	}()
	tokens = lexer.Tokenize(string(r.source))
	if len(tokens) > maxTokens {
		r.fail(contract.Pos{Line: 1, Column: 1}, "too_large", "split the contract by service", "the file has over %d words and signs", maxTokens)
		return nil, false
	}
	before := len(r.found)
	content := false // a document has begun
	for _, t := range tokens {
		if len(r.found)-before > 20 {
			return nil, false
		}
		at := position(t)
		switch t.Type {
		case token.AnchorType:
			r.fail(at, "anchor", "write the part out; views share by `extends`", "anchors are not taken")
		case token.AliasType:
			r.fail(at, "alias", "write the part out; quote a text that starts with `*`", "aliases are not taken")
		case token.MergeKeyType:
			r.fail(at, "merge_key", "write the keys out; views share by `extends`", "merge keys are not taken")
		case token.TagType:
			r.fail(at, "tag", "leave the tag out; quote a text that starts with `!`; the operator is `ne`, not `!=`", "tags are not taken")
		case token.DirectiveType:
			r.fail(at, "directive", "leave it out; quote a text that starts with `%`", "directives are not taken")
		case token.DocumentHeaderType, token.DocumentEndType:
			if content {
				r.fail(at, "documents", "one file is one contract; write the other document into its own file", "there is more than one document")
				return nil, false
			}
			continue
		case token.CommentType:
			if strings.HasPrefix(t.Value, "{") {
				r.fail(at, "comment_trap", "quote the whole text: \"A#{b}\"", "YAML reads from here as a comment: a `#` after a space starts one")
			}
			continue
		}
		content = true
	}
	return tokens, len(r.found) == before
}

func (r *reporter) parse(tokens token.Tokens) (file *ast.File, ok bool) {
	defer func() {
		if recover() != nil {
			r.fail(contract.Pos{Line: 1, Column: 1}, "yaml", "", "the YAML cannot be read")
			file, ok = nil, false
		}
	}()
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.syntax(err)
		return nil, false
	}
	return file, true
}

// syntax reports what the YAML reader could not read, with the mend of the
// trap that the line looks like.
func (r *reporter) syntax(err error) {
	at := contract.Pos{Line: 1, Column: 1}
	message := "this is not YAML"
	if e, ok := err.(interface {
		GetMessage() string
		GetToken() *token.Token
	}); ok {
		message = e.GetMessage()
		if t := e.GetToken(); t != nil {
			at = position(t)
		}
	}
	_, characters := r.line(at)
	line := string(characters)
	mend := "look at the indentation and the quotes of this line"
	switch {
	case strings.Contains(message, "mapping value is not allowed"):
		mend = "a mapping inside a line stands in braces: `write: { user_id: principal.id }`; a text with `: ` in it is quoted"
	case strings.ContainsAny(line, "<>=") && strings.Contains(message, "header option"):
		mend = "operators are words: eq, ne, lt, lte, gt, gte, between, begins_with"
	case strings.Contains(line, "[]"):
		mend = "quote a path that has `[]` in it: \"steps[].text\""
	case strings.Contains(line, "#{") || strings.Contains(line, "{"):
		mend = "quote a text that has `{`, `}`, `[`, `]`, `#` or `,` in it: \"USER#{user}\""
	case strings.Contains(message, "reserved character"):
		mend = "quote a text that starts with @ or `"
	}
	r.fail(at, "yaml", mend, "%s", message)
}

// tree turns the reader's nodes into ours.
func (r *reporter) tree(n ast.Node, depth int) *node {
	if n == nil {
		return &node{pos: contract.Pos{Line: 1, Column: 1}}
	}
	out := &node{pos: position(n.GetToken())}
	if depth > maxNesting {
		r.tooDeep(out.pos)
		out.bad = true
		return out
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		out.kind = mappingNode
		r.members(out, n.Values, depth)
		if !n.IsFlowStyle && len(out.entries) > 0 {
			out.pos = out.entries[0].key.pos
		}
	case *ast.MappingValueNode:
		out.kind = mappingNode
		r.members(out, []*ast.MappingValueNode{n}, depth)
		out.pos = out.entries[0].key.pos
	case *ast.SequenceNode:
		out.kind = listNode
		for _, v := range n.Values {
			out.items = append(out.items, r.tree(v, depth+1))
		}
	case *ast.StringNode:
		out.kind, out.text = textNode, n.Value
		t := n.GetToken().Type
		out.quoted = t == token.SingleQuoteType || t == token.DoubleQuoteType
	case *ast.LiteralNode:
		out.kind, out.text, out.quoted = textNode, n.Value.Value, true
	case *ast.IntegerNode:
		out.kind, out.text = integerNode, n.GetToken().Value
	case *ast.FloatNode:
		out.kind, out.text = floatNode, n.GetToken().Value
	case *ast.InfinityNode, *ast.NanNode:
		out.kind, out.text = floatNode, n.GetToken().Value
	case *ast.BoolNode:
		out.kind, out.text = boolNode, n.GetToken().Value
	case *ast.NullNode:
		out.kind, out.text = nullNode, n.GetToken().Value
	default:
		r.fail(out.pos, "yaml", "write it in plain YAML", "this part of YAML is not taken")
		out.bad = true
	}
	return out
}

func (r *reporter) members(out *node, values []*ast.MappingValueNode, depth int) {
	first := map[string]contract.Pos{}
	for _, v := range values {
		key := r.tree(v.Key, depth+1)
		value := r.tree(v.Value, depth+1)
		switch {
		case key.bad:
		case key.kind == nullNode:
			r.fail(key.pos, "key", "quote it: \"NULL\"", "YAML reads this name as nothing")
			key.bad = true
		case !key.isScalar():
			r.fail(key.pos, "key", "a name is a text", "%s cannot be a name", key.kind)
			key.bad = true
		default:
			if key.kind != textNode {
				r.fail(key.pos, "key", "quote it: \""+key.text+"\"", "YAML reads this name as %s", key.kind)
				key.bad = true
			}
			if at, ok := first[key.text]; ok {
				r.fail(key.pos, "duplicate_key", "keep one of the two", "`%s` stands here a second time; first in line %d", key.text, at.Line)
				key.bad = true
			} else {
				first[key.text] = key.pos
			}
			if why := suspicious(key.text); why != "" {
				r.fail(key.pos, "name_characters", "use visible letters of one script", "the name %s", why)
				key.bad = true
			}
		}
		out.entries = append(out.entries, entry{key, value})
	}
	r.lookalikes(out)
}

// lookalikes refuses two names side by side that a reader cannot tell apart.
func (r *reporter) lookalikes(n *node) {
	seen := map[string]string{}
	for _, e := range n.entries {
		if e.key.bad {
			continue
		}
		shape := skeleton(e.key.text)
		if other, ok := seen[shape]; ok && other != e.key.text {
			r.fail(e.key.pos, "name_characters", "rename one of them", "two names here look the same and are not")
			e.key.bad = true
			continue
		}
		seen[shape] = e.key.text
	}
}

func (r *reporter) tooDeep(at contract.Pos) {
	r.fail(at, "nesting", "a contract never needs as many levels", "nested over %d levels deep", maxNesting)
}

func position(t *token.Token) contract.Pos {
	if t == nil || t.Position == nil {
		return contract.Pos{Line: 1, Column: 1}
	}
	return contract.Pos{Line: max(t.Position.Line, 1), Column: max(t.Position.Column, 1)}
}
