package draft

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// writer writes lines and keeps whose each is. Between begin and end every line
// is commented out, by one # that can be taken away again.
type writer struct {
	lines  []string
	owners []*part
	off    int // how many begins have not ended
	indent int // of the #
}

func (w *writer) add(line string, owner *part) {
	w.lines, w.owners = append(w.lines, strings.TrimRight(line, " ")), append(w.owners, owner)
}

// plain writes a line that is nobody's.
func (w *writer) plain(line string) { w.add(line, nil) }

// line writes a line of a part, with a remark behind it.
func (w *writer) line(indent int, p *part, text, note string) {
	if note != "" {
		text += "  # " + remark(note)
	}
	if w.off > 0 {
		w.add(strings.Repeat(" ", w.indent)+"# "+strings.Repeat(" ", indent-w.indent)+text, nil)
		return
	}
	w.add(strings.Repeat(" ", indent)+text, p)
}

// note writes words for who reads the file.
func (w *writer) note(indent int, text string) {
	sign := "# "
	if w.off > 0 {
		sign, indent = "## ", w.indent
	}
	for _, l := range wrap(remark(text)) {
		w.plain(strings.Repeat(" ", indent) + sign + l)
	}
}

// begin opens a part that is commented out, with why.
func (w *writer) begin(indent int, why string) {
	if w.off++; w.off == 1 {
		w.indent = indent
	}
	w.note(indent, why)
}

func (w *writer) end() { w.off-- }

// waiting writes one line that is commented out, with what it is for.
func (w *writer) waiting(indent int, why, text string) {
	w.begin(indent, why)
	w.line(indent, nil, text, "")
	w.end()
}

// text writes the whole contract, and says whose each line is.
func (m *model) text(cfg Config) (string, []*part) {
	w := &writer{}
	m.head(w, cfg)
	w.plain("contract: 1")
	w.plain("")
	m.identity.lines(w)
	section(w, "tables", m.tables, (*table).why, (*table).lines)
	section(w, "views", m.views, (*view).why, (*view).lines)
	section(w, "routes", m.routes, (*route).why, (*route).lines)
	if len(m.stays) > 0 {
		w.plain("")
		w.plain("# What stays in the app:")
		for _, s := range m.stays {
			w.plain("# - " + remark(located(s.Text, s.Location)))
		}
	}
	return strings.Join(w.lines, "\n") + "\n", w.owners
}

// section writes what is in force, and then what is commented out, with the
// section's own name where nothing is in force.
func section[T any](w *writer, name string, list []T, why func(T) string, lines func(T, *writer)) {
	if len(list) == 0 && name != "tables" {
		return
	}
	w.plain("")
	switch {
	case slices.ContainsFunc(list, func(x T) bool { return why(x) == "" }):
		w.plain(name + ":")
	case name == "tables": // without which there is no contract
		w.plain("tables: {}")
	default:
		w.plain("# " + name + ":")
	}
	for _, waiting := range []bool{false, true} {
		for _, x := range list {
			if (why(x) != "") != waiting {
				continue
			}
			if waiting {
				w.plain("")
			}
			lines(x, w)
		}
	}
}

// head says what the file is, and what to do with it.
func (m *model) head(w *writer, cfg Config) {
	d := m.summary()
	w.plain("# yaml-language-server: $schema=https://github.com/discreet-dev/discreet/blob/main/docs/contract.schema.json")
	w.plain("#")
	from := "the code"
	if cfg.Read != "" {
		from = cfg.Read
	}
	w.note(0, fmt.Sprintf("A first contract, made from %s by `discreet init --from-code`: %s, %s in force, %s waiting for an answer of yours.",
		from, counted(d.Tables, "table"), counted(d.Routes, "route"), counted(d.Waiting, "route")))
	w.note(0, "What is not named here is not shown. Every view in force is bound to the caller. Types and classes are told by the code and by names: read each line, and each `guessed` twice.")
	if d.Waiting > 0 {
		w.note(0, "What is commented out stands below the question that it waits for: answer it, and take one # from each of its lines.")
	}
	if m.beyond > 0 {
		w.note(0, fmt.Sprintf("%s of the code are left out, since a contract is of one service: give the folder of one.", counted(m.beyond, "table or route")))
	}
	w.plain("#")
	file := cfg.File
	if file == "" {
		file = "discreet.yaml"
	}
	w.plain("#   " + remark("discreet check "+file))
	try := "discreet dev " + file + " --as alice"
	for _, claim := range sortedKeys(m.identity.claims) {
		try += " --claim " + claim + "=VALUE"
	}
	w.plain("#   " + remark(try))
	w.plain("")
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if n == 0 {
		return "no " + what
	}
	return fmt.Sprintf("%d %ss", n, strings.Replace(what, " or ", "s or ", 1))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
