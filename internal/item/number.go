package item

import (
	"math/big"
	"strconv"
	"strings"
)

// DynamoDB's limits of a number, from its "Supported data types" page: 38
// significant digits, and a first digit that stands for 1E-130 to 1E+125.
const (
	maxDigits   = 38
	maxExponent = 125
	minExponent = -130
)

const (
	msgNotNumeric    = "The parameter cannot be converted to a numeric value"
	msgOverflow      = "Number overflow. Attempting to store a number with magnitude larger than supported range"
	msgUnderflow     = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
	msgTooManyDigits = "Attempting to store more than 38 significant digits in a Number"
)

// decimal is a number as its significant digits and the power of ten of the
// first of them: d.ddd * 10^exp. No digits are zero.
type decimal struct {
	neg    bool
	digits string // no zero at either end
	exp    int
}

// Canonical is the number as DynamoDB returns it: plain digits without an
// exponent, no superfluous zeros, zero as "0". It refuses with an *Error what
// is no number, and what DynamoDB can't store exactly. Equal numbers have the
// same canonical text.
func Canonical(text string) (string, error) {
	if isCanonicalInteger(text) {
		return text, nil
	}
	d, ok := scanDecimal(text)
	if !ok {
		if text == "" {
			return "", Invalid(msgNotNumeric)
		}
		return "", invalidEcho(msgNotNumeric, ": "+text)
	}
	if err := d.check(); err != nil {
		return "", err
	}
	return d.String(), nil
}

// isCanonicalInteger spares most numbers the long way.
func isCanonicalInteger(text string) bool {
	if len(text) == 0 || len(text) > maxDigits {
		return false
	}
	digits := strings.TrimPrefix(text, "-")
	if digits == "" || digits[0] == '0' {
		return text == "0"
	}
	for i := range len(digits) {
		if !isDigit(digits[i]) {
			return false
		}
	}
	return true
}

// scanDecimal reads [sign] digits [. digits] [e [sign] digits], with a digit
// on at least one side of the point. An exponent too large for an int is
// clamped: it is out of range in any case.
func scanDecimal(text string) (decimal, bool) {
	var d decimal
	rest := text
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		d.neg = rest[0] == '-'
		rest = rest[1:]
	}
	whole, rest := cutDigits(rest)
	var fraction string
	if strings.HasPrefix(rest, ".") {
		fraction, rest = cutDigits(rest[1:])
	}
	if whole == "" && fraction == "" {
		return d, false
	}
	exp := 0
	if rest != "" {
		if rest[0] != 'e' && rest[0] != 'E' {
			return d, false
		}
		var ok bool
		if exp, ok = scanExponent(rest[1:]); !ok {
			return d, false
		}
	}
	digits := whole + fraction
	trimmed := strings.TrimLeft(digits, "0")
	if trimmed == "" {
		return decimal{}, true
	}
	d.exp = exp + len(whole) - 1 - (len(digits) - len(trimmed))
	d.digits = strings.TrimRight(trimmed, "0")
	return d, true
}

func scanExponent(text string) (int, bool) {
	neg := strings.HasPrefix(text, "-")
	if neg || strings.HasPrefix(text, "+") {
		text = text[1:]
	}
	digits, rest := cutDigits(text)
	if digits == "" || rest != "" {
		return 0, false
	}
	const clamp = 1 << 30 // far beyond any length of text
	exp, err := strconv.Atoi(digits)
	if err != nil || exp > clamp {
		exp = clamp
	}
	if neg {
		exp = -exp
	}
	return exp, true
}

func cutDigits(text string) (digits, rest string) {
	i := 0
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	return text[:i], text[i:]
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func (d decimal) check() error {
	switch {
	case d.digits == "":
		return nil
	case d.exp > maxExponent:
		return Invalid(msgOverflow)
	case d.exp < minExponent:
		return Invalid(msgUnderflow)
	case len(d.digits) > maxDigits:
		return Invalid(msgTooManyDigits)
	}
	return nil
}

func (d decimal) String() string {
	if d.digits == "" {
		return "0"
	}
	var b strings.Builder
	if d.neg {
		b.WriteByte('-')
	}
	switch point := d.exp + 1; { // digits before the point
	case point <= 0:
		b.WriteString("0.")
		b.WriteString(strings.Repeat("0", -point))
		b.WriteString(d.digits)
	case point >= len(d.digits):
		b.WriteString(d.digits)
		b.WriteString(strings.Repeat("0", point-len(d.digits)))
	default:
		b.WriteString(d.digits[:point])
		b.WriteByte('.')
		b.WriteString(d.digits[point:])
	}
	return b.String()
}

// Compare orders two canonical numbers by value: -1, 0 or 1.
func Compare(a, b string) int {
	aNeg, bNeg := strings.HasPrefix(a, "-"), strings.HasPrefix(b, "-")
	switch {
	case aNeg && bNeg:
		return compareMagnitude(b[1:], a[1:])
	case aNeg:
		return -1
	case bNeg:
		return 1
	}
	return compareMagnitude(a, b)
}

func compareMagnitude(a, b string) int {
	aWhole, aFraction, _ := strings.Cut(a, ".")
	bWhole, bFraction, _ := strings.Cut(b, ".")
	if len(aWhole) != len(bWhole) {
		if len(aWhole) < len(bWhole) {
			return -1
		}
		return 1
	}
	if c := strings.Compare(aWhole, bWhole); c != 0 {
		return c
	}
	return strings.Compare(aFraction, bFraction)
}

// Add is a+b of two canonical numbers, exactly; a sum that DynamoDB can't
// store is an *Error.
func Add(a, b string) (string, error) { return sum(a, b, false) }

// Sub is a-b, as Add is a+b.
func Sub(a, b string) (string, error) { return sum(a, b, true) }

func sum(a, b string, negateB bool) (string, error) {
	x, okX := scanDecimal(a)
	y, okY := scanDecimal(b)
	if !okX || !okY {
		return "", Invalid(msgNotNumeric)
	}
	if err := x.check(); err != nil {
		return "", err
	}
	if err := y.check(); err != nil {
		return "", err
	}
	if negateB {
		y.neg = !y.neg
	}
	scale := min(x.lastExponent(), y.lastExponent())
	total := x.scaled(scale)
	total.Add(total, y.scaled(scale))
	d, _ := scanDecimal(total.String() + "e" + strconv.Itoa(scale))
	if err := d.check(); err != nil {
		return "", err
	}
	return d.String(), nil
}

// lastExponent is the power of ten of the last significant digit.
func (d decimal) lastExponent() int { return d.exp - max(len(d.digits)-1, 0) }

// scaled is the number as an integer count of 10^scale; scale is at most the
// number's own last exponent.
func (d decimal) scaled(scale int) *big.Int {
	n := new(big.Int)
	if d.digits == "" {
		return n
	}
	n.SetString(d.digits, 10)
	shift := big.NewInt(int64(d.lastExponent() - scale))
	n.Mul(n, shift.Exp(big.NewInt(10), shift, nil))
	if d.neg {
		n.Neg(n)
	}
	return n
}

// AppendNumberKey appends bytes that order as the canonical numbers do, none
// a prefix of another's: a sign, the exponent, the digits two to a byte, an
// end. A negative number has everything after its sign inverted.
func AppendNumberKey(dst []byte, canonical string) []byte {
	const negative, zero, positive = 1, 2, 3
	d, _ := scanDecimal(canonical)
	if d.digits == "" {
		return append(dst, zero)
	}
	if !d.neg {
		dst = append(dst, positive)
	} else {
		dst = append(dst, negative)
	}
	start := len(dst)
	dst = append(dst, byte(d.exp-minExponent))
	for i := 0; i < len(d.digits); i += 2 {
		pair := (d.digits[i] - '0') * 10
		if i+1 < len(d.digits) {
			pair += d.digits[i+1] - '0'
		}
		dst = append(dst, pair+1) // 0 is left for the end
	}
	dst = append(dst, 0)
	if d.neg {
		for i := start; i < len(dst); i++ {
			dst[i] = ^dst[i]
		}
	}
	return dst
}
