package embedded

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// knownDifference is where a reference engine answers otherwise than this
// store does. Each is a row of docs/embedded.md, with the page of the AWS
// documentation that decides.
type knownDifference struct {
	id     string
	engine string // "dynoxide", "dynalite" or "both"
	page   string // of docs.aws.amazon.com/amazondynamodb/latest
	// is tells it from the request and the answers.
	is func(e exchange) bool
}

// exchange is a request with the answers of the store and of the reference.
type exchange struct {
	op, body      string
	store, theirs answerParts
}

// answerParts is what differences are told by.
type answerParts struct {
	status  int
	kind    string // of an error, without its namespace
	message string
	members map[string]any // the rest
}

const (
	validation    = "ValidationException"
	conditional   = "ConditionalCheckFailedException"
	cancellation  = "TransactionCanceledException"
	serialization = "SerializationException"
	wrongOperand  = "An operand in the update expression has an incorrect data type"
	wrongPath     = "The document path provided in the update expression is invalid for update"
)

// bothRefuse: two validation errors, or what dynoxide makes of one in a
// transaction.
func (e exchange) bothRefuse() bool {
	return e.store.kind == validation && (e.theirs.kind == validation || e.theirs.kind == cancellation)
}

// lax: the store refuses what the reference runs.
func (e exchange) lax() bool {
	return e.store.kind == validation && e.theirs.kind != validation
}

// strict: the reference refuses what the store runs.
func (e exchange) strict() bool {
	return e.theirs.kind == validation && e.store.kind != validation
}

func (e exchange) storeSays(words ...string) bool { return says(e.store.message, words) }

func (e exchange) theySay(words ...string) bool { return says(e.theirs.message, words) }

func says(message string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(message, w) })
}

func (e exchange) has(words ...string) bool { return says(e.body, words) }

// differOnlyIn: both did the same, and their answers differ in that member.
func (e exchange) differOnlyIn(name string) bool {
	if e.store.status != e.theirs.status || e.store.kind != e.theirs.kind || e.store.message != e.theirs.message {
		return false
	}
	a, b := maps.Clone(e.store.members), maps.Clone(e.theirs.members)
	delete(a, name)
	delete(b, name)
	return reflect.DeepEqual(a, b)
}

// knownDifferences are in the order of the table in docs/embedded.md.
func knownDifferences() []knownDifference {
	return []knownDifference{
		{"which-fault", "both", "APIReference/CommonErrors.html", func(e exchange) bool {
			return e.bothRefuse() && e.storeSays("Invalid ConditionExpression", "Invalid FilterExpression", "Invalid KeyConditionExpression",
				"Invalid UpdateExpression", "Invalid ProjectionExpression", wrongOperand, wrongPath, "attribute that does not exist", "Can not use both", "Cannot specify the", "ReturnValues can only", "ALL_PROJECTED_ATTRIBUTES can")
		}},
		{"operand-kind", "both", "developerguide/Expressions.OperatorsAndFunctions.html", func(e exchange) bool {
			return e.lax() && e.storeSays("Incorrect operand type", "The BETWEEN operator requires")
		}},
		{"path-depth", "both", "developerguide/Constraints.html", func(e exchange) bool {
			return e.lax() && e.storeSays("too many nesting elements")
		}},
		{"bounds-shown", "both", "APIReference/CommonErrors.html", func(e exchange) bool {
			return e.bothRefuse() && e.storeSays("The BETWEEN operator requires") && e.theySay("The BETWEEN operator requires")
		}},
		{"constraint-words", "both", "APIReference/CommonErrors.html", func(e exchange) bool {
			return e.storeSays("failed to satisfy constraint") && (e.bothRefuse() && e.theySay("failed to satisfy constraint") || e.theirs.kind == serialization)
		}},
		{"serialization-words", "both", "developerguide/Programming.LowLevelAPI.html", func(e exchange) bool {
			return e.has(`"x":`) && e.theirs.kind == serialization && (e.store.kind == serialization || e.store.kind == validation)
		}},
		{"index-key-size", "both", "developerguide/Constraints.html", func(e exchange) bool {
			return e.lax() && e.storeSays("Size of hashkey", "Aggregated size of all range keys")
		}},
		{"older-value-kind", "both", "APIReference/API_Condition.html", func(e exchange) bool {
			return e.has("QueryFilter", "ScanFilter", "Expected") && (e.lax() || e.bothRefuse()) &&
				e.storeSays("ComparisonOperator", "inside AttributeValueList", "The BETWEEN condition")
		}},
		{"start-key-words", "both", "APIReference/API_Query.html", func(e exchange) bool {
			return e.bothRefuse() && e.storeSays("The provided starting key") && e.theySay("key", "restarted")
		}},
		{"index-key-first", "both", "developerguide/GSI.html", func(e exchange) bool {
			return e.theySay("Type mismatch for Index Key") && (e.storeSays("Type mismatch for Index Key") || e.store.kind == conditional || e.store.kind == validation)
		}},
		{"prefix", "dynoxide", "APIReference/CommonErrors.html", func(e exchange) bool {
			return e.theirs.message == "1 validation error detected: "+e.store.message
		}},
		{"expression-words", "dynoxide", "APIReference/CommonErrors.html", func(e exchange) bool {
			return e.bothRefuse() && (strings.HasSuffix(e.store.message, ": "+e.theirs.message) || e.theySay(", got "))
		}},
		{"overlap-order", "dynoxide", "APIReference/CommonErrors.html", func(e exchange) bool {
			return e.bothRefuse() && e.storeSays("Two document paths") && e.theySay("Two document paths")
		}},
		{"operand-words", "dynoxide", "APIReference/CommonErrors.html", func(e exchange) bool {
			return e.bothRefuse() && (e.storeSays(wrongOperand) && e.theySay("must be numbers", "requires two list operands") ||
				e.storeSays("Incorrect operand type") && e.theySay("Incorrect operand type"))
		}},
		{"path-or-kind", "dynoxide", "developerguide/Expressions.UpdateExpressions.html", func(e exchange) bool {
			return e.bothRefuse() && e.storeSays(wrongPath) && e.theySay(wrongOperand)
		}},
		{"function-case", "dynoxide", "developerguide/Expressions.OperatorsAndFunctions.html", func(e exchange) bool {
			return e.lax() && e.storeSays("Invalid function name; function: Size")
		}},
		{"overlap-in-transaction", "dynoxide", "developerguide/Expressions.UpdateExpressions.html", func(e exchange) bool {
			return e.op == "TransactWriteItems" && e.lax() && e.storeSays("Two document paths")
		}},
		{"return-values-of-delete", "dynoxide", "APIReference/API_DeleteItem.html", func(e exchange) bool {
			return e.op == "DeleteItem" && e.bothRefuse() && e.theySay("at 'returnValues'")
		}},
		{"which-reason", "dynoxide", "APIReference/API_CancellationReason.html", func(e exchange) bool {
			return e.store.kind == cancellation && e.theirs.kind == cancellation && e.store.message == e.theirs.message
		}},
		{"duplicate-numbers", "dynoxide", "APIReference/API_BatchGetItem.html", func(e exchange) bool {
			return e.lax() && e.storeSays("contains duplicates") && e.has("1.0")
		}},
		{"updated-elements", "dynoxide", "APIReference/API_UpdateItem.html", func(e exchange) bool {
			return e.has(`"UPDATED_OLD"`, `"UPDATED_NEW"`) && e.has("[0]", "[1]") && e.differOnlyIn("Attributes")
		}},
		{"parent-made", "dynoxide", "developerguide/Expressions.UpdateExpressions.html", func(e exchange) bool {
			return e.op != "TransactGetItems" && (e.storeSays(wrongPath) && e.theirs.kind != validation || fmt.Sprint(e.store.members) != fmt.Sprint(e.theirs.members) && strings.Contains(fmt.Sprint(e.store.members["CancellationReasons"]), wrongPath))
		}},
		{"old-values-of-none", "dynoxide", "APIReference/API_UpdateItem.html", func(e exchange) bool {
			return e.op == "UpdateItem" && e.has(`"ALL_OLD"`) && e.store.members["Attributes"] == nil && e.differOnlyIn("Attributes")
		}},
		{"start-key-outside", "dynoxide", "APIReference/API_Query.html", func(e exchange) bool {
			return e.lax() && e.storeSays("The provided starting key")
		}},
		{"transact-projection", "dynoxide", "APIReference/API_TransactGetItems.html", func(e exchange) bool {
			return e.op == "TransactGetItems" && e.has("ProjectionExpression") && e.differOnlyIn("Responses")
		}},
		{"capacity-of-index", "dynoxide", "developerguide/read-write-operations.html", func(e exchange) bool {
			return (e.op == "TransactWriteItems" || e.op == "Scan") && e.differOnlyIn("ConsumedCapacity")
		}},
		{"capacity", "dynalite", "developerguide/read-write-operations.html", func(e exchange) bool {
			return e.differOnlyIn("ConsumedCapacity")
		}},
		{"digits", "dynalite", "developerguide/HowItWorks.NamingRulesDataTypes.html", func(e exchange) bool {
			return (e.lax() || e.bothRefuse()) && e.storeSays("more than 38 significant digits")
		}},
		{"equality", "dynalite", "developerguide/Expressions.OperatorsAndFunctions.html", func(e exchange) bool {
			return e.has(`{"L":`, `{"M":`, `{"BOOL":`, `{"NULL":`) && e.has("=", "<>", `\u003e`, " IN (", "contains(")
		}},
		{"index-first", "dynalite", "APIReference/CommonErrors.html", func(e exchange) bool {
			return e.bothRefuse() && e.theySay("does not have the specified index")
		}},
		{"empty-index-key", "dynalite", "developerguide/HowItWorks.NamingRulesDataTypes.html", func(e exchange) bool {
			return e.lax() && e.storeSays("specified for a secondary index key is not supported")
		}},
		{"segments", "dynalite", "APIReference/API_Scan.html", func(e exchange) bool {
			return e.op == "Scan" && e.lax() && e.storeSays("egment")
		}},
		{"table-exists", "dynalite", "APIReference/API_CreateTable.html", func(e exchange) bool {
			return e.op == "CreateTable" && e.theirs.kind == "ResourceInUseException" && e.theirs.message == ""
		}},
		{"plus-sign", "dynalite", "developerguide/HowItWorks.NamingRulesDataTypes.html", func(e exchange) bool {
			return e.strict() && e.has(`"N":"+1"`)
		}},
		{"select", "dynalite", "APIReference/API_Query.html", func(e exchange) bool {
			return e.lax() && e.storeSays("Cannot specify the", "Must specify the", "ALL_PROJECTED_ATTRIBUTES can")
		}},
		{"return-values-unchecked", "dynalite", "APIReference/API_DeleteItem.html", func(e exchange) bool {
			return e.op == "DeleteItem" && e.lax() && e.storeSays("ReturnValues can only")
		}},
		{"item-of-failed-condition", "dynalite", "APIReference/API_PutItem.html", func(e exchange) bool {
			return e.store.kind == conditional && e.differOnlyIn("Item")
		}},
		{"not-not", "dynalite", "developerguide/Expressions.OperatorsAndFunctions.html", func(e exchange) bool {
			return e.has("NOT NOT") && e.theySay(`Expected "(" but`)
		}},
		{"size-of-nothing", "dynalite", "developerguide/Expressions.OperatorsAndFunctions.html", func(e exchange) bool {
			return e.has("size(")
		}},
		{"type-of-nothing", "dynalite", "developerguide/Expressions.OperatorsAndFunctions.html", func(e exchange) bool {
			return e.has("attribute_type(")
		}},
		{"older-equality", "dynalite", "APIReference/API_Condition.html", func(e exchange) bool {
			return e.strict() && e.theySay("is not valid for")
		}},
		{"older-or", "dynalite", "developerguide/LegacyConditionalParameters.ConditionalOperator.html", func(e exchange) bool {
			return e.has(`"ConditionalOperator":"OR"`)
		}},
		{"updated-nothing", "dynalite", "APIReference/API_UpdateItem.html", func(e exchange) bool {
			return e.has(`"UPDATED_NEW"`, `"UPDATED_OLD"`) && e.differOnlyIn("Attributes") && fmt.Sprint(e.theirs.members["Attributes"]) == "map[]"
		}},
	}
}

// TestEveryKnownDifferenceStandsInTheDocumentation, and no other does.
func TestEveryKnownDifferenceStandsInTheDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../docs/embedded.md")
	if err != nil {
		t.Fatal(err)
	}
	var told, known []string
	row := regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| ([a-z]+) \\|.*\\(https://docs\\.aws\\.amazon\\.com/amazondynamodb/latest/([^)]+)\\) \\|$")
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		told = append(told, strings.Join(m[1:], " "))
	}
	for _, d := range knownDifferences() {
		known = append(known, d.id+" "+d.engine+" "+d.page)
	}
	if !slices.Equal(told, known) {
		t.Errorf("docs/embedded.md has\n%s\nthe tests have\n%s", strings.Join(told, "\n"), strings.Join(known, "\n"))
	}
}
