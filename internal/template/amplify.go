package template

import (
	"path"
	"strings"

	"github.com/discreet-dev/discreet/internal/policy"
)

// amplify reports whether a file holds the statements that Amplify adds to a
// function's role.
// https://docs.amplify.aws/gen1/javascript/tools/cli/project/override/
func amplify(name string) bool { return path.Base(name) == "custom-policies.json" }

// amplify reads them: an effect that is not named is Allow.
func (r *reader) amplify(name string, n policy.Node) {
	list := policy.Node{Kind: policy.List, Location: n.Location}
	for _, e := range n.Elements {
		if e.Kind == policy.Object && get(&e, "Effect") == nil {
			e.Members = append([]policy.Member{member("Effect", text("Allow", e.Location))}, e.Members...)
		}
		if actions := get(&e, "Action"); actions != nil && len(each(actions)) == 1 && strings.TrimSpace(str(&each(actions)[0])) == "" {
			continue // the form that Amplify writes to be filled in
		}
		list.Elements = append(list.Elements, e)
	}
	function := path.Base(path.Dir(name))
	r.principal(name, Function, function, "", n.Location).hold(held{
		name: "custom-policies", kind: Inline, format: "Amplify", at: n.Location,
		document: object(n.Location, member("Version", text(policy.Version2012, n.Location)), member("Statement", list)),
	})
}
