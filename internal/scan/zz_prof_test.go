package scan

import (
	"os"
	"runtime/debug"
	"testing"
)

func TestProf(t *testing.T) {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(900 << 20)
	if _, err := Scan(t.Context(), Config{Root: os.Getenv("PROF")}); err != nil {
		t.Fatal(err)
	}
}
