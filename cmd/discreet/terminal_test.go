package main

import (
	"bytes"
	"context"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// screen is what a terminal shows: both outputs, in their order.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// onTerminal runs a command that serves until the screen holds the text.
func onTerminal(t *testing.T, env map[string]string, text string, args ...string) (*screen, func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	s := &screen{}
	code := make(chan int, 1)
	go func() {
		code <- run(world{
			ctx: ctx, stdin: strings.NewReader(""), stdout: s, stderr: s,
			getenv:   func(name string) (string, bool) { v, ok := env[name]; return v, ok },
			terminal: func(io.Writer) bool { return true },
		}, args)
	}()
	for end := time.Now().Add(patience); !strings.Contains(s.String(), text); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) || len(code) > 0 {
			t.Fatalf("%v does not show %q:\n%s", args, text, s)
		}
	}
	return s, func() int { cancel(); return <-code }
}

var curlLine = regexp.MustCompile(`(?m)^  (\S.*)\n    (curl .*)$`)

func TestTheBannerShowsWhoMayCallWhatAndRequestsThatWorkWhenPasted(t *testing.T) {
	for _, tt := range []struct {
		args  []string
		route string
		want  []string // title, status
	}{
		{
			[]string{"dev", "../../examples/profiles"},
			"  GET /api/profiles/{user_id}  authenticated (own_profile), support (support_profile)\n",
			[]string{"200", "403", "400"},
		},
		{
			[]string{"dev", "../../examples/profiles", "--as", "alice"},
			"  PATCH /api/profile           authenticated (own_profile)\n",
			[]string{"200", "403"},
		},
		{
			[]string{"dev", "../../examples/saas", "--as", "alice", "--claim", "tenant=acme"},
			"  POST /projects                          admin (projects_admin)\n",
			[]string{"200", "403"},
		},
		{
			[]string{"dev", "../../examples/orders"},
			"  GET /customers/{customer_id}/orders  admin (admin_orders)\n",
			[]string{"200", "403", "400"},
		},
	} {
		t.Run(strings.Join(tt.args[1:], " "), func(t *testing.T) {
			s, end := onTerminal(t, nil, "listening", append(tt.args, "--listen", "127.0.0.1:0")...)
			if !strings.Contains(s.String(), tt.route) {
				t.Errorf("no %q in:\n%s", tt.route, s)
			}
			lines := curlLine.FindAllStringSubmatch(s.String(), -1)
			if len(lines) != len(tt.want) {
				t.Fatalf("%d requests to try, want %d:\n%s", len(lines), len(tt.want), s)
			}
			if _, err := exec.LookPath("curl"); err != nil {
				t.Skip("no curl to paste with")
			}
			for i, line := range lines {
				out, err := exec.CommandContext(t.Context(), "sh", "-c", line[2]).Output()
				if err != nil || !strings.HasPrefix(string(out), "HTTP/1.1 "+tt.want[i]) {
					t.Errorf("%s\n%s\n%v\n%s", line[1], line[2], err, out)
				}
			}
			if code := end(); code != exitOK {
				t.Errorf("exit %d", code)
			}
		})
	}
}

func TestNoColorIsHonoured(t *testing.T) {
	for value, want := range map[string]bool{"": true, "1": false} {
		s, end := onTerminal(t, map[string]string{"NO_COLOR": value}, "listening", "dev", "../../examples/profiles", "--listen", "127.0.0.1:0")
		if end() != exitOK {
			t.Error("it does not end well")
		}
		if got := strings.Contains(s.String(), "\x1b["); got != want {
			t.Errorf("NO_COLOR=%q: colour %v\n%s", value, got, s)
		}
	}
}
