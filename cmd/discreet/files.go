package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// newFile writes a file that is not there yet, whole or not at all.
func newFile(name string, text []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if err := fill(f, text); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

// replaceFile writes a file whole, or leaves the one that is there as it is: the
// text goes into a file beside it, which then takes its place and mode. A pipe
// or a device is written to.
func replaceFile(name string, text []byte) error {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target // a link stays one
	}
	old, err := os.OpenFile(name, os.O_WRONLY, 0) // is it one that may be written?
	if errors.Is(err, fs.ErrNotExist) {
		if err := newFile(name, text); !errors.Is(err, fs.ErrExist) {
			return err
		}
		return fmt.Errorf("%s is a link to nothing", name)
	} else if err != nil {
		return err
	}
	info, err := old.Stat()
	if err == nil && !info.Mode().IsRegular() {
		_, err = old.Write(text)
		return errors.Join(err, old.Close())
	}
	if err := errors.Join(err, old.Close()); err != nil {
		return err
	}
	beside := fmt.Sprintf("%s.%d.tmp", name, os.Getpid())
	if err := newFile(beside, text); errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%s is replaced by a new file, and its folder lets none be made: write to another folder", name)
	} else if err != nil {
		return err
	}
	if err := errors.Join(os.Chmod(beside, info.Mode().Perm()), os.Rename(beside, name)); err != nil {
		return errors.Join(err, os.Remove(beside))
	}
	return nil
}

// fill writes a file and closes it. What a disk has no room for is told by Sync
// at the latest.
func fill(f *os.File, text []byte) error {
	_, err := f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
