package pyflow

import (
	"slices"
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/python"
)

// Builtin is what Python's own functions and the methods of its containers do
// to values; nil for what is neither.
func (f *frame) Builtin(c *Call) *Value {
	if c.Receiver != nil {
		if v, ok := f.method(c); ok {
			return v
		}
	}
	first := c.Arg(0, "")
	switch c.Name {
	case "dict", "collections.OrderedDict", "OrderedDict":
		out := &Value{Shape: Dict, Fields: map[string]*Value{}}
		if first != nil {
			if pairs := f.pairsOf(first); pairs != nil {
				out = f.dictOf(pairs, c.At)
			} else {
				out = f.overlay(out, first)
			}
		}
		out.Fields = cloneFields(out.Fields)
		for k, v := range c.Keywords {
			out.Fields[k] = v
		}
		return Join(out, c.Spread)
	case "collections.defaultdict", "defaultdict":
		made := f.call(first, &Call{Callee: first, Name: first.name(), Method: first.name(), Keywords: map[string]*Value{}})
		return f.overlay(&Value{Shape: Dict, Elem: made}, c.Arg(1, ""))
	case "list", "sorted", "set", "tuple", "reversed", "iter", "frozenset", "collections.deque":
		if first == nil {
			return &Value{Shape: List}
		}
		if first.Shape == Dict || len(first.Marks) > 0 || iterable(first) {
			marks := &Value{Marks: first.Marks}
			return Join(&Value{Shape: List, Elem: f.iterate(first)}, keepList(marks))
		}
		return first
	case "copy.copy", "copy.deepcopy", "copy", "deepcopy", "ast.literal_eval":
		return first
	case "str", "repr", "format", "bytes", "ascii":
		return f.textual(first)
	case "next", "min", "max", "random.choice":
		return Join(f.iterate(first), c.Arg(1, "default"))
	case "filter", "itertools.filterfalse", "itertools.takewhile", "itertools.dropwhile", "heapq.nlargest", "heapq.nsmallest":
		return c.Arg(1, "iterable")
	case "itertools.cycle", "random.sample", "random.choices", "concurrent.futures.as_completed", "asyncio.as_completed":
		return first
	case "itertools.groupby", "groupby":
		group := &Value{Shape: Tuple, Fields: map[string]*Value{"0": {}, "1": first}}
		return &Value{Shape: List, Elem: group}
	case "map":
		items := f.iterate(c.Arg(1, ""))
		return &Value{Shape: List, Elem: f.Apply(first, []*Value{items}, c.At)}
	case "enumerate":
		pair := &Value{Shape: Tuple, Fields: map[string]*Value{"0": {}, "1": f.iterate(first)}}
		return &Value{Shape: List, Elem: pair}
	case "zip":
		pair := &Value{Shape: Tuple, Fields: map[string]*Value{}}
		for i, a := range c.Args {
			pair.Fields[strconv.Itoa(i)] = f.iterate(a)
		}
		return &Value{Shape: List, Elem: pair}
	case "getattr":
		if name := c.Arg(1, ""); name.Text() != "" {
			return Join(f.attribute(first, name.Text(), nil), c.Arg(2, ""))
		} else if texts := name.Texts(); len(texts) > 0 {
			out := []*Value{c.Arg(2, "")}
			for _, t := range texts {
				out = append(out, f.attribute(first, t, nil))
			}
			return Join(out...)
		}
		return Join(f.index(first, c.Arg(1, "")), f.classesOf(first), c.Arg(2, ""))
	case "setattr":
		if name := c.Arg(1, "").Text(); name == "" && c.At != nil {
			for _, r := range valueRefs(first) {
				if i, ok := r.(*Instance); ok {
					i.absorb(f.entry(c.Arg(1, ""), c.Arg(2, ""), c.At))
				}
			}
		} else if c.At != nil && len(c.At.Args) > 2 {
			f.setAttribute(&python.Attribute{Span: c.At.Span, Value: c.At.Args[0], Attr: name}, c.Arg(2, ""))
		}
		return nil
	case "vars":
		return AsDict(first)
	case "type":
		var out []*Value
		for _, r := range valueRefs(first) {
			if i, ok := r.(*Instance); ok {
				out = append(out, Of(i.Class))
			}
		}
		return Join(out...)
	case "importlib.import_module", "__import__":
		var out []*Value
		for _, t := range first.Texts() {
			if m := f.engine.program.Find(f.module, t, 0); m != nil {
				out = append(out, Of(m))
			}
		}
		return Join(out...)
	case "functools.partial", "partial":
		return partial(c)
	case "asyncio.to_thread", "asyncio.run":
		if len(c.Args) > 0 {
			return f.Apply(first, c.Args[1:], c.At)
		}
	case "asyncio.gather":
		out := &Value{Shape: Tuple, Fields: map[string]*Value{}, Elem: c.Rest}
		for i, a := range c.Args {
			out.Fields[strconv.Itoa(i)] = a
		}
		return out
	case "asyncio.wait_for", "asyncio.create_task", "asyncio.ensure_future", "asyncio.shield", "asyncio.run_coroutine_threadsafe":
		return first
	case "any", "all":
		return orNothing(f.truth(f.iterate(first), c.At))
	case "bool":
		return orNothing(f.truth(first, c.At))
	case "operator.itemgetter", "operator.attrgetter", "itemgetter", "attrgetter":
		return Of(&Getter{Names: c.Args})
	case "len", "isinstance", "hasattr", "id", "callable", "range", "issubclass", "hash":
		return &Value{}
	case "int", "float", "Decimal", "decimal.Decimal", "abs", "round", "sum":
		return f.textual(first)
	}
	return nil
}

// iterable says whether a value may be an object of the tree's that says itself
// what it is iterated over.
func iterable(v *Value) bool {
	return slices.ContainsFunc(valueRefs(v), func(r Ref) bool {
		i, ok := r.(*Instance)
		return ok && i.Class.Method("__iter__") != nil
	})
}

func keepList(v *Value) *Value { return &Value{Shape: List, Marks: v.Marks} }

// method is a method of a dict, a list or a str.
func (f *frame) method(c *Call) (*Value, bool) {
	base := c.Receiver
	switch c.Method {
	case "get", "pop", "setdefault":
		if len(c.Args) == 0 {
			if c.Method == "pop" {
				return f.iterate(base), true
			}
			return nil, false
		}
		if len(base.Externals()) > 0 && base.Shape == Opaque && len(base.Marks) == 0 {
			return nil, false
		}
		if c.Method == "pop" && base.Shape == List {
			return f.iterate(base), true
		}
		return orNothing(Join(f.index(base, c.Args[0]), c.Arg(1, "default"))), true
	case "__getitem__", "__getattribute__", "__getattr__":
		return f.index(base, c.Arg(0, "")), true
	case "result":
		if len(c.Args) == 0 && len(base.Externals()) == 0 { // a future's
			return base, true
		}
	case "submit", "run_in_executor", "run_sync", "map":
		if v, ok := f.submitted(c); ok {
			return v, true
		}
	case "items":
		return f.items(base, true), true
	case "values":
		return f.items(base, false), true
	case "keys":
		if base.Shape == Dict || len(base.Marks) > 0 {
			return &Value{Shape: List, Elem: f.iterate(base)}, true
		}
	case "copy":
		if base.name() == "copy" { // the module
			return nil, false
		}
		return base, true
	case "capitalize", "lower", "upper", "title", "strip", "lstrip", "rstrip", "casefold", "swapcase", "removeprefix", "removesuffix", "replace", "zfill", "ljust", "center":
		if len(base.Externals()) > 0 && len(base.Marks) == 0 && len(base.Texts()) == 0 {
			return nil, false
		}
		out := &Value{Marks: base.Marks}
		for _, t := range base.Texts() {
			out.Refs = append(out.Refs, Text(recase(c.Method, t)))
		}
		return out, true
	case "encode", "decode", "isoformat", "hex", "tolist", "to_dict", "as_dict", "dict", "model_dump", "strftime":
		if len(base.Externals()) > 0 && len(base.Marks) == 0 {
			return nil, false
		}
		return base, true
	case "split", "splitlines", "rsplit", "partition":
		if len(base.Marks) > 0 {
			return &Value{Shape: List, Elem: &Value{Marks: base.Marks}}, true
		}
	case "join":
		if len(base.Texts()) > 0 {
			return &Value{Marks: f.textual(c.All()).Deep()}, true
		}
	case "format":
		if len(base.Texts()) > 0 {
			parts := append([]*Value{base}, c.Args...)
			for _, k := range sortedKeys(c.Keywords) {
				parts = append(parts, c.Keywords[k])
			}
			for i := range parts {
				parts[i] = f.textual(parts[i])
			}
			return &Value{Marks: f.engine.library.Compose(parts)}, true
		}
	case "count", "index", "startswith", "endswith", "isdigit", "isalpha", "find":
		if len(base.Externals()) == 0 {
			return &Value{}, true
		}
	}
	return nil, false
}

func recase(method, t string) string {
	switch method {
	case "capitalize":
		if t != "" {
			return strings.ToUpper(t[:1]) + strings.ToLower(t[1:])
		}
	case "lower", "casefold":
		return strings.ToLower(t)
	case "upper":
		return strings.ToUpper(t)
	case "strip":
		return strings.TrimSpace(t)
	}
	return t
}

// items is base.items(), or base.values().
func (f *frame) items(base *Value, pairs bool) *Value {
	var all []*Value
	for _, k := range base.FieldNames() {
		v := base.Fields[k]
		if pairs {
			v = &Value{Shape: Tuple, Fields: map[string]*Value{"0": Of(Text(k)), "1": v}}
		}
		all = append(all, v)
	}
	rest := base.Elem
	if len(base.Marks) > 0 {
		lib := f.engine.library
		keys := f.transform(base.Marks, func(m Mark) []Mark { return lib.Iterate(m, Keys) })
		values := f.transform(base.Marks, func(m Mark) []Mark { return lib.Iterate(m, Values) })
		rest = Join(rest, values)
		if pairs {
			all = append(all, &Value{Shape: Tuple, Fields: map[string]*Value{"0": keys, "1": values}})
			rest = base.Elem
		}
	}
	if rest != nil {
		if pairs {
			rest = &Value{Shape: Tuple, Fields: map[string]*Value{"1": rest}}
		}
		all = append(all, rest)
	}
	return &Value{Shape: List, Elem: Join(all...)}
}

// AsDict is vars(v): an instance's attributes, and not the instance itself.
func AsDict(v *Value) *Value {
	out := withoutInstances(v)
	for _, r := range valueRefs(v) {
		if i, ok := r.(*Instance); ok {
			out = Join(out, i.Dict())
		}
	}
	return out
}

// classesOf are the classes that a module defines, of which a name that is put
// together at run time takes one: getattr(models, name).
func (f *frame) classesOf(v *Value) *Value {
	out := &Value{}
	for _, r := range valueRefs(v) {
		m, ok := r.(*Module)
		if !ok {
			continue
		}
		f.engine.Load(m)
		for _, s := range m.File.Body {
			def, ok := s.(*python.ClassDef)
			if !ok {
				continue
			}
			for _, r := range valueRefs(m.globals.vars.get(def.Name)) {
				if c, ok := r.(*Class); ok && len(out.Refs) < maxRefs {
					out.Refs = append(out.Refs, c)
				}
			}
		}
	}
	if len(out.Refs) == 0 {
		return nil
	}
	return out
}
