package python

import (
	"fmt"
	"reflect"
	"strings"
)

// dump writes a tree as Kind(field=value ...), zero fields and spans left out.
func dump(v any) string {
	var b strings.Builder
	dumpValue(&b, reflect.ValueOf(v))
	return b.String()
}

func dumpValue(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		dumpValue(b, v.Elem())
	case reflect.Slice:
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(' ')
			}
			dumpValue(b, v.Index(i))
		}
		b.WriteByte(']')
	case reflect.Struct:
		dumpStruct(b, v)
	case reflect.String:
		fmt.Fprintf(b, "%q", v.String())
	default:
		fmt.Fprint(b, v)
	}
}

func dumpStruct(b *strings.Builder, v reflect.Value) {
	switch n := v.Interface().(type) {
	case Name:
		b.WriteString(n.ID)
		return
	case Number:
		b.WriteString(n.Text)
		return
	case String:
		if n.Bytes {
			b.WriteByte('b')
		}
		fmt.Fprintf(b, "%q", n.Value)
		return
	case Constant:
		b.WriteString([]string{"None", "True", "False", "..."}[n.Kind])
		return
	case ExprStmt:
		dumpValue(b, reflect.ValueOf(n.Value))
		return
	case Jump:
		b.WriteString([]string{"pass", "break", "continue"}[n.Kind])
		return
	}
	b.WriteString(v.Type().Name() + "(")
	space := ""
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Type == reflect.TypeFor[Span]() || v.Field(i).IsZero() {
			continue
		}
		b.WriteString(space + field.Name + "=")
		dumpValue(b, v.Field(i))
		space = " "
	}
	b.WriteByte(')')
}
