package identity

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/discreet-dev/discreet/internal/item"
)

// maxDepth is how deep the objects and lists of a token may nest.
const maxDepth = 16

var (
	errNotJSON   = errors.New("not one JSON object in valid UTF-8")
	errDuplicate = errors.New("a JSON member stands twice")
	errTooDeep   = errors.New("JSON is nested too deep")
)

// decodeObject reads one JSON object and refuses what two parsers may read
// differently: a member that stands twice, halves of surrogate pairs (which Go
// would all read as one character), invalid UTF-8, trailing bytes. Numbers keep
// their digits. Its errors hold nothing of the input.
func decodeObject(raw []byte) (map[string]any, error) {
	if !item.IsJSON(raw) {
		return nil, errNotJSON
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, err := decodeValue(d, 0)
	if err != nil {
		return nil, err
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, errNotJSON
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errNotJSON
	}
	return object, nil
}

func decodeValue(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errTooDeep
	}
	token, err := d.Token()
	if err != nil {
		return nil, errNotJSON
	}
	switch token {
	case json.Delim('{'):
		return decodeMembers(d, depth)
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := decodeValue(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	}
	return token, nil
}

func decodeMembers(d *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, errNotJSON
		}
		name, ok := token.(string)
		if !ok {
			return nil, errNotJSON
		}
		if _, twice := object[name]; twice {
			return nil, errDuplicate
		}
		if object[name], err = decodeValue(d, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return object, err
}
