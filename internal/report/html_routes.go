package report

import (
	"slices"
	"strings"
	"unicode"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/surface"
)

// rank is a severity, or none: 0 where nothing was found, else one more than the
// severity.
type rank int

func rankOf(f *finding.Finding) rank { return rank(f.Severity) + 1 }

func (r rank) String() string {
	if r == 0 {
		return "none"
	}
	return finding.Severity(r - 1).String()
}

// routeIndex tells which route a finding belongs to.
type routeIndex struct {
	routes     []surface.Route
	byTitle    map[string][]int
	byFunction map[string][]int
	findings   map[int][]*finding.Finding // in force, by route; policy left out
}

func newRouteIndex(app *surface.App, findings []finding.Finding) *routeIndex {
	x := &routeIndex{byTitle: map[string][]int{}, byFunction: map[string][]int{}, findings: map[int][]*finding.Finding{}}
	if app == nil {
		return x
	}
	x.routes = app.Routes
	for i := range app.Routes {
		r := &app.Routes[i]
		x.byTitle[r.Title] = append(x.byTitle[r.Title], i)
		if r.Function != "" {
			x.byFunction[r.Function] = append(x.byFunction[r.Function], i)
		}
	}
	for i := range findings {
		f := &findings[i]
		if at := x.of(f); at >= 0 && f.InForce() && f.Confidence > finding.Tentative {
			x.findings[at] = append(x.findings[at], f)
		}
	}
	return x
}

// of is the route of a finding, or -1: the one of its group, where several go by
// that title the one whose function it stands in. A finding in a function that
// is a route's goes by that route too.
func (x *routeIndex) of(f *finding.Finding) int {
	if list := x.byTitle[f.Group]; len(list) > 0 {
		for _, i := range list {
			if x.routes[i].Function == f.Context {
				return i
			}
		}
		return list[0]
	}
	for _, function := range []string{f.Group, f.Context} {
		if list := x.byFunction[function]; len(list) > 0 {
			return list[0]
		}
	}
	return -1
}

// title is what a finding stands under.
func (x *routeIndex) title(f *finding.Finding) string {
	switch i := x.of(f); {
	case i >= 0:
		return x.routes[i].Title
	case f.Group != "":
		return f.Group
	}
	return f.Path
}

func (x *routeIndex) worst(route int) rank {
	var worst rank
	for _, f := range x.findings[route] {
		worst = max(worst, rankOf(f))
	}
	return worst
}

// notOfItems are the weaknesses of findings that pass by a call and are not
// about the attributes that it moves: errors, debug output, logs.
var notOfItems = map[finding.CWE]bool{209: true, 215: true, 532: true}

// weigh says how bad the flow of each attribute of an access is: the worst of the
// route's findings whose way leads over the access. A finding whose anchor names
// some of the attributes is about those alone.
func (x *routeIndex) weigh(route int, a *surface.Access, attributes []surface.Attribute) []rank {
	out := make([]rank, len(attributes))
	for _, f := range x.findings[route] {
		if len(f.CWEs) > 0 && notOfItems[f.CWEs[0]] || !passes(f, a.Location) {
			continue
		}
		words := strings.FieldsFunc(f.Anchor, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-.", r)
		})
		about := func(n surface.Attribute) bool { return slices.Contains(words, n.Name) }
		some := slices.ContainsFunc(attributes, about)
		for i, attribute := range attributes {
			if !some || about(attribute) {
				out[i] = max(out[i], rankOf(f))
			}
		}
	}
	return out
}

// passes says whether a finding's way leads over a line.
func passes(f *finding.Finding, l finding.Location) bool {
	same := func(other finding.Location) bool { return other.Path == l.Path && other.Start.Line == l.Start.Line }
	return same(f.Location) || slices.ContainsFunc(f.Flow, func(s finding.Step) bool { return same(s.Location) })
}
