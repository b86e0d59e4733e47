package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
)

// proof is what a scan of what the edits make says of them.
type proof struct {
	before, after, closing map[string]int // findings, by what they are about
	spoiled                map[string]bool
	// milder are the findings of which something is left, less severe than before.
	milder map[string]bool
}

// prove compares a scan of what the edits make with the one before.
func (x *fixing) prove(res *Result, edited map[string][]byte) *proof {
	p := &proof{before: map[string]int{}, after: map[string]int{}, closing: map[string]int{}, spoiled: map[string]bool{}, milder: map[string]bool{}}
	worst := map[string]finding.Severity{}
	for i := range x.findings {
		p.before[identity(&x.findings[i])]++
	}
	for i := range res.Findings {
		p.after[identity(&res.Findings[i])]++
	}
	for _, i := range x.taken {
		f := &x.findings[i]
		p.closing[identity(f)]++
		worst[about(f)] = max(worst[about(f)], f.Severity)
	}
	for i := range res.Findings {
		f := &res.Findings[i]
		switch id := identity(f); {
		case p.after[id] <= p.before[id]:
		case f.Severity < worst[about(f)]:
			p.milder[about(f)] = true
		default:
			p.blame(f, edited, x.cfg)
		}
	}
	for path, edits := range x.edits() {
		if text, python := edited[x.cfg.relative(path)], strings.HasSuffix(path, ".py"); python && len(edits) > 0 && !parses(path, text) {
			p.spoiled[path] = true
		}
	}
	return p
}

// blame spoils the edited files that a new finding has to do with; all of them
// where it has to do with none.
func (p *proof) blame(f *finding.Finding, edited map[string][]byte, cfg Config) {
	paths := []string{f.Path}
	for _, s := range f.Flow {
		paths = append(paths, s.Path)
	}
	paths = slices.DeleteFunc(paths, func(path string) bool { return edited[cfg.relative(path)] == nil })
	if len(paths) == 0 {
		for rel := range edited {
			paths = append(paths, cfg.prefixed(rel))
		}
	}
	for _, path := range paths {
		p.spoiled[path] = true
	}
}

func parses(path string, text []byte) bool {
	return len(python.Parse(path, text, python.Limits{}).Problems) == 0
}

// fails says whether a finding is still there, or a file of its edits spoiled.
func (p *proof) fails(f *finding.Finding) bool {
	id := identity(f)
	return p.after[id] > p.before[id]-p.closing[id] ||
		slices.ContainsFunc(f.Mend.Edits, func(e finding.Edit) bool { return p.spoiled[e.Path] })
}

// drop takes out the edits that fail, and says whether there were any. The last
// time, one takes all edits of its files with it, for no scan follows.
func (x *fixing) drop(p *proof, last bool) bool {
	for again := last; again; {
		again = false
		for _, i := range x.taken {
			f := &x.findings[i]
			for _, e := range f.Mend.Edits {
				if p.fails(f) && !p.spoiled[e.Path] {
					p.spoiled[e.Path], again = true, true
				}
			}
		}
	}
	var kept []int
	for _, i := range x.taken {
		if p.fails(&x.findings[i]) {
			x.out.Unproven = append(x.out.Unproven, x.findings[i])
		} else {
			kept = append(kept, i)
		}
	}
	changed := len(kept) < len(x.taken)
	x.taken = kept
	return changed
}

// identity is what a finding is about, wherever it stands.
func identity(f *finding.Finding) string { return about(f) + "\x00" + f.Anchor }

// about is where a finding of a rule is, by name.
func about(f *finding.Finding) string {
	return strings.Join([]string{f.Rule, f.Path, f.Context}, "\x00")
}
