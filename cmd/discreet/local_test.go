package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// startLocal runs the command until the test ends, and returns its address.
func startLocal(t *testing.T, args ...string) (address string, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	var errs bytes.Buffer
	code := make(chan int, 1)
	go func() {
		code <- run(world{
			ctx: ctx, stdout: in, stderr: &errs,
			getenv:   func(string) (string, bool) { return "", false },
			terminal: func(io.Writer) bool { return false },
		}, append([]string{"local", "--listen", "127.0.0.1:0"}, args...))
		_ = in.Close()
	}()
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if err != nil {
		cancel()
		t.Fatalf("exit %d: %s", <-code, errs.String())
	}
	_, address, _ = strings.Cut(strings.TrimSpace(line), ": ")
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	return address, func() int { cancel(); return <-code }
}

func askLocal(t *testing.T, address, host, operation, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.Status + " " + string(text)
}

const localSeed = `{"tables":[{"TableName":"app","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}],
	"items":{"app":[{"id":{"S":"1"}}]}}`

func TestLocalAnswersDynamoDBAndKeepsItsFile(t *testing.T) {
	dir := t.TempDir()
	seed, data := filepath.Join(dir, "seed.json"), filepath.Join(dir, "data")
	if err := os.WriteFile(seed, []byte(localSeed), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"--data", data, "--items", seed}, {"--data", data}, {"--data", data, "--items", seed}} {
		address, stop := startLocal(t, args...)
		got := askLocal(t, address, "", "Scan", `{"TableName":"app"}`)
		if want := `200 OK {"Items":[{"id":{"S":"1"}}],"Count":1,"ScannedCount":1}`; got != want {
			t.Errorf("%v: got %s, want %s", args, got, want)
		}
		if got := askLocal(t, address, "foreign.example", "Scan", `{"TableName":"app"}`); !strings.HasPrefix(got, "421") {
			t.Errorf("another name than localhost: %s", got)
		}
		if code := stop(); code != exitOK {
			t.Errorf("exit %d", code)
		}
	}
}

func TestLocalRefusesBadInput(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.json")
	if err := os.WriteFile(bad, []byte(`{"items":{"none":[{"id":{"S":"1"}}]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"not loopback":           {"--listen", "0.0.0.0:0"},
		"takes no arguments":     {"contract.yaml"},
		"no such file":           {"--items", filepath.Join(dir, "none.json")},
		"none, item 1: Resource": {"--items", bad},
		"unknown flag":           {"--nothing"},
		"invalid database":       {"--data", bad},
	} {
		var out, errs bytes.Buffer
		code := run(world{
			ctx: t.Context(), stdout: &out, stderr: &errs,
			getenv:   func(string) (string, bool) { return "", false },
			terminal: func(io.Writer) bool { return false },
		}, append([]string{"local"}, args...))
		if code != exitBad || !strings.Contains(errs.String(), want) {
			t.Errorf("%v: exit %d, %s", args, code, errs.String())
		}
	}
}
