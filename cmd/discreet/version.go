package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

func runVersion(w world, args []string) int {
	f := flags("version", "version", "Prints the version of this build and of the Go that built it.\n\nExample:\n  discreet version")
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	version := "(unknown)"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	fmt.Fprintf(w.stdout, "discreet %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return exitOK
}
