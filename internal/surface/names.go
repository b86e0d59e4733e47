package surface

// Names calls f with every name in an app, which the scanned tree has chosen.
func (a *App) Names(f func(*string)) {
	all := func(names ...*string) {
		for _, n := range names {
			f(n)
		}
	}
	list := func(names []string) {
		for i := range names {
			f(&names[i])
		}
	}
	for i := range a.Routes {
		r := &a.Routes[i]
		all(&r.Title, &r.Path, &r.Function)
		list(r.Others)
		namesOf(r.Accesses, f)
	}
	namesOf(a.Elsewhere, f)
	f(&a.Identity.Name)
	for i := range a.Tables {
		t := &a.Tables[i]
		all(&t.Name, &t.PartitionKey, &t.SortKey, &t.TTL)
		for j := range t.Indexes {
			x := &t.Indexes[j]
			all(&x.Name, &x.PartitionKey, &x.SortKey)
			list(x.Include)
		}
		for j := range t.Fields {
			f(&t.Fields[j].Name)
		}
	}
}

func namesOf(accesses []Access, f func(*string)) {
	for i := range accesses {
		a := &accesses[i]
		f(&a.Table)
		f(&a.Index)
		for j := range a.Bindings {
			b := &a.Bindings[j]
			f(&b.Attribute)
			f(&b.Name)
			f(&b.Template)
		}
		for _, list := range [][]Attribute{a.Shows, a.Reads, a.Writes} {
			for j := range list {
				f(&list[j].Name)
				f(&list[j].As)
			}
		}
	}
}
