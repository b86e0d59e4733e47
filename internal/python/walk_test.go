package python

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestInspectVisitsEveryNode counts by reflection what the tree holds.
func TestInspectVisitsEveryNode(t *testing.T) {
	data, err := os.ReadFile("testdata/constructs.txt")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "=> ") {
			source.WriteString(line)
		}
	}
	f := Parse("x.py", []byte(source.String()), Limits{})
	want := map[string]int{}
	countNodes(reflect.ValueOf(f.Body), want)
	got := map[string]int{}
	f.Inspect(func(n Node) bool {
		got[reflect.TypeOf(n).Elem().Name()]++
		return true
	})
	if len(f.Problems) > 0 || len(want) < 50 || !reflect.DeepEqual(got, want) {
		t.Errorf("visited %v\nwant %v\n%v", got, want, f.Problems)
	}
	whole := 0
	for _, s := range f.Body {
		Inspect(s, func(Node) bool { whole++; return false })
	}
	if whole != len(f.Body) {
		t.Errorf("%d visits of %d statements, told to stay out of them", whole, len(f.Body))
	}
}

func countNodes(v reflect.Value, counts map[string]int) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			countNodes(v.Elem(), counts)
		}
	case reflect.Slice:
		for i := range v.Len() {
			countNodes(v.Index(i), counts)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Span]() {
			return
		}
		if reflect.PointerTo(v.Type()).Implements(reflect.TypeFor[Node]()) {
			counts[v.Type().Name()]++
		}
		for i := range v.NumField() {
			countNodes(v.Field(i), counts)
		}
	}
}
