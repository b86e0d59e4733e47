package parse

import (
	"sort"
	"strings"
)

// longest is the name, in bytes, that a nearest one is looked for.
const longest = 40

// near is the mend for a name that nothing has: the nearest one, or what there
// is. Where much is wrong it is "": looking for names takes its time.
func (r *reporter) near(name string, names []string) string {
	if len(r.found) >= maxProblems/5 {
		return ""
	}
	return didYouMean(name, names)
}

// Nearest is the name that was probably meant, or "".
func Nearest(name string, names []string) string {
	if len(name) > longest {
		return ""
	}
	best, bestCost := "", 0
	sorted := append([]string(nil), names...)
	sort.Strings(sorted)
	for _, n := range sorted {
		if len(n) > longest {
			continue
		}
		cost := distance(strings.ToLower(name), strings.ToLower(n))
		if cost <= max(1, len([]rune(n))/3) && (best == "" || cost < bestCost) {
			best, bestCost = n, cost
		}
	}
	return best
}

// didYouMean is a mend for a name that nothing has.
func didYouMean(name string, names []string) string {
	if n := Nearest(name, names); n != "" {
		return "did you mean `" + n + "`?"
	}
	if len(names) == 0 {
		return "none is declared"
	}
	sorted := append([]string(nil), names...)
	sort.Strings(sorted)
	if len(sorted) > 12 {
		sorted = append(sorted[:12], "...")
	}
	return "it may be: " + strings.Join(sorted, ", ")
}

// distance counts the characters to insert, delete, replace or swap with their
// neighbour that lead from a to b.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
