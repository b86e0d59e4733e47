package scan

import (
	"testing"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

func TestAHookThatTurnsCallersAwayIsToldFromOneThatOnlyLooks(t *testing.T) {
	tests := []struct {
		body string
		want bool
	}{
		{"abort(401)", true},
		{"auth.check_auth(['admin'], [''])", true},
		{"verify_jwt_in_request()", true},
		{"if 'user' not in session:\n        return redirect(url_for('login'))", true},
		{"g.user = check_session()", false},
		{"log.info('401')", false},
		{"count(request)", false},
		{"return redirect(url_for('home'))", false},
	}
	for _, tt := range tests {
		file := python.Parse("app.py", []byte("def hook():\n    "+tt.body+"\n"), python.Limits{})
		def := file.Body[0].(*python.FunctionDef)
		fn := &pyflow.Func{Name: def.Name, Def: def, Body: def.Body, Module: pyflow.NewProgram([]*python.File{file}).Modules[0]}
		if got := refuses(fn); got != tt.want {
			t.Errorf("%q: %v", tt.body, got)
		}
	}
}
