package scan

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestASetOfWordsFindsWhatEachWordFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[abé]{1,3}[ab]`), 1, 5).Draw(t, "words")
		text := rapid.StringMatching(`[abé]{0,12}`).Draw(t, "text")
		want := slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
		if got := newWordSet(words...).in(text); got != want {
			t.Fatalf("%q in %q: %v, want %v", words, text, got, want)
		}
	})
}

func TestASetOfManyWordsFindsEachOfThem(t *testing.T) {
	var words []string
	for c := range 3 * 256 {
		words = append(words, string([]byte{byte(c), byte(c >> 8), 'x'}))
	}
	set := newWordSet(words...)
	for _, word := range words {
		var got []string
		set.each(word, func(_ int, w string) bool { got = append(got, w); return true })
		if !slices.Contains(got, word) {
			t.Fatalf("%q is not found: %q", word, got)
		}
	}
}
