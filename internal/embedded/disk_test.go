package embedded

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

func openStored(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(Config{Data: path})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAFileKeepsEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	s := openStored(t, path)
	mustDo(t, s, "CreateTable", music)
	numbered(t, s, 10)
	mustDo(t, s, "DeleteItem", `{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"3"}}}`)
	mustDo(t, s, "UpdateTimeToLive", `{"TableName":"music","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"x"}}`)
	mustDo(t, s, "UpdateTable", `{"TableName":"music","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"some"}}]}`)
	mustDo(t, s, "TransactWriteItems", `{"ClientRequestToken":"t","TransactItems":[{"Update":{"TableName":"music","Key":{"pk":{"S":"t"},"sk":{"N":"1"}},"UpdateExpression":"ADD n :n","ExpressionAttributeValues":{":n":{"N":"1"}}}}]}`)
	requests := []call{
		{op: "DescribeTable", body: `{"TableName":"music"}`},
		{op: "DescribeTimeToLive", body: `{"TableName":"music"}`},
		{op: "Scan", body: `{"TableName":"music"}`},
		{op: "Scan", body: `{"TableName":"music","IndexName":"byG"}`},
		{op: "Query", body: `{"TableName":"music","IndexName":"byL","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}`},
	}
	for i, c := range requests {
		requests[i].answer = string(mustDo(t, s, c.op, c.body))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = openStored(t, path)
	defer s.Close()
	run(t, s, requests)
	mustDo(t, s, "TransactWriteItems", `{"ClientRequestToken":"t","TransactItems":[{"Update":{"TableName":"music","Key":{"pk":{"S":"t"},"sk":{"N":"1"}},"UpdateExpression":"ADD n :n","ExpressionAttributeValues":{":n":{"N":"1"}}}}]}`)
	call{op: "GetItem", body: `{"TableName":"music","Key":{"pk":{"S":"t"},"sk":{"N":"1"}},"ProjectionExpression":"n"}`, answer: `{"Item":{"n":{"N":"1"}}}`}.check(t, s)
}

func TestOpenRefusesWhatIsNoStoreOfOurs(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	held := filepath.Join(dir, "held")
	defer openStored(t, held).Close()
	other := filepath.Join(dir, "other")
	db, err := bbolt.Open(other, 0o600, nil)
	if err == nil {
		err = db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err })
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		text:                               "invalid database",
		other:                              "not a file of this store",
		dir:                                "is a directory",
		held:                               "another process holds the file",
		filepath.Join(dir, "none", "data"): "no such file",
	} {
		s, err := Open(Config{Data: path})
		if err == nil {
			_ = s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}

// However a file was cut, it is refused, or (where what is gone was of no use)
// it has everything.
func TestAFileThatWasCutShortIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	s := openStored(t, path)
	mustDo(t, s, "CreateTable", music)
	numbered(t, s, 100)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := len(whole) - 1; n > 0; n -= len(whole)/20 + 1 {
		cut := filepath.Join(t.TempDir(), "cut")
		if err := os.WriteFile(cut, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(Config{Data: cut})
		if err != nil {
			continue
		}
		if got := len(pages(t, s, "Scan", `{"TableName":"music"}`)); got != 100 {
			t.Errorf("cut to %d of %d bytes it was opened with %d items", n, len(whole), got)
		}
		_ = s.Close()
	}
}

func TestAClosedStoreRefusesWritesAndKeepsNothing(t *testing.T) {
	s := openStored(t, filepath.Join(t.TempDir(), "data"))
	mustDo(t, s, "CreateTable", music)
	_ = s.Close()
	status, _ := s.Do(t.Context(), "PutItem", []byte(`{"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"1"}}}`))
	if status != http.StatusInternalServerError {
		t.Errorf("the write was answered %d", status)
	}
	call{op: "GetItem", body: `{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}}}`, answer: `{}`}.check(t, s)
}

// killed is the variable by which the test runs itself as the process to kill.
const killed = "EMBEDDED_TEST_KILLED"

func TestMain(m *testing.M) {
	if path := os.Getenv(killed); path != "" {
		writeUntilKilled(path)
	}
	if path := os.Getenv(full); path != "" {
		writeUntilFull(path)
	}
	os.Exit(m.Run())
}

// writeUntilKilled prints each write once it is acknowledged: a put, or a
// transaction of two puts.
func writeUntilKilled(path string) {
	s, err := Open(Config{Data: path})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	var out sync.Mutex
	var wg sync.WaitGroup
	start := time.Now().UnixNano()
	for worker := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%d-%d-%d", start, worker, i)
				put := func(sk int) string {
					return fmt.Sprintf(`"TableName":"music","Item":{"pk":{"S":"%s"},"sk":{"N":"%d"},"g":{"S":"G"}}`, id, sk)
				}
				op, body := "PutItem", "{"+put(1)+"}"
				if i%2 == 1 {
					op, body = "TransactWriteItems", `{"TransactItems":[{"Put":{`+put(1)+`}},{"Put":{`+put(2)+`}}]}`
				}
				status, _ := s.Do(context.Background(), op, []byte(body))
				out.Lock()
				fmt.Println(status, id, op)
				out.Unlock()
			}
		})
	}
	wg.Wait()
}

func TestAKilledProcessLosesNothingAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	s := openStored(t, path)
	mustDo(t, s, "CreateTable", music)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[string]string{}
	kills := 3 // DISCREET_KILLS is how many instead
	if n, err := strconv.Atoi(os.Getenv("DISCREET_KILLS")); err == nil {
		kills = n
	}
	for range kills {
		runAndKill(t, path, acknowledged)
		s := openStored(t, path)
		for id, op := range acknowledged {
			checkKept(t, s, id, op)
		}
		checkPairs(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(acknowledged) == 0 {
		t.Error("nothing was written before the kills")
	}
}

func runAndKill(t *testing.T, path string, acknowledged map[string]string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=none")
	cmd.Env = append(os.Environ(), killed+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	stop := 20 + rand.IntN(100)
	for n := 0; lines.Scan(); n++ {
		if n == stop {
			_ = cmd.Process.Kill()
		}
		var status int
		var id, op string
		if _, err := fmt.Sscan(lines.Text(), &status, &id, &op); err != nil {
			continue // a line cut short was not acknowledged
		}
		if status == http.StatusOK && (op == "PutItem" || op == "TransactWriteItems") {
			acknowledged[id] = op
		}
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) {
		t.Fatalf("the process was not killed: %v", err)
	}
}

func checkKept(t *testing.T, s *Store, id, op string) {
	t.Helper()
	want := 1
	if op == "TransactWriteItems" {
		want = 2
	}
	call{
		op:     "Query",
		body:   `{"TableName":"music","Select":"COUNT","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"` + id + `"}}}`,
		answer: fmt.Sprintf(`{"Count":%d,"ScannedCount":%d}`, want, want),
	}.check(t, s)
}

// checkPairs: a second item of a transaction never stands without the first,
// and the index has as many entries as the table.
func checkPairs(t *testing.T, s *Store) {
	t.Helper()
	items := map[string]bool{}
	all := pages(t, s, "Scan", `{"TableName":"music"}`)
	for _, id := range all {
		items[id] = true
	}
	for id := range items { // pk and sk together
		if first, ok := strings.CutSuffix(id, "2"); ok && !items[first+"1"] {
			t.Errorf("half of a transaction is there: %s", id)
		}
	}
	if indexed := pages(t, s, "Scan", `{"TableName":"music","IndexName":"byG"}`); len(indexed) != len(all) {
		t.Errorf("%d items, %d in the index", len(all), len(indexed))
	}
}
