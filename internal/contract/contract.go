// Package contract is the vocabulary of the exposure contract in its resolved
// form: who may see which attributes of which items. Package parse alone
// builds these values from text; every other package only reads them. It does
// no I/O, imports nothing of this module, and decides nothing.
package contract

import (
	"encoding/json"
	"net/netip"
	"regexp"
	"time"
)

// A Contract is a whole exposure contract, resolved and checked. It is never
// changed after it was built, so it is safe for concurrent use.
type Contract struct {
	Identity Identity
	Tables   []*Table // in the order of the file
	Views    []*View
	Routes   []*Route
	HTTP     HTTP
	Guard    Guard
}

// Table returns the table of that (logical) name, or nil.
func (c *Contract) Table(name string) *Table {
	for _, t := range c.Tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// View returns the view of that name, or nil.
func (c *Contract) View(name string) *View {
	for _, v := range c.Views {
		if v.Name == name {
			return v
		}
	}
	return nil
}

// Admits reports whether any view of the contract is for the role.
func (c *Contract) Admits(role string) bool {
	for _, v := range c.Views {
		if v.Admits([]string{role}) {
			return true
		}
	}
	return false
}

// Pos is a place in the contract's file, both counted from 1.
type Pos struct{ Line, Column int }

// Text is a string of the contract that may stand for one of the environment's:
// `env:NAME`. Exactly one of the two fields is set.
type Text struct {
	Literal string
	Env     string
}

// Identity says where a principal comes from.
type Identity struct {
	Sources []*Source // tried in order; the first that finds a credential decides
	// ID is the template that keeps ids of several sources apart, with the
	// variables {name} and {id}; empty when ids are taken as they are.
	ID      string
	SameIDs bool   // ids of all sources are of one space, said explicitly
	Reason  string // why SameIDs
}

// Source is one identity source; exactly one of its kinds is set.
type Source struct {
	Name       string // default: the kind's name in the contract
	Pos        Pos
	Header     *HeaderSource
	JWT        *JWTSource
	Cognito    *CognitoSource
	ALB        *ALBSource
	APIGateway *APIGatewaySource
}

// Kind is the source's kind as the contract writes it.
func (s *Source) Kind() string {
	switch {
	case s.Header != nil:
		return "header"
	case s.JWT != nil:
		return "jwt"
	case s.Cognito != nil:
		return "cognito"
	case s.ALB != nil:
		return "alb"
	case s.APIGateway != nil:
		return "api_gateway"
	}
	return ""
}

// HeaderSource takes the id from a header that a gateway in front sets.
type HeaderSource struct {
	ID       string         // canonical header name
	Roles    string         // canonical header name, or ""
	From     []netip.Prefix // peers believed; loopback is 127.0.0.0/8 and ::1/128
	Loopback bool           // every prefix of From is loopback
	// Secret is what a peer that is not loopback proves itself with: a header
	// whose value equals that of an environment variable. Nil: none.
	Secret    *HeaderSecret
	MutualTLS bool // the peer proves itself by a verified client certificate
}

// HeaderSecret is a header and the environment variable that holds its value.
type HeaderSecret struct{ Header, Env string }

// ClaimPath leads to a claim: one segment is a literal claim name (dots and
// all), several lead through nested objects. Empty: not configured.
type ClaimPath []string

// JWTSource verifies a bearer token. Exactly one of Issuer alone (OIDC
// discovery), JWKSURL and JWKSFile says where keys come from; Issuer may stand
// beside the other two, and then `iss` must equal it.
type JWTSource struct {
	Issuer     Text
	JWKSURL    Text
	JWKSFile   Text
	Audience   []Text          // any of them; empty only when Require says otherwise
	Require    map[string]Text // claims that must have exactly this value
	Algorithms []string        // asymmetric only, never empty
	Header     string          // canonical; "Authorization" takes "Bearer TOKEN", any other the bare token
	ID         ClaimPath       // default: sub
	Roles      ClaimPath
	Claims     map[string]ClaimPath
	Leeway     time.Duration // at most a minute
}

// CognitoSource is a JWTSource with what Amazon Cognito does.
type CognitoSource struct {
	UserPool Text   // REGION_id
	Clients  []Text // app client ids; an environment value may hold several, comma-separated
	Token    string // "access" or "id"
	Header   string
	ID       ClaimPath // default: sub
	Roles    ClaimPath
	Claims   map[string]ClaimPath
	Leeway   time.Duration
}

// ALBSource verifies x-amzn-oidc-data of an Application Load Balancer.
type ALBSource struct {
	LoadBalancer Text // its ARN: the signer that is pinned
	ID           ClaimPath
	Roles        ClaimPath
	Claims       map[string]ClaimPath
	Leeway       time.Duration
}

// APIGatewaySource takes the authorizer's claims from the request context that
// the host (AWS Lambda behind Amazon API Gateway) gives.
type APIGatewaySource struct {
	ID     ClaimPath
	Roles  ClaimPath
	Claims map[string]ClaimPath
}

// Type is a DynamoDB attribute type, spelled as on the wire.
type Type string

// The ten attribute types.
const (
	S    Type = "S"
	N    Type = "N"
	B    Type = "B"
	BOOL Type = "BOOL"
	NULL Type = "NULL"
	SS   Type = "SS"
	NS   Type = "NS"
	BS   Type = "BS"
	L    Type = "L"
	M    Type = "M"
)

// Class is how sensitive an attribute is; a larger one is more sensitive.
type Class uint8

// The four classes, least sensitive first.
const (
	Ordinary Class = iota
	Personal
	Internal
	Secret
)

var classNames = [...]string{"ordinary", "personal", "internal", "secret"}

func (c Class) String() string { return classNames[c] }

// Table is a DynamoDB table as the contract knows it.
type Table struct {
	Name      string // logical; flags map it to the physical one
	Pos       Pos
	Partition string // the partition key's attribute
	Sort      string // the sort key's attribute, or ""
	Delimiter string // what no template variable's value contains
	TTL       string // attribute (N, seconds), or ""
	Version   string // attribute (N), or ""
	Indexes   []*Index
	Items     []*ItemType // at least one
}

// KeyNames are the attributes of the primary key, the partition's first.
func (t *Table) KeyNames() []string {
	if t.Sort == "" {
		return []string{t.Partition}
	}
	return []string{t.Partition, t.Sort}
}

// Index returns the index of that name, or nil.
func (t *Table) Index(name string) *Index {
	for _, x := range t.Indexes {
		if x.Name == name {
			return x
		}
	}
	return nil
}

// Projection is what an index holds beside its own and the table's keys.
type Projection struct {
	All   bool
	Names []string // when not All; empty: the keys alone
}

// Index is a secondary index. Its keys may be composed of several attributes.
type Index struct {
	Name       string
	Pos        Pos
	Local      bool     // shares the table's partition key (no partition_key of its own)
	Partition  []string // 1 to 4 attributes
	Sort       []string // 0 to 4 attributes
	Projection Projection
}

// KeyNames are the attributes of the index's key, the partition's first.
func (x *Index) KeyNames() []string {
	return append(append([]string(nil), x.Partition...), x.Sort...)
}

// ItemType is a kind of item in a table.
type ItemType struct {
	Name  string // the table's own name where the contract names no types
	Pos   Pos
	Table *Table
	// Keys has a template for every key attribute of the table and of each of
	// its indexes. One that the contract gives no template is a whole one.
	Keys map[string]Template
	// Only are the constants that tell this type from the others of its table.
	Only []Constraint
	// Attributes are all that the type declares, by name: stored ones, key
	// attributes and template variables.
	Attributes map[string]*Attribute
}

// Constraint is a stored attribute and the constant that it must equal.
type Constraint struct {
	Attribute *Attribute
	Value     Constant
}

// Attribute is a declared attribute of an item type, or a member of one.
type Attribute struct {
	Name  string
	Pos   Pos
	Type  Type
	Class Class
	// Variable: the value is read out of key templates, and not stored under
	// this name.
	Variable  bool
	Members   map[string]*Attribute // of an M
	Of        *Attribute            // of an L
	Open      bool                  // an M or L that may be shown whole
	OneOf     []Constant
	MaxLength int // in characters for S, bytes for B, members for sets and L; 0: none
	Pattern   *regexp.Regexp
}

// Constant is a scalar of the contract. Text is the text of an S, the canonical
// digits of an N, "true" or "false" of a BOOL.
type Constant struct {
	Type Type
	Text string
}

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

// Segment is one segment of a route's path.
type Segment struct {
	Literal  string
	Variable string // when not "", the segment is {Variable}
}

// Operation is what a route does.
type Operation string

// The operations of a route.
const (
	List   Operation = "list"
	Get    Operation = "get"
	Create Operation = "create"
	Update Operation = "update"
	Delete Operation = "delete"
)

// Route binds an HTTP method and path to one operation on one or more views,
// all of one table.
type Route struct {
	Text       string // as the contract writes it: "GET /api/profile"
	Pos        Pos
	Method     string
	Segments   []Segment
	Operation  Operation
	Views      []*View
	Index      *Index // for a list; nil: the table itself
	Descending bool
	Parameters []*Parameter
	Page       Page
	// OrderReveals is why a list may be ordered by a sort key that it hides.
	OrderReveals string
}

// Parameter is a query parameter that selects inside the scope.
type Parameter struct {
	Name      string // outside: what every view of the route calls the attribute
	Attribute *Attribute
	Operators []Operator
}

// Page bounds a list. All are counts of items; Reads of items evaluated.
type Page struct{ Default, Max, Reads int }

// Operator compares an attribute with values.
type Operator string

// The operators. Contains stands in scopes alone.
const (
	Eq         Operator = "eq"
	Ne         Operator = "ne"
	Lt         Operator = "lt"
	Lte        Operator = "lte"
	Gt         Operator = "gt"
	Gte        Operator = "gte"
	Between    Operator = "between" // two values, both inclusive
	BeginsWith Operator = "begins_with"
	Contains   Operator = "contains"
)

// HTTP is the contract's section of that name.
type HTTP struct {
	CORSOrigins     []string // exact origins
	CORSCredentials bool
	RatePerSecond   float64 // 0: no limit
	RateBurst       int
}

// Guard is what the proxy for existing apps lets through.
type Guard struct {
	Apps   []*App
	Tables []TableMode
}

// App is a named app behind guard. Exactly one of CallerSource, CallerHeader
// and Service is set.
type App struct {
	Name         string
	Pos          Pos
	CallerSource string // the name of an identity source
	CallerHeader *CallerHeader
	Service      *Service
	Views        []AppView // the order is the precedence per item type
	Strict       bool
	ScanAsQuery  bool
	PutMerge     bool
}

// CallerHeader is a signed header in which an app says for whom it asks.
type CallerHeader struct {
	Header string // canonical
	Roles  []string
}

// Service is the principal of an app that asks for no end user.
type Service struct {
	ID    string
	Roles []string
}

// AppView grants an app some operations through a view.
type AppView struct {
	View       *View
	Operations []string // of: get query scan create update delete put
}

// TableMode says how guard treats a table that is not (yet) enforced.
type TableMode struct {
	Table  string // maybe one that the contract does not declare
	Pos    Pos
	Mode   string // enforce, shadow, passthrough
	Reason string
}
