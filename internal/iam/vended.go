package iam

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/contract"
)

// rolesTag is the session tag with a principal's roles: ":admin:support:".
const rolesTag = "roles"

// isTagValue reports whether STS takes the text as a session tag's value: 1 to
// 256 letters, digits, spaces and a few signs.
func isTagValue(text string) bool {
	n := utf8.RuneCountInString(text)
	return n >= 1 && n <= 256 && !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.Z, unicode.N) && !strings.ContainsRune("_.:/=+@-", r)
	})
}

// keyPattern is a partition key's value in terms of session tags.
type keyPattern struct {
	text string
	wild bool // it ends in parts that a caller may choose
}

func (k *keyPattern) equal(other *keyPattern) bool {
	return k == other || k != nil && other != nil && *k == *other
}

// vend puts into a permission what ties it to the principal of a session. It
// reports false, with a note, for what no session may have.
func (w *writer) vend(a *atom, n need) bool {
	refuse := func(format string, args ...any) bool {
		w.note("%s (%s) is left out: %s. Use the service-role mode for it.", n.from, n.Action, fmt.Sprintf(format, args...))
		return false
	}
	for i, v := range n.views {
		switch {
		case v.Any:
			return refuse("view %s reaches any item, and a session tag would not bound that", v.Name)
		case n.Action == "Scan":
			return refuse("a Scan has no leading key")
		}
		k, why := w.leadingKey(v, n.Index)
		if why != "" {
			return refuse("%s", why)
		}
		if i > 0 && !k.equal(a.leading) {
			return refuse("its views have different partition keys")
		}
		a.leading = k
		roles, why := sessionRoles(v)
		if why != "" {
			return refuse("%s", why)
		}
		if i == 0 {
			a.roles = roles
		} else if a.roles == nil || roles == nil {
			a.roles = nil // someone may have either
		} else {
			for _, r := range roles {
				a.roles = add(a.roles, r)
			}
		}
	}
	if a.roles != nil {
		w.tags = add(w.tags, rolesTag)
	}
	if n.Index != nil && !n.Index.Local {
		w.note("Index %s of table %s: AWS's documents do not agree on whether dynamodb:LeadingKeys holds the index's partition key in a Query of it. This policy takes it to. Try one request of another's key before you rely on it.", n.Index.Name, n.table.Name)
	}
	return true
}

// leadingKey is the partition key's template with session tags for what the
// scope binds to the principal. Behind one of those, what a path chooses may
// stand for anything; the process still checks it.
func (w *writer) leadingKey(v *contract.View, x *contract.Index) (*keyPattern, string) {
	keys := partitionKeys(v.Of.Table, x)
	if len(keys) > 1 {
		return nil, "the partition key of index " + x.Name + " is of several attributes, and dynamodb:LeadingKeys is documented for one"
	}
	template := v.Of.Keys[keys[0]]
	k := &keyPattern{}
	owned := false
	var plainText, likeText strings.Builder
	for _, p := range template.Parts {
		if p.Variable == "" {
			plainText.WriteString(literal(p.Literal))
			likeText.WriteString(literalLike(p.Literal))
			continue
		}
		i := slices.IndexFunc(v.Scope, func(b contract.Binding) bool { return b.Attribute.Name == p.Variable && !b.Contains })
		switch {
		case i < 0:
			k.wild = true
			likeText.WriteString("*")
			if !owned {
				return nil, "the partition key of view " + v.Name + " is not bound to the principal, so that no leading key tells whose an item is"
			}
		case v.Scope[i].Value.OfPrincipal():
			tag, why := w.tagOf(v.Scope[i].Value)
			if why != "" {
				return nil, why
			}
			owned = true
			plainText.WriteString("${aws:PrincipalTag/" + tag + "}")
			likeText.WriteString("${aws:PrincipalTag/" + tag + "}")
		default:
			plainText.WriteString(literal(v.Scope[i].Value.Constant.Text))
			likeText.WriteString(literalLike(v.Scope[i].Value.Constant.Text))
		}
	}
	if !owned {
		return nil, "the partition key of view " + v.Name + " is not bound to the principal, so that no leading key tells whose an item is"
	}
	if k.text = plainText.String(); k.wild {
		k.text = likeText.String()
	}
	if d := template.Delimiter; d != "" && isTagValue(d) {
		w.note("The delimiter %q of table %s may stand in a session tag's value. Whoever vends sessions must refuse a value with it, as SessionTags does: else one principal could compose another's key.", d, v.Of.Table.Name)
	}
	return k, ""
}

func (w *writer) tagOf(o contract.Operand) (tag, why string) {
	tag = w.options.IDTag
	if o.Kind == contract.FromClaim {
		if tag = o.Claim; tag == w.options.IDTag || tag == rolesTag {
			return "", "claim " + o.Claim + " has the name of another session tag; give the id's another with --id-tag"
		}
	}
	if !tagForm.MatchString(tag) {
		return "", "claim " + o.Claim + " has a name that no session tag may have"
	}
	w.tags = add(w.tags, tag)
	return tag, ""
}

// sessionRoles are the roles of a view that not everybody has.
func sessionRoles(v *contract.View) (roles []string, why string) {
	if slices.Contains(v.Roles, contract.RoleAuthenticated) {
		return nil, ""
	}
	for _, r := range v.Roles {
		if r == contract.RoleAnonymous {
			return nil, "nobody stands behind an anonymous session"
		}
		if !isTagValue(r) || strings.Contains(r, ":") {
			return nil, "role " + r + " has characters that a session tag's value may not have"
		}
		roles = add(roles, r)
	}
	return roles, ""
}

// SessionTags are the tags to vend a principal's session with. It refuses a
// principal that no tag can stand for: a value with other characters than STS
// takes, such as the bar of "auth0|x", with a delimiter of a key, or of several
// values. The error holds no value.
func SessionTags(o Options, p contract.Principal) (map[string]string, error) {
	if p.IsAnonymous() {
		return nil, fmt.Errorf("nobody stands behind an anonymous session")
	}
	w, err := Least(o)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, tag := range tagsIn(w) {
		value := p.ID
		switch {
		case tag == rolesTag:
			value = ":" + strings.Join(p.Roles, ":") + ":"
		case tag != o.idTag():
			c := p.Claims[tag]
			if c.List || len(c.Values) != 1 {
				return nil, fmt.Errorf("claim %s has not exactly one value", tag)
			}
			value = c.Values[0]
		}
		if !isTagValue(value) {
			return nil, fmt.Errorf("tag %s: its value is not 1 to 256 letters, digits, spaces and _.:/=+-@, all that STS takes", tag)
		}
		for _, t := range o.Contract.Tables {
			if tag != rolesTag && templated(t) && strings.Contains(value, t.Delimiter) {
				return nil, fmt.Errorf("tag %s: its value holds the delimiter of table %s", tag, t.Name)
			}
		}
		out[tag] = value
	}
	return out, nil
}

func (o Options) idTag() string {
	if o.IDTag == "" {
		return "user_id"
	}
	return o.IDTag
}

func templated(t *contract.Table) bool {
	return slices.ContainsFunc(t.Items, func(i *contract.ItemType) bool {
		for _, k := range i.Keys {
			if !k.Whole {
				return true
			}
		}
		return false
	})
}

var (
	tagReference = regexp.MustCompile(`aws:PrincipalTag/([^}"]+)`)
	tagPattern   = regexp.MustCompile(`\$\{aws:PrincipalTag/[^}]*\}`)
)

func tagsIn(w Written) []string {
	var out []string
	for _, d := range w.Documents {
		for _, m := range tagReference.FindAllStringSubmatch(string(d.Document.Compact()), -1) {
			out = add(out, m[1])
		}
	}
	return out
}

// beyondPartition are the scope's attributes that a leading key does not decide.
func beyondPartition(v *contract.View, x *contract.Index) []string {
	var fixed, out []string
	for _, key := range partitionKeys(v.Of.Table, x) {
		for _, name := range v.Of.Keys[key].Variables() {
			if !slices.ContainsFunc(v.Scope, func(b contract.Binding) bool { return b.Attribute.Name == name }) {
				break // what stands behind a part that is open may be anything
			}
			fixed = append(fixed, name)
		}
	}
	for _, b := range v.Scope {
		if b.Contains || !slices.Contains(fixed, b.Attribute.Name) {
			out = append(out, b.Attribute.Name)
		}
	}
	return out
}
