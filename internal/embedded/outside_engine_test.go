//go:build outside

package embedded

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// engine is a DynamoDB that no one here wrote, in a process of its own. Input
// can kill it or hang it: then it starts anew, and its tables are gone.
type engine struct {
	t       *testing.T
	name    string
	command func(port string) *exec.Cmd
	client  *http.Client
	process *exec.Cmd
	url     string
	deaths  int
}

// startDynoxide runs the binary that DYNOXIDE names.
func startDynoxide(t *testing.T) *engine {
	binary := wantVariable(t, "DYNOXIDE", "the dynoxide binary")
	return startEngine(t, "dynoxide", func(port string) *exec.Cmd {
		return exec.Command(binary, "serve", "--host", "127.0.0.1", "-p", port)
	})
}

// startDynalite runs the cli.js that DYNALITE names.
func startDynalite(t *testing.T) *engine {
	script := wantVariable(t, "DYNALITE", "dynalite's cli.js")
	return startEngine(t, "dynalite", func(port string) *exec.Cmd {
		return exec.Command("node", script, "--host", "127.0.0.1", "--port", port,
			"--createTableMs", "0", "--deleteTableMs", "0", "--updateTableMs", "0")
	})
}

func wantVariable(t *testing.T, name, what string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: it takes the path of %s", name, what)
	}
	return value
}

func startEngine(t *testing.T, name string, command func(port string) *exec.Cmd) *engine {
	t.Helper()
	e := &engine{t: t, name: name, command: command, client: &http.Client{Timeout: 10 * time.Second}}
	t.Cleanup(e.stop)
	e.start()
	return e
}

func (e *engine) start() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		e.t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	e.process = e.command(port)
	e.url = "http://127.0.0.1:" + port
	if err := e.process.Start(); err != nil {
		e.t.Fatalf("%s: %v", e.name, err)
	}
	for range 400 {
		if status, _, err := e.send("ListTables", "{}"); err == nil && status == http.StatusOK {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	e.t.Fatalf("%s does not answer", e.name)
}

func (e *engine) stop() {
	if e.process != nil {
		_ = e.process.Process.Kill()
		_ = e.process.Wait()
		e.process = nil
	}
	e.client.CloseIdleConnections()
}

// ask sends a request. ok is false where the engine did not answer: it has
// been started anew by then.
func (e *engine) ask(op, body string) (a answered, ok bool) {
	status, text, err := e.send(op, body)
	if err != nil {
		e.deaths++
		shown := body
		if len(shown) > 500 {
			shown = shown[:500] + "..."
		}
		e.t.Logf("%s died or hung and is started anew: %v, after %s %s", e.name, err, op, shown)
		e.stop()
		e.start()
		return answered{}, false
	}
	return readAnswered(status, text), true
}

// send asks for a signature that engines want to see and don't check.
func (e *engine) send(op, body string) (int, []byte, error) {
	r, err := http.NewRequest(http.MethodPost, e.url, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("X-Amz-Target", targetPrefix+op)
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("X-Amz-Date", "20200101T000000Z")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=id/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none")
	answer, err := e.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, text, err
}

// answered is an answer in parts.
type answered struct {
	answerParts
	text string
}

func readAnswered(status int, text []byte) answered {
	a := answered{answerParts: answerParts{status: status}, text: string(text)}
	if json.Unmarshal(text, &a.members) != nil {
		return a
	}
	kind, _ := a.members["__type"].(string)
	_, a.kind, _ = strings.Cut(kind, "#")
	for _, name := range []string{"message", "Message"} {
		if message, ok := a.members[name].(string); ok {
			a.message = message
		}
		delete(a.members, name)
	}
	delete(a.members, "__type")
	return a
}
