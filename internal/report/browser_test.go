//go:build outside

package report

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// browser is a headless Chromium that is spoken to through a pipe, in its
// DevTools protocol: JSON, each message ended by a NUL.
// https://chromedevtools.github.io/devtools-protocol/
type browser struct {
	t       *testing.T
	to      *os.File
	answers chan devtools
	next    int
	session string
	faults  []string // what the page's console was told
}

type devtools struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// startBrowser starts the Chromium that CHROMIUM names, with a page of its own
// and no network.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	binary := os.Getenv("CHROMIUM")
	if binary == "" {
		t.Fatal("CHROMIUM is not set: it takes the path of a Chromium (.ci/run installs one)")
	}
	fromUs, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, fromIt, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
		"--user-data-dir="+t.TempDir(), "--remote-debugging-pipe", "about:blank")
	cmd.ExtraFiles = []*os.File{fromUs, fromIt}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	fromUs.Close()
	fromIt.Close()
	b := &browser{t: t, to: to, answers: make(chan devtools, 64)}
	go func() {
		defer close(b.answers)
		r := bufio.NewReader(from)
		for {
			raw, err := r.ReadBytes(0)
			if err != nil {
				return
			}
			var m devtools
			if json.Unmarshal(bytes.TrimRight(raw, "\x00"), &m) == nil {
				b.answers <- m
			}
		}
	}()
	t.Cleanup(func() {
		b.to.Write([]byte(`{"id":0,"method":"Browser.close"}` + "\x00"))
		b.to.Close()
		kill := time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() })
		for range b.answers {
		}
		cmd.Wait()
		kill.Stop()
		from.Close()
	})
	var target struct{ TargetID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

// call asks for something and waits for the answer. Events on the way that tell
// of a fault are kept.
func (b *browser) call(method string, params any, into any) {
	b.t.Helper()
	b.next++
	request := map[string]any{"id": b.next, "method": method}
	if params != nil {
		request["params"] = params
	}
	if b.session != "" {
		request["sessionId"] = b.session
	}
	raw, err := json.Marshal(request)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.to.Write(append(raw, 0)); err != nil {
		b.t.Fatal(err)
	}
	b.until(method, func(m devtools) bool {
		if m.ID != b.next {
			return false
		}
		if m.Error != nil {
			b.t.Fatalf("%s: %s", method, m.Error.Message)
		}
		if into != nil {
			if err := json.Unmarshal(m.Result, into); err != nil {
				b.t.Fatal(err)
			}
		}
		return true
	})
}

func (b *browser) until(what string, done func(devtools) bool) {
	b.t.Helper()
	late := time.After(60 * time.Second)
	for {
		select {
		case m, ok := <-b.answers:
			if !ok {
				b.t.Fatalf("the browser ended before %s", what)
			}
			switch m.Method {
			case "Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled":
				b.faults = append(b.faults, string(m.Params))
			case "Network.requestWillBeSent":
				var p struct{ Request struct{ URL string } }
				if json.Unmarshal(m.Params, &p) == nil {
					if u, err := url.Parse(p.Request.URL); err != nil || u.Scheme != "file" {
						b.faults = append(b.faults, "a request to "+p.Request.URL)
					}
				}
			}
			if done(m) {
				return
			}
		case <-late:
			b.t.Fatalf("the browser does not answer: %s", what)
		}
	}
}

// screen is a window to look at a page in.
type screen struct {
	width, height int
	dark, print   bool
	noScript      bool
}

// open shows a page.
func (b *browser) open(page []byte, s screen, fragment string) {
	b.t.Helper()
	file := filepath.Join(b.t.TempDir(), "report.html")
	if err := os.WriteFile(file, page, 0o600); err != nil {
		b.t.Fatal(err)
	}
	scheme, media := "light", ""
	if s.dark {
		scheme = "dark"
	}
	if s.print {
		media = "print"
	}
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": s.width, "height": s.height, "deviceScaleFactor": 1, "mobile": s.width < 500}, nil)
	b.call("Emulation.setEmulatedMedia", map[string]any{"media": media, "features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
	b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": s.noScript}, nil)
	b.faults = nil
	b.call("Page.navigate", map[string]any{"url": (&url.URL{Scheme: "file", Path: file, Fragment: fragment}).String()}, nil)
	b.until("the page's load event", func(m devtools) bool { return m.Method == "Page.loadEventFired" })
}

// eval is what an expression is on the page. It works where the page's own
// scripts may not run, too.
func eval[T any](b *browser, expression string) T {
	b.t.Helper()
	var out struct {
		Result           struct{ Value T }
		ExceptionDetails json.RawMessage
	}
	b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &out)
	if out.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", expression, out.ExceptionDetails)
	}
	return out.Result.Value
}

// picture saves what the page looks like in the folder that SCREENSHOTS names,
// for a reader; nothing without it.
func (b *browser) picture(name string) {
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	var out struct{ Data string }
	size := eval[struct{ W, H float64 }](b, "({W: innerWidth, H: Math.min(document.documentElement.scrollHeight, 5000)})")
	b.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true, "clip": map[string]any{"x": 0, "y": 0, "width": size.W, "height": size.H, "scale": 1}}, &out)
	raw, err := base64.StdEncoding.DecodeString(out.Data)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), raw, 0o644)
	}
	if err != nil {
		b.t.Error(err)
	}
}
