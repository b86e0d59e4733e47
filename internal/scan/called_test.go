package scan

import (
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

func TestTheTextOfAFileOfManyStatementsIsGoneThroughOnce(t *testing.T) {
	text := strings.Repeat("client.execute_statement(Statement='SELECT * FROM users')\n", 100)
	file := python.Parse("app.py", []byte(text), python.Limits{})
	s := newScanner(pyflow.NewProgram([]*python.File{file}))
	if got := s.needs("execute_statement", file); !slices.Equal(got, []string{"PartiQLSelect"}) {
		t.Errorf("the statements need %v", got)
	}
	if n := testing.AllocsPerRun(10, func() { s.needs("execute_statement", file) }); n > 0 {
		t.Errorf("another call of the file takes %v allocations", n)
	}
}
