package embedded

import (
	"errors"
	"strings"

	"github.com/discreet-dev/discreet/internal/expr"
	"github.com/discreet-dev/discreet/internal/item"
)

// expressions is what a request's expressions say, or its older parameters,
// which say the same in other words.
type expressions struct {
	condition  expr.Condition
	filter     expr.Condition
	filterName string // how the refusal of the filter calls it
	key        []expr.KeyTerm
	projection []expr.Path
	projectsBy string // the parameter that the projection stands in
	update     *expr.Update
}

// expressions parses those of the kinds that the request has. legacy are the
// older parameters that may stand in their place.
func (f *fields) expressions(kinds, legacy []string) (*expressions, error) {
	x := &expressions{}
	given := f.given(kinds...)
	if len(given) == 0 {
		return x, f.noExpressions(kinds)
	}
	if old := f.given(legacy...); len(old) > 0 {
		return nil, invalid("Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {%s} Expression parameters: {%s}",
			strings.Join(old, ", "), strings.Join(given, ", "))
	}
	p, err := f.parser()
	if err != nil {
		return nil, err
	}
	for _, kind := range given {
		source, _ := f.text(kind)
		if f.err != nil {
			return nil, f.err
		}
		if err := x.parse(p, kind, source); err != nil {
			return nil, err
		}
	}
	return x, p.Unused()
}

// noExpressions refuses names and values that stand for nothing.
func (f *fields) noExpressions(kinds []string) error {
	if f.has("ExpressionAttributeNames") {
		return invalid("ExpressionAttributeNames can only be specified when using expressions")
	}
	if !f.has("ExpressionAttributeValues") {
		return nil
	}
	var withValues []string
	for _, kind := range kinds {
		if kind != expr.Projection {
			withValues = append(withValues, kind)
		}
	}
	switch len(withValues) {
	case 0:
		return nil
	case 1:
		return invalid("ExpressionAttributeValues can only be specified when using expressions: %s is null", withValues[0])
	}
	return invalid("ExpressionAttributeValues can only be specified when using expressions: %s are null", strings.Join(withValues, " and "))
}

func (f *fields) parser() (*expr.Parser, error) {
	var names map[string]string
	if g, ok := f.object("ExpressionAttributeNames", "java.util.Map<java.lang.String, java.lang.String>"); ok {
		names = make(map[string]string, len(g.members))
		for _, m := range g.members {
			names[m.name], _ = g.text(m.name)
		}
		f.take(g)
	}
	values, err := f.item("ExpressionAttributeValues")
	if f.err != nil {
		return nil, f.err
	}
	var bad *item.Error
	if errors.As(err, &bad) {
		return nil, expr.InvalidValue(bad)
	}
	return expr.NewParser(names, values)
}

func (x *expressions) parse(p *expr.Parser, kind, source string) (err error) {
	switch kind {
	case expr.Check:
		x.condition, err = p.Condition(kind, source)
	case expr.Filter:
		x.filter, err = p.Condition(kind, source)
		x.filterName = "Filter Expression"
	case expr.Key:
		x.key, err = p.KeyCondition(source)
	case expr.Projection:
		x.projection, err = p.Projection(source)
		x.projectsBy = kind
	case expr.Updating:
		var u expr.Update
		u, err = p.Update(source)
		x.update = &u
	}
	return err
}

// projected is what the request wants to see of a document, as JSON.
func (x *expressions) projected(d *document) ([]byte, error) {
	if x.projection == nil {
		return d.wire, nil
	}
	m, err := d.item()
	if err != nil {
		return nil, err
	}
	return item.AppendItem(nil, expr.Project(m, x.projection)), nil
}
