package scan

import "strings"

// wordSet finds whether a text holds any of some words in one pass, however
// many they are: most files hold none, and a pass for each word would take
// longer than parsing them.
type wordSet struct {
	starts [1 << 16]uint8 // by the first two bytes of a word, its place in words
	words  [][]string
}

// newWordSet takes words of at least two bytes. Those that begin in more than 255
// ways, as the secrets of a large tree may, share the last list from there on.
func newWordSet(words ...string) *wordSet {
	w := &wordSet{words: [][]string{nil}}
	for _, word := range words {
		p := &w.starts[pair(word[0], word[1])]
		if *p == 0 {
			if len(w.words) < 1<<8 {
				w.words = append(w.words, nil)
			}
			*p = uint8(len(w.words) - 1)
		}
		w.words[*p] = append(w.words[*p], word)
	}
	return w
}

func pair(a, b byte) uint16 { return uint16(a)<<8 | uint16(b) }

// in says whether one of the words stands in a text.
func (w *wordSet) in(text string) bool {
	found := false
	w.each(text, func(int, string) bool { found = true; return false })
	return found
}

// each is told of every word in a text and of where it stands, until it says no.
func (w *wordSet) each(text string, yield func(at int, word string) bool) {
	for i := 1; i < len(text); i++ {
		p := w.starts[pair(text[i-1], text[i])]
		if p == 0 {
			continue
		}
		for _, word := range w.words[p] {
			if strings.HasPrefix(text[i-1:], word) && !yield(i-1, word) {
				return
			}
		}
	}
}
