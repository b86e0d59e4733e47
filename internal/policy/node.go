package policy

import "github.com/discreet-dev/discreet/internal/finding"

// NodeKind is what a node is.
type NodeKind uint8

// The kinds. Unresolved is a value that a template leaves open.
const (
	Object NodeKind = iota
	List
	String
	Number
	Bool
	Null
	Unresolved
)

var nodeNames = [...]string{"an object", "a list", "a string", "a number", "a boolean", "null", "an unresolved value"}

func (k NodeKind) String() string { return nodeNames[k] }

// Node is a JSON value with its place. Readers of other formats make the same
// nodes, with Unresolved where a reference cannot be followed.
type Node struct {
	Kind     NodeKind
	Text     string // of a scalar; of an Unresolved one, the reference as written
	Members  []Member
	Elements []Node
	finding.Location
}

// Member is a member of an object, in the order of the file.
type Member struct {
	Name  string
	At    finding.Location // of the name
	Value Node
}

// Get is the member of that name, or nil.
func (n *Node) Get(name string) *Node {
	for i := range n.Members {
		if n.Members[i].Name == name {
			return &n.Members[i].Value
		}
	}
	return nil
}

// Problem is why a text is no policy document.
type Problem struct {
	finding.Location
	Text string
}

func (p Problem) Error() string { return p.Text }
