package iam

import (
	"fmt"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/policy"
)

// startup is what the check at start reads.
func (w *writer) startup(list []need) []Statement {
	if !w.options.Startup {
		w.note("The check at start reads DescribeTable and DescribeTimeToLive. This policy does not grant them (--startup does); without them discreet warns, and starts.")
		return nil
	}
	return []Statement{{
		Sid: "StartupCheck", Effect: policy.Allow,
		Action:   words{"dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"},
		Resource: w.tables(list),
	}}
}

func (w *writer) tables(list []need) words {
	var out words
	for _, n := range list {
		out = add(out, w.options.tableARN(n.table))
	}
	return out
}

// keys are the customer-managed keys, usable through DynamoDB alone.
func (w *writer) keys() []Statement {
	if len(w.options.KMSKeys) == 0 {
		return nil
	}
	suffix := ".amazonaws.com"
	if strings.HasPrefix(w.options.Region, "cn-") {
		suffix += ".cn"
	}
	return []Statement{{
		Sid: "TableKeys", Effect: policy.Allow, Action: words{"kms:Decrypt"}, Resource: w.options.KMSKeys,
		Condition: map[string]keyWords{"StringEquals": {"kms:ViaService": {"dynamodb." + w.options.Region + suffix}}},
	}}
}

// sideDoors are the ways to a table's data, or out of its limits, that no route
// takes.
var sideDoors = words{
	"dynamodb:CreateBackup", "dynamodb:DeleteResourcePolicy", "dynamodb:DescribeStream",
	"dynamodb:EnableKinesisStreamingDestination", "dynamodb:ExportTableToPointInTime", "dynamodb:GetRecords",
	"dynamodb:GetShardIterator", "dynamodb:ImportTable", "dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert",
	"dynamodb:PartiQLSelect", "dynamodb:PartiQLUpdate", "dynamodb:PutResourcePolicy", "dynamodb:ReadDataForReplication",
	"dynamodb:RestoreTableFromAwsBackup", "dynamodb:RestoreTableFromBackup", "dynamodb:RestoreTableToPointInTime",
	"dynamodb:SearchVectors", "dynamodb:StartAwsBackupJob", "dynamodb:UpdateKinesisStreamingDestination", "dynamodb:UpdateTable",
}

func (w *writer) more(name string, list []need, statements []Statement) ([]Named, error) {
	var out []Named
	if w.options.SideDoors {
		out = append(out, Named{Name: name + "-deny", Purpose: "deny", Document: w.denySideDoors(list)})
	}
	if w.options.Principal != "" {
		more, err := w.resourceBased(name, statements)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	if w.options.Mode == Vended {
		if w.options.Broker == "" {
			w.note("The sessions' role needs a trust policy that pins the session tags: --broker ARN writes it.")
		} else {
			out = append(out, Named{Name: name + "-trust", Purpose: "trust", Document: w.trust()})
		}
	}
	return out, nil
}

func (w *writer) denySideDoors(list []need) Document {
	resources := words{}
	for _, arn := range w.tables(list) {
		resources = append(resources, arn, arn+"/*")
	}
	actions := slices.Clone(sideDoors)
	if !slices.ContainsFunc(list, func(n need) bool { return n.Action == "Scan" }) {
		actions = add(actions, "dynamodb:Scan")
	}
	return Document{policy.Version2012, []Statement{{Sid: "SideDoors", Effect: policy.Deny, Action: actions, Resource: resources}}}
}

// resourceBased is a policy for each table that gives the role the same.
func (w *writer) resourceBased(name string, statements []Statement) ([]Named, error) {
	var out []Named
	for _, t := range w.options.Contract.Tables {
		arn := w.options.tableARN(t)
		var mine []Statement
		for _, s := range statements {
			if s.Resource[0] == arn || strings.HasPrefix(s.Resource[0], arn+"/") {
				s.Principal = map[string]words{"AWS": {w.options.Principal}}
				mine = append(mine, s)
			}
		}
		if len(mine) == 0 {
			continue
		}
		distinct(mine)
		d := Document{policy.Version2012, mine}
		if size := len(d.Compact()); size > maxResource {
			return nil, fmt.Errorf("the resource-based policy of table %s has %d characters, and DynamoDB takes %d", t.Name, size, maxResource)
		}
		out = append(out, Named{Name: name + "-" + strings.ToLower(sid(t.Name)), Purpose: "resource", Resource: arn, Document: d})
	}
	return out, nil
}

// trust lets the broker begin sessions, and pins which tags it gives them: each
// that the policy reads, with a value, and no other.
func (w *writer) trust() Document {
	given := keyWords{}
	for _, tag := range w.tags {
		given["aws:RequestTag/"+tag] = words{"?*"}
	}
	return Document{policy.Version2012, []Statement{{
		Sid: "VendTaggedSessions", Effect: policy.Allow,
		Principal: map[string]words{"AWS": {w.options.Broker}},
		Action:    words{"sts:AssumeRole", "sts:TagSession"},
		Condition: map[string]keyWords{
			"StringLike":                given,
			"ForAllValues:StringEquals": {"aws:TagKeys": slices.Clone(w.tags)},
		},
	}}}
}

// The quotas, in characters without white space (IAM User Guide, "IAM and AWS
// STS quotas"; DynamoDB Developer Guide, "Resource-based policy considerations").
const (
	maxManaged  = 6144
	maxResource = 20 << 10
	maxAttached = 10 // managed policies of a role, without a raised quota
)

// split spreads statements over managed policies.
func split(statements []Statement) ([]Document, error) {
	var out []Document
	for _, s := range statements {
		alone := Document{policy.Version2012, []Statement{s}}
		if size := len(alone.Compact()); size > maxManaged {
			return nil, fmt.Errorf("statement %s has %d characters, and a managed policy holds %d: its list of attributes cannot be parted, because every one of a request must be in one list", s.Sid, size, maxManaged)
		}
		if n := len(out); n > 0 {
			more := Document{policy.Version2012, append(slices.Clone(out[n-1].Statement), s)}
			if len(more.Compact()) <= maxManaged {
				out[n-1] = more
				continue
			}
		}
		out = append(out, alone)
	}
	if len(out) > maxAttached {
		return nil, fmt.Errorf("%d managed policies are needed, and a role takes %d", len(out), maxAttached)
	}
	return out, nil
}

// explain notes what IAM cannot express, and who enforces it then.
func (w *writer) explain(list []need) {
	who := "discreet " + string(w.options.For)
	if w.options.Mode == ServiceRole {
		w.note("Ownership: one role serves every principal, so that IAM cannot tell whose an item is. %s decides it for each request. --mode vended lets DynamoDB check the partition key too.", who)
	}
	for _, n := range list {
		for _, v := range n.views {
			w.explainView(v, n, who)
		}
		switch n.Action {
		case "PutItem":
			w.note("Table %s: PutItem replaces a whole item. IAM cannot ask that none be there; %s does, in the request's own condition.", n.table.Name, who)
		case "DeleteItem":
			w.note("Table %s: DeleteItem takes an item whatever it holds; %s puts ownership into the request's condition.", n.table.Name, who)
		}
		if n.Action == "PutItem" || n.Action == "UpdateItem" || n.Action == "DeleteItem" {
			w.note("Writes: no documented key bounds ReturnValuesOnConditionCheckFailure. Whoever holds the credentials and may write an item may read it whole by a condition that fails. %s never asks for it.", who)
		}
	}
}

func (w *writer) explainView(v *contract.View, n need, who string) {
	for _, s := range v.Show {
		if len(s.Path) > 1 {
			w.note("View %s shows %s: IAM sees the top-level attribute %s whole. %s takes out the rest.", v.Name, s.Path, s.Path[0].Name, who)
		}
		if s.Mask != contract.NoMask {
			w.note("View %s masks %s: IAM lets the clear value through to the process. %s masks it.", v.Name, s.Path, who)
		}
	}
	if w.options.Mode == Vended && !v.Any {
		for _, name := range beyondPartition(v, n.Index) {
			w.note("View %s is bound by %s, which is no part of the partition key: IAM does not see it. %s checks it on the key or the item.", v.Name, name, who)
		}
	}
}
