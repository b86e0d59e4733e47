package parse

import (
	"bytes"
	"encoding/json"
)

// Schema is the JSON Schema (2020-12) of the format, for editors. It is written
// from the grammar that the shape phase reads, so that the two cannot differ;
// it knows the shape of a contract, and not the rules on its names.
func Schema() []byte {
	w := &schemaWriter{definitions: map[string]any{}}
	root := w.place(grammar())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$id"] = "https://github.com/discreet-dev/discreet/blob/main/docs/contract.schema.json"
	root["title"] = "discreet exposure contract"
	root["$defs"] = w.definitions
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		panic(err) // maps, lists and texts alone: it cannot fail
	}
	return b.Bytes()
}

type object = map[string]any

type schemaWriter struct{ definitions map[string]any }

// place writes a place, or a reference to it where it has a name.
func (w *schemaWriter) place(p *place) object {
	if p.name == "" {
		return w.body(p)
	}
	if _, begun := w.definitions[p.name]; !begun {
		w.definitions[p.name] = nil // it may lead back to itself
		w.definitions[p.name] = w.body(p)
	}
	return object{"$ref": "#/$defs/" + p.name}
}

func (w *schemaWriter) body(p *place) object {
	var either []object
	if p.scalar != nil {
		either = append(either, scalarSchema(p.scalar)...)
	}
	if p.list != nil {
		list := object{"type": "array", "items": w.place(p.list)}
		if p.some {
			list["minItems"] = 1
		}
		either = append(either, list)
	}
	if p.keys != nil {
		either = append(either, w.known(p.keys))
	}
	if p.entries != nil {
		entries := object{"type": "object", "additionalProperties": w.place(p.entries)}
		if p.single {
			entries["minProperties"], entries["maxProperties"] = 1, 1
		}
		either = append(either, entries)
	}
	out := object{}
	switch len(either) {
	case 0: // anything
	case 1:
		out = either[0]
	default:
		out["anyOf"] = either
	}
	if p.doc != "" {
		out["description"] = p.doc
	}
	return out
}

// known writes a mapping of known keys.
func (w *schemaWriter) known(keys []key) object {
	properties := object{}
	required := []string{}
	for _, k := range keys {
		property := w.place(k.place)
		if k.doc != "" {
			if _, ref := property["$ref"]; ref || property["description"] == nil {
				property["description"] = k.doc
			} else {
				property["description"] = k.doc + " (" + property["description"].(string) + ")"
			}
		}
		properties[k.name] = property
		if k.required {
			required = append(required, k.name)
		}
	}
	out := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

func scalarSchema(s *scalar) []object {
	var out []object
	if s.text {
		text := object{"type": "string"}
		if s.one != nil {
			text["enum"] = s.one
		}
		if s.pattern != "" {
			text["pattern"] = s.pattern
		}
		out = append(out, text)
	}
	switch {
	case s.number:
		out = append(out, object{"type": "number"})
	case s.integer:
		out = append(out, object{"type": "integer"})
	}
	if s.boolean {
		out = append(out, object{"type": "boolean"})
	}
	return out
}
