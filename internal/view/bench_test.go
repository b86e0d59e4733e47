package view_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// hundred is an answer of 100 items of 1 KB, of which the view shows four of
// twelve attributes.
func hundred() []byte {
	var all []string
	for i := range 100 {
		all = append(all, kilobyte(i))
	}
	return items(all...)
}

func kilobyte(i int) string {
	return fmt.Sprintf(`{"user_id":{"S":"alice"},"display_name":{"S":"Alice Number %d"},"email":{"S":"alice%d@example.com"},`+
		`"preferences":{"M":{"theme":{"S":"dark"},"language":{"S":"en"},"news":{"BOOL":true}}},"internal_notes":{"S":"%s"},"is_admin":{"BOOL":false},`+
		`"ssn":{"S":"123-45-6789"},"password_hash":{"S":"%s"},"created_at":{"N":"1700000000"},"tags":{"SS":["one","two","three"]},`+
		`"address":{"M":{"city":{"S":"Berlin"},"zip":{"S":"10115"}}},"score":{"N":"12.5"}}`,
		i, i, strings.Repeat("lorem ipsum dolor sit amet ", 16), strings.Repeat("0123456789abcdef", 8))
}

// BenchmarkList is 100 KB of a Query's answer through a view.
func BenchmarkList(b *testing.B) {
	r := listRoute(ownProfile(profiles()), nil)
	lenses := lenses(b, r)
	grant := decide(b, r, principal("alice"), nil)[0]
	answer := hundred()
	b.SetBytes(int64(len(answer)))
	b.ReportAllocs()
	for b.Loop() {
		l, err := lenses.List(grant, nil, 100, now)
		if err != nil {
			b.Fatal(err)
		}
		if err := l.Add(answer); err != nil {
			b.Fatal(err)
		}
		if l.Visible().Items() != 100 {
			b.Fatal("items are missing")
		}
	}
}

// BenchmarkListByEncodingJSON is the same by the obvious way, as the reference
// of the same run.
func BenchmarkListByEncodingJSON(b *testing.B) {
	answer := hundred()
	b.SetBytes(int64(len(answer)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := byEncodingJSON(answer); err != nil {
			b.Fatal(err)
		}
	}
}

func byEncodingJSON(answer []byte) ([]byte, error) {
	var in struct{ Items []map[string]map[string]any }
	d := json.NewDecoder(bytes.NewReader(answer))
	if err := d.Decode(&in); err != nil {
		return nil, err
	}
	out := []map[string]any{}
	for _, it := range in.Items {
		shown := map[string]any{}
		for _, name := range []string{"user_id", "display_name", "email"} {
			shown[name] = it[name]["S"]
		}
		preferences := map[string]any{}
		for name, tagged := range it["preferences"]["M"].(map[string]any) {
			for _, value := range tagged.(map[string]any) {
				preferences[name] = value
			}
		}
		shown["preferences"] = preferences
		out = append(out, shown)
	}
	return json.Marshal(out)
}

// BenchmarkGet is one item of 1 KB.
func BenchmarkGet(b *testing.B) {
	r := getRoute(ownProfile(profiles()))
	lenses := lenses(b, r)
	grants := decide(b, r, principal("alice"), map[string]string{"user_id": "alice"})
	answer := []byte(`{"Item":` + kilobyte(1) + `}`)
	b.SetBytes(int64(len(answer)))
	b.ReportAllocs()
	for b.Loop() {
		if _, chosen, err := lenses.Get(grants, answer, now); chosen != 0 || err != nil {
			b.Fatal(chosen, err)
		}
	}
}
