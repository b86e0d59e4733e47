package template

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/discreet-dev/discreet/internal/policy"
)

// hostile are files that must be read in bounded time and memory, or refused,
// with a word about it.
func hostile() map[string][2]string {
	laughs := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 12; i++ {
		laughs += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	doubling := "locals {\n  l0 = \"xxxxxxxxxxxxxxxx\"\n"
	for i := 1; i < 60; i++ {
		doubling += fmt.Sprintf("  l%d = \"${local.l%d}${local.l%d}\"\n", i, i-1, i-1)
	}
	lists := "locals {\n  l0 = [\"x\"]\n"
	for i := 1; i < 60; i++ {
		lists += fmt.Sprintf("  l%d = [local.l%d, local.l%d]\n", i, i-1, i-1)
	}
	tfPolicy := func(body string) string {
		return "resource \"aws_iam_role_policy\" \"p\" {\n  role = \"r\"\n  policy = " + body + "\n}\n"
	}
	cfn := func(action string) string {
		return "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: r\n      Policies:\n        - PolicyName: p\n          PolicyDocument: {Version: \"2012-10-17\", Statement: [{Effect: Allow, Resource: \"*\", Action: " + action + "}]}\n"
	}
	conditions := cfn("!If [C0, a, b]") + "Conditions:\n"
	for i := range 100 {
		conditions += fmt.Sprintf("  C%d: !And [Condition: C%d, Condition: C%d]\n", i, (i+1)%100, (i+1)%100)
	}
	subs := "Mappings:\n  M:\n"
	for i := range 60 {
		subs += fmt.Sprintf("    k%d: {v: !Sub [\"${A}${A}\", {A: !FindInMap [M, k%d, v]}]}\n", i, i+1)
	}
	service := "service: s # AWS::\nprovider: {name: aws, iamRoleStatements: [{Effect: Allow, Action: \"dynamodb:Query\", Resource: \"${self:custom.v0}\"}]}\ncustom:\n"
	for i := range 60 {
		service += fmt.Sprintf("  v%d: \"${self:custom.v%d}${self:custom.v%d}\"\n", i, i+1, i+1)
	}
	return map[string][2]string{
		"alias bomb":                {"a.yaml", laughs + cfn("*a11")},
		"alias within itself":       {"a.yaml", "Resources: &a\n  x: *a\n" + "# AWS::"},
		"merge of merges":           {"a.yaml", "a: &a {b: 1}\nc: &c\n  <<: [*a, *a]\nd:\n  <<: *c\n" + cfn("x:y")},
		"YAML flow nesting":         {"a.yaml", "# AWS::\n" + strings.Repeat("[", 20000)},
		"YAML entries":              {"a.yaml", "# AWS::\n" + strings.Repeat("- ", 20000)},
		"YAML question marks":       {"a.yaml", "# AWS::\n" + strings.Repeat("? ", 20000)},
		"YAML tags":                 {"a.yaml", "# AWS::\nx: " + strings.Repeat("!Sub ", 20000)},
		"YAML anchors":              {"a.yaml", "# AWS::\nx: " + strings.Repeat("&a ", 20000)},
		"YAML deep blocks":          {"a.yaml", "# AWS::\n" + staircase(1200)},
		"YAML siblings":             {"a.yaml", cfn("x:y") + strings.Repeat("a:\n", 70000)},
		"YAML long list":            {"a.yaml", cfn("[" + strings.Repeat("a, ", 30000) + "]")},
		"YAML flow mapping":         {"a.yaml", cfn("{" + numbered(10000) + "}")},
		"YAML mappings":             {"a.yaml", cfn("x:y") + strings.Repeat("a:\n"+strings.Repeat("  b:\n", 990), 15)},
		"YAML too large":            {"a.yaml", "# AWS::\n" + strings.Repeat("x", maxYAML)},
		"conditions in a circle":    {"a.yaml", conditions},
		"Sub of Sub of Sub":         {"a.yaml", cfn("!FindInMap [M, k0, v]") + subs},
		"resource of itself":        {"a.yaml", "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties: {RoleName: !Ref R, ManagedPolicyArns: !Ref R}\n"},
		"variables in a circle":     {"serverless.yml", service + "  v60: ${self:custom.v0}\n"},
		"variables doubling":        {"serverless.yml", service + "  v60: xxxxxxxxxxxxxxxx\n"},
		"the whole of itself":       {"serverless.yml", service + "  v60: ${self:}\n"},
		"JSON nesting":              {"a.json", "{\"Statement\":" + strings.Repeat("[", 1000000)},
		"JSON many values":          {"a.json", "{\"Statement\":[" + strings.Repeat("0,", 410000) + "0]}"},
		"JSON one line":             {"a.json", "{\"Statement\":[" + strings.Repeat(`"é",`, 20000) + "0]}"},
		"JSON large number":         {"a.json", "{\"Statement\": 1" + strings.Repeat("0", 1000000) + "}"},
		"locals doubling":           {"a.tf", doubling + "}\n" + tfPolicy("local.l59")},
		"lists doubling":            {"a.tf", lists + "}\n" + tfPolicy("jsonencode(local.l59)")},
		"locals in a circle":        {"a.tf", "locals {\n  a = local.b\n  b = local.a\n}\n" + tfPolicy("local.a")},
		"a resource of itself":      {"a.tf", tfPolicy("aws_iam_role_policy.p.policy")},
		"a document of itself":      {"a.tf", "data \"aws_iam_policy_document\" \"d\" {\n  source_policy_documents = [data.aws_iam_policy_document.d.json]\n}\n" + tfPolicy("data.aws_iam_policy_document.d.json")},
		"loops in loops":            {"a.tf", "locals { n = range(1000) }\n" + tfPolicy("jsonencode([for a in local.n : [for b in local.n : [for c in local.n : c]]])")},
		"a count without end":       {"a.tf", "resource \"aws_iam_role\" \"r\" {\n  count = 1000000000\n  name = \"r${count.index}\"\n}\n"},
		"wide format":               {"a.tf", tfPolicy("format(\"%999999999d\", 1)")},
		"an exponent":               {"a.tf", tfPolicy("\"${1e999999}\"")},
		"HCL brackets":              {"a.tf", "a = " + strings.Repeat("[", 20000)},
		"HCL parentheses":           {"a.tf", "a = " + strings.Repeat("(", 200000)},
		"HCL blocks":                {"a.tf", strings.Repeat("a {\n", 20000)},
		"HCL templates":             {"a.tf", "a = " + strings.Repeat("\"${", 20000)},
		"HCL template controls":     {"a.tf", "a = \"" + strings.Repeat("%{ if true }", 20000) + "\""},
		"HCL signs":                 {"a.tf", "a = " + strings.Repeat("!", 60000) + "true"},
		"HCL sums":                  {"a.tf", "a = 1" + strings.Repeat("+1", 60000)},
		"HCL choices":               {"a.tf", "a = " + strings.Repeat("true ? 1 : ", 20000) + "1"},
		"HCL choices over lines":    {"a.tf", "a = (" + strings.Repeat("true ? 1 :\n", 20000) + "1)"},
		"HCL indices":               {"a.tf", "a = b" + strings.Repeat("[c]", 20000)},
		"HCL splats":                {"a.tf", "a = b" + strings.Repeat("[*]", 20000)},
		"HCL too large":             {"a.tf", strings.Repeat("a = 1\n", maxHCL/6+1)},
		"template within JSON":      {"a.tf.json", `{"locals": {"a": "` + strings.Repeat("${(", 20000) + `"}, "resource": {"aws_iam_role_policy": {"p": {"role": "r", "policy": "${local.a}"}}}}`},
		"every module calls itself": {"main.tf", "module \"m\" {\n  source = \"./\"\n  count = 5\n}\n" + tfPolicy("module.m[0].x")},
		"marks in the text":         {"a.json", "{\"Statement\": [{\"Action\": \"\uE0F0999999\uE0F1 \uE0F0x\"}]}"},
		"invalid UTF-8":             {"a.json", "{\"Statement\": \"\xff\"}"},
		"nothing but a name":        {"a.tf", "resource \"aws_iam_policy\" \"p\" {}\nresource \"aws_iam_role\" \"r\" {}\nresource \"aws_iam_role_policy_attachment\" \"a\" {}\n"},
	}
}

// numbered are members of a mapping in one line.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d: 1, ", i)
	}
	return b.String()
}

// staircase is a mapping in a mapping in a mapping.
func staircase(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func TestNoFileHangsFillsTheMemoryOrIsPassedOverInSilence(t *testing.T) {
	silent := map[string]bool{"merge of merges": true, "an exponent": true, "YAML flow mapping": true, "YAML mappings": true, "YAML long list": true, "marks in the text": true, "JSON one line": true, "resource of itself": true}
	for name, file := range hostile() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			r := ReadFile(file[0], []byte(file[1]), Options{})
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			grown := (after.TotalAlloc - before.TotalAlloc) >> 20
			t.Logf("%s: %v, %d MB", name, took, grown)
			if took > time.Minute || grown > 1200 {
				t.Errorf("took %v and %d MB", took, grown)
			}
			unknown := 0
			for _, p := range r.Principals {
				for _, x := range p.Policies {
					unknown += len(x.Unknown)
				}
			}
			if !silent[name] && len(r.Notices)+unknown == 0 {
				text := dump(r)
				t.Errorf("nothing is said: %s", text[:min(len(text), 1000)])
			}
		})
	}
}

func TestOneBadFileDoesNotHideTheOthers(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"bad.yaml":     "# AWS::\n{",
		"bad/main.tf":  "resource {",
		"bad.json":     `{"Statement": [`,
		"good.json":    `{"Version": "2012-10-17", "Statement": []}`,
		"bad/other.tf": "resource \"aws_iam_user\" \"u\" {\n  name = \"u\"\n  permissions_boundary = \"x\"\n}\n",
	} {
		write(t, filepath.Join(dir, name), text)
	}
	r := Read([]string{dir}, Options{})
	if len(r.Principals) != 2 || len(r.Notices) != 3 {
		t.Error(dump(r))
	}
}

func TestNothingOutsideOfWhatWasGivenIsRead(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	good := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`
	write(t, filepath.Join(outside, "secret.json"), good)
	write(t, filepath.Join(dir, "a/policy.json"), good)
	for link, target := range map[string]string{
		"out":         outside,
		"secret.json": filepath.Join(outside, "secret.json"),
		"a/loop":      "..",
		"again.json":  "a/policy.json",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip(err)
		}
	}
	rel, err := filepath.Rel(dir, outside)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "main.tf"), fmt.Sprintf(`
resource "aws_iam_user_policy" "a" {
  user = "u"
  policy = file(%q)
}
resource "aws_iam_user_policy" "b" {
  user = "u"
  policy = file("${path.module}/secret.json")
}
resource "aws_iam_user_policy" "c" {
  user = "u"
  policy = file(%q)
}
`, filepath.Join(outside, "secret.json"), filepath.ToSlash(filepath.Join(rel, "secret.json"))))
	r := Read([]string{dir}, Options{})
	for _, p := range r.Principals {
		for _, x := range p.Policies {
			if p.Type == User && x.Document.Kind != policy.Unresolved || strings.Contains(x.Path, "secret") {
				t.Errorf("read: %s", dump(r))
			}
		}
	}
	if len(r.Principals) != 2 || !strings.Contains(dump(r), "leads out of what was given") {
		t.Error(dump(r))
	}
}

func TestWhatGitIgnoresAndOthersWriteIsNotRead(t *testing.T) {
	dir := t.TempDir()
	good := `{"Version": "2012-10-17", "Statement": []}`
	for _, name := range []string{"node_modules/a.json", "x/vendor/a.json", ".terraform/a.json", "cdk.out/asset.1/a.template.json", "build/a.json", "sub/local.json", "sub/deep/b.tmp.json", "sub/kept.tmp.json", "cdk.out/manifest.json"} {
		write(t, filepath.Join(dir, name), good)
	}
	write(t, filepath.Join(dir, ".gitignore"), "# made\n/build/\n*.tmp.json\ncdk.out\n")
	write(t, filepath.Join(dir, "sub/.gitignore"), "local.json\n!kept.tmp.json\n")
	write(t, filepath.Join(dir, "local.json"), good)
	write(t, filepath.Join(dir, "cdk.out/a.template.json"), good)
	var got []string
	for _, p := range Read([]string{dir}, Options{}).Principals {
		rel, _ := filepath.Rel(dir, p.Path)
		got = append(got, filepath.ToSlash(rel))
	}
	if want := "cdk.out/a.template.json local.json sub/kept.tmp.json"; strings.Join(got, " ") != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAFileThatIsAskedForIsReadOrNamed(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "node_modules/a.json"), `{"Version": "2012-10-17", "Statement": []}`)
	write(t, filepath.Join(dir, "notes.txt"), "nothing")
	r := Read([]string{filepath.Join(dir, "node_modules", "a.json"), filepath.Join(dir, "notes.txt"), filepath.Join(dir, "gone")}, Options{})
	if len(r.Principals) != 1 || len(r.Notices) != 2 {
		t.Error(dump(r))
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
