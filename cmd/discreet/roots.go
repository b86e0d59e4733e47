package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// scanRoot is a folder or file of source, and what stands before its paths for
// who reads the report.
type scanRoot struct {
	path, prefix string
	dir          string   // the real path of the folder
	own          []string // the names on the way to dir, of one that is not below the working folder
}

// scanRoots are the folders and files to read, one that is named twice once. It
// refuses those that overlap: what both hold would be found twice, and under
// names that depend on the order.
func scanRoots(args []string) ([]scanRoot, error) {
	var roots []scanRoot
	var fulls []string
	for _, arg := range args {
		if arg == "" {
			return nil, errors.New("a path is empty: name the folder of the source, . for this one")
		}
		full, info, err := fullPath(arg)
		if err != nil {
			return nil, err
		}
		if slices.Contains(fulls, full) {
			continue
		}
		for i, other := range fulls {
			inner, outer := arg, roots[i].path
			if within(other, full) {
				inner, outer = outer, arg
			} else if !within(full, other) {
				continue
			}
			return nil, fmt.Errorf("%s lies within %s, and would be read twice: name one of them, or scan them one after the other", inner, outer)
		}
		fulls = append(fulls, full)
		roots = append(roots, placed(arg, full, info.IsDir()))
	}
	for n := 1; len(roots) > 1; n++ {
		longer := false
		for i := range roots {
			longer = roots[i].named(n) || longer
		}
		if !longer || !alike(roots) {
			break
		}
	}
	return roots, nil
}

// named gives a root that is not below the working folder its last n names, and
// says whether it has as many.
func (r *scanRoot) named(n int) bool {
	if n > len(r.own) {
		return false
	}
	r.prefix = path.Join(r.own[len(r.own)-n:]...)
	return true
}

// alike says whether two folders go by the same name.
func alike(roots []scanRoot) bool {
	dirs := map[string]string{}
	for _, r := range roots {
		if dir, ok := dirs[r.prefix]; ok && dir != r.dir {
			return true
		}
		dirs[r.prefix] = r.dir
	}
	return false
}

// fullPath is where a path leads, absolute and without links.
func fullPath(name string) (string, fs.FileInfo, error) {
	info, err := os.Stat(name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("there is no %s", name)
		}
		return "", nil, err
	}
	full, err := filepath.EvalSymlinks(name)
	if err == nil {
		full, err = filepath.Abs(full)
	}
	return full, info, err
}

// within says whether a path is below a folder.
func within(name, dir string) bool {
	rel, err := filepath.Rel(dir, name)
	return err == nil && filepath.IsLocal(rel)
}

// placed is a root as it was named, below the working folder; one elsewhere has
// no prefix.
func placed(name, full string, folder bool) scanRoot {
	r := scanRoot{path: name, dir: full}
	clean := filepath.Clean(name)
	if !folder {
		r.dir = filepath.Dir(full)
		if target, err := filepath.EvalSymlinks(clean); err == nil { // a link has another name than its file
			clean = target
		}
		clean = filepath.Dir(clean)
	}
	switch clean = filepath.ToSlash(clean); {
	case clean == ".":
	case filepath.IsLocal(clean):
		r.prefix = clean
	default:
		r.own = strings.FieldsFunc(filepath.ToSlash(strings.TrimPrefix(r.dir, filepath.VolumeName(r.dir))), func(c rune) bool { return c == '/' })
	}
	return r
}
