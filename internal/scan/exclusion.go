package scan

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/discreet-dev/discreet/internal/gitignore"
)

const maxIgnore = 1 << 20 // bytes of a .gitignore

// exclusion is what a walk leaves out: by the .gitignore files on the way to
// where it is, and by patterns that were asked for.
type exclusion struct {
	above string               // the root's path in its repository, "." for the top
	files []gitignore.Patterns // by paths from that top
	asked []gitignore.Patterns // by paths from the root
	known func() *tracked      // by paths from the root; read where a pattern first matches
	kept  []string             // folders that are left out but for what git tracks
}

// newExclusion reads the patterns that were asked for, which begin at the root,
// and the .gitignore files above it, up to the top of its repository. Those do
// not count where git ignores the root itself: it was asked for by name.
func newExclusion(root string, asked []string) (*exclusion, error) {
	x := &exclusion{above: ".", known: func() *tracked { return &tracked{} }}
	for _, pattern := range asked {
		if rest, ok := strings.CutPrefix(pattern, "./"); ok { // as a shell completes it
			pattern = "/" + rest
		}
		p := gitignore.Parse(".", pattern)
		if p.Empty() {
			return nil, fmt.Errorf("the pattern %q leaves nothing out: give one of .gitignore's form, as scripts/ or *_local.py", pattern)
		}
		x.asked = append(x.asked, p)
	}
	full, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	var names []string // on the way from the top down to the root
	for top := full; ; top = filepath.Dir(top) {
		if _, err := os.Lstat(filepath.Join(top, ".git")); err == nil {
			x.descend(top, names)
			x.known = sync.OnceValue(func() *tracked { return trackedBelow(top, x.above) })
			return x, nil
		}
		if top == filepath.Dir(top) { // no repository
			return x, nil
		}
		names = append([]string{filepath.Base(top)}, names...)
	}
}

// descend reads the files of the folders above the root.
func (x *exclusion) descend(top string, names []string) {
	at := "."
	for _, name := range names {
		// One that can't be read is none: it is not in the tree that was asked for.
		_ = x.read(filepath.Join(top, filepath.FromSlash(at)), at)
		at = path.Join(at, name)
		if gitignore.Ignored(x.files, at, true) {
			x.files = nil
		}
	}
	x.above = at
}

// enter takes a folder's own .gitignore in, and forgets those of the folders
// that the walk has left.
func (x *exclusion) enter(name, rel string) error {
	at := path.Join(x.above, rel)
	for n := len(x.files); n > 0 && !below(at, x.files[n-1].Dir); n-- {
		x.files = x.files[:n-1]
	}
	return x.read(name, at)
}

func (x *exclusion) read(dir, at string) error {
	text, err := readFile(filepath.Join(dir, ".gitignore"), maxIgnore)
	if missing, ok := errors.AsType[*fs.PathError](err); ok && missing.Op == "lstat" || errors.Is(err, errNoFile) { // git reads no link either
		return nil
	} else if err != nil {
		return err
	}
	x.files = append(x.files, gitignore.Parse(at, string(text)))
	return nil
}

// leaves says whether a path from the root is left out. A .gitignore has no say
// over what git tracks.
func (x *exclusion) leaves(rel string, folder bool) bool {
	if gitignore.Ignored(x.asked, rel, folder) {
		return true
	}
	in := slices.ContainsFunc(x.kept, func(dir string) bool { return below(rel, dir) })
	if !in && !gitignore.Ignored(x.files, path.Join(x.above, rel), folder) {
		return false
	}
	if !folder {
		return !x.known().files[rel]
	}
	if !x.known().folders[rel] {
		return true
	}
	if !in {
		x.kept = append(x.kept, rel)
	}
	return false
}

// below says whether a path is a folder or in it.
func below(name, dir string) bool {
	return dir == "." || name == dir || strings.HasPrefix(name, dir+"/")
}
