package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/parse"
)

// contractFile is the contract that an argument names: a file, a folder with a
// discreet.yaml, or nothing for the one of the working folder.
func contractFile(args []string) (string, error) {
	switch len(args) {
	case 0:
		return "discreet.yaml", nil
	case 1:
		if args[0] == "" {
			return "", errors.New("the contract's name is empty")
		}
		if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
			return filepath.Join(args[0], "discreet.yaml"), nil
		}
		return args[0], nil
	}
	return "", fmt.Errorf("takes one contract, and not %d", len(args))
}

const maxContract = 16 << 20 // bytes read at all; parse has the limit, and says so

func readContract(file string) ([]byte, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no contract %s; name one, or a folder with a discreet.yaml", file)
	} else if err != nil {
		return nil, fmt.Errorf("the contract cannot be read: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxContract))
	if err != nil {
		return nil, fmt.Errorf("the contract cannot be read: %w", err)
	}
	return b, nil
}

// source is a contract's file as it was read once: what is checked is what is
// served.
type source struct {
	file string
	text []byte
	*contract.Contract
}

// readSource finds, reads and parses a contract, and prints its problems. With
// an error among them there is none, and the code says how the command ends.
func readSource(w world, name string, args []string) (*source, int) {
	s, problems, code := parseSource(w, name, args)
	fmt.Fprint(w.stderr, problems.Text())
	return s, code
}

// readSourceQuietly leaves out warnings, which are for whoever checks or serves
// the contract, and not for whoever asks it something.
func readSourceQuietly(w world, name string, args []string) (*source, int) {
	s, problems, code := parseSource(w, name, args)
	var bad parse.Problems
	for _, p := range problems {
		if p.Severity == parse.Error {
			bad = append(bad, p)
		}
	}
	fmt.Fprint(w.stderr, bad.Text())
	return s, code
}

// loadContract is readSourceQuietly for whoever wants the contract alone.
func loadContract(w world, name, file string) (*contract.Contract, int) {
	s, code := readSourceQuietly(w, name, []string{file})
	if s == nil {
		return nil, code
	}
	return s.Contract, code
}

func parseSource(w world, name string, args []string) (*source, parse.Problems, int) {
	file, err := contractFile(args)
	if err != nil {
		return nil, nil, fail(w, name, err)
	}
	text, err := readContract(file)
	if err != nil {
		return nil, nil, fail(w, name, err)
	}
	c, problems := parse.Contract(file, text)
	if c == nil {
		return nil, problems, exitBad
	}
	return &source{file, text, c}, problems, exitOK
}

// testFiles are the files of unit tests beside a contract.
func testFiles(file string) ([]string, error) {
	dir := filepath.Dir(file)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), "_test.yaml") {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files, nil
}

// readInput is the content of a file that a flag names; "-" is the standard
// input.
func readInput(w world, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(w.stdin)
	}
	return os.ReadFile(name)
}
