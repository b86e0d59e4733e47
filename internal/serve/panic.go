package serve

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// panicked logs a panic. What it carries may be anything, an item too: its type
// and the stack's functions are enough to find it.
func (s *Server) panicked(x *exchange, p any) {
	s.Log.Error("panic", "request_id", x.id, "type", typeName(p), "stack", functions(debug.Stack()))
}

// typeName is the type of what a panic carries. Its text may hold an item.
func typeName(p any) string { return fmt.Sprintf("%T", p) }

// functions are the functions of a stack trace, without their arguments.
func functions(stack []byte) []string {
	var out []string
	for line := range strings.Lines(string(stack)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "/") || line == "" {
			continue
		}
		if i := strings.LastIndexByte(line, '('); i > 0 {
			out = append(out, line[:i])
		}
	}
	return out
}
