package template

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

//go:embed data/managed.json
var managedJSON []byte

// ManagedData says where the embedded slice of AWS's managed policies is from.
type ManagedData struct {
	Source, Version, Licence, Date string
	// Names are the policies that reach DynamoDB's data.
	Names []string
}

type awsManaged struct {
	about     ManagedData
	documents map[string]policy.Node
	harmless  map[string]bool
}

var managedPolicies = sync.OnceValue(func() awsManaged {
	var f struct {
		Source, Version, Date, Licence string
		Policies                       map[string]json.RawMessage
		Others                         []string
	}
	if err := json.Unmarshal(managedJSON, &f); err != nil {
		panic("template: the embedded managed policies are broken: " + err.Error()) // a test reads them
	}
	out := awsManaged{ManagedData{f.Source, f.Version, f.Licence, f.Date, nil}, map[string]policy.Node{}, map[string]bool{}}
	for _, name := range sortedKeys(f.Policies) {
		n, err := readJSON("", f.Policies[name])
		if err != nil {
			panic("template: the embedded managed policies are broken: " + name)
		}
		out.documents[name] = n
		out.about.Names = append(out.about.Names, name)
	}
	for _, name := range f.Others {
		out.harmless[name] = true
	}
	return out
})

// awsManagedName reads the name of an AWS-managed policy out of its ARN, or of
// what SAM takes for one, the bare name.
func awsManagedName(ref string) (string, bool) {
	if rest, ok := strings.CutPrefix(ref, "arn:"); ok {
		_, rest, _ = strings.Cut(rest, ":") // the partition
		path, ok := strings.CutPrefix(rest, "iam::aws:policy/")
		return path[strings.LastIndexByte(path, '/')+1:], ok
	}
	m := managedPolicies()
	_, known := m.documents[ref]
	return ref, known || m.harmless[ref]
}

// AWSManagedPolicy is the slice of a policy of AWS's that DynamoDB's readers can
// use, placed where the policy is attached; ref is its name or its ARN. ok is
// false for one that reaches no table, or that the data does not have.
func AWSManagedPolicy(ref string, at finding.Location) (document policy.Node, ok bool) {
	name, _ := awsManagedName(ref)
	n, ok := managedPolicies().documents[name]
	return placed(n, at), ok
}

// awsManagedDocument is the policy's slice, with every node placed where the
// policy is attached. A policy that the data does not have is unresolved.
func awsManagedDocument(name string, at finding.Location) policy.Node {
	m := managedPolicies()
	if n, ok := m.documents[name]; ok {
		return placed(n, at)
	}
	if m.harmless[name] {
		return policy.Node{Kind: policy.Object, Location: at, Members: []policy.Member{
			{Name: "Version", At: at, Value: text(policy.Version2012, at)},
			{Name: "Statement", At: at, Value: policy.Node{Kind: policy.List, Location: at}},
		}}
	}
	return policy.Node{Kind: policy.Unresolved, Text: "the AWS-managed policy " + name + " is not in the data", Location: at}
}

// placed is a copy of a tree that stands in one place.
func placed(n policy.Node, at finding.Location) policy.Node {
	n.Location = at
	members := make([]policy.Member, 0, len(n.Members))
	for _, m := range n.Members {
		m.At, m.Value = at, placed(m.Value, at)
		members = append(members, m)
	}
	elements := make([]policy.Node, 0, len(n.Elements))
	for _, e := range n.Elements {
		elements = append(elements, placed(e, at))
	}
	n.Members, n.Elements = members, elements
	return n
}
