package discreet_test

import (
	"slices"
	"strconv"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet"
)

// scenarios are what the proof of noninterference runs over: contracts with
// every feature, each with principals that see different parts of it.
func scenarios() []*scenario {
	return []*scenario{ownProfile(), supportsProfiles(), ownOrders(), supportsOrders(), tenant(), features(), anonymous(), composite()}
}

func ownProfile() *scenario {
	return &scenario{
		name: "own profile", contract: "examples/profiles/discreet.yaml", principal: &discreet.Principal{ID: "ann"},
		seen: func(t *rapid.T) map[string][]object {
			var list []object
			for _, id := range some(t, "profiles", "ann") {
				it := object{"user_id": text1(id)}
				maybe(t, it, "display_name", seenText)
				maybe(t, it, "email", seenText)
				if rapid.IntRange(0, 3).Draw(t, "mistyped") == 3 {
					it["email"] = object{"BOOL": true}
				}
				if rapid.Bool().Draw(t, "preferences") {
					it["preferences"] = map1(object{"theme": seenText(t, "theme"), "n": seenNumber(t, "n")})
				}
				list = append(list, it)
			}
			return map[string][]object{"UserProfiles": list}
		},
		hide: func(t *rapid.T, _ string, it object) {
			hidden(t, it, "ssn", "password_hash", "internal_notes", "is_admin", "undeclared")
			// Of a value that is not of its declared type only that is seen.
			if email, ok := it["email"].(object); ok && email["BOOL"] != nil {
				it["email"] = rapid.SampledFrom([]object{
					{"BOOL": false}, number1(hiddenDigs), map1(object{"S": text1(hiddenMark)}), list1(text1(hiddenMark)), {"SS": []string{hiddenMark}},
				}).Draw(t, "mistyped")
			}
		},
		others: func(t *rapid.T) map[string][]object {
			var list []object
			for _, id := range some(t, "others", "ben", "ann2", "an", "Ann") {
				it := object{"user_id": text1(id)}
				hidden(t, it, "display_name", "email", "preferences", "ssn")
				list = append(list, it)
			}
			return map[string][]object{"UserProfiles": list}
		},
		requests: []string{"GET /api/profile", "GET /api/profiles/{id}", "PATCH /api/profile", "HEAD /api/profile"},
		words:    map[string][]string{"id": {"ann", "ben", "ann2", "Ann"}},
		bodies:   on("/api/profile", `{"display_name":"seen-new"}`, `{"display_name":null}`, `{"preferences":{"theme":null,"x":{"y":1}}}`, `{"preferences":null}`, `{"email":"x"}`, `{"display_name":7}`),
	}
}

func supportsProfiles() *scenario {
	s := ownProfile()
	s.name, s.principal = "support's profiles", &discreet.Principal{ID: "sue", Roles: []string{"support"}}
	s.seen = func(t *rapid.T) map[string][]object {
		var list []object
		for _, id := range some(t, "profiles", "ann", "ben", "ann2") {
			it := object{"user_id": text1(id)}
			maybe(t, it, "display_name", seenText)
			if rapid.Bool().Draw(t, "email") {
				it["email"] = text1("@" + rapid.SampledFrom([]string{"example.com", "mail.example.org"}).Draw(t, "domain"))
			}
			list = append(list, it)
		}
		return map[string][]object{"UserProfiles": list}
	}
	s.hide = func(t *rapid.T, _ string, it object) {
		hidden(t, it, "ssn", "password_hash", "internal_notes", "is_admin", "preferences", "undeclared")
		if email, ok := it["email"].(object); ok {
			local := rapid.SampledFrom([]string{"CANARY", "a.CANARY-b", "C+CANARY.long.local.part"}).Draw(t, "local")
			it["email"] = text1(local + email["S"].(string))
		}
	}
	s.others = func(*rapid.T) map[string][]object { return nil } // support may see that a profile exists
	return s
}

// orders are orders with what a customer sees of them.
func orders(t *rapid.T, ids ...string) map[string][]object {
	var list []object
	for i, id := range some(t, "orders", ids...) {
		it := object{"order_id": text1(id), "customer_id": text1("ann"), "placed_at": text1("2029-0" + strconv.Itoa(i+1))}
		it["state"] = text1(rapid.SampledFrom([]string{"placed", "sent"}).Draw(t, "state"))
		maybe(t, it, "total", seenNumber)
		maybe(t, it, "note", seenText)
		if rapid.Bool().Draw(t, "address") {
			it["address"] = map1(object{"city": seenText(t, "city"), "street": seenText(t, "street")})
		}
		if rapid.Bool().Draw(t, "items") {
			it["items"] = list1(map1(object{"sku": seenText(t, "sku"), "quantity": number1("2")}), map1(object{}))
		}
		list = append(list, it)
	}
	return map[string][]object{"Orders": list}
}

func hideInOrder(t *rapid.T, it object) {
	hidden(t, it, "fraud_score", "card_token", "undeclared")
	if rapid.Bool().Draw(t, "version") {
		it["version"] = number1(hiddenDigs)
	}
	if items, ok := it["items"].(object); ok {
		for _, one := range items["L"].([]any) {
			hidden(t, one.(object)["M"].(object), "cost", "margin")
		}
	}
	if address, ok := it["address"].(object); ok {
		hidden(t, address["M"].(object), "gate")
	} else if rapid.Bool().Draw(t, "an address of which nothing is seen") {
		it["address"] = map1(object{"gate": text1(hiddenMark)})
	}
}

func ownOrders() *scenario {
	return &scenario{
		name: "own orders", contract: "examples/orders/discreet.yaml", principal: &discreet.Principal{ID: "ann"},
		seen: func(t *rapid.T) map[string][]object { return orders(t, "o1", "o2", "o3", "o4", "o5") },
		hide: func(t *rapid.T, _ string, it object) { hideInOrder(t, it) },
		others: func(t *rapid.T) map[string][]object {
			var list []object
			for i, id := range some(t, "others", "p1", "p2", "p3", "p4") {
				it := object{"order_id": text1(id), "placed_at": text1("2029-0" + strconv.Itoa(i+1) + hiddenMark)}
				if rapid.Bool().Draw(t, "has an owner") {
					it["customer_id"] = text1(rapid.SampledFrom([]string{"ben", "ann2", "Ann"}).Draw(t, "owner"))
				}
				hidden(t, it, "note", "total", "state", "address", "items")
				if rapid.Bool().Draw(t, "version") {
					it["version"] = number1(hiddenDigs)
				}
				list = append(list, it)
			}
			return map[string][]object{"Orders": list}
		},
		requests: []string{"GET /orders", "GET /orders", "POST /orders", "GET /orders/{id}", "PATCH /orders/{id}", "GET /customers/{customer}/orders"},
		words:    map[string][]string{"id": {"o1", "o2", "o3", "p1", "p2", seenMark + "00000000000000000000000001"}, "customer": {"ann", "ben"}},
		queries: []string{
			"/orders?limit=1", "/orders?limit=1&state=placed", "/orders?state=placed", "/orders?state=lost", "/orders?placed_at.gte=2029-02&limit=2", "/orders?placed_at.lt=2029-04",
			"/orders?placed_at.between=2029-02,2029-03", "/orders?total=1",
		},
		bodies: append(
			on("/orders/{id}", `{"note":"seen-new"}`, `{"note":null}`, `{"address":{"city":"seen-city"}}`, `{"address":{"city":null,"street":null}}`, `{"address":{"gate":"x"}}`,
				`{"address":null}`, `{"state":"sent"}`, `{"fraud_score":1}`, `{"note":"seen-","address":{"phone":seenMark + "00000000000000000000000001"}}`),
			on("/orders", `{"note":"seen-new"}`, `{"address":{"city":"seen-city"}}`, `{"customer_id":"ben"}`)...,
		),
	}
}

func supportsOrders() *scenario {
	s := ownOrders()
	s.name, s.principal = "support's orders", &discreet.Principal{ID: "sue", Roles: []string{"support"}}
	s.seen = func(t *rapid.T) map[string][]object {
		all := orders(t, "o1", "o2", "p1")
		for _, it := range all["Orders"] {
			delete(it, "note")
			if rapid.Bool().Draw(t, "phone") {
				it["address"] = map1(object{"city": seenText(t, "city"), "phone": text1("1234")})
			}
		}
		return all
	}
	s.hide = func(t *rapid.T, _ string, it object) {
		hideInOrder(t, it)
		hidden(t, it, "note")
		if address, ok := it["address"].(object); ok {
			members := address["M"].(object)
			hidden(t, members, "street")
			if phone, ok := members["phone"].(object); ok {
				members["phone"] = text1(rapid.SampledFrom([]string{"CANARY-", "CANARY", "+41 CANARY 55 "}).Draw(t, "prefix") + phone["S"].(string))
			}
		}
	}
	s.others = func(*rapid.T) map[string][]object { return nil }
	return s
}

func tenant() *scenario {
	key := func(pk, sk string) object { return object{"PK": text1(pk), "SK": text1(sk)} }
	return &scenario{
		name: "a tenant's member", contract: "examples/saas/discreet.yaml",
		principal: &discreet.Principal{ID: "u1", Claims: map[string]discreet.Claim{"tenant": {Values: []string{"acme"}}}},
		seen: func(t *rapid.T) map[string][]object {
			var list []object
			for _, id := range some(t, "users", "u1", "u2", "u3", "u4") {
				it := key("TENANT#acme", "USER#"+id)
				maybe(t, it, "name", seenText)
				if id == "u1" {
					maybe(t, it, "email", seenText)
				}
				list = append(list, it)
			}
			for _, id := range some(t, "projects", "p1", "p2", "p3") {
				it := key("TENANT#acme", "PROJECT#"+id)
				maybe(t, it, "name", seenText)
				maybe(t, it, "status", seenText)
				list = append(list, it)
			}
			for i, id := range some(t, "tasks", "p1#TASK#t1", "p1#TASK#t2", "p1#TASK#t3", "p2#TASK#t1", "p2#TASK#t2") {
				it := key("TENANT#acme", "PROJECT#"+id)
				maybe(t, it, "title", seenText)
				it["status"] = text1(rapid.SampledFrom([]string{"open", "done"}).Draw(t, "status"))
				if rapid.Bool().Draw(t, "assigned") {
					it["GSI1PK"] = text1("TENANT#acme#USER#" + rapid.SampledFrom([]string{"u1", "u2"}).Draw(t, "assignee"))
					it["GSI1SK"] = text1("TASK#2030-0" + strconv.Itoa(i+1))
				}
				if rapid.Bool().Draw(t, "steps") {
					it["steps"] = list1(map1(object{"text": seenText(t, "step")}), map1(object{}))
				}
				list = append(list, it)
			}
			return map[string][]object{"app": list}
		},
		hide: func(t *rapid.T, _ string, it object) {
			hidden(t, it, "billing_id", "margin", "undeclared")
			if sk := it["SK"].(object)["S"].(string); sk[:4] == "USER" && sk != "USER#u1" {
				hidden(t, it, "email")
			}
			if rapid.Bool().Draw(t, "expires") {
				it["expires_at"] = number1(rapid.SampledFrom([]string{hiddenDigs + "0", hiddenDigs + "00", "1893456001"}).Draw(t, "when"))
			}
			if steps, ok := it["steps"].(object); ok {
				for _, one := range steps["L"].([]any) {
					hidden(t, one.(object)["M"].(object), "cost")
				}
			}
		},
		others: func(t *rapid.T) map[string][]object {
			var list []object
			for _, tail := range some(t, "of another tenant", "USER#u1", "USER#u9", "PROJECT#p1", "PROJECT#p1#TASK#t1") {
				list = append(list, key("TENANT#evil", tail))
			}
			for _, tail := range some(t, "of no type", "USER#", "USER#u4#x", "PROJECT#p1#TASK#", "PROJECT#p1#TASK#t1#x", "NOTE#1", "USER", "PROJECT#p1#FILE#1") {
				list = append(list, key("TENANT#acme", tail))
			}
			for _, tail := range some(t, "expired", "USER#e1", "PROJECT#e1", "PROJECT#p1#TASK#e1", "PROJECT#p2#TASK#e2") {
				it := key("TENANT#acme", tail)
				it["expires_at"] = number1(rapid.SampledFrom([]string{"1893456000", "1", "1893455999"}).Draw(t, "when"))
				list = append(list, it)
			}
			for _, it := range list {
				hidden(t, it, "name", "email", "status", "title", "steps", "margin")
				if rapid.Bool().Draw(t, "in the index") {
					it["GSI1PK"] = text1("TENANT#acme#USER#u1")
					it["GSI1SK"] = text1(rapid.SampledFrom([]string{"TASK#2030-01", "TASK#2029" + hiddenMark, "OTHER#1", "TASK#"}).Draw(t, "GSI1SK"))
				}
			}
			return map[string][]object{"app": list}
		},
		requests: []string{
			"GET /me", "PATCH /me", "GET /users", "GET /projects", "POST /projects", "GET /projects/{project}", "GET /projects/{project}/tasks",
			"PATCH /projects/{project}/tasks/{task}", "GET /me/tasks", "GET /me/tasks",
		},
		words: map[string][]string{"project": {"p1", "p2", "e1", "p1%23TASK%23t1"}, "task": {"t1", "t2", "e1", "t1%23x"}},
		queries: []string{
			"/projects/{project}/tasks?status=open", "/projects/{project}/tasks?limit=1", "/me/tasks?limit=1", "/me/tasks?due.gte=2030-02&limit=1", "/me/tasks?due.lt=2030-04", "/me/tasks?due.gte=a%23b",
			"/users?limit=1", "/projects?limit=1",
		},
		bodies: append(
			on("/projects/{project}/tasks/{task}", `{"title":"seen-new","status":"done"}`, `{"due":"2030-02-02"}`, `{"due":null}`, `{"due":"a#b"}`, `{"margin":1}`),
			on("/me", `{"name":"seen-new"}`, `{"name":null}`, `{"email":"x"}`)...,
		),
	}
}

func features() *scenario {
	file := func(org, owner, id, entity string) object {
		return object{"PK": text1("ORG#" + org + "#U#" + owner), "SK": text1("FILE#" + id), "entity": text1(entity), "org": text1(org)}
	}
	return &scenario{
		name: "every feature", contract: "conformance/http/features.yaml",
		principal: &discreet.Principal{ID: "ann", Claims: map[string]discreet.Claim{
			"org": {Values: []string{"o"}}, "sensors": {Values: []string{"7", "9"}, List: true},
		}},
		seen: func(t *rapid.T) map[string][]object {
			out := map[string][]object{}
			for _, id := range some(t, "people", "ann", "ben") {
				it := object{"id": text1(id)}
				maybe(t, it, "name", seenText)
				if id == "ann" {
					maybe(t, it, "email", seenText)
					maybe(t, it, "age", seenNumber)
					maybe(t, it, "photo", func(*rapid.T, string) object { return object{"B": "AAEC"} })
					maybe(t, it, "nick", func(*rapid.T, string) object { return object{"SS": []string{"seen-a", "seen-b"}} })
					maybe(t, it, "free", func(*rapid.T, string) object { return list1(text1(seenMark), map1(object{"x": number1("1")})) })
					maybe(t, it, "home", func(*rapid.T, string) object { return map1(object{"city": text1(seenMark)}) })
				}
				out["people"] = append(out["people"], it)
			}
			for _, at := range some(t, "readings", "1", "20", "100", "9") {
				it := object{"sensor": number1("7"), "at": number1(at)}
				maybe(t, it, "value", seenNumber)
				maybe(t, it, "unit", seenText)
				out["readings"] = append(out["readings"], it)
			}
			for _, id := range some(t, "files", "f1", "f2", "f3", "f4", "f5") {
				it := file("o", "ann", id, "file")
				it["kind"] = text1(rapid.SampledFrom([]string{"doc", "pic"}).Draw(t, "kind"))
				maybe(t, it, "name", seenText)
				maybe(t, it, "size", seenNumber)
				maybe(t, it, "day", seenText)
				out["files"] = append(out["files"], it)
			}
			for _, id := range some(t, "shared", "s1", "s2") {
				it := file("o", "ben", id, "file")
				it["readers"] = object{"SS": []string{"ann"}}
				maybe(t, it, "name", seenText)
				out["files"] = append(out["files"], it)
			}
			return out
		},
		hide: func(t *rapid.T, table string, it object) {
			hidden(t, it, "undeclared", "pin", "phone", "tax", "badge", "raw", "body")
			switch table {
			case "people":
				if it["id"].(object)["S"] != "ann" {
					hidden(t, it, "email", "age", "photo", "nick", "free", "home")
				} else if home, ok := it["home"].(object); ok {
					hidden(t, home["M"].(object), "door")
				} else if rapid.Bool().Draw(t, "a home of which nothing is seen") {
					it["home"] = map1(object{"door": text1(hiddenMark)})
				}
			case "readings":
				if rapid.Bool().Draw(t, "ends") {
					it["ends"] = number1(hiddenDigs + "0")
				}
			case "files":
				if readers, ok := it["readers"].(object); ok {
					it["readers"] = object{"SS": append(some(t, "readers", "CANARY1", "CANARY2", "Ann"), readers["SS"].([]any)[0].(string))}
					hidden(t, it, "kind", "shared")
				} else if rapid.Bool().Draw(t, "is read by others") {
					it["readers"] = object{"SS": []string{hiddenMark}}
				}
				if rapid.Bool().Draw(t, "rev") {
					it["rev"] = number1(hiddenDigs)
				}
				if rapid.Bool().Draw(t, "gone_at") {
					it["gone_at"] = number1(hiddenDigs + "0")
				}
			}
		},
		others: func(t *rapid.T) map[string][]object {
			out := map[string][]object{}
			for _, at := range some(t, "other sensor", "1", "2", "20") {
				it := object{"sensor": number1("8"), "at": number1(at), "value": number1(hiddenDigs)}
				hidden(t, it, "unit")
				out["readings"] = append(out["readings"], it)
			}
			for _, at := range some(t, "expired readings", "2", "21", "50") {
				it := object{"sensor": number1("7"), "at": number1(at), "value": number1(hiddenDigs), "ends": number1("1893456000")}
				out["readings"] = append(out["readings"], it)
			}
			add := func(it object) {
				hidden(t, it, "name", "kind", "day", "size", "body")
				out["files"] = append(out["files"], it)
			}
			for _, id := range some(t, "folders", "d1", "d2", "f15") {
				add(file("o", "ann", id, "folder"))
			}
			for _, id := range some(t, "expired files", "e1", "e2", "f11") {
				it := file("o", "ann", id, "file")
				it["gone_at"] = number1("1893456000")
				add(it)
			}
			for _, id := range some(t, "another's files", "x1", "f1") {
				it := file("o", "ben", id, "file")
				it["readers"] = object{"SS": []string{hiddenMark, "Ann"}}
				add(it)
			}
			for _, id := range some(t, "another organisation's files", "f1", "s1") {
				add(file("x", "ann", id, "file"))
			}
			return out
		},
		requests: []string{
			"GET /me", "PATCH /me", "PUT /me", "DELETE /me", "GET /cards/{person}", "GET /desk/{person}", "GET /sensors/{sensor}", "GET /sensors/{sensor}/values",
			"GET /sensors/{sensor}/at/{at}", "GET /files", "GET /files", "GET /files/{anyfile}", "PUT /files/{file}", "PATCH /files/{anyfile}", "DELETE /files/{anyfile}",
			"GET /people/{person}/files/{anyfile}",
		},
		words: map[string][]string{
			"person": {"ann", "ben"}, "sensor": {"7", "8", "9", "07"}, "at": {"1", "2", "20", "50"},
			"file": {"f1", "f2", "f9", "e1"}, "anyfile": {"f1", "f2", "f9", "e1", "d1", "x1", "s1", "s2"},
		},
		queries: append(
			with("/sensors/{sensor}", "at.gte=9", "at.lt=50", "at=20", "at.between=2,50", "value.gt=0", "value.ne=1", "unit.begins_with=seen-", "limit=1", "limit=1&at.gte=2"),
			with("/files", "kind=doc", "name.begins_with=seen-a", "size.lt=5", "shared=true", "body=x", "limit=1", "limit=1&kind=doc", "day.gte=seen-b")...,
		),
		bodies: slices.Concat(
			on("/me", `{"label":"seen-new"}`, `{"label":null,"age":5}`, `{"home":{"city":"seen-city"}}`, `{"home":{"city":null}}`, `{"home":{"door":"x"}}`, `{"free":["seen-",{"a":1}],"nick":["seen-z"]}`),
			on("/files/{file}", `{"name":"seen-name","size":3}`, `{"kind":"doc","shared":true}`, `{"kind":"lost"}`, `{"body":"x"}`),
			on("/files/{anyfile}", `{"name":"seen-name","size":3}`, `{"kind":"doc","shared":true}`, `{"shared":null}`, `{"body":"x"}`),
		),
	}
}

func anonymous() *scenario {
	s := features()
	s.name, s.principal = "nobody", nil
	inner := s.hide
	s.seen = func(t *rapid.T) map[string][]object {
		var list []object
		for _, id := range some(t, "people", "ann", "ben") {
			it := object{"id": text1(id)}
			maybe(t, it, "name", seenText)
			list = append(list, it)
		}
		return map[string][]object{"people": list}
	}
	s.hide = func(t *rapid.T, table string, it object) {
		inner(t, table, it)
		hidden(t, it, "email", "home", "age")
	}
	s.requests = append(s.requests, "GET /cards/{person}", "GET /cards/{person}", "HEAD /cards/{person}", "DELETE /cards/{person}")
	return s
}

func composite() *scenario {
	file := func(org, owner, id string) object {
		return object{"PK": text1("ORG#" + org + "#U#" + owner), "SK": text1("FILE#" + id)}
	}
	return &scenario{
		name: "keys of several attributes", contract: "conformance/http/composite.yaml",
		principal: &discreet.Principal{ID: "ann", Claims: map[string]discreet.Claim{"org": {Values: []string{"o"}}}},
		seen: func(t *rapid.T) map[string][]object {
			var list []object
			for _, id := range some(t, "files", "ann/1", "ann/2", "ben/1", "ben/2", "cat/1") {
				it := file("o", id[:3], id[4:])
				it["org"], it["kind"] = text1("o"), text1(rapid.SampledFrom([]string{"doc", "pic"}).Draw(t, "kind"))
				maybe(t, it, "day", seenText)
				maybe(t, it, "title", seenText)
				maybe(t, it, "size", seenNumber)
				list = append(list, it)
			}
			return map[string][]object{"files": list}
		},
		hide: func(t *rapid.T, _ string, it object) { hidden(t, it, "body", "undeclared") },
		others: func(t *rapid.T) map[string][]object {
			var list []object
			for _, id := range some(t, "of another organisation", "1", "2", "9") {
				it := file("x", "ann", id)
				it["org"] = text1(rapid.SampledFrom([]string{"x", "o"}).Draw(t, "org"))
				list = append(list, it)
			}
			for _, id := range some(t, "of two organisations", "7", "8") {
				it := file("o", "ann", id)
				it["org"] = text1("x")
				list = append(list, it)
			}
			for _, it := range list {
				it["kind"], it["day"], it["title"] = text1("doc"), text1("2030"+hiddenMark), text1(hiddenMark)
				hidden(t, it, "size", "body")
			}
			return map[string][]object{"files": list}
		},
		requests: []string{"GET /files", "GET /kinds/{kind}", "GET /kinds/{kind}", "PUT /files/{id}", "PATCH /files/{anyid}"},
		words:    map[string][]string{"kind": {"doc", "pic"}, "id": {"1", "2", "3"}, "anyid": {"1", "2", "7", "9"}},
		queries:  append(with("/kinds/{kind}", "day.gte=seen-b", "day=seen-a", "title.begins_with=seen-", "limit=1"), "/files?limit=1"),
		bodies:   append(on("/files/{anyid}", `{"size":5}`, `{"size":null}`, `{"org":"x"}`), `/files/{id} {"size":5}`),
	}
}

// on are bodies for the route of a path, and with queries.
func on(path string, bodies ...string) []string    { return join(path+" ", bodies) }
func with(path string, queries ...string) []string { return join(path+"?", queries) }

func join(begin string, ends []string) []string {
	var out []string
	for _, end := range ends {
		out = append(out, begin+end)
	}
	return out
}
