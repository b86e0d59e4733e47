package scan

import (
	"path"
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

// A stack of the CDK's in TypeScript or JavaScript beside Python code: what its
// text grants is read, and nothing of it is run.

var (
	cdkGrant   = regexp.MustCompile(`\.(grant(?:FullAccess|ReadData|WriteData|ReadWriteData))\(`)
	cdkManaged = regexp.MustCompile(`fromAwsManagedPolicyName\(\s*["'` + "`" + `]([\w/-]+)["'` + "`" + `]`)
	scriptNote = regexp.MustCompile(`(?m)/\*(?s:.*?)\*/|(?:^|[ \t])//.*$`)
	cdkDeny    = regexp.MustCompile(`\b(?:\w+\.)?Effect\.DENY\b`)
	camelWord  = regexp.MustCompile(`[A-Z]`)
)

// stacksIn are the files of the CDK's apps: those below a folder with a cdk.json
// that speak of the CDK and of tables.
// https://docs.aws.amazon.com/cdk/v2/guide/projects.html
func (t *tree) stacksIn() []textFile {
	var out []textFile
	looked := 0
	for _, config := range t.text {
		if path.Base(config) != "cdk.json" {
			continue
		}
		for _, name := range t.foreign {
			ext, dir := path.Ext(name), path.Dir(config)
			if ext != ".ts" && ext != ".js" && ext != ".mjs" || strings.Contains(name, ".test.") || !below(name, dir) {
				continue
			}
			if looked++; looked > maxForeign {
				return out
			}
			if src, err := t.read(name, maxForeignSize); err == nil && isStack(string(src)) {
				out = append(out, textFile{name, string(src)})
			}
		}
	}
	return out
}

// isStack says whether a text sets up tables by the CDK.
func isStack(text string) bool {
	return strings.Contains(text, "aws-cdk") && strings.Contains(text, "dynamodb")
}

// callsTables says whether code in another language may call DynamoDB; a stack
// that makes tables does not.
func callsTables(text string) bool {
	if !containsAny(text, "dynamodb", "DynamoDB", "DynamoDb") {
		return false
	}
	return !isStack(text) || containsAny(text, "aws-sdk", "DocumentClient", "DynamoDBClient")
}

// inStack are the grants of a stack: on its tables, in statements, and the
// policies of AWS's that it attaches.
func inStack(t textFile) []grant {
	text := scriptNote.ReplaceAllStringFunc(t.text, func(note string) string {
		blank := []byte(note) // byte for byte, so that places stay
		for i, c := range blank {
			if c != '\n' {
				blank[i] = ' '
			}
		}
		return string(blank)
	})
	text = cdkDeny.ReplaceAllStringFunc(text, func(word string) string { return strings.Repeat(" ", len(word)-len("DENY")) + "DENY" })
	var out []grant
	for _, g := range byLines(t.path, text) {
		if !deploysStatement(g.actions) {
			out = append(out, g)
		}
	}
	for _, m := range cdkGrant.FindAllStringSubmatchIndex(text, maxDeployed) {
		name := text[m[2]:m[3]]
		python := strings.ToLower(camelWord.ReplaceAllString(name, "_$0"))
		at := t.place(m[2], m[3])
		out = append(out, grant{at: at, short: name, actions: one(at, cdkGrants[python]...)})
	}
	for _, m := range cdkManaged.FindAllStringSubmatchIndex(text, maxDeployed) {
		out = append(out, attached(text[m[2]:m[3]], t.place(m[2], m[3]))...)
	}
	return out
}

// place is a range of a text, by its offsets.
func (t textFile) place(start, end int) finding.Location {
	at := func(offset int) finding.Position {
		line := t.text[strings.LastIndexByte(t.text[:offset], '\n')+1 : offset]
		return finding.Position{Line: strings.Count(t.text[:offset], "\n") + 1, Column: len([]rune(line)) + 1, Offset: offset}
	}
	return finding.Location{Path: t.path, Range: finding.Range{Start: at(start), End: at(end)}}
}
