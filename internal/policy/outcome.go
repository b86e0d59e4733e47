package policy

// Outcome is a truth value with a third one for what cannot be known. The zero
// Outcome is No.
type Outcome uint8

// The outcomes.
const (
	No Outcome = iota
	Unknown
	Yes
)

var outcomeNames = [...]string{"no", "unknown", "yes"}

func (o Outcome) String() string { return outcomeNames[o] }

// MarshalText makes JSON say the name.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

func (o Outcome) and(p Outcome) Outcome { return min(o, p) }
func (o Outcome) or(p Outcome) Outcome  { return max(o, p) }
func (o Outcome) not() Outcome          { return Yes - o }

func outcome(b bool) Outcome {
	if b {
		return Yes
	}
	return No
}
