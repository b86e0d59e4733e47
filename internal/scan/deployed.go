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
	for _, f := range files {
		if !containsAny(f.text, "handler", "Handler") {
			continue
		}
		for _, m := range handlerName.FindAllStringSubmatch(f.text, -1) {
			if named++; named > maxDeployed {
				return
			}
			for _, mod := range s.modulesOf(path.Dir(f.path), m[1]) {
				for _, r := range s.engine.Global(mod, m[2]) {
					if fn, ok := r.(*pyflow.Func); ok && len(fn.Wraps().Params) > 0 && fn.Class == nil {
						s.add(&entry{fn: original(fn), value: pyflow.Of(fn), kind: lambdaFunction})
					}
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
