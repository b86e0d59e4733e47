package scan

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

var ruleIAMUnused = finding.Rule{
	ID: "iam-unused-actions", Title: "A policy grants actions that the code does not call", CWEs: []finding.CWE{732, 250, 213}, Severity: finding.Low,
}

var ruleIAMBroad = finding.Rule{
	ID: "iam-broad-actions", Title: "A policy grants Scan, or actions by wildcard", CWEs: []finding.CWE{732, 250, 213}, Severity: finding.Medium,
}

var ruleIAMResource = finding.Rule{
	ID: "iam-wildcard-resource", Title: "A policy's resource covers other tables", CWEs: []finding.CWE{732, 213}, Severity: finding.Low,
}

var (
	grantWord    = regexp.MustCompile(`dynamodb:([A-Za-z*]+)`)
	resourceWord = regexp.MustCompile(`(?i)\b"?resources?"?\s*[:=]`)
	tableWord    = regexp.MustCompile(`table/([^"'\s,\]]*)`)
	denyWord     = regexp.MustCompile(`(?i)\beffect"?\s*[:=]\s*"?deny`)
)

// statement is a policy statement in a text of whatever format: the lines of
// its actions and of its resource. Templates are often not valid YAML or JSON
// before they have been rendered, so it is read as lines.
type statement struct {
	actions  []string
	lines    []int // of each action, from 1
	resource string
	at       int // the resource's line
	denies   bool
	deploys  bool // it is for what deploys the app, not for the app
}

// statements reads the statements of a file that name actions of DynamoDB.
func statements(text string) []statement {
	var out []statement
	var cur *statement
	lines := strings.Split(text, "\n")
	last := -10
	for i, line := range lines {
		if hash := strings.IndexByte(line, '#'); hash >= 0 && strings.TrimSpace(line[:hash]) == "" {
			continue
		}
		found := grantWord.FindAllStringSubmatch(line, -1)
		if len(found) > 0 && (cur == nil || i-last > 3 || cur.resource != "") {
			out = append(out, statement{denies: deniesAbove(lines, i), deploys: deploysNear(lines, i)})
			cur = &out[len(out)-1]
		}
		for _, m := range found {
			cur.actions = append(cur.actions, m[1])
			cur.lines = append(cur.lines, i+1)
			last = i
		}
		if cur != nil && cur.resource == "" && i-last <= 12 && resourceWord.MatchString(line) {
			cur.resource, cur.at = resourceOf(lines, i)
		}
	}
	return out
}

// deniesAbove looks for an effect of Deny in the few lines before an action.
func deniesAbove(lines []string, i int) bool {
	for j := i; j >= 0 && j > i-4; j-- {
		if denyWord.MatchString(lines[j]) {
			return true
		}
		if strings.Contains(strings.ToLower(lines[j]), "allow") {
			return false
		}
	}
	return false
}

// deploysNear says whether the actions around one are those of a deployment.
func deploysNear(lines []string, i int) bool {
	for _, l := range lines[max(0, i-12):min(len(lines), i+25)] {
		if strings.Contains(l, "cloudformation:") || strings.Contains(l, "iam:CreateRole") || strings.Contains(l, "iam:*") {
			return true
		}
	}
	return false
}

// resourceOf is the text of a resource, over the lines of its list.
func resourceOf(lines []string, i int) (string, int) {
	text := lines[i]
	_, rest, _ := strings.Cut(text, ":")
	if j := strings.IndexByte(text, '='); j >= 0 && !strings.Contains(text, ":") {
		rest = text[j+1:]
	}
	if t := strings.TrimSpace(rest); t != "" && t != "[" && t != "{" {
		return text, i + 1
	}
	var b strings.Builder
	for j := i; j < len(lines) && j < i+8; j++ {
		if j > i && (resourceWord.MatchString(lines[j]) || strings.Contains(lines[j], "Effect") || grantWord.MatchString(lines[j])) {
			break
		}
		b.WriteString(lines[j])
		b.WriteByte('\n')
	}
	return b.String(), i + 1
}

// grants compares what the policies beside the code grant with what it calls.
func (s *scanner) grants(files []textFile) []*finding.Finding {
	var out []*finding.Finding
	for _, file := range files {
		if !strings.Contains(file.text, "dynamodb:") {
			continue
		}
		for _, st := range statements(file.text) {
			if st.denies || st.deploys {
				continue
			}
			for _, f := range s.judgeGrant(file, st) {
				// One finding a file of a resource written the same way again and again.
				i := slices.IndexFunc(out, func(o *finding.Finding) bool {
					return o.Path == f.Path && o.Rule == f.Rule && f.Rule == ruleIAMResource.ID
				})
				if i >= 0 {
					out[i].Related = append(out[i].Related, finding.Step{Location: f.Location, Text: f.Title})
					continue
				}
				out = append(out, f)
			}
		}
	}
	return out
}

func (s *scanner) judgeGrant(file textFile, st statement) []*finding.Finding {
	var out []*finding.Finding
	used := s.callsBelow(path.Dir(file.path))
	var unused, broad []string
	unusedLine, broadLine := 0, 0
	for i, a := range st.actions {
		switch {
		case strings.Contains(a, "*") || a == "Scan" && slices.Contains(used, "Scan"):
			broad = append(broad, "dynamodb:"+a)
			if broadLine == 0 {
				broadLine = st.lines[i]
			}
		case len(used) > 0 && dataAction[a] && !slices.Contains(used, a):
			unused = append(unused, a)
			if unusedLine == 0 {
				unusedLine = st.lines[i]
			}
		}
	}
	add := func(rule finding.Rule, line int, anchor, title, message, mend string) {
		f := &finding.Finding{
			Rule: rule.ID, Severity: rule.Severity, Confidence: finding.Likely, Group: file.path, Anchor: anchor,
			Title: title, Message: message, Mend: finding.Mend{Text: mend},
		}
		f.Path = file.path
		f.Start, f.End = file.line(line)
		out = append(out, f)
	}
	if len(unused) > 0 && !slices.ContainsFunc(broad, func(a string) bool { return strings.Contains(a, "*") }) {
		add(ruleIAMUnused, unusedLine, strings.Join(unused, ","), "The policy grants "+strings.Join(unused, ", ")+", which the code never calls",
			"The code below calls "+strings.Join(used, ", ")+". What else is granted serves only someone who has taken the app over.",
			"Grant "+strings.Join(used, ", ")+" alone.")
	}
	if len(broad) > 0 {
		add(ruleIAMBroad, broadLine, strings.Join(broad, ","), "The policy grants "+strings.Join(broad, ", "),
			"A grant of Scan, or of actions by wildcard, lets the app read or change every item of the table, whatever its routes check.",
			"Name the actions that are called, and query by key in place of Scan.")
	}
	if wide := wideResource(st.resource); wide != "" {
		add(ruleIAMResource, st.at, wide, "The policy's resource is "+wide,
			"The resource "+wide+" covers tables beside the one that the statement is meant for.",
			"Name the table's own ARN, and its indexes as table/NAME/index/*.")
	}
	return out
}

// dataAction are the actions on items. What administers tables may be called
// by a deployment that is not in the tree.
var dataAction = map[string]bool{
	"GetItem": true, "PutItem": true, "UpdateItem": true, "DeleteItem": true, "Query": true, "Scan": true,
	"BatchGetItem": true, "BatchWriteItem": true,
}

// wideResource is the part of a resource that covers more than one table.
func wideResource(text string) string {
	for _, m := range tableWord.FindAllStringSubmatch(text, -1) {
		name := strings.TrimRight(m[1], `"',)}]`)
		before, _, _ := strings.Cut(name, "/")
		if strings.HasSuffix(before, "*") {
			return "table/" + name
		}
	}
	if _, after, ok := strings.Cut(text, ":"); ok || strings.Contains(text, "=") {
		if !ok {
			_, after, _ = strings.Cut(text, "=")
		}
		after = strings.TrimFunc(after, func(r rune) bool { return strings.ContainsRune(" \t\n[]\"',-", r) })
		if after == "*" || after == "arn:aws:dynamodb:*:*:*" {
			return after
		}
	}
	return ""
}

// callsBelow are the actions that the code in a folder calls, or in the whole
// tree where the folder has none.
func (s *scanner) callsBelow(dir string) []string {
	var near, all []string
	for action, at := range s.calls {
		all = append(all, action)
		if dir == "." || strings.HasPrefix(at.File.Path, dir+"/") {
			near = append(near, action)
		}
	}
	if len(near) == 0 || dir != "." {
		near = all
	}
	slices.Sort(near)
	return near
}
