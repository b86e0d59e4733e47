//go:build unix

package embedded

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// full is the variable by which the test runs itself with little room for its
// file.
const full = "EMBEDDED_TEST_FULL"

// writeUntilFull may write files of 256 KB. It prints how many puts were
// acknowledged before the first that was not.
func writeUntilFull(path string) {
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 256 << 10, Max: 256 << 10}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	s, err := Open(Config{Data: path})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	do := func(op, body string) (int, string) {
		status, answer := s.Do(context.Background(), op, []byte(body))
		return status, string(answer)
	}
	put := func(n int) string {
		return fmt.Sprintf(`"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"%d"},"g":{"S":"G"},"pad":{"S":"%s"}}`, n, strings.Repeat("x", 9000))
	}
	n := 0
	for ; n < 1000; n++ {
		status, answer := do("PutItem", "{"+put(n)+"}")
		if status != http.StatusOK {
			fmt.Println("refused", status, answer)
			break
		}
	}
	status, _ := do("TransactWriteItems", `{"TransactItems":[{"Put":{`+put(2000)+`}},{"Put":{`+put(2001)+`}}]}`)
	_, count := do("Scan", `{"TableName":"music","Select":"COUNT"}`)
	_, indexed := do("Scan", `{"TableName":"music","IndexName":"byG","Select":"COUNT"}`)
	fmt.Println("transaction", status, "acknowledged", n, count, indexed)
	os.Exit(0)
}

func TestAFullDiskRefusesWritesAndCorruptsNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	s := openStored(t, path)
	mustDo(t, s, "CreateTable", music)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=none")
	cmd.Env = append(os.Environ(), full+"="+path)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v %s", err, out)
	}
	refused, last, _ := strings.Cut(string(out), "\n")
	var status, n int
	if _, err := fmt.Sscanf(last, "transaction %d acknowledged %d", &status, &n); err != nil || n == 0 || n == 1000 {
		t.Fatalf("%s", out)
	}
	if !strings.HasPrefix(refused, "refused 500 ") || !strings.Contains(refused, "InternalServerError") || status != http.StatusInternalServerError {
		t.Errorf("a write without room: %s", out)
	}
	count := fmt.Sprintf(`{"Count":%d,"ScannedCount":%d}`, n, n)
	if !strings.HasSuffix(strings.TrimSpace(last), count+" "+count) {
		t.Errorf("%d puts were acknowledged: %s", n, last)
	}
	s = openStored(t, path)
	defer s.Close()
	for _, index := range []string{"", `,"IndexName":"byG"`} {
		call{op: "Scan", body: `{"TableName":"music"` + index + `,"Select":"COUNT"}`, answer: count}.check(t, s)
	}
}
