package scan

import "github.com/discreet-dev/discreet/internal/python"

// harmless are functions and methods that change nothing, so that a call of one
// can be left out.
var harmless = map[string]bool{
	"str": true, "repr": true, "len": true, "dict": true, "list": true, "tuple": true, "set": true, "sorted": true, "int": true, "float": true, "bool": true,
	"get": true, "keys": true, "values": true, "items": true, "format": true, "join": true, "dumps": true, "pformat": true, "get_json": true, "get_data": true,
	"lower": true, "upper": true, "strip": true, "title": true, "replace": true, "split": true, "encode": true, "decode": true, "isoformat": true, "to_dict": true,
	"copy": true, "getlist": true, "format_exc": true, "type": true,
}

// pure says whether an expression does nothing but give a value: whether it can
// be left out and nothing but the value is missed.
func (s source) pure(e python.Expr) bool {
	pure := true
	python.Inspect(e, func(n python.Node) bool {
		switch n := n.(type) {
		case *python.Call:
			pure = pure && harmless[lastPart(s.file.Source(n.Func.Pos()))]
		case *python.Await, *python.Yield, *python.YieldFrom, *python.Named, *python.Lambda:
			pure = false
		}
		return pure
	})
	return pure
}
