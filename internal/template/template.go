// Package template finds the IAM policies in infrastructure files, under the
// principal that has them, with the place of every part: plain IAM JSON,
// Terraform files, plans and states, CloudFormation, SAM, serverless.yml, what
// the CDK synthesises, Chalice, Zappa and Amplify. Beside them it finds the
// tables, and the HTTP requests that functions answer with who lets callers
// through.
//
// What a file leaves open stands in a policy as an Unresolved node with the
// reason; a file that cannot be read is a notice. Neither is passed over. The
// package never asks an account or a network, runs no program and no template
// engine, follows no path out of what it was given, and decides nothing about
// what it finds.
package template

import (
	"cmp"
	"slices"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// The account, region and partition that stand for the deployment's own where
// the options name none. The account is one that AWS gives to nobody.
const (
	OwnAccount   = "000000000000"
	OwnRegion    = "us-east-1"
	OwnPartition = "aws"
)

// Options say what the files leave to the deployment.
type Options struct {
	Account, Region, Partition string
	Stage                      string // of serverless.yml; "dev" where it is empty
	// Variables are values of Terraform variables and CloudFormation parameters;
	// they come before defaults and .tfvars files.
	Variables map[string]string
	// Tables are the names of tables whose files give none, by what Table.ID
	// says: a logical id or a Terraform address.
	Tables map[string]string
}

// Result is what was found.
type Result struct {
	Principals []Principal // in the order of the files
	Tables     []Table
	Events     []Event
	Notices    []finding.Notice // what could not be read, decided or trusted
	Files      int              // that were read as one of the formats
}

// PrincipalType is what has the policies.
type PrincipalType string

// The types. Unattached policies have an owner of type Nobody.
const (
	Role     PrincipalType = "role"
	User     PrincipalType = "user"
	Group    PrincipalType = "group"
	Function PrincipalType = "function" // whose role the format makes: SAM, serverless, Chalice
	Resource PrincipalType = "table"    // of a resource-based policy
	Nobody   PrincipalType = "nobody"
)

// Principal is a role, user, group or function, or a table with a policy of its
// own, with all that the files give it.
type Principal struct {
	Type PrincipalType
	// Name is the name in AWS where the files give one, else ID.
	Name string
	// ID is the name in the files: a logical id, an address.
	ID string
	// Code is the path of the module that a function runs, without its ending;
	// "" where the file does not say it.
	Code     string
	Policies []Policy
	finding.Location
}

// Kind is the part that a policy has in the decision.
type Kind string

// The kinds.
const (
	Inline          Kind = "inline"   // in the principal itself
	Managed         Kind = "managed"  // a policy of its own, attached
	AWSManaged      Kind = "aws"      // AWS's, attached by name or ARN
	ResourceBased   Kind = "resource" // on a table
	Boundary        Kind = "boundary" // a permissions boundary: it grants nothing and limits all
	Trust           Kind = "trust"    // who may assume the role
	UnattachedGrant Kind = "unattached"
)

// Policy is a policy document where it was found.
type Policy struct {
	Name   string
	Kind   Kind
	ARN    string // of a managed policy where it is known
	Format string // "Terraform", "CloudFormation", ...
	// Document is the policy as policy.FromNode reads it. Of an AWS-managed
	// policy it is the slice that DynamoDB's readers can use, placed where the
	// policy is attached. Of one that is attached and not in the files it is one
	// Unresolved node.
	Document policy.Node
	// Unknown are the reasons of the document's Unresolved nodes.
	Unknown []finding.Notice
	finding.Location
}

// Table is a DynamoDB table that the files make.
type Table struct {
	ID   string // a logical id or a Terraform address
	Name string // "" where AWS makes the name up, or a template leaves it open
	// The keys, "" where a file does not say.
	Partition, Sort Key
	TTL             string // the attribute of it
	Indexes         []Index
	finding.Location
}

// Key is a key attribute and its type: S, N or B.
type Key struct{ Name, Type string }

// Index is a secondary index of a table.
type Index struct {
	Name            string
	Partition, Sort Key
	Projection      string // ALL, KEYS_ONLY or INCLUDE
	Include         []string
}

// ARN is the table's ARN under the options.
func (o Options) ARN(table string) string {
	o = o.whole()
	return "arn:" + o.Partition + ":dynamodb:" + o.Region + ":" + o.Account + ":table/" + table
}

func (o Options) whole() Options {
	o.Account = cmp.Or(o.Account, OwnAccount)
	o.Region = cmp.Or(o.Region, OwnRegion)
	o.Partition = cmp.Or(o.Partition, OwnPartition)
	o.Stage = cmp.Or(o.Stage, "dev")
	return o
}

// Read finds the policies under paths of this machine, files and folders.
func Read(paths []string, o Options) Result {
	r := &reader{options: o.whole()}
	r.unknowns.notice = r.notice
	r.walk(paths)
	return r.result()
}

// ReadFile finds the policies of one file in memory. What it refers to in other
// files is unknown.
func ReadFile(path string, source []byte, o Options) Result {
	r := &reader{options: o.whole()}
	r.unknowns.notice = r.notice
	r.file(path, source)
	r.terraform()
	return r.result()
}

// reader gathers what the formats' readers find.
type reader struct {
	options  Options
	unknowns unknowns
	notices  []finding.Notice
	tables   []Table
	events   []Event
	gateways map[string]*gateway // Terraform's, by scope
	files    int
	owners   []*owner
	managed  []managedPolicy
	links    []link
	nodes    int   // of all documents so far
	worked   int   // steps of evaluation so far
	from     *tree // of the file that is being read; nil in memory
	fromName string

	included map[string]bool // files whose text stands in another file's policy

	// Terraform's.
	folders map[string]*folder     // the modules, by path
	sources map[string]*source     // the texts of HCL files and templates, by path
	encoded map[string]policy.Node // what a text of jsonencode encodes
	origins map[string]*pieces     // where a text is from
	steps   int                    // of evaluation
	grown   int                    // bytes of the texts that were put together
	calls   int                    // of modules
}

// The bounds of a whole reading.
const (
	maxNotices = 1000
	maxNodes   = 1 << 19
	maxWork    = 10_000_000 // steps of evaluation in all files
)

func (r *reader) notice(at finding.Location, text string) {
	switch {
	case len(r.notices) < maxNotices:
		r.notices = append(r.notices, finding.Notice{Location: at, Text: text})
	case len(r.notices) == maxNotices:
		r.notices = append(r.notices, finding.Notice{Text: "more could not be read than is listed here"})
	}
}

// work counts a step of any format's evaluation.
func (r *reader) work() bool {
	r.worked++
	return r.worked <= maxWork
}

func (r *reader) table(t Table) { r.tables = append(r.tables, t) }

func (r *reader) result() Result {
	for _, scope := range sortedKeys(r.gateways) {
		r.gateways[scope].join(r, scope)
	}
	out := Result{Principals: r.join(), Tables: r.tables, Events: r.events, Notices: r.notices, Files: r.files}
	slices.SortStableFunc(out.Notices, func(a, b finding.Notice) int { return order(a.Location, b.Location) })
	out.Notices = slices.CompactFunc(out.Notices, func(a, b finding.Notice) bool { return a == b })
	slices.SortStableFunc(out.Events, func(a, b Event) int { return order(a.Location, b.Location) })
	slices.SortStableFunc(out.Tables, func(a, b Table) int { return order(a.Location, b.Location) })
	return out
}

func order(a, b finding.Location) int {
	switch {
	case a.Before(b):
		return -1
	case b.Before(a):
		return 1
	}
	return 0
}
