package scan

import "strings"

// wordSet finds whether a text holds any of some words in one pass, however
// many they are: most files hold none, and a pass for each word would take
// longer than parsing them.
type wordSet struct {
	starts [1 << 16 / 64]uint64 // the first two bytes of words, as a bitmap
	words  map[uint16][]string
}

// newWordSet takes words of at least two bytes.
func newWordSet(words ...string) *wordSet {
	w := &wordSet{words: map[uint16][]string{}}
	for _, word := range words {
		p := pair(word[0], word[1])
		w.starts[p/64] |= 1 << (p % 64)
		w.words[p] = append(w.words[p], word)
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
		p := pair(text[i-1], text[i])
		if w.starts[p/64]&(1<<(p%64)) == 0 {
			continue
		}
		for _, word := range w.words[p] {
			if strings.HasPrefix(text[i-1:], word) && !yield(i-1, word) {
				return
			}
		}
	}
}
