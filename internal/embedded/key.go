package embedded

import (
	"encoding/binary"
	"strings"

	"github.com/discreet-dev/discreet/internal/item"
)

// An entry's key in an ordered collection is
//
//	hash of the partition (8 bytes), the partition, the sort attributes
//
// and, in an index, the table's own key after it. The partition is each of its
// attributes' values with type and length before it, so that no two partitions
// share bytes. Every sort attribute is written so that bytes order as DynamoDB
// orders the values, and none is a prefix of another's. The hash spreads
// partitions as DynamoDB does: a Scan's segments are ranges of it.

const hashSize = 8

func appendPartition(dst []byte, values []item.Value) []byte {
	start := len(dst)
	dst = append(dst, make([]byte, hashSize)...)
	for _, v := range values {
		dst = append(dst, byte(v.Kind))
		dst = binary.BigEndian.AppendUint32(dst, uint32(len(v.Str)))
		dst = append(dst, v.Str...)
	}
	binary.BigEndian.PutUint64(dst[start:], hashOf(dst[start+hashSize:]))
	return dst
}

// hashOf is FNV-1a with its bits spread: short inputs leave FNV's high bits
// nearly alike, and segments go by those. It must never change: it is in files.
func hashOf(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h ^= uint64(c)
		h *= 1099511628211
	}
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// appendSort appends one sort attribute's value.
func appendSort(dst []byte, v item.Value) []byte {
	if v.Kind == item.KindN {
		return item.AppendNumberKey(dst, v.Str)
	}
	return append(appendSortPrefix(dst, v.Str), 0, 0)
}

// appendSortPrefix is appendSort of a text or bytes without the end, so that
// every value that begins with text comes after it.
func appendSortPrefix(dst []byte, text string) []byte {
	for {
		zero := strings.IndexByte(text, 0)
		if zero < 0 {
			return append(dst, text...)
		}
		dst = append(dst, text[:zero]...)
		dst = append(dst, 0, 0xff)
		text = text[zero+1:]
	}
}

// span is the keys from low up to, and without, high; an empty high is no bound.
type span struct{ low, high string }

// prefixSpan is every key with that prefix.
func prefixSpan(prefix string) span { return span{low: prefix, high: after(prefix)} }

// after is the least string that follows every string with the prefix, or ""
// if there is none.
func after(prefix string) string {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xff {
			return prefix[:i] + string([]byte{prefix[i] + 1})
		}
	}
	return ""
}

// segmentSpan is the keys of one of total segments of a Scan.
func segmentSpan(segment, total uint64) span {
	s := span{low: segmentStart(segment, total)}
	if segment+1 < total {
		s.high = segmentStart(segment+1, total)
	}
	return s
}

func segmentStart(segment, total uint64) string {
	if segment == 0 {
		return ""
	}
	// The hash space divided by total. Segments are at most a million, so nothing
	// overflows.
	step, rest := ^uint64(0)/total, ^uint64(0)%total
	start := step*segment + rest*segment/total
	return string(binary.BigEndian.AppendUint64(nil, start))
}
