// Command embedded measures the embedded store against dynoxide on this
// machine, in one run: requests a second over HTTP at a fixed number of
// connections, and the server process's CPU for each request; the server has
// one core, and the load comes from another (Linux, taskset). Then, in
// process, GetItem alone, and a Query's cost as its table grows.
//
//	go run ./bench/embedded -discreet BINARY -dynoxide BINARY
//
// It writes to standard output and keeps nothing.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

type options struct {
	discreet, dynoxide string
	rounds             int
	duration           time.Duration
	connections        int
	items              int
}

func main() {
	var o options
	flag.StringVar(&o.discreet, "discreet", "", "the discreet binary")
	flag.StringVar(&o.dynoxide, "dynoxide", os.Getenv("DYNOXIDE"), "the dynoxide binary; DYNOXIDE by default")
	flag.IntVar(&o.rounds, "rounds", 5, "pairs of measurements; the median of their ratios counts")
	flag.DurationVar(&o.duration, "duration", 2*time.Second, "of one measurement")
	flag.IntVar(&o.connections, "connections", 16, "at once")
	flag.IntVar(&o.items, "items", 1_000_000, "the largest table of the Query's series")
	flag.Parse()
	if err := run(os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "embedded:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, o options) error {
	if o.discreet == "" || o.dynoxide == "" {
		return errors.New("-discreet and -dynoxide are needed")
	}
	if err := pin("1"); err != nil {
		return err
	}
	if err := compare(out, o); err != nil {
		return err
	}
	if err := pin("0,1"); err != nil {
		return err
	}
	return inProcess(out, o.items)
}

// compare takes turns between the two servers, so that what else the machine
// does falls on both.
func compare(out io.Writer, o options) error {
	ours, err := startServer(o.discreet, "local", "--listen")
	if err != nil {
		return err
	}
	defer ours.stop()
	theirs, err := startServer(o.dynoxide, "serve", "--host", "127.0.0.1", "-p")
	if err != nil {
		return err
	}
	defer theirs.stop()
	fmt.Fprintf(out, "discreet local ready after %v, dynoxide after %v\n", ours.ready.Round(time.Millisecond), theirs.ready.Round(time.Millisecond))
	for _, s := range []*server{ours, theirs} {
		if err := s.fill(); err != nil {
			return err
		}
	}
	for _, w := range workloads() {
		var faster, leaner []float64
		var a, b measurement
		for range o.rounds {
			if a, err = ours.measure(w, o); err != nil {
				return err
			}
			if b, err = theirs.measure(w, o); err != nil {
				return err
			}
			faster = append(faster, a.perSecond/b.perSecond)
			leaner = append(leaner, b.cpu/a.cpu)
		}
		fmt.Fprintf(out, "%-28s throughput %5.1fx (%.1f to %.1f)   CPU a request %5.1fx less (%.1f to %.1f)   last: %.0f/s and %.0f/s, %.0f us and %.0f us CPU\n",
			w.name, median(faster), slices.Min(faster), slices.Max(faster), median(leaner), slices.Min(leaner), slices.Max(leaner),
			a.perSecond, b.perSecond, a.cpu, b.cpu)
	}
	return nil
}

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}
