package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"github.com/discreet-dev/discreet/internal/parse"
)

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
		return fail(w, f.Name(), fmt.Errorf("%w; %s", err, flagHint(f, err))), true
	}
	return exitOK, false
}

// flagHint is the flag that was probably meant, or where they all stand.
func flagHint(f *pflag.FlagSet, err error) string {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		var names []string
		f.VisitAll(func(x *pflag.Flag) { names = append(names, x.Name) })
		if n := parse.Nearest(unknown.GetSpecifiedName(), names); n != "" {
			return fmt.Sprintf("did you mean --%s?", n)
		}
	}
	return fmt.Sprintf("`discreet %s --help` lists the flags", f.Name())
}

// shown keeps what an error quotes from acting on a terminal.
func shown(c rune) rune {
	if c == '\n' || c == '\t' {
		return c
	}
	return visible(c)
}

// fail prints an error of the operator's input. The library's errors begin with
// its name, which stands here already.
func fail(w world, name string, err error) int {
	fmt.Fprintf(w.stderr, "discreet %s: %s\n", name, strings.Map(shown, strings.TrimPrefix(err.Error(), "discreet: ")))
	return exitBad
}

// formatFlag is --format. The value is checked by checkFormat.
func formatFlag(f *pflag.FlagSet) *string {
	return f.String("format", "text", "the `FORMAT` of the output: text or json")
}

func checkFormat(format string) error {
	if format != "text" && format != "json" {
		return fmt.Errorf("--format %q: takes text or json", format)
	}
	return nil
}
