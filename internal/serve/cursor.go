package serve

import (
	"encoding/base64"
	"slices"
	"strconv"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/item"
	"github.com/discreet-dev/discreet/internal/plan"
	"github.com/discreet-dev/discreet/internal/route"
	"github.com/discreet-dev/discreet/internal/seal"
)

// A cursor is the key after which a page starts, sealed: a client can neither
// read it nor make one (leak ledger, row 1). It opens for the same principal,
// route, parameters, scope and view alone.
func cursorContext(x *exchange, sel route.Selection, g access.Grant) []byte {
	p := g.Principal()
	parts := []string{p.Source, p.ID, x.route.Text, sel.Canonical, string(g.View().Digest[:]), strconv.Itoa(len(p.Roles))}
	parts = append(parts, slices.Sorted(slices.Values(p.Roles))...)
	return seal.Context(append(parts, asks(g)...)...)
}

func (s *Server) sealCursor(x *exchange, sel route.Selection, g access.Grant, key []byte) (string, *fault.Fault) {
	text, err := s.Box.Seal(key, cursorContext(x, sel, g), x.now)
	if err != nil {
		return "", fault.New(fault.Internal, err)
	}
	return text, nil
}

// openCursor returns the start key, nil for the first page. The key must lie
// under the key condition as it is now, whoever sealed it.
func (s *Server) openCursor(x *exchange, sel route.Selection, g access.Grant) ([]byte, *fault.Fault) {
	if sel.Cursor == "" {
		return nil, nil
	}
	bad := fault.Bad("cursor", "takes a cursor of this list, not older than an hour")
	key, err := s.Box.Open(sel.Cursor, cursorContext(x, sel, g), x.now)
	if err != nil {
		return nil, bad
	}
	values, err := item.DecodeItem(key)
	if err != nil {
		return nil, bad
	}
	for _, c := range g.Asked() {
		text, ok := conditionText(values[c.Attribute.Name])
		if !ok || !plan.Holds(c, text) {
			return nil, bad
		}
	}
	return key, nil
}

// conditionText is a key's value as conditions hold it.
func conditionText(v item.Value) (string, bool) {
	switch v.Kind {
	case item.KindS, item.KindN:
		return v.Str, true
	case item.KindB:
		return base64.StdEncoding.EncodeToString([]byte(v.Str)), true
	}
	return "", false
}
