package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// Forms of WTForms that are made of an item: what they are given is printed when
// a template prints their fields.
// https://wtforms.readthedocs.io/en/stable/forms/

// isForm says whether a class is a form.
func isForm(c *pyflow.Class) bool {
	_, external := c.Lineage()
	return slices.ContainsFunc(external, func(x string) bool { return strings.HasSuffix(lastPart(x), "Form") && !strings.HasPrefix(x, "django") })
}

// unprinted are the fields that no value is printed in.
var unprinted = map[string]bool{"PasswordField": true, "FileField": true, "MultipleFileField": true, "SubmitField": true}

// formField is what a form of the tree prints as one of its fields; ok says that
// a value is a form.
func formField(f *pyflow.Frame, v *pyflow.Value, name string) (field *pyflow.Value, ok bool) {
	for _, r := range v.RefList() {
		i, is := r.(*pyflow.Instance)
		if !is || !isForm(i.Class) {
			continue
		}
		ok = true
		call := declaredFields(i.Class)[name]
		if call == nil || unprinted[calleeName(call)] {
			continue
		}
		made := i.Dict()
		field = pyflow.Join(field, v.Field(name), made.Field(name))
		for _, whole := range []string{"data", "obj"} {
			if item := made.Field(whole); item != nil {
				field = pyflow.Join(field, onlyFields(f.IndexOf(item, pyflow.Of(pyflow.Text(name)))))
			}
		}
	}
	return field, ok
}

// formFields are what a form prints in all; nil where a value is none.
func formFields(f *pyflow.Frame, v *pyflow.Value) *pyflow.Value {
	var out *pyflow.Value
	for _, r := range v.RefList() {
		if i, is := r.(*pyflow.Instance); is && isForm(i.Class) {
			for _, name := range sortedKeys(declaredFields(i.Class)) {
				field, _ := formField(f, v, name)
				out = pyflow.Join(out, field)
			}
		}
	}
	return out
}

// prefilled gives a form's variable what is put into a field: form.name.data = x.
func (s *scanner) prefilled(f *pyflow.Frame, name string, value *pyflow.Value, at python.Expr) {
	target, ok := at.(*python.Attribute)
	if !ok || name != "data" || len(value.Deep()) == 0 {
		return
	}
	field, ok := target.Value.(*python.Attribute)
	if !ok {
		return
	}
	form := f.Eval(field.Value)
	if _, is := formField(f, form, field.Attr); is {
		f.Replace(field.Value, pyflow.Join(form, &pyflow.Value{Shape: pyflow.Dict, Fields: map[string]*pyflow.Value{field.Attr: value}}))
	}
}

// printedField is a form's field as a template prints it: itself, called with
// HTML's attributes, or its data; its label and its errors hold no value.
func (e *jinjaValue) printedField(field *pyflow.Value) *pyflow.Value {
	if e.accept(".") {
		if part := e.next(); part != "data" && part != "_value" {
			field = nil
		}
	}
	if e.accept("(") {
		e.arguments(")")
	}
	return field
}

// formMacros are the macros of libraries that print a form, or a field.
var formMacros = map[string]bool{"quick_form": true, "form_field": true, "render_form": true, "render_field": true, "render_form_row": true}

// printForm is what such a macro prints of what it is given.
func (r *rendering) printForm(args []argument) *pyflow.Value {
	var out *pyflow.Value
	for _, a := range args {
		if fields := formFields(r.f, a.Value); fields != nil {
			out = pyflow.Join(out, fields)
		} else if a.Value != nil {
			out = pyflow.Join(out, &pyflow.Value{Marks: a.Marks})
		}
	}
	return out
}
