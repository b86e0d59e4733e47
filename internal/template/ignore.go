package template

import (
	"path"
	"strings"
)

// ignore is a .gitignore file's rules, for the folder it stands in and below.
// https://git-scm.com/docs/gitignore
type ignore struct {
	folder string // "" for the top
	rules  []ignoreRule
}

type ignoreRule struct {
	parts    []string // of the pattern; ** stands for any number
	anchored bool
	folders  bool // matches folders alone
	negated  bool
}

const maxIgnoreRules = 1000

func readIgnore(folder, text string) ignore {
	out := ignore{folder: folder}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \r\n")
		if line == "" || line[0] == '#' || len(out.rules) == maxIgnoreRules {
			continue
		}
		var rule ignoreRule
		if rule.negated = line[0] == '!'; rule.negated {
			line = line[1:]
		}
		line = strings.TrimPrefix(line, `\`)
		if rule.folders = strings.HasSuffix(line, "/"); rule.folders {
			line = strings.TrimRight(line, "/")
		}
		rule.anchored = strings.Contains(line, "/")
		rule.parts = strings.Split(strings.TrimPrefix(line, "/"), "/")
		if len(rule.parts) <= 32 && strings.Count(line, "**") <= 4 {
			out.rules = append(out.rules, rule)
		}
	}
	return out
}

// ignored reports whether git would leave a path out; the last rule that
// matches decides, and the deepest file is the last.
func ignored(files []ignore, name string, folder bool) bool {
	out := false
	for _, f := range files {
		rel, below := name, true
		if f.folder != "" {
			rel, below = strings.CutPrefix(name, f.folder+"/")
		}
		if !below {
			continue
		}
		for _, rule := range f.rules {
			if rule.folders && !folder {
				continue
			}
			if rule.matches(rel) {
				out = !rule.negated
			}
		}
	}
	return out
}

func (r ignoreRule) matches(name string) bool {
	if !r.anchored {
		ok, err := path.Match(r.parts[0], path.Base(name))
		return err == nil && ok
	}
	return matchParts(r.parts, strings.Split(name, "/"))
}

func matchParts(pattern, name []string) bool {
	for len(pattern) > 0 {
		if pattern[0] == "**" {
			for i := range len(name) + 1 {
				if matchParts(pattern[1:], name[i:]) {
					return true
				}
			}
			return false
		}
		if len(name) == 0 {
			return false
		}
		if ok, err := path.Match(pattern[0], name[0]); err != nil || !ok {
			return false
		}
		pattern, name = pattern[1:], name[1:]
	}
	return len(name) == 0
}
