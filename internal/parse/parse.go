// Package parse turns the text of an exposure contract into its resolved form,
// or into every problem that it has, in five phases: read (YAML to a tree with
// positions), shape (the tree against the grammar), resolve (names to what they
// name), check (the rules of the specification) and warn (what is legal but
// unwise). It never does I/O, asks no clock and no environment, and decides
// nothing about a request: `env:NAME` stays a name.
package parse

import (
	"github.com/discreet-dev/discreet/internal/contract"
)

// Contract reads one contract. The file's name is for problems alone. A
// contract with an error is nil; its warnings stand in the problems too.
func Contract(file string, source []byte) (*contract.Contract, Problems) {
	r := &reporter{file: file, source: source}
	root := r.read()
	if root == nil || root.bad {
		return nil, r.sorted()
	}
	r.shape(root, grammar())
	if root.bad {
		return nil, r.sorted()
	}
	s := newResolver(r, root)
	s.resolve()
	s.check()
	if r.found.HasErrors() {
		return nil, r.sorted()
	}
	s.warnings()
	s.digests()
	return s.out, r.sorted()
}
