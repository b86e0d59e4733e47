package scan

import (
	"cmp"
	"context"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
	"github.com/discreet-dev/discreet/internal/report"
)

// Fixes are the edits of a scan's findings that hold together, and what becomes
// of the findings in force.
type Fixes struct {
	Files  []FixedFile // by path
	Closed []finding.Finding
	// Narrowed are those of which the edits leave something milder.
	Narrowed []finding.Finding
	// The others stay open: no edit of theirs is safe, it overlaps with one that is
	// made, it did not prove to close them, or a diff of it would show a secret.
	WithoutEdit, Overlapping, Unproven, Secret []finding.Finding
}

// FixedFile is one file and the edits in it: in order, none overlapping, with
// the offsets of the file's own bytes.
type FixedFile struct {
	Path   string // as in the findings
	Text   string // the file as it is
	Edits  []finding.Edit
	Hidden []finding.Range // the lines that hold secrets

	converted string // as it was parsed, where that is not UTF-8
}

// fixRounds bounds how often a tree is scanned again. Each round but the last
// drops an edit at least; what is not settled then is given up.
const fixRounds = 5

// Fix puts the edits of the findings in force together and proves them: it
// scans the tree as the edits would make it, in memory, and drops those whose
// finding is still there, which make a new one, or after which a file no longer
// parses. Where edits overlap, those of the earlier finding are taken. Nothing
// is written into the tree.
//
// The edit of a secret is left out, and so is one beside a secret's line: as a
// diff it would print the secret.
//
// The findings are those of a Scan with the same configuration, all of them;
// those of the rules in skip are left alone.
func Fix(ctx context.Context, cfg Config, findings []finding.Finding, skip []string) (*Fixes, error) {
	x := &fixing{cfg: cfg, findings: findings, files: map[string]*FixedFile{}, secrets: map[string][]finding.Range{}, out: &Fixes{}}
	for i := range findings {
		if f := &findings[i]; f.Rule == ruleSecret.ID {
			x.secrets[f.Path] = append(x.secrets[f.Path], f.Range)
		}
	}
	x.secretsElsewhere()
	x.take(skip)
	var p *proof
	for round := range fixRounds {
		edited, err := x.edited()
		if err != nil || len(edited) == 0 {
			return x.out, err
		}
		again := cfg
		again.Progress, again.edited = nil, edited
		res, err := Scan(ctx, again)
		if err != nil {
			return nil, err
		}
		p = x.prove(res, edited)
		if !x.drop(p, round == fixRounds-1) {
			break
		}
	}
	for _, i := range x.taken {
		if f := findings[i]; p.milder[about(&f)] {
			x.out.Narrowed = append(x.out.Narrowed, f)
		} else {
			x.out.Closed = append(x.out.Closed, f)
		}
	}
	byFile := x.edits()
	for _, path := range slices.Sorted(maps.Keys(byFile)) {
		f := x.files[path]
		f.Edits, f.Hidden = byFile[path], x.secrets[path]
		x.out.Files = append(x.out.Files, *f)
	}
	return x.out, nil
}

// folder is where the tree's paths begin.
func (c Config) folder() string {
	root, err := filepath.EvalSymlinks(c.Root)
	if err != nil {
		return c.Root
	}
	if info, err := os.Stat(root); err == nil && !info.IsDir() {
		return filepath.Dir(root)
	}
	return root
}

// relative is a finding's path as the tree has it.
func (c Config) relative(path string) string {
	if c.Prefix == "" {
		return path
	}
	return strings.TrimPrefix(path, c.Prefix+"/")
}

// prefixed is a path of the tree as findings have it.
func (c Config) prefixed(rel string) string { return path.Join(c.Prefix, rel) }

type fixing struct {
	cfg      Config
	findings []finding.Finding
	files    map[string]*FixedFile // nil for one that can't be read
	secrets  map[string][]finding.Range
	taken    []int // the findings whose edits hold so far
	out      *Fixes
}

// take chooses the edits that fit together, finding by finding.
func (x *fixing) take(skip []string) {
	chosen := map[string][]finding.Edit{}
	for i := range x.findings {
		f := &x.findings[i]
		if !f.InForce() || slices.Contains(skip, f.Rule) {
			continue
		}
		edits, ok := x.raw(f.Mend.Edits)
		switch {
		case !ok:
			x.out.WithoutEdit = append(x.out.WithoutEdit, *f)
		case x.showsSecret(edits):
			x.out.Secret = append(x.out.Secret, *f)
		case slices.ContainsFunc(edits, func(e finding.Edit) bool { return overlaps(e, chosen[e.Path]) }):
			x.out.Overlapping = append(x.out.Overlapping, *f)
		default:
			for _, e := range edits {
				chosen[e.Path] = append(chosen[e.Path], e)
			}
			x.taken = append(x.taken, i)
		}
	}
}

// raw are edits with the offsets of the files' own bytes; false where there are
// none, or none can be made in a file's encoding.
func (x *fixing) raw(edits []finding.Edit) ([]finding.Edit, bool) {
	out := slices.Clone(edits)
	for i := range out {
		e := &out[i]
		f := x.file(e.Path)
		if f == nil {
			return nil, false
		}
		if f.converted != "" { // a code point was a byte
			if e.End.Offset > len(f.converted) || strings.IndexFunc(e.New, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
				return nil, false
			}
			e.Start.Offset = utf8.RuneCountInString(f.converted[:e.Start.Offset])
			e.End.Offset = utf8.RuneCountInString(f.converted[:e.End.Offset])
		}
	}
	return out, len(out) > 0
}

// file is a file as it is, nil for one that can't be read.
func (x *fixing) file(path string) *FixedFile {
	if f, ok := x.files[path]; ok {
		return f
	}
	x.files[path] = nil
	text, err := os.ReadFile(filepath.Join(x.cfg.folder(), filepath.FromSlash(x.cfg.relative(path))))
	if err != nil {
		return nil
	}
	f := &FixedFile{Path: path, Text: string(text)}
	if strings.HasSuffix(path, ".py") {
		if parsed := python.Parse(path, text, python.Limits{}); parsed.Encoding != "utf-8" {
			f.converted = parsed.Text
		}
	}
	x.files[path] = f
	return f
}

// secretsElsewhere looks for what was found to be a secret in all files that
// edits touch: it may stand there again, and a diff shows the lines around.
func (x *fixing) secretsElsewhere() {
	var values []string
	for path, found := range x.secrets {
		f := x.file(path)
		switch {
		case f == nil:
		case strings.HasSuffix(path, ".py"):
			values = append(values, secretValues(python.Parse(path, []byte(f.Text), python.Limits{}), found)...)
		default:
			for _, at := range found {
				if at.End.Offset <= len(f.Text) { // or it has changed since
					values = append(values, f.Text[at.Start.Offset:at.End.Offset])
				}
			}
		}
	}
	if values = slices.DeleteFunc(values, func(v string) bool { return !plausible(v) }); len(values) == 0 {
		return
	}
	set, seen := newWordSet(values...), map[string]bool{}
	for i := range x.findings {
		for _, e := range x.findings[i].Mend.Edits {
			if f := x.file(e.Path); f != nil && !seen[e.Path] {
				seen[e.Path] = true
				x.secrets[e.Path] = append(x.secrets[e.Path], linesWith(f.Text, set)...)
			}
		}
	}
}

// showsSecret says whether a diff of the edits would print a secret: one is on a
// line that is changed, or on one next to it, without which there is no hunk.
func (x *fixing) showsSecret(edits []finding.Edit) bool {
	return slices.ContainsFunc(edits, func(e finding.Edit) bool { return nextTo(e, x.secrets[e.Path], 1) })
}

// overlaps says whether an edit touches text that another replaces. Several may
// put something at one place.
func overlaps(e finding.Edit, chosen []finding.Edit) bool {
	return slices.ContainsFunc(chosen, func(c finding.Edit) bool {
		return !sameEdit(e, c) && e.Start.Offset < c.End.Offset && c.Start.Offset < e.End.Offset
	})
}

func sameEdit(a, b finding.Edit) bool {
	return a.Start.Offset == b.Start.Offset && a.End.Offset == b.End.Offset && a.New == b.New
}

// edits are those of the findings taken, by file and in order. Of those that are
// equal one is made; what is put at one place is put together.
func (x *fixing) edits() map[string][]finding.Edit {
	out := map[string][]finding.Edit{}
	for _, i := range x.taken {
		edits, _ := x.raw(x.findings[i].Mend.Edits)
		for _, e := range edits {
			out[e.Path] = append(out[e.Path], e)
		}
	}
	for path, list := range out {
		slices.SortStableFunc(list, func(a, b finding.Edit) int {
			return cmp.Or(a.Start.Offset-b.Start.Offset, a.End.Offset-b.End.Offset, strings.Compare(a.New, b.New))
		})
		list = slices.CompactFunc(list, sameEdit)
		kept := list[:0]
		for _, e := range list {
			if n := len(kept); n > 0 && kept[n-1].Start.Offset == e.Start.Offset {
				kept[n-1].New += e.New
				kept[n-1].End = e.End
				continue
			}
			kept = append(kept, e)
		}
		out[path] = kept
	}
	return out
}

// edited are the files as the edits make them, by their paths in the tree.
func (x *fixing) edited() (map[string][]byte, error) {
	out := map[string][]byte{}
	for path, edits := range x.edits() {
		text, err := report.Apply(x.files[path].Text, edits)
		if err != nil {
			return nil, err
		}
		out[x.cfg.relative(path)] = []byte(text)
	}
	return out, nil
}
