package template

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// The bounds of one tree, whatever its format.
const (
	maxDepth     = 64
	maxFileNodes = 400_000
)

// readJSON reads a JSON text with the place of every node. It differs from
// policy.ReadJSON in what it bounds: whole accounts and plans are read with it,
// often on one line, and texts that were put together.
func readJSON(path string, text []byte) (policy.Node, error) {
	s := newSource(path, strings.TrimPrefix(string(text), byteOrderMark))
	return readPlacedJSON(path, s.text, s.location)
}

const byteOrderMark = "\xef\xbb\xbf"

func readPlacedJSON(path, text string, place func(start, end int) finding.Location) (policy.Node, error) {
	r := jsonReader{text: text, place: place}
	if !utf8.ValidString(text) {
		return policy.Node{}, r.fail(0, "the text is not UTF-8")
	}
	n, err := r.value(0)
	if err != nil {
		return policy.Node{}, err
	}
	if r.space(); r.at < len(text) {
		return policy.Node{}, r.fail(r.at, "there is text behind the JSON")
	}
	return n, nil
}

type jsonReader struct {
	text  string
	at    int
	nodes int
	place func(start, end int) finding.Location
}

func (r *jsonReader) fail(offset int, text string) error {
	return policy.Problem{Location: r.place(offset, offset), Text: text}
}

func (r *jsonReader) space() {
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n", r.text[r.at]) >= 0 {
		r.at++
	}
}

// next skips space and takes c where it is next.
func (r *jsonReader) next(c byte) bool {
	r.space()
	if r.at < len(r.text) && r.text[r.at] == c {
		r.at++
		return true
	}
	return false
}

func (r *jsonReader) value(depth int) (policy.Node, error) {
	r.space()
	start := r.at
	if r.nodes++; r.nodes > maxFileNodes {
		return policy.Node{}, r.fail(start, fmt.Sprintf("over %d values in one file", maxFileNodes))
	}
	if depth > maxDepth {
		return policy.Node{}, r.fail(start, fmt.Sprintf("nested deeper than %d", maxDepth))
	}
	if start == len(r.text) {
		return policy.Node{}, r.fail(start, "the JSON ends too early")
	}
	// The start is placed before the children are: positions are cheap in order.
	n := policy.Node{Location: r.place(start, start)}
	var err error
	switch c := r.text[start]; c {
	case '{':
		r.at++
		n.Kind = policy.Object
		n.Members, err = r.members(depth)
	case '[':
		r.at++
		n.Kind = policy.List
		n.Elements, err = r.elements(depth)
	case '"':
		n.Kind = policy.String
		n.Text, err = r.str()
	default:
		n.Kind, n.Text, err = r.word()
	}
	n.End = r.place(max(start, r.at-1), r.at).End
	return n, err
}

func (r *jsonReader) members(depth int) ([]policy.Member, error) {
	var out []policy.Member
	seen := map[string]bool{}
	if r.next('}') {
		return nil, nil
	}
	for {
		r.space()
		start := r.at
		if start == len(r.text) || r.text[start] != '"' {
			return out, r.fail(start, "this is not JSON: a quoted name belongs here")
		}
		name, err := r.str()
		if err != nil {
			return out, err
		}
		at := r.place(start, r.at)
		if seen[name] {
			return out, policy.Problem{Location: at, Text: "a name stands twice in one object"}
		}
		seen[name] = true
		if !r.next(':') {
			return out, r.fail(r.at, "this is not JSON: a colon belongs here")
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return out, err
		}
		out = append(out, policy.Member{Name: name, At: at, Value: v})
		if r.next('}') {
			return out, nil
		}
		if !r.next(',') {
			return out, r.fail(r.at, "this is not JSON: a comma or } belongs here")
		}
	}
}

func (r *jsonReader) elements(depth int) ([]policy.Node, error) {
	var out []policy.Node
	if r.next(']') {
		return nil, nil
	}
	for {
		v, err := r.value(depth + 1)
		if err != nil {
			return out, err
		}
		out = append(out, v)
		if r.next(']') {
			return out, nil
		}
		if !r.next(',') {
			return out, r.fail(r.at, "this is not JSON: a comma or ] belongs here")
		}
	}
}

// str reads the string that begins here.
func (r *jsonReader) str() (string, error) {
	start := r.at
	plain := true
	for i := start + 1; i < len(r.text); i++ {
		switch c := r.text[i]; {
		case c == '\\':
			plain = false
			i++
		case c < 0x20:
			return "", r.fail(i, "this is not JSON: a control character in a string")
		case c == '"':
			r.at = i + 1
			if plain {
				return r.text[start+1 : i], nil
			}
			var out string
			if err := json.Unmarshal([]byte(r.text[start:r.at]), &out); err != nil {
				return "", r.fail(start, "this is not JSON: an escape that there is not")
			}
			return out, nil
		}
	}
	return "", r.fail(start, "this is not JSON: a string without an end")
}

func (r *jsonReader) word() (policy.NodeKind, string, error) {
	start := r.at
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n,:]}[{\"", r.text[r.at]) < 0 {
		r.at++
	}
	word := r.text[start:r.at]
	switch word {
	case "null":
		return policy.Null, "", nil
	case "true", "false":
		return policy.Bool, word, nil
	}
	if len(word) > 100 || !json.Valid([]byte(word)) {
		return 0, "", r.fail(start, "this is not JSON")
	}
	return policy.Number, word, nil
}
