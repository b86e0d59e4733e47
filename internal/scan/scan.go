// Package scan finds where an app's source leaks what is in its tables:
// `discreet scan`. It collects files, parses them, follows values from
// DynamoDB, callers and exceptions to responses, logs and writes (package
// pyflow), and lets each rule judge what arrives.
//
// It never runs code of the tree, never calls a network, never writes into the
// tree, and never puts a secret's value into a finding.
package scan

import (
	"bytes"
	"context"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
	"github.com/discreet-dev/discreet/internal/report"
	"github.com/discreet-dev/discreet/internal/surface"
)

// Config is what is scanned.
type Config struct {
	// Root is a folder, or one file. Paths in findings are relative to the folder,
	// behind Prefix: where the folder stands for the reader of the report.
	Root, Prefix string
	// Exclude are patterns, in .gitignore's form, of what is left out.
	Exclude []string
	// Progress is told how many files have been parsed, of how many; it may be
	// nil, and is called from several goroutines.
	Progress func(done, all int)
	// Contract, where it is not nil, decides what is hidden and from whom. Tables
	// are the names in DynamoDB of its tables, where they are other than its own.
	Contract *contract.Contract
	Tables   map[string]string

	// edited stands for files of the tree, by path from the root: what a fix would
	// make of them.
	edited map[string][]byte
}

// Result is what a scan found; the findings have been through Identify.
type Result struct {
	Findings []finding.Finding
	Notices  []finding.Notice
	Files    int
	App      *surface.App // what the app does with its tables
}

type textFile struct {
	path, text string
}

// line is the range of a line, from 1.
func (t textFile) line(number int) (start, end finding.Position) {
	offset := 0
	i := 0
	for l := range strings.Lines(t.text) {
		if i++; i == number {
			text := strings.TrimRight(l, "\r\n")
			trimmed := len(text) - len(strings.TrimLeft(text, " \t"))
			return finding.Position{Line: number, Column: trimmed + 1, Offset: offset + trimmed},
				finding.Position{Line: number, Column: len([]rune(text)) + 1, Offset: offset + len(text)}
		}
		offset += len(l)
	}
	return finding.Position{Line: 1, Column: 1}, finding.Position{Line: 1, Column: 1}
}

// Scan scans one tree. The error is that the root can't be read, or ctx's.
func Scan(ctx context.Context, cfg Config) (*Result, error) {
	t, err := collect(ctx, cfg.Root, cfg.Exclude)
	if err != nil {
		return nil, err
	}
	t.edited = cfg.edited
	files, found, hidden := t.parse(ctx, cfg.Progress)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var texts []textFile
	for _, name := range t.text {
		src, err := t.read(name, maxText)
		switch {
		case err != nil && holdsKey(path.Base(name)): // something else of that ending
		case err != nil:
			t.note(name, err)
		case slices.Contains(src[:min(len(src), 8192)], 0): // UTF-16 has them as well
			t.note(name, errNoText)
		default:
			texts = append(texts, textFile{name, string(src)})
		}
	}
	program := pyflow.NewProgram(files)
	s := newScanner(program)
	s.engine.Stop = func() bool { return ctx.Err() != nil }
	s.templates = &templateFiles{paths: t.pages, tags: map[string][]tag{}, read: func(name string) (string, bool) {
		src, err := t.read(name, maxText)
		return string(src), err == nil
	}}
	modules := worthLoading(s.program)
	ahead := newAhead(t, program, modules)
	defer ahead.stop()
	program.Whole = ahead.whole
	in := t.ofInfrastructure(texts, files)
	s.stacks = templatesOf(in.texts)
	s.terms = newTerms(cfg, texts, s.stacks.Tables)
	s.operations(texts)
	s.events = eventsIn(texts, s.stacks)
	s.deployed(texts)
	s.analyse(modules)
	if err := ctx.Err(); err != nil {
		return nil, err
	}

	granted := s.grants(in, t)

	for _, f := range s.found {
		found = append(found, f)
	}
	for _, text := range texts {
		for _, f := range append(textSecret(text.path, text.text), wholeSecret(text.path, text.text)...) {
			found = append(found, f)
			hidden = append(hidden, text.text[f.Start.Offset:f.End.Offset])
		}
	}
	found = append(found, granted...)
	s.mend(found, files, texts)

	res := &Result{Files: len(files) + len(texts), Notices: append(t.notices, s.notices...)}
	for _, f := range found {
		res.Findings = append(res.Findings, *f)
	}
	res.suppress(files, slices.Concat(in.texts, in.scripts, in.stacks))
	res.App = s.app(texts)
	res.Notices = append(res.Notices, s.strangers(res.App)...)
	res.redact(hidden)
	if cfg.Prefix != "" {
		res.below(cfg.Prefix)
	}
	finding.Identify(res.Findings)
	return res, nil
}

// below puts a folder before every path.
func (res *Result) below(prefix string) {
	move := func(l *finding.Location) { l.Path = path.Join(prefix, l.Path) }
	for i := range res.Findings {
		f := &res.Findings[i]
		ofFile := f.Group == f.Path
		move(&f.Location)
		if ofFile {
			f.Group = f.Path
		}
		for j := range f.Flow {
			move(&f.Flow[j].Location)
		}
		for j := range f.Related {
			move(&f.Related[j].Location)
		}
		for j := range f.Mend.Edits {
			move(&f.Mend.Edits[j].Location)
		}
	}
	for i := range res.Notices {
		move(&res.Notices[i].Location)
	}
	res.App.Places(move)
}

// starts are names of the files in which apps are made and started.
var starts = map[string]bool{
	"app": true, "main": true, "run": true, "wsgi": true, "asgi": true, "application": true, "server": true, "manage": true, "handler": true,
	"index": true, "lambda_function": true, "start": true, "serve": true, "api": true, "__main__": true,
}

// worthLoading are the modules that are interesting, and those of the usual
// names that import one: an app is often made in a file of a few lines.
func worthLoading(p *pyflow.Program) []*pyflow.Module {
	chosen := map[*pyflow.Module]bool{}
	for _, m := range p.Modules {
		chosen[m] = interesting(m.File.Text)
	}
	for range 2 {
		for _, m := range p.Modules {
			if chosen[m] || !starts[m.Name[strings.LastIndexByte(m.Name, '.')+1:]] {
				continue
			}
			for _, other := range p.Imports(m) {
				if chosen[other] {
					chosen[m] = true
					break
				}
			}
		}
	}
	var out []*pyflow.Module
	for _, m := range p.Modules {
		if chosen[m] {
			m.Main = true
			out = append(out, m)
		}
	}
	return out
}

// suppress applies the comments that take findings out of force.
func (res *Result) suppress(files []*python.File, texts []textFile) {
	var list []report.Suppression
	for _, f := range files {
		for _, span := range f.Comments {
			text := f.Source(span)
			if !strings.Contains(text, "discreet:") {
				continue
			}
			if s, _, ok := report.FindSuppression(text, "#"); ok {
				s.Location = finding.Location{Path: f.Path, Range: f.Range(span)}
				s.Alone = strings.TrimSpace(before(f, span)) == ""
				list = append(list, s)
			}
		}
		for _, p := range f.Problems {
			res.Notices = append(res.Notices, finding.Notice{Location: finding.Location{Path: f.Path, Range: f.Range(p.Span)}, Text: p.Message})
		}
	}
	for _, t := range texts {
		if strings.Contains(t.text, "discreet:") {
			list = append(list, report.ReadSuppressions(t.path, t.text, "#", "//")...)
		}
	}
	var notices []finding.Notice
	finding.Sort(res.Findings)
	res.Findings, notices = report.Suppress(res.Findings, list, Rules())
	res.Notices = append(res.Notices, notices...)
}

// before is what stands on a comment's line before it.
func before(f *python.File, span python.Span) string {
	from := strings.LastIndexAny(f.Text[:span.Start], "\r\n") + 1
	return f.Text[from:span.Start]
}

// parse reads and parses the Python files, on every processor, and judges what
// a file tells alone. hidden are the values of the secrets among that.
func (t *tree) parse(ctx context.Context, progress func(done, all int)) (files []*python.File, judged []*finding.Finding, hidden []string) {
	out := make([]*python.File, len(t.python))
	found := make([][]*finding.Finding, len(t.python))
	values := make([][]string, len(t.python))
	failed := make([]error, len(t.python))
	var next, done atomic.Int64
	var wg sync.WaitGroup
	for range max(1, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			var buffer bytes.Buffer // a file's text is a copy
			for {
				i := int(next.Add(1)) - 1
				if i >= len(t.python) || ctx.Err() != nil {
					return
				}
				src, err := t.readInto(&buffer, t.python[i], maxFile)
				if err != nil {
					failed[i] = err
				} else {
					out[i] = python.Parse(t.python[i], src, python.Limits{})
					found[i] = slices.Concat(secrets(out[i]), debugSettings(out[i]), corsHeaders(out[i]))
					values[i] = secretValues(out[i], secretsAmong(found[i]))
					if !interesting(out[i].Text) && !strings.Contains(out[i].Text, "discreet:") && len(out[i].Problems) == 0 {
						out[i] = sketch(out[i])
					}
				}
				if n := int(done.Add(1)); progress != nil {
					progress(n, len(t.python))
				}
			}
		})
	}
	wg.Wait()
	for i, err := range failed {
		if err != nil {
			t.note(t.python[i], err)
		}
	}
	return slices.DeleteFunc(out, func(f *python.File) bool { return f == nil }), slices.Concat(found...), slices.Concat(values...)
}

// sketch is what is kept of a file that may never be followed: what it imports.
// A large tree would not fit into memory otherwise.
func sketch(f *python.File) *python.File {
	out := &python.File{Path: f.Path, Encoding: f.Encoding}
	for _, s := range f.Body {
		switch s := s.(type) {
		case *python.Import:
			copied := *s
			out.Body = append(out.Body, &copied)
		case *python.ImportFrom:
			copied := *s
			out.Body = append(out.Body, &copied)
		}
	}
	return out
}

// interesting says whether a file may hold what is looked for; what it imports
// is followed all the same.
func interesting(text string) bool {
	return interestingWords.in(text) || strings.Contains(text, "hashlib") && strings.Contains(text, "passw")
}

var interestingWords = newWordSet(
	"flask", "boto3", "dynamo", "chalice", "fastapi", "pynamodb", "connexion", "botocore", "basic_consume", "def lambda_handler", "def handler(event", "put_item",
	"get_item", "Resource)", "MethodView", "FilterExpression", "KeyCondition", "aws_lambda_powertools",
	// Routes and hooks that are put on what another file has made.
	"route(", "(event, context", "(event, _", "add_url_rule(", "add_resource(", "before_request", "after_request", "errorhandler(",
	`.get("/`, `.get('/`, `.post("/`, `.post('/`, `.put("/`, `.put('/`, `.patch("/`, `.patch('/`, `.delete("/`, `.delete('/`,
)
