package scan

import (
	"math"
	"path"
	"regexp"
	"strings"
	"unicode"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
)

var ruleSecret = finding.Rule{
	ID: "secret-in-source", Title: "A secret stands in the source", CWEs: []finding.CWE{798, 540}, Severity: finding.High,
}

var (
	// Keys that tell by their form what they are.
	keyForms = []struct {
		what string
		form *regexp.Regexp
	}{
		{"an AWS access key id", regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z2-7]{16}\b`)},
		{"an AWS access key id", regexp.MustCompile(`\bAKIA[A-Z0-9]{16}\b`)},
		{"an AWS session token", regexp.MustCompile(`\b(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9+/]{80,}`)}, // base64 of what each begins with
		{"a GitHub token", regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{36}\b`)},
		{"a Stripe key", regexp.MustCompile(`\b[sr]k_live_[A-Za-z0-9]{16,}\b`)},
		{"a Slack token", regexp.MustCompile(`\bxox[abprs]-[A-Za-z0-9-]{20,}`)},
		{"a Google API key", regexp.MustCompile(`\bAIza[0-9A-Za-z_-]{35}\b`)},
		{"a private key", regexp.MustCompile(`-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\s*[A-Za-z0-9+/=\\]{16}|$)`)},
	}
	settingItself = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|^aws_[a-z_]+$|^(secret|access|api|client|auth|private)(_[a-z]+)*_(key|token|secret|id)$|^([a-z]+|[A-Z]+)([A-Z]?[a-z]+)*(Key|KeyId|Token|Secret|Password)$`) // the name of a setting, not its value
	keyStarts     = newWordSet("AKIA", "ASIA", "FwoGZXIvYXdz", "IQoJb3JpZ2lu", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "k_live_", "xox", "AIza", "-----BEGIN")
	secretSetting = regexp.MustCompile(`(?i)^(.*[_.])?(secret|secret_?key|jwt_?secret(_key)?|password|passwd|api_?key|api_?secret|access_?key|secret_?access_?key|aws_secret_access_key|private_?key|auth_?token|client_?secret|signing_?key|encryption_?key|session_secret|db_pass|token_secret)$`)
	placeholder   = regexp.MustCompile(`(?i)^$|^[<{$%\[*]|change|your|example|placeholder|dummy|xxx|todo|replace|^(none|null|true|false|test(ing)?|local(host)?|foo|bar|fake|mock|secret|password|dev|default|admin|string|key|hidden|redacted|required|\*+|\.+)$|^fake|^(dummy|test|local|mock)[-_]|[-_](name|id|arn|path|url)$|\s|^https?:|^arn:|^/|\{\{|\$\{|^field|^input|^env`)
)

// secrets finds literals that are secrets in a Python file.
func secrets(file *python.File) (out []*finding.Finding) {
	if !mayHoldSecret(file.Text) {
		return nil
	}
	seen := map[int32]bool{}
	shown := samples(file)
	check := func(name string, value python.Expr) {
		lit, ok := value.(*python.String)
		fallback := false
		if call, is := value.(*python.Call); is && len(call.Args) == 2 { // os.environ.get("KEY", "literal")
			if text := file.Source(call.Func.Pos()); strings.HasSuffix(text, "environ.get") || strings.HasSuffix(text, "getenv") {
				lit, ok = call.Args[1].(*python.String)
				fallback = true
			}
		}
		if !ok || lit.Bytes && len(lit.Value) < 8 || seen[lit.Start] || shown[lit.Start] || !mayHoldSecret(name) || !secretSetting.MatchString(name) {
			return
		}
		if strings.EqualFold(lit.Value, name) || stands(lit.Value) || !plausible(lit.Value) || noKeyOfAWS(name, lit.Value) {
			return
		}
		if fallback && len(lit.Value) < 12 {
			return
		}
		seen[lit.Start] = true
		out = append(out, literalSecret(file, lit, name, fallback))
	}
	file.Inspect(func(n python.Node) bool {
		switch n := n.(type) {
		case *python.Assign:
			for _, t := range n.Targets {
				switch t := t.(type) {
				case *python.Name:
					check(t.ID, n.Value)
				case *python.Attribute:
					check(t.Attr, n.Value)
				case *python.Subscript:
					if k, ok := t.Index.(*python.String); ok {
						check(k.Value, n.Value)
					}
				}
			}
		case *python.AnnAssign, *python.Keyword, *python.Dict:
			namedValues(n, check)
		case *python.String:
			if n.Bytes || len(n.Value) < 16 || !keyStarts.in(n.Value) {
				return true
			}
			for _, form := range keyForms {
				if !seen[n.Start] && form.form.MatchString(n.Value) {
					seen[n.Start] = true
					out = append(out, literalSecret(file, n, form.what, false))
				}
			}
		}
		return true
	})
	out = append(out, signingKeys(file, seen)...)
	return append(out, loginSecrets(file, seen)...)
}

// mayHoldSecret looks for the words without which nothing is found.
func mayHoldSecret(text string) bool { return secretWords.in(text) }

var secretWords = newWordSet(
	"secret", "SECRET", "Secret", "passw", "PASSW", "Passw", "_key", "_KEY", "token", "TOKEN", "apikey", "APIKEY", "ApiKey", "AKIA", "ASIA", "FwoGZXIvYXdz", "IQoJb3JpZ2lu", "ghp_",
	"k_live_", "xox", "AIza", "PRIVATE KEY", "db_pass", "DB_PASS", "jwt", "Signer", "Serializer", "SALT", "PEPPER",
	"pwd", "passc", "hashpw", "api-key", "API-KEY", "Api-Key", "API-Key",
)

// stands says whether a value stands for a secret that is elsewhere. The keys of
// AWS may look like paths, and those of its documentation stand for real ones.
func stands(v string) bool {
	if awsExample(v) || awsSecret.MatchString(v) && containsAny(v, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9") && strings.ToLower(v) != v {
		return false
	}
	return placeholder.MatchString(v)
}

var awsSecret = regexp.MustCompile(`^[A-Za-z0-9/+]{40}$`)

// noKeyOfAWS says that what is called a key of AWS's is too short to be one: what
// DynamoDB local, or a mock, is given.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
func noKeyOfAWS(name, v string) bool { return len(v) < 20 && keyOfAWS.MatchString(name) }

var keyOfAWS = regexp.MustCompile(`(?i)(^|_)aws_(secret_)?access_key`)

// awsExample says that a value has the form of the keys in AWS's documentation,
// which stand for real ones in examples.
func awsExample(v string) bool { return exampleKey.MatchString(v) }

var exampleKey = regexp.MustCompile(`^(A[KS]IA[A-Z0-9]{9}EXAMPLE|[A-Za-z0-9/+]{30}EXAMPLEKEY)$`)

// plausible says whether a text may be a secret: long or mixed enough that
// nobody would have written it for another reason.
func plausible(v string) bool {
	if len(v) < 6 || len(v) > 512 || settingItself.MatchString(v) || strings.ContainsAny(v, "{}<>()") {
		return false
	}
	var digit, upper, lower, other bool
	for _, r := range v {
		switch {
		case unicode.IsDigit(r):
			digit = true
		case unicode.IsUpper(r):
			upper = true
		case unicode.IsLower(r):
			lower = true
		default:
			other = true
		}
	}
	kinds := 0
	for _, k := range []bool{digit, upper, lower, other} {
		if k {
			kinds++
		}
	}
	return kinds >= 2 || entropy(v) >= 3 && len(v) >= 10
}

// entropy is Shannon's, in bits a byte.
func entropy(s string) float64 {
	var count [256]int
	for i := range len(s) {
		count[s[i]]++
	}
	h := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(s))
			h -= p * math.Log2(p)
		}
	}
	return h
}

// masked shows the ends of a long key, so that its owner knows it again, and
// nothing of a short one.
func masked(v string) string {
	if len(v) < 20 {
		return ""
	}
	for i := range len(v) {
		if v[i] >= 0x80 || v[i] < 0x21 {
			return ""
		}
	}
	return " (" + v[:2] + "…" + v[len(v)-2:] + ")"
}

func literalSecret(file *python.File, lit *python.String, name string, fallback bool) *finding.Finding {
	f := &finding.Finding{
		Rule: ruleSecret.ID, Severity: finding.High, Confidence: finding.Likely, Group: file.Path, Anchor: name,
		Title:   name + masked(lit.Value) + " stands in the source",
		Message: "Whoever can read the repository, its history or an image built from it has the secret. It is not shown here.",
		Mend:    finding.Mend{Text: "Take it from the environment or a secret store, and issue a new one: the old one stays in the history."},
	}
	if fallback {
		f.Severity = finding.Medium
		f.Title = name + " falls back to a secret in the source"
		f.Message = "Where the environment does not set it, the app runs with a secret that everyone who reads the source knows."
		f.Mend.Text = "Fail at start where it is not set."
	}
	f.Location = finding.Location{Path: file.Path, Range: file.Range(lit.Span)}
	return f
}

// textSecret finds keys in a configuration file, line by line.
func textSecret(name, text string) []*finding.Finding {
	var out []*finding.Finding
	number, offset := 0, 0
	var above outline
	defaults := strings.Contains(text, "efault") && mayHoldSecret(text)
	for line := range strings.Lines(text) {
		number++
		what, from, to := lineSecret(line, isHCL(name))
		if defaults {
			if parameter, a, b := above.secret(line, isHCL(name)); what == "" {
				what, from, to = parameter, a, b
			}
		}
		if what != "" {
			f := heldSecret(name, what, line[from:to])
			f.Start = finding.Position{Line: number, Column: len([]rune(line[:from])) + 1, Offset: offset + from}
			f.End = finding.Position{Line: number, Column: len([]rune(line[:to])) + 1, Offset: offset + to}
			out = append(out, f)
		}
		offset += len(line)
	}
	return out
}

// heldSecret is a finding of a secret in a file that is no Python, still without
// its range.
func heldSecret(name, what, value string) *finding.Finding {
	return &finding.Finding{
		Rule: ruleSecret.ID, Severity: finding.High, Confidence: finding.Likely, Group: name, Anchor: what, Location: finding.Location{Path: name},
		Title:   what + masked(value) + " stands in " + name,
		Message: "Whoever can read the repository, its history or an image built from it has the secret. It is not shown here.",
		Mend:    finding.Mend{Text: "Take it from the environment or a secret store, and issue a new one: the old one stays in the history."},
	}
}

var settingLine = regexp.MustCompile(`^\s*(?:export\s+|-\s+)?["']?([A-Za-z_][\w.-]*)["']?\s*[:=]\s*["']?([^\s"'#]+)["']?\s*,?\s*(?:#.*)?$`)

func lineSecret(line string, hcl bool) (what string, from, to int) {
	line = strings.TrimRight(line, "\r\n")
	if len(line) > 4096 {
		return "", 0, 0
	}
	if !keyStarts.in(line) && !mayHoldSecret(line) {
		return "", 0, 0
	}
	for _, form := range keyForms {
		if at := form.form.FindStringIndex(line); at != nil {
			return form.what, at[0], at[1]
		}
	}
	m := settingLine.FindStringSubmatchIndex(line)
	if m == nil {
		return "", 0, 0
	}
	name, value := line[m[2]:m[3]], line[m[4]:m[5]]
	if !secretSetting.MatchString(name) || noKeyOfAWS(name, value) || strings.ContainsAny(value, "$!%") && len(value) < 12 {
		return "", 0, 0
	}
	if hcl && isExpression(line, m[4]) || !given(value) {
		return "", 0, 0
	}
	return name, m[4], m[5]
}

// reference is a value that names where the secret is: in Terraform, in
// serverless.yml, in a template, in a secret store.
var reference = regexp.MustCompile(`^(?:var|local|data|module|each|self|path|random_\w+|aws_\w+|google_\w+|azurerm_\w+|tls_\w+|vault_\w+)\.\w|^(?:self|ssm|vault|op|opt|param|file|secretsmanager|keyring|sops|ref\+\w+):|^ENC\[|^AWS::`)

// isHCL says whether a file is Terraform's, where a text stands in quotes.
func isHCL(name string) bool {
	ext := path.Ext(name)
	return ext == ".tf" || ext == ".tfvars"
}

// isExpression says whether what begins at an offset of a line of HCL stands
// outside quotes: it is computed, and no literal.
// https://developer.hashicorp.com/terraform/language/expressions
func isExpression(line string, at int) bool { return strings.Count(line[:at], `"`)%2 == 0 }
