package embedded

import (
	"bytes"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestFewLargeBodiesAreUnderWayAtOnce(t *testing.T) {
	s := openMemory(t)
	var now, most atomic.Int64
	inParallel(func(int) {
		release := s.admit(maxBody)
		defer release()
		n := now.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(time.Millisecond)
		now.Add(-1)
	})
	if most.Load() > maxLarge {
		t.Errorf("%d at once", most.Load())
	}
	s.admit(1000)() // a small one waits for none
}

// A Scan holds a page, however large the table.
func TestManyHugeScansAtOnceStayWithinMemory(t *testing.T) {
	s := openMusic(t)
	pad := strings.Repeat("x", 200_000)
	for i := range 12 {
		mustDo(t, s, "PutItem", `{"TableName":"music","Item":{"pk":{"S":"p`+strconv.Itoa(i)+`"},"sk":{"N":"1"},"pad":{"S":"`+pad+`"}}}`)
	}
	inParallel(func(int) {
		seen := 0
		for start, more := "", true; more; {
			status, answer := s.Do(t.Context(), "Scan", []byte(`{"TableName":"music"`+start+`}`))
			if status != http.StatusOK || len(answer) > 2<<20 {
				t.Errorf("%d, %d bytes", status, len(answer))
				return
			}
			seen += bytes.Count(answer, []byte(`"pad"`))
			_, start, more = strings.Cut(string(answer[max(len(answer)-200, 0):]), `"LastEvaluatedKey"`)
			start = `,"ExclusiveStartKey"` + strings.TrimSuffix(start, "}")
		}
		if seen != 12 {
			t.Errorf("%d items", seen)
		}
	})
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.Sys > 1<<30 {
		t.Errorf("%d MB in use", m.Sys>>20)
	}
}
