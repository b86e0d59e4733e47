package parse

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestLargeFilesAnswerInBoundedTimeAndMemory reads what makes readers slow, at
// the largest size that is taken. On an idle machine each takes under a second.
func TestLargeFilesAnswerInBoundedTimeAndMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	fill := func(part string) string { return strings.Repeat(part, (maxBytes-100)/len(part)) }
	for name, source := range map[string]string{
		"keys":       fill("a:\n"),
		"list":       fill("- a\n"),
		"flow list":  "a: [" + fill("1,"),
		"words":      "a: " + fill("x "),
		"anchors":    fill("&a "),
		"laughs":     laughs("*"),
		"merged":     laughs("<<: *"),
		"brackets":   fill("[]"),
		"quotes":     fill("\"'"),
		"hidden":     fill("\u200b"),
		"comments":   fill("#\n"),
		"ten times":  strings.Repeat(fill("a: b\n"), 10),
		"open flows": fill("{a: "),
		"dashes":     fill("- "),
		"many maps":  "contract: 1\n" + strings.Repeat("a:\n"+strings.Repeat(" b:\n", 990), 5),
		"flow map":   "a: {" + strings.Repeat(strings.Repeat("a: b, ", 1600)+"\n", 25),
		"flow lists": "a: [" + strings.Repeat(strings.Repeat("[],", 3300)+"\n", 25),
		"tags":       strings.Repeat(strings.Repeat("!a ", 3300)+"\n", 25),
		// What is small in the file and large behind it.
		"long chain":    views("show: [id]", "extends: vBEFORE, show: [aMINE]"),
		"long circle":   views("extends: v899, show: [id]", "extends: vBEFORE"),
		"wide copies":   views("scope: { id: principal.id }\n    show:\n"+wideShow(500)+"    write:\n"+wideShow(500), "extends: v0"),
		"wide scopes":   views("scope:\n      id: principal.id\n"+strings.ReplaceAll(wide(890), "S ordinary", "x"), "extends: v0, write: [aMINE]"),
		"unknown names": views("show:\n"+strings.ReplaceAll(wideShow(900), "a", "attribute_that_nothing_declares_"), "of: T, scope: any, show: [atribute_that_is_here_MINE, MINEx, MINEy, MINEz]"),
	} {
		took, memory, problems := measured([]byte(source))
		t.Logf("%-13s %8d bytes %5d ms %4d MB, %d problems", name, len(source), took.Milliseconds(), memory>>20, len(problems))
		if !problems.HasErrors() || len(problems) > maxProblems {
			t.Errorf("%s: %d problems", name, len(problems))
		}
		if took > 8*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		if memory > 200<<20 {
			t.Errorf("%s took %d MB", name, memory>>20)
		}
	}
}

// laughs are lists of which each has the one before ten times.
func laughs(alias string) string {
	out := "a0: &a0 { b: c }\n"
	for i := range 500 {
		out += fmt.Sprintf("a%d: &a%d {", i+1, i+1) + strings.Repeat(alias+fmt.Sprintf("a%d, ", i), 10) + "}\n"
	}
	return out
}

// views are the first view and 899 others, in which MINE is its number and BEFORE
// that of the one before.
func views(first, others string) string {
	var b strings.Builder
	b.WriteString("contract: 1\ntables:\n  T:\n    partition_key: id\n    attributes:\n      id: S ordinary\n" + wide(900))
	b.WriteString("views:\n  v0:\n    of: T\n    " + first + "\n")
	for i := 1; i < 900; i++ {
		other := strings.NewReplacer("MINE", strconv.Itoa(i), "BEFORE", strconv.Itoa(i-1)).Replace(others)
		fmt.Fprintf(&b, "  v%d: { %s }\n", i, other)
	}
	return b.String() + "routes: {}\n"
}

// measured reads a contract and watches the heap meanwhile.
func measured(source []byte) (took time.Duration, memory uint64, problems Problems) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, most := m.HeapAlloc, m.HeapAlloc
	done := make(chan struct{})
	begun := time.Now()
	go func() {
		_, problems = Contract("discreet.yaml", source)
		took = time.Since(begun)
		close(done)
	}()
	for {
		select {
		case <-done:
			return took, most - before, problems
		case <-time.After(5 * time.Millisecond):
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
	}
}
