package item_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/item"
)

func TestIsJSONTakesOneStrictDocument(t *testing.T) {
	for _, good := range []string{
		`{}`, ` [1, -0.5e+3, "a"] `, `"\ud83d\ude00"`, `"\\ud83d"`, `{"a":{"b":[null,true,false]}}`,
		strings.Repeat("[", 96) + strings.Repeat("]", 96),
	} {
		if !item.IsJSON([]byte(good)) {
			t.Errorf("refused: %s", good)
		}
	}
	for _, bad := range []string{
		``, ` `, `{`, `{} {}`, `{"a":1,}`, `[1 2]`, `{"a" 1}`, `{a:1}`, `01`, `1.`, `+1`, `NaN`, `"a`, "\"\n\"", `"\x"`, "\"\xff\"",
		`"\ud83d"`, `"\ud83dx"`, `"\ud83d\ud83d"`, `"\ude00"`, `"\ude00\ud83d"`, "\ufeff{}",
		strings.Repeat("[", 97) + strings.Repeat("]", 97),
	} {
		if item.IsJSON([]byte(bad)) {
			t.Errorf("taken: %s", bad)
		}
	}
}

func FuzzIsJSONIsStricterThanTheStandardLibrary(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":null}],"c":"\ud83d\ude00"}`, `"\ud83d"`, `[-0.1e9,true]`, "\"\xff\""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		theirs := json.Valid(data) && utf8.Valid(data)
		ours := item.IsJSON(data)
		if ours && !theirs {
			t.Fatalf("taken, and no JSON: %q", data)
		}
		simple := bytes.Count(data, []byte("["))+bytes.Count(data, []byte("{")) <= 96 && !bytes.Contains(bytes.ToLower(data), []byte(`\ud`))
		if theirs && simple && !ours {
			t.Fatalf("refused: %q", data)
		}
	})
}
