// Package rules holds the page of each rule of `discreet scan`: the program
// shows them, and its tests run their examples. It holds no code.
package rules

import "embed"

// Pages are the pages, one a rule, named after its id.
//
//go:embed *.md
var Pages embed.FS
