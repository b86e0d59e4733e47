package template

import (
	"cmp"
	"path"
	"slices"

	"github.com/discreet-dev/discreet/internal/policy"
)

// zappa reports whether a file is Zappa's settings.
// https://github.com/zappa/Zappa#advanced-settings
func zappa(name string) bool {
	return slices.Contains([]string{"zappa_settings.json", "zappa_settings.yml", "zappa_settings.yaml"}, path.Base(name))
}

// zappaStage is a stage's settings, those of the stages that it extends behind.
type zappaStage []*policy.Node

func zappaStages(n *policy.Node, name string) zappaStage {
	var out zappaStage
	for range maxDepth {
		s := get(n, name)
		if s == nil || slices.Contains(out, s) {
			break
		}
		out = append(out, s)
		name = str(get(s, "extends"))
	}
	return out
}

func (z zappaStage) get(names ...string) *policy.Node {
	for _, s := range z {
		if v := get(s, names...); v != nil && v.Kind != policy.Null {
			return v
		}
	}
	return nil
}

// zappa reads the role that Zappa makes for each stage, and who may call the app.
func (r *reader) zappa(name string, n *policy.Node) {
	for _, m := range members(n) {
		stage := zappaStages(n, m.Name)
		r.zappaPolicies(name, m, stage)
		r.zappaEvents(name, m, stage)
	}
}

// zappaPolicies are the policy that Zappa gives a stage's role where none is named
// by attach_policy, whose file is a policy of its own, and the statements that the
// stage adds. What a stage only has from another is that one's.
// https://github.com/zappa/Zappa#custom-aws-iam-roles-and-policies-for-execution
func (r *reader) zappaPolicies(name string, m policy.Member, stage zappaStage) {
	owner := func() *owner {
		o := r.principal(name, Function, m.Name, "", m.At)
		app := str(stage.get("app_function"))
		o.Code = codeOf(name, "", app)
		return o
	}
	managed := str(stage.get("manage_roles")) != "false"
	own := get(&m.Value, "extends") == nil || get(&m.Value, "manage_roles") != nil || get(&m.Value, "attach_policy") != nil
	if managed && own && stage.get("attach_policy") == nil && stage.get("app_function") != nil {
		statement := allow(m.At, text("dynamodb:*", m.At), text("arn:"+r.options.Partition+":dynamodb:*:*:*", m.At))
		owner().hold(held{
			name: "Zappa's default policy", kind: Inline, format: "Zappa", at: m.At,
			document: object(m.At, member("Version", text(policy.Version2012, m.At)), member("Statement", statement)),
		})
	}
	if list := get(&m.Value, "extra_permissions"); list != nil && managed {
		owner().hold(held{
			name: "extra_permissions", kind: Inline, format: "Zappa", at: list.Location,
			document: object(list.Location, member("Version", text(policy.Version2012, list.Location)), member("Statement", *list)),
		})
	}
}

// zappaEvents are every request to the app: API Gateway hands all of them on, and
// so does the function's own URL, each with an authorizer or without.
// https://github.com/zappa/Zappa#enabling-secure-endpoints-on-api-gateway
func (r *reader) zappaEvents(name string, m policy.Member, stage zappaStage) {
	app := str(stage.get("app_function"))
	e := Event{Code: codeOf(name, "", app), Function: app, API: "stage " + m.Name, Location: m.At}
	if str(stage.get("apigateway_enabled")) != "false" {
		if str(stage.get("iam_authorization")) == "true" {
			e.Login = login("AWS_IAM", "")
		} else if a := stage.get("authorizer"); a != nil {
			e.Login = login(cmp.Or(str(get(a, "type")), "custom"), cmp.Or(str(get(a, "function")), str(get(a, "arn"))))
		}
		r.event(e)
	}
	if str(stage.get("function_url_enabled")) == "true" {
		e.API, e.Login = "url of stage "+m.Name, login(cmp.Or(str(stage.get("function_url_config", "authorizer")), "NONE"), "")
		r.event(e)
	}
}
