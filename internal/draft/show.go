package draft

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/surface"
)

// shown is an attribute with its name outside, and whether its being shown to
// others waits for a reason.
type shown struct {
	path, as string
	reason   bool
}

// choose says what is shown and what callers write.
func (c *candidate) choose() {
	c.shows()
	if c.operation == "create" || c.operation == "update" {
		c.writes()
	}
}

// shows are the attributes of the code's answer that are fit for who asks: those
// that it names, and of a whole item those that are known.
func (c *candidate) shows() {
	own := !c.any && c.own()
	left := omissions{}
	offer := func(path, as string) {
		a := c.of.find(path)
		if a == nil {
			return
		}
		for _, leaf := range a.leaves(path) {
			if why := leaf.hides(own); why != "" {
				left.add(why, leaf.path)
			} else if !slices.ContainsFunc(c.show, func(s shown) bool { return s.path == leaf.path }) {
				c.show = append(c.show, shown{path: leaf.path, as: as})
			}
		}
	}
	whole := false
	for _, s := range c.access.Shows {
		whole = whole || s.Name == "*"
		offer(s.Name, c.outside(s))
	}
	for _, key := range c.keyVariables(whole) {
		offer(key, "")
	}
	if whole {
		for _, a := range c.of.attributes {
			offer(a.name, "")
		}
		c.left = append(c.left, "the code shows the whole item: declare what else is in it, and show what may be seen")
	}
	c.nameOnce()
	if len(c.show) == 0 && (c.operation == "list" || c.operation == "get") {
		c.ask("What of these items is no secret? Nothing that the code shows is known to be fit for who asks.")
		for _, key := range c.keyVariables(true) {
			if a := c.of.find(key); a != nil && (a.class == "ordinary" || a.class == "personal") {
				c.show = append(c.show, shown{path: key, reason: a.class == "personal" && !own})
				left.take(key)
			}
		}
	}
	c.left = append(c.left, left.lines("not shown")...)
}

// outside is the name that an attribute has in the code's answer, "" for its own.
func (c *candidate) outside(s surface.Attribute) string {
	a := c.of.find(s.Name)
	if a == nil || len(a.members) > 0 || s.As == s.Name || !plainText.MatchString(s.As) || strings.Contains(s.As, ".") {
		return ""
	}
	return s.As
}

// keyVariables are those that a view shows beside what the code names: all with
// a whole item, and in a list those that it is in the order of.
func (c *candidate) keyVariables(whole bool) []string {
	var out []string
	if whole {
		out = slices.Clone(c.of.variables(c.table.partition))
	}
	sort := c.table.sort
	if x := c.table.index(c.index); x != nil {
		sort = x.from.SortKey
	}
	if writable(sort) && (whole || c.operation == "list") {
		for _, v := range c.of.variables(sort) {
			if whole || !c.bound(v) {
				out = union(out, []string{v})
			}
		}
	}
	return out
}

// nameOnce takes back the other names that would make two attributes one.
func (c *candidate) nameOnce() {
	outside := map[string]int{}
	for _, s := range c.show {
		outside[s.path]++
		if s.as != "" {
			outside[s.as]++
		}
	}
	for i, s := range c.show {
		if s.as != "" && outside[s.as] > 1 {
			c.show[i].as = ""
		}
	}
}

// writes are the attributes that a caller sends and that are nobody else's to
// say.
func (c *candidate) writes() {
	left := omissions{}
	for _, w := range c.access.Writes {
		a := c.of.find(w.Name)
		if w.Name == "*" {
			c.note("the code stores whatever is sent; here a caller writes what stands under `write`")
		}
		if a == nil || slices.Contains(c.table.keyNames(), w.Name) || w.Name == c.table.ttl || slices.Contains(c.write, w.Name) {
			continue
		}
		switch {
		case c.bound(w.Name):
		case a.class == "secret" || a.class == "internal":
			left.add(a.class, w.Name)
		case !fromCaller(w.Source):
			left.add("the code says the value: give it under `set`", w.Name)
		case power.MatchString(w.Name):
			left.add("callers send it, and it looks like a right", w.Name)
		case len(a.members) > 0 || a.typ == "M" || a.typ == "L":
			left.add("written whole: name its members", w.Name)
		default:
			c.write = append(c.write, w.Name)
		}
	}
	if c.operation == "update" && len(c.write) == 0 {
		c.ask("Which attributes may the caller change? The code does not tell.")
	}
	c.left = append(c.left, left.lines("not written")...)
}
