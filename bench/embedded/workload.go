package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/discreet-dev/discreet/internal/embedded"
)

// workload is a request that is sent over and over. least is the shortest
// body that can be a right answer, in bytes.
type workload struct {
	name, operation, body string
	least                 int
}

const table = `"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"}],
	"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]`

func workloads() []workload {
	return []workload{
		{"GetItem, 1 KB", "GetItem", `{"TableName":"bench","Key":{"pk":{"S":"p7"},"sk":{"S":"s042"}}}`, 1000},
		{"Query, 100 items of 1 KB", "Query", `{"TableName":"bench","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p7"}}}`, 100_000},
	}
}

// benchItem is the n-th item: 100 to a partition, about that many bytes.
func benchItem(n, bytes int) string {
	return fmt.Sprintf(`{"pk":{"S":"p%d"},"sk":{"S":"s%03d"},"n":{"N":"%d"},"pad":{"S":"%s"}}`, n/100, n%100, n, strings.Repeat("x", bytes))
}

// fill makes the table that the workloads read: 10,000 items of 1 KB.
func (s *server) fill() error {
	if _, err := s.ask("CreateTable", `{"TableName":"bench","BillingMode":"PAY_PER_REQUEST",`+table+`}`); err != nil {
		return err
	}
	for n := 0; n < 10_000; n += 25 {
		var puts []string
		for i := range 25 {
			puts = append(puts, `{"PutRequest":{"Item":`+benchItem(n+i, 960)+`}}`)
		}
		if _, err := s.ask("BatchWriteItem", `{"RequestItems":{"bench":[`+strings.Join(puts, ",")+`]}}`); err != nil {
			return err
		}
	}
	return nil
}

// inProcess measures the store without HTTP.
func inProcess(out io.Writer, items int) error {
	ctx := context.Background()
	for n := 1000; n <= items; n *= 10 {
		s, err := embedded.Open(embedded.Config{})
		if err != nil {
			return err
		}
		if status, answer := s.Do(ctx, "CreateTable", []byte(`{"TableName":"bench","BillingMode":"PAY_PER_REQUEST",`+table+`}`)); status != http.StatusOK {
			return fmt.Errorf("CreateTable: %s", answer)
		}
		for i := range n {
			if status, answer := s.Do(ctx, "PutItem", []byte(`{"TableName":"bench","Item":`+benchItem(i, 20)+`}`)); status != http.StatusOK {
				return fmt.Errorf("PutItem: %s", answer)
			}
		}
		for _, w := range workloads() {
			each, perSecond := spin(s, w)
			fmt.Fprintf(out, "in process, table of %9d: %-10s %8.1f us, %9.0f/s on %d cores\n", n, w.operation, each, perSecond, runtime.NumCPU())
		}
		if err := s.Close(); err != nil {
			return err
		}
		runtime.GC()
	}
	return nil
}

// spin is a request's time in one goroutine, in microseconds, and the
// requests a second on all cores.
func spin(s *embedded.Store, w workload) (each, perSecond float64) {
	const span = time.Second
	count := func() int {
		n := 0
		for begun := time.Now(); time.Since(begun) < span; {
			for range 50 {
				s.Do(context.Background(), w.operation, []byte(w.body))
			}
			n += 50
		}
		return n
	}
	each = float64(span.Microseconds()) / float64(count())
	var mu sync.Mutex
	var wg sync.WaitGroup
	total := 0
	for range runtime.NumCPU() {
		wg.Go(func() {
			n := count()
			mu.Lock()
			total += n
			mu.Unlock()
		})
	}
	wg.Wait()
	return each, float64(total) / span.Seconds()
}
