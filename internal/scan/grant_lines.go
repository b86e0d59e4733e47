package scan

import (
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// Some files hold policies that no reader takes: a template engine's own
// language, a shell script's here-document. What their lines tell is read.

var (
	grantWord    = regexp.MustCompile(`(?:^|[^:\w])(dynamodb:[A-Za-z*]+)`)
	actionWord   = regexp.MustCompile(`(?i)\bactions?\b`)
	resourceWord = regexp.MustCompile(`(?i)\b"?resources?"?\s*[:=]`)
	tableWord    = regexp.MustCompile(`table/([^"'\s,\]]*)`)
	deployWord   = regexp.MustCompile(`\b(?:cloudformation|iam|lambda|ecs|codebuild):[A-Za-z*]+`)
	denyWord     = regexp.MustCompile(`(?i)\beffect"?\s*[:=]\s*"?deny`)
)

// byLines reads the statements of a file that name actions of DynamoDB.
func byLines(path, text string) []grant {
	var out []grant
	lines := strings.Split(text, "\n")
	offsets := make([]int, len(lines))
	for i := 1; i < len(lines); i++ {
		offsets[i] = offsets[i-1] + len(lines[i-1]) + 1
	}
	place := func(i int) finding.Location {
		line := strings.TrimRight(lines[i], "\r")
		indent := len(line) - len(strings.TrimLeft(line, " \t"))
		return finding.Location{Path: path, Range: finding.Range{
			Start: finding.Position{Line: i + 1, Column: indent + 1, Offset: offsets[i] + indent},
			End:   finding.Position{Line: i + 1, Column: len([]rune(line)) + 1, Offset: offsets[i] + len(line)},
		}}
	}
	open, last := false, -10
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		var found []policy.Value
		var here finding.Location
		seen := map[string]bool{}
		for _, m := range grantWord.FindAllStringSubmatch(line, -1) {
			action := m[1]
			if seen[action] {
				continue
			}
			seen[action] = true
			if len(policy.Expand(action)) == 0 {
				continue // it may look like one, in the name of something else
			}
			if found == nil {
				here = place(i)
			}
			found = append(found, policy.Value{Text: action, Location: here})
		}
		if len(found) > 0 {
			if !open || i-last > 3 || out[len(out)-1].resources.Present {
				open = actionsAbove(lines, i) && !deniesAbove(lines, i) && !deploysNear(lines, i)
				if !open {
					continue
				}
				out = append(out, grant{at: here, actions: policy.Values{Present: true, Location: here}, lines: true})
			}
			g := &out[len(out)-1]
			g.actions.List = append(g.actions.List, found...)
			last = i
		}
		if open && !out[len(out)-1].resources.Present && i-last <= 12 && resourceWord.MatchString(line) {
			out[len(out)-1].resources = policy.Values{Present: true, Location: place(i), List: resourcesOf(lines, i, place)}
		}
	}
	return out
}

const maxLineTables = 100 // of one line

// actionsAbove looks for the name of a statement's element.
func actionsAbove(lines []string, i int) bool {
	for j := i; j >= 0 && j > i-20; j-- {
		if actionWord.MatchString(lines[j]) {
			return true
		}
	}
	return false
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

// deploysNear says whether the actions around one, in the same block of the
// file, are those of a deployment.
func deploysNear(lines []string, i int) bool {
	deploys := func(line string) bool {
		return slices.ContainsFunc(deployWord.FindAllString(line, -1), func(a string) bool {
			return slices.ContainsFunc(deployment, func(name string) bool { return policy.LikeAction(a, name) })
		})
	}
	for j := i; j < len(lines) && j < i+25 && !strings.HasPrefix(lines[j], "}"); j++ {
		if deploys(lines[j]) {
			return true
		}
	}
	for j := i - 1; j >= 0 && j > i-12 && !strings.HasPrefix(lines[j], "}"); j-- {
		if deploys(lines[j]) {
			return true
		}
	}
	return false
}

// resourcesOf are a statement's resources, over the lines of their list.
func resourcesOf(lines []string, i int, place func(int) finding.Location) []policy.Value {
	var out []policy.Value
	for j := i; j < len(lines) && j < i+8; j++ {
		line := lines[j]
		if j == i {
			line = line[resourceWord.FindStringIndex(line)[1]:]
		} else if resourceWord.MatchString(line) || strings.Contains(line, "Effect") || grantWord.MatchString(line) {
			break
		}
		line, _, _ = strings.Cut(line, " #")
		var here finding.Location
		for _, m := range tableWord.FindAllStringSubmatch(line, maxLineTables) {
			if here.Path == "" {
				here = place(j)
			}
			out = append(out, policy.Value{Text: "arn:aws:dynamodb:::table/" + strings.TrimRight(m[1], `"',)}]`), Location: here})
		}
		if t := strings.Trim(line, " \t\r[]\"',-;"); t == "*" || t == "arn:aws:dynamodb:*:*:*" {
			out = append(out, policy.Value{Text: t, Location: place(j)})
		}
		if j == i && len(out) > 0 {
			break
		}
	}
	return out
}
