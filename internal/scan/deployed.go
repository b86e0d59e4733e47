package scan

import (
	"path"
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// handlerName is where serverless.yml, a SAM or CloudFormation template or
// Terraform says which function Lambda calls: a module's path, and a name in it.
// https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
var handlerName = regexp.MustCompile(`(?im)^[ \t]*(?:-[ \t]+)?"?handler"?[ \t]*[:=][ \t]*["']?([\w./-]+)\.(\w+)["']?[ \t]*,?[ \t]*(?:#.*)?\r?$`)

// maxDeployed bounds the functions that configuration may name.
const maxDeployed = 500

// deployed makes entries of the functions that configuration deploys, whatever
// they and their parameters are called.
func (s *scanner) deployed(files []textFile) {
	named := 0
	integrated := integratedIn(files)
	others := map[string]bool{} // called for something else, too
	for _, f := range files {
		if !containsAny(f.text, "handler", "Handler") {
			continue
		}
		for _, m := range handlerName.FindAllStringSubmatchIndex(f.text, -1) {
			if named++; named > maxDeployed {
				return
			}
			resource := terraformFunction(f, m[0])
			for _, mod := range s.modulesOf(path.Dir(f.path), f.text[m[2]:m[3]]) {
				for _, r := range s.engine.Global(mod, f.text[m[4]:m[5]]) {
					fn, ok := r.(*pyflow.Func)
					if !ok || len(fn.Wraps().Params) == 0 || fn.Class != nil {
						continue
					}
					s.add(&entry{fn: original(fn), value: pyflow.Of(fn), kind: lambdaFunction})
					event := eventOf(original(fn))
					others[event] = others[event] || !integrated[resource]
					s.http[event] = !others[event]
				}
			}
		}
	}
}

// modulesOf are the modules whose path ends as a handler's does: the folder that
// is deployed is part of it or not. Those below the configuration come first.
func (s *scanner) modulesOf(dir, handler string) []*pyflow.Module {
	sub := "/" + strings.TrimPrefix(strings.ReplaceAll(path.Clean(handler), ".", "/"), "/")
	var below, all []*pyflow.Module
	for _, m := range s.program.Modules {
		key := "/" + strings.TrimSuffix(m.File.Path, ".py")
		if !strings.HasSuffix(key, sub) {
			continue
		}
		all = append(all, m)
		if dir == "." || strings.HasPrefix(key, "/"+dir+"/") {
			below = append(below, m)
		}
	}
	if len(below) > 0 {
		return below
	}
	return all
}
