package main

import (
	"errors"
	"fmt"

	"github.com/discreet-dev/discreet/internal/iam"
)

const iamHelp = `The least IAM policy that a contract needs, and what given policies grant beyond
it. Calls no one and changes nothing.

  discreet iam policy   write the policy
  discreet iam audit    find what policies grant that the contract does not need
  discreet iam explain  what a policy says of one request, statement by statement

More of each: discreet iam COMMAND --help`

func runIAM(w world, args []string) int {
	if len(args) > 0 {
		switch args[0] {
		case "policy":
			return runIAMPolicy(w, args[1:])
		case "explain":
			return runIAMExplain(w, args[1:])
		case "audit":
			return runIAMAudit(w, args[1:])
		}
	}
	f := flags("iam", "iam COMMAND [flags]", iamHelp)
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	return fail(w, "iam", errors.New("takes a command: policy, audit or explain"))
}

const iamPolicyHelp = `Writes the smallest policy under which every route of the contract works and
nothing else does. What IAM cannot express is said in comments, or on standard
error where the format has none.

  service-role  one role for the process, which enforces ownership itself
  vended        sessions per principal with session tags: DynamoDB enforces the
                partition key as well

Examples:
  discreet iam policy examples/profiles --account 111122223333 --region eu-west-1
  discreet iam policy examples/saas --mode vended --broker arn:aws:iam::111122223333:role/app \
    --account 111122223333 --region eu-west-1 --format terraform
  discreet iam policy examples/orders --format cloudformation --table Orders=prod-orders`

func runIAMPolicy(w world, args []string) int {
	const name = "iam policy"
	f := flags(name, "iam policy [CONTRACT] [flags]", iamPolicyHelp)
	mode := f.String("mode", string(iam.ServiceRole), "service-role or vended")
	product := f.String("for", string(iam.Serve), "serve or guard")
	format := f.String("format", string(iam.JSON), "json, terraform or cloudformation")
	account := f.String("account", "", "the tables' account: 12 `DIGITS`; CloudFormation can fill it in")
	region := f.String("region", "", "the tables' `REGION`; CloudFormation can fill it in")
	tables := f.StringArray("table", nil, "a table's physical name, as `LOGICAL=NAME`; may be repeated")
	keys := f.StringArray("kms-key", nil, "the `ARN` of a customer-managed key of the tables; may be repeated")
	startup := f.Bool("startup", false, "grant what the check at start reads")
	sideDoors := f.Bool("deny-side-doors", false, "also write a policy that denies streams, exports, backups, PartiQL and the like")
	principal := f.String("resource-policy", "", "also write the tables' own policies, for the role with this `ARN`")
	broker := f.String("broker", "", "vended: the `ARN` of the role that begins sessions, for the trust policy")
	idTag := f.String("id-tag", "user_id", "vended: the session `TAG` with the principal's id")
	verifiedBy := f.String("verified-by", "", "vended: `WHAT` verifies an id that comes in a header alone")
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	file, err := contractFile(f.Args())
	if err != nil {
		return fail(w, name, err)
	}
	c, code := loadContract(w, name, file)
	if c == nil {
		return code
	}
	names, err := tableNames(*tables, c)
	if err != nil {
		return fail(w, name, err)
	}
	if iam.Format(*format) == iam.CloudFormation {
		*account = or(*account, iam.AccountReference)
		*region = or(*region, iam.RegionReference)
	}
	written, err := iam.Least(iam.Options{
		Contract: c, Mode: iam.Mode(*mode), For: iam.Product(*product), Account: *account, Region: *region, Table: physical(names),
		KMSKeys: *keys, Startup: *startup, SideDoors: *sideDoors, Principal: *principal, Broker: *broker, IDTag: *idTag, VerifiedBy: *verifiedBy,
	})
	if err != nil {
		return fail(w, name, err)
	}
	out, err := written.Write(iam.Format(*format))
	if err != nil {
		return fail(w, name, err)
	}
	if iam.Format(*format) == iam.JSON {
		for _, n := range written.Notes {
			fmt.Fprintf(w.stderr, "note: %s\n", n)
		}
	}
	if _, err := w.stdout.Write(out); err != nil {
		return fail(w, name, err)
	}
	return exitOK
}

func or(value, other string) string {
	if value == "" {
		return other
	}
	return value
}

// physical gives a table's name in DynamoDB.
func physical(names map[string]string) func(string) string {
	return func(logical string) string { return or(names[logical], logical) }
}
