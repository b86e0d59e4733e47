// Package surface is the vocabulary of what an app does with its tables: the
// routes by which callers come in, the operations that each makes, the
// attributes that flow out and in, and what the source tells of the tables. It
// is what `discreet scan` draws in its report, and what `discreet init` makes
// the first contract of.
//
// It holds no analysis and writes no output. Names alone: no field ever holds
// an attribute's value.
package surface

import "github.com/discreet-dev/discreet/internal/finding"

// App is one tree's surface. Routes are in the order of their places, tables by
// name.
type App struct {
	Routes []Route
	Tables []Table
	// Elsewhere are the accesses that no route reaches: jobs, scripts, consumers.
	Elsewhere []Access
	Identity  Identity
}

// Route is a way in for callers.
type Route struct {
	Title    string // as in the findings' Group: "GET /users/<id>"
	Methods  []string
	Path     string   // with variables in braces: "/users/{id}"; "" where it is not known
	Others   []string // further paths that lead to the same function
	Function string   // "app.get_user"
	finding.Location
	Authenticated bool // the code asks for a login
	Restricted    bool // the code asks for a role
	Accesses      []Access
}

// Access is one operation on a table.
type Access struct {
	Table     string // the Name of a Table; "" where it is not known
	Index     string
	Operation string // DynamoDB's word: GetItem, Query, Scan, PutItem, ...
	finding.Location
	Scope     Scope
	Bindings  []Binding // what selects the items
	Projected bool      // the call names the attributes that it reads
	Guarded   bool      // all that it shows has been found to be the caller's own
	// Shows are the attributes that reach the route's response, Reads those that
	// the code touches, Writes those that it stores; "*" is the whole item.
	Shows, Reads, Writes []Attribute
}

// Scope says whose items an access can reach.
type Scope uint8

// The scopes. The zero one promises least.
const (
	Unbound   Scope = iota // any item
	Caller                 // the items that the caller names
	Asserted               // those of whom the caller says to be
	Principal              // the verified caller's own
	Constant               // those that the code names
)

var scopes = [...]string{"any item", "the item that the caller names", "whom the caller says to be", "the caller's own", "named in the code"}

func (s Scope) String() string {
	if int(s) < len(scopes) {
		return scopes[s]
	}
	return "unknown"
}

// Source says where a value comes from.
type Source uint8

// The sources. The zero one is what the analysis does not know.
const (
	Unknown Source = iota
	FromPrincipal
	FromPath
	FromQuery
	FromBody
	FromHeader
	FromConstant
)

var sources = [...]string{"unknown", "principal", "path", "query", "body", "header", "constant"}

func (s Source) String() string {
	if int(s) < len(sources) {
		return sources[s]
	}
	return "unknown"
}

// Binding ties an attribute to where its value comes from.
type Binding struct {
	Attribute string // "" where it is not known
	Source    Source
	Name      string // of the claim, path variable, parameter, member or header
	Template  string // "USER#{}" where a key is composed, "PROFILE" where it is a constant, "" otherwise
	Operator  string // contract words: eq, ne, lt, lte, gt, gte, between, begins_with, contains
	Key       bool   // it selects by a key; a filter or a condition does otherwise
	Checked   bool   // the code compares the attribute once the item has been read
	Owner     bool   // by its names, the value is whose the item is
}

// Attribute is an attribute with the place that tells of it.
type Attribute struct {
	Name string // dotted where it is a map's member; "*" is the whole item
	As   string // the key that it has in a response, where that is another
	// Source is where a written value comes from.
	Source Source
	finding.Location
}

// Table is what the source tells of a table.
type Table struct {
	// Name is the table's, or the name of the setting that holds it, as Setting says.
	Name    string
	Setting bool
	// Declared says that a definition was found (CreateTable, CloudFormation,
	// Terraform, PynamoDB): keys, key types and indexes are then exact. Else they
	// are guesses from how the code asks for items.
	Declared                bool
	PartitionKey, SortKey   string // "" where not even a guess was possible
	PartitionType, SortType string // S, N, B; "" unknown
	TTL                     string
	Indexes                 []Index
	Fields                  []Field // by name
	finding.Location
}

// Index is a secondary index.
type Index struct {
	Name                  string
	PartitionKey, SortKey string
	Projection            string // all, keys, include; "" unknown
	Include               []string
}

// Field is an attribute of a table.
type Field struct {
	Name  string
	Type  string // S, N, BOOL, M, L, SS, NS, B; "" unknown
	Class string // secret, personal, ordinary, by its name; "" where the name tells nothing
	Owner bool   // by its name, it holds whose the item is
	// What the code does with it.
	Shown, Read, Written bool
	finding.Location     // the first place that tells of it
}

// Identity is how the app knows its callers.
type Identity struct {
	Kind IdentityKind
	Name string // of the header, or the claim that is the id; "" unknown
	finding.Location
}

// IdentityKind is the kind of a credential.
type IdentityKind uint8

// The kinds. The zero one is what the code does not tell.
const (
	NoIdentity      IdentityKind = iota
	HeaderIdentity               // a header that says who asks
	SessionIdentity              // a login of the app's own: a session, a password with each request
	TokenIdentity                // a JSON Web Token, or an authorizer's claims
	CognitoIdentity              // a token of Amazon Cognito
)
