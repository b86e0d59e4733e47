//go:build outside

package discreet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/discreet-dev/discreet"
	"github.com/discreet-dev/discreet/internal/parse"
	"github.com/discreet-dev/discreet/internal/seed"
)

// The same vectors, answered from an engine that no one here wrote. DYNOXIDE is
// the path of its binary (.ci/run installs it).
func TestConformanceOnDynoxide(t *testing.T) {
	binary := os.Getenv("DYNOXIDE")
	if binary == "" {
		t.Fatal("DYNOXIDE is not set: it takes the path of the dynoxide binary")
	}
	lacks := []string{"indexes whose keys are several attributes"}
	runVectors(t, lacks, func(t *testing.T, _ *discreet.Contract, source, items []byte) discreet.Store {
		engine := startEngine(t, binary)
		seedEngine(t, engine, source, items)
		s, err := discreet.DynamoDB(aws.Config{}, discreet.DynamoDBConfig{Endpoint: string(engine)})
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

// engine is the URL of a DynamoDB endpoint.
type engine string

func startEngine(t *testing.T, binary string) engine {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, binary, "serve", "--host", "127.0.0.1", "-p", port)
	if err := cmd.Start(); err != nil {
		stop()
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); _ = cmd.Wait() })
	e := engine("http://127.0.0.1:" + port)
	for range 200 {
		if status, _ := e.Do(t.Context(), "ListTables", []byte("{}")); status == http.StatusOK {
			return e
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("dynoxide does not answer")
	return ""
}

// Do implements seed.Store over HTTP. Engines ask for a signature and don't
// check it.
func (e engine) Do(ctx context.Context, operation string, body []byte) (int, []byte) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, string(e), bytes.NewReader(body))
	if err != nil {
		return 0, nil
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	r.Header.Set("X-Amz-Date", "20300101T000000Z")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20300101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=00")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, answer
}

func seedEngine(t *testing.T, e engine, source, items []byte) {
	t.Helper()
	resolved, problems := parse.Contract("vector", source)
	if resolved == nil {
		t.Fatal(problems.Text())
	}
	err := seed.Tables(t.Context(), e, resolved)
	if err == nil && !json.Valid(items) {
		err = errors.New("items are no JSON")
	}
	if err != nil {
		t.Fatal(err)
	}
	list, err := seed.Read(items, resolved)
	if err == nil {
		err = seed.Put(t.Context(), e, list)
	}
	if err != nil {
		t.Fatal(err)
	}
}
