package embedded

import (
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/item"
)

const (
	namePattern = "[a-zA-Z0-9_.-]+"
	notNull     = "Member must not be null"
)

func isName(name string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '.', c == '-':
		default:
			return false
		}
	}
	return true
}

// tableName is the member TableName of an operation on an existing table: a
// name, or an ARN with the name in it.
func (f *fields) tableName() string { return f.tableNameAt("tableName") }

// requiredTableName is tableName as the operations on tables refuse its absence.
func (f *fields) requiredTableName() (string, error) {
	if _, ok := f.text("TableName"); !ok && f.err == nil {
		return "", invalid("The parameter 'TableName' is required but was not present in the request")
	}
	return f.tableName(), nil
}

func (f *fields) tableNameAt(at string) string {
	name, ok := f.text("TableName")
	if !ok {
		f.problem("null", at, notNull)
		return ""
	}
	return f.checkTableName(name, at)
}

func (f *fields) checkTableName(name, at string) string {
	if rest, ok := strings.CutPrefix(name, "arn:"); ok {
		if _, table, ok := strings.Cut(rest, ":table/"); ok {
			name, _, _ = strings.Cut(table, "/")
		}
	}
	f.checkName(name, at, 1)
	return name
}

// checkName notes what is wrong with a table's or an index's name.
func (f *fields) checkName(name, at string, shortest int) {
	quoted := "'" + name + "'"
	if len(name) < shortest {
		f.problem(quoted, at, "Member must have length greater than or equal to "+strconv.Itoa(shortest))
	}
	if len(name) > 255 {
		f.problem(quoted, at, "Member must have length less than or equal to 255")
	}
	if !isName(name) {
		f.problem(quoted, at, "Member must satisfy regular expression pattern: "+namePattern)
	}
}

func (f *fields) indexName() string {
	name, ok := f.text("IndexName")
	if ok {
		f.checkName(name, "indexName", 3)
	}
	return name
}

// integerFrom is a whole number that is at least that.
func (f *fields) integerFrom(name string, least int64) (int64, bool) {
	n, ok := f.integer(name, "Integer")
	if ok && n < least {
		f.problem("'"+strconv.FormatInt(n, 10)+"'", lowerFirst(name), "Member must have value greater than or equal to "+strconv.FormatInt(least, 10))
	}
	return n, ok
}

// item is an object of attribute values. A value that can't be read at all is
// noted like any wrong type; one that is read and invalid is returned, since
// DynamoDB comes to it later.
func (f *fields) item(name string) (item.Item, error) {
	raw, ok := f.get(name)
	if !ok {
		return nil, nil
	}
	return f.decode(raw)
}

func (f *fields) decode(raw []byte) (item.Item, error) {
	m, err := item.DecodeItem(raw)
	if bad, ok := err.(*item.Error); ok && bad.Type == item.SerializationException {
		f.mistyped(bad.Message)
		return nil, nil
	}
	return m, err
}

// requiredItem is item that must be there.
func (f *fields) requiredItem(name, at string) (item.Item, error) {
	if !f.has(name) {
		f.problem("null", at, notNull)
	}
	return f.item(name)
}

// capacityMode and metricsMode are what an answer is to tell besides.
func (f *fields) capacityMode() string {
	return f.enum("ReturnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
}

func (f *fields) metricsMode() string {
	return f.enum("ReturnItemCollectionMetrics", "SIZE", "NONE")
}
