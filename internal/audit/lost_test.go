package audit

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// disk takes as many bytes as it has left.
type disk struct {
	bytes.Buffer
	left int
}

func (d *disk) Write(p []byte) (int, error) {
	n := min(len(p), d.left)
	d.left -= n
	d.Buffer.Write(p[:n])
	if n < len(p) {
		return n, errors.New("no space left on device")
	}
	return n, nil
}

func TestDecisionsThatCannotBeWrittenAreReportedOnceAndCounted(t *testing.T) {
	var log bytes.Buffer
	full := &disk{left: 20}
	l, err := NewLog(LogConfig{
		Access: NewHandler(&log, Options{}), Decisions: NewHandler(full, Options{}), Key: [32]byte{1},
	})
	if err != nil {
		t.Fatal(err)
	}
	decide := func() { l.Decision(t.Context(), Decision{Time: noon, Principal: "alice", Why: Granted}) }
	for range 3 {
		decide()
	}
	if got := strings.Count(log.String(), "decisions cannot be written"); got != 1 {
		t.Errorf("reported %d times: %s", got, log.String())
	}
	full.left = 1 << 20
	decide()
	decide()
	if got := strings.Count(log.String(), `"msg":"decisions are written again","lost":3`); got != 1 {
		t.Errorf("the end is reported %d times: %s", got, log.String())
	}
	lines := strings.Split(strings.TrimSpace(full.String()), "\n")
	if len(lines) != 3 || len(lines[0]) != 20 || !strings.HasPrefix(lines[1], `{"time"`) {
		t.Errorf("the half line spoils another: %q", lines)
	}
}

func TestALogThatCannotBeWrittenIsNotReportedToItself(t *testing.T) {
	full := &disk{}
	l := newLog(t, NewHandler(full, Options{}), AsPseudonym)
	l.Decision(t.Context(), Decision{Time: noon, Why: Granted})
	if full.Len() > 0 {
		t.Errorf("got %q", full.String())
	}
}
