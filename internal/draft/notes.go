package draft

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

// note is a remark for who reads the contract, with the places of the code that
// it is about.
type note struct {
	text   string
	places []finding.Location
}

func (n note) String() string {
	var at []string
	for _, l := range n.places {
		if p := place(l); p != "" {
			at = union(at, []string{p})
		}
	}
	if len(at) == 0 {
		return n.text + "."
	}
	return n.text + " (" + strings.Join(at, ", ") + ")."
}

// merge adds notes: of one text, the places.
func merge(notes []note, more ...note) []note {
	notes = slices.Clone(notes)
	for _, n := range more {
		i := slices.IndexFunc(notes, func(have note) bool { return have.text == n.text })
		if i < 0 {
			notes = append(notes, n)
			continue
		}
		notes[i].places = append(slices.Clone(notes[i].places), n.places...)
	}
	return notes
}

// omissions are attributes that a view leaves out, by why.
type omissions map[string][]string

func (o omissions) add(why, name string) { o[why] = union(o[why], []string{name}) }

// take takes an attribute out again.
func (o omissions) take(name string) {
	for why := range o {
		o[why] = slices.DeleteFunc(o[why], func(x string) bool { return x == name })
	}
}

// lines are the omissions in words: "not shown: a, b (secret)".
func (o omissions) lines(what string) []string {
	var out []string
	for _, why := range sortedKeys(o) {
		if len(o[why]) > 0 {
			out = append(out, what+": "+strings.Join(o[why], ", ")+" ("+why+")")
		}
	}
	return out
}

// union adds what is not there yet.
func union(a, b []string) []string {
	for _, x := range b {
		if !slices.Contains(a, x) {
			a = append(slices.Clone(a), x)
		}
	}
	return a
}
