package scan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
	"github.com/discreet-dev/discreet/internal/surface"
	"github.com/discreet-dev/discreet/internal/template"
)

// declared are the tables that the source defines: those of the code first,
// then those of the infrastructure beside it.
func (s *scanner) declared() []surface.Table {
	var out []surface.Table
	for _, m := range s.program.Modules {
		if strings.Contains(m.File.Text, "KeySchema") {
			out = append(out, createdTables(m)...)
		}
	}
	for _, name := range sortedKeys(s.survey.models) {
		out = append(out, *s.survey.models[name])
	}
	for _, t := range s.stacks.Tables {
		out = append(out, s.templateTable(t))
	}
	return out
}

func (s *scanner) templateTable(t template.Table) surface.Table {
	out := surface.Table{
		Name: cmp.Or(t.Name, t.ID[strings.LastIndexByte(t.ID, '.')+1:]), Declared: t.Partition.Name != "", Location: t.Location,
		PartitionKey: t.Partition.Name, PartitionType: t.Partition.Type, SortKey: t.Sort.Name, SortType: t.Sort.Type, TTL: t.TTL,
	}
	for _, x := range t.Indexes {
		out.Indexes = append(out.Indexes, surface.Index{
			Name: x.Name, PartitionKey: x.Partition.Name, SortKey: x.Sort.Name, Projection: projections[strings.ToUpper(x.Projection)], Include: x.Include,
		})
		for _, key := range []template.Key{x.Partition, x.Sort} {
			s.survey.learn(out.Name, key.Name, key.Type)
		}
	}
	return out
}

var projections = map[string]string{"ALL": "all", "KEYS_ONLY": "keys", "INCLUDE": "include"}

// createdTables are the tables that a module's calls of create_table define. A
// definition may stand in a variable or a dict of its own.
func createdTables(m *pyflow.Module) []surface.Table {
	var out []surface.Table
	r := literals{m.File}
	m.File.Inspect(func(n python.Node) bool {
		var get func(name string) python.Expr
		switch n := n.(type) {
		case *python.Call:
			get = func(name string) python.Expr { return keyword(n, name) }
		case *python.Dict:
			get = func(name string) python.Expr { return entry1(n, name) }
		default:
			return true
		}
		if get("KeySchema") == nil || get("TableName") == nil {
			return true
		}
		t := surface.Table{Declared: true}
		t.Path, t.Range = m.File.Path, m.File.Range(n.Pos())
		t.Name, t.Setting = r.nameOf(get("TableName"))
		types := map[string]string{}
		for _, d := range r.list(get("AttributeDefinitions")) {
			types[r.text(entry1(d, "AttributeName"))] = r.text(entry1(d, "AttributeType"))
		}
		t.PartitionKey, t.SortKey = r.keys(get("KeySchema"))
		t.PartitionType, t.SortType = types[t.PartitionKey], types[t.SortKey]
		for _, word := range []string{"GlobalSecondaryIndexes", "LocalSecondaryIndexes"} {
			for _, d := range r.list(get(word)) {
				x := surface.Index{Name: r.text(entry1(d, "IndexName"))}
				x.PartitionKey, x.SortKey = r.keys(entry1(d, "KeySchema"))
				if p, ok := r.resolve(entry1(d, "Projection")).(*python.Dict); ok {
					x.Projection = projections[r.text(entry1(p, "ProjectionType"))]
					for _, e := range elements(r.resolve(entry1(p, "NonKeyAttributes"))) {
						x.Include = append(x.Include, r.text(e))
					}
				}
				t.Indexes = append(t.Indexes, x)
			}
		}
		if t.Name != "" && t.PartitionKey != "" {
			out = append(out, t)
		}
		return true
	})
	return out
}

// literals reads what a file's literals say, through its variables.
type literals struct{ file *python.File }

// resolve is what a name stands for: the last value that the file assigns to it.
func (r literals) resolve(e python.Expr) python.Expr {
	for range 3 {
		name, ok := e.(*python.Name)
		if !ok {
			return e
		}
		e = nil
		r.file.Inspect(func(n python.Node) bool {
			if a, ok := n.(*python.Assign); ok && len(a.Targets) == 1 {
				if t, ok := a.Targets[0].(*python.Name); ok && t.ID == name.ID {
					e = a.Value
				}
			}
			return true
		})
	}
	return e
}

func (r literals) text(e python.Expr) string {
	if s, ok := r.resolve(e).(*python.String); ok {
		return s.Value
	}
	return ""
}

// nameOf is a table's name, or the setting that holds it: os.environ["TABLE"].
func (r literals) nameOf(e python.Expr) (name string, setting bool) {
	switch e := r.resolve(e).(type) {
	case *python.String:
		return e.Value, false
	case *python.Subscript:
		if key, ok := e.Index.(*python.String); ok && strings.Contains(r.file.Source(e.Value.Pos()), "environ") {
			return key.Value, true
		}
	case *python.Call:
		if text := r.file.Source(e.Func.Pos()); len(e.Args) > 0 && (strings.HasSuffix(text, "getenv") || strings.HasSuffix(text, "environ.get")) {
			if len(e.Args) > 1 {
				if fallback := r.text(e.Args[1]); fallback != "" {
					return fallback, false
				}
			}
			return r.text(e.Args[0]), true
		}
	}
	return "", false
}

// list are the dicts of a list.
func (r literals) list(e python.Expr) []*python.Dict {
	var out []*python.Dict
	for _, x := range elements(r.resolve(e)) {
		if d, ok := r.resolve(x).(*python.Dict); ok {
			out = append(out, d)
		}
	}
	return out
}

func elements(e python.Expr) []python.Expr {
	switch e := e.(type) {
	case *python.List:
		return e.Elts
	case *python.Tuple:
		return e.Elts
	}
	return nil
}

func (r literals) keys(e python.Expr) (partition, sort string) {
	for _, d := range r.list(e) {
		switch r.text(entry1(d, "KeyType")) {
		case "HASH":
			partition = r.text(entry1(d, "AttributeName"))
		case "RANGE":
			sort = r.text(entry1(d, "AttributeName"))
		}
	}
	return partition, sort
}

// entry1 is the value under a key of a dict literal.
func entry1(d *python.Dict, name string) python.Expr {
	for _, item := range d.Items {
		if k, ok := item.Key.(*python.String); ok && k.Value == name {
			return item.Value
		}
	}
	return nil
}

// rename gives accesses the declared names of their tables: a model's, or that
// of the table which a setting holds, where it is plain which that is.
func (s *scanner) rename(accesses []*surface.Access, declared []surface.Table, texts []textFile) {
	var used []string
	for _, a := range accesses {
		if a.Table != "" && !slices.Contains(used, a.Table) {
			used = append(used, a.Table)
		}
	}
	is := func(name string) bool {
		return slices.ContainsFunc(declared, func(t surface.Table) bool { return t.Name == name })
	}
	var open, free []string // settings without a table, tables without a use
	for _, name := range used {
		if s.survey.aliases[name] == "" && !is(name) {
			open = append(open, name)
		}
	}
	for i := range declared {
		if t := &declared[i]; !slices.Contains(used, t.Name) && !slices.Contains(free, t.Name) && s.survey.models[t.Name] == nil {
			free = append(free, t.Name)
		}
	}
	slices.Sort(open)
	joined := map[string]string{}
	for _, setting := range open {
		if !s.survey.settings[setting] {
			continue
		}
		var of []string
		for _, table := range free {
			if assigned(setting, table, texts) {
				of = append(of, table)
			}
		}
		if len(of) == 1 {
			joined[setting] = of[0]
		}
	}
	if len(open) == 1 && len(free) == 1 && len(declared) == 1 && s.survey.settings[open[0]] {
		joined[open[0]] = free[0]
	}
	for setting, table := range joined {
		s.survey.aliases[setting] = table
	}
	for _, a := range accesses {
		if name := s.survey.aliases[a.Table]; name != "" {
			a.Table = name
		}
	}
}

// assigned says whether an infrastructure file gives a setting a table: a line
// TABLE_NAME: !Ref UsersTable, or a table whose name is made of the setting.
func assigned(setting, table string, texts []textFile) bool {
	for _, file := range texts {
		if !strings.Contains(file.text, setting) {
			continue
		}
		for line := range strings.Lines(file.text) {
			name, value, ok := strings.Cut(line, ":")
			if !ok || strings.Contains(name, "=") {
				name, value, ok = strings.Cut(line, "=")
			}
			if ok && strings.Trim(name, " \t-\"'{") == setting && mentions(value, table) {
				return true
			}
		}
	}
	return false
}

// mentions says whether a word stands in a text by itself.
func mentions(text, word string) bool {
	for {
		i := strings.Index(text, word)
		if i < 0 {
			return false
		}
		end := i + len(word)
		if (i == 0 || !isWord(text[i-1])) && (end == len(text) || !isWord(text[end])) {
			return true
		}
		text = text[end:]
	}
}

func isWord(c byte) bool {
	return c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
