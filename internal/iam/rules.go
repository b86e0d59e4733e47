package iam

import "github.com/discreet-dev/discreet/internal/finding"

// The rules' ids, which baselines and suppressions name.
const (
	ruleScan           = "iam-scan"
	rulePartiQL        = "iam-partiql"
	rulePolicyControl  = "iam-policy-control"
	ruleSideDoor       = "iam-side-door"
	ruleWrite          = "iam-unneeded-write"
	ruleRead           = "iam-unneeded-read"
	ruleAdministration = "iam-administration"
	ruleIndex          = "iam-unneeded-index"
	ruleResource       = "iam-wide-resource"
	ruleAttributes     = "iam-hidden-attribute"
	ruleWritable       = "iam-unneeded-attribute-write"
	ruleVacuous        = "iam-vacuous-condition"
	ruleReturn         = "iam-return-values"
	ruleSelect         = "iam-whole-item-read"
	ruleLeading        = "iam-other-principals-items"
	ruleWholeWrite     = "iam-whole-item-write"
	ruleWildAction     = "iam-wildcard-action"
	ruleOperator       = "iam-weak-operator"
	ruleNot            = "iam-not-element"
	rulePrincipal      = "iam-open-resource-policy"
	ruleUnknownAction  = "iam-unknown-action"
	ruleManaged        = "iam-aws-managed-policy"
	ruleDAX            = "iam-dax"
	ruleTags           = "iam-unpinned-session-tags"
	ruleVersion        = "iam-policy-version"
	ruleChain          = "iam-role-reach"
	ruleDenied         = "iam-denied-need"
)

// Rules are what the audit looks for.
func Rules() []finding.Rule {
	r := func(id, title, summary, help string, severity finding.Severity, cwes ...finding.CWE) finding.Rule {
		return finding.Rule{ID: id, Title: title, Summary: summary, Help: help, CWEs: cwes, Severity: severity, Tags: []string{"iam"}}
	}
	return []finding.Rule{
		r(ruleScan, "A whole table can be scanned", "A Scan reads every item. LeadingKeys does not scope it: the key does not exist for Scan, and ForAllValues holds for an absent key.",
			"Name the actions that routes use. A `list` of a contract is a Query; only a view with its own `scan` reason needs Scan.", finding.High, 200, 863, 1220),
		r(rulePartiQL, "PartiQL statements are allowed", "A PartiQL statement reads or writes by its text, and can be a Scan.", "Leave `dynamodb:PartiQL*` out. No route of a contract needs it.", finding.High, 863, 1220),
		r(rulePolicyControl, "The principal can change who may use the table", "PutResourcePolicy opens a table to anybody; tags decide access where policies read them.", "Leave these actions to whoever administers the account.", finding.Critical, 269, 732),
		r(ruleSideDoor, "The table's data leaves by another way", "Streams, exports, backups, restores, replication and vector search show whole items, and no condition key bounds their attributes.", "Leave the actions out, or deny them: `discreet iam policy --deny-side-doors`.", finding.High, 200, 213, 1220),
		r(ruleWrite, "Writes that the contract does not need", "No route of the contract makes such a write to the table.", "Grant the writes that routes make: `discreet iam policy`.", finding.High, 250, 269),
		r(ruleRead, "Reads that the contract does not need", "No route of the contract makes such a read of the table.", "Grant the reads that routes make: `discreet iam policy`.", finding.Medium, 250, 200),
		r(ruleAdministration, "The table can be administered", "Such an action changes or deletes the table, or how its items live.", "Leave administration to a role of its own.", finding.Medium, 250, 269),
		r(ruleIndex, "Indexes that the contract does not need", "An index shows items by another key, with the attributes that it projects.", "Name the index ARNs in use instead of `index/*` or `table/X*`.", finding.Medium, 1220, 200),
		r(ruleResource, "More tables than the contract has", "A wildcard in the resource takes in other tables, now or later. `table/X*` also matches every index, stream and export of X.", "Name each table and each index by its whole ARN.", finding.High, 732, 250),
		r(ruleAttributes, "Attributes that no view shows are readable", "The condition on dynamodb:Attributes is missing or wider than what the contract's requests name.", "Limit `dynamodb:Attributes` with `ForAllValues:StringEquals`, `Select` to `SPECIFIC_ATTRIBUTES`, and guard both: `discreet iam policy`.", finding.High, 213, 200, 359),
		r(ruleWritable, "Attributes that no view writes are writable", "The condition on dynamodb:Attributes is missing or wider than what the contract's writes name.", "Limit `dynamodb:Attributes` for writes in a statement of their own.", finding.High, 915, 269),
		r(ruleVacuous, "A condition holds when its key is absent", "ForAllValues and ...IfExists hold for a request that has no such key, so that the statement scopes nothing then.", "Add `\"Null\": {\"dynamodb:LeadingKeys\": \"false\"}` beside every `ForAllValues`.", finding.Medium, 863, 1220),
		r(ruleReturn, "A write may return what no view shows", "ReturnValues ALL_OLD and ALL_NEW answer with the whole item.", "Add `\"StringEqualsIfExists\": {\"dynamodb:ReturnValues\": \"NONE\"}` to the writes' statement.", finding.Medium, 213, 200),
		r(ruleSelect, "Whole items are readable", "Without a projection DynamoDB returns every attribute, and dynamodb:Attributes sees only names that a request has.", "Add `\"StringEquals\": {\"dynamodb:Select\": \"SPECIFIC_ATTRIBUTES\"}` to reads; not ...IfExists.", finding.High, 213, 200),
		r(ruleLeading, "Items of other principals are in reach", "The contract says that a principal reaches its own items, and the policy does not compare the partition key with the session's tag.", "Compare `dynamodb:LeadingKeys` with `${aws:PrincipalTag/...}` under `ForAllValues:StringEquals`: `discreet iam policy --mode vended`.", finding.Critical, 639, 863),
		r(ruleWholeWrite, "A limit on attributes beside writes of whole items", "PutItem, DeleteItem and BatchWriteItem replace or remove items with all their attributes, listed or not.", "Limit attributes for UpdateItem alone, and grant the others only where whole items may go.", finding.Medium, 915, 863),
		r(ruleWildAction, "A wildcard stands for actions that nobody listed", "A wildcard takes in every action that matches, also those that AWS adds later.", "Name the actions.", finding.Medium, 250, 1220),
		r(ruleOperator, "A condition that compares too little", "ForAnyValue lets a batch through of which one value matches; StringLike with * alone matches all; a negated operator matches whatever is not listed.", "Use `ForAllValues:StringEquals` and a `Null` guard.", finding.High, 863, 639),
		r(ruleNot, "An allowing statement says what it does not mean", "NotAction, NotResource and NotPrincipal in an Allow take in everything else there is, now and later.", "Name what is meant.", finding.High, 250, 732),
		r(rulePrincipal, "A policy of a resource opens it to others", "The principal is everybody, or another account.", "Name the roles that need it.", finding.Critical, 284, 732),
		r(ruleUnknownAction, "An action that the data does not know", "It may be misspelt, or newer than the embedded data. What it gives is not known.", "Look it up in the service authorization reference, and renew discreet's data.", finding.Low, 250),
		r(ruleManaged, "A policy that AWS manages reaches DynamoDB", "Such a policy grants every table of the account, and AWS changes it.", "Attach a policy of your own: `discreet iam policy`.", finding.High, 250, 732),
		r(ruleDAX, "DynamoDB Accelerator answers without the table's conditions", "A DAX cluster reads with its own role; the condition keys of dynamodb do not exist for dax actions.", "Do not give `dax` actions to whom the contract limits.", finding.High, 863, 1220),
		r(ruleTags, "Session tags are not pinned", "Whoever may tag a session chooses what `${aws:PrincipalTag/...}` stands for.", "Require each tag in the trust policy, and no other: `discreet iam policy --mode vended --broker ARN`.", finding.High, 284, 863),
		r(ruleVersion, "Variables are plain text in this version", "Without `\"Version\": \"2012-10-17\"` `${...}` is compared letter by letter.", "Write `\"Version\": \"2012-10-17\"`.", finding.Medium, 863),
		r(ruleChain, "Other roles are in reach", "With sts:AssumeRole or iam:PassRole on any role a principal has whatever those roles have.", "Name the roles.", finding.High, 269, 250),
		r(ruleDenied, "The contract needs what the policy denies", "Requests of a route would fail.", "Grant what `discreet iam policy` writes.", finding.Advice, 863),
	}
}
