package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/finding"
)

// The bounds of a file. IAM's own limits are far below.
const (
	MaxSource = 4 << 20 // bytes
	MaxDepth  = 64      // of nested objects and lists
	// MaxDocument is in characters without white space, with room to spare for
	// what nobody has split yet.
	MaxDocument = 128 << 10
)

// ReadJSON reads one JSON value with its places. Text that is not UTF-8, a name
// that stands twice in an object, what is too large or too deep, and anything
// after the value are problems: what two readers may read differently is no
// policy.
func ReadJSON(path string, source []byte) (Node, error) {
	r := jsonReader{path: path, source: source}
	if len(source) > MaxSource {
		return Node{}, r.problem(0, fmt.Sprintf("over %d bytes", MaxSource))
	}
	if !utf8.Valid(source) {
		return Node{}, r.problem(0, "not UTF-8")
	}
	count := 0
	for i, c := range source {
		if i%block == 0 {
			r.blocks = append(r.blocks, count)
		}
		if c == '\n' {
			r.lines = append(r.lines, i+1)
		}
		if utf8.RuneStart(c) {
			count++
		}
	}
	r.decoder = json.NewDecoder(bytes.NewReader(source))
	r.decoder.UseNumber()
	n, err := r.value(0)
	if err != nil {
		return Node{}, err
	}
	if _, err := r.decoder.Token(); !errors.Is(err, io.EOF) {
		return Node{}, r.problem(r.next(), "text behind the document")
	}
	return n, nil
}

type jsonReader struct {
	path    string
	source  []byte
	lines   []int // offsets of every line but the first
	blocks  []int // characters before each block of the source
	decoder *json.Decoder
}

// block is in bytes. A document may be one line of megabytes, and each of its
// nodes asks for a column.
const block = 1 << 10

// characters counts those before an offset.
func (r *jsonReader) characters(offset int) int {
	if len(r.blocks) == 0 {
		return 0
	}
	b := min(offset/block, len(r.blocks)-1)
	n := r.blocks[b]
	for _, c := range r.source[b*block : offset] {
		if utf8.RuneStart(c) {
			n++
		}
	}
	return n
}

// next is the offset of the next token.
func (r *jsonReader) next() int {
	i := int(r.decoder.InputOffset())
	for i < len(r.source) && bytes.IndexByte([]byte(" \t\r\n,:"), r.source[i]) >= 0 {
		i++
	}
	return i
}

func (r *jsonReader) position(offset int) finding.Position {
	line := sort.SearchInts(r.lines, offset+1)
	start := 0
	if line > 0 {
		start = r.lines[line-1]
	}
	return finding.Position{Line: line + 1, Column: r.characters(offset) - r.characters(start) + 1, Offset: offset}
}

func (r *jsonReader) place(start, end int) finding.Location {
	return finding.Location{Path: r.path, Range: finding.Range{Start: r.position(start), End: r.position(end)}}
}

func (r *jsonReader) problem(offset int, text string) error {
	offset = min(offset, len(r.source))
	return Problem{r.place(offset, offset), text}
}

func (r *jsonReader) token() (json.Token, int, error) {
	start := r.next()
	t, err := r.decoder.Token()
	if err != nil {
		text := "not JSON"
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			text = "the JSON ends too early"
		}
		return nil, start, r.problem(start, text)
	}
	return t, start, nil
}

func (r *jsonReader) value(depth int) (Node, error) {
	t, start, err := r.token()
	if err != nil {
		return Node{}, err
	}
	var n Node
	switch t := t.(type) {
	case json.Delim:
		if depth == MaxDepth {
			return Node{}, r.problem(start, fmt.Sprintf("nested deeper than %d", MaxDepth))
		}
		if t == '{' {
			n, err = r.object(depth)
		} else {
			n, err = r.list(depth)
		}
		if err != nil {
			return Node{}, err
		}
	case string:
		n = Node{Kind: String, Text: t}
	case json.Number:
		n = Node{Kind: Number, Text: t.String()}
	case bool:
		n = Node{Kind: Bool, Text: fmt.Sprint(t)}
	default:
		n = Node{Kind: Null}
	}
	n.Location = r.place(start, int(r.decoder.InputOffset()))
	return n, nil
}

func (r *jsonReader) object(depth int) (Node, error) {
	n := Node{Kind: Object}
	seen := map[string]bool{}
	for r.decoder.More() {
		t, start, err := r.token()
		if err != nil {
			return n, err
		}
		name, ok := t.(string)
		if !ok {
			return n, r.problem(start, "a member without a name")
		}
		at := r.place(start, int(r.decoder.InputOffset()))
		if seen[name] {
			return n, Problem{at, "a name stands twice in one object"}
		}
		seen[name] = true
		v, err := r.value(depth + 1)
		if err != nil {
			return n, err
		}
		n.Members = append(n.Members, Member{name, at, v})
	}
	_, _, err := r.token()
	return n, err
}

func (r *jsonReader) list(depth int) (Node, error) {
	n := Node{Kind: List}
	for r.decoder.More() {
		v, err := r.value(depth + 1)
		if err != nil {
			return n, err
		}
		n.Elements = append(n.Elements, v)
	}
	_, _, err := r.token()
	return n, err
}
