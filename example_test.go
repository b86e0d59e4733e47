package discreet_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/discreet-dev/discreet"
)

// A handler over the embedded store, with a caller that a session verifies.
func Example() {
	c, err := discreet.Parse("discreet.yaml", []byte(`
contract: 1
identity:
  - jwt: { issuer: "https://login.example.com", audience: [notes] }
tables:
  Notes:
    partition_key: owner
    sort_key: id
    attributes: { owner: S personal, id: S ordinary, text: S ordinary, spam_score: N internal }
views:
  mine: { of: Notes, scope: { owner: principal.id }, show: [id, text], write: [text] }
routes:
  GET /notes/{id}: { get: mine }
  PATCH /notes/{id}: { update: mine }
`))
	if err != nil {
		fmt.Println(err) // every problem, with its line and its mend
		return
	}
	store, err := discreet.Embedded(context.Background(), c, strings.NewReader(`[
		{"owner": "ann", "id": "1", "text": "Buy bread", "spam_score": 7},
		{"owner": "ben", "id": "1", "text": "Buy a ring", "spam_score": 1}
	]`))
	if err != nil {
		fmt.Println(err)
		return
	}
	handler, err := discreet.NewHandler(discreet.Config{
		Contract: c,
		Store:    store,
		Log:      io.Discard,
		// Without it, the contract's identity section says who verifies a caller.
		Identify: func(r *http.Request) (discreet.Principal, error) {
			session, err := r.Cookie("session")
			if err != nil {
				return discreet.Principal{}, discreet.ErrNoCredential
			}
			if session.Value != "of ann" {
				return discreet.Principal{}, errors.New("no such session")
			}
			return discreet.Principal{ID: "ann"}, nil
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handler.Close()

	server := httptest.NewServer(handler)
	defer server.Close()
	ask := func(method, path, session, body string) {
		r, _ := http.NewRequest(method, server.URL+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.AddCookie(&http.Cookie{Name: "session", Value: session, Quoted: true})
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			fmt.Println(err)
			return
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			fmt.Println(answer.StatusCode)
			return
		}
		text, _ := io.ReadAll(answer.Body)
		fmt.Println(answer.StatusCode, string(text))
	}
	ask("GET", "/notes/1", "of ann", "")
	ask("PATCH", "/notes/1", "of ann", `{"text": "Buy butter"}`)
	ask("PATCH", "/notes/1", "of ann", `{"spam_score": 0}`)
	ask("GET", "/notes/2", "of ann", "")
	ask("GET", "/notes/1", "stolen", "")
	// Output:
	// 200 {"id":"1","text":"Buy bread"}
	// 200 {"id":"1","text":"Buy butter"}
	// 400
	// 404
	// 401
}

// A contract with an error cannot be loaded; the error says what to mend.
func ExampleParse() {
	_, err := discreet.Parse("discreet.yaml", []byte(`contract: 1
identity:
  - header: { id: X-User-Id, from: [loopback] }
tables:
  Notes: { partition_key: owner, attributes: { owner: S personal, pin: S secret } }
views:
  mine: { of: Notes, scope: { owner: principal.id }, show: [pin] }
routes:
  GET /note: { get: mine }
`))
	fmt.Print(err)
	// Output:
	// discreet.yaml:7:61: error: `pin` is secret, and no view shows it, masked or not [secret_shown]
	//     7 |   mine: { of: Notes, scope: { owner: principal.id }, show: [pin] }
	//       |                                                             ^
	//       = leave it out; only a `server_only` view of guard shows secrets
}
