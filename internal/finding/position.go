package finding

// Position is a place in a file. Line and Column start at 1; the column counts
// code points. Offset counts bytes from 0.
type Position struct {
	Line, Column, Offset int
}

// Range is half-open: End is the place after the last character.
type Range struct{ Start, End Position }

// Location is a range in a file. Path is relative to what was scanned, with
// forward slashes.
type Location struct {
	Path string
	Range
}

// Before orders locations by path, then by place.
func (l Location) Before(other Location) bool {
	if l.Path != other.Path {
		return l.Path < other.Path
	}
	if l.Start.Line != other.Start.Line {
		return l.Start.Line < other.Start.Line
	}
	return l.Start.Column < other.Start.Column
}
