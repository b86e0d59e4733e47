package iam

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// Reader finds the policies in one file, by its format. ours is false for a file
// that is none of the format's; notices are what of it could not be read.
type Reader func(name string, source []byte) (subjects []Subject, notices []finding.Notice, ours bool)

// The bounds of a tree.
const (
	maxFile  = policy.MaxSource
	maxFiles = 20000
)

// skipped are folders in which others' files lie.
var skipped = []string{"node_modules", ".git", ".terraform", "vendor", "__pycache__", ".venv"}

// ReadTree reads the policies of every file under root, or of the one file that
// root is. Files are called by their names behind prefix. A file that cannot be read is a notice, and the rest is read all the
// same; the error is a root that is not there.
func ReadTree(files fs.FS, root, prefix string, readers ...Reader) (subjects []Subject, notices []finding.Notice, read int, err error) {
	note := func(name, format string, args ...any) {
		notices = append(notices, finding.Notice{Location: finding.Location{Path: path.Join(prefix, name)}, Text: fmt.Sprintf(format, args...)})
	}
	err = fs.WalkDir(files, root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && name == root:
			return err
		case err != nil:
			note(name, "not read: %v", cause(err))
			return nil
		case d.IsDir():
			if name != root && slices.Contains(skipped, path.Base(name)) {
				return fs.SkipDir
			}
			return nil
		case !known(name) && name != root:
			return nil
		case read == maxFiles:
			note(name, "not read: over %d files", maxFiles)
			return fs.SkipAll
		}
		source, err := readFile(files, name)
		if err != nil {
			note(name, "not read: %v", cause(err))
			return nil
		}
		read++
		for _, r := range readers {
			found, more, ours := r(path.Join(prefix, name), source)
			if ours {
				subjects, notices = append(subjects, found...), append(notices, more...)
				return nil
			}
		}
		if name == root {
			note(name, "no policy is found in it")
		}
		return nil
	})
	return subjects, notices, read, err
}

func known(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".json", ".yaml", ".yml", ".tf", ".template":
		return true
	}
	return false
}

// cause is an error without the machine's paths.
func cause(err error) error {
	if p, ok := err.(*fs.PathError); ok {
		return p.Err
	}
	return err
}

func readFile(files fs.FS, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, cmp.Or(err, fmt.Errorf("not a regular file"))
	}
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if len(b) > maxFile {
		return nil, fmt.Errorf("over %d bytes", maxFile)
	}
	return b, err
}

// ReadPolicy is the Reader of plain IAM JSON: a file that is one policy
// document.
func ReadPolicy(name string, source []byte) ([]Subject, []finding.Notice, bool) {
	if !strings.HasSuffix(strings.ToLower(name), ".json") && !strings.HasPrefix(strings.TrimLeft(string(source), " \t\r\n"), "{") {
		return nil, nil, false
	}
	n, err := policy.ReadJSON(name, source)
	if err != nil {
		p, _ := err.(policy.Problem)
		return nil, []finding.Notice{{Location: p.Location, Text: "not read: " + err.Error()}}, true
	}
	if n.Kind != policy.Object || n.Get("Statement") == nil {
		return nil, nil, false
	}
	d, problems := policy.FromNode(n)
	if d == nil {
		var notices []finding.Notice
		for _, p := range problems {
			notices = append(notices, finding.Notice{Location: p.Location, Text: "no policy that AWS takes: " + p.Text})
		}
		return nil, notices, true
	}
	a := Attached{Name: name, Document: d, Source: source}
	if slices.ContainsFunc(d.Statements, func(s *policy.Statement) bool { return s.Principal != nil }) {
		a.Kind = policy.ResourceBased
		a.Trust = !slices.ContainsFunc(d.Statements, func(s *policy.Statement) bool { return s.Resource.Present })
	}
	return []Subject{{Name: name, Policies: []Attached{a}}}, nil, true
}

// One makes one principal of several: its policies together decide.
func One(name string, subjects []Subject) Subject {
	one := Subject{Name: name}
	for _, s := range subjects {
		one.Policies = append(one.Policies, s.Policies...)
		one.Managed = append(one.Managed, s.Managed...)
		one.ARN = cmp.Or(one.ARN, s.ARN)
	}
	return one
}
