package scan

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// ignoreFile is one pattern of a .gitignore, as git reads them.
// https://git-scm.com/docs/gitignore
type ignoreFile struct {
	dir     string // where the .gitignore stands, from the root
	pattern *regexp.Regexp
	negated bool
	folders bool // for folders alone
	based   bool // matched from dir on, not by the last name
}

const maxIgnore = 1 << 20

// readIgnore reads a folder's .gitignore; one that can't be read ignores nothing.
func readIgnore(dir, rel string) []ignoreFile {
	name := filepath.Join(dir, ".gitignore")
	if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() || info.Size() > maxIgnore {
		return nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	return parseIgnore(string(text), rel)
}

func parseIgnore(text, rel string) []ignoreFile {
	var out []ignoreFile
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if !strings.HasSuffix(line, `\ `) {
			line = strings.TrimRight(line, " \t")
		}
		if line == "" || line[0] == '#' || len(line) > 1024 {
			continue
		}
		p := ignoreFile{dir: rel}
		if line[0] == '!' {
			p.negated = true
			line = line[1:]
		}
		if strings.HasSuffix(line, "/") {
			p.folders = true
			line = strings.TrimRight(line, "/")
		}
		p.based = strings.Contains(line, "/")
		line = strings.TrimPrefix(line, "/")
		re, err := regexp.Compile("^" + globExpression(line) + "$")
		if err != nil || line == "" {
			continue
		}
		p.pattern = re
		out = append(out, p)
	}
	return out
}

// globExpression turns a pattern into a regular expression.
func globExpression(glob string) string {
	var b strings.Builder
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; c {
		case '*':
			if !strings.HasPrefix(glob[i:], "**") {
				b.WriteString("[^/]*")
				continue
			}
			i++
			if strings.HasPrefix(glob[i+1:], "/") {
				i++
				b.WriteString("(?:.*/)?")
			} else {
				b.WriteString(".*")
			}
		case '?':
			b.WriteString("[^/]")
		case '[':
			end := strings.IndexByte(glob[i+1:], ']')
			if end < 1 {
				b.WriteString(`\[`)
				continue
			}
			set := glob[i+1 : i+1+end]
			if set[0] == '!' {
				set = "^" + set[1:]
			}
			b.WriteString("[" + strings.ReplaceAll(set, `\`, `\\`) + "]")
			i += end + 1
		case '\\':
			if i+1 < len(glob) {
				i++
			}
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		default:
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		}
	}
	return b.String()
}

// ignored says whether the patterns, the last that matches, leave a path out.
func ignored(rules []ignoreFile, rel string, folder bool) bool {
	out := false
	for i := range rules {
		r := &rules[i]
		if r.folders && !folder {
			continue
		}
		sub := rel
		if r.dir != "." {
			var ok bool
			if sub, ok = strings.CutPrefix(rel, r.dir+"/"); !ok {
				continue
			}
		}
		name := sub
		if !r.based {
			name = path.Base(sub)
		}
		if r.pattern.MatchString(name) {
			out = !r.negated
		}
	}
	return out
}
