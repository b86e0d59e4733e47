package embedded

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// fillBench makes a table of n items of about 1 KB, 100 to a partition.
func fillBench(b *testing.B, s *Store, n, bytes int) {
	b.Helper()
	mustDo(b, s, "CreateTable", `{"TableName":"bench","BillingMode":"PAY_PER_REQUEST",
		"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"}],
		"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]}`)
	pad := strings.Repeat("x", bytes)
	for i := range n {
		mustDo(b, s, "PutItem", fmt.Sprintf(`{"TableName":"bench","Item":{"pk":{"S":"p%d"},"sk":{"S":"s%03d"},"n":{"N":"%d"},"pad":{"S":"%s"}}}`,
			i/100, i%100, i, pad))
	}
}

func BenchmarkGetItem(b *testing.B) {
	s := openMemory(b)
	fillBench(b, s, 10000, 1000)
	body := []byte(`{"TableName":"bench","Key":{"pk":{"S":"p42"},"sk":{"S":"s042"}}}`)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if status, _ := s.Do(context.Background(), "GetItem", body); status != http.StatusOK {
				b.Fail()
			}
		}
	})
}

func BenchmarkPutItem(b *testing.B) {
	s := openMemory(b)
	fillBench(b, s, 100, 10)
	body := []byte(`{"TableName":"bench","Item":{"pk":{"S":"p42"},"sk":{"S":"s042"},"pad":{"S":"` + strings.Repeat("x", 1000) + `"}}}`)
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		s.Do(context.Background(), "PutItem", body)
	}
}

// BenchmarkQuery shows that the cost is of the items returned, not of the table.
func BenchmarkQuery(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000, 1000000} {
		s := openMemory(b)
		fillBench(b, s, n, 20)
		for _, filter := range []string{"", `,"FilterExpression":"n >= :n"`} {
			name, value := "plain", ""
			if filter != "" {
				name, value = "filtered", `,":n":{"N":"0"}`
			}
			body := []byte(`{"TableName":"bench","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p7"}` + value + `}` + filter + `}`)
			b.Run(fmt.Sprintf("%s/table=%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					s.Do(context.Background(), "Query", body)
				}
			})
		}
	}
}
