// Command discreet keeps the data in a DynamoDB table from reaching anyone it
// was not meant for. This package is thin: each command reads its flags, calls
// what does the work, and turns the outcome into an exit code.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/spf13/pflag"
	"golang.org/x/term"
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

// noColor honours NO_COLOR (no-color.org).
func (w world) noColor() bool {
	v, set := w.getenv("NO_COLOR")
	return set && v != ""
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
		{"test", "run a contract's own unit tests", runTest},
		{"local", "the embedded store as a DynamoDB endpoint, for tests", runLocal},
		{"version", "print the version", runVersion},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(world{
		ctx: ctx, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.LookupEnv,
		terminal: func(w io.Writer) bool {
			f, ok := w.(*os.File)
			return ok && term.IsTerminal(int(f.Fd()))
		},
	}, os.Args[1:])
	stop()
	os.Exit(code)
}

func run(w world, args []string) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		if len(args) > 1 && args[0] == "help" {
			return run(w, []string{args[1], "--help"})
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
		fmt.Fprintf(w.stderr, "discreet: there is no command %q; `discreet help` lists them\n", args[0])
		return exitBad
	}
	return all[i].run(w, args[1:])
}

func usage(out io.Writer) {
	fmt.Fprint(out, "discreet keeps the data in a DynamoDB table from reaching anyone it was not meant for.\n\n")
	for _, c := range commands() {
		fmt.Fprintf(out, "  %-9s %s\n", c.name, c.summary)
	}
	fmt.Fprint(out, "\nStart with:   discreet dev examples/profiles\nMore of each: discreet COMMAND --help\n")
}

// flags is a command's flag set. Flags may stand before or behind arguments.
func flags(name, use, help string) *pflag.FlagSet {
	f := pflag.NewFlagSet(name, pflag.ContinueOnError)
	f.SortFlags = false
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	f.BoolP("help", "h", false, "print this")
	_ = f.MarkHidden("help")
	f.SetAnnotation("help", "text", []string{fmt.Sprintf("Usage: discreet %s\n\n%s\n", use, help)})
	return f
}

// parseFlags reads the arguments. done says that the command ends here, with the
// code: help was asked for, or a flag was wrong.
func parseFlags(w world, f *pflag.FlagSet, args []string) (code int, done bool) {
	err := f.Parse(args)
	if help, _ := f.GetBool("help"); help || errors.Is(err, pflag.ErrHelp) {
		text := f.Lookup("help").Annotations["text"][0]
		fmt.Fprint(w.stdout, text)
		if f.HasAvailableFlags() {
			fmt.Fprintf(w.stdout, "\nFlags:\n%s", f.FlagUsagesWrapped(100))
		}
		return exitOK, true
	}
	if err != nil {
		return fail(w, f.Name(), err), true
	}
	return exitOK, false
}

// fail prints an error of the operator's input.
func fail(w world, name string, err error) int {
	fmt.Fprintf(w.stderr, "discreet %s: %v\n", name, err)
	return exitBad
}
