package expr

import (
	"maps"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/item"
)

// Kinds of expression, as DynamoDB's messages and parameters name them.
const (
	Filter     = "FilterExpression"
	Check      = "ConditionExpression"
	Key        = "KeyConditionExpression"
	Projection = "ProjectionExpression"
	Updating   = "UpdateExpression"
)

// Parser parses the expressions of one request, which share their
// ExpressionAttributeNames and ExpressionAttributeValues. It is for one
// goroutine.
type Parser struct {
	names        map[string]string
	values       item.Item
	unusedNames  map[string]struct{}
	unusedValues map[string]struct{}
	parsed       bool
}

// NewParser takes what stands in ExpressionAttributeNames ("#n" to a name) and
// ExpressionAttributeValues (":v" to a value); nil where the request has none,
// because DynamoDB refuses an empty one.
func NewParser(names map[string]string, values item.Item) (*Parser, error) {
	p := &Parser{
		names: names, values: values,
		unusedNames: map[string]struct{}{}, unusedValues: map[string]struct{}{},
	}
	if names != nil && len(names) == 0 {
		return nil, item.Invalid("ExpressionAttributeNames must not be empty")
	}
	if values != nil && len(values) == 0 {
		return nil, item.Invalid("ExpressionAttributeValues must not be empty")
	}
	for _, key := range slices.Sorted(maps.Keys(names)) {
		if !isPlaceholder(key, '#') {
			return nil, item.Invalid(`ExpressionAttributeNames contains invalid key: Syntax error; key: "` + key + `"`)
		}
		p.unusedNames[key] = struct{}{}
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if !isPlaceholder(key, ':') {
			return nil, item.Invalid(`ExpressionAttributeValues contains invalid key: Syntax error; key: "` + key + `"`)
		}
		p.unusedValues[key] = struct{}{}
	}
	return p, nil
}

func isPlaceholder(key string, mark byte) bool {
	return len(key) > 1 && key[0] == mark && wordEnd(key, 1) == len(key)
}

// InvalidValue is the fault of an ExpressionAttributeValues that
// item.DecodeItem refused, as DynamoDB tells it.
func InvalidValue(err *item.Error) *item.Error {
	if err.Type != item.ValidationException || err.Member == "" {
		return err
	}
	const before = "ExpressionAttributeValues contains invalid value: "
	after := " for key " + err.Member
	told := *err
	told.Message = before + err.Message + after
	if err.Unsaid != "" {
		told.Unsaid = before + err.Unsaid + after
	}
	return &told
}

// Unused is the fault of names or values that no expression parsed so far
// uses, or nil. Call it once every expression of the request is parsed.
func (p *Parser) Unused() error {
	switch {
	case !p.parsed && p.names != nil:
		return item.Invalid("ExpressionAttributeNames can only be specified when using expressions")
	case !p.parsed && p.values != nil:
		return item.Invalid("ExpressionAttributeValues can only be specified when using expressions")
	case len(p.unusedNames) > 0:
		return item.Invalid("Value provided in ExpressionAttributeNames unused in expressions: keys: " + keyList(p.unusedNames))
	case len(p.unusedValues) > 0:
		return item.Invalid("Value provided in ExpressionAttributeValues unused in expressions: keys: " + keyList(p.unusedValues))
	}
	return nil
}

func keyList(keys map[string]struct{}) string {
	return "{" + strings.Join(slices.Sorted(maps.Keys(keys)), ", ") + "}"
}

// parse is one expression being parsed.
type parse struct {
	*Parser
	kind      string
	source    string
	tokens    []token
	pos       int
	nesting   int
	operators int
	faults    [faultCount]*fault
}

// The most parentheses, functions and NOTs in one another. DynamoDB's own bound
// is not documented; this one keeps the stack small.
const maxNesting = 200

// start checks what holds of the text as a whole.
func (p *Parser) start(kind, source string) (*parse, error) {
	p.parsed = true
	if source == "" {
		return nil, item.Invalid("Invalid " + kind + ": The expression can not be empty;")
	}
	if len(source) > MaxSize {
		message := "Invalid " + kind + ": Expression size has exceeded the maximum allowed size;"
		if kind == Filter || kind == Check {
			message += " expression size: " + itoa(len(source))
		}
		return nil, item.Invalid(message)
	}
	return &parse{Parser: p, kind: kind, source: source, tokens: lex(source)}, nil
}

func (p *parse) here() token { return p.tokens[p.pos] }

func (p *parse) after() token { return p.tokens[min(p.pos+1, len(p.tokens)-1)] }

func (p *parse) takeSign(sign string) bool {
	if !p.here().isSign(sign) {
		return false
	}
	p.pos++
	return true
}

func (p *parse) takeWord(keyword string) bool {
	if !p.here().isWord(keyword) {
		return false
	}
	p.pos++
	return true
}

func (p *parse) needSign(sign string) error {
	if !p.takeSign(sign) {
		return p.syntax()
	}
	return nil
}

// syntax is the fault of the token here. DynamoDB shows it, and the source from
// the token before it to the one after.
func (p *parse) syntax() error {
	t := p.here()
	near := t
	if p.pos > 0 {
		near = p.tokens[p.pos-1]
	}
	end := t.end
	switch next := p.after(); {
	case t.kind == tokenEnd:
		end = near.end
	case next.kind != tokenEnd:
		end = next.end
	}
	return p.invalid(`Syntax error; token: "` + t.text + `", near: "` + p.source[near.start:end] + `"`)
}

func (p *parse) invalid(message string) error {
	return item.Invalid("Invalid " + p.kind + ": " + message)
}

// deeper bounds the recursion; every call that gives nil needs a shallower.
func (p *parse) deeper() error {
	p.nesting++
	if p.nesting > maxNesting {
		return p.invalid("The expression has too many nested parentheses, functions or operators;")
	}
	return nil
}

func (p *parse) shallower() { p.nesting-- }

// countOperator counts an operator or function of an update; the quota is for
// those alone.
func (p *parse) countOperator() error {
	p.operators++
	if p.operators > MaxOperators {
		return p.invalid("The expression contains too many operators and functions; maximum: " + itoa(MaxOperators))
	}
	return nil
}

// path is name { . name | [ index ] }.
func (p *parse) path() (Path, error) {
	var path Path
	for first := true; ; first = false {
		if !first && p.takeSign("[") {
			index := p.here()
			if index.kind != tokenIndex {
				return nil, p.syntax()
			}
			p.pos++
			path = append(path, Step{Index: p.index(index.text), IsIndex: true})
			if err := p.needSign("]"); err != nil {
				return nil, err
			}
			continue
		}
		if !first && !p.takeSign(".") {
			break
		}
		switch t := p.here(); t.kind {
		case tokenWord:
			if IsReserved(t.text) {
				p.fault(faultReserved, "Attribute name is a reserved keyword; reserved keyword: "+t.text)
			}
			path = append(path, Step{Name: t.text})
		case tokenName:
			path = append(path, Step{Name: p.name(t.text)})
		default:
			return nil, p.syntax()
		}
		p.pos++
	}
	if len(path) > MaxPathDepth {
		p.fault(faultReserved, "The document path has too many nesting elements; nesting levels: "+itoa(len(path)))
	}
	return path, nil
}

func (p *parse) index(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
		if n > 1<<31-1 {
			p.fault(faultReserved, "List index is not within the allowable range; index: ["+digits+"]")
			return 0
		}
	}
	return n
}

// name resolves an alias. After the first that is undefined DynamoDB resolves
// no more.
func (p *parse) name(alias string) string {
	name := p.names[alias]
	if name == "" {
		p.fault(faultName, "An expression attribute name used in the document path is not defined; attribute name: "+alias)
		return ""
	}
	delete(p.unusedNames, alias)
	return name
}

func (p *parse) value(key string) item.Value {
	v, ok := p.values[key]
	if !ok {
		p.fault(faultValue, "An expression attribute value used in expression is not defined; attribute value: "+key)
		return v
	}
	delete(p.unusedValues, key)
	return v
}
