package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"unicode"

	"github.com/discreet-dev/discreet/internal/draft"
	"github.com/discreet-dev/discreet/internal/parse"
	"github.com/discreet-dev/discreet/internal/scan"
	"github.com/discreet-dev/discreet/internal/surface"
)

const initHelp = `Writes a first contract from what an app's Python source does: its tables, keys, item
types, attributes and routes. No code is run, and nothing is asked of AWS.

What the source does not tell is guessed, and marked. Every view is bound to the caller;
what the code shows to others is commented out, below the question that it waits for.

Examples:
  discreet init --from-code .
  discreet init --from-code src --output discreet.yaml`

func runInit(w world, args []string) int {
	const name = "init"
	f := flags(name, "init --from-code PATH... [flags]", initHelp)
	from := f.StringArray("from-code", nil, "the `PATH` of the source: a folder or a file; may be repeated")
	output := f.StringP("output", "o", "", "the `FILE` to write; default the standard output")
	exclude := f.StringArray("exclude", nil, "leave out what a `PATTERN` of .gitignore's form matches; may be repeated")
	force := f.Bool("force", false, "write over a file that is there")
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	switch {
	case len(*from) == 0:
		return fail(w, name, errors.New("say what to read: `discreet init --from-code .`; contracts to copy from are in examples/ of the source"))
	case f.Changed("output") && *output == "":
		return fail(w, name, errors.New("--output is empty: give it a file's name, or leave it out for the standard output"))
	case *force && *output == "":
		return fail(w, name, errors.New("--force is for --output"))
	}
	if _, err := os.Lstat(*output); *output != "" && err == nil && !*force {
		return fail(w, name, fmt.Errorf("%s is there already; --force writes over it, another --output beside it", *output))
	}
	roots, err := scanRoots(append(*from, f.Args()...))
	if err != nil {
		return fail(w, name, err)
	}
	app, files, err := surfaceOf(w, roots, *exclude)
	if err != nil {
		return fail(w, name, err)
	}
	if len(app.Tables) == 0 {
		return fail(w, name, fmt.Errorf("no DynamoDB table is used in the %s of %s: give the folder of a Python service", plural(files, "file"), spoken(roots)))
	}
	if tooMany(app) {
		return fail(w, name, errTooLarge)
	}
	d := draft.Contract(draft.Config{App: app, Read: spoken(roots), File: *output, Check: checkDraft})
	if err := unfinished(d); err != nil {
		return fail(w, name, err)
	}
	if *output == "" {
		fmt.Fprint(w.stdout, d.Text)
	} else if err := writeContract(*output, d.Text, *force); err != nil {
		return fail(w, name, err)
	}
	if w.terminal(w.stderr) || *output != "" {
		summarise(w, d, *output)
	}
	return exitOK
}

// spoken names what was read.
func spoken(roots []scanRoot) string {
	var names []string
	for _, root := range roots {
		if filepath.Clean(root.path) == "." {
			root.path = "this folder"
		}
		names = append(names, root.path)
	}
	return strings.Join(names, ", ")
}

// surfaceOf reads what the code below several roots does, as one app.
func surfaceOf(w world, roots []scanRoot, exclude []string) (*surface.App, int, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(scanGC))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(scanMemory))
	all, files := &surface.App{}, 0
	for _, root := range roots {
		res, err := scanOne(w, root, &scan.Config{Exclude: exclude})
		if err != nil {
			return nil, 0, err
		}
		for _, n := range res.Notices {
			fmt.Fprintf(w.stderr, "discreet init: %s\n", strings.Map(visible, n.Path+": "+n.Text))
		}
		all.Merge(res.App)
		files += res.Files
	}
	return all, files, nil
}

// visible keeps names of a tree from acting on a terminal.
func visible(c rune) rune {
	if !unicode.IsPrint(c) {
		return '?'
	}
	return c
}

// checkDraft is what `discreet check` has against a contract.
func checkDraft(text string) []draft.Refusal {
	_, problems := parse.Contract("discreet.yaml", []byte(text))
	var out []draft.Refusal
	for _, p := range problems {
		if p.Severity == parse.Error {
			out = append(out, draft.Refusal{Line: p.Line, Why: p.Message})
		}
	}
	return out
}

// unfinished is a draft that the check still refuses: it is longer than a
// contract may be, or a fault of discreet's own.
func unfinished(d *draft.Draft) error {
	switch {
	case len(d.Refused) == 0:
		return nil
	case len(d.Text) > maxDraft:
		return errTooLarge
	}
	return fmt.Errorf("the contract made of this code would not be accepted (%s); please report it", d.Refused[0].Why)
}

// How long a contract may be in bytes, and how many routes it may have.
const (
	maxDraft  = 1 << 20
	maxRoutes = 1000
)

var errTooLarge = errors.New("the code has more routes and tables than one contract holds (1,000 routes, 1 MB): name the folder of one app, or leave some out with --exclude")

// tooMany says whether more routes use tables than a contract may have.
func tooMany(app *surface.App) bool {
	using := 0
	for _, r := range app.Routes {
		if len(r.Accesses) > 0 {
			using += max(1, len(r.Methods)) * (1 + len(r.Others))
		}
	}
	return using > maxRoutes
}

// writeContract writes a file that is not there; with force, over one that is.
func writeContract(name, text string, force bool) error {
	write := newFile
	if force {
		write = replaceFile
	}
	err := write(name, []byte(text))
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already; --force writes over it", name)
	} else if err != nil {
		return fmt.Errorf("the contract cannot be written: %w", err)
	}
	return nil
}

// summarise says on the standard error what to look at.
func summarise(w world, d *draft.Draft, file string) {
	fmt.Fprintf(w.stderr, "%s, %s; %s in force, %s commented out\n", plural(d.Tables, "table"), plural(d.Views, "view"), plural(d.Routes, "route"), plural(d.Waiting, "route"))
	if len(d.Questions) > 0 {
		fmt.Fprintln(w.stderr, "\nTo decide:")
	}
	for _, q := range d.Questions {
		fmt.Fprintf(w.stderr, "  %s\n", q)
	}
	if file != "" {
		fmt.Fprintf(w.stderr, "\nNext: read %s, then `discreet check %s` and `discreet dev %s --as alice`\n", file, file, file)
	}
}
