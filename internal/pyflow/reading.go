package pyflow

import "slices"

// reading is an attribute of an instance that a function has looked at, and what
// it was then: what the function gave holds as long as it is that.
type reading struct {
	of   *Instance
	name string
	key  uint64
}

// maxReadings bounds what is known of the readings of one function and all that
// it calls.
const maxReadings = 32

// looked records a reading of the function that is run, and so of its callers.
func (e *Engine) looked(i *Instance, name string) {
	e.readings = withReading(e.readings, reading{i, name, i.fields[name].Key()})
}

// withReading adds a reading to those of which the first of each attribute counts.
func withReading(all []reading, r reading) []reading {
	if len(all) >= maxReadings || slices.ContainsFunc(all, func(x reading) bool { return x.of == r.of && x.name == r.name }) {
		return all
	}
	return append(all, r)
}

// holds says whether what a call gave is what it would give now.
func (o *outcome) holds() bool {
	return !slices.ContainsFunc(o.readings, func(r reading) bool { return r.of.fields[r.name].Key() != r.key })
}
