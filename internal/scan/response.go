package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
)

// shown is a mark that reaches a response, with the keys it is under.
type shown struct {
	pyflow.Traced
	path string
}

// respond judges what an entry answers.
func (s *scanner) respond(e *entry, v *pyflow.Value) {
	if v == nil || e.kind == consumer || e.kind == hook {
		s.reportDisabled(e)
		return
	}
	if e.kind == lambdaFunction {
		v = s.lambdaAnswer(e, v)
		e.http = v != nil
	}
	var all []shown
	walk(v, "", 6, map[*pyflow.Value]bool{}, &all)
	s.judge(e, all)
}

func walk(v *pyflow.Value, path string, nest int, seen map[*pyflow.Value]bool, out *[]shown) {
	if v == nil || nest == 0 || seen[v] || len(*out) > 400 {
		return
	}
	seen[v] = true
	for _, t := range v.Marks {
		*out = append(*out, shown{t, path})
	}
	for _, k := range v.FieldNames() {
		sub := k
		if path != "" {
			sub = path + "." + k
		}
		if v.Shape == pyflow.Tuple {
			sub = path
		}
		walk(v.Fields[k], sub, nest-1, seen, out)
	}
	walk(v.Elem, path, nest-1, seen, out)
	for _, r := range v.Refs {
		switch r := r.(type) {
		case *pyflow.Exc:
			walk(r.Message, path, nest-1, seen, out)
		case *pyflow.Instance:
			walk(r.Dict(), "", nest-1, seen, out)
		case *buffer:
			walk(r.content, "", nest-1, seen, out)
		}
	}
	delete(seen, v)
}

func sortedNames(m map[string]*pyflow.Value) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// judge gives what is shown to the rules.
func (s *scanner) judge(e *entry, all []shown) {
	var unscoped []*read
	fields := map[*read][]shown{}
	for _, x := range all {
		switch m := x.Mark.(type) {
		case dataMark:
			if m.level == levelName {
				continue
			}
			if m.level == levelLastKey {
				s.reportToken(e, m, x)
				continue
			}
			if !slices.Contains(unscoped, m.read) {
				unscoped = append(unscoped, m.read)
			}
			fields[m.read] = append(fields[m.read], x)
			s.reportRaw(e, m, x)
			s.reportSensitive(e, m, x)
		case faultMark:
			s.reportFault(e, m, x)
		case answerMark:
			s.reportAnswer(e, m, x)
		case settingMark:
			s.reportSetting(e, m, x)
		}
	}
	for _, r := range unscoped {
		s.reportReach(e, r, fields[r])
		s.survey.shows(e, r, fields[r])
	}
	s.reportDisabled(e)
}

// personal says whether a read is of data that people would mind: by the names
// of the table, of the attributes that select and that are shown, of the
// function and the route.
func (s *scanner) personal(e *entry, r *read, list []shown) bool {
	names := append([]string{r.table, r.hint, lastPart(r.in), e.path, e.fn.Name}, r.attrs...)
	names = append(names, r.shows...)
	for _, c := range r.clients {
		names = append(names, c.name)
	}
	for _, x := range list {
		if m, ok := x.Mark.(dataMark); ok && m.level == levelField {
			if m.decrypted {
				return true
			}
			names = append(names, m.field)
		}
	}
	return slices.ContainsFunc(names, func(n string) bool { return isUserData(n) || isPersonal(n) }) ||
		s.ofPeople(r) && !catalogue(e, r)
}

// catalogue says whether a read is, by its names, of what is there to be seen.
func catalogue(e *entry, r *read) bool {
	return slices.ContainsFunc(append([]string{r.table, r.hint, e.path, e.fn.Name, lastPart(r.in)}, r.attrs...), catalogueName.MatchString)
}

// report keeps a finding, once for a rule and a place.
func (s *scanner) report(f *finding.Finding, at pyflow.Place, trace *pyflow.Trace, more ...finding.Step) {
	f.Location = locate(at)
	f.Flow = append(steps(trace), more...)
	if f.Group == "" && s.current != nil {
		f.Group = s.current.title()
	}
	key := f.Rule + "|" + f.Path + "|" + placeKey(at) + "|" + f.Anchor
	if old, ok := s.found[key]; ok {
		// The same place, reached by another way: the worse one counts.
		if old.Confidence > f.Confidence || old.Confidence == f.Confidence && old.Severity >= f.Severity {
			alsoBy(old, f)
			return
		}
		alsoBy(f, old)
	}
	s.found[key] = f
}

// maxAlso bounds the other routes that a finding names.
const maxAlso = 20

// alsoBy adds to a finding the route of another one at the same place, and, to an
// answer with whole items, where else they are read.
func alsoBy(f, other *finding.Finding) {
	related := other.Related
	if f.Rule == ruleRawItem.ID && len(f.Flow)*len(other.Flow) > 0 && len(f.Related) < maxAlso {
		if read := other.Flow[0]; read.Location != f.Flow[0].Location && !slices.Contains(f.Related, read) {
			f.Related = append(f.Related, read) // the same answer shows what else is read
		}
	}
	if n := len(other.Flow); n > 0 && other.Group != "" {
		related = append(slices.Clone(related), finding.Step{Location: other.Flow[n-1].Location, Text: "also by " + other.Group})
	}
	for _, step := range related {
		if len(f.Related) < maxAlso && step.Text != "also by "+f.Group && !slices.ContainsFunc(f.Related, func(x finding.Step) bool { return x.Text == step.Text }) {
			f.Related = append(f.Related, step)
		}
	}
}

func locate(p pyflow.Place) finding.Location {
	return finding.Location{Path: p.File.Path, Range: p.File.Range(p.Span)}
}

// steps is a trace from its source on.
func steps(t *pyflow.Trace) []finding.Step {
	var out []finding.Step
	for ; t != nil; t = t.Prev {
		if t.File != nil {
			out = append(out, finding.Step{Location: locate(t.Place), Text: t.Text})
		}
	}
	slices.Reverse(out)
	return slices.CompactFunc(out, func(a, b finding.Step) bool { return a == b })
}

// end is the last place on a trace that lies in a file.
func end(t *pyflow.Trace, other pyflow.Place) pyflow.Place {
	for ; t != nil; t = t.Prev {
		if t.File != nil {
			return t.Place
		}
	}
	return other
}

// sentence joins words into a sentence's beginning.
func sentence(words ...string) string { return strings.Join(words, " ") }
