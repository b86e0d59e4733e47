package template

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/gitignore"
)

// The bounds of the walk.
const (
	maxFile    = 16 << 20  // bytes of one file
	maxTotal   = 256 << 20 // bytes read in all
	maxEntries = 500_000   // files and folders looked at
	maxFolders = 40        // folders within folders
)

// skipped are folders of other people's files, of caches and of copies of what
// is read where it is written.
var skipped = []string{".git", ".hg", ".svn", "node_modules", "vendor", ".terraform", ".terragrunt-cache", ".venv", "venv", "__pycache__", ".aws-sam", ".tox"}

// tree is a folder that was given, or the folder of a file that was. Nothing
// out of it is ever opened, whatever links say: os.Root sees to that.
type tree struct {
	root   *os.Root
	held   func(name string) ([]byte, error) // in the root's place: of files in memory
	prefix string                            // how its files are shown
	total  *int64
}

// shown is the path of a file as a finding shows it.
func (t *tree) shown(name string) string { return path.Join(t.prefix, name) }

// read reads a regular file of the tree within the bounds.
func (t *tree) read(name string) ([]byte, error) {
	if t.held != nil {
		return t.held(name)
	}
	// A named pipe would never end: what is no regular file is not opened.
	info, err := t.root.Stat(name)
	if err != nil {
		return nil, plainError(err)
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, errors.New("it is no regular file")
	case info.Size() > maxFile:
		return nil, fmt.Errorf("it is over %d bytes", maxFile)
	case *t.total+info.Size() > maxTotal:
		return nil, fmt.Errorf("over %d bytes were read already", maxTotal)
	}
	f, err := t.root.Open(name)
	if err != nil {
		return nil, plainError(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	*t.total += int64(len(data))
	switch {
	case err != nil:
		return nil, plainError(err)
	case len(data) > maxFile:
		return nil, fmt.Errorf("it is over %d bytes", maxFile)
	}
	return data, nil
}

// plainError is an error without the path, which a notice has already.
func plainError(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func (r *reader) walk(paths []string) {
	var total int64
	w := walker{reader: r, seen: map[string]bool{}}
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			r.notice(finding.Location{Path: filepath.ToSlash(p)}, "not read: "+plainError(err).Error())
			continue
		}
		folder, file := p, ""
		if !info.IsDir() {
			folder, file = filepath.Split(p)
			folder = filepath.Clean(folder)
		}
		root, err := os.OpenRoot(folder)
		if err != nil {
			r.notice(finding.Location{Path: filepath.ToSlash(p)}, "not read: "+plainError(err).Error())
			continue
		}
		defer root.Close()
		w.tree = &tree{root: root, prefix: filepath.ToSlash(filepath.Clean(folder)), total: &total}
		if file != "" {
			w.file(file, true)
			continue
		}
		w.folder(".", nil, 0)
	}
	// Terraform's modules refer to one another and to files beside them: they are
	// evaluated while the trees are open.
	r.terraform()
}

type walker struct {
	*reader
	tree    *tree
	seen    map[string]bool // shown paths
	entries int
}

func (w *walker) notice(name, text string) {
	w.reader.notice(finding.Location{Path: w.tree.shown(name)}, text)
}

func (w *walker) folder(name string, rules []gitignore.Patterns, depth int) {
	if depth > maxFolders {
		w.notice(name, fmt.Sprintf("not read: over %d folders deep", maxFolders))
		return
	}
	entries, err := fs.ReadDir(w.tree.root.FS(), name)
	if err != nil {
		w.notice(name, "not read: "+plainError(err).Error())
	}
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == ".gitignore" && e.Type().IsRegular() }) {
		if text, err := w.tree.read(path.Join(name, ".gitignore")); err == nil {
			rules = append(slices.Clip(rules), gitignore.Parse(name, string(text)))
		}
	}
	for _, e := range entries {
		if w.entries++; w.entries > maxEntries {
			if w.entries == maxEntries+1 {
				w.notice(name, fmt.Sprintf("over %d files: the rest was not looked at", maxEntries))
			}
			return
		}
		child := path.Join(name, e.Name())
		switch {
		case e.Type()&fs.ModeSymlink != 0:
			// What a link within the tree means is read where it stands.
			if _, err := w.tree.root.Stat(child); err != nil && (e.Name() == "cdk.out" || wanted(child)) {
				w.notice(child, "not followed: the link leads out of what was given, or nowhere")
			}
		case e.IsDir():
			if w.enters(e.Name(), child, name, rules) {
				w.folder(child, rules, depth+1)
			}
		case e.Type().IsRegular() && (generated(child) || !gitignore.Ignored(rules, child, false)):
			w.file(child, false)
		}
	}
}

// enters decides about a folder. What the CDK and Chalice write is read although
// most projects have git ignore it: nothing else says what is deployed.
func (w *walker) enters(base, child, parent string, rules []gitignore.Patterns) bool {
	switch {
	case slices.Contains(skipped, base):
		return false
	case path.Base(parent) == "cdk.out":
		return !strings.HasPrefix(base, "asset.") && !strings.HasPrefix(base, ".")
	case base == "cdk.out" || base == ".chalice":
		return true
	}
	return !gitignore.Ignored(rules, child, true)
}

// generated are the files that are read in spite of a .gitignore.
func generated(name string) bool {
	return strings.Contains("/"+name, "/cdk.out/") && strings.HasSuffix(name, ".template.json") ||
		path.Base(path.Dir(name)) == ".chalice"
}

// wanted reports whether a file's name may be one of a format's.
func wanted(name string) bool {
	base := formatName(name)
	switch path.Ext(base) {
	case ".json", ".yaml", ".yml", ".template", ".tf", ".tfvars", ".tfstate":
		return !slices.Contains([]string{"package.json", "package-lock.json", "tsconfig.json"}, base)
	}
	return configured(base)
}

// configured are the project files that are programs.
func configured(base string) bool {
	return slices.Contains([]string{"serverless.ts", "serverless.js", "serverless.mjs", "serverless.cjs"}, base)
}

func (w *walker) file(name string, asked bool) {
	shown := w.tree.shown(name)
	if w.seen[shown] || !asked && !wanted(name) {
		return
	}
	w.seen[shown] = true
	if strings.Contains("/"+name, "/cdk.out/") && !strings.HasSuffix(name, ".template.json") && !asked {
		return // the CDK's own manifests
	}
	data, err := w.tree.read(name)
	if err != nil {
		w.notice(name, "not read: "+err.Error())
		return
	}
	w.reader.from = w.tree
	w.reader.fromName = name
	before := w.files
	w.reader.file(shown, data)
	if asked && w.files == before && len(w.notices) == 0 {
		w.notice(name, "none of the formats that are read")
	}
}
