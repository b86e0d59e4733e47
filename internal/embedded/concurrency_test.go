package embedded

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
)

const workers = 64

// inParallel runs f in 64 goroutines.
func inParallel(f func(worker int)) {
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

func TestOfConcurrentConditionalPutsOneWins(t *testing.T) {
	s := openMusic(t)
	for round := range 5 {
		var wins [workers]bool
		body := fmt.Sprintf(`{"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"%d"}},"ConditionExpression":"attribute_not_exists(pk)"}`, round)
		inParallel(func(i int) {
			status, _ := s.Do(t.Context(), "PutItem", []byte(body))
			wins[i] = status == http.StatusOK
		})
		n := 0
		for _, won := range wins {
			if won {
				n++
			}
		}
		if n != 1 {
			t.Fatalf("%d puts won", n)
		}
	}
}

func TestNoConcurrentIncrementIsLost(t *testing.T) {
	s := openMusic(t)
	inParallel(func(int) {
		for range 20 {
			s.Do(t.Context(), "UpdateItem", []byte(`{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}}`))
		}
	})
	call{
		op: "GetItem", body: `{"TableName":"music","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"ProjectionExpression":"n"}`,
		answer: fmt.Sprintf(`{"Item":{"n":{"N":"%d"}}}`, workers*20),
	}.check(t, s)
}

// Transfers between accounts of two tables keep the sum, in every transaction
// that reads them all, and the index says what the items say.
func TestTransactionsAndIndexesKeepInvariantsUnderLoad(t *testing.T) {
	s := openMusic(t)
	mustDo(t, s, "CreateTable", `{"TableName":"other","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]}`)
	tables := []string{"music", "other"}
	for _, table := range tables {
		for i := range 4 {
			mustDo(t, s, "PutItem", fmt.Sprintf(`{"TableName":"%s","Item":{"pk":{"S":"a"},"sk":{"N":"%d"},"n":{"N":"100"},"g":{"S":"G0"}}}`, table, i))
		}
	}
	inParallel(func(i int) {
		for j := range 15 {
			switch (i + j) % 4 {
			case 0:
				checkSum(t, s)
			case 1:
				checkIndex(t, s)
			default:
				from, to := tables[i%2], tables[j%2]
				body := fmt.Sprintf(`{"TransactItems":[%s,%s]}`,
					transfer(from, i%4, -1, fmt.Sprintf("G%d", i%3)), transfer(to, (i+1+j%3)%4, 1, fmt.Sprintf("G%d", j%3)))
				s.Do(t.Context(), "TransactWriteItems", []byte(body))
			}
		}
	})
	checkSum(t, s)
	checkIndex(t, s)
}

func transfer(table string, account, amount int, group string) string {
	return fmt.Sprintf(`{"Update":{"TableName":"%s","Key":{"pk":{"S":"a"},"sk":{"N":"%d"}},"UpdateExpression":"ADD n :n SET g = :g","ConditionExpression":"n > :least","ExpressionAttributeValues":{":n":{"N":"%d"},":g":{"S":"%s"},":least":{"N":"1"}}}}`,
		table, account, amount, group)
}

func checkSum(t *testing.T, s *Store) {
	body := `{"TransactItems":[`
	for i := range 8 {
		if i > 0 {
			body += ","
		}
		body += fmt.Sprintf(`{"Get":{"TableName":"%s","Key":{"pk":{"S":"a"},"sk":{"N":"%d"}}}}`, [...]string{"music", "other"}[i/4], i%4)
	}
	status, answer := s.Do(t.Context(), "TransactGetItems", []byte(body+`]}`))
	var got struct {
		Responses []struct{ Item map[string]map[string]string }
	}
	if err := json.Unmarshal(answer, &got); err != nil || status != http.StatusOK {
		t.Errorf("%d %s", status, answer)
		return
	}
	sum := 0
	for _, r := range got.Responses {
		n, _ := strconv.Atoi(r.Item["n"]["N"])
		sum += n
	}
	if sum != 800 {
		t.Errorf("the sum is %d", sum)
	}
}

// checkIndex: one read of the index has each of its items once.
func checkIndex(t *testing.T, s *Store) {
	_, answer := s.Do(t.Context(), "Scan", []byte(`{"TableName":"music","IndexName":"byG"}`))
	var got struct {
		Items []map[string]map[string]string
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		t.Error(err)
		return
	}
	seen := map[string]bool{}
	for _, m := range got.Items {
		seen[m["sk"]["N"]] = true
	}
	if len(seen) != 4 || len(got.Items) != 4 {
		t.Errorf("the index has %d entries of %d items", len(got.Items), len(seen))
	}
}

func TestTablesMayComeAndGoUnderLoad(t *testing.T) {
	s := openMemory(t)
	inParallel(func(i int) {
		for range 10 {
			for _, c := range []struct{ op, body string }{
				{"CreateTable", music},
				{"PutItem", `{"TableName":"music","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"g":{"S":"G"}}}`},
				{"Scan", `{"TableName":"music","IndexName":"byG"}`},
				{"UpdateTable", `{"TableName":"music","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"byG"}}]}`},
				{"DescribeTable", `{"TableName":"music"}`},
				{"UpdateTimeToLive", `{"TableName":"music","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"x"}}`},
				{"DeleteTable", `{"TableName":"music"}`},
				{"ListTables", `{}`},
			} {
				if status, answer := s.Do(t.Context(), c.op, []byte(c.body)); status >= 500 {
					t.Errorf("%s: %d %s", c.op, status, answer)
				}
			}
		}
	})
}
