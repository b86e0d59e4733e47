package template

import (
	"encoding/base64"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// library are Terraform's functions that work on known values alone, and whose
// results are no larger than what they are given.
var library = map[string]function.Function{
	"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "max": stdlib.MaxFunc, "min": stdlib.MinFunc,
	"substr": stdlib.SubstrFunc, "title": stdlib.TitleFunc, "trim": stdlib.TrimFunc, "chomp": stdlib.ChompFunc, "strrev": stdlib.ReverseFunc,
	"regex": stdlib.RegexFunc, "regexall": stdlib.RegexAllFunc, "contains": stdlib.ContainsFunc, "sort": stdlib.SortFunc,
	"range": stdlib.RangeFunc, "slice": stdlib.SliceFunc, "reverse": stdlib.ReverseListFunc, "chunklist": stdlib.ChunklistFunc,
	"setunion": stdlib.SetUnionFunc, "setintersection": stdlib.SetIntersectionFunc, "setsubtract": stdlib.SetSubtractFunc,
	"parseint": stdlib.ParseIntFunc, "zipmap": stdlib.ZipmapFunc,
}

func (s scope) function(e *hclsyntax.FunctionCallExpr, at finding.Location) policy.Node {
	if e.Name == "try" || e.Name == "can" {
		return s.try(e, at)
	}
	var args []policy.Node
	for _, a := range e.Args {
		args = append(args, s.eval(a))
	}
	if k := len(args); e.ExpandFinal && k > 0 {
		last := args[k-1]
		args = args[:k-1]
		if last.Kind != policy.List {
			return s.unknown(at, e.Name, "its arguments are unknown")
		}
		args = append(args, last.Elements...)
	}
	if out, ok := s.structural(e.Name, args, at); ok {
		return out
	}
	if out, ok := s.textual(e.Name, args, at); ok {
		return out
	}
	return s.fromLibrary(e.Name, args, at)
}

// try is the first argument in which nothing is unknown; "can" whether one is.
func (s scope) try(e *hclsyntax.FunctionCallExpr, at finding.Location) policy.Node {
	for i, a := range e.Args {
		v := s.eval(a)
		budget := maxElements
		// What the files leave open need not be an error when Terraform runs.
		if !open(&v, &budget) {
			if e.Name == "can" {
				return policy.Node{Kind: policy.Bool, Text: "true", Location: at}
			}
			return v
		}
		if i == 0 && e.Name == "try" && len(e.Args) == 1 {
			return v
		}
	}
	return s.unknown(at, e.Name, "whether it fails is unknown")
}

// structural are the functions of lists and objects: their elements keep their
// places, and may be unknown.
func (s scope) structural(name string, args []policy.Node, at finding.Location) (policy.Node, bool) {
	list := policy.Node{Kind: policy.List, Location: at}
	for i := range args {
		if args[i].Kind == policy.String && marked(args[i].Text) && slices.Contains([]string{"concat", "merge", "flatten", "keys", "values", "toset", "tolist", "distinct", "compact", "setproduct", "one", "length"}, name) {
			return args[i], true
		}
	}
	switch {
	case name == "jsonencode" && len(args) == 1:
		return s.encode(args[0], at), true
	case name == "jsondecode" && len(args) == 1 && args[0].Kind == policy.String:
		return s.m.treeOf(&args[0]), true
	case (name == "toset" || name == "tolist" || name == "nonsensitive" || name == "sensitive" || name == "tomap" || name == "tostring" || name == "tonumber" || name == "tobool" || name == "yamldecode") && len(args) == 1:
		if name == "yamldecode" {
			break
		}
		return args[0], true
	case name == "concat":
		for _, a := range args {
			list.Elements = append(list.Elements, a.Elements...)
		}
		return s.bounded(list), true
	case name == "flatten" && len(args) == 1:
		s.flatten(&list, &args[0], 0)
		return s.bounded(list), true
	case name == "merge":
		out := policy.Node{Kind: policy.Object, Location: at}
		for _, a := range args {
			for _, m := range a.Members {
				if old := get(&out, m.Name); old != nil {
					*old = m.Value
				} else if len(out.Members) < 1000 {
					out.Members = append(out.Members, m)
				}
			}
		}
		return out, true
	case (name == "keys" || name == "values") && len(args) == 1 && args[0].Kind == policy.Object:
		sorted := slices.Clone(args[0].Members)
		slices.SortFunc(sorted, func(a, b policy.Member) int { return strings.Compare(a.Name, b.Name) })
		for _, m := range sorted {
			if name == "keys" {
				m.Value = text(m.Name, m.At)
			}
			list.Elements = append(list.Elements, m.Value)
		}
		return list, true
	case name == "length" && len(args) == 1 && (args[0].Kind == policy.Object || args[0].Kind == policy.List):
		return policy.Node{Kind: policy.Number, Text: strconv.Itoa(len(args[0].Members) + len(args[0].Elements)), Location: at}, true
	case name == "lookup" && len(args) >= 2 && args[0].Kind == policy.Object && !marked(args[1].Text):
		if v := get(&args[0], args[1].Text); v != nil {
			return *v, true
		}
		if len(args) == 3 {
			return args[2], true
		}
	case name == "element" && len(args) == 2 && len(args[0].Elements) > 0:
		if i, err := strconv.Atoi(args[1].Text); err == nil && i >= 0 {
			return args[0].Elements[i%len(args[0].Elements)], true
		}
	case name == "one" && len(args) == 1 && args[0].Kind == policy.List:
		if len(args[0].Elements) == 1 {
			return args[0].Elements[0], true
		}
		return policy.Node{Kind: policy.Null, Location: at}, true
	case name == "distinct" && len(args) == 1 || name == "compact" && len(args) == 1:
		seen := map[string]bool{}
		for _, e := range args[0].Elements {
			scalar := e.Kind != policy.Object && e.Kind != policy.List
			if name == "compact" && (e.Kind == policy.Null || e.Text == "") || name == "distinct" && scalar && seen[e.Text] {
				continue
			}
			seen[e.Text] = true
			list.Elements = append(list.Elements, e)
		}
		return list, true
	case name == "coalesce" || name == "coalescelist":
		for _, a := range args {
			if a.Kind != policy.Null && (a.Text != "" || len(a.Elements) > 0) {
				return a, true
			}
		}
	}
	return policy.Node{}, false
}

func (s scope) bounded(n policy.Node) policy.Node {
	if len(n.Elements) > maxElements {
		return s.unknown(n.Location, "list", "it is too long")
	}
	return n
}

func (s scope) flatten(out, n *policy.Node, depth int) {
	for i := range n.Elements {
		if e := &n.Elements[i]; e.Kind == policy.List && depth < maxDepth {
			s.flatten(out, e, depth+1)
		} else if s.m.step() {
			out.Elements = append(out.Elements, *e)
		}
	}
}

// encode is jsonencode. What was encoded is remembered with its places.
func (s scope) encode(n policy.Node, at finding.Location) policy.Node {
	var b strings.Builder
	if !s.m.writeJSON(&b, &n, 0) {
		return s.unknown(at, "jsonencode", "what it encodes is too large")
	}
	out := text(b.String(), at)
	s.m.encoded[out.Text] = n
	return out
}

// textual are the functions of texts, which may hold marks.
func (s scope) textual(name string, args []policy.Node, at finding.Location) (policy.Node, bool) {
	word := func(i int) string {
		if i < len(args) && args[i].Kind != policy.Object && args[i].Kind != policy.List {
			return args[i].Text
		}
		return ""
	}
	switch {
	case name == "file" && len(args) == 1:
		return s.file(word(0), at), true
	case name == "templatefile" && len(args) == 2:
		return s.templateFile(word(0), &args[1], at), true
	case name == "join" && len(args) == 2:
		return s.joinTexts(word(0), args[1], at), true
	case name == "format" && len(args) > 0:
		return s.format(args, at), true
	case name == "formatlist" && len(args) == 2 && args[1].Kind == policy.List:
		out := policy.Node{Kind: policy.List, Location: at}
		for _, e := range args[1].Elements {
			out.Elements = append(out.Elements, s.format([]policy.Node{args[0], e}, at))
		}
		return out, true
	case name == "lower" && len(args) == 1:
		return text(strings.ToLower(word(0)), at), true
	case name == "upper" && len(args) == 1:
		return text(strings.ToUpper(word(0)), at), true
	case name == "trimspace" && len(args) == 1:
		return text(strings.TrimSpace(word(0)), at), true
	case name == "trimprefix" && len(args) == 2:
		return text(strings.TrimPrefix(word(0), word(1)), at), true
	case name == "trimsuffix" && len(args) == 2:
		return text(strings.TrimSuffix(word(0), word(1)), at), true
	case name == "basename" && len(args) == 1:
		return text(path.Base(word(0)), at), true
	case name == "dirname" && len(args) == 1:
		return text(path.Dir(word(0)), at), true
	case name == "abspath" && len(args) == 1:
		return args[0], true
	case name == "replace" && len(args) == 3 && !strings.HasPrefix(word(1), "/"):
		// Longer by at most the new text for each character.
		if len(word(1)) == 0 || !s.m.grow(strings.Count(word(0), word(1))*len(word(2))+len(word(0))) {
			return s.unknown(at, name, "the text is too long"), true
		}
		return text(strings.ReplaceAll(word(0), word(1), word(2)), at), true
	case name == "split" && len(args) == 2 && !marked(word(0)):
		out := policy.Node{Kind: policy.List, Location: at}
		for _, part := range strings.SplitN(word(1), word(0), maxElements) {
			out.Elements = append(out.Elements, text(part, at))
		}
		return out, true
	case (name == "startswith" || name == "endswith") && len(args) == 2 && !marked(word(0)+word(1)):
		ok := strings.HasPrefix(word(0), word(1))
		if name == "endswith" {
			ok = strings.HasSuffix(word(0), word(1))
		}
		return policy.Node{Kind: policy.Bool, Text: strconv.FormatBool(ok), Location: at}, true
	case name == "base64decode" && len(args) == 1 && !marked(word(0)):
		if data, err := base64.StdEncoding.DecodeString(word(0)); err == nil {
			return text(string(data), at), true
		}
	}
	return policy.Node{}, false
}

// format knows the verbs without width: the others may fill the memory.
func (s scope) format(args []policy.Node, at finding.Location) policy.Node {
	var b strings.Builder
	next := 1
	pattern := args[0].Text
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '%' {
			b.WriteByte(pattern[i])
			continue
		}
		if i++; i == len(pattern) {
			break
		}
		switch c := pattern[i]; {
		case c == '%':
			b.WriteByte('%')
		case strings.IndexByte("svdq", c) >= 0 && next < len(args) && args[next].Kind != policy.Object && args[next].Kind != policy.List:
			word := args[next].Text
			if next++; c == 'q' {
				word = strconv.Quote(word)
			}
			if b.WriteString(word); !s.m.grow(len(word)) || b.Len() > maxText {
				return s.unknown(at, "format", "the text is too long")
			}
		default:
			return s.unknown(at, "format", "this form of it is not read")
		}
	}
	return text(b.String(), at)
}

func (s scope) fromLibrary(name string, args []policy.Node, at finding.Location) (out policy.Node) {
	f, ok := library[name]
	if !ok {
		return s.unknown(at, name+"()", "this function is not evaluated")
	}
	defer func() {
		if recover() != nil {
			out = s.unknown(at, name+"()", "it cannot be done")
		}
	}()
	var values []cty.Value
	budget := maxElements
	for i := range args {
		v, ok := toCty(&args[i], 0)
		if open(&args[i], &budget) || !ok {
			return s.unknown(at, name+"()", "it depends on what is unknown")
		}
		values = append(values, v)
	}
	v, err := f.Call(converted(f, values))
	if err != nil {
		return s.unknown(at, name+"()", "it cannot be done")
	}
	return s.m.constant(v, at)
}

// file reads a file of the tree, as it stands.
func (s scope) file(name string, at finding.Location) policy.Node {
	shown, data, why := s.m.open(name)
	if why != "" {
		return s.unknown(at, "file", why)
	}
	out := text(data, at)
	p := &pieces{}
	where := finding.Location{Path: shown}
	where.Start = finding.Position{Line: 1, Column: 1}
	where.End = where.Start
	p.add(data, where, true)
	s.m.origin(out.Text, p)
	return out
}

func (s scope) templateFile(name string, variables *policy.Node, at finding.Location) policy.Node {
	shown, data, why := s.m.open(name)
	if why != "" {
		return s.unknown(at, "templatefile", why)
	}
	if s.m.sources[shown] == nil {
		s.m.remember(newSource(shown, data))
	}
	inner := scope{m: s.m, names: map[string]policy.Node{}, recursion: s.recursion + 1}
	for _, m := range members(variables) {
		inner.names[m.Name] = m.Value
	}
	return inner.template(data, shown, at)
}
