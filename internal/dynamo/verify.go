package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
)

// Problem is where DynamoDB is not what the contract says, for the operator:
// what is wrong, and what mends it.
type Problem struct {
	Warning bool   // the contract can be served all the same
	Table   string // the contract's name; "" where it is about the whole
	Pos     contract.Pos
	Text    string
	Mend    string
}

func (p Problem) String() string {
	var b strings.Builder
	if p.Warning {
		b.WriteString("warning: ")
	}
	if p.Table != "" {
		b.WriteString("table " + p.Table + ": ")
	}
	b.WriteString(p.Text)
	if p.Mend != "" {
		b.WriteString("; " + p.Mend)
	}
	return b.String()
}

// Verify compares the tables that routes use with what DynamoDB says of them:
// existence, keys and their types, indexes, projections, the TTL attribute. It
// needs dynamodb:DescribeTable and dynamodb:DescribeTimeToLive, and warns where
// it lacks them. It returns nothing when all is well.
func (c *Client) Verify(ctx context.Context, all *contract.Contract) []Problem {
	v := &verification{client: c, routes: all.Routes}
	if c.plain {
		v.table = &contract.Table{}
		v.warn(contract.Pos{}, "the endpoint is plain HTTP on another machine, so items cross the network unencrypted", "give an https:// endpoint")
	}
	for _, table := range all.Tables {
		if v.isRouted(table) {
			v.table, v.physical = table, c.Table(table.Name)
			v.check(ctx)
		}
	}
	return v.problems
}

// verification gathers the problems, of one table at a time.
type verification struct {
	client   *Client
	routes   []*contract.Route
	table    *contract.Table
	physical string
	problems []Problem
}

func (v *verification) fail(at contract.Pos, text, mend string) {
	v.problems = append(v.problems, Problem{Table: v.table.Name, Pos: at, Text: text, Mend: mend})
}

func (v *verification) warn(at contract.Pos, text, mend string) {
	v.problems = append(v.problems, Problem{Warning: true, Table: v.table.Name, Pos: at, Text: text, Mend: mend})
}

func (v *verification) isRouted(table *contract.Table) bool {
	return slices.ContainsFunc(v.routes, func(r *contract.Route) bool {
		return slices.ContainsFunc(r.Views, func(w *contract.View) bool { return w.Of.Table == table })
	})
}

func (v *verification) check(ctx context.Context) {
	found, err := v.client.describe(ctx, v.physical)
	if err != nil {
		v.unreadable(err, "DescribeTable")
		return
	}
	switch found.Status {
	case "ACTIVE", "UPDATING": // both serve requests
	default:
		v.fail(v.table.Pos, fmt.Sprintf("%q is %s", v.physical, found.Status), "wait until it is ACTIVE")
	}
	v.keys(found)
	for _, x := range v.table.Indexes {
		v.index(found, x)
	}
	v.ttl(ctx)
}

// unreadable tells what kept a Describe action from answering.
func (v *verification) unreadable(err error, action string) {
	var up *fault.Upstream
	code := ""
	if errors.As(err, &up) {
		code = up.Code
	}
	switch {
	case code == "ResourceNotFoundException":
		v.fail(v.table.Pos, fmt.Sprintf("there is no table %q in this account and region", v.physical),
			fmt.Sprintf("create it, or name the right one: --table %s=NAME, --region, --profile", v.table.Name))
	case code == "AccessDeniedException":
		v.warn(v.table.Pos, "it could not be compared with the contract: the role lacks dynamodb:"+action,
			fmt.Sprintf("allow dynamodb:%s on table %q", action, v.physical))
	case code == "UnrecognizedClientException", code == "ExpiredTokenException",
		code == "InvalidSignatureException", code == "MissingAuthenticationTokenException":
		v.fail(v.table.Pos, "DynamoDB does not take the credentials ("+code+")",
			"sign in again, or check the keys, the region and this machine's clock")
	case code == "UnknownOperationException":
		v.warn(v.table.Pos, "this engine does not know "+action, "")
	case up != nil:
		v.fail(v.table.Pos, fmt.Sprintf("%s failed: %d %s", action, up.Status, up.Code), "")
	default:
		v.fail(v.table.Pos, fmt.Sprintf("%s failed: %v", action, err), "check the endpoint, the region and the network")
	}
}

func (v *verification) keys(found *description) {
	if got := partitionOf(found.Keys); !slices.Equal(got, []string{v.table.Partition}) {
		v.fail(v.table.Pos, fmt.Sprintf("the partition key is %s, the contract says %s", list(got), v.table.Partition),
			"write partition_key: "+strings.Join(got, ", "))
	}
	var want []string
	if v.table.Sort != "" {
		want = []string{v.table.Sort}
	}
	if got := sortOf(found.Keys); !slices.Equal(got, want) {
		mend := "write sort_key: " + strings.Join(got, ", ")
		if len(got) == 0 {
			mend = "leave sort_key out"
		}
		v.fail(v.table.Pos, fmt.Sprintf("the sort key is %s, the contract says %s", list(got), list(want)), mend)
	}
	for _, name := range v.table.KeyNames() {
		v.keyType(found, v.table.Pos, name)
	}
}

// keyType compares a key attribute's type with what every item type says.
func (v *verification) keyType(found *description, at contract.Pos, name string) {
	got := found.typeOf(name)
	if got == "" {
		return // it is no key there, which is reported already
	}
	for _, kind := range v.table.Items {
		if want := declaredType(kind, name); want != "" && string(want) != got {
			v.fail(at, fmt.Sprintf("key attribute %s is of type %s, item type %s says %s", name, got, kind.Name, want),
				fmt.Sprintf("declare %s as %s", name, got))
		}
	}
}

// declaredType is the type that an item type gives a key attribute: S where a
// template composes it, "" where nothing is said.
func declaredType(kind *contract.ItemType, name string) contract.Type {
	if a := kind.Attributes[name]; a != nil {
		return a.Type
	}
	if t, ok := kind.Keys[name]; ok && !t.Whole {
		return contract.S
	}
	return ""
}

// index compares one index. What no route uses can only be a warning.
func (v *verification) index(found *description, want *contract.Index) {
	report := v.warn
	if slices.ContainsFunc(v.routes, func(r *contract.Route) bool { return r.Index == want }) {
		report = v.fail
	}
	got, local := found.index(want.Name)
	if got == nil {
		report(want.Pos, fmt.Sprintf("%q has no index %s", v.physical, want.Name), "create it, or take it out of the contract")
		return
	}
	if !local && got.Status != "" && got.Status != "ACTIVE" && got.Status != "UPDATING" {
		report(want.Pos, fmt.Sprintf("index %s is %s", want.Name, got.Status), "wait until it is ACTIVE")
	}
	if want.Local && !local {
		report(want.Pos, fmt.Sprintf("index %s is a global one, the contract's is local (it has no partition_key)", want.Name),
			"write its partition_key: "+strings.Join(partitionOf(got.Keys), ", "))
	}
	wantPartition := want.Partition
	if len(wantPartition) == 0 {
		wantPartition = []string{v.table.Partition}
	}
	if keys := partitionOf(got.Keys); !slices.Equal(keys, wantPartition) {
		report(want.Pos, fmt.Sprintf("the partition key of index %s is %s, the contract says %s", want.Name, list(keys), list(wantPartition)),
			"write the index's own in the contract")
	}
	if keys := sortOf(got.Keys); !slices.Equal(keys, want.Sort) {
		report(want.Pos, fmt.Sprintf("the sort key of index %s is %s, the contract says %s", want.Name, list(keys), list(want.Sort)),
			"write the index's own in the contract")
	}
	for _, name := range want.KeyNames() {
		if !slices.Contains(v.table.KeyNames(), name) {
			v.keyType(found, want.Pos, name)
		}
	}
	v.projection(report, got, want)
}

func (v *verification) projection(report func(contract.Pos, string, string), got *index, want *contract.Index) {
	if got.Projection.Type == "ALL" {
		return
	}
	held := append(append(partitionOf(got.Keys), sortOf(got.Keys)...), v.table.KeyNames()...)
	held = append(held, got.Projection.Names...)
	if want.Projection.All {
		mend := "write projection: keys"
		if len(got.Projection.Names) > 0 {
			mend = "write projection: [" + strings.Join(got.Projection.Names, ", ") + "]"
		}
		report(want.Pos, fmt.Sprintf("index %s does not hold every attribute (it projects %s), the contract says all", want.Name, got.Projection.Type), mend)
		return
	}
	var missing []string
	for _, name := range want.Projection.Names {
		if !slices.Contains(held, name) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		report(want.Pos, fmt.Sprintf("index %s does not hold %s, the contract says it does", want.Name, list(missing)),
			"take them out of its projection, or make the index anew")
	}
}

// ttl is a warning alone: the item's own expiry decides what is shown.
func (v *verification) ttl(ctx context.Context) {
	if v.table.TTL == "" {
		return
	}
	got, err := v.client.timeToLive(ctx, v.physical)
	switch {
	case err != nil:
		before := len(v.problems)
		v.unreadable(err, "DescribeTimeToLive")
		for i := range v.problems[before:] {
			v.problems[before+i].Warning = true
		}
	case got == "":
		v.warn(v.table.Pos, fmt.Sprintf("%q deletes no expired items, the contract's ttl is %s", v.physical, v.table.TTL),
			"items past it are hidden all the same; switch TTL on to have them deleted")
	case got != v.table.TTL:
		v.warn(v.table.Pos, fmt.Sprintf("%q expires items by %s, the contract says %s", v.physical, got, v.table.TTL), "write ttl: "+got)
	}
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
