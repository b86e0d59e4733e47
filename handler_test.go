package discreet_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet"
)

func TestZeroValuesPermitNothing(t *testing.T) {
	w := httptest.NewRecorder()
	new(discreet.Handler).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != http.StatusInternalServerError || w.Body.Len() != 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if _, err := discreet.NewHandler(discreet.Config{}); err == nil {
		t.Error("a handler without a contract")
	}
	if _, err := discreet.NewHandler(discreet.Config{Contract: &discreet.Contract{}, Store: &liar{}}); err == nil {
		t.Error("a handler with a contract that was not loaded")
	}
	for _, c := range []*discreet.Contract{nil, {}} {
		if _, err := discreet.Embedded(t.Context(), c, nil); err == nil {
			t.Error("a store for no contract")
		}
	}
}

func TestAnOwnIdentifyCannotGiveWhatIsNoPrincipal(t *testing.T) {
	for _, c := range []struct {
		name   string
		p      discreet.Principal
		err    error
		status int
	}{
		{"a principal", discreet.Principal{ID: "ann"}, nil, 200},
		{"no credential", discreet.Principal{ID: "ann"}, discreet.ErrNoCredential, 401},
		{"a bad one", discreet.Principal{ID: "ann"}, io.EOF, 401},
		{"nobody", discreet.Principal{}, nil, 401},
		{"a control character", discreet.Principal{ID: "ann\n"}, nil, 401},
		{"no UTF-8", discreet.Principal{ID: "ann\xff"}, nil, 401},
		{"too long", discreet.Principal{ID: strings.Repeat("a", 2049)}, nil, 401},
		{"an empty role", discreet.Principal{ID: "ann", Roles: []string{""}}, nil, 401},
		{"an empty claim", discreet.Principal{ID: "ann", Claims: map[string]discreet.Claim{"org": {Values: []string{""}}}}, nil, 401},
		{"a role that is built in", discreet.Principal{ID: "ann", Roles: []string{"anonymous", "authenticated"}}, nil, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, err := discreet.NewHandler(discreet.Config{
				Contract: parsed(t, faultContract), Store: &liar{do: always(`{"Items":[]}`)}, Log: io.Discard,
				Identify: func(*http.Request) (discreet.Principal, error) { return c.p, c.err },
			})
			if err != nil {
				t.Fatal(err)
			}
			if w := ask(h, "GET /notes", ""); w.Code != c.status {
				t.Errorf("%d %s, want %d", w.Code, w.Body, c.status)
			}
		})
	}
}

// around is a store around another, as one that counts or traces is.
type around struct {
	discreet.Store
	name string
	got  error
}

func (a *around) Do(ctx context.Context, action string, body []byte) ([]byte, error) {
	answer, err := a.Store.Do(ctx, action, body)
	a.got = err
	return answer, err
}

func (a *around) Table(string) string { return a.name }

func TestAStoreAroundAnotherGetsItsErrorsAndNamesItsTables(t *testing.T) {
	c := parsed(t, faultContract)
	inner, err := discreet.Embedded(t.Context(), c, strings.NewReader(`{"notes":[{"owner":"ann","id":"1","text":"x"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	a := &around{Store: inner, name: "notes"}
	h, _ := handlerOver(t, faultContract, a)
	if w := ask(h, "PUT /notes/1", "{}"); w.Code != http.StatusConflict {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if refused, ok := errors.AsType[*discreet.StoreError](a.got); !ok || refused.Code != "ConditionalCheckFailedException" {
		t.Errorf("it got %v", a.got)
	}
	a.name = "another"
	h, _ = handlerOver(t, faultContract, a)
	if w := ask(h, "GET /notes/1", ""); w.Code != http.StatusInternalServerError {
		t.Errorf("of a table that is not there: %d %s", w.Code, w.Body)
	}
}
