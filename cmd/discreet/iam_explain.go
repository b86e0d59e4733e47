package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/discreet-dev/discreet/internal/policy"
)

const iamExplainHelp = `Says what policies decide about one request, statement by statement. Exit code 0
when it is allowed, 1 when it is denied or unknown.

Examples:
  discreet iam explain policy.json --action dynamodb:Query --table Users \
    --context dynamodb:Select=SPECIFIC_ATTRIBUTES --context dynamodb:Attributes=user_id,email
  discreet iam explain role.json --boundary limit.json --action dynamodb:Scan --table Users`

func runIAMExplain(w world, args []string) int {
	const name = "iam explain"
	f := flags(name, "iam explain POLICY... --action SERVICE:NAME [flags]", iamExplainHelp)
	action := f.String("action", "", "the `ACTION`, such as dynamodb:Query")
	table := f.String("table", "", "the table's name or `ARN`")
	index := f.String("index", "", "an `INDEX` of the table")
	resource := f.String("resource", "", "the `ARN` of a resource that is no table")
	context := f.StringArray("context", nil, "a condition key, as `KEY=VALUE,VALUE`; may be repeated")
	principal := f.String("principal", "", "the `ARN` of who asks: a user, or a role's session")
	role := f.String("role", "", "of a session, the role's `ARN`")
	account := f.String("account", "111122223333", "the table's account, for a table's name")
	region := f.String("region", "us-east-1", "the table's region, for a table's name")
	kinds := map[policy.Kind]*[]string{
		policy.Boundary:       f.StringArray("boundary", nil, "a permissions boundary, in a `FILE`"),
		policy.Session:        f.StringArray("session-policy", nil, "a session policy, in a `FILE`"),
		policy.ResourceBased:  f.StringArray("resource-policy", nil, "the resource's own policy, in a `FILE`"),
		policy.ServiceControl: f.StringArray("scp", nil, "a service control policy, in a `FILE`"),
	}
	format := f.String("format", "text", "text or json")
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	identity := f.Args()
	kinds[policy.Identity] = &identity
	if *action == "" || (*format != "text" && *format != "json") || (*table == "") == (*resource == "") && *table != "" {
		return fail(w, name, errors.New("takes policies and --action, with --table or --resource; --format is text or json"))
	}
	r := policy.Request{Action: *action, Resource: "*", Caller: policy.Caller{ARN: *principal, Role: *role}, Context: policy.Context{}}
	switch {
	case *resource != "":
		r.Resource = *resource
	case strings.HasPrefix(*table, "arn:"):
		r.Resource = *table
	case *table != "":
		r.Resource = "arn:aws:dynamodb:" + *region + ":" + *account + ":table/" + *table
	}
	if *index != "" {
		r.Resource += "/index/" + *index
	}
	for _, text := range *context {
		key, values, ok := strings.Cut(text, "=")
		if !ok {
			return fail(w, name, errors.New("--context takes KEY=VALUE"))
		}
		r.Context[key] = append(r.Context[key], strings.Split(values, ",")...)
	}
	var all []policy.Policy
	for kind := policy.Identity; kind <= policy.ServiceControl; kind++ {
		for _, file := range *kinds[kind] {
			d, ok := readPolicy(w, name, file)
			if !ok {
				return exitBad
			}
			all = append(all, policy.Policy{Name: file, Kind: kind, Document: d})
		}
	}
	if len(all) == 0 {
		return fail(w, name, errors.New("takes at least one policy"))
	}
	v := policy.Evaluate(all, r)
	var err error
	if *format == "json" {
		err = writeJSON(w.stdout, v)
	} else {
		err = writeVerdict(w.stdout, r, v)
	}
	if err != nil {
		return fail(w, name, err)
	}
	if v.Decision != policy.Allowed {
		return exitFindings
	}
	return exitOK
}

// readPolicy reads a policy document; its problems are printed.
func readPolicy(w world, name, file string) (*policy.Document, bool) {
	f, err := os.Open(file)
	if err != nil {
		fail(w, name, err)
		return nil, false
	}
	defer f.Close()
	source, err := io.ReadAll(io.LimitReader(f, policy.MaxSource+1))
	if err != nil {
		fail(w, name, err)
		return nil, false
	}
	d, problems := policy.Parse(file, source)
	for _, p := range problems {
		fmt.Fprintf(w.stderr, "%s:%d:%d: %s\n", file, p.Start.Line, p.Start.Column, p.Text)
	}
	return d, d != nil
}

func writeVerdict(out io.Writer, r policy.Request, v policy.Verdict) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s: %s\n  %s\n", r.Action, r.Resource, strings.ToUpper(string(v.Decision)), v.Why)
	for _, n := range v.Notes {
		fmt.Fprintf(&b, "  note: %s\n", n)
	}
	for _, s := range v.Trace {
		fmt.Fprintf(&b, "\n%s %s, %s (%s): applies: %s\n", s.Policy, s.Statement, s.Effect, s.Kind, s.Applies)
		if s.Why != "" {
			fmt.Fprintf(&b, "  because: %s\n", s.Why)
		}
		for _, c := range s.Conditions {
			why := ""
			if c.Why != "" {
				why = " (" + c.Why + ")"
			}
			fmt.Fprintf(&b, "  %-8s %s %s%s\n", c.Holds, c.Operator, c.Key, why)
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}
