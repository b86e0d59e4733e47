package pyflow

import "maps"

// Partial is a callable with its first arguments given: functools.partial.
type Partial struct {
	Callee   *Value
	Args     []*Value
	Keywords map[string]*Value

	id string
}

// RefKey implements Ref.
func (p *Partial) RefKey() string { return p.id }

// partial is functools.partial(callee, ...).
func partial(c *Call) *Value {
	if len(c.Args) == 0 || c.Args[0] == nil {
		return nil
	}
	p := &Partial{Callee: c.Args[0], Args: c.Args[1:], Keywords: c.Keywords, id: "p:" + c.Args[0].keyText()}
	for _, a := range p.Args {
		p.id += "," + a.keyText()
	}
	for _, k := range sortedKeys(p.Keywords) {
		p.id += "," + k + "=" + p.Keywords[k].keyText()
	}
	return Of(p)
}

// with is the call that a call of the partial makes.
func (p *Partial) with(c *Call) *Call {
	out := *c
	out.Callee = p.Callee
	out.Args = append(append([]*Value{}, p.Args...), c.Args...)
	out.Before = c.Before + len(p.Args)
	out.Keywords = maps.Clone(p.Keywords)
	if out.Keywords == nil {
		out.Keywords = map[string]*Value{}
	}
	maps.Copy(out.Keywords, c.Keywords)
	return &out
}
