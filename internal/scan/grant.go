package scan

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
	"github.com/discreet-dev/discreet/internal/python"
	"github.com/discreet-dev/discreet/internal/template"
)

// grant is a statement that allows something of DynamoDB, where a file has it.
type grant struct {
	owner     string // the role, function or policy, as the file calls it
	code      string // the module that runs under it, where the file says it
	managed   string // the name of the policy of AWS's that is attached; "" for one of the file's own
	short     string // what stands for the whole statement: a policy template of SAM's, a grant of the CDK's
	actions   policy.Values
	resources policy.Values
	at        finding.Location // where the statement begins
	lines     bool             // the lines were read, and no structure
	// The policy and the number of the statement, where the file holds its text.
	document *policy.Document
	index    int
	format   string
}

// infra are the files that policies are looked for in.
type infra struct {
	texts   []textFile // configuration of every kind
	scripts []textFile // shell scripts
	python  []*python.File
	stacks  []textFile // the CDK's in TypeScript and JavaScript
}

// speaksOfTables says whether a file may grant anything of DynamoDB.
func speaksOfTables(text string) bool {
	return grantWords.in(text) ||
		strings.Contains(text, "*") && containsAny(text, "Action", "actions") && allActions.MatchString(text)
}

var grantWords = newWordSet("dynamodb", "DynamoDB", "Serverless::SimpleTable", "AdministratorAccess", "PowerUserAccess")

var allActions = regexp.MustCompile(`(?:Action|actions)['"]?\s*[:=]\s*(?:\[|-)?\s*['"]?\*['"\s]`)

// templatesOf reads the infrastructure that has to do with tables: what makes
// them, and what grants calls.
func templatesOf(texts []textFile) template.Result {
	held := make(map[string]string, len(texts))
	var chosen []template.Text
	terraform := false
	for _, t := range texts {
		held[t.path] = t.text
		terraform = terraform || path.Ext(t.path) == ".tf" && (speaksOfTables(t.text) || containsAny(t.text, "aws_api_gateway_method", "aws_apigatewayv2_", "aws_lambda_function_url"))
	}
	for _, t := range texts {
		ext := path.Ext(t.path)
		if speaksOfTables(t.text) || strings.HasPrefix(path.Base(t.path), "zappa_settings.") || terraform && (ext == ".tf" || ext == ".tfvars") {
			chosen = append(chosen, template.Text{Path: t.path, Text: t.text})
		}
	}
	return template.ReadTexts(chosen, func(p string) (string, bool) { text, ok := held[p]; return text, ok }, template.Options{})
}

// grantsIn reads what the files grant.
func (s *scanner) grantsIn(in infra) []grant {
	out, read := s.fromTemplates(s.stacks)
	for _, t := range in.texts {
		if !strings.Contains(t.text, "dynamodb:") {
			continue
		}
		found := slices.DeleteFunc(byLines(t.path, t.text), func(g grant) bool { return read.any(g.actions) })
		if len(found) > 0 {
			s.notUnderstood(t.path, s.stacks.Notices)
		}
		out = append(out, found...)
	}
	for _, t := range in.scripts {
		if speaksOfTables(t.text) {
			out = append(out, byLines(t.path, t.text)...)
			out = append(out, attachedIn(t)...)
		}
	}
	for _, t := range in.stacks {
		out = append(out, inStack(t)...)
	}
	for _, f := range in.python {
		if containsAny(f.Text, "dynamodb:", "AmazonDynamoDB", "AdministratorAccess", "PowerUserAccess", "grant_") {
			out = append(out, inPython(f)...)
		}
	}
	return out
}

// notUnderstood says of a file with grants that its lines alone were read.
func (s *scanner) notUnderstood(file string, notices []finding.Notice) {
	for _, n := range notices {
		if n.Path == file && strings.HasPrefix(n.Text, "not read") {
			n.Text = "the policies in it were judged by their lines alone: " + n.Text
			s.notices = append(s.notices, n)
			return
		}
	}
}

// readLines are the lines on which actions stand that were read, by file.
type readLines map[string]map[int]bool

func (r readLines) add(v policy.Values) {
	for _, a := range v.List {
		if r[a.Path] == nil {
			r[a.Path] = map[int]bool{}
		}
		for line := a.Start.Line; line <= a.End.Line; line++ {
			r[a.Path][line] = true
		}
	}
}

func (r readLines) any(v policy.Values) bool {
	return slices.ContainsFunc(v.List, func(a policy.Value) bool { return r[a.Path][a.Start.Line] })
}

// fromTemplates are the statements of a reading that allow something of
// DynamoDB, and where actions of statements of any effect were read.
func (s *scanner) fromTemplates(res template.Result) (out []grant, read readLines) {
	read = readLines{}
	for _, p := range res.Principals {
		documents := make([]*policy.Document, len(p.Policies))
		for i, held := range p.Policies {
			documents[i], _ = policy.FromNode(held.Document)
			if documents[i] == nil {
				continue
			}
			for _, st := range documents[i].Statements {
				read.add(st.Action)
			}
		}
		if deploys(p, documents) {
			continue
		}
		denied := denials(documents)
		for i, held := range p.Policies {
			d := documents[i]
			if d == nil || held.Kind == template.Boundary || held.Kind == template.Trust || held.Kind == template.ResourceBased {
				continue
			}
			for _, st := range d.Statements {
				if st.Effect != policy.Allow || st.Principal != nil || st.Unresolved != "" {
					continue
				}
				g := grant{
					owner: p.Name, code: p.Code, actions: st.Action, resources: st.Resource, at: st.Location,
					document: d, index: st.Index, format: held.Format,
				}
				if held.Kind == template.AWSManaged {
					g.managed, g.document = held.Name, nil
				} else if st.Action.Location == st.Location {
					g.short, g.document = held.Name, nil
				}
				if g.actions.List = without(g.actions, denied); len(g.actions.List) > 0 && g.reaches() {
					out = append(out, g)
				}
			}
		}
	}
	return out, read
}

// ofTables are the actions of DynamoDB that a list names or takes in.
func ofTables(v policy.Values) []string {
	var out []string
	for _, a := range v.List {
		if a.Unresolved {
			continue
		}
		for _, x := range policy.Expand(a.Text) {
			if x.Service == "dynamodb" && !slices.Contains(out, x.Name) {
				out = append(out, x.Name)
			}
		}
	}
	return out
}

// reaches says whether a statement is about DynamoDB: its actions are, and
// among its resources may be a table.
func (g *grant) reaches() bool {
	switch {
	case g.actions.Not && slices.ContainsFunc(g.actions.List, func(v policy.Value) bool { return v.Unresolved || policy.LikeAction(v.Text, "dynamodb:GetItem") }):
		return false // all but tables
	case !g.actions.Not && len(ofTables(g.actions)) == 0:
		return false
	}
	if g.resources.Not || !g.resources.Present {
		return true
	}
	return slices.ContainsFunc(g.resources.List, func(v policy.Value) bool {
		parts := strings.SplitN(v.Text, ":", 4)
		return v.Unresolved || len(parts) < 4 || parts[2] == "" || strings.ContainsAny(parts[2], "*?$") || parts[2] == "dynamodb"
	})
}

// denials are the actions that a principal is denied whatever it asks for.
func denials(documents []*policy.Document) []string {
	var out []string
	for _, d := range documents {
		if d == nil {
			continue
		}
		for _, st := range d.Statements {
			if st.Effect == policy.Deny && !st.Action.Not && len(st.Conditions) == 0 && slices.Equal(st.Resource.Texts(), []string{"*"}) {
				out = append(out, st.Action.Texts()...)
			}
		}
	}
	return out
}

// without are a statement's actions but for those that are denied anyway.
func without(v policy.Values, denied []string) []policy.Value {
	if v.Not {
		return v.List
	}
	return slices.DeleteFunc(slices.Clone(v.List), func(a policy.Value) bool {
		return slices.ContainsFunc(denied, func(pattern string) bool { return policy.LikeAction(pattern, a.Text) })
	})
}

// deployment are actions of what makes an app's resources, not of the app.
var deployment = []string{
	"cloudformation:CreateStack", "cloudformation:UpdateStack", "iam:CreateRole", "iam:PutRolePolicy", "lambda:CreateFunction", "lambda:UpdateFunctionCode",
	"ecs:RegisterTaskDefinition", "codebuild:StartBuild",
}

var (
	deployName  = regexp.MustCompile(`(?i)deploy|cicd|github|codebuild|code_?pipeline|terraform|(?:^|[^a-z])ci(?:[^a-z]|$)`)
	deployTrust = regexp.MustCompile(`codebuild|codepipeline|cloudformation\.|githubusercontent|gitlab|bitbucket|circleci`)
)

// deploys says whether a principal sets the app up, and does not run it.
func deploys(p template.Principal, documents []*policy.Document) bool {
	if deployName.MatchString(p.ID) || deployName.MatchString(p.Name) && p.Type != template.Function {
		return true
	}
	for i, d := range documents {
		if d == nil || p.Policies[i].Kind == template.AWSManaged {
			continue
		}
		for _, st := range d.Statements {
			if st.Principal != nil && slices.ContainsFunc(st.Principal.List, func(x policy.PrincipalID) bool { return deployTrust.MatchString(x.Text) }) {
				return true
			}
			for _, a := range st.Action.Texts() {
				if st.Effect == policy.Allow && !st.Action.Not && a != "*" &&
					slices.ContainsFunc(deployment, func(name string) bool { return policy.LikeAction(a, name) }) {
					return true
				}
			}
		}
	}
	return false
}

var managedARN = regexp.MustCompile(`arn:aws[\w-]*:iam::aws:policy/(AmazonDynamoDB\w+|AdministratorAccess|PowerUserAccess)`)

// attachedIn are the policies of AWS's that a script attaches.
func attachedIn(t textFile) []grant {
	var out []grant
	for _, m := range managedARN.FindAllStringSubmatchIndex(t.text, -1) {
		line := strings.Count(t.text[:m[0]], "\n") + 1
		if text := lineOf(t.text, m[0]); strings.HasPrefix(strings.TrimSpace(text), "#") || !containsAny(t.text, "attach-", "create-role") {
			continue
		}
		start, end := t.line(line)
		out = append(out, attached(t.text[m[2]:m[3]], finding.Location{Path: t.path, Range: finding.Range{Start: start, End: end}})...)
	}
	return out
}

func lineOf(text string, offset int) string {
	line := text[strings.LastIndexByte(text[:offset], '\n')+1:]
	line, _, _ = strings.Cut(line, "\n")
	return line
}

// attached are the statements of a policy of AWS's, by its name or ARN.
func attached(ref string, at finding.Location) []grant {
	n, ok := template.AWSManagedPolicy(ref, at)
	if !ok {
		return nil
	}
	d, _ := policy.FromNode(n)
	if d == nil {
		return nil
	}
	var out []grant
	for _, st := range d.Statements {
		g := grant{managed: path.Base(ref), actions: st.Action, resources: st.Resource, at: at}
		if st.Effect == policy.Allow && g.reaches() {
			out = append(out, g)
		}
	}
	return out
}

// one is an element of a statement with values that all stand in one place.
func one(at finding.Location, values ...string) policy.Values {
	out := policy.Values{Present: true, Location: at}
	for _, v := range values {
		out.List = append(out.List, policy.Value{Text: v, Location: at})
	}
	return out
}
