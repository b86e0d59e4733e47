package main

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
)

const versionHelp = `Prints the version of this build, and of the Go that built it.

Example:
  discreet version`

func runVersion(w world, args []string) int {
	f := flags("version", "version", versionHelp)
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	if f.NArg() > 0 {
		return fail(w, "version", errors.New("takes no arguments"))
	}
	version := "(unknown)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	fmt.Fprintf(w.stdout, "discreet %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return exitOK
}
