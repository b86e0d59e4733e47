// Package contract is the vocabulary of the exposure contract in its resolved
// form: who may see which attributes of which items. Package parse alone
// builds these values from text; every other package only reads them. It does
// no I/O, imports nothing of this module, and decides nothing.
package contract

// A Contract is a whole exposure contract, resolved and checked. It is never
// changed after it was built, so it is safe for concurrent use.
type Contract struct {
	Identity Identity
	Tables   []*Table // in the order of the file
	Views    []*View
	Routes   []*Route
	HTTP     HTTP
	Guard    Guard
}

// Table returns the table of that (logical) name, or nil.
func (c *Contract) Table(name string) *Table {
	for _, t := range c.Tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// View returns the view of that name, or nil.
func (c *Contract) View(name string) *View {
	for _, v := range c.Views {
		if v.Name == name {
			return v
		}
	}
	return nil
}

// Admits reports whether any view of the contract is for the role.
func (c *Contract) Admits(role string) bool {
	for _, v := range c.Views {
		if v.Admits([]string{role}) {
			return true
		}
	}
	return false
}

// Pos is a place in the contract's file, both counted from 1.
type Pos struct{ Line, Column int }

// HTTP is the contract's section of that name.
type HTTP struct {
	CORSOrigins     []string // exact origins
	CORSCredentials bool
	RatePerSecond   float64 // 0: no limit
	RateBurst       int
}
