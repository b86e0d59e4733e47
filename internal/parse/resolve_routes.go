package parse

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
)

var operatorWords = []string{"eq", "ne", "lt", "lte", "gt", "gte", "between", "begins_with"}

// methods are those that an operation may have. HEAD comes with GET, and
// OPTIONS with CORS.
var methods = map[contract.Operation][]string{
	contract.List:   {"GET"},
	contract.Get:    {"GET"},
	contract.Create: {"POST", "PUT"},
	contract.Update: {"PATCH"},
	contract.Delete: {"DELETE"},
}

var operations = []contract.Operation{contract.List, contract.Get, contract.Create, contract.Update, contract.Delete}

const (
	defaultPage  = 20
	defaultMax   = 100
	defaultReads = 2000
)

func (s *resolver) route(name, n *node) {
	rt := &contract.Route{Text: name.text, Pos: name.pos}
	s.nodes[rt] = n
	s.out.Routes = append(s.out.Routes, rt)
	if hasBad(n) {
		s.broken[rt] = true
	}
	s.routePath(rt, name)
	var views *node
	for _, op := range operations {
		if !n.has(string(op)) {
			continue
		}
		if rt.Operation != "" {
			s.broke(rt, n.key(string(op)).pos, "operation", "write one route for each", "a route has one operation, and this has `%s` and `%s`", rt.Operation, op)
			continue
		}
		rt.Operation, views = op, n.get(string(op))
	}
	if rt.Operation == "" {
		s.broke(rt, name.pos, "operation", "add one of list, get, create, update, delete", "nothing says what the route does")
		return
	}
	if rt.Method != "" && !contains(methods[rt.Operation], rt.Method) {
		s.broke(rt, name.pos, "method", "use "+strings.Join(methods[rt.Operation], " or "), "%s does not fit `%s`", rt.Method, rt.Operation)
	}
	for _, x := range views.each() {
		v := s.viewOf(x)
		if v == nil || s.broken[v] {
			s.broken[rt] = true
			if v != nil {
				s.mark(v).any = true
			}
			continue
		}
		for _, other := range rt.Views {
			if other == v {
				s.broke(rt, x.pos, "duplicate", "name it once", "the view `%s` stands here twice", clip(x.text))
			}
		}
		rt.Views = append(rt.Views, v)
		s.mark(v).any = true
	}
	s.listOptions(rt, n)
}

// mark is what is known of the use of a view.
func (s *resolver) mark(v *contract.View) *use {
	u := s.used[v]
	if u == nil {
		u = &use{}
		s.used[v] = u
	}
	return u
}

// listOptions reads what a list alone has.
func (s *resolver) listOptions(rt *contract.Route, n *node) {
	if rt.Operation != contract.List {
		for _, key := range []string{"index", "order", "parameters", "page", "order_reveals"} {
			if n.has(key) {
				s.broke(rt, n.key(key).pos, "list_only", "leave it out", "`%s` is for a list, and this is `%s`", key, rt.Operation)
			}
		}
		return
	}
	rt.Descending = n.str("order") == "descending"
	rt.OrderReveals = s.reason(n.get("order_reveals"))
	page := n.get("page")
	rt.Page = contract.Page{
		Default: s.count(page.get("default"), 10000),
		Max:     s.count(page.get("max"), 10000),
		Reads:   s.count(page.get("reads"), 1000000),
	}
	if rt.Page.Max == 0 {
		rt.Page.Max = max(defaultMax, rt.Page.Default)
	}
	if rt.Page.Default == 0 {
		rt.Page.Default = min(defaultPage, rt.Page.Max)
	}
	if rt.Page.Reads == 0 {
		rt.Page.Reads = max(defaultReads, rt.Page.Max)
	}
	if rt.Page.Default > rt.Page.Max {
		s.broke(rt, page.get("default").pos, "page", "raise `max`, or lower `default`", "the default page is larger than the largest")
	}
	if rt.Page.Reads < rt.Page.Max {
		s.broke(rt, page.get("reads").pos, "page", "raise `reads` to `max` at least", "a full page needs more reads than are allowed")
	}
	if x := n.get("index"); x != nil && len(rt.Views) > 0 {
		t := rt.Views[0].Of.Table
		rt.Index = t.Index(x.text)
		if rt.Index == nil {
			var names []string
			for _, i := range t.Indexes {
				names = append(names, i.Name)
			}
			s.broke(rt, x.pos, "unknown_index", s.near(x.text, names), "the table `%s` has no index `%s`", clip(t.Name), clip(x.text))
		}
	}
	for _, e := range n.get("parameters").sound() {
		name, ok := s.attributeName(e.key)
		if !ok {
			s.broken[rt] = true
			continue
		}
		p := &contract.Parameter{Name: name}
		for _, x := range e.value.each() {
			for _, op := range p.Operators {
				if op == contract.Operator(x.text) {
					s.broke(rt, x.pos, "duplicate", "name it once", "`%s` stands here twice", x.text)
				}
			}
			p.Operators = append(p.Operators, contract.Operator(x.text))
		}
		s.nodes[p] = e.key
		rt.Parameters = append(rt.Parameters, p)
	}
}

var segment = regexp.MustCompile(`^[A-Za-z0-9_~.-]+$`)

// routePath reads `GET /a/{b}`.
func (s *resolver) routePath(rt *contract.Route, n *node) {
	method, path, ok := strings.Cut(n.text, " ")
	known := []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	if !ok || strings.Contains(path, " ") {
		s.broke(rt, n.pos, "route", "write METHOD /path, such as GET /api/profiles/{user_id}", "`%s` is no route", clip(n.text))
		return
	}
	if !contains(known, method) {
		mend := s.near(method, known)
		if method == "HEAD" || method == "OPTIONS" {
			mend = "leave it out: HEAD comes with GET, and OPTIONS with http.cors"
		}
		s.broke(rt, n.pos, "method", mend, "`%s` is no method that a route may have", clip(method))
	} else {
		rt.Method = method
	}
	rest, ok := strings.CutPrefix(path, "/")
	if !ok || len(path) > 1024 {
		s.broke(rt, n.pos, "route", "start the path with /", "`%s` is no path", clip(path))
		return
	}
	if rest == "" {
		return
	}
	seen := map[string]bool{}
	for _, part := range strings.Split(rest, "/") {
		inner, opened := strings.CutPrefix(part, "{")
		variable, closed := strings.CutSuffix(inner, "}")
		switch {
		case part == "":
			s.broke(rt, n.pos, "route", "leave the extra / out", "a segment of `%s` is empty", clip(path))
		case part == "." || part == "..":
			s.broke(rt, n.pos, "route", "write the path that is meant", "`%s` is no segment", part)
		case opened && closed && claimName.MatchString(variable):
			if seen[variable] {
				s.broke(rt, n.pos, "route", "name each variable once", "`{%s}` stands in the path twice", variable)
			}
			seen[variable] = true
			rt.Segments = append(rt.Segments, contract.Segment{Variable: variable})
		case strings.ContainsAny(part, "{}"):
			s.broke(rt, n.pos, "route", "a variable is a whole segment: /{user_id}/", "`%s` is no segment", clip(part))
		case !segment.MatchString(part):
			s.broke(rt, n.pos, "route", "letters, digits and - . _ ~, not encoded", "`%s` is no segment", clip(part))
		default:
			rt.Segments = append(rt.Segments, contract.Segment{Literal: part})
		}
	}
}

const ratePattern = `^[1-9][0-9]{0,8}/[smh]( burst [1-9][0-9]{0,8})?$`

var rate = regexp.MustCompile(ratePattern)

func (s *resolver) http(n *node) {
	h := &s.out.HTTP
	cors := n.get("cors")
	h.CORSCredentials = cors.yes("credentials")
	for _, x := range cors.get("origins").each() {
		u, err := url.Parse(x.text)
		switch {
		case x.text == "*" || x.text == "null" || strings.Contains(x.text, "*"):
			s.fail(x.pos, "origin", "name each origin: https://app.example.com", "`%s` lets pages that nobody named read answers", clip(x.text))
		case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || x.text != u.Scheme+"://"+u.Host || x.text != strings.ToLower(x.text) || strings.HasSuffix(u.Host, ":"):
			s.fail(x.pos, "origin", "scheme, host and maybe port, in lower case, with no path and no / at the end: https://app.example.com", "`%s` is no origin", clip(x.text))
		case u.Scheme == "https" && u.Port() == "443" || u.Scheme == "http" && u.Port() == "80":
			s.fail(x.pos, "origin", "leave the port out: browsers do", "`%s` names the default port", clip(x.text))
		case contains(h.CORSOrigins, x.text):
			s.fail(x.pos, "duplicate", "name it once", "`%s` stands here twice", clip(x.text))
		}
		h.CORSOrigins = append(h.CORSOrigins, x.text)
	}
	x := n.get("rate")
	if x == nil {
		return
	}
	if !rate.MatchString(x.text) {
		s.fail(x.pos, "rate", "write \"50/s burst 100\"; s, m or h", "`%s` is no rate", clip(x.text))
		return
	}
	count, rest, _ := strings.Cut(x.text, "/")
	unit, burst, given := strings.Cut(rest, " burst ")
	times, _ := strconv.Atoi(count)
	h.RatePerSecond = float64(times) / map[string]float64{"s": 1, "m": 60, "h": 3600}[unit]
	h.RateBurst = times
	if given {
		h.RateBurst, _ = strconv.Atoi(burst)
	}
}
