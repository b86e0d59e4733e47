package parse

import (
	"fmt"
	"os"
	"regexp"
	"sort"
	"strings"
	"testing"
)

// A rule is one edit of a good contract and what becomes of it: the code of the
// problem that must be among those reported, "" where it stays good, or
// "warn CODE" where it does and a warning is given. `;;` parts several edits.
type rule struct{ name, from, old, new, code string }

const (
	profiles = "testdata/good/profiles.yaml"
	saas     = "testdata/good/saas.yaml"
	every    = "testdata/good/every_key.yaml"
	sameIDs  = "testdata/good/same_ids.yaml"
)

var rules = []rule{
	// Reading.
	{"empty file", "", "", "", "empty"},
	{"comments alone", "", "", "# nothing\n", "empty"},
	{"byte order mark", "", "", "\xef\xbb\xbfcontract: 1\n", "byte_order_mark"},
	{"UTF-16", "", "", "\xff\xfec\x00", "encoding"},
	{"invalid UTF-8", "", "", "contract: 1 # \xff\n", "encoding"},
	{"NUL", "", "", "contract: 1 # \x00\n", "control_character"},
	{"lone carriage return", "", "", "contract: 1\rviews: {}\n", "control_character"},
	{"carriage return with line feed", sameIDs, "contract: 1\n", "contract: 1\r\n", ""},
	{"tab as indentation", sameIDs, "  sources:", "\tsources:", "tab"},
	{"tab before a comment", sameIDs, "contract: 1\n", "contract: 1\t# one\n", ""},
	{"bidirectional override in a comment", sameIDs, "contract: 1\n", "contract: 1 # \u202e\n", "hidden_character"},
	{"zero-width space in a name", sameIDs, "  v:", "  v\u200b:", "hidden_character"},
	{"escaped zero-width space in a name", sameIDs, "  v:", "  \"v\\u200b\":", "name_characters"},
	{"over 1 MB", "", "", "contract: 1\n" + strings.Repeat("# padding\n", 110000), "too_large"},
	{"brackets without end", "", "", "contract: " + strings.Repeat("[", 5000), "nesting"},
	{"deep indentation", "", "", deep(200), "nesting"},
	{"33 levels", "", "", "contract: " + strings.Repeat("[", 40) + strings.Repeat("]", 40), "nesting"},
	{"truncated", "", "", "contract: 1\ntables: { a: {", "yaml"},
	{"two documents", sameIDs, "contract: 1\n", "contract: 1\n---\ncontract: 1\n", "documents"},
	{"one document with a header", sameIDs, "contract: 1\n", "---\ncontract: 1\n", ""},
	{"anchor", sameIDs, "{ id: S ordinary }", "&a { id: S ordinary }", "anchor"},
	{"alias", sameIDs, "{ id: S ordinary }", "*a", "alias"},
	{"merge key", sameIDs, "{ id: S ordinary }", "{ <<: { a: b } }", "merge_key"},
	{"tag", sameIDs, "partition_key: id", "partition_key: !!str id", "tag"},
	{"directive", sameIDs, "contract: 1\n", "%YAML 1.2\n---\ncontract: 1\n", "directive"},
	{"duplicate key", sameIDs, "contract: 1\n", "contract: 1\ncontract: 1\n", "duplicate_key"},
	{"duplicate key in braces", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, id: S secret }", "duplicate_key"},
	{"key that YAML reads as a number", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, 12: S ordinary }", "key"},
	{"key that YAML reads as nothing", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, NULL: S ordinary }", "key"},
	{"quoted NULL as a name", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, \"NULL\": S ordinary }", ""},
	{"a list as the whole", "", "", "- contract: 1\n", "wrong_kind"},
	{"mixed scripts in a name", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, \"p\u0430ss\": S ordinary }", "name_characters"},
	{"two names that look alike", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, ape: S ordinary, \"\u0430\u0440\u0435\": S ordinary }", "name_characters"},
	{"full-width letters", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, \"\uff41\": S ordinary }", "name_characters"},
	{"separate accent", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, \"e\u0301t\u00e9\": S ordinary }", "name_characters"},
	{"a name in one other script", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, \"\u0438\u043c\u044f\": S ordinary, \"\u540d\u524d\": S ordinary }", ""},

	// YAML traps.
	{"unquoted # as a value", saas, `delimiter: "#" `, `delimiter: # `, "comment_trap"},
	{"unquoted # in a template", saas, `"TASK#{due}" }`, "\n          TASK #{due}\n        }", "comment_trap"},
	{"principal in braces", profiles, "{ user_id: principal.id }", "{ user_id: {principal.id} }", "braces_trap"},
	{"scope in braces without a value", profiles, "{ user_id: principal.id }", "{principal.id}", "braces_trap"},
	{"unquoted {now}", every, `created: "{now}"`, "created: {now}", "braces_trap"},
	{"mapping without braces", profiles, "scope: { user_id: principal.id }", "scope: user_id: principal.id", "yaml"},
	{"operator sign", saas, "{ status: eq }", "{ status: >= }", "yaml"},
	{"unquoted path with []", saas, `"steps[].text"`, "steps[].text", "yaml"},
	{"NULL type unquoted", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, n: NULL }", "null"},
	{"NULL type quoted", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, n: \"NULL\" }", ""},
	{"nothing as a value", sameIDs, "partition_key: id", "partition_key:", "no_value"},

	// Shape.
	{"unknown key", sameIDs, "routes:", "route:", "unknown_key"},
	{"number for a text", sameIDs, "reason: The gateway sets the id that the issuer gave", "reason: 7", "wrong_kind"},
	{"mapping for a text", sameIDs, "partition_key: id", "partition_key: { id: x }", "wrong_kind"},
	{"missing contract", sameIDs, "contract: 1\n", "", "missing_key"},
	{"version 2", sameIDs, "contract: 1\n", "contract: 2\n", "version"},
	{"missing tables", "", "", "contract: 1\n", "missing_key"},
	{"reserved requires", profiles, "    write: [display_name, preferences]", "    requires: x", "reserved"},
	{"reserved cache", profiles, "GET /api/profile: { list: own_profile }", "GET /api/profile: { list: own_profile, cache: 1m }", "reserved"},
	{"reserved encrypt", sameIDs, "contract: 1\n", "contract: 1\nencrypt: {}\n", "reserved"},
	{"reserved forward_auth", profiles, "header: { id", "forward_auth: { id", "reserved"},
	{"unknown word", every, "order: descending", "order: down", "unknown_word"},
	{"empty list", profiles, "roles: [support]", "roles: []", "empty_list"},
	{"two names in one show entry", profiles, "{ display_name: { default: \"\" } }", "{ display_name: {}, is_admin: {} }", "one_name"},

	// Identity.
	{"no identity", profiles, "identity:\n  - header: { id: X-User-Id, roles: X-User-Roles, from: [loopback] }", "", "warn no_identity"},
	{"claims of an embedding program", sameIDs, "identity:\n  sources:\n    - header: { id: X-User-Id, from: loopback }\n    - jwt: { issuer: env:ISSUER, audience: env:AUDIENCE }\n  same_ids: true\n  reason: The gateway sets the id that the issuer gave\n;;{ id: principal.id }", ";;{ id: principal.team }", ""},
	{"two kinds in one source", every, "    - alb:", "      alb:", "source_kind"},
	{"two sources of one name", every, "name: partners", "name: gateway", "source_name"},
	{"two sources without a rule for ids", every, "  id: \"{name}:{id}\"\n", "", "colliding_ids"},
	{"same_ids without a reason", sameIDs, "  reason: The gateway sets the id that the issuer gave\n", "", "missing_reason"},
	{"same_ids with an id template", sameIDs, "  same_ids: true", "  same_ids: true\n  id: \"{name}:{id}\"", "colliding_ids"},
	{"id template without the name", every, `"{name}:{id}"`, `"{id}"`, "id_template"},
	{"id template without a separator", every, `"{name}:{id}"`, `"{name}-{id}"`, "id_template"},
	{"id template the other way", every, `"{name}:{id}"`, `"{id}@{name}"`, ""},
	{"source that is never asked", every, "        header: X-Service-Token", "        header: X-Partner-Token", "unreachable_source"},
	{"token sources on one header", every, "        header: X-Service-Token", "        header: Authorization", "unreachable_source"},
	{"token where another source reads an id", every, "        header: X-Service-Token", "        header: X-User-Id", "header"},
	{"token where another source reads roles", every, "        header: X-Service-Token", "        header: X-User-Roles", "header"},
	{"one gateway header from two places", sameIDs, "    - jwt: { issuer: env:ISSUER, audience: env:AUDIENCE }", "    - { name: vpn, header: { id: X-User-Id, from: [10.0.0.0/8], mutual_tls: true } }", ""},
	{"id in Authorization", profiles, "X-User-Id", "Authorization", "header"},
	{"header name with an underscore", profiles, "X-User-Id", "X_User_Id", "header"},
	{"header that HTTP uses", profiles, "X-User-Id", "Host", "header"},
	{"forwarded header", profiles, "X-User-Id", "X-Forwarded-For", "header"},
	{"one header for id and roles", profiles, "roles: X-User-Roles", "roles: X-User-Id", "header"},
	{"from everywhere", profiles, "[loopback]", "[0.0.0.0/0]", "cidr"},
	{"from everywhere in IPv6", profiles, "[loopback]", "[\"::/0\"]", "cidr"},
	{"from an address alone", profiles, "[loopback]", "[127.0.0.1]", "cidr"},
	{"from a range with host bits", profiles, "[loopback]", "[127.0.0.1/8]", "cidr"},
	{"from an IPv4-mapped range", profiles, "[loopback]", "[\"::ffff:10.0.0.0/104\"]", "cidr"},
	{"from a range of loopback", profiles, "[loopback]", "[127.0.0.1/32]", ""},
	{"from elsewhere without proof", profiles, "[loopback]", "[10.0.0.0/8]", "header_proof"},
	{"from elsewhere with mutual TLS", profiles, "[loopback]", "[10.0.0.0/8], mutual_tls: true", ""},
	{"from elsewhere with a secret", profiles, "[loopback]", "[10.0.0.0/8], secret: { header: X-Secret, env: SECRET }", ""},
	{"secret's env with a prefix", every, "env: GATEWAY_SECRET", "env: env:GATEWAY_SECRET", "env"},
	{"env name with a space", every, "clients: env:CLIENTS", "clients: \"env: CLIENTS\"", "env"},
	{"empty text", every, "jwks_file: /etc/keys.json", "jwks_file: \"\"", "empty_text"},
	{"two places of keys", every, "jwks_url: https://login.example.com/keys", "jwks_url: https://login.example.com/keys\n        jwks_file: /k", "jwt_keys"},
	{"no place of keys", every, "        jwks_file: /etc/keys.json\n", "", "jwt_keys"},
	{"no audience", every, "        audience: [env:AUDIENCE, my-api]\n", "", "jwt_audience"},
	{"require that pins no audience", every, "          client_id: abc", "          token_use: access", "jwt_audience"},
	{"HS256", every, "[RS256, ES256]", "[HS256]", "unknown_word"},
	{"none", every, "[RS256, ES256]", "[none]", "unknown_word"},
	{"keys over http", every, "jwks_url: https:", "jwks_url: http:", "url"},
	{"keys over http on loopback", every, "jwks_url: https://login.example.com/keys", "jwks_url: http://127.0.0.1:9000/keys", ""},
	{"issuer that is no URL", every, "issuer: https://login.example.com/", "issuer: login", "url"},
	{"issuer with a query", every, "        issuer: https://login.example.com/\n        jwks_url: https://login.example.com/keys\n", "        issuer: https://login.example.com/?a=b\n", "url"},
	{"issuer with a query, and where its keys are", every, "issuer: https://login.example.com/", "issuer: https://login.example.com/?a=b", ""},
	{"client that is no id", every, "clients: env:CLIENTS", "clients: \", \"", "format"},
	{"leeway over a minute", every, "leeway: 30s", "leeway: 61s", "duration"},
	{"leeway of a minute", every, "leeway: 30s", "leeway: 60s", ""},
	{"negative leeway", every, "leeway: 30s", "leeway: -1s", "duration"},
	{"claim called id", every, "          tenant: custom:tenant_id", "          id: custom:tenant_id", "claim"},
	{"claim with a dot in its name", every, "          tenant: custom:tenant_id", "          ten.ant: custom:tenant_id", "claim"},
	{"user pool of another form", every, "eu-west-1_AbCdEfGhI", "AbCdEfGhI", "format"},
	{"load balancer that is no ARN", every, "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/50dc6c495c0c9188", "front", "format"},
	{"token of a third kind", every, "token: access\n        header", "token: refresh\n        header", "unknown_word"},

	// Tables.
	{"table name with a space", profiles, "  UserProfiles:", "  User Profiles:", "name"},
	{"no attributes", sameIDs, "    attributes: { id: S ordinary }\n", "", "missing_key"},
	{"attributes and items", saas, "    items:\n", "    attributes: { x: S }\n    items:\n", "items_or_attributes"},
	{"sort key is the partition key", saas, "sort_key: SK", "sort_key: PK", "key_twice"},
	{"delimiter of two characters", saas, `delimiter: "#"`, `delimiter: "##"`, "delimiter"},
	{"delimiter that is a brace", saas, `delimiter: "#"`, `delimiter: "{"`, "delimiter"},
	{"local index without a sort key", every, "        sort_key: title\n", "", "local_index"},
	{"index with five partition attributes", every, "[owner, team]", "[owner, team, kind, body, title2]", "key_count"},
	{"index whose partition key is no name", saas, "partition_key: GSI1PK,;;scope: { tenant: principal.tenant }, show: [user, {", "partition_key: [7],;;scope: { user: principal.id }, show: [user, {", "wrong_kind"},
	{"index key that repeats", every, "[created, title]", "[created, owner]", "key_twice"},
	{"ttl that is no number", every, "    ttl: gone", "    ttl: body", "ttl"},
	{"ttl that is a key", every, "    ttl: gone", "    ttl: created", "ttl"},
	{"version that is no number", every, "    version: v", "    version: title", "version"},
	{"key attribute that nothing declares", sameIDs, "partition_key: id", "partition_key: di", "key_undeclared"},
	{"key attribute that nothing declares as a variable of another", saas, "SK: \"PROJECT#{project}\" };;PK: \"TENANT#{tenant}\", SK: \"PROJECT#{project}#TASK", "SK: \"PROJECT#{PK}\" };;SK: \"PROJECT#{PK}#TASK", "key_undeclared"},
	{"key attribute of another type", sameIDs, "{ id: S ordinary }", "{ id: BOOL ordinary }", "key_type"},
	{"template for what is no key", saas, "key: { PK: \"TENANT#{tenant}\", SK: \"USER#{user}\" }", "key: { PK: \"TENANT#{tenant}\", SK: \"USER#{user}\", XX: \"a\" }", "no_key_attribute"},
	{"template of an N key", saas, "{ name: S ordinary, status: S ordinary, margin: N internal }", "{ name: S ordinary, status: S ordinary, margin: N internal, PK: N }", "template_type"},
	{"template of a B key", saas, "{ name: S ordinary, status: S ordinary, margin: N internal }", "{ name: S ordinary, status: S ordinary, margin: N internal, SK: B }", "template_type"},
	{"variables with no delimiter between", saas, "USER#{user}\" }", "USER#{user}{x}\" }", "template"},
	{"variables with another sign between", saas, "USER#{user}\" }", "USER#{user}-{x}\" }", "template"},
	{"literal after a variable", saas, "USER#{user}\" }", "USER#{user}.json\" }", "template"},
	{"literal before a variable", saas, "USER#{user}\" }", "USER#u-{user}\" }", ""},
	{"variable twice in a template", saas, "USER#{user}\" }", "USER#{user}#{user}\" }", "template"},
	{"open brace alone", saas, "USER#{user}\" }", "USER#{user\" }", "template"},
	{"empty variable", saas, "USER#{user}\" }", "USER#{}\" }", "template"},
	{"empty template", saas, "\"USER#{user}\" }", "\"\" }", "template"},
	{"variable that is a templated key", saas, "USER#{user}\" }", "USER#{PK}\" }", "template"},
	{"variable of another type", saas, "{ name: S personal, email: S personal, billing_id: S secret }", "{ name: S personal, email: S personal, billing_id: S secret, user: BOOL }", "template_type"},
	{"variable declared with a class", saas, "          title: S ordinary\n", "          title: S ordinary\n          due: S ordinary\n", ""},
	{"variable declared as personal", saas, "{ name: S personal, email: S personal, billing_id: S secret }", "{ name: S personal, email: S personal, billing_id: S secret, user: S personal }", "personal_shown"},
	{"item types that overlap", saas, "SK: \"PROJECT#{project}\" }", "SK: \"USER#{project}\" }", "overlap"},
	{"item types that overlap by a longer literal", saas, "SK: \"PROJECT#{project}\" }", "SK: \"USER#x{project}\" }", "overlap"},
	{"item types that a constant tells apart", every, "SK: \"L|{at}\"\n        attributes:", "SK: \"D|{at}\"\n        only: { kind: log }\n        attributes:", ""},
	{"item types that a constant of one does not tell apart", every, "SK: \"L|{at}\"", "SK: \"D|{at}\"", "overlap"},
	{"only on a key", every, "          kind: doc\n", "          owner: doc\n", "only"},
	{"only of another type", every, "          kind: doc\n", "          kind: 7\n", "constant_type"},
	{"no such type", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, x: string ordinary }", "type"},
	{"no such class", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, x: S public }", "class"},
	{"class before type", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, x: personal S }", "type"},
	{"member less sensitive than its map", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, m: { type: M, class: personal, attributes: { a: S ordinary } } }", "class"},
	{"member more sensitive than its map", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, m: { type: M, class: personal, attributes: { a: S secret } } }", ""},
	{"of on a map", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, m: { type: M, of: S } }", "not_for_type"},
	{"pattern on a number", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, m: { type: N, pattern: x } }", "not_for_type"},
	{"pattern that does not compile", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, m: { type: S, pattern: \"(\" } }", "pattern"},
	{"pattern that grows beyond all bounds", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, m: { type: S, pattern: \"\\\\p{L}{900}\" }, n: { type: S, pattern: \"\\\\p{L}{900}\" } }", "pattern"},
	{"pattern that leaves its anchors", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, m: { type: S, pattern: \"a)|(b\" } }", "pattern"},
	{"max_length of zero", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, m: { type: S, max_length: 0 } }", "number"},
	{"one_of of another type", every, "one_of: [draft, final]", "one_of: [draft, 7]", "constant_type"},
	{"one_of twice the same", every, "one_of: [draft, final]", "one_of: [draft, draft]", "duplicate"},

	// Views.
	{"no item type", profiles, "    of: UserProfiles\n    scope", "    scope", "missing_key"},
	{"no such item type", profiles, "of: UserProfiles", "of: UserProfile", "unknown_type"},
	{"table of several item types", saas, "of: User,", "of: app,", "unknown_type"},
	{"item type of two tables", every, "      Log:", "      flat:", "ambiguous_type"},
	{"view name with a space", profiles, "  own_profile:", "  own profile:", "name"},
	{"no scope", profiles, "    scope: { user_id: principal.id }\n", "", "missing_scope"},
	{"empty scope", profiles, "{ user_id: principal.id }", "{}", "missing_scope"},
	{"scope on an unknown attribute", profiles, "{ user_id: principal.id }", "{ userid: principal.id }", "unknown_attribute"},
	{"scope on a templated key", saas, "scope: { tenant: principal.tenant, user: principal.id }", "scope: { PK: principal.tenant, user: principal.id }", "scope_template"},
	{"scope on a path value", profiles, "{ user_id: principal.id }", "{ user_id: \"{user_id}\" }", "operand"},
	{"scope on roles", profiles, "{ user_id: principal.id }", "{ user_id: principal.roles }", "operand"},
	{"scope on a claim that nothing gives", profiles, "{ user_id: principal.id }", "{ user_id: principal.team }", "unknown_claim"},
	{"scope on a boolean", profiles, "{ user_id: principal.id }", "{ is_admin: principal.id }", "scope_type"},
	{"scope on a set without contains", every, "      readers:\n        contains: principal.id", "      readers: principal.id", "scope_type"},
	{"contains on a text", every, "      readers:\n        contains", "      title:\n        contains", "scope_type"},
	{"contains a constant", every, "contains: principal.id", "contains: me", "operand"},
	{"constant with the delimiter in it", saas, "{ of: Project, scope: { tenant: principal.tenant }", "{ of: Project, scope: { tenant: principal.tenant, project: \"a#b\" }", "operand"},
	{"constant that is not in one_of", saas, "{ extends: tasks, scope: { assignee: principal.id } }", "{ extends: tasks, scope: { assignee: principal.id, status: gone } }", "constant_type"},
	{"any without roles", profiles, "    roles: [support]\n", "", "any_roles"},
	{"any without a reason", profiles, "    reason: Support finds a customer's account by id\n", "", "missing_reason"},
	{"any with an empty reason", profiles, "    reason: Support finds a customer's account by id\n", "    reason: \"\"\n", "reason"},
	{"constants alone are any", profiles, "scope: { user_id: principal.id }", "scope: { user_id: x }", "any_roles"},
	{"by on a bound scope", profiles, "scope: { user_id: principal.id }", "scope: { user_id: principal.id }\n    by: partition", "any_only"},
	{"scan on a bound scope", profiles, "scope: { user_id: principal.id }", "scope: { user_id: principal.id }\n    scan: why not", "any_only"},
	{"anonymous in a bound scope", profiles, "scope: { user_id: principal.id }", "scope: { user_id: principal.id }\n    roles: [anonymous]", "anonymous_scope"},
	{"role with a comma", profiles, "roles: [support]", "roles: [\"a,b\"]", "role"},
	{"server_only without a reason", every, "    reason: The signing service needs the salt\n", "", "missing_reason"},
	{"extends an unknown view", saas, "extends: tasks", "extends: task", "unknown_view"},
	{"extends itself", saas, "extends: tasks", "extends: my_tasks", "extends_cycle"},
	{"extends in a circle", saas, "projects:   { of: Project,", "projects:   { extends: projects_admin,", "extends_cycle"},
	{"extends with of", saas, "extends: tasks,", "extends: tasks, of: Task,", "extends_of"},
	{"extends and widens to any", saas, "extends: tasks, scope: { assignee: principal.id }", "extends: tasks, scope: any", "scope_widened"},
	{"extends and binds again", saas, "extends: tasks, scope: { assignee: principal.id }", "extends: tasks, scope: { tenant: principal.id }", "scope_twice"},

	{"view of 501 attributes", sameIDs, "{ id: S ordinary };;show: [id]", "\n" + wide(501) + "      id: S ordinary;;show:\n" + wideShow(501), "too_many"},
	{"view of 500 attributes", sameIDs, "{ id: S ordinary };;show: [id]", "\n" + wide(500) + "      id: S ordinary;;show:\n" + wideShow(500), ""},
	{"scope of 33 attributes", sameIDs, "{ id: S ordinary };;{ id: principal.id }", "\n" + wide(33) + "      id: S ordinary;;{" + strings.NewReplacer("      ", " ", "S ordinary\n", "x,").Replace(wide(33)) + " id: principal.id }", "too_many"},

	// What views show.
	{"unknown attribute", profiles, "- user_id\n", "- userid\n", "unknown_attribute"},
	{"unknown attribute in a list", profiles, "show: [{ user_id: { reason: support looks up by it } }, display_name,", "show: [{ user_id: { reason: support looks up by it } }, display_nam,", "unknown_attribute"},
	{"implied index key", saas, "show: [user, name, email]", "show: [user, name, email, GSI1PK]", "unknown_attribute"},
	{"secret", profiles, "- user_id\n", "- user_id\n      - ssn\n", "secret_shown"},
	{"masked secret", profiles, "- user_id\n", "- user_id\n      - { ssn: { mask: redact } }\n", "secret_shown"},
	{"secret for a role", profiles, "display_name, { email", "display_name, ssn, { email", "secret_shown"},
	{"secret inside an open map", profiles, "{ type: M, class: ordinary, open: true }", "{ type: M, class: ordinary, open: true, attributes: { k: S secret } }", "secret_shown"},
	{"internal for everyone", profiles, "- user_id\n", "- user_id\n      - internal_notes\n", "internal_shown"},
	{"internal where authenticated is named", profiles, "    roles: [support]\n    scope: any                       # one known key at a time; never a list, never a Scan\n    reason: Support finds a customer's account by id\n    show: [", "    roles: [support, authenticated]\n    scope: any\n    reason: Support\n    show: [is_admin, ", "internal_shown"},
	{"internal for a role", profiles, "display_name, { email", "display_name, is_admin, { email", ""},
	{"undeclared class is internal", saas, "show: [user, name, email]", "show: [user, name, email, PK]", "internal_shown"},
	{"personal to others", profiles, "{ email: { mask: email } }", "email", "personal_shown"},
	{"personal to others with a reason", profiles, "{ email: { mask: email } }", "{ email: { reason: they write to them } }", ""},
	{"personal bound by a claim alone", saas, "{ name: { reason: colleagues know each other } }", "name", "personal_shown"},
	{"map that is not open", profiles, "open: true", "open: false", "not_open"},
	{"list that is not open", saas, `"steps[].text"`, "steps", "not_open"},
	{"open list of lists of nobody knows what", every, "            of: S ordinary", "            of: { type: L, class: ordinary }", "not_open"},
	{"open list of open lists", every, "            of: S ordinary", "            of: { type: L, class: ordinary, open: true }", ""},
	{"open list with elements of a higher class", every, "            of: S ordinary", "            of: S personal", "mixed_class"},
	{"open map with a member of a higher class", profiles, "class: ordinary, open: true }", "class: ordinary, open: true, attributes: { phone: S personal } }", "mixed_class"},
	{"open map with a list of a higher class", profiles, "class: ordinary, open: true }", "class: ordinary, open: true, attributes: { phones: { type: L, class: ordinary, of: S personal } } }", "mixed_class"},
	{"open map with members of its class", profiles, "class: ordinary, open: true }", "class: ordinary, open: true, attributes: { theme: S ordinary } }", ""},
	{"redacted list of a higher class", every, "            of: S ordinary;;      - tags;;place.city, tags]", "            of: S personal;;      - tags: { mask: redact };;place.city]", ""},
	{"member of a list without []", saas, `"steps[].text"`, "steps.text", "path"},
	{"element of a text", saas, `"steps[].text"`, `"title[]"`, "path"},
	{"member of a text", saas, `"steps[].text"`, "title.text", "path"},
	{"numbered element", saas, `"steps[].text"`, `"steps[0].text"`, "path"},
	{"unknown member", saas, `"steps[].text"`, `"steps[].txt"`, "unknown_attribute"},
	{"internal member", saas, `"steps[].text"`, `"steps[].cost"`, "internal_shown"},
	{"shown twice", profiles, "- user_id\n", "- user_id\n      - user_id\n", "shown_twice"},
	{"a map and a part of it", every, "      - place.city", "      - place\n      - place.city", "shown_twice"},
	{"a part of a map and the map", every, "      - place.city", "      - place.city\n      - place", "shown_twice"},
	{"a list and a part of its elements", saas, `"steps[].text"`, `"steps[].text", "steps[]"`, "shown_twice"},
	{"two names where a map is", every, "      - title\n", "      - title: { as: place }\n", "same_name"},
	{"shown again by who extends", saas, "show: [margin]", "show: [margin, name]", "shown_twice"},
	{"one name for two", profiles, "{ display_name: { default: \"\" } }", "{ display_name: { as: email } }", "same_name"},
	{"as", profiles, "{ display_name: { default: \"\" } }", "{ display_name: { as: name } }", ""},
	{"empty as", profiles, "{ display_name: { default: \"\" } }", "{ display_name: { as: \"\" } }", "name"},
	{"default of another type", profiles, "{ email: { default: \"\" } }", "{ email: { default: 0 } }", "default_type"},
	{"default of null", profiles, "{ email: { default: \"\" } }", "{ email: { default: null } }", "default_type"},
	{"default of a map as a list", profiles, "{ preferences: { default: {} } }", "{ preferences: { default: [] } }", "default_type"},
	{"default of a nested map", profiles, "{ preferences: { default: {} } }", "{ preferences: { default: { theme: { dark: [1, true, null, x] } } } }", ""},
	{"email mask on a boolean", profiles, "display_name, { email: { mask: email } }", "display_name, { is_admin: { mask: email } }", "mask_type"},
	{"across_principals without hash", profiles, "{ mask: email }", "{ mask: email, across_principals: true }", "across_principals"},
	{"across_principals without a reason", profiles, "{ mask: email }", "{ mask: hash, across_principals: true }", "missing_reason"},

	// What views let write.
	{"write a key", profiles, "write: [display_name,", "write: [user_id,", "write_guarded"},
	{"write an index key", every, "write: [body,", "write: [team,", "write_guarded"},
	{"write what a scope uses", saas, "write: [title, status, due]", "write: [title, status, assignee]", "write_guarded"},
	{"write only's attribute", every, "write: [body,", "write: [kind,", "write_guarded"},
	{"write internal", profiles, "write: [display_name,", "write: [is_admin,", "write_class"},
	{"write secret", profiles, "write: [display_name,", "write: [ssn,", "write_class"},
	{"write what is masked", every, "write: [body,", "write: [body, email,", "write_masked"},
	{"write an element", saas, "write: [title, status, due]", "write: [title, \"steps[].text\"]", "write_element"},
	{"write a list that hides", saas, "write: [title, status, due]", "write: [title, steps]", "write_whole"},
	{"write a map whose all is shown", every, "write: [body, place.city,", "write: [body, place,", ""},
	{"write whole a map whose part is hidden", every, "write: [body, place.city,;;              city: S ordinary\n", "write: [body, place,;;              city: S ordinary\n              door: S ordinary\n", "write_whole"},
	{"write an open list that is not shown", every, "      - tags\n", "", "write_whole"},
	{"write twice", profiles, "write: [display_name,", "write: [display_name, display_name,", "duplicate"},
	{"write two by one name", every, "{ body: { default: \"\", as: text } };;write: [body,;;          title: S ordinary", "{ body: { default: \"\", as: text } };;write: [body, text,;;          title: S ordinary\n          text: S ordinary", "same_name"},
	{"write what is called like something else that is shown", every, "write: [body,;;          title: S ordinary", "write: [text,;;          title: S ordinary\n          text: S ordinary", "same_name"},
	{"write members of one map by one name", every, "      - place.city;;write: [body, place.city,;;              city: S ordinary", "      - place.city: { as: town };;write: [body, place.city, place.town,;;              city: S ordinary\n              town: S ordinary", "same_name"},
	{"write what another entry's name was inside", every, "write: [body,;;      - title\n", "write: [body, text,;;      - title\n      - text: { as: body }\n", "unknown_attribute"},
	{"write two whose names are exchanged", every, "{ body: { default: \"\", as: text } };;write: [body,;;          title: S ordinary", "{ body: { as: text } }\n      - { text: { as: body } };;write: [body, text,;;          title: S ordinary\n          text: S ordinary", ""},
	{"write whole a map with a renamed member", every, "      - place.city;;write: [body, place.city,", "      - place.city: { as: town };;write: [body, place,", "write_renamed"},
	{"write whole a list with renamed members", every, "      - tags;;            of: S ordinary", "      - \"tags[].label\": { as: name };;            of: { type: M, class: ordinary, attributes: { label: S ordinary } }", "write_renamed"},
	{"write a renamed member", every, "      - place.city", "      - place.city: { as: town }", ""},
	{"write what set gives", every, "write: [body,", "write: [body, updated,", "write_set"},
	{"write an unknown attribute", profiles, "write: [display_name,", "write: [display_nam,", "unknown_attribute"},
	{"set the key on update", every, "        updated: \"{now}\"", "        doc: \"{new_id}\"", "set_guarded"},
	{"set the ttl", every, "        updated: \"{now}\"", "        gone: \"{now}\"", "unknown_attribute"},
	{"set what the scope binds", every, "        state: draft", "        owner: draft", "set_guarded"},
	{"set only's attribute", every, "        state: draft", "        kind: doc", "set_guarded"},
	{"set a templated key", every, "        state: draft", "        PK: x", "set"},
	{"set to a new id in a number", every, "created: \"{now}\"", "created: \"{new_id}\"", "operand"},
	{"set a boolean to the principal's id", profiles, "    write: [display_name, preferences]", "    set: { on_create: { is_admin: principal.id } }", "set"},
	{"set to what nobody knows", every, "created: \"{now}\"", "created: \"{today}\"", "operand"},

	// Routes.
	{"no path", profiles, "GET /api/profile:", "GET:", "route"},
	{"path without a slash", profiles, "GET /api/profile:", "GET api/profile:", "route"},
	{"dot segment", profiles, "GET /api/profile:", "GET /api/../profile:", "route"},
	{"empty segment", profiles, "GET /api/profile:", "GET /api//profile:", "route"},
	{"encoded segment", profiles, "GET /api/profile:", "GET /api/pro%2Ffile:", "route"},
	{"variable in a part of a segment", profiles, "GET /api/profiles/{user_id}:", "\"GET /api/profiles/u-{user_id}\":", "route"},
	{"variable twice", profiles, "GET /api/profiles/{user_id}:", "\"GET /api/{user_id}/{user_id}\":", "route"},
	{"unknown method", profiles, "GET /api/profile:", "FETCH /api/profile:", "method"},
	{"HEAD", profiles, "GET /api/profile:", "HEAD /api/profile:", "method"},
	{"method that does not fit", profiles, "PATCH /api/profile:", "GET /api/update:", "method"},
	{"no operation", profiles, "{ update: own_profile }", "{}", "operation"},
	{"two operations", profiles, "{ update: own_profile }", "{ update: own_profile, delete: own_profile }", "operation"},
	{"unknown view", profiles, "{ update: own_profile }", "{ update: own_profil }", "unknown_view"},
	{"view twice", profiles, "[own_profile, support_profile]", "[own_profile, own_profile]", "duplicate"},
	{"same path", profiles, "GET /api/profiles/{user_id}:", "GET /api/{user_id}:\n    get: own_profile\n  GET /{user_id}/profile:", "route_conflict"},
	{"literal beside a variable", saas, "  GET /projects/{project}:", "  GET /projects/all: { list: projects }\n  GET /projects/{project}:", ""},
	{"server_only on a route", every, "  GET /numbers/{id}: { get: numbers }", "  GET /numbers/{id}: { get: numbers }\n  GET /salts/{tenant}/{doc}: { get: salts }", "server_only"},
	{"views of two tables", every, "{ get: [audit, shared] }", "{ get: [audit, numbers] }", "two_tables"},
	{"path variable of no attribute", profiles, "/api/profiles/{user_id}:", "/api/profiles/{id}:", "path_variable"},
	{"path variable that is no key", profiles, "/api/profiles/{user_id}:", "/api/{email}/{user_id}:", "path_variable"},
	{"get without the whole key", saas, "GET /projects/{project}: { get", "GET /project: { get", "key_unbound"},
	{"delete without the whole key", every, "DELETE /docs/{doc}:", "DELETE /docs:", "key_unbound"},
	{"update of a part of the key", saas, "write: [title, status, due] };;GET /users:", "write: [title, task] };;PATCH /projects/{project}/tasks/{task}: { update: tasks }\n  GET /users:", "key_part"},
	{"update of a part of an index key", saas, "\"TASK#{due}\" };;GET /users:", "\"TASK#{due}#{title}\" };;PATCH /projects/{project}/tasks/{task}: { update: tasks }\n  GET /users:", "key_part"},
	{"update of an index key by itself", saas, "GET /users:", "PATCH /projects/{project}/tasks/{task}: { update: tasks }\n  GET /users:", ""},
	{"update of a part of the key behind guard", saas, "write: [title, status, due] };;tasks: [get, query]", "write: [title, task] };;tasks: [update]", "key_part"},
	{"update without write", profiles, "    write: [display_name, preferences]\n", "", "nothing_written"},
	{"update in a scope that its condition cannot hold", saas, "GSI1PK: \"TENANT#{tenant}#USER#{assignee}\", GSI1SK: \"TASK#{due}\";;GET /users:;;assignee: principal.id } }", "GSI1PK: \"TENANT#{tenant}\", GSI1SK: \"TASK#{due}#{assignee}\";;PATCH /projects/{project}/tasks/{task}: { update: my_tasks }\n  GET /users:;;assignee: principal.id }, write: [title] }", "write_condition"},
	{"update in a scope that its condition holds in front", saas, "GET /users:;;assignee: principal.id } }", "PATCH /projects/{project}/tasks/{task}: { update: my_tasks }\n  GET /users:;;assignee: principal.id }, write: [title] }", ""},
	{"delete in a scope that its condition cannot hold", saas, "GSI1SK: \"TASK#{due}\";;GET /users:;;assignee: principal.id }", "GSI1SK: \"TASK#{due}#{state}\";;DELETE /projects/{project}/tasks/{task}: { delete: my_tasks }\n  GET /users:;;state: open }", "write_condition"},
	{"delete in a scope that binds all before", saas, "write: [title, status, due];;GSI1SK: \"TASK#{due}\";;GET /users:;;assignee: principal.id }", "write: [title, status];;GSI1SK: \"TASK#{due}#{state}\";;DELETE /projects/{project}/tasks/{task}: { delete: my_tasks }\n  GET /users:;;assignee: principal.id, due: today, state: open }", ""},
	{"update behind guard that its condition cannot hold", saas, "GSI1SK: \"TASK#{due}\";;assignee: principal.id };;tasks: [get, query]", "GSI1SK: \"TASK#{due}#{state}\";;state: open }, write: [title];;my_tasks: [update]", "write_condition"},
	{"delete behind guard that its condition cannot hold", saas, "GSI1SK: \"TASK#{due}\";;assignee: principal.id };;tasks: [get, query]", "GSI1SK: \"TASK#{due}#{state}\";;state: open };;my_tasks: [delete]", "write_condition"},
	{"update of two keys", every, "PATCH /docs/{doc}: { update: mine };;      tenant: principal.tenant\n      readers:;;show: [doc, title]", "PATCH /docs/{doc}: { update: [shared, mine] };;      tenant: principal.id\n      readers:;;show: [doc, title]\n    write: [body]", "two_keys"},
	{"delete of two keys", every, "{ delete: [mine] };;      tenant: principal.tenant\n      readers:", "{ delete: [shared, mine] };;      tenant: principal.id\n      readers:", "two_keys"},
	{"get of a view that shows nothing", profiles, "    show: [{ user_id: { reason: support looks up by it } }, display_name, { email: { mask: email } }]\n", "", "nothing_shown"},
	{"list of any", profiles, "{ list: own_profile }", "{ list: support_profile }", "partition_unbound"},
	{"list through an unknown index", saas, "index: GSI1,", "index: GSI2,", "unknown_index"},
	{"list through an index the type is not in", saas, "GET /users: { list: colleagues }", "GET /users: { list: colleagues, index: GSI1 }", "index_not_of_type"},
	{"list through an index whose partition is open", saas, "{ list: tasks, parameters: { status: eq } }", "{ list: tasks, index: GSI1 }", "partition_unbound"},
	{"any with the partition in the path but no by", every, "    by: partition\n    scan: once a year over everything\n", "", "any_list"},
	{"index on a get", saas, "GET /me: { get: me }", "GET /me: { get: me, index: GSI1 }", "list_only"},
	{"order without a sort key", profiles, "{ list: own_profile }", "{ list: own_profile, order: descending }", "order"},
	{"order that tells what is hidden", saas, "show: [project, name, status] }", "show: [name, status] }", "order_reveals"},
	{"order that tells with a reason", every, "show: [at, line]", "show: [line]", ""},
	{"order that tells without a reason", every, "    order_reveals: auditors may know the order\n;;show: [at, line]", "    page: { max: 1 }\n;;show: [line]", "order_reveals"},
	{"list without the partition", saas, "scope: { tenant: principal.tenant }, show: [user, {", "scope: { user: principal.id }, show: [user, {", "partition_unbound"},
	{"list without the index that binds its partition", every, "    index: by_owner\n;;      tenant: principal.tenant\n      owner", ";;      owner", "partition_unbound"},
	{"index without what is shown, but fresh", every, "[body, kind, gone]", "[kind, gone]", ""},
	{"local index without what is shown", every, "    index: by_owner;;    fresh: true\n", "    index: by_title;;", ""},
	{"get through two tenants", every, "{ get: [audit, shared] };;      tenant: principal.tenant\n      owner", "{ get: [audit, mine] };;      tenant: principal.id\n      owner", "two_keys"},
	{"index without what is shown, not fresh", every, "    fresh: true\n", "", "not_projected"},
	{"page larger than the largest", every, "default: 10", "default: 51", "page"},
	{"fewer reads than a page", every, "reads: 500", "reads: 49", "page"},
	{"page of zero", every, "max: 50", "max: 0", "number"},
	{"parameter that is hidden", saas, "parameters: { status: eq }", "parameters: { steps: eq }", "parameter"},
	{"parameter with a default", every, "      created: between", "      body: eq", "parameter"},
	{"parameter that is masked", every, "      created: between", "      email: eq", "parameter"},
	{"parameter of an unknown attribute", saas, "parameters: { status: eq }", "parameters: { state: eq }", "parameter"},
	{"parameter that the path gives", saas, "parameters: { status: eq }", "parameters: { project: eq }", "parameter"},
	{"parameter called limit", every, "      - title\n      - created", "      - { title: { as: limit } }\n      - created", "parameter"},
	{"begins_with on a number", every, "created: between", "created: begins_with", "parameter_operator"},
	{"operator twice", saas, "due: [gte, lt]", "due: [gte, gte]", "duplicate"},
	{"operator in signs, quoted", saas, "due: [gte, lt]", "due: [\">=\"]", "unknown_word"},
	{"create without the key", saas, "    set: { on_create: { project: \"{new_id}\" } }\n", "", "key_unbound"},
	{"create with the key in write", saas, "    write: [name, status]\n    set: { on_create: { project: \"{new_id}\" } }\n", "    write: [name, status, project]\n", ""},
	{"create without what its scope is in", saas, "GET /users:;;assignee: principal.id } }", "POST /projects/{project}/{task}: { create: my_tasks }\n  GET /users:;;assignee: principal.id }, write: [title] }", ""},
	{"create without the rest of the key that its scope is in", saas, "GSI1SK: \"TASK#{due}\";;GET /users:;;assignee: principal.id } }", "GSI1SK: \"TASK#{assignee}#{due}\";;POST /projects/{project}/{task}: { create: my_tasks }\n  GET /users:;;assignee: principal.id }, write: [title] }", "key_unbound"},
	{"view that an earlier one covers", saas, "[projects_admin, projects] }", "[projects, projects_admin] }", "unreachable_view"},
	{"view for roles that nobody has", profiles, "roles: X-User-Roles, ", "", "unreachable_view"},

	// HTTP.
	{"any origin", every, "https://app.example.com,", "\"*\",", "origin"},
	{"null origin", every, "https://app.example.com,", "\"null\",", "origin"},
	{"origin pattern", every, "https://app.example.com,", "\"https://*.example.com\",", "origin"},
	{"origin with a path", every, "https://app.example.com,", "https://app.example.com/,", "origin"},
	{"origin with the default port", every, "https://app.example.com,", "https://app.example.com:443,", "origin"},
	{"origin twice", every, "https://app.example.com,", "http://localhost:3000,", "duplicate"},
	{"rate of another form", every, "50/s burst 100", "50 per second", "rate"},
	{"rate of zero", every, "50/s burst 100", "0/s", "rate"},
	{"rate without a burst", every, "50/s burst 100", "30/m", ""},

	// Warnings.
	{"header beyond loopback", profiles, "[loopback]", "[10.0.0.0/8], secret: { header: X-Secret, env: SECRET }", "warn header_alone"},
	{"wide range", profiles, "[loopback]", "[0.0.0.0/1], mutual_tls: true", "warn wide_range"},
	{"table without a view", sameIDs, "views:", "  U: { partition_key: id, attributes: { id: S } }\nviews:", "warn unused_table"},
	{"view without a use", sameIDs, "routes:", "  w: { of: T, scope: { id: principal.id }, show: [id] }\nroutes:", "warn unused_view"},
	{"attribute that looks like a time to live", sameIDs, "{ id: S ordinary }", "{ id: S ordinary, expires_at: N }", "warn ttl_unnamed"},
	{"projection of what nothing declares", every, "[body, kind, gone]", "[body, kind, gone, oner]", "warn projection_undeclared"},
	{"write without a route", profiles, "  PATCH /api/profile: { update: own_profile }\n", "", "warn unused_write"},
	{"fresh without an index", profiles, "    scope: { user_id: principal.id }", "    fresh: true\n    scope: { user_id: principal.id }", "warn unused_fresh"},
	{"any for all", profiles, "roles: [support]", "roles: [authenticated]", "warn any_for_all"},
	{"anonymous that writes", every, "show: [id]\n;;  GET /numbers/{id}: { get: numbers }", "show: [id]\n    set: { on_create: { blob: x } }\n;;  POST /numbers/{id}: { create: numbers }", "constant_type"},
	{"anonymous that creates", every, "id: N ordinary;;show: [id]\n;;  GET /numbers/{id}: { get: numbers }", "id: N ordinary\n      note: S ordinary;;show: [id]\n    write: note\n;;  POST /numbers/{id}: { create: numbers }", "warn anonymous_writes"},
	{"open map of personal data", profiles, "{ type: M, class: ordinary, open: true }", "{ type: M, class: personal, open: true }", "warn open_personal"},
	{"secret to an app", every, "", "", "warn secret_to_app"},
	{"route that scans", every, "  GET /log/{tenant}:", "  GET /log:", "warn scan_route"},
	{"passthrough of a table with views", every, "    docs:\n      mode: enforce", "    docs:\n      mode: passthrough\n      reason: later", "warn passthrough_declared"},
	{"nothing exposed", sameIDs, "routes:\n  GET /me: { get: v }\n", "", "warn nothing_exposed"},

	// Guard.
	{"app without a caller", saas, "caller: cognito, ", "", "caller"},
	{"app with two callers", saas, "caller: cognito, ", "caller: cognito, service: { id: x }, ", "caller"},
	{"app with an unknown source", saas, "caller: cognito, ", "caller: jwt, ", "unknown_source"},
	{"caller in Authorization", every, "header: X-Discreet-Principal", "header: Authorization", "header"},
	{"caller with the role anonymous", every, "        roles: [signer]\n", "        roles: [signer, anonymous]\n", "role"},
	{"service without an id", saas, "service: { id: nightly,", "service: { id: \"\",", "service_id"},
	{"app without views", saas, "views: { all_tasks: [scan] }", "views: {}", "empty_list"},
	{"app with an unknown view", saas, "views: { all_tasks: [scan] }", "views: { all_task: [scan] }", "unknown_view"},
	{"app whose caller lacks the role", saas, "roles: [batch] }, views", "roles: [other] }, views", "unreachable_view"},
	{"app whose caller lacks the claim", saas, "caller: cognito, ", "caller: { header: X-Discreet-Principal }, ", "unreachable_view"},
	{"app's view that an earlier one covers", saas, "tasks: [get, query] }", "tasks: [get, query], my_tasks: [query] }", "unreachable_view"},
	{"app's narrower view first", saas, "tasks: [get, query] }", "my_tasks: [query], tasks: [get, query] }", ""},
	{"app's view that an earlier one covers in other operations", saas, "tasks: [get, query] };;assignee: principal.id }", "tasks: [get, query], my_tasks: [delete] };;assignee: principal.id }", ""},
	{"unknown operation", saas, "tasks: [get, query]", "tasks: [get, find]", "unknown_word"},
	{"scan that the view does not admit", saas, "tasks: [get, query]", "tasks: [get, scan]", "scan"},
	{"query that the view does not admit", every, "        salts: get", "        salts: query", "any_query"},
	{"update that the view does not admit", saas, "tasks: [get, query]", "colleagues: [update]", "nothing_written"},
	{"put without merge", every, "      put: merge\n", "", "put"},
	{"as_query without a partition", every, "      tenant: principal.tenant\n      owner: principal.id\n;;DELETE /docs/{doc}:;;PATCH /docs/{doc}:;;      tenant: principal.tenant\n      readers", "      owner: principal.id\n;;DELETE /docs/{tenant}/{doc}:;;PATCH /docs/{tenant}/{doc}:;;      tenant: principal.tenant\n      readers", "scan"},
	{"passthrough without a reason", saas, ", reason: not migrated", "", "missing_reason"},
	{"shadow of an unknown table", saas, "app:      { mode: shadow }", "apps:     { mode: shadow }", "unknown_table"},
	{"table name in guard", saas, "Sessions:", "\"Ses sions\":", "name"},
}

// wide declares attributes a0, a1 and so on, and wideShow shows them.
func wide(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "      a%d: S ordinary\n", i)
	}
	return b.String()
}

func wideShow(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "      - a%d\n", i)
	}
	return b.String()
}

func deep(levels int) string {
	var b strings.Builder
	for i := range levels {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// source is the contract that the rule is about.
func (r rule) source(t testing.TB) string {
	t.Helper()
	if r.from == "" {
		return r.new
	}
	good, err := os.ReadFile(r.from)
	if err != nil {
		t.Fatal(err)
	}
	source, news := string(good), strings.Split(r.new, ";;")
	for i, old := range strings.Split(r.old, ";;") {
		if !strings.Contains(source, old) {
			t.Fatalf("%s does not hold %q", r.from, old)
		}
		source = strings.Replace(source, old, news[i], 1)
	}
	return source
}

func TestRulesAllowAndDeny(t *testing.T) {
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			c, problems := Contract("discreet.yaml", []byte(r.source(t)))
			switch {
			case strings.HasPrefix(r.code, "warn "):
				if c == nil || !hasCode(problems, r.code[5:]) {
					t.Errorf("no warning %s:\n%s", r.code[5:], problems.Text())
				}
			case r.code == "" && c == nil:
				t.Errorf("refused:\n%s", problems.Text())
			case r.code != "" && c != nil:
				t.Errorf("accepted, and should be %s", r.code)
			case r.code != "" && !hasError(problems, r.code):
				t.Errorf("refused, but not for %s:\n%s", r.code, problems.Text())
			}
		})
	}
}

func hasCode(ps Problems, code string) bool {
	for _, p := range ps {
		if p.Code == code {
			return true
		}
	}
	return false
}

func hasError(ps Problems, code string) bool {
	for _, p := range ps {
		if p.Code == code && p.Severity == Error {
			return true
		}
	}
	return false
}

// TestEveryCodeHasACase reads the package for codes of errors, and wants each
// of them in the table.
func TestEveryCodeHasACase(t *testing.T) {
	place := regexp.MustCompile(`\.(?:at|key|get)\((?:\w+, )?"[a-z_]+"\)`)
	call := regexp.MustCompile(`(?s)\.(?:fail|broke|bad|warn)\([^"]*?"([a-z_]+)"`)
	cased := map[string]bool{}
	for _, r := range rules {
		cased[strings.TrimPrefix(r.code, "warn ")] = true
	}
	var missing []string
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		source, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range call.FindAllStringSubmatch(place.ReplaceAllString(string(source), ""), -1) {
			if !cased[m[1]] {
				missing = append(missing, f.Name()+": "+m[1])
			}
		}
	}
	sort.Strings(missing)
	if len(missing) > 0 {
		t.Errorf("codes without a case:\n%s", strings.Join(missing, "\n"))
	}
}
