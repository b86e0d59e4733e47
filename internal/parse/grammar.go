package parse

// The grammar is every key of the format, at its place: the shape phase reads
// it, and the published JSON Schema is written from it.

func words(one ...string) *place { return &place{scalar: &scalar{text: true, one: one}} }

func text(doc string) *place { return &place{doc: doc, scalar: &scalar{text: true}} }

func yesNo() *place { return &place{scalar: &scalar{boolean: true}} }

func whole() *place { return &place{scalar: &scalar{integer: true}} }

func constant() *place {
	return &place{wants: "a text, a number, or true or false", scalar: &scalar{text: true, number: true, integer: true, boolean: true}}
}

func listOf(p *place) *place { return &place{list: p, some: true} }

func oneOrMore(p *place) *place {
	q := *p
	q.list, q.some = p, true
	return &q
}

func named(p *place) *place { return &place{entries: p} }

const (
	envText    = "may be env:NAME, a value of the environment"
	attributes = "the attributes, by name: `TYPE class`, or a mapping"
)

// grammar is the place of the whole file.
func grammar() *place {
	view := viewPlace()
	return &place{
		doc: "An exposure contract: who may see which attributes of which items. What is not named does not exist.",
		keys: []key{
			{"contract", &place{wants: "1", scalar: &scalar{integer: true}}, true, "the version of the format: 1"},
			{"identity", identityPlace(), false, "where a principal comes from"},
			{"tables", named(tablePlace()), true, "the DynamoDB tables, by logical name"},
			{"views", named(view), false, "what may be seen and written, by name"},
			{"routes", named(routePlace()), false, "`METHOD /path` to one operation on views"},
			{"http", httpPlace(), false, "cross-origin access and the rate limit"},
			{"guard", guardPlace(), false, "what existing apps may do through the proxy"},
		},
	}
}

func identityPlace() *place {
	path := &place{
		name: "claim_path", doc: "A literal claim name, or a list of segments that lead through nested objects.",
		scalar: &scalar{text: true}, list: text(""), some: true,
	}
	leeway := text("a duration of at most 60s")
	claims := named(path)
	claimKeys := []key{
		{"id", path, false, "the claim that is the principal's id; default `sub`"},
		{"roles", path, false, "the claim that holds the roles"},
		{"claims", claims, false, "claims by the name that `principal.NAME` uses"},
	}
	verified := append(append([]key{}, claimKeys...), key{"leeway", leeway, false, "clock difference that is forgiven, at most 60s; default none"})
	header := text("an HTTP header")
	jwt := append([]key{
		{"issuer", text(envText), false, "whose tokens; alone: OpenID Connect discovery finds the keys"},
		{"jwks_url", text(envText), false, "where the key set is fetched"},
		{"jwks_file", text(envText), false, "a file with the key set"},
		{"audience", oneOrMore(text(envText)), false, "for whom the token must be; required unless `require` names such a claim"},
		{"require", named(constantText()), false, "claims that must have exactly this value"},
		{"algorithms", listOf(words(asymmetric...)), false, "default RS256, PS256, ES256, EdDSA"},
		{"header", header, false, "default Authorization, with `Bearer`"},
	}, verified...)
	cognito := append([]key{
		{"user_pool", text(envText), true, "REGION_id of the pool"},
		{"clients", oneOrMore(text(envText)), true, "app client ids; an environment value may hold several, comma-separated"},
		{"token", words("access", "id"), true, "which of Cognito's tokens"},
		{"header", header, false, "default Authorization, with `Bearer`"},
	}, verified...)
	name := key{"name", text("a name"), false, "the source's name; default its kind"}
	source := &place{
		name: "source", doc: "One identity source: a kind, and maybe a name.",
		keys: []key{
			{"header", &place{name: "header_source", keys: []key{
				{"id", header, true, "the header that holds the principal's id"},
				{"roles", header, false, "the header that holds roles, comma-separated"},
				{"from", oneOrMore(text("a CIDR, or loopback")), true, "the peers that are believed: CIDRs, or loopback"},
				{"secret", &place{keys: []key{
					{"header", header, true, "the header in which the peer proves itself"},
					{"env", text("the name of an environment variable"), true, "the environment variable that holds its value"},
				}}, false, "what a peer that is not loopback proves itself with"},
				{"mutual_tls", yesNo(), false, "the peer proves itself by a verified client certificate"},
			}}, false, "a header that a gateway in front sets"},
			{"jwt", &place{name: "jwt_source", keys: jwt}, false, "a bearer token"},
			{"cognito", &place{name: "cognito_source", keys: cognito}, false, "a token of Amazon Cognito"},
			{"alb", &place{name: "alb_source", keys: append([]key{
				{"load_balancer", text(envText), true, "the ARN of the load balancer that signs"},
			}, verified...)}, false, "x-amzn-oidc-data of an Application Load Balancer"},
			{"api_gateway", &place{name: "api_gateway_source", keys: claimKeys}, false, "the authorizer's claims, on AWS Lambda"},
			name,
		},
	}
	return &place{
		name: "identity", doc: "The sources, tried in order; the first that finds a credential decides.",
		list: source, some: true,
		keys: []key{
			{"sources", listOf(source), true, "the sources, tried in order"},
			{"id", text("a template such as {name}:{id}"), false, "keeps ids of several sources apart: \"{name}:{id}\""},
			{"same_ids", yesNo(), false, "an id means the same principal whatever the source"},
			{"reason", text("a reason"), false, "why same_ids"},
		},
	}
}

func constantText() *place {
	return &place{doc: envText, scalar: &scalar{text: true, integer: true, boolean: true}, wants: "a text"}
}

func tablePlace() *place {
	attribute := attributePlace()
	keyNames := oneOrMore(text("an attribute"))
	item := &place{name: "item_type", doc: "A kind of item: its key templates and its attributes.", keys: []key{
		{"key", named(text("a template such as USER#{user}")), false, "templates of key attributes, by attribute"},
		{"only", named(constant()), false, "constants that tell this type from the others"},
		{"attributes", named(attribute), false, attributes},
	}}
	index := &place{name: "index", doc: "A secondary index.", keys: []key{
		{"partition_key", keyNames, false, "1 to 4 attributes; without it the index is local"},
		{"sort_key", keyNames, false, "up to 4 attributes"},
		{"projection", &place{scalar: &scalar{text: true, one: []string{"all", "keys"}}, list: text("an attribute"), some: true}, false, "all (default), keys, or a list of names"},
	}}
	return &place{name: "table", doc: "A DynamoDB table.", keys: []key{
		{"partition_key", text("an attribute"), true, "the partition key's attribute"},
		{"sort_key", text("an attribute"), false, "the sort key's attribute"},
		{"delimiter", text("one character"), false, "what no template variable's value contains; default #"},
		{"ttl", text("an attribute"), false, "a number of seconds; an item past it is absent"},
		{"version", text("an attribute"), false, "a number for optimistic locking"},
		{"indexes", named(index), false, "the secondary indexes, by name"},
		{"items", named(item), false, "the item types, by name"},
		{"attributes", named(attribute), false, attributes + "; for a table of one item type"},
	}}
}

func attributePlace() *place {
	attribute := &place{name: "attribute", doc: "An attribute: `TYPE class`, or a mapping. The class is internal where nothing is said."}
	attribute.wants = "`TYPE class`, such as S personal, or a mapping with `type`"
	attribute.scalar = &scalar{text: true, pattern: "^(S|N|B|BOOL|NULL|SS|NS|BS|L|M)( (ordinary|personal|internal|secret))?$"}
	attribute.keys = []key{
		{"type", words(typeNames...), true, "the DynamoDB type"},
		{"class", words(classNames...), false, "how sensitive it is; default internal"},
		{"of", attribute, false, "the elements of an L"},
		{"attributes", named(attribute), false, "the members of an M"},
		{"open", yesNo(), false, "an M or L that may be shown whole, with what it holds now and later"},
		{"one_of", listOf(constant()), false, "the only values"},
		{"max_length", whole(), false, "characters of an S, bytes of a B, members of a set or L"},
		{"pattern", text("a regular expression"), false, "what the whole of an S matches (RE2)"},
	}
	return attribute
}

func viewPlace() *place {
	value := &place{
		name: "operand", doc: "principal.id, principal.CLAIM, a constant, or { contains: principal.id }.",
		wants:  "principal.id, principal.CLAIM, a constant, or { contains: principal.id }",
		scalar: &scalar{text: true, number: true, integer: true, boolean: true},
		keys: []key{
			{"contains", text("principal.id or principal.CLAIM"), true, "the set or list holds this value"},
		},
	}
	show := &place{
		name: "shown", doc: "A path, or a mapping of a path to how it is shown.",
		wants: "a path, or { path: { default, mask, as, reason } }", single: true,
		scalar: &scalar{text: true},
		entries: &place{name: "show_options", keys: []key{
			{"default", &place{any: true}, false, "what stands for an absent or NULL attribute"},
			{"mask", words(maskWords...), false, "hides part of the value"},
			{"as", text("a name"), false, "another name outside, for the path's last step"},
			{"reason", text("a reason"), false, "why personal data is shown to others"},
			{"across_principals", yesNo(), false, "the hash is the same for every principal; needs a reason"},
		}},
	}
	set := named(constant())
	return &place{name: "view", doc: "Which items of one type, which of their attributes, for which roles.", keys: []key{
		{"of", text("an item type"), false, "the item type; TABLE.TYPE where two tables have the name"},
		{"extends", text("a view"), false, "the view that is copied; show and scope are added to"},
		{"roles", oneOrMore(text("a role")), false, "any of them; default authenticated"},
		{"scope", &place{
			wants: "a mapping of attributes to values, or any", scalar: &scalar{text: true, one: []string{"any"}}, entries: value,
		}, false, "what an item must have for a principal to reach it, or any"},
		{"reason", text("a reason"), false, "why the scope is any, or why server_only"},
		{"by", words("partition"), false, "partition: a scope of any admits a Query"},
		{"scan", text("a reason"), false, "why a scope of any admits a Scan"},
		{"show", listOf(show), false, "what is shown"},
		{"write", oneOrMore(text("a path")), false, "what create and update may set"},
		{"set", &place{keys: []key{
			{"on_create", set, false, "values given when an item is created"},
			{"on_update", set, false, "values given when an item is updated"},
		}}, false, "values that the contract gives: constants, principal.*, {now}, {new_id}"},
		{"fresh", yesNo(), false, "entries of an index are read again from the base table"},
		{"server_only", yesNo(), false, "for guard's named apps alone; needs a reason"},
	}}
}

func routePlace() *place {
	views := oneOrMore(text("a view"))
	return &place{name: "route", doc: "One operation on one or more views.", keys: []key{
		{"list", views, false, "a JSON array of items; GET"},
		{"get", views, false, "one item; GET"},
		{"create", views, false, "makes an item; POST or PUT"},
		{"update", views, false, "JSON Merge Patch; PATCH"},
		{"delete", views, false, "removes an item; DELETE"},
		{"index", text("an index"), false, "the index that a list queries"},
		{"order", words("ascending", "descending"), false, "of the sort key; default ascending"},
		{"parameters", named(oneOrMore(words(operatorWords...))), false, "query parameters: attribute to operators"},
		{"page", &place{keys: []key{
			{"default", whole(), false, "items of a page where the caller says nothing; default 20"},
			{"max", whole(), false, "the most a caller may ask for; default 100"},
			{"reads", whole(), false, "the most items evaluated for a page; default 2000"},
		}}, false, "the size of pages"},
		{"order_reveals", text("a reason"), false, "why a list may be ordered by a sort key that it hides"},
	}}
}

func httpPlace() *place {
	return &place{name: "http", keys: []key{
		{"cors", &place{keys: []key{
			{"origins", oneOrMore(text("an origin")), true, "exact origins: https://app.example.com"},
			{"credentials", yesNo(), false, "whether browsers send cookies and certificates"},
		}}, false, "cross-origin access; closed by default"},
		{"rate", &place{wants: "a rate such as \"50/s burst 100\"", scalar: &scalar{text: true, pattern: ratePattern}}, false, "requests a principal may make: \"50/s burst 100\""},
	}}
}

func guardPlace() *place {
	roles := oneOrMore(text("a role"))
	app := &place{name: "app", doc: "An app behind guard, and what it may do through which views.", keys: []key{
		{"caller", &place{
			wants: "the name of an identity source, or { header, roles }", scalar: &scalar{text: true},
			keys: []key{
				{"header", text("an HTTP header"), true, "the signed header in which the app says an id"},
				{"roles", roles, false, "the roles of such a principal"},
			},
		}, false, "who asks: an identity source, or a header that the app sets"},
		{"service", &place{keys: []key{
			{"id", text("an id"), true, "the principal's id"},
			{"roles", roles, false, "its roles"},
		}}, false, "the app asks for no end user"},
		{"views", named(oneOrMore(words(guardOperations...))), true, "operations by view; the order is the precedence per item type"},
		{"strict", yesNo(), false, "a request for a hidden attribute is refused"},
		{"scan", words("as_query"), false, "as_query answers a Scan with the principal's own partition"},
		{"put", words("merge"), false, "merge turns a PutItem over an item into an update"},
	}}
	return &place{name: "guard", keys: []key{
		{"apps", named(app), false, "the apps, by name"},
		{"tables", named(&place{keys: []key{
			{"mode", words("enforce", "shadow", "passthrough"), true, "enforce (default), shadow, or passthrough with a reason"},
			{"reason", text("a reason"), false, "why passthrough"},
		}}), false, "tables that are not enforced (yet)"},
	}}
}
