package scan

import (
	"encoding/base64"
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/python"
)

// outline follows under which keys a line of a configuration file stands, by
// indentation: a parameter of a template has its default on a line of its own.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
type outline []outlineKey

type outlineKey struct {
	indent int
	name   string
}

const maxOutline = 64 // keys within keys; what is deeper is not followed

var (
	keyLine     = regexp.MustCompile(`^\s*"?([A-Za-z][\w-]*)"?\s*:\s*\{?\s*(?:#.*)?$`)
	variable    = regexp.MustCompile(`^\s*variable\s+"?([A-Za-z][\w-]*)"?\s*\{\s*$`)
	defaultLine = regexp.MustCompile(`^\s*"?[Dd]efault"?\s*[:=]\s*["']?([^\s"'#]+)["']?\s*,?\s*(?:#.*)?$`)
)

// secret is where on a line the default of a parameter stands whose name is a
// secret's, and that name; what went before it has been read.
func (o *outline) secret(line string, hcl bool) (name string, from, to int) {
	line = strings.TrimRight(line, "\r\n")
	text := strings.TrimLeft(line, " \t")
	if text == "" || text[0] == '#' || len(line) > 4096 || !strings.ContainsAny(line[len(line)-1:], ":{") && !strings.Contains(line, "efault") {
		return "", 0, 0
	}
	indent := len(line) - len(text)
	for n := len(*o); n > 0 && (*o)[n-1].indent >= indent; n-- {
		*o = (*o)[:n-1]
	}
	keys := keyLine
	if hcl {
		keys = variable
	}
	if m := keys.FindStringSubmatch(line); m != nil && len(*o) < maxOutline {
		*o = append(*o, outlineKey{indent, m[1]})
		return "", 0, 0
	}
	m := defaultLine.FindStringSubmatchIndex(line)
	if m == nil || len(*o) == 0 {
		return "", 0, 0
	}
	name = (*o)[len(*o)-1].name
	value := line[m[2]:m[3]]
	if !secretSetting.MatchString(camelJoint.ReplaceAllString(name, "${1}_$2")) || !given(value) || hcl && isExpression(line, m[2]) {
		return "", 0, 0
	}
	return name, m[2], m[3]
}

// given says whether the value of a setting is the secret itself.
func given(value string) bool {
	return !stands(value) && plausible(value) && entropy(value) >= 2.5 && !strings.HasPrefix(value, "!") && !reference.MatchString(value) && !standsEncoded(value)
}

// standsEncoded says whether a value is base64, as in a Secret of Kubernetes, of
// what stands for a secret.
// https://kubernetes.io/docs/concepts/configuration/secret/
func standsEncoded(value string) bool {
	text, err := base64.StdEncoding.DecodeString(value)
	if err != nil || len(text) == 0 {
		return false
	}
	for _, c := range text {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return stands(string(text)) || settingItself.Match(text)
}

// sampleName is a name, or a keyword, of values that show what values look like.
var sampleName = regexp.MustCompile(`(?i)(^|_)(example|sample|dummy|mock)s?(_|$)|^(json_)?schema_extra$`)

// samples are the literals that a file gives as examples: in what is assigned to
// a name that says so, or stands under a keyword or a key that does.
func samples(file *python.File) map[int32]bool {
	if !containsAny(file.Text, "xample", "EXAMPLE", "ample_", "_sample", "SAMPLE", "dummy", "DUMMY", "mock", "MOCK", "schema_extra") {
		return nil
	}
	out := map[int32]bool{}
	take := func(name string, value python.Expr) {
		if !sampleName.MatchString(name) {
			return
		}
		python.Inspect(value, func(n python.Node) bool {
			if lit, ok := n.(*python.String); ok {
				out[lit.Start] = true
			}
			return true
		})
	}
	file.Inspect(func(n python.Node) bool {
		switch n := n.(type) {
		case *python.Assign:
			for _, t := range n.Targets {
				if id, ok := t.(*python.Name); ok {
					take(id.ID, n.Value)
				}
			}
		case *python.AnnAssign, *python.Keyword, *python.Dict:
			namedValues(n, take)
		}
		return true
	})
	return out
}

// namedValues gives the values of an annotated name, a keyword or a dict, each under
// its name.
func namedValues(n python.Node, give func(name string, value python.Expr)) {
	switch n := n.(type) {
	case *python.AnnAssign:
		if id, ok := n.Target.(*python.Name); ok && n.Value != nil {
			give(id.ID, n.Value)
		}
	case *python.Keyword:
		give(n.Name, n.Value)
	case *python.Dict:
		for _, item := range n.Items {
			if k, ok := item.Key.(*python.String); ok {
				give(k.Value, item.Value)
			}
		}
	}
}
