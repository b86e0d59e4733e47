package parse

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
)

// digests gives every view the hash of a description that names all that
// decides what it reaches and shows, each part in quotes, so that no two
// contracts share one by accident of spelling.
func (s *resolver) digests() {
	for _, v := range s.out.Views {
		v.Digest = sha256.Sum256([]byte(describe(v)))
	}
}

func describe(v *contract.View) string {
	var b strings.Builder
	describeTable(&b, v.Of.Table)
	it := v.Of
	fmt.Fprintf(&b, "type %q\n", it.Name)
	for _, key := range keyAttributes(it.Table) {
		t := it.Keys[key]
		fmt.Fprintf(&b, "key %q %t %q", key, t.Whole, t.Delimiter)
		for _, p := range t.Parts {
			fmt.Fprintf(&b, " %q{%q}", p.Literal, p.Variable)
		}
		b.WriteByte('\n')
	}
	for _, c := range it.Only {
		fmt.Fprintf(&b, "only %q %q %q\n", c.Attribute.Name, c.Value.Type, c.Value.Text)
	}
	for _, name := range sortedNames(it.Attributes) {
		describeAttribute(&b, it.Attributes[name], 0)
	}
	fmt.Fprintf(&b, "view %q roles %q any %t by %t scan %q reason %q fresh %t server %t\n", v.Name, v.Roles, v.Any, v.ByPartition, v.Scan, v.Reason, v.Fresh, v.ServerOnly)
	for _, x := range v.Scope {
		fmt.Fprintf(&b, "scope %q %t %s\n", x.Attribute.Name, x.Contains, describeOperand(x.Value))
	}
	for _, x := range v.Show {
		fmt.Fprintf(&b, "show %q as %q default %t %q mask %q %t reason %q\n", x.Path.String(), x.As, x.Default != nil, x.Default, x.Mask, x.AcrossPrincipals, x.Reason)
	}
	for _, x := range v.Write {
		fmt.Fprintf(&b, "write %q\n", x.String())
	}
	for _, x := range v.OnCreate {
		fmt.Fprintf(&b, "create %q %s\n", x.Attribute.Name, describeOperand(x.Value))
	}
	for _, x := range v.OnUpdate {
		fmt.Fprintf(&b, "update %q %s\n", x.Attribute.Name, describeOperand(x.Value))
	}
	return b.String()
}

func describeTable(b *strings.Builder, t *contract.Table) {
	fmt.Fprintf(b, "table %q %q %q ttl %q version %q\n", t.Name, t.Partition, t.Sort, t.TTL, t.Version)
	for _, x := range t.Indexes {
		fmt.Fprintf(b, "index %q %t %q %q %t %q\n", x.Name, x.Local, x.Partition, x.Sort, x.Projection.All, x.Projection.Names)
	}
}

func describeOperand(o contract.Operand) string {
	return fmt.Sprintf("%d %q %q %q", o.Kind, o.Claim, o.Constant.Type, o.Constant.Text)
}

func describeAttribute(b *strings.Builder, a *contract.Attribute, depth int) {
	fmt.Fprintf(b, "attribute %d %q %q %d %t %t %d", depth, a.Name, a.Type, a.Class, a.Variable, a.Open, a.MaxLength)
	for _, c := range a.OneOf {
		fmt.Fprintf(b, " %q", c.Text)
	}
	if a.Pattern != nil {
		fmt.Fprintf(b, " /%q", a.Pattern.String())
	}
	b.WriteByte('\n')
	if a.Of != nil {
		describeAttribute(b, a.Of, depth+1)
	}
	for _, name := range sortedNames(a.Members) {
		describeAttribute(b, a.Members[name], depth+1)
	}
}
