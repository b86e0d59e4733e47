package main

import (
	"fmt"
	"os"
	"time"

	"github.com/discreet-dev/discreet/internal/plan"
	"github.com/discreet-dev/discreet/internal/trial"
)

const testHelp = `Runs a contract's own unit tests: the files *_test.yaml beside it. It needs no
store. Exit code 1 when a test fails.

Examples:
  discreet test examples/profiles
  discreet test --format json examples/saas`

// results is the JSON form.
type results struct {
	Passed int        `json:"passed"`
	Failed int        `json:"failed"`
	Files  []testFile `json:"files"`
}

type testFile struct {
	File  string          `json:"file"`
	Tests []trial.Outcome `json:"tests"`
}

func runTest(w world, args []string) int {
	f := flags("test", "test [CONTRACT or FOLDER]", testHelp)
	format := formatFlag(f)
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	if err := checkFormat(*format); err != nil {
		return fail(w, "test", err)
	}
	c, code := readSourceQuietly(w, "test", f.Args())
	if c == nil {
		return code
	}
	files, err := testFiles(c.file)
	if err != nil {
		return fail(w, "test", err)
	} else if len(files) == 0 {
		return fail(w, "test", fmt.Errorf("no *_test.yaml beside %s", c.file))
	}
	r := results{Files: []testFile{}}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			return fail(w, "test", err)
		}
		tests, err := trial.Parse(source)
		if err != nil {
			return fail(w, "test", fmt.Errorf("%s: %w", name, err))
		}
		tf := testFile{File: name}
		for _, t := range tests.Tests {
			o := trial.Run(c.Contract, t, plan.Moment{Now: time.Now(), NewID: func() string { return "NEW-ID" }})
			if tf.Tests = append(tf.Tests, o); len(o.Wrong) > 0 {
				r.Failed++
			} else {
				r.Passed++
			}
		}
		r.Files = append(r.Files, tf)
	}
	if *format == "json" {
		if err := writeJSON(w.stdout, r); err != nil {
			return fail(w, "test", err)
		}
	} else {
		r.print(w)
	}
	if r.Failed > 0 {
		return exitFindings
	}
	return exitOK
}

func (r results) print(w world) {
	for _, f := range r.Files {
		for _, o := range f.Tests {
			if len(o.Wrong) == 0 {
				continue
			}
			fmt.Fprintf(w.stdout, "FAIL %s: %s\n", f.File, o.Name)
			for _, what := range o.Wrong {
				fmt.Fprintf(w.stdout, "     %s\n", what)
			}
		}
	}
	fmt.Fprintf(w.stdout, "%d passed, %d failed\n", r.Passed, r.Failed)
}
