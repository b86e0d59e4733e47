package item

// The two types of error that a malformed value can have in DynamoDB's answer.
const (
	ValidationException    = "ValidationException"
	SerializationException = "SerializationException"
)

// Error is a request that DynamoDB refuses, with the answer that it would give.
type Error struct {
	Type string // ValidationException or SerializationException
	// Message is DynamoDB's text. It may repeat a value: it is for who sent the
	// value and for no log.
	Message string
	// Member is the member of the outermost map in which the fault lies, or "".
	Member string
	Unsaid string // Message without the value, where it repeats one
}

// Error is for the log: it never has a value in it.
func (e *Error) Error() string {
	if e.Unsaid != "" {
		return e.Type + ": " + e.Unsaid
	}
	return e.Type + ": " + e.Message
}

// Invalid is a ValidationException with that message, which must not repeat a
// value.
func Invalid(message string) *Error { return &Error{Type: ValidationException, Message: message} }

func invalidEcho(message, echo string) *Error {
	return &Error{Type: ValidationException, Message: message + echo, Unsaid: message}
}

func malformed(message string) *Error {
	return &Error{Type: SerializationException, Message: message}
}
