package scan

import (
	"bytes"
	"encoding/binary"
	"path"
	"path/filepath"
	"strings"
)

// The bounds of what is read of git's index. A name of version 4 stands for as
// much as the last one had, so that a short index may hold long ones.
const (
	maxIndex = 64 << 20 // bytes
	maxName  = 4 << 10  // bytes of a path
)

// tracked are the files that git has taken in, by path from a root, and their
// folders: .gitignore has no say over them.
// https://git-scm.com/docs/gitignore
type tracked struct{ files, folders map[string]bool }

// trackedBelow reads the index of a work tree, given its top and the path of a
// folder in it. Where there is none, or it cannot be read, nothing is tracked.
func trackedBelow(top, folder string) *tracked {
	t := &tracked{files: map[string]bool{}, folders: map[string]bool{}}
	index, size, ok := readIndex(top)
	if !ok {
		return t
	}
	prefix := ""
	if folder != "." {
		prefix = folder + "/"
	}
	eachEntry(index, size, func(name string) {
		if name, ok := strings.CutPrefix(name, prefix); ok {
			t.add(name)
		}
	})
	return t
}

func (t *tracked) add(name string) {
	t.files[name] = true
	for dir := path.Dir(name); dir != "." && !t.folders[dir]; dir = path.Dir(dir) {
		t.folders[dir] = true
	}
}

// readIndex gives the index of a work tree's top, and the size of the names that
// it has for contents: 20 bytes, or the 32 of SHA-256.
func readIndex(top string) (index []byte, size int, ok bool) {
	dir := filepath.Join(top, ".git")
	if text, err := readFile(dir, 1<<12); err == nil { // of a linked work tree
		to, is := strings.CutPrefix(strings.TrimSpace(string(text)), "gitdir: ")
		if !is {
			return nil, 0, false
		}
		if dir = filepath.FromSlash(to); !filepath.IsAbs(dir) {
			dir = filepath.Join(top, dir)
		}
	}
	index, err := readFile(filepath.Join(dir, "index"), maxIndex)
	if err != nil {
		return nil, 0, false
	}
	size = 20
	if text, err := readFile(filepath.Join(dir, "config"), maxText); err == nil && bytes.Contains(bytes.ToLower(text), []byte("objectformat = sha256")) {
		size = 32
	}
	return index, size, true
}

// eachEntry is told the names in an index, as far as it can be read.
// https://git-scm.com/docs/index-format
func eachEntry(index []byte, size int, yield func(name string)) {
	const header, stat = 12, 40 // of the index; of an entry, before the name of the contents
	if len(index) < header || string(index[:4]) != "DIRC" {
		return
	}
	version, count := binary.BigEndian.Uint32(index[4:]), binary.BigEndian.Uint32(index[8:])
	if version < 2 || version > 4 {
		return
	}
	rest, last := index[header:], ""
	for ; count > 0; count-- {
		at := stat + size
		if len(rest) < at+4 {
			return
		}
		extended := rest[at]&0x40 != 0
		if at += 2; extended && version > 2 {
			at += 2
		}
		keep := 0
		if version == 4 {
			drop, n := dropped(rest[at:])
			if n == 0 || drop > len(last) {
				return
			}
			keep = len(last) - drop
			at += n
		}
		end := bytes.IndexByte(rest[at:], 0)
		if end < 0 {
			return
		}
		if keep+end > maxName {
			return
		}
		last = last[:keep] + string(rest[at:at+end])
		yield(last)
		if at += end + 1; version < 4 {
			at = (at + 7) &^ 7
		}
		if at > len(rest) {
			return
		}
		rest = rest[at:]
	}
}

// dropped is how much of the last name an entry of version 4 leaves out, and how
// many bytes say so: none where they say nothing that can be.
func dropped(b []byte) (drop, n int) {
	for i, c := range b {
		if i > 3 {
			break
		}
		if i > 0 {
			drop++
		}
		drop = drop<<7 | int(c&0x7f)
		if c&0x80 == 0 {
			return drop, i + 1
		}
	}
	return 0, 0
}
