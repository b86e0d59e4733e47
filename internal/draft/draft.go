// Package draft writes the first exposure contract of an app, from what its
// source does with its tables: `discreet init`. What the source does not tell is
// guessed and marked, and a guess never shows more: a view in force is bound to
// the principal, secret and internal attributes are in none, and what would need
// a decision is commented out below the question.
//
// It reads no source and no file, and holds no rule of the format: a check
// judges what is written, and what it refuses is commented out too.
package draft

import (
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/surface"
)

// Config is what a contract is made of.
type Config struct {
	App *surface.App
	// Read says what was read, for the head of the file: "src, lib".
	Read string
	// File is where the contract will stand, for the commands in its head.
	File string
	// Check judges a contract's text, by lines from 1.
	Check func(text string) []Refusal
}

// Refusal is an error that a check found in a line.
type Refusal struct {
	Line int
	Why  string
}

// Draft is a contract's text, and what is to be known about it.
type Draft struct {
	Text string
	// Tables, Views and Routes are those in force, Waiting the routes that are
	// commented out.
	Tables, Views, Routes, Waiting int
	// Questions are why routes are commented out, and guesses that decide who
	// sees what, each behind the place of the code: "app.py:31: GET /notes: ...". In
	// the order of the routes, and fit for a terminal.
	Questions []string
	// Refused is what the check still has against the text; empty but for a
	// fault of this package.
	Refused []Refusal
}

// Contract writes the contract: app -> tables -> what each route becomes -> views
// and routes -> text, and again without what the check refuses.
func Contract(cfg Config) *Draft {
	m := &model{app: cfg.App}
	m.readTables()
	m.identity = m.readIdentity()
	for i := range cfg.App.Routes {
		m.readRoute(&cfg.App.Routes[i])
	}
	m.makeViews()
	for {
		text, owners := m.text(cfg)
		refused := cfg.Check(text)
		if !leaveOut(refused, owners) {
			d := m.summary()
			d.Text, d.Refused = text, refused
			return d
		}
	}
}

// model is the contract on its way.
type model struct {
	app      *surface.App
	identity identity
	tables   []*table
	found    []*candidate
	views    []*view
	routes   []*route
	// stays are the routes that no contract replaces, with why.
	stays []finding.Notice
	// beyond counts what was not taken in, for the size of the file.
	beyond int
}

// part is what can be commented out by itself.
type part struct {
	level level
	out   string // why it is commented out; "" is in force
}

// level orders what hangs on what: a view on declarations, a route on views.
type level uint8

const (
	declaration level = iota
	viewLevel
	routeLevel
)

// leaveOut takes out of force what was refused: of the lowest level alone, since
// what stands above may have been refused for that. It says whether there was
// anything to take.
func leaveOut(refused []Refusal, owners []*part) bool {
	why := map[*part]string{}
	lowest := routeLevel
	for _, r := range refused {
		if r.Line < 1 || r.Line > len(owners) || owners[r.Line-1] == nil {
			continue
		}
		p := owners[r.Line-1]
		if p.out != "" {
			continue
		}
		lowest = min(lowest, p.level)
		if why[p] == "" {
			why[p] = "`discreet check` refuses it: " + r.Why
		}
	}
	for p, reason := range why {
		if p.level == lowest {
			p.out = reason
		}
	}
	return len(why) > 0
}

// summary counts what came of the app.
func (m *model) summary() *Draft {
	d := &Draft{}
	for _, t := range m.tables {
		if t.why() == "" {
			d.Tables++
		}
	}
	for _, v := range m.views {
		if v.why() == "" {
			d.Views++
		}
	}
	for _, r := range m.routes {
		why := r.why()
		if why == "" {
			d.Routes++
		} else {
			d.Waiting++
		}
		at := r.title() + ": "
		if p := place(r.from.access.Location); p != "" {
			at = p + ": " + at
		}
		for _, note := range r.from.notes {
			d.Questions = append(d.Questions, remark(at+note.text))
		}
		if why != "" {
			d.Questions = append(d.Questions, remark(at+why))
		}
	}
	return d
}
