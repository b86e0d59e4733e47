package scan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

var (
	errNoFile = errors.New("it is no regular file")
	errNoText = errors.New("it is not text in UTF-8")
)

// readFile reads a regular file of at most limit bytes. What a name stands for
// may change while a tree is scanned: a file that has become a link, a pipe or a
// device is not read, and one that grows is not read past the limit.
func readFile(name string, limit int64) ([]byte, error) {
	return readInto(&bytes.Buffer{}, name, limit)
}

// readInto is readFile with a buffer that is used again: the bytes are good
// until the next file is read into it.
func readInto(b *bytes.Buffer, name string, limit int64) ([]byte, error) {
	b.Reset()
	named, err := os.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !named.Mode().IsRegular() {
		return nil, errNoFile
	}
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) // or a pipe waits for who writes
	if err != nil {
		return nil, err
	}
	defer f.Close()
	opened, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !os.SameFile(named, opened) {
		return nil, errors.New("it was replaced while it was read")
	}
	if opened.Size() <= limit {
		b.Grow(int(opened.Size()) + bytes.MinRead)
		if _, err := b.ReadFrom(io.LimitReader(f, limit+1)); err != nil {
			return nil, err
		}
	}
	if opened.Size() > limit || int64(b.Len()) > limit {
		return nil, fmt.Errorf("longer than %d MB", limit>>20)
	}
	return b.Bytes(), nil
}
