package audit

import (
	"fmt"
	"log/slog"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"
)

// line is one record being written.
type line struct {
	buf     []byte
	options Options
}

const (
	dim   = "\x1b[2m"
	red   = "\x1b[31m"
	amber = "\x1b[33m"
	green = "\x1b[32m"
	plain = "\x1b[0m"
)

// maxString is where a string is cut, in bytes.
const maxString = 8 << 10

// maxGroups is how deep groups may nest.
const maxGroups = 8

func (l *line) raw(s string) { l.buf = append(l.buf, s...) }

func (l *line) color(code string) {
	if !l.options.NoColor {
		l.raw(code)
	}
}

func (l *line) begin(r slog.Record) {
	if !l.options.Terminal {
		l.raw(`{"time":"`)
		l.buf = r.Time.UTC().AppendFormat(l.buf, "2006-01-02T15:04:05.000000Z")
		l.raw(`","level":"`)
		l.raw(r.Level.String())
		l.raw(`","msg":`)
		l.quoted(clean(r.Message))
		return
	}
	l.color(dim)
	l.buf = r.Time.AppendFormat(l.buf, "15:04:05.000")
	l.color(plain)
	l.raw(" ")
	switch {
	case r.Level >= slog.LevelError:
		l.color(red)
	case r.Level >= slog.LevelWarn:
		l.color(amber)
	default:
		l.color(green)
	}
	level := r.Level.String()
	l.raw(level)
	l.color(plain)
	for range max(1, 6-len(level)) {
		l.raw(" ")
	}
	l.escaped(clean(r.Message))
}

func (l *line) end() {
	if !l.options.Terminal {
		l.raw("}")
	}
	l.raw("\n")
}

func (l *line) key(prefix, name string) {
	if l.options.Terminal {
		l.raw(" ")
		l.color(dim)
		l.bare(prefix, name)
		l.raw("=")
		l.color(plain)
		return
	}
	l.raw(`,"`)
	l.escaped(prefix)
	l.escaped(name)
	l.raw(`":`)
}

// bare writes a key of the terminal's format, in which `=` and spaces mean
// something.
func (l *line) bare(prefix, name string) {
	start := len(l.buf)
	l.escaped(prefix)
	l.escaped(name)
	for i, c := range l.buf[start:] {
		if c == '=' || c == ' ' || c == '"' {
			l.buf[start+i] = '_'
		}
	}
}

func (l *line) attr(prefix string, a slog.Attr, depth int) {
	value := a.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		if depth == maxGroups {
			return
		}
		if a.Key != "" {
			prefix += a.Key + "."
		}
		for _, member := range value.Group() {
			l.attr(prefix, member, depth+1)
		}
		return
	}
	if a.Key == "" && value.Equal(slog.Value{}) {
		return
	}
	if l.options.Terminal && value.Kind() == slog.KindString && value.String() == "" {
		return // a person sees that it is absent
	}
	l.key(prefix, a.Key)
	if isSensitive(a.Key) || isSensitive(prefix) {
		l.text(redacted)
		return
	}
	l.value(value)
}

func (l *line) value(v slog.Value) {
	switch v.Kind() {
	case slog.KindString:
		l.text(clean(v.String()))
	case slog.KindInt64:
		l.buf = strconv.AppendInt(l.buf, v.Int64(), 10)
	case slog.KindUint64:
		l.buf = strconv.AppendUint(l.buf, v.Uint64(), 10)
	case slog.KindBool:
		l.buf = strconv.AppendBool(l.buf, v.Bool())
	case slog.KindFloat64:
		l.text(strconv.FormatFloat(v.Float64(), 'g', -1, 64))
	case slog.KindDuration:
		l.duration(v.Duration())
	case slog.KindTime:
		l.text(v.Time().UTC().Format(time.RFC3339Nano))
	default:
		l.any(v.Any())
	}
}

// duration is in milliseconds, for a program as for a person.
func (l *line) duration(d time.Duration) {
	l.buf = strconv.AppendFloat(l.buf, float64(d.Microseconds())/1000, 'f', -1, 64)
	if l.options.Terminal {
		l.raw("ms")
	}
}

// any writes the few types that are known to be names, and of every other only
// what it is: its fields may hold an item.
func (l *line) any(v any) {
	switch v := v.(type) {
	case nil:
		l.raw("null")
	case error:
		l.text(errorText(v))
	case []string:
		l.names(v)
	default:
		l.text(fmt.Sprintf("[%T not written]", v))
	}
}

func (l *line) names(names []string) {
	l.raw("[")
	for i, name := range names {
		if i > 0 {
			l.raw(",")
		}
		if l.options.Terminal {
			l.text(clean(name))
		} else {
			l.quoted(clean(name))
		}
	}
	l.raw("]")
}

// text writes a string: quoted in JSON, and on a terminal where it needs it.
func (l *line) text(s string) {
	if l.options.Terminal && isBare(s) {
		l.raw(s)
		return
	}
	l.quoted(s)
}

func (l *line) quoted(s string) {
	l.raw(`"`)
	l.escaped(s)
	l.raw(`"`)
}

func isBare(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '=' || c == '\\' {
			return false
		}
	}
	return s != ""
}

const hex = "0123456789abcdef"

// escaped writes the inside of a JSON string. What could begin a new line, move
// a terminal's cursor or turn the direction of text is escaped too (CWE-117,
// CWE-150); invalid UTF-8 becomes U+FFFD.
func (l *line) escaped(s string) {
	if len(s) > maxString {
		s = s[:maxString] + "..."
	}
	start := 0
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r >= utf8.RuneSelf && (r != utf8.RuneError || size > 1) && unicode.IsPrint(r) {
			i += size
			continue
		}
		l.raw(s[start:i])
		l.escape(r)
		i += size
		start = i
	}
	l.raw(s[start:])
}

func (l *line) escape(r rune) {
	switch {
	case r == '"' || r == '\\':
		l.buf = append(l.buf, '\\', byte(r))
	case r == '\n':
		l.raw(`\n`)
	case r > 0xffff: // a surrogate pair
		r -= 0x10000
		l.escape(0xd800 + r>>10)
		l.escape(0xdc00 + r&0x3ff)
	default:
		l.buf = append(l.buf, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
	}
}
