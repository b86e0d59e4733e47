package main

import (
	"fmt"
	"os"
	"sync"
)

// appendFile is a file that is appended to. It is opened anew on reload, so that
// whoever rotates it can move it away before.
type appendFile struct {
	name string
	mu   sync.Mutex
	file *os.File
}

// reopen opens the file by its name; with an error the one before stays open.
// Its mode is for the owner alone: it says who asked for what.
func (a *appendFile) reopen() error {
	file, err := os.OpenFile(a.name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("--audit: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	old := a.file
	a.file = file
	if old != nil {
		return old.Close()
	}
	return nil
}

func (a *appendFile) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.file.Write(p)
}

func (a *appendFile) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.file.Close()
}
