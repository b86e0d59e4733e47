package item

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// AppendValue appends v as DynamoDB JSON. The zero Value, which is no value,
// is {}, which every reader refuses.
func AppendValue(dst []byte, v Value) []byte {
	dst = append(dst, '{')
	if v.Kind != 0 {
		dst = append(dst, '"')
		dst = append(dst, v.Kind.String()...)
		dst = append(dst, '"', ':')
		dst = appendContent(dst, v)
	}
	return append(dst, '}')
}

// AppendItem appends an object of values by name, in the names' order, so that
// equal items have equal bytes.
func AppendItem(dst []byte, m Item) []byte {
	dst = append(dst, '{')
	for i, name := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendString(dst, name)
		dst = append(dst, ':')
		dst = AppendValue(dst, m[name])
	}
	return append(dst, '}')
}

func appendContent(dst []byte, v Value) []byte {
	switch v.Kind {
	case KindS, KindN:
		return AppendString(dst, v.Str)
	case KindB:
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, []byte(v.Str))
		return append(dst, '"')
	case KindBOOL:
		return strconv.AppendBool(dst, v.Bool)
	case KindNULL:
		return append(dst, "true"...)
	case KindM:
		return AppendItem(dst, v.Map)
	}
	dst = append(dst, '[')
	for i, element := range v.List {
		if i > 0 {
			dst = append(dst, ',')
		}
		if v.Kind == KindL {
			dst = AppendValue(dst, element)
		} else {
			dst = appendContent(dst, element)
		}
	}
	return append(dst, ']')
}

// AppendString appends a JSON string. What JSON must escape is escaped; bytes
// that are no UTF-8 become U+FFFD.
func AppendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	plain := 0 // where what is not yet appended starts
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			dst = append(dst, s[plain:i]...)
			switch c {
			case '"', '\\':
				dst = append(dst, '\\', c)
			case '\n':
				dst = append(dst, '\\', 'n')
			case '\r':
				dst = append(dst, '\\', 'r')
			case '\t':
				dst = append(dst, '\\', 't')
			default:
				dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			i++
			plain = i
			continue
		}
		char, size := utf8.DecodeRuneInString(s[i:])
		if char == utf8.RuneError && size == 1 {
			dst = append(dst, s[plain:i]...)
			dst = append(dst, "\ufffd"...)
			plain = i + 1
		}
		i += size
	}
	dst = append(dst, s[plain:]...)
	return append(dst, '"')
}
