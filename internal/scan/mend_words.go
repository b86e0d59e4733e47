package scan

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/python"
)

// genericFault is what a caller reads where the code gives no words of its own.
const genericFault = "internal server error"

// wording is the way from an exception up to the whole text that is made of it,
// with the author's own words on the way.
type wording struct {
	src   source
	at    python.Node // what is replaced
	words string
	// made says that a text has been made of the exception.
	made bool
}

// textual says whether what is made of an exception is a text for a reader.
type textual uint8

const (
	noText    textual = iota // an error code that is compared, the cause of a raise
	maybeText                // something else than a text may be wanted
	isText
)

// text is the source text that takes the place.
func (w *wording) text() string {
	if _, inside := w.at.(*python.Field); inside { // of an f-string with other fields
		return genericFault
	}
	text, _ := literal(w.words)
	return text
}

// climb goes up from the last of some nodes to the whole text.
func (w *wording) climb(chain []python.Node) textual {
	w.at = chain[len(chain)-1]
	for i := len(chain) - 2; i >= 0; i-- {
		switch p := chain[i].(type) {
		case *python.Attribute:
		case *python.Subscript:
			if k, ok := p.Index.(*python.String); p.Index == w.at || ok && noMessage[k.Value] {
				return noText
			}
			w.made = true
		case *python.Call:
			if up, what := w.call(p); !up {
				return what
			}
		case *python.Field:
			if _, ok := chain[max(i-1, 0)].(*python.FString); !ok {
				return maybeText
			}
			w.made = true
		case *python.FString:
			if fieldsOfString(p) > 1 {
				return isText
			}
			if s, ok := p.Parts[0].(*python.String); ok {
				w.own(s.Value)
			}
		case *python.Tuple:
			b, ok := chain[max(i-1, 0)].(*python.BinOp)
			formatted := ok && b.Op == python.Mod && b.Right == python.Expr(p)
			if w.made = w.made || formatted; !formatted || len(p.Elts) > 1 {
				return w.sure()
			}
		case *python.BinOp:
			if !w.operator(p) {
				return w.sure()
			}
		case *python.Raise:
			if p.Cause == w.at {
				return noText
			}
			return maybeText
		case *python.Dict:
			return isText
		case *python.Keyword:
			c, ok := chain[max(i-1, 0)].(*python.Call)
			w.made = w.made || ok && answers(w.src.file.Source(c.Func.Pos()))
			return w.sure()
		default:
			return w.sure()
		}
		w.at = chain[i]
	}
	return w.sure()
}

func (w *wording) sure() textual {
	if w.made {
		return isText
	}
	return maybeText
}

// call says whether the text goes on through a call: of a method of it, of str,
// of a constant's format or join.
func (w *wording) call(c *python.Call) (up bool, what textual) {
	name := w.src.file.Source(c.Func.Pos())
	a, method := c.Func.(*python.Attribute)
	switch {
	case c.Func == w.at, name == "str", name == "repr", name == "format", strings.HasPrefix(name, "traceback."):
	case name == "type", name == "isinstance":
		return false, noText
	case method && (a.Attr == "join" || a.Attr == "format"):
		lit, ok := a.Value.(*python.String)
		if w.made = true; !ok || len(c.Args)+len(c.Keywords) > 1 {
			return false, isText
		}
		w.own(beforeFirst(lit.Value, "{"))
	default:
		w.made = w.made || answers(name)
		return false, w.sure()
	}
	w.made = true
	return true, isText
}

// operator says whether the text goes on through an operator: a + with a
// constant, the % of a constant format.
func (w *wording) operator(b *python.BinOp) bool {
	left, before := b.Left.(*python.String)
	_, after := b.Right.(*python.String)
	switch {
	case b.Op == python.Mod && before:
		w.own(beforeFirst(left.Value, "%"))
	case b.Op == python.Add && before:
		w.own(left.Value)
	case b.Op == python.Add && after:
	default:
		return false
	}
	w.made = true
	return true
}

// own takes an author's words before the place of the exception's.
func (w *wording) own(s string) {
	s = strings.TrimRight(s, " :;,.-([<'\"\t\n")
	_, plain := literal(s)
	if plain && len(s) >= 4 && !strings.ContainsAny(s, "<>{}%") && w.words == genericFault {
		w.words = s
	}
}

func beforeFirst(s, mark string) string {
	s, _, _ = strings.Cut(s, mark)
	return s
}

// noMessage are the members of botocore's error response that hold no message.
// https://boto3.amazonaws.com/v1/documentation/api/latest/guide/error-handling.html
var noMessage = map[string]bool{"Code": true, "HTTPStatusCode": true, "RequestId": true, "ResponseMetadata": true}

func fieldsOfString(s *python.FString) (n int) {
	for _, p := range s.Parts {
		if _, ok := p.(*python.Field); ok {
			n++
		}
	}
	return n
}

// answers says whether a function makes a response of what it is given.
func answers(name string) bool {
	switch lastPart(name) {
	case "jsonify", "dict", "abort", "make_response", "Response", "dumps":
		return true
	}
	return false
}
