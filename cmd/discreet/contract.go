package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

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
		if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
			return filepath.Join(args[0], "discreet.yaml"), nil
		}
		return args[0], nil
	}
	return "", errors.New("takes one contract")
}

const maxContract = 16 << 20 // bytes read at all; parse has the limit, and says so

func readContract(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("no contract: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxContract))
	if err != nil {
		return nil, fmt.Errorf("reading the contract: %w", err)
	}
	return b, nil
}

// loadContract reads and parses a contract; its problems are printed, and with
// an error among them there is none.
func loadContract(w world, name, file string) (*contract.Contract, int) {
	source, err := readContract(file)
	if err != nil {
		return nil, fail(w, name, err)
	}
	c, problems := parse.Contract(file, source)
	fmt.Fprint(w.stderr, problems.Text())
	if c == nil {
		return nil, exitBad
	}
	return c, exitOK
}
