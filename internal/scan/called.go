package scan

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// callsByFile are the actions of DynamoDB that the code calls, by file and then
// by action, with the first place of each.
type callsByFile map[string]map[string]finding.Location

func (c callsByFile) note(at pyflow.Place, actions ...string) {
	for _, a := range actions {
		c.at(locate(at), a)
	}
}

func (c callsByFile) at(place finding.Location, action string) {
	if c[place.Path] == nil {
		c[place.Path] = map[string]finding.Location{}
	}
	if old, ok := c[place.Path][action]; !ok || place.Before(old) {
		c[place.Path][action] = place
	}
}

// itemActions are the actions on items: with one of them code uses a table, and
// does not only set it up.
var itemActions = []string{
	"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem",
	"PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete",
}

// clientMethods are boto3's names for DynamoDB's actions, "get_item", and those
// that need actions of other names.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
var clientMethods = sync.OnceValue(func() map[string][]string {
	partiQL := []string{"PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete"}
	out := map[string][]string{
		"batch_writer":         {"BatchWriteItem"},
		"transact_get_items":   {"GetItem"},
		"transact_write_items": {"PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"},
		"execute_statement":    partiQL, "batch_execute_statement": partiQL, "execute_transaction": partiQL,
	}
	for _, a := range policy.Expand("dynamodb:*") {
		if name := snake(a.Name); !slices.Contains([]string{"query", "scan"}, name) && !strings.HasPrefix(a.Name, "PartiQL") {
			out[name] = append(out[name], a.Name)
		}
	}
	return out
})

// snake is a name as Python writes it: GetItem is get_item.
func snake(name string) string {
	var b strings.Builder
	for i, c := range name {
		if unicode.IsUpper(c) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

// needs is needed of a call in a file, whose text is gone through once.
func (s *scanner) needs(method string, file *python.File) []string {
	key := [2]string{method, file.Path}
	out, known := s.needed[key]
	if !known {
		out = needed(method, file.Text)
		s.needed[key] = out
	}
	return out
}

// needed are the actions that a call of DynamoDB needs; text is its file's.
func needed(method, text string) []string {
	all := clientMethods()[method]
	var out []string
	switch method {
	case "query", "scan":
		return []string{strings.ToUpper(method[:1]) + method[1:]}
	case "transact_write_items":
		for member, action := range map[string]string{"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"} {
			if containsAny(text, `"`+member+`"`, `'`+member+`'`) {
				out = append(out, action)
			}
		}
	case "execute_statement", "batch_execute_statement", "execute_transaction":
		for _, action := range all {
			if regexp.MustCompile(`(?i)["'(\n]\s*` + strings.TrimPrefix(action, "PartiQL") + `\s`).MatchString(text) {
				out = append(out, action)
			}
		}
	}
	if len(out) == 0 {
		out = all
	}
	return out
}

// spoken is what a file's text says of calls, where nothing has followed it: a
// method that one of the app's own has the name of says nothing.
type spoken struct {
	path    string
	methods map[string]heard
	defined map[string]bool // functions of such a name
	queries bool            // something calls query, maybe not DynamoDB's
	scans   bool            // likewise scan
	models  bool            // PynamoDB
	unclear bool            // calls that nobody can name: by a name made at run time, by a library
}

// heard is a method's first call in a file, with the actions that it needs.
type heard struct {
	at      finding.Location
	actions []string
}

var (
	definition  = regexp.MustCompile(`\bdef\s+$`)
	queryOrScan = regexp.MustCompile(`(?:[Tt]able|dynamo\w*|ddb|client|db)(?:\(\))?\.(query|scan)\s*\(`)
	anyMethod   = regexp.MustCompile(`getattr\(\s*[\w.]*(?i:table|dynamo|ddb|client)\w*\s*,`)
)

// modelMethods are PynamoDB's, with what each needs.
// https://pynamodb.readthedocs.io/en/stable/api.html
var modelMethods = []struct{ call, action string }{
	{".save(", "PutItem"},
	{".update(", "UpdateItem"},
	{".delete(", "DeleteItem"},
	{".refresh(", "GetItem"},
	{".get(", "GetItem"},
	{".query(", "Query"},
	{".count(", "Query"},
	{".scan(", "Scan"},
	{".rate_limited_scan(", "Scan"},
	{".batch_get(", "BatchGetItem"},
	{".batch_write(", "BatchWriteItem"},
	{".create_table(", "CreateTable"},
	{".delete_table(", "DeleteTable"},
	{"TransactWrite", "PutItem"},
	{"TransactWrite", "UpdateItem"},
	{"TransactWrite", "DeleteItem"},
	{"TransactGet", "GetItem"},
}

// libraries call DynamoDB themselves.
var libraries = []string{
	"DynamoDBPersistenceLayer", "DynamoDBProvider", "awswrangler", "dynamodb_encryption_sdk", "SESSION_DYNAMODB", "DynamoDBSession",
	"boto.dynamodb", "dyntastic", "async_response_table", "dynamodb_session",
}

// methodWords are clientMethods, for one look at a text: most files have none of
// them, and an expression for each would take longer than parsing.
var methodWords = sync.OnceValue(func() *wordSet { return newWordSet(slices.Collect(maps.Keys(clientMethods()))...) })

var libraryWords = newWordSet(libraries...)

// listen reads what a file says.
func listen(path, text string) *spoken {
	out := &spoken{path: path, models: strings.Contains(text, "pynamodb")}
	if (strings.Contains(text, ".query(") || strings.Contains(text, ".scan(")) && containsAny(text, "dynamo", "boto3", "KeyCondition") {
		for _, m := range queryOrScan.FindAllStringSubmatch(text, -1) {
			out.queries, out.scans = out.queries || m[1] == "query", out.scans || m[1] == "scan"
		}
	}
	out.unclear = libraryWords.in(text) || strings.Contains(text, "getattr(") && anyMethod.MatchString(text)
	if methodWords().in(text) {
		out.named(text)
	}
	return out
}

// modelled adds the actions that a file calls, where what it saves or deletes is
// a model.
func (a *app) modelled(text string) {
	for _, m := range modelMethods {
		if !a.maybe[m.action] && strings.Contains(text, m.call) {
			a.maybe[m.action] = true
		}
	}
}

// named notes the methods of clientMethods that a text calls, or names in quotes,
// and those that it defines.
func (p *spoken) named(text string) {
	methodWords().each(text, func(at int, name string) bool {
		rest := text[at+len(name):]
		switch before, after := text[max(0, at-1):at], strings.TrimLeft(rest, " \t\r\n"); {
		case before != "" && strings.Contains(`."'`, before):
			if strings.HasPrefix(after, "(") || strings.HasPrefix(rest, `"`) || strings.HasPrefix(rest, "'") {
				p.call(text, at-1, name)
			}
		case strings.HasPrefix(after, "(") && definition.MatchString(text[max(0, at-16):at]):
			if p.defined == nil {
				p.defined = map[string]bool{}
			}
			p.defined[name] = true
		}
		return true
	})
}

// call notes the first call of a method that is not commented out.
func (p *spoken) call(text string, at int, name string) {
	line := text[strings.LastIndexByte(text[:at], '\n')+1 : at]
	if _, seen := p.methods[name]; seen || strings.HasPrefix(strings.TrimLeft(line, " \t"), "#") {
		return
	}
	if p.methods == nil {
		p.methods = map[string]heard{}
	}
	place := finding.Position{Line: strings.Count(text[:at], "\n") + 1, Column: len([]rune(line)) + 1, Offset: at}
	p.methods[name] = heard{finding.Location{Path: p.path, Range: finding.Range{Start: place, End: place}}, needed(name, text)}
}

// app is the code that a policy stands beside.
type app struct {
	calls   map[string]finding.Location // by action, the first place of each
	maybe   map[string]bool             // actions that some line may call
	unclear bool                        // it calls what cannot be named
}

// add notes a call; the first one in the tree is kept.
func (a *app) add(action string, at finding.Location) {
	if old, ok := a.calls[action]; !ok || at.Before(old) {
		a.calls[action] = at
	}
}

// knows says whether it is known what the app calls.
func (a *app) knows() bool { return !a.unclear && a.uses() }

// uses says whether the app works on items.
func (a *app) uses() bool {
	return slices.ContainsFunc(itemActions, func(name string) bool { _, ok := a.calls[name]; return ok })
}

// actions are those that are called, sorted.
func (a *app) actions() []string { return slices.Sorted(maps.Keys(a.calls)) }

// needs are those that are called, and those that may be.
func (a *app) needs() []string {
	out := append(a.actions(), slices.Collect(maps.Keys(a.maybe))...)
	slices.Sort(out)
	return slices.Compact(out)
}

// may says whether the app calls an action, or may.
func (a *app) may(action string) bool {
	_, called := a.calls[action]
	return called || a.maybe[action]
}
