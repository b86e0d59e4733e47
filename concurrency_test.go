package discreet_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/discreet-dev/discreet"
)

// together is a store that lets writes through when all the reads before them
// are done: every writer has then seen the same.
type together struct {
	discreet.Store
	reads *sync.WaitGroup // one for each writer
	seen  atomic.Int32
	all   int32
}

func (s *together) Do(ctx context.Context, action string, body []byte) ([]byte, error) {
	if action == "UpdateItem" {
		s.reads.Wait()
	}
	answer, err := s.Store.Do(ctx, action, body)
	if n := s.seen.Add(1); action == "GetItem" && n <= s.all {
		s.reads.Done()
	}
	return answer, err
}

func TestOfWritesWithOneTagExactlyOneIsDone(t *testing.T) {
	c := parsed(t, faultContract)
	embedded, err := discreet.Embedded(t.Context(), c, strings.NewReader(`{"notes":[{"owner":"ann","id":"1","text":"first","v":1}]}`))
	if err != nil {
		t.Fatal(err)
	}
	const writers = 8
	store := &together{Store: embedded, reads: &sync.WaitGroup{}, all: writers}
	h, _ := handlerOver(t, faultContract, store)
	for round := range 5 {
		store.seen.Store(writers) // not the reads of this test
		tag := ask(h, "GET /notes/1", "").Header().Get("ETag")
		store.reads.Add(writers)
		store.seen.Store(0)
		codes := make([]int, writers)
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				r := httptest.NewRequest("PATCH", "/notes/1", strings.NewReader(fmt.Sprintf(`{"text":"%d of round %d"}`, i, round)))
				r.RemoteAddr = "127.0.0.1:40000"
				r.Header.Set("X-User-Id", "ann")
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("If-Match", tag)
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				codes[i] = w.Code
			})
		}
		all.Wait()
		done, winner := 0, 0
		store.seen.Store(writers)
		for i, code := range codes {
			switch code {
			case 200:
				done++
				winner = i
			case 412:
			default:
				t.Errorf("%d", code)
			}
		}
		want := fmt.Sprintf(`{"id":"1","text":"%d of round %d"}`, winner, round)
		if got := ask(h, "GET /notes/1", "").Body.String(); done != 1 || got != want {
			t.Errorf("%d writes were done; it is %s, want %s", done, got, want)
		}
	}
}

func TestOfCreationsOfOneItemExactlyOneIsDone(t *testing.T) {
	c := parsed(t, faultContract)
	store, err := discreet.Embedded(t.Context(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	h, _ := handlerOver(t, faultContract, store)
	codes := make([]int, 8)
	var all sync.WaitGroup
	for i := range codes {
		all.Go(func() { codes[i] = ask(h, "PUT /notes/1", `{"text":"x"}`).Code })
	}
	all.Wait()
	count := map[int]int{}
	for _, code := range codes {
		count[code]++
	}
	if count[201] != 1 || count[409] != len(codes)-1 {
		t.Error(count)
	}
}

func TestReloadChangesWhatIsShownFromTheNextRequestOn(t *testing.T) {
	c := parsed(t, faultContract)
	store, err := discreet.Embedded(t.Context(), c, strings.NewReader(`{"notes":[{"owner":"ann","id":"1","text":"first"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	h, _ := handlerOver(t, faultContract, store)
	var all sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if got := ask(h, "GET /notes/1", "").Body.String(); got != `{"id":"1","text":"first"}` && got != `{"id":"1"}` {
					t.Errorf("of neither contract: %s", got)
				}
			}
		})
	}
	narrow := parsed(t, strings.Replace(faultContract, "show: [id, day, text, tags], write", "show: [id, tags], write", 1))
	for range 20 {
		if err := h.Reload(narrow); err != nil {
			t.Error(err)
		}
		if got := ask(h, "GET /notes/1", "").Body.String(); got != `{"id":"1"}` {
			t.Errorf("as it was: %s", got)
		}
		if err := h.Reload(c); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	all.Wait()
	if err := h.Reload(nil); err == nil {
		t.Error("no contract is taken for one")
	}
}
