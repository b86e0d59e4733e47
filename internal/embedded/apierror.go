package embedded

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/discreet-dev/discreet/internal/item"
)

// apiError is a refusal as DynamoDB words it. Its message may repeat what the
// caller sent, so it goes to the caller and never into a log.
type apiError struct {
	status  int
	kind    string // with its namespace, as it stands in __type
	message string
	extra   []byte // further members of the answer: `"Item":{...}`
}

func (e *apiError) Error() string { return e.kind + ": " + e.message }

const (
	dynamoNamespace   = "com.amazonaws.dynamodb.v20120810#"
	validationKind    = "com.amazon.coral.validate#ValidationException"
	serializationKind = "com.amazon.coral.service#SerializationException"
	unknownKind       = "com.amazon.coral.service#UnknownOperationException"
	cancelledKind     = dynamoNamespace + "TransactionCanceledException"
)

func refuse(kind, message string) *apiError {
	return &apiError{status: http.StatusBadRequest, kind: dynamoNamespace + kind, message: message}
}

func invalid(format string, args ...any) *apiError {
	return &apiError{status: http.StatusBadRequest, kind: validationKind, message: fmt.Sprintf(format, args...)}
}

// invalidValue is invalid with the words that most faults of a parameter have.
func invalidValue(format string, args ...any) *apiError {
	return invalid("One or more parameter values were invalid: "+format, args...)
}

func malformed(message string) *apiError {
	return &apiError{status: http.StatusBadRequest, kind: serializationKind, message: message}
}

func notFound() *apiError {
	return refuse("ResourceNotFoundException", "Requested resource not found")
}

func tableNotFound(name string) *apiError {
	return refuse("ResourceNotFoundException", "Requested resource not found: Table: "+name+" not found")
}

func internalError() *apiError {
	return &apiError{status: http.StatusInternalServerError, kind: dynamoNamespace + "InternalServerError", message: "Internal server error"}
}

// asAPI is err as an answer. What the packages below refuse keeps their
// words; what nobody foresaw says nothing.
func asAPI(err error) *apiError {
	var api *apiError
	if errors.As(err, &api) {
		return api
	}
	var bad *item.Error
	if errors.As(err, &bad) {
		if bad.Type == item.SerializationException {
			return malformed(bad.Message)
		}
		return invalid("%s", bad.Message)
	}
	return internalError()
}

// body is the answer's bytes.
func (e *apiError) body() []byte {
	out := append([]byte(nil), `{"__type":"`...)
	out = append(out, e.kind...)
	out = append(out, '"')
	if e.message != "" {
		// These two kinds spell the member with a capital.
		if e.kind == cancelledKind || e.kind == serializationKind {
			out = append(out, `,"Message":`...)
		} else {
			out = append(out, `,"message":`...)
		}
		out = appendJSONString(out, e.message)
	}
	if len(e.extra) > 0 {
		out = append(out, ',')
		out = append(out, e.extra...)
	}
	return append(out, '}')
}

func appendJSONString(dst []byte, s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		return append(dst, `""`...)
	}
	return append(dst, b...)
}
