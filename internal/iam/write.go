package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/discreet-dev/discreet/internal/policy"
	"github.com/discreet-dev/discreet/internal/template"
)

// Format is how policies are written.
type Format string

// The formats.
const (
	JSON           Format = "json"
	Terraform      Format = "terraform"
	CloudFormation Format = "cloudformation"
)

// Write writes the documents in a format. The notes stand in it as comments, but
// for JSON, which has none.
func (w Written) Write(f Format) ([]byte, error) {
	switch f {
	case JSON:
		return w.json()
	case Terraform:
		return w.terraform()
	case CloudFormation:
		return w.cloudFormation()
	}
	return nil, errors.New("the format is json, terraform or cloudformation")
}

// json is the one document, or an object of them by name.
func (w Written) json() ([]byte, error) {
	var b bytes.Buffer
	if len(w.Documents) == 1 {
		b.Write(w.Documents[0].Document.Compact())
	} else {
		b.WriteByte('{')
		for i, d := range w.Documents {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "%q:%s", d.Name, d.Document.Compact())
		}
		b.WriteByte('}')
	}
	var out bytes.Buffer
	if err := json.Indent(&out, b.Bytes(), "", "  "); err != nil {
		return nil, err
	}
	return append(out.Bytes(), '\n'), nil
}

func comments(b *bytes.Buffer, notes []string) {
	for _, n := range notes {
		b.WriteString("# " + strings.NewReplacer("\n", " ", "\r", " ").Replace(n) + "\n")
	}
	if len(notes) > 0 {
		b.WriteByte('\n')
	}
}

func (w Written) terraform() ([]byte, error) {
	var b bytes.Buffer
	comments(&b, w.Notes)
	role := ""
	for _, d := range w.Documents {
		if d.Purpose == "trust" {
			role = identifier(d.Name)
		}
	}
	for i, d := range w.Documents {
		if i > 0 {
			b.WriteByte('\n')
		}
		name := identifier(d.Name)
		kind, head := "aws_iam_policy", "name   = "+template.QuoteHCL(d.Name)
		policyName := "policy"
		switch d.Purpose {
		case "trust":
			kind, policyName, head = "aws_iam_role", "assume_role_policy", "name = "+template.QuoteHCL(strings.TrimSuffix(d.Name, "-trust"))
		case "resource":
			kind, head = "aws_dynamodb_resource_policy", "resource_arn = "+template.QuoteHCL(d.Resource)
		}
		fmt.Fprintf(&b, "resource %q %q {\n  %s\n  %s = jsonencode(", kind, name, head, policyName)
		n, err := policy.ReadJSON("", d.Document.Compact())
		if err != nil {
			return nil, err
		}
		writeHCL(&b, &n, "  ")
		b.WriteString(")\n}\n")
		if role != "" && (d.Purpose == "identity" || d.Purpose == "deny") {
			fmt.Fprintf(&b, "\nresource \"aws_iam_role_policy_attachment\" %q {\n  role       = aws_iam_role.%s.name\n  policy_arn = aws_iam_policy.%s.arn\n}\n", name, role, name)
		}
	}
	return b.Bytes(), nil
}

func identifier(name string) string { return strings.ReplaceAll(name, "-", "_") }

func writeHCL(b *bytes.Buffer, n *policy.Node, indent string) {
	inner := indent + "  "
	switch n.Kind {
	case policy.Object:
		b.WriteString("{\n")
		for i := range n.Members {
			m := &n.Members[i]
			b.WriteString(inner + template.QuoteHCL(m.Name) + " = ")
			writeHCL(b, &m.Value, inner)
			b.WriteByte('\n')
		}
		b.WriteString(indent + "}")
	case policy.List:
		b.WriteString("[\n")
		for i := range n.Elements {
			b.WriteString(inner)
			writeHCL(b, &n.Elements[i], inner)
			b.WriteString(",\n")
		}
		b.WriteString(indent + "]")
	default:
		b.WriteString(template.QuoteHCL(n.Text))
	}
}

func (w Written) cloudFormation() ([]byte, error) {
	var b bytes.Buffer
	comments(&b, w.Notes)
	b.WriteString("AWSTemplateFormatVersion: \"2010-09-09\"\nDescription: \"What discreet needs of DynamoDB, and nothing more.\"\nResources:\n")
	for _, d := range w.Documents {
		n, err := policy.ReadJSON("", d.Document.Compact())
		if err != nil {
			return nil, err
		}
		name := sid(d.Name)
		switch d.Purpose {
		case "resource":
			return nil, errors.New("CloudFormation takes a table's policy as the table's own property ResourcePolicy: write it with --format json and put it there")
		case "trust":
			fmt.Fprintf(&b, "  %s:\n    Type: \"AWS::IAM::Role\"\n    Properties:\n      AssumeRolePolicyDocument:\n", name)
			writeYAML(&b, &n, "        ")
			b.WriteString("      ManagedPolicyArns:\n")
			for _, other := range w.Documents {
				if other.Purpose == "identity" || other.Purpose == "deny" {
					fmt.Fprintf(&b, "        - Ref: %q\n", sid(other.Name))
				}
			}
		default:
			fmt.Fprintf(&b, "  %s:\n    Type: \"AWS::IAM::ManagedPolicy\"\n    Properties:\n      PolicyDocument:\n", name)
			writeYAML(&b, &n, "        ")
		}
	}
	return b.Bytes(), nil
}

// writeYAML writes a node as a block. Every name and every string is quoted:
// without quotes YAML reads "Null" as nothing and a Version as a date.
func writeYAML(b *bytes.Buffer, n *policy.Node, indent string) {
	value := func(v *policy.Node) {
		switch v.Kind {
		case policy.Object, policy.List:
			b.WriteByte('\n')
			writeYAML(b, v, indent+"  ")
		default:
			b.WriteString(" " + quoteYAML(v.Text) + "\n")
		}
	}
	for i := range n.Members {
		m := &n.Members[i]
		b.WriteString(indent + template.QuoteJSON(m.Name) + ":")
		value(&m.Value)
	}
	for i := range n.Elements {
		b.WriteString(indent + "-")
		value(&n.Elements[i])
	}
}

// quoteYAML quotes a string; one with a pseudo parameter of CloudFormation goes
// through Fn::Sub, where every other ${ is text.
func quoteYAML(s string) string {
	if !strings.Contains(s, "${AWS::") {
		return template.QuoteJSON(s)
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "${", "${!"), "${!AWS::", "${AWS::")
	return "{ \"Fn::Sub\": " + template.QuoteJSON(s) + " }"
}
