package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
)

// atTerminal runs a command with both outputs on a terminal; shown is called
// with all that was written to stderr, after each write.
func atTerminal(t *testing.T, term string, shown func(errs string, stop func()), args ...string) (out, errs string, code int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout, stderr bytes.Buffer
	code = run(world{
		ctx: ctx, stdin: strings.NewReader(""), stdout: &stdout, stderr: writerFunc(func(p []byte) (int, error) {
			stderr.Write(p)
			shown(stderr.String(), cancel)
			return len(p), nil
		}),
		getenv:   func(name string) (string, bool) { return term, name == "TERM" },
		terminal: func(io.Writer) bool { return true },
	}, args)
	return stdout.String(), stderr.String(), code
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestProgressIsClearedWhenAScanEnds(t *testing.T) {
	_, errs, code := atTerminal(t, "xterm", func(string, func()) {}, "scan", "../../internal/scan/testdata/patterns/blueprints")
	if !strings.HasSuffix(errs, "read, following values\r\x1b[K") || code != exitFindings {
		t.Errorf("exit %d, %q", code, errs)
	}
}

func TestADumbTerminalIsSentNoEscapeSequences(t *testing.T) {
	out, errs, code := atTerminal(t, "dumb", func(string, func()) {}, "scan", "../../internal/scan/testdata/patterns/blueprints")
	if strings.ContainsAny(out+errs, "\x1b\r") || errs != "" || code != exitFindings {
		t.Errorf("exit %d, %q, %q", code, errs, out)
	}
}

// TestAStoppedScanWritesNothing holds that what was stopped in the middle looks
// neither whole nor clean, and leaves no half a line on the terminal.
func TestAStoppedScanWritesNothing(t *testing.T) {
	for _, args := range [][]string{
		{"scan", "../../internal/scan/testdata/patterns"},
		{"scan", "--format", "sarif", "../../internal/scan/testdata/patterns"},
		{"scan", "--fix", "../../internal/scan/testdata/patterns"},
		{"init", "--from-code", "../../internal/scan/testdata/patterns"},
	} {
		out, errs, code := atTerminal(t, "xterm", func(errs string, stop func()) {
			if strings.Contains(errs, " files") {
				stop()
			}
		}, args...)
		if code != exitBad || out != "" || !strings.HasSuffix(errs, "\r\x1b[Kdiscreet "+args[0]+": stopped; nothing was written\n") {
			t.Errorf("%v: exit %d, %q, %q", args, code, errs, out)
		}
	}
}
