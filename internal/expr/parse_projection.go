package expr

// Projection parses a ProjectionExpression: the paths, no two of which overlap.
func (p *Parser) Projection(source string) ([]Path, error) {
	e, err := p.start(Projection, source)
	if err != nil {
		return nil, err
	}
	var paths []Path
	for {
		path, err := e.path()
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
		if !e.takeSign(",") {
			break
		}
	}
	if e.here().kind != tokenEnd {
		return nil, e.syntax()
	}
	e.checkOverlaps(paths)
	if err := e.told(); err != nil {
		return nil, err
	}
	return paths, nil
}

// checkOverlaps finds the first path that can't stand beside one before it.
func (p *parse) checkOverlaps(paths []Path) {
	for i, second := range paths {
		for _, first := range paths[:i] {
			how := overlap(first, second)
			if how == "" {
				continue
			}
			kind := faultOverlap
			if how == "conflict" {
				kind = faultConflict
			}
			p.fault(kind, "Two document paths "+how+" with each other; must remove or rewrite one of these paths; path one: "+
				first.String()+", path two: "+second.String())
		}
	}
}
