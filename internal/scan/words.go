package scan

import "strings"

// wordSet finds whether a text holds any of some words in one pass, however
// many they are: most files hold none, and a pass for each word would take
// longer than parsing them.
type wordSet struct {
	starts [1 << 16]uint8 // by the first two bytes of a word, its place in words
	words  [][]string
	more   map[uint16][]string // those for which starts has moreWords
}

// moreWords stands in the table, which is small so that it stays in a cache, for
// the beginnings that it has no number for: the secrets of a large tree may begin
// in any way.
const moreWords = 1<<8 - 1

// newWordSet takes words of at least two bytes.
func newWordSet(words ...string) *wordSet {
	w := &wordSet{words: [][]string{nil}, more: map[uint16][]string{}}
	for _, word := range words {
		start := pair(word[0], word[1])
		at := &w.starts[start]
		if *at == 0 {
			if *at = moreWords; len(w.words) < moreWords {
				*at = uint8(len(w.words))
				w.words = append(w.words, nil)
			}
		}
		if *at == moreWords {
			w.more[start] = append(w.more[start], word)
		} else {
			w.words[*at] = append(w.words[*at], word)
		}
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
		start := pair(text[i-1], text[i])
		at := w.starts[start]
		if at == 0 {
			continue
		}
		var list []string
		if at == moreWords {
			list = w.more[start]
		} else {
			list = w.words[at]
		}
		for _, word := range list {
			if strings.HasPrefix(text[i-1:], word) && !yield(i-1, word) {
				return
			}
		}
	}
}
