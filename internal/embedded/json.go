package embedded

import "encoding/json"

// The functions here walk JSON that json.Valid has accepted, one level at a
// time and without recursion, so that neither depth nor width of a body costs
// more than its length.

// objectMembers splits a valid JSON object.
func objectMembers(raw []byte) []member {
	members := make([]member, 0, 8)
	for i := skipSpace(raw, 1); raw[i] != '}'; {
		end := skipString(raw, i)
		name := unquote(raw[i:end])
		i = skipSpace(raw, end) // the colon
		i = skipSpace(raw, i+1) // the value
		end = skipValue(raw, i)
		members = append(members, member{name: name, raw: raw[i:end]})
		if i = skipSpace(raw, end); raw[i] == ',' {
			i = skipSpace(raw, i+1)
		}
	}
	return members
}

// listElements splits a valid JSON array.
func listElements(raw []byte) [][]byte {
	var elements [][]byte
	for i := skipSpace(raw, 1); raw[i] != ']'; {
		end := skipValue(raw, i)
		elements = append(elements, raw[i:end])
		if i = skipSpace(raw, end); raw[i] == ',' {
			i = skipSpace(raw, i+1)
		}
	}
	return elements
}

func skipSpace(raw []byte, i int) int {
	for raw[i] == ' ' || raw[i] == '\n' || raw[i] == '\t' || raw[i] == '\r' {
		i++
	}
	return i
}

// skipString is the index after the string that starts at i.
func skipString(raw []byte, i int) int {
	for i++; raw[i] != '"'; i++ {
		if raw[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// skipValue is the index after the value that starts at i.
func skipValue(raw []byte, i int) int {
	switch raw[i] {
	case '"':
		return skipString(raw, i)
	case '{', '[':
		for depth := 0; ; {
			switch raw[i] {
			case '"':
				i = skipString(raw, i)
				continue
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
			i++
		}
	}
	for i < len(raw) {
		switch raw[i] {
		case ',', '}', ']', ' ', '\n', '\t', '\r':
			return i
		}
		i++
	}
	return i
}

// unquote is the text of a valid JSON string.
func unquote(raw []byte) string {
	inner := raw[1 : len(raw)-1]
	// The names that most requests have cost no memory.
	switch string(inner) {
	case "TableName":
		return "TableName"
	case "Key":
		return "Key"
	case "ExpressionAttributeValues":
		return "ExpressionAttributeValues"
	case "KeyConditionExpression":
		return "KeyConditionExpression"
	}
	for _, c := range inner {
		if c == '\\' {
			var s string
			if json.Unmarshal(raw, &s) != nil {
				return ""
			}
			return s
		}
	}
	return string(inner)
}
