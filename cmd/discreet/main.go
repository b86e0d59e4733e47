// Command discreet keeps the data in a DynamoDB table from reaching anyone it
// was not meant for. This package is thin: each command reads its flags, calls
// what does the work, and turns the outcome into an exit code.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"golang.org/x/term"

	"github.com/discreet-dev/discreet/internal/parse"
)

// The exit codes.
const (
	exitOK       = 0
	exitFindings = 1 // the command did its work and found something
	exitBad      = 2 // bad input: a clear error was printed
)

// world is what a command sees of the process.
type world struct {
	ctx            context.Context
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) (string, bool)
	// terminal reports whether a writer is one; tests say no.
	terminal func(io.Writer) bool
}

// noColor honours NO_COLOR (no-color.org), and terminals without colours.
func (w world) noColor() bool {
	v, set := w.getenv("NO_COLOR")
	return set && v != "" || w.dumb()
}

// dumb says that the terminal would show escape sequences in place of obeying
// them, as an editor's often does.
func (w world) dumb() bool {
	v, _ := w.getenv("TERM")
	return v == "dumb"
}

// command is a line of the command table.
type command struct {
	name    string
	summary string
	run     func(w world, args []string) int
}

func commands() []command {
	return []command{
		{"dev", "serve a contract from the embedded store, on loopback, reloading", runDev},
		{"serve", "serve a contract from DynamoDB", runServe},
		{"check", "validate contracts", runCheck},
		{"explain", "show a decision step by step, without a store", runExplain},
		{"init", "write a first contract from an app's source", runInit},
		{"scan", "find where an app's source leaks DynamoDB data", runScan},
		{"iam", "the least IAM policy, and what given ones grant beyond it", runIAM},
		{"test", "run a contract's own unit tests", runTest},
		{"local", "the embedded store as a DynamoDB endpoint, for tests", runLocal},
		{"version", "print the version", runVersion},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	out := &output{File: os.Stdout}
	code := run(world{
		ctx: ctx, stdin: os.Stdin, stdout: out, stderr: os.Stderr, getenv: os.LookupEnv,
		terminal: func(w io.Writer) bool {
			if w == out {
				w = out.File
			}
			f, ok := w.(*os.File)
			return ok && term.IsTerminal(int(f.Fd()))
		},
	}, os.Args[1:])
	if out.failed != nil {
		fmt.Fprintf(os.Stderr, "discreet: not all of the output could be written: %v\n", out.failed)
		code = exitBad
	}
	os.Exit(code)
}

// output remembers that the standard output could not be written (a disk is
// full): what was cut must not look complete.
type output struct {
	*os.File
	failed error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.File.Write(p)
	if err != nil {
		o.failed = err
	}
	return n, err
}

func run(w world, args []string) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		if len(args) > 1 && args[0] == "help" {
			return run(w, append(slices.Clone(args[1:]), "--help"))
		}
		out, code := w.stdout, exitOK
		if len(args) == 0 {
			out, code = w.stderr, exitBad
		}
		usage(out)
		return code
	}
	if args[0] == "--version" {
		args[0] = "version"
	}
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == args[0] })
	if i < 0 {
		return noCommand(w, args[0])
	}
	return all[i].run(w, args[1:])
}

func noCommand(w world, name string) int {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	hint := "`discreet help` lists them"
	if n := parse.Nearest(name, names); n != "" {
		hint = fmt.Sprintf("did you mean `discreet %s`?", n)
	}
	fmt.Fprintf(w.stderr, "discreet: there is no command %q; %s\n", name, hint)
	return exitBad
}

func usage(out io.Writer) {
	fmt.Fprint(out, "discreet keeps the data in a DynamoDB table from reaching anyone it was not meant for.\n\n")
	for _, c := range commands() {
		fmt.Fprintf(out, "  %-9s %s\n", c.name, c.summary)
	}
	fmt.Fprint(out, "\nStart with:   discreet dev examples/profiles\nMore of each: discreet COMMAND --help\n")
}
