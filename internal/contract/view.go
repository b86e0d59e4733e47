package contract

import "encoding/json"

// View says which items of one type a principal reaches, and what of them it
// shows and lets write.
type View struct {
	Name   string
	Pos    Pos
	Of     *ItemType
	Roles  []string // any of them; never empty: "authenticated" where the contract says nothing
	Scope  []Binding
	Any    bool   // scope: any, or a scope that binds nothing of the principal
	Reason string // why Any, or why ServerOnly
	// ByPartition lets an Any view answer a Query of one partition.
	ByPartition bool
	// Scan is the reason why an Any view may scan the whole table; "" forbids it.
	Scan       string
	Show       []*Shown // in the order of the contract; output has this order
	Write      []Path   // what create and update may set
	OnCreate   []Setting
	OnUpdate   []Setting
	Fresh      bool // entries of an index are read again from the base table
	ServerOnly bool // for guard's named apps alone; no route may name it
	// Digest changes when anything of the view, its item type or its table does.
	Digest [32]byte
}

// The built-in roles.
const (
	RoleAuthenticated = "authenticated"
	RoleAnonymous     = "anonymous"
)

// Admits reports whether a principal with these roles may use the view, as far
// as roles go.
func (v *View) Admits(roles []string) bool {
	for _, want := range v.Roles {
		for _, r := range roles {
			if r == want {
				return true
			}
		}
	}
	return false
}

// Binding binds an attribute of the item to a value that a caller cannot choose.
type Binding struct {
	Attribute *Attribute
	Value     Operand
	Contains  bool // the attribute is a set or list that must contain the value
}

// OperandKind says where an operand's value comes from.
type OperandKind uint8

// The kinds of operand. FromNow and FromNewID stand in settings alone.
const (
	FromConstant OperandKind = iota
	FromID
	FromClaim
	FromNow
	FromNewID
)

// Operand is a value that the contract, the principal or the clock gives.
type Operand struct {
	Kind     OperandKind
	Claim    string // for FromClaim
	Constant Constant
}

// OfPrincipal reports whether the value is the principal's own.
func (o Operand) OfPrincipal() bool { return o.Kind == FromID || o.Kind == FromClaim }

func (o Operand) String() string {
	switch o.Kind {
	case FromID:
		return "principal.id"
	case FromClaim:
		return "principal." + o.Claim
	case FromNow:
		return "{now}"
	case FromNewID:
		return "{new_id}"
	}
	return o.Constant.Text
}

// Setting gives an attribute a value on a write.
type Setting struct {
	Attribute *Attribute
	Value     Operand
}

// Step is one step of a path: a member's name, or every element of a list.
type Step struct {
	Name    string
	Element bool
}

// Path leads from an item to an attribute or into one; its first step is a name.
type Path []Step

// Mask hides part of a value.
type Mask uint8

// The masks; NoMask shows the value.
const (
	NoMask Mask = iota
	MaskEmail
	MaskLast4
	MaskRedact
	MaskHash
)

var maskNames = [...]string{"", "email", "last4", "redact", "hash"}

func (m Mask) String() string { return maskNames[m] }

// Shown is an attribute, or a path into one, that a view lets out.
type Shown struct {
	Path      Path
	Pos       Pos
	Attribute *Attribute // what the path leads to
	As        string     // the name outside: of the path's last named step, unless the contract renames it
	// Default is the JSON text written where the attribute is absent or NULL;
	// nil: it is left out.
	Default          json.RawMessage
	Mask             Mask
	AcrossPrincipals bool // the hash mask is the same for every principal
	Reason           string
}
