package view

import (
	"maps"
	"testing"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
)

// A key that one way of matching takes and the other refuses would be an item
// that access grants and the view hides, or worse.
func TestKeysAreMatchedAsTheirTemplatesDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		template := contract.Template{Delimiter: rapid.SampledFrom([]string{"#", "::"}).Draw(t, "delimiter")}
		variables := []string{"a", "b", "c"}[:rapid.IntRange(0, 3).Draw(t, "variables")]
		word := rapid.SampledFrom([]string{"", "T", "TT", "T" + template.Delimiter, template.Delimiter})
		literal := func(text string) {
			if text != "" {
				template.Parts = append(template.Parts, contract.Part{Literal: text})
			}
		}
		for i, v := range variables {
			between := word.Draw(t, "literal")
			if i > 0 {
				between += template.Delimiter + word.Draw(t, "literal")
			}
			literal(between)
			template.Parts = append(template.Parts, contract.Part{Variable: v})
		}
		literal(word.Draw(t, "end"))
		if len(variables) == 1 && rapid.Bool().Draw(t, "whole") {
			template = contract.WholeTemplate("a")
		}
		value := rapid.OneOf(rapid.StringMatching(`[T#:x]{0,8}`), rapid.SampledFrom([]string{"é", "xTx"}))
		text := value.Draw(t, "text")
		if rapid.Bool().Draw(t, "composed") {
			if composed, whole, err := template.Compose(func(string) (string, bool) { return value.Draw(t, "value"), true }); whole && err == nil {
				text = composed + rapid.SampledFrom([]string{"", "", "#", "x"}).Draw(t, "rest")
			}
		}

		want := map[string]string{}
		matches := template.Match(text, func(variable, value string) { want[variable] = value })
		p := keyPattern{slot: 3, kind: item.KindS, required: true, whole: template.Whole, delimiter: template.Delimiter}
		slot := map[string]int{"a": 0, "b": 1, "c": 2}
		for _, part := range template.Parts {
			p.parts = append(p.parts, keyPart{literal: part.Literal, slot: slot[part.Variable], kind: item.KindS})
		}
		slots := make([]item.Raw, 4)
		slots[3] = item.RawText(item.KindS, []byte(text))
		if _, ok := p.match(slots, nil); ok != matches {
			t.Fatalf("%q by %s: %v, want %v", text, template, ok, matches)
		}
		got := map[string]string{}
		for name, i := range slot {
			if slots[i].Present() {
				got[name] = string(slots[i].Text(new([]byte)))
			}
		}
		if matches && !maps.Equal(got, want) {
			t.Fatalf("%q by %s: %v, want %v", text, template, got, want)
		}
	})
}
