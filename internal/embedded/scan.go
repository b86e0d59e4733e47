package embedded

import (
	"strconv"

	"github.com/discreet-dev/discreet/internal/expr"
)

const maxSegments = 1000000

func (s *Store) scan(f *fields) ([]byte, error) {
	sel := f.readSelection()
	total, hasTotal := f.integerFrom("TotalSegments", 1)
	if total > maxSegments {
		f.problem("'"+strconv.FormatInt(total, 10)+"'", "totalSegments", "Member must have value less than or equal to 1000000")
	}
	segment, hasSegment := f.integerFrom("Segment", 0)
	limit, _ := f.integerFrom("Limit", 1)
	sel.limit = clampLimit(limit)
	start, bad := f.startKey()
	sel.start = start
	attributes := f.attributesToGet()
	legacyFilter := f.legacyConditions("ScanFilter")
	if err := f.failure(); err != nil {
		return nil, err
	}
	x, err := f.expressions([]string{expr.Filter, expr.Projection}, []string{"AttributesToGet", "ScanFilter", "ConditionalOperator"})
	if err != nil {
		return nil, err
	}
	if bad != nil {
		return nil, bad
	}
	sel.x = x
	switch {
	case hasSegment && !hasTotal:
		return nil, invalid("The TotalSegments parameter is required but was not present in the request when Segment parameter is present")
	case hasTotal && !hasSegment:
		return nil, invalid("The Segment parameter is required but was not present in the request when parameter TotalSegments is present")
	case hasTotal && segment >= total:
		return nil, invalid("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: %d is not less than TotalSegments: %d", segment, total)
	case !hasTotal:
		total = 1
	}
	if err := x.selectAttributes(attributes); err != nil {
		return nil, err
	}
	if err := x.filterBy(legacyFilter); err != nil {
		return nil, err
	}
	if err := sel.checkSelect(); err != nil {
		return nil, err
	}
	if sel.table, err = s.find(sel.tableName); err != nil {
		return nil, err
	}
	within := segmentSpan(uint64(segment), uint64(total))
	return sel.run(func(x *index) (walk, error) {
		w := walk{index: x, within: within, limit: sel.limit}
		if sel.start == nil {
			return w, nil
		}
		if w.start, err = sel.encodeStart(x); err != nil {
			return w, err
		}
		if w.start < within.low || (within.high != "" && w.start >= within.high) {
			return w, invalid("%s: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: %d Segment: %d", startKeyInvalid, total, segment)
		}
		return w, nil
	})
}
