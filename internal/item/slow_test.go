package item

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// The slow, obvious way to do what Transcoder does: decode everything, filter,
// encode. Tests hold the fast way to it.

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)

// slowItem is what a shape shows of an item that encoding/json decoded.
func slowItem(shape *Shape, attributes map[string]any, mistyped []int) string {
	return "{" + strings.Join(slowMembers(shape, attributes, mistyped), ",") + "}"
}

func slowMembers(shape *Shape, attributes map[string]any, mistyped []int) []string {
	var out []string
	for _, m := range shape.Members {
		if m.Shape == nil {
			continue
		}
		value, present := attributes[m.Name]
		if text, ok := slowValue(m.Shape, value, present, mistyped); ok {
			out = append(out, slowString(m.As)+":"+text)
		}
	}
	return out
}

func slowValue(shape *Shape, value any, present bool, mistyped []int) (string, bool) {
	kind, content := slowTag(value)
	if !present || kind == "NULL" && shape.Kind != KindNULL && shape.Kind != 0 {
		return slowAbsent(shape)
	}
	text, written, ok := "", false, shape.Kind == 0 || shape.Kind.String() == kind
	if ok {
		text, written, ok = slowContent(shape, kind, content, mistyped)
	}
	if !ok {
		mistyped[shape.ID]++
		return "", false
	}
	if shape.Masked {
		return `"masked ` + kind + `"`, true
	}
	return text, written
}

func slowAbsent(shape *Shape) (string, bool) {
	if shape.Default != nil {
		return string(shape.Default), true
	}
	var defaults []string
	for _, m := range shape.Members {
		if m.Shape != nil {
			if text, ok := slowAbsent(m.Shape); ok {
				defaults = append(defaults, slowString(m.As)+":"+text)
			}
		}
	}
	return "{" + strings.Join(defaults, ",") + "}", len(defaults) > 0
}

// slowTag takes {"S": content} apart; the kind of anything else is "".
func slowTag(value any) (kind string, content any) {
	m, ok := value.(map[string]any)
	if !ok || len(m) != 1 {
		return "", nil
	}
	for kind, content = range m {
	}
	switch kind {
	case "S", "N", "B":
		_, ok = content.(string)
	case "BOOL":
		_, ok = content.(bool)
	case "NULL":
		ok = content == true
	case "L", "SS", "NS", "BS":
		_, ok = content.([]any)
	case "M":
		_, ok = content.(map[string]any)
	default:
		ok = false
	}
	if !ok {
		return "", nil
	}
	return kind, content
}

func slowContent(shape *Shape, kind string, content any, mistyped []int) (text string, written, ok bool) {
	if shape.Masked && kind != "N" && kind != "B" {
		return "", true, kind != ""
	}
	switch kind {
	case "S":
		return slowString(content.(string)), true, true
	case "N":
		return content.(string), true, jsonNumber.MatchString(content.(string))
	case "B":
		return slowString(content.(string)), true, slowBase64(content.(string))
	case "BOOL":
		return map[bool]string{true: "true", false: "false"}[content.(bool)], true, true
	case "NULL":
		return "null", true, true
	case "SS", "NS", "BS":
		var out []string
		for _, e := range content.([]any) {
			if _, isString := e.(string); !isString {
				return "", false, false
			}
			text, _, ok := slowContent(&Shape{}, kind[:1], e, nil)
			if !ok {
				return "", false, false
			}
			out = append(out, text)
		}
		return "[" + strings.Join(out, ",") + "]", true, true
	case "L":
		var out []string
		for _, e := range content.([]any) {
			if shown, ok := slowInside(shape, shape.Element, e, mistyped); ok {
				out = append(out, shown)
			}
		}
		return "[" + strings.Join(out, ",") + "]", true, true
	case "M":
		members := content.(map[string]any)
		if !shape.Open {
			out := slowMembers(shape, members, mistyped)
			return "{" + strings.Join(out, ",") + "}", len(out) > 0 || !shape.Partial, true
		}
		var out []string
		for _, name := range slices.SortedFunc(maps.Keys(members), func(a, b string) int {
			a, b = slowString(a), slowString(b)
			return strings.Compare(a[1:len(a)-1], b[1:len(b)-1])
		}) {
			i := slices.IndexFunc(shape.Members, func(m Member) bool { return m.Name == name })
			var inner *Shape
			if i >= 0 {
				if inner = shape.Members[i].Shape; inner == nil {
					continue
				}
			}
			if shown, ok := slowInside(shape, inner, members[name], mistyped); ok {
				out = append(out, slowString(name)+":"+shown)
			}
		}
		return "{" + strings.Join(out, ",") + "}", true, true
	}
	return "", false, false
}

// slowInside is for what is in a list or an open map, declared or not.
func slowInside(parent, declared *Shape, value any, mistyped []int) (string, bool) {
	if declared != nil {
		return slowValue(declared, value, true, mistyped)
	}
	if !parent.Open {
		mistyped[parent.ID]++
		return "", false
	}
	return slowValue(&Shape{ID: parent.ID, Open: true}, value, true, mistyped)
}

func slowBase64(s string) bool {
	_, err := base64.StdEncoding.DecodeString(s)
	return err == nil && !strings.ContainsAny(s, "\r\n")
}

// slowString is a JSON string with the escapes that AppendString promises.
func slowString(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err)
	}
	out := strings.TrimSuffix(b.String(), "\n")
	// Escapes of encoding/json that JSON does not ask for.
	return strings.NewReplacer(`\\`, `\\`, `\u2028`, "\u2028", `\u2029`, "\u2029", `\b`, `\u0008`, `\f`, `\u000c`).Replace(out)
}
