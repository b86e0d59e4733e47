package item

import (
	"bytes"
	"slices"
)

// Transcoder writes what shapes let out of attribute values, as plain JSON: an
// N as its digits, a B as base64, a set as an array in the store's order. What
// it writes depends on nothing that a shape hides. It is for one goroutine at a
// time, and in the long run allocates nothing.
type Transcoder struct {
	// Mask appends, as JSON, what stands for a value of a Masked shape.
	Mask func(dst []byte, s *Shape, value Raw) []byte
	// Mistyped counts, by Shape.ID, the values that were left out because they
	// were not of the declared type.
	Mistyped []int

	slots   []Raw    // of the maps that are being read, outermost first
	members []member // of the open maps, likewise
	spare   []byte
	scratch []byte
}

// member is where a member of an open map was written, its comma included.
type member struct{ start, nameEnd, end int }

// AppendItem appends an object of the members of a compiled shape. values[i] is
// the value of shape.Members[i].
func (t *Transcoder) AppendItem(dst []byte, shape *Shape, values []Raw) ([]byte, error) {
	dst, err := t.appendMembers(append(dst, '{'), shape, values)
	return closed(dst, '}'), err
}

// appendMembers appends each member that is let out, and a comma after it.
func (t *Transcoder) appendMembers(dst []byte, shape *Shape, values []Raw) ([]byte, error) {
	for i := range shape.Members {
		m := &shape.Members[i]
		if m.Shape == nil {
			continue
		}
		start := len(dst)
		var written bool
		var err error
		dst, written, err = t.appendValue(append(dst, m.label...), values[i], m.Shape)
		if err != nil {
			return dst, err
		}
		if !written {
			dst = dst[:start]
			continue
		}
		dst = append(dst, ',')
	}
	return dst, nil
}

// appendValue appends a value, or what stands for an absent one. When it
// reports false, what it appended is to be cut off again.
func (t *Transcoder) appendValue(dst []byte, r Raw, shape *Shape) (out []byte, written bool, err error) {
	if !r.present || r.Kind == KindNULL && shape.Kind != KindNULL && shape.Kind != 0 {
		return append(dst, shape.absent...), shape.absent != nil, nil
	}
	if r.Kind == 0 || shape.Kind != 0 && r.Kind != shape.Kind {
		return t.mistyped(dst, shape)
	}
	if shape.Masked {
		return t.appendMasked(dst, r, shape)
	}
	switch r.Kind {
	case KindS, KindN, KindB:
		var ok bool
		if dst, ok = t.appendScalar(dst, r); !ok {
			return t.mistyped(dst, shape)
		}
		return dst, true, nil
	case KindM:
		if !shape.Open {
			return t.appendDeclared(dst, r, shape)
		}
	}
	dst, end, written, err := t.appendContent(dst, r.payload, 0, r.Kind, shape)
	if err == nil && end < 0 {
		return t.mistyped(dst, shape)
	}
	return dst, written, err
}

func (t *Transcoder) mistyped(dst []byte, shape *Shape) ([]byte, bool, error) {
	t.Mistyped[shape.ID]++
	return dst, false, nil
}

// appendMasked masks a value that is well-formed as far as the mask can show.
func (t *Transcoder) appendMasked(dst []byte, r Raw, shape *Shape) ([]byte, bool, error) {
	if r.Kind == KindN || r.Kind == KindB {
		start := len(dst)
		var ok bool
		if dst, ok = t.appendScalar(dst, r); !ok {
			return t.mistyped(dst, shape)
		}
		dst = dst[:start]
	}
	return t.Mask(dst, shape, r), true, nil
}

// appendScalar appends an S, N or B; it reports false for an N that is no
// number and a B that is no base64.
func (t *Transcoder) appendScalar(dst []byte, r Raw) ([]byte, bool) {
	switch r.Kind {
	case KindN:
		digits := r.Text(&t.scratch)
		return append(dst, digits...), scanNumber(digits, 0) == len(digits)
	case KindB:
		if !isBase64(r.Text(&t.scratch)) {
			return dst, false
		}
	}
	return r.appendString(dst), true
}

// appendDeclared appends an M of which only declared members are let out.
func (t *Transcoder) appendDeclared(dst []byte, r Raw, shape *Shape) ([]byte, bool, error) {
	base := len(t.slots)
	t.slots = slices.Grow(t.slots, len(shape.Members))[:base+len(shape.Members)]
	// A deeper map may move t.slots; these slots stay where they were.
	values := t.slots[base:]
	defer func() { t.slots = t.slots[:base] }()
	if scanMembers(r.payload, 0, shape.names, values) < 0 {
		return dst, false, ErrMalformed
	}
	start := len(dst)
	dst, err := t.appendMembers(append(dst, '{'), shape, values)
	empty := len(dst) == start+1
	return closed(dst, '}'), !(empty && shape.Partial), err
}

// appendContent appends what follows the tag of a value at i, and returns the
// index after it: -1 where it is not of its kind. data is known to be JSON.
func (t *Transcoder) appendContent(dst, data []byte, i int, kind Kind, shape *Shape) (out []byte, end int, written bool, err error) {
	switch kind {
	case KindS, KindN, KindB:
		var r Raw
		r, end = scanText(data, i, kind)
		dst, written = t.appendScalar(dst, r)
	case KindBOOL:
		end = skipValue(data, i, maxDepth)
		dst, written = append(dst, data[i:end]...), true
	case KindNULL:
		end = skipValue(data, i, maxDepth)
		dst, written = append(dst, "null"...), true
	case KindSS, KindNS, KindBS:
		dst, end = t.appendSet(dst, data, i, kind)
		written = end >= 0
	case KindL:
		dst, end, err = t.appendList(dst, data, i, shape)
		written = true
	case KindM:
		dst, end, err = t.appendOpen(dst, data, i, shape)
		written = true
	}
	if err != nil || !written {
		end = -1
	}
	return dst, end, written, err
}

// appendSet appends the members of a set; the index is -1 when one of them is
// not of the set's kind.
func (t *Transcoder) appendSet(dst, data []byte, i int, set Kind) ([]byte, int) {
	kind := ElementKind(set)
	dst = append(dst, '[')
	for i = skipSpace(data, i+1); data[i] != ']'; i = skipSpace(data, i) {
		if data[i] == ',' {
			i = skipSpace(data, i+1)
		}
		if data[i] != '"' {
			return dst, -1
		}
		var ok bool
		if dst, i, ok, _ = t.appendContent(dst, data, i, kind, nil); !ok {
			return dst, -1
		}
		dst = append(dst, ',')
	}
	return closed(dst, ']'), i + 1
}

// appendList appends the elements of an L that are let out.
func (t *Transcoder) appendList(dst, data []byte, i int, shape *Shape) ([]byte, int, error) {
	dst = append(dst, '[')
	for i = skipSpace(data, i+1); data[i] != ']'; i = skipSpace(data, i) {
		if data[i] == ',' {
			i = skipSpace(data, i+1)
		}
		start := len(dst)
		var written bool
		var err error
		if shape.Element != nil {
			var r Raw
			r, i = scanAttribute(data, i)
			dst, written, err = t.appendValue(dst, r, shape.Element)
		} else {
			dst, i, written, err = t.appendAny(dst, data, i, shape)
		}
		switch {
		case err != nil:
			return dst, i, err
		case written:
			dst = append(dst, ',')
		default:
			dst = dst[:start]
		}
	}
	return closed(dst, ']'), i + 1, nil
}

// appendAny appends the attribute value at i, of which nothing is declared.
func (t *Transcoder) appendAny(dst, data []byte, i int, parent *Shape) (out []byte, end int, written bool, err error) {
	if isCompactScalar(data, i) && parent.open != nil {
		r, end := scanText(data, i+len(`{"S":`), scalarKind(data[i+2]))
		if data[end] == '}' {
			if dst, written = t.appendScalar(dst, r); written {
				return dst, end + 1, true, nil
			}
		}
	}
	kind, start := scanTag(data, i)
	if kind != 0 && parent.open != nil {
		dst, end, written, err = t.appendContent(dst, data, start, kind, parent.open)
		if err != nil {
			return dst, end, false, err
		}
		if written {
			if end = skipSpace(data, end); data[end] == '}' {
				return dst, end + 1, true, nil
			}
		}
	}
	t.Mistyped[parent.ID]++
	return dst, skipValue(data, i, maxDepth), false, nil
}

// appendOpen appends an M whole, ordered by name: DynamoDB promises no order,
// and equal maps must be equal bytes.
func (t *Transcoder) appendOpen(dst, data []byte, i int, shape *Shape) ([]byte, int, error) {
	dst = append(dst, '{')
	base := len(t.members)
	for i = skipSpace(data, i+1); data[i] != '}'; i = skipSpace(data, i) {
		if data[i] == ',' {
			i = skipSpace(data, i+1)
		}
		name, next := scanName(data, i)
		m := member{start: len(dst)}
		dst = name.appendString(dst)
		m.nameEnd = len(dst)
		dst = append(dst, ':')
		declared := (*Member)(nil)
		if len(shape.Members) > 0 {
			if slot := shape.names.find(name.text()); slot >= 0 {
				declared = &shape.Members[slot]
			}
		}
		var written bool
		var err error
		switch {
		case declared == nil:
			dst, i, written, err = t.appendAny(dst, data, next, shape)
		case declared.Shape == nil:
			i = skipValue(data, next, maxDepth)
		default:
			var r Raw
			r, i = scanAttribute(data, skipSpace(data, next))
			dst, written, err = t.appendValue(dst, r, declared.Shape)
		}
		if err != nil {
			return dst, i, err
		}
		if !written {
			dst = dst[:m.start]
			continue
		}
		dst = append(dst, ',')
		m.end = len(dst)
		t.members = append(t.members, m)
	}
	members := t.members[base:]
	t.members = t.members[:base]
	if !t.order(dst, members) {
		return dst, i, ErrMalformed
	}
	return closed(dst, '}'), i + 1, nil
}

// order sorts the members that dst ends with by name. It reports false when a
// name occurs twice.
func (t *Transcoder) order(dst []byte, members []member) bool {
	sorted := true
	for k := 1; k < len(members) && sorted; k++ {
		sorted = members[k-1].compare(members[k], dst) < 0
	}
	if sorted {
		return true
	}
	first := members[0].start
	slices.SortFunc(members, func(a, b member) int { return a.compare(b, dst) })
	t.spare = t.spare[:0]
	for k, m := range members {
		if k > 0 && m.compare(members[k-1], dst) == 0 {
			return false
		}
		t.spare = append(t.spare, dst[m.start:m.end]...)
	}
	copy(dst[first:], t.spare)
	return true
}

// compare orders members by their names in dst, without the quotes.
func (m member) compare(other member, dst []byte) int {
	return bytes.Compare(dst[m.start+1:m.nameEnd-1], dst[other.start+1:other.nameEnd-1])
}
