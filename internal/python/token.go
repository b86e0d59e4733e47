package python

type kind uint8

// Layout first: prevEnd, which closes a node's span, passes over these.
const (
	tEOF kind = iota
	tError
	tNewline
	tIndent
	tDedent

	tName
	tNumber
	tString
	tFString // the opening of an f-string or t-string, up to its quotes

	tLParen
	tRParen
	tLBracket
	tRBracket
	tLBrace
	tRBrace
	tComma
	tColon
	tWalrus
	tDot
	tEllipsis
	tSemi
	tBang
	tArrow
	tAssign

	tTilde
	tEq
	tNotEq
	tLt
	tLtE
	tGt
	tGtE

	// The binary operators, in the order of Operator.
	tAdd
	tSub
	tMult
	tMatMult
	tDiv
	tMod
	tPow
	tLShift
	tRShift
	tBitOr
	tBitXor
	tBitAnd
	tFloorDiv
	// And before an `=`, in the same order.
	tAddAssign
	tSubAssign
	tMultAssign
	tMatMultAssign
	tDivAssign
	tModAssign
	tPowAssign
	tLShiftAssign
	tRShiftAssign
	tBitOrAssign
	tBitXorAssign
	tBitAndAssign
	tFloorDivAssign

	tFalse
	tNone
	tTrue
	tAnd
	tAs
	tAssert
	tAsync
	tAwait
	tBreak
	tClass
	tContinue
	tDef
	tDel
	tElif
	tElse
	tExcept
	tFinally
	tFor
	tFrom
	tGlobal
	tIf
	tImport
	tIn
	tIs
	tLambda
	tNonlocal
	tNot
	tOr
	tPass
	tRaise
	tReturn
	tTry
	tWhile
	tWith
	tYield
)

// Flags of a string's opening.
const (
	strRaw uint8 = 1 << iota
	strBytes
	strTemplate
	strTriple
	strEscape // a backslash or a carriage return stands in it
)

type token struct {
	start, end int32
	kind       kind
	flags      uint8 // of a tString or a tFString
}

func keyword(word string) kind {
	switch word {
	case "False":
		return tFalse
	case "None":
		return tNone
	case "True":
		return tTrue
	case "and":
		return tAnd
	case "as":
		return tAs
	case "assert":
		return tAssert
	case "async":
		return tAsync
	case "await":
		return tAwait
	case "break":
		return tBreak
	case "class":
		return tClass
	case "continue":
		return tContinue
	case "def":
		return tDef
	case "del":
		return tDel
	case "elif":
		return tElif
	case "else":
		return tElse
	case "except":
		return tExcept
	case "finally":
		return tFinally
	case "for":
		return tFor
	case "from":
		return tFrom
	case "global":
		return tGlobal
	case "if":
		return tIf
	case "import":
		return tImport
	case "in":
		return tIn
	case "is":
		return tIs
	case "lambda":
		return tLambda
	case "nonlocal":
		return tNonlocal
	case "not":
		return tNot
	case "or":
		return tOr
	case "pass":
		return tPass
	case "raise":
		return tRaise
	case "return":
		return tReturn
	case "try":
		return tTry
	case "while":
		return tWhile
	case "with":
		return tWith
	case "yield":
		return tYield
	}
	return tName
}

// describe names a kind of token for a message, never its text: the text may
// be a secret.
func (k kind) describe() string {
	switch {
	case k == tEOF:
		return "end of file"
	case k == tNewline:
		return "end of line"
	case k == tIndent:
		return "indent"
	case k == tDedent:
		return "dedent"
	case k == tName:
		return "name"
	case k == tNumber:
		return "number"
	case k == tString || k == tFString:
		return "string"
	case k >= tFalse:
		return "keyword"
	}
	if s := symbol(k); s != "" {
		return "'" + s + "'"
	}
	return "operator"
}

func symbol(k kind) string {
	switch k {
	case tLParen:
		return "("
	case tRParen:
		return ")"
	case tLBracket:
		return "["
	case tRBracket:
		return "]"
	case tLBrace:
		return "{"
	case tRBrace:
		return "}"
	case tComma:
		return ","
	case tColon:
		return ":"
	case tWalrus:
		return ":="
	case tDot:
		return "."
	case tSemi:
		return ";"
	case tBang:
		return "!"
	case tAssign:
		return "="
	case tIn:
		return "in"
	case tImport:
		return "import"
	case tElse:
		return "else"
	case tFor:
		return "for"
	}
	return ""
}
