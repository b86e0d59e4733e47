package expr

import (
	"strconv"

	"github.com/discreet-dev/discreet/internal/item"
)

// fault is a fault of an expression whose syntax is right. DynamoDB reads the
// whole expression, and then tells the first fault of the gravest kind.
type fault struct{ message, unsaid string }

type faultKind uint8

const (
	faultParentheses faultKind = iota
	faultUnknownFunction
	faultMisusedFunction
	faultReserved // words, indexes and paths that can't be
	faultSection
	faultCondition // the first of one condition's name, value, operand, distinct and type
	faultName
	faultValue
	faultOverlap
	faultConflict
	faultOperand
	faultDistinct
	faultType
	faultCount
)

// conditionFaults are those of which one condition's gravest counts, not the
// gravest of all conditions.
var conditionFaults = [...]faultKind{faultName, faultValue, faultOperand, faultDistinct, faultType}

func (p *parse) fault(kind faultKind, message string) {
	p.faultUnsaid(kind, message, "")
}

// faultUnsaid is for a message with a value in it, which unsaid has not.
func (p *parse) faultUnsaid(kind faultKind, message, unsaid string) {
	if p.faults[kind] == nil {
		p.faults[kind] = &fault{message, unsaid}
	}
}

// conditionDone settles which fault of the conditions read so far is told.
func (p *parse) conditionDone() {
	if p.faults[faultCondition] != nil {
		return
	}
	for _, kind := range conditionFaults {
		if p.faults[kind] != nil {
			p.faults[faultCondition] = p.faults[kind]
			return
		}
	}
}

// told is the fault that the expression is refused for, or nil.
func (p *parse) told() error {
	for _, f := range p.faults {
		if f == nil {
			continue
		}
		e := item.Invalid("Invalid " + p.kind + ": " + f.message)
		if f.unsaid != "" {
			e.Unsaid = "Invalid " + p.kind + ": " + f.unsaid
		}
		return e
	}
	return nil
}

func itoa(n int) string { return strconv.Itoa(n) }
