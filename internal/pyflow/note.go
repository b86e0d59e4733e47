package pyflow

// maxNotes bounds the notes of one function and all that it calls.
const maxNotes = 1024

// Note records that the function which is run does something, by a number of
// the library's. Who calls the function does it as well, also where the call is
// not followed again because one with equal arguments was.
func (e *Engine) Note(id int32) { e.noted = mergeNotes(e.noted, []int32{id}) }

// Noted are the notes since it was last asked, in order, and no longer kept.
func (e *Engine) Noted() []int32 {
	out := e.noted
	e.noted = nil
	return out
}

// mergeNotes joins two sorted lists, neither of which is changed: one that holds
// the other is taken as it is.
func mergeNotes(a, b []int32) []int32 {
	switch {
	case len(b) == 0 || holds(a, b):
		return a
	case len(a) == 0 || holds(b, a):
		return b
	}
	out := make([]int32, 0, min(len(a)+len(b), maxNotes))
	for len(out) < maxNotes && len(a)+len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			out, a = append(out, a[0]), a[1:]
		case len(a) == 0 || b[0] < a[0]:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return out
}

// holds says whether one sorted list has all that another has.
func holds(all, some []int32) bool {
	if len(some) > len(all) {
		return false
	}
	for _, x := range all {
		if len(some) > 0 && some[0] == x {
			some = some[1:]
		}
	}
	return len(some) == 0
}
