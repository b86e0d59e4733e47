package main

import (
	"bytes"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func testWorld(ctx context.Context, errs io.Writer) world {
	return world{
		ctx: ctx, stdin: strings.NewReader(""), stdout: io.Discard, stderr: errs,
		getenv:   func(string) (string, bool) { return "", false },
		terminal: func(io.Writer) bool { return false },
	}
}

func TestTheStandardLogIsRedacted(t *testing.T) {
	var errs bytes.Buffer
	newLog(testWorld(t.Context(), &errs))
	// What net/http logs when a server answers more than it was asked.
	log.Printf(`Unsolicited response received on idle HTTP channel starting with "HTTP/1.1 200 OK\r\n\r\ncanary"; err=<nil>`)
	if got := errs.String(); !strings.Contains(got, "Unsolicited response") || strings.Contains(got, "canary") {
		t.Errorf("got %s", got)
	}
}

func TestARequestUnderWayIsAnsweredBeforeTheEnd(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	w := testWorld(ctx, io.Discard)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := httpServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		end() // it comes while we answer
		for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			c, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				break // no one else gets in
			}
			_ = c.Close()
		}
		time.Sleep(20 * time.Millisecond) // what would cut us off has done so
		_, _ = io.WriteString(w, "whole")
	}), newLog(w))
	ended := make(chan error, 1)
	go func() { ended <- listenAndServe(w, s, l) }()
	answer, err := http.Get("http://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err != nil || string(body) != "whole" {
		t.Errorf("got %q, %v", body, err)
	}
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestOnlyLoopbackIsLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:80": true, "127.9.9.9:80": true, "[::1]:80": true, "localhost:80": true, "[::ffff:127.0.0.1]:80": true,
		":80": false, "0.0.0.0:80": false, "[::]:80": false, "10.0.0.1:80": false, "example.com:80": false,
		"localhost.example.com:80": false, "127.0.0.1": false, "": false,
	} {
		if got := isLoopback(address); got != want {
			t.Errorf("%q: %v", address, got)
		}
	}
}
