package scan

import (
	"slices"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// broad are the types of except clauses that catch what nobody here has
// written; aws are those of boto3.
var (
	broad = []string{"", "Exception", "BaseException"}
	aws   = []string{"ClientError", "BotoCoreError", "DynamoDBError", "PynamoDBException", "GetError", "QueryError", "PutError", "UpdateError", "ScanError"}
)

// httpExceptions are raised to answer a caller: their text is sent.
var httpExceptions = map[string]bool{
	"HTTPException": true, "BadRequest": true, "Unauthorized": true, "Forbidden": true, "NotFound": true, "MethodNotAllowed": true,
	"Conflict": true, "Gone": true, "UnprocessableEntity": true, "TooManyRequests": true, "InternalServerError": true, "ServiceUnavailable": true,
	"BadGateway": true, "BadRequestError": true, "UnauthorizedError": true, "ForbiddenError": true, "NotFoundError": true, "ConflictError": true,
	"UnprocessableEntityError": true, "TooManyRequestsError": true, "ChaliceViewError": true, "InternalServerErrorException": true,
}

// answering are the texts among what an entry raises that a caller gets.
func answering(raised []*pyflow.Value) (out []shown) {
	for _, v := range raised {
		for _, r := range v.Refs {
			e, ok := r.(*pyflow.Exc)
			if !ok {
				continue
			}
			sent := e.Class == nil && httpExceptions[e.Name]
			if e.Class != nil {
				_, external := e.Class.Lineage()
				sent = slices.ContainsFunc(external, func(x string) bool { return httpExceptions[lastPart(x)] })
			}
			if sent {
				begin := len(out)
				walk(e.Message, "", 6, map[*pyflow.Value]bool{}, &out)
				for i := range out[begin:] {
					x := &out[begin+i]
					x.Trace = &pyflow.Trace{Place: e.At, Text: "raised as " + e.Name, Prev: x.Trace}
				}
			}
		}
	}
	return out
}

// Caught implements pyflow.Library.
func (s *scanner) Caught(types []string, outside bool, at pyflow.Place) *pyflow.Value {
	kind, text := faultUnknown, "catches whatever was raised"
	switch {
	case slices.ContainsFunc(types, func(t string) bool { return slices.Contains(aws, t) }):
		kind, text = faultAWS, "catches boto3's error"
	case outside && slices.ContainsFunc(types, func(t string) bool { return slices.Contains(broad, t) }):
	default:
		return nil
	}
	message := pyflow.Marked(faultMark{kind, placeKey(at)}, at, text)
	message.Marks[0].Trace.Caught = true
	return pyflow.Of(&pyflow.Exc{Message: message})
}
