package embedded

// maxPage is how many bytes of items a Query or Scan reads at most: it stops
// after the item with which it has read that much.
const maxPage = 1 << 20

// walk is an ordered read of a part of an index.
type walk struct {
	index      *index
	within     span
	start      string // the key to start after, "" at the beginning
	descending bool
	limit      int // entries at most, 0 for no limit
}

// collect reads one page. more says that it ended before the walk did, for the
// limit or the bytes; it may be that nothing follows, as in DynamoDB. The
// caller holds reading of the table; the entries stay valid afterwards.
func (w walk) collect() (page []entry, more bool) {
	size := 0
	each := func(e entry) bool {
		page = append(page, e)
		size += e.doc.size
		more = size >= maxPage || (w.limit > 0 && len(page) >= w.limit)
		return !more
	}
	if w.descending {
		w.descend(each)
	} else {
		w.ascend(each)
	}
	return page, more
}

func (w walk) ascend(each func(entry) bool) {
	low := w.within.low
	if w.start != "" {
		low = max(low, w.start+"\x00")
	}
	w.index.entries.Ascend(entry{key: low}, func(e entry) bool {
		if w.within.high != "" && e.key >= w.within.high {
			return false
		}
		return each(e)
	})
}

func (w walk) descend(each func(entry) bool) {
	visit := func(e entry) bool {
		if e.key < w.within.low {
			return false
		}
		return each(e)
	}
	high := w.within.high
	if w.start != "" && (high == "" || w.start < high) {
		high = w.start
	}
	if high == "" {
		w.index.entries.Reverse(visit)
		return
	}
	w.index.entries.Descend(entry{key: high}, func(e entry) bool {
		if e.key == high {
			return true // the bound itself is without
		}
		return visit(e)
	})
}
