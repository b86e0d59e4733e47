//go:build linux

// Command scan measures `discreet scan` from a cold start over a tree of
// Python, against what reads the same files in the same run: CPython, which only
// parses them (the least that an analyser in Python pays), and Bandit, which
// looks at one file at a time and follows nothing.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const parseAll = `import ast, os, sys, warnings
warnings.simplefilter("ignore")
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        if name.endswith(".py"):
            try:
                with open(os.path.join(folder, name), "rb") as f:
                    ast.parse(f.read())
            except (SyntaxError, ValueError, RecursionError):
                pass
`

// cost is what one run of a program took.
type cost struct {
	wall, cpu time.Duration
	memory    int64 // bytes, at most
}

func main() {
	python := flag.String("python", "python3", "the CPython that parses the same files")
	bandit := flag.String("bandit", "", "a bandit command, to be measured too")
	rounds := flag.Int("rounds", 3, "how often each is run")
	flag.Parse()
	if err := compare(flag.Args(), *python, *bandit, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "bench/scan:", err)
		os.Exit(1)
	}
}

// peer is a program that reads the tree.
type peer struct {
	name    string
	command []string
	runs    []cost
}

func compare(trees []string, python, bandit string, rounds int) error {
	if len(trees) != 1 {
		return errors.New("name one folder with Python in it: go run ./bench/scan venv/lib/python3.12/site-packages")
	}
	files, size, err := measure(trees[0])
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "discreet-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	binary := filepath.Join(folder, "discreet")
	if out, err := exec.Command("go", "build", "-o", binary, "./cmd/discreet").CombinedOutput(); err != nil {
		return fmt.Errorf("%s%w", out, err)
	}
	peers := []*peer{
		{name: "discreet scan", command: []string{binary, "scan", "--format", "json", "--fail-on", "never", trees[0]}},
		{name: "CPython, ast.parse alone", command: []string{python, "-c", parseAll, trees[0]}},
	}
	if bandit != "" {
		peers = append(peers, &peer{name: "Bandit", command: []string{bandit, "-q", "--exit-zero", "-f", "json", "-r", trees[0]}})
	}
	for range rounds { // in turns, so that other work on the machine falls on all
		for _, p := range peers {
			c, err := run(p.command)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			p.runs = append(p.runs, c)
		}
	}
	fmt.Printf("%d Python files, %.1f MB, medians of %d\n\n", files, float64(size)/1e6, rounds)
	fmt.Print("| | s | ratio | CPU s | files/s | MB/s | memory, MB |\n|---|---|---|---|---|---|---|\n")
	own := middle(peers[0].runs).wall.Seconds()
	for _, p := range peers {
		c := middle(p.runs)
		s := c.wall.Seconds()
		fmt.Printf("| %s | %.2f | %.1f | %.2f | %.0f | %.1f | %d |\n", p.name, s, s/own, c.cpu.Seconds(), float64(files)/s, float64(size)/1e6/s, c.memory>>20)
	}
	return nil
}

// measure counts the Python files below a folder, and their bytes.
func measure(tree string) (files int, size int64, err error) {
	err = filepath.WalkDir(tree, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(d.Name(), ".py") || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		files++
		size += info.Size()
		return nil
	})
	return files, size, err
}

func run(program []string) (cost, error) {
	c := exec.Command(program[0], program[1:]...)
	c.Stderr = os.Stderr
	start := time.Now()
	if err := c.Run(); err != nil {
		return cost{}, err
	}
	out := cost{wall: time.Since(start), cpu: c.ProcessState.UserTime() + c.ProcessState.SystemTime()}
	if usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		out.memory = usage.Maxrss << 10 // Linux counts kilobytes
	}
	return out, nil
}

func middle(runs []cost) cost {
	sorted := slices.SortedFunc(slices.Values(runs), func(a, b cost) int { return int(a.wall - b.wall) })
	return sorted[len(sorted)/2]
}
