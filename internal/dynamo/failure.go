package dynamo

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/discreet-dev/discreet/internal/fault"
)

// How a request fails without an answer from DynamoDB.
var (
	// ErrTimeout: an attempt, or the whole Do, took too long.
	ErrTimeout = errors.New("timed out")
	// ErrCut: there was no connection, or it ended before the answer did.
	ErrCut = errors.New("connection failed")
	// ErrDamaged: an answer came that cannot be trusted.
	ErrDamaged = errors.New("damaged answer")
	// ErrCanceled: the caller no longer waits.
	ErrCanceled = errors.New("canceled")
)

var (
	errOverrun  = fmt.Errorf("%w: longer than its length", ErrDamaged)
	errTooLarge = damaged("too large")
)

// damaged is an ErrDamaged that will not be better the second time.
type damaged string

func (d damaged) Error() string      { return ErrDamaged.Error() + ": " + string(d) }
func (damaged) Is(target error) bool { return target == ErrDamaged }

// refusal shows an error answer to the SDK, which finds a wrong clock by the
// code.
type refusal struct{ *fault.Upstream }

func (r *refusal) ErrorCode() string { return r.Code }
func (r *refusal) Unwrap() error     { return r.Upstream }

// ConditionFailed is the code of a write whose condition did not hold.
const ConditionFailed = "ConditionalCheckFailedException"

// Fault is what the caller is told of an error of Do; nil for nil. The error
// is its cause.
func Fault(err error) *fault.Fault {
	if err == nil {
		return nil
	}
	var up *fault.Upstream
	switch {
	case errors.Is(err, ErrTimeout), errors.Is(err, ErrCut), errors.Is(err, ErrCanceled):
		return fault.New(fault.Unavailable, err)
	case errors.Is(err, ErrDamaged):
		return fault.New(fault.Internal, err)
	case !errors.As(err, &up):
		return fault.New(fault.Internal, err)
	case up.Status >= http.StatusInternalServerError, isThrottle(up.Code), isPassing(up.Code):
		return fault.New(fault.Unavailable, err)
	}
	return fault.New(fault.RefusedByUpstream, err)
}

// isThrottle reports whether DynamoDB refused before it did anything, because
// of load or because another transaction holds the item.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
func isThrottle(code string) bool {
	switch code {
	case "ProvisionedThroughputExceededException", "ThrottlingException", "Throttling",
		"RequestLimitExceeded", "LimitExceededException", "TooManyRequestsException",
		"TransactionConflictException", "ReplicatedWriteConflictException":
		return true
	}
	return false
}

// isPassing reports whether a request may succeed later that failed now, though
// it may have been done in part or whole.
func isPassing(code string) bool {
	switch code {
	case "InternalServerError", "InternalFailure", "ServiceUnavailable", "ServiceUnavailableException",
		"RequestTimeout", "RequestTimeoutException", "TransactionInProgressException":
		return true
	}
	return false
}

// isUnsent reports whether no connection came to be, so that no byte of the
// request left.
func isUnsent(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return (errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect")) || errors.As(err, &dns)
}

func isCertificate(err error) bool {
	var bad *tls.CertificateVerificationError
	return errors.As(err, &bad)
}
