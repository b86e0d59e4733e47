package expr

import (
	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/item"
)

// Few names, so that generated expressions often hit generated items.
var someNames = []string{"a", "b", "c", "name", "a.b", "x y", "é", "#", "[0]"}

func genPath() *rapid.Generator[Path] {
	return rapid.Custom(func(t *rapid.T) Path {
		path := Name(rapid.SampledFrom(someNames).Draw(t, "name"))
		for range rapid.IntRange(0, 3).Draw(t, "more") {
			if rapid.Bool().Draw(t, "index") {
				path = append(path, Step{Index: rapid.IntRange(0, 4).Draw(t, "i"), IsIndex: true})
			} else {
				path = append(path, Step{Name: rapid.SampledFrom(someNames).Draw(t, "member")})
			}
		}
		return path
	})
}

func genValue(depth int, kinds ...item.Kind) *rapid.Generator[item.Value] {
	return rapid.Custom(func(t *rapid.T) item.Value {
		of := kinds
		if len(of) == 0 {
			of = []item.Kind{item.KindS, item.KindN, item.KindB, item.KindBOOL, item.KindNULL, item.KindSS, item.KindNS, item.KindBS}
			if depth > 0 {
				of = append(of, item.KindL, item.KindM)
			}
		}
		v := item.Value{Kind: rapid.SampledFrom(of).Draw(t, "kind")}
		text := rapid.SampledFrom([]string{"", "a", "ab", "b", "é"})
		digits := rapid.SampledFrom([]string{"0", "1", "2", "-1.5", "10"})
		switch v.Kind {
		case item.KindS, item.KindB:
			v.Str = text.Draw(t, "text")
		case item.KindN:
			v.Str = digits.Draw(t, "digits")
		case item.KindBOOL:
			v.Bool = rapid.Bool().Draw(t, "bool")
		case item.KindSS, item.KindNS, item.KindBS:
			from := text
			if v.Kind == item.KindNS {
				from = digits
			}
			for _, s := range rapid.SliceOfNDistinct(from, 1, 3, rapid.ID[string]).Draw(t, "set") {
				v.List = append(v.List, item.Value{Kind: item.ElementKind(v.Kind), Str: s})
			}
		case item.KindL:
			v.List = rapid.SliceOfN(genValue(depth-1), 0, 4).Draw(t, "list")
		case item.KindM:
			v.Map = rapid.MapOfN(rapid.SampledFrom(someNames), genValue(depth-1), 0, 3).Draw(t, "map")
		}
		return v
	})
}

func genItem() *rapid.Generator[item.Item] {
	return rapid.Custom(func(t *rapid.T) item.Item {
		return rapid.MapOfN(rapid.SampledFrom(someNames), genValue(3), 0, 6).Draw(t, "item")
	})
}

func genOperand() *rapid.Generator[Operand] {
	return rapid.Custom(func(t *rapid.T) Operand {
		switch rapid.IntRange(0, 4).Draw(t, "operand") {
		case 0:
			return Size{genPath().Draw(t, "of")}
		case 1, 2:
			return Literal{genValue(2).Draw(t, "value")}
		default:
			return genPath().Draw(t, "path")
		}
	})
}

func genCondition(depth int) *rapid.Generator[Condition] {
	return rapid.Custom(func(t *rapid.T) Condition {
		highest := 11
		if depth == 0 {
			highest = 7
		}
		path := func() Operand { return genPath().Draw(t, "path") }
		ordered := func() Operand {
			return Literal{genValue(0, item.KindS, item.KindN, item.KindB).Draw(t, "value")}
		}
		switch n := rapid.IntRange(0, highest).Draw(t, "condition"); n {
		case 0:
			return Compare{rapid.SampledFrom([]string{"=", "<>"}).Draw(t, "op"), genOperand().Draw(t, "left"), genOperand().Draw(t, "right")}
		case 1:
			return Compare{rapid.SampledFrom([]string{"<", "<=", ">", ">="}).Draw(t, "op"), path(), ordered()}
		case 2:
			return Between{path(), genPath().Draw(t, "low"), ordered()}
		case 3:
			return In{path(), rapid.SliceOfN(genOperand(), 1, 4).Draw(t, "list")}
		case 4:
			return Call{rapid.SampledFrom([]string{"attribute_exists", "attribute_not_exists"}).Draw(t, "function"), []Operand{path()}}
		case 5:
			kind := rapid.SampledFrom([]string{"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"}).Draw(t, "kind")
			return Call{"attribute_type", []Operand{path(), Literal{item.Value{Kind: item.KindS, Str: kind}}}}
		case 6:
			return Call{"begins_with", []Operand{path(), Literal{genValue(0, item.KindS, item.KindB).Draw(t, "prefix")}}}
		case 7:
			return Call{"contains", []Operand{path(), genOperand().Draw(t, "member")}}
		case 8, 9:
			return And{genCondition(depth-1).Draw(t, "left"), genCondition(depth-1).Draw(t, "right")}
		case 10:
			return Or{genCondition(depth-1).Draw(t, "left"), genCondition(depth-1).Draw(t, "right")}
		default:
			return Not{genCondition(depth-1).Draw(t, "of")}
		}
	})
}

func genSetOperand(depth int) *rapid.Generator[Operand] {
	return rapid.Custom(func(t *rapid.T) Operand {
		n := rapid.IntRange(0, 5).Draw(t, "operand")
		if depth == 0 {
			n = min(n, 3)
		}
		switch n {
		case 0, 1:
			return Literal{genValue(2).Draw(t, "value")}
		case 2, 3:
			return genPath().Draw(t, "path")
		case 4:
			return IfNotExists{genPath().Draw(t, "path"), genSetOperand(depth-1).Draw(t, "else")}
		default:
			list := func(name string) Operand {
				if rapid.Bool().Draw(t, name) {
					return genPath().Draw(t, name)
				}
				return Literal{genValue(1, item.KindL).Draw(t, name)}
			}
			return ListAppend{list("first"), list("second")}
		}
	})
}

func genUpdate() *rapid.Generator[Update] {
	return rapid.Custom(func(t *rapid.T) Update {
		var u Update
		var taken []Path
		for range rapid.IntRange(1, 5).Draw(t, "targets") {
			path := genPath().Draw(t, "target")
			clash := false
			for _, p := range taken {
				clash = clash || overlap(p, path) != ""
			}
			if clash {
				continue
			}
			taken = append(taken, path)
			switch rapid.IntRange(0, 5).Draw(t, "section") {
			case 0, 1:
				u.Set = append(u.Set, Assignment{path, genSetOperand(2).Draw(t, "value")})
			case 2:
				number := func(name string) Operand {
					if rapid.Bool().Draw(t, name) {
						return genPath().Draw(t, name)
					}
					return Literal{genValue(0, item.KindN).Draw(t, name)}
				}
				op := rapid.SampledFrom([]string{"+", "-"}).Draw(t, "op")
				u.Set = append(u.Set, Assignment{path, Arithmetic{op, number("left"), number("right")}})
			case 3:
				u.Remove = append(u.Remove, path)
			case 4:
				u.Add = append(u.Add, Change{path, genValue(0, item.KindN, item.KindSS, item.KindNS, item.KindBS).Draw(t, "add")})
			default:
				u.Delete = append(u.Delete, Change{path, genValue(0, item.KindSS, item.KindNS, item.KindBS).Draw(t, "delete")})
			}
		}
		return u
	})
}

// genPaths draws paths that may stand in one projection.
func genPaths() *rapid.Generator[[]Path] {
	return rapid.Custom(func(t *rapid.T) []Path {
		var paths []Path
		for _, p := range rapid.SliceOfN(genPath(), 1, 6).Draw(t, "paths") {
			clash := false
			for _, q := range paths {
				clash = clash || overlap(p, q) != ""
			}
			if !clash {
				paths = append(paths, p)
			}
		}
		return paths
	})
}
