package scan

import (
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
)

var environmentName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// takeFromEnvironment reads a secret from the environment, under the name that
// the source gives it. Two secrets never get one name.
func (m *mender) takeFromEnvironment(f *finding.Finding) []finding.Edit {
	if !strings.HasSuffix(f.Path, ".py") {
		return nil // what reads the file is not known
	}
	src, ok := m.open(f.Path)
	if !ok {
		return nil
	}
	chain := src.around(span(f.Range))
	lit, ok := innermost[*python.String](chain)
	if !ok || len(chain) < 2 {
		return nil
	}
	at, key := lit.Span, ""
	switch p := chain[len(chain)-2].(type) {
	case *python.Call: // os.environ.get("KEY", "literal")
		name := src.file.Source(p.Func.Pos())
		if len(p.Args) != 2 {
			return nil
		}
		first, text := p.Args[0].(*python.String)
		if !text || name != "os.environ.get" && name != "os.getenv" {
			return nil
		}
		at, key = p.Span, first.Value
	case *python.Keyword:
		key = settingVariable(p.Name)
	case *python.Assign:
		if len(p.Targets) != 1 {
			return nil
		}
		switch t := p.Targets[0].(type) {
		case *python.Name:
			key = settingVariable(t.ID)
		case *python.Attribute:
			key = settingVariable(t.Attr)
		case *python.Subscript:
			if k, ok := t.Index.(*python.String); ok {
				key = settingVariable(k.Value)
			}
		}
	case *python.AnnAssign:
		if t, ok := p.Target.(*python.Name); ok {
			key = settingVariable(t.ID)
		}
	case *python.Dict:
		for _, item := range p.Items {
			if k, ok := item.Key.(*python.String); ok && item.Value == python.Expr(lit) {
				key = settingVariable(k.Value)
			}
		}
	}
	if !environmentName.MatchString(key) {
		return nil
	}
	if other, taken := m.environment[key]; taken && other != lit.Value {
		return nil
	}
	imports, ok := src.importing("os", "", at.Start)
	if !ok {
		return nil
	}
	m.environment[key] = lit.Value
	text := `os.environ["` + key + `"]`
	if lit.Bytes {
		text += ".encode()"
	}
	return append([]finding.Edit{src.replace(at, text)}, imports...)
}

// settingVariable is the name of an environment variable for a setting.
func settingVariable(name string) string {
	return strings.ToUpper(strings.ReplaceAll(camelJoint.ReplaceAllString(name, "${1}_$2"), "-", "_"))
}
