package scan

import (
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

var (
	operationID = regexp.MustCompile(`(?m)^\s*"?operationId"?\s*:\s*["']?([\w.]+)["']?`)
	controller  = regexp.MustCompile(`(?m)^\s*"?x-(?:openapi|swagger)-router-controller"?\s*:\s*["']?([\w.]+)["']?`)
)

// operations makes entries of the functions that a connexion app's OpenAPI
// documents name.
func (s *scanner) operations(files []textFile) {
	uses := false
	for _, m := range s.program.Modules {
		uses = uses || strings.Contains(m.File.Text, "connexion")
	}
	if !uses {
		return
	}
	for _, f := range files {
		if !strings.Contains(f.text, "operationId") {
			continue
		}
		prefix := ""
		if m := controller.FindStringSubmatch(f.text); m != nil {
			prefix = m[1] + "."
		}
		secured := strings.Contains(f.text, "security:") || strings.Contains(f.text, `"security"`)
		for _, m := range operationID.FindAllStringSubmatch(f.text, -1) {
			dotted := m[1]
			if !strings.Contains(dotted, ".") {
				dotted = prefix + dotted
			}
			i := strings.LastIndexByte(dotted, '.')
			if i < 0 {
				continue
			}
			for _, mod := range s.program.Modules {
				if mod.Name != dotted[:i] && !strings.HasSuffix(mod.Name, "."+dotted[:i]) {
					continue
				}
				for _, r := range s.engine.Global(mod, dotted[i+1:]) {
					if fn, ok := r.(*pyflow.Func); ok {
						s.add(&entry{fn: original(fn), value: pyflow.Of(fn), auth: secured})
					}
				}
			}
		}
	}
}
