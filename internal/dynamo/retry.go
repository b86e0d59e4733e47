package dynamo

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/discreet-dev/discreet/internal/fault"
)

// newRetryer is the SDK's standard one (its token bucket keeps retries from
// making an overload worse) with our rule of what may be repeated, and pauses
// that fit an answer within milliseconds: the SDK's begin at up to two seconds.
func newRetryer(attempts int, backoff time.Duration, may func(error) bool) aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.Retryables = []retry.IsErrorRetryable{retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			return aws.BoolTernary(may(err))
		})}
		o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
			const longest = time.Second
			ceiling := min(backoff<<min(max(attempt-1, 0), 10), longest)
			return time.Duration(rand.Int64N(int64(ceiling) + 1)), nil
		})
	})
}

// mayRepeatRead: a read has no effect, so whatever may pass is tried again.
func mayRepeatRead(err error) bool {
	var up *fault.Upstream
	switch {
	case errors.Is(err, ErrCanceled), isCertificate(err), errors.Is(err, errTooLarge):
		return false
	case errors.Is(err, ErrTimeout), errors.Is(err, ErrCut), errors.Is(err, ErrDamaged), isClockSkew(err):
		return true
	}
	return errors.As(err, &up) &&
		(up.Status >= http.StatusInternalServerError || isThrottle(up.Code) || isPassing(up.Code))
}

// mayRepeatWrite: a write is repeated only when DynamoDB surely did not do it.
// That is: no connection came to be; it answered that it refused before doing
// anything (throttled, a conflict, a signature whose clock was wrong); or, in
// net/http itself, a pooled connection had been closed before a byte was
// written.
//
// After a timeout, a cut connection, a damaged answer or a 5xx the write may
// have been done, and doing it again is not the same: a version is incremented
// twice, a condition that the first write made false turns success into
// ConditionalCheckFailedException, and another's write in between is undone.
// Such a write is not repeated; the caller gets 503 and reads before it retries.
func mayRepeatWrite(err error) bool {
	var up *fault.Upstream
	switch {
	case isCertificate(err):
		return false
	case isUnsent(err), isClockSkew(err):
		return true
	}
	return errors.As(err, &up) && up.Status < http.StatusInternalServerError && isThrottle(up.Code)
}

// isClockSkew reports whether the SDK found by the answer's Date that a refused
// signature had the wrong time; it signs the next attempt with the right one.
func isClockSkew(err error) bool {
	var up *fault.Upstream
	var skew interface{ RetryableError() bool }
	return errors.As(err, &up) && up.Status < http.StatusInternalServerError &&
		errors.As(err, &skew) && skew.RetryableError()
}
