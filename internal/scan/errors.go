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
