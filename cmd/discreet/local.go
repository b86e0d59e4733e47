package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"strings"

	"github.com/discreet-dev/discreet/internal/embedded"
)

const localHelp = `Serves the embedded store as a DynamoDB endpoint on loopback, for an app's tests:
point the SDK or the AWS CLI at it, with any credentials and any region.

It is for development and tests, not a database for production: it verifies no
signature, and keeps every item in memory. With --data FILE what it acknowledged
outlives the process, even one that is killed. Streams are there, in memory;
PartiQL and backups are not. docs/embedded.md has the rest.

--items FILE fills it at the start. The file is JSON:
  {"tables": [CREATE_TABLE, ...], "items": {"TABLE": [ITEM, ...]}}
where CREATE_TABLE is what CreateTable takes and ITEM is DynamoDB JSON. A table
that is there already is left as it is; its items are put over those of before.

Examples:
  discreet local
  discreet local --data dev.db --items seed.json
  aws dynamodb list-tables --endpoint-url http://127.0.0.1:8000`

func runLocal(w world, args []string) int {
	f := flags("local", "local", localHelp)
	address := f.String("listen", "127.0.0.1:8000", "the `ADDRESS` to listen on; loopback alone")
	data := f.String("data", "", "the `FILE` that keeps the items; without it they end with the process")
	items := f.String("items", "", "a `FILE` of tables and items to start with")
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	if f.NArg() > 0 {
		return fail(w, "local", fmt.Errorf("%q: local takes no arguments", f.Arg(0)))
	}
	if err := checkLoopback(*address, "local answers whoever reaches it"); err != nil {
		return fail(w, "local", err)
	}
	if err := serveLocal(w, *address, *data, *items); err != nil {
		return fail(w, "local", err)
	}
	return exitOK
}

func serveLocal(w world, address, data, items string) (err error) {
	log := newLog(w)
	store, err := embedded.Open(embedded.Config{Data: data})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if items != "" {
		if err := fillLocal(w, store, items); err != nil {
			return fmt.Errorf("%s: %w", items, err)
		}
	}
	l, err := listen("--listen", address)
	if err != nil {
		return err
	}
	fmt.Fprintf(w.stdout, "DynamoDB endpoint: http://%s\nFor development and tests; it is no database for production.\n", l.Addr())
	if _, told := w.getenv("GOGC"); !told {
		// Requests are short, and most of what lives is items that stay: to
		// collect half as often makes a GetItem a tenth cheaper.
		defer debug.SetGCPercent(debug.SetGCPercent(200))
	}
	s := embedded.Listener{Store: store, Other: httpServer(onlyLocalHosts(store), log), IsLocal: isLocalHost}
	return s.Serve(w.ctx, l, grace)
}

// seed is the file of --items.
type seed struct {
	Tables []json.RawMessage            `json:"tables"`
	Items  map[string][]json.RawMessage `json:"items"`
}

func fillLocal(w world, store *embedded.Store, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var s seed
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	for _, table := range s.Tables {
		if err := doLocal(w, store, "CreateTable", table); err != nil && err.Code != "ResourceInUseException" {
			return err
		}
	}
	for table, items := range s.Items {
		for i, item := range items {
			body, err := json.Marshal(map[string]any{"TableName": table, "Item": item})
			if err != nil {
				return err
			}
			if err := doLocal(w, store, "PutItem", body); err != nil {
				return fmt.Errorf("%s, item %d: %w", table, i+1, err)
			}
		}
	}
	return nil
}

// refusal is the store's answer to a request that it did not run.
type refusal struct {
	Code    string `json:"__type"`
	Message string `json:"message"`
}

func (r *refusal) Error() string { return r.Code + ": " + r.Message }

func doLocal(w world, store *embedded.Store, operation string, body []byte) *refusal {
	status, answer := store.Do(w.ctx, operation, body)
	if status == http.StatusOK {
		return nil
	}
	r := &refusal{}
	if err := json.Unmarshal(answer, r); err != nil {
		return &refusal{Code: http.StatusText(status)}
	}
	_, r.Code, _ = strings.Cut(r.Code, "#")
	return r
}
