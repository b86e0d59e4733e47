package scan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
)

const (
	maxFile = 32 << 20 // a longer Python file is reported and not read
	maxText = 1 << 20  // a longer configuration file is not read
)

// tree is the files that are scanned, by path from the root with slashes.
type tree struct {
	root    string
	python  []string
	text    []string
	infra   []string // scripts of a shell and templates, for the policies in them
	foreign []string // source in other languages
	pages   []string // templates of web pages
	notices []finding.Notice
	edited  map[string][]byte // read in place of the files
}

// skipped are folders that hold no code of the app's own.
var skipped = map[string]bool{
	".git": true, ".hg": true, ".svn": true, "node_modules": true, "site-packages": true, "__pycache__": true, ".tox": true, ".nox": true,
	".mypy_cache": true, ".pytest_cache": true, ".ruff_cache": true, ".eggs": true, ".terraform": true, ".aws-sam": true, ".serverless": true, "cdk.out": true,
}

// undeployed are folders whose code is never deployed.
var undeployed = map[string]bool{"tests": true, "test": true, "testing": true}

// collect finds the files below a root, without those that patterns of
// .gitignore's form exclude. Symbolic links are not followed, so no loop can be;
// what can't be read becomes a notice. A file that is the root itself is taken
// whatever its name.
func collect(ctx context.Context, root string, exclude []string) (*tree, error) {
	root, err := filepath.EvalSymlinks(root) // the walk would stop at a link
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(root)
	if err != nil {
		return nil, err
	}
	t := &tree{root: root}
	if !info.IsDir() && !info.Mode().IsRegular() { // reading a pipe or a device may never end
		return nil, fmt.Errorf("%s is neither a folder nor a regular file: give the folder of the source", root)
	}
	if !info.IsDir() {
		return t, t.only(root, info.Size())
	}
	out, err := newExclusion(root, exclude)
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		rel, relErr := filepath.Rel(root, name)
		if relErr != nil {
			return relErr
		}
		rel = filepath.ToSlash(rel)
		if err != nil {
			if rel == "." {
				return err
			}
			t.note(rel, err)
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			if rel != "." && (skipped[d.Name()] || undeployed[d.Name()] || out.leaves(rel, true) || isVenv(name)) {
				return fs.SkipDir
			}
			if err := out.enter(name, rel); err != nil {
				t.note(path.Join(rel, ".gitignore"), err)
			}
			return nil
		}
		if d.Type().IsRegular() && !out.leaves(rel, false) {
			t.take(rel)
		}
		return nil
	})
	slices.Sort(t.python)
	slices.Sort(t.text)
	slices.Sort(t.pages)
	return t, err
}

// only takes one file. It is an error that it can't be read: nothing else would
// be.
func (t *tree) only(name string, size int64) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	f.Close()
	list, limit := &t.text, int64(maxText)
	if filepath.Ext(name) == ".py" {
		list, limit = &t.python, maxFile
	}
	if size > limit {
		return fmt.Errorf("%s is longer than %d MB, and not read", name, limit>>20)
	}
	t.root = filepath.Dir(name)
	*list = append(*list, filepath.Base(name))
	return nil
}

func (t *tree) note(rel string, err error) {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathErr.Err
	}
	t.notices = append(t.notices, finding.Notice{Location: finding.Location{Path: rel}, Text: fmt.Sprintf("not read: %v", err)})
}

// isVenv tells a virtual environment by the file that makes it one.
// https://docs.python.org/3/library/venv.html
func isVenv(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, "pyvenv.cfg"))
	return err == nil
}

func (t *tree) take(rel string) {
	base := path.Base(rel)
	switch ext := path.Ext(base); {
	case ext == ".py":
		if !strings.HasPrefix(base, "test_") && !strings.HasSuffix(base, "_test.py") && base != "conftest.py" {
			t.python = append(t.python, rel)
		}
	case pageExt[ext]:
		t.pages = append(t.pages, rel)
	case configExt[ext] || strings.HasPrefix(base, ".env") || strings.HasSuffix(base, ".env"):
		if !strings.HasSuffix(base, "lock.json") && !strings.Contains(base, "example") && !strings.Contains(base, "sample") && !strings.Contains(base, "template.env") {
			t.text = append(t.text, rel)
		}
	case holdsKey(base):
		t.text = append(t.text, rel)
	case infraExt[ext]:
		t.infra = append(t.infra, rel)
	case otherLanguage[ext]:
		t.foreign = append(t.foreign, rel)
	}
}

// holdsKey says whether a file is named as private keys are.
func holdsKey(base string) bool {
	switch path.Ext(base) {
	case ".pem", ".key":
		return true
	}
	return base == "id_rsa" || base == "id_dsa" || base == "id_ecdsa" || base == "id_ed25519"
}

var pageExt = map[string]bool{".html": true, ".htm": true, ".jinja": true, ".jinja2": true, ".xml": true}

// otherLanguage are the endings of source that is not followed.
var otherLanguage = map[string]bool{
	".js": true, ".mjs": true, ".cjs": true, ".ts": true, ".go": true, ".java": true, ".kt": true, ".scala": true, ".rb": true, ".cs": true, ".rs": true, ".php": true,
}

const (
	maxForeign     = 500     // files of other languages that are looked into
	maxForeignSize = 1 << 20 // a longer one is made by a tool
)

var infraExt = map[string]bool{
	".sh": true, ".bash": true, ".template": true, ".tpl": true, ".tftpl": true, ".tmpl": true, ".jinja": true, ".jinja2": true,
}

// ofInfrastructure are the files that may hold policies and nothing else that is
// looked for, beside those that have been read.
func (t *tree) ofInfrastructure(texts []textFile, python []*python.File) infra {
	in := infra{texts: slices.Clip(texts), python: python, stacks: t.stacksIn()}
	for _, name := range t.infra {
		src, err := t.read(name, maxText)
		switch ext := path.Ext(name); {
		case err != nil:
			t.note(name, err)
		case ext == ".sh" || ext == ".bash":
			in.scripts = append(in.scripts, textFile{name, string(src)})
		default:
			in.texts = append(in.texts, textFile{name, string(src)})
		}
	}
	return in
}

// speaksElsewhere says whether code below a folder that is in another language
// may call DynamoDB.
func (t *tree) speaksElsewhere(dir string) bool {
	looked := 0
	for _, name := range t.foreign {
		if dir != "." && !strings.HasPrefix(name, dir+"/") || looked > maxForeign {
			continue
		}
		looked++
		if text, err := t.read(name, maxForeignSize); err == nil && callsTables(string(text)) {
			return true
		}
	}
	return false
}

var configExt = map[string]bool{".yml": true, ".yaml": true, ".json": true, ".tf": true, ".toml": true, ".cfg": true, ".ini": true, ".j2": true, ".env": true, ".tfvars": true, ".properties": true}

// read is a file's bytes, in all at most the limit.
func (t *tree) read(rel string, limit int64) ([]byte, error) {
	return t.readInto(&bytes.Buffer{}, rel, limit)
}

func (t *tree) readInto(b *bytes.Buffer, rel string, limit int64) ([]byte, error) {
	if text, ok := t.edited[rel]; ok {
		return text, nil
	}
	return readInto(b, filepath.Join(t.root, filepath.FromSlash(rel)), limit)
}
