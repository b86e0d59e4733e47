package view_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
	"github.com/discreet-dev/discreet/internal/view"
)

const alice = `{"user_id":{"S":"alice"},"display_name":{"S":"Alice"},"email":{"S":"alice@example.com"},
	"preferences":{"M":{"theme":{"S":"dark"}}},"ssn":{"S":"CANARY"},"password_hash":{"S":"CANARY"},"is_admin":{"BOOL":true},"unknown":{"M":{"x":{"S":"CANARY"}}}}`

func TestGetShowsWhatTheViewNamesAndNothingElse(t *testing.T) {
	r := getRoute(ownProfile(profiles()))
	v, chosen, err := get(t, r, `{"Item":`+alice+`,"ConsumedCapacity":{"TableName":"CANARY","CapacityUnits":0.5}}`)
	if err != nil || chosen != 0 || v.Items() != 1 {
		t.Fatal(v.Items(), chosen, err)
	}
	want := `{"user_id":"alice","display_name":"Alice","email":"alice@example.com","preferences":{"theme":"dark"}}`
	if string(v.Body()) != want {
		t.Errorf("got %s", v.Body())
	}
	if got := strings.Join(v.Attributes(), " "); got != "user_id display_name email preferences" {
		t.Errorf("shown: %s", got)
	}
}

func TestTheZeroVisibleIsEmpty(t *testing.T) {
	var v view.Visible
	if v.Body() != nil || v.Items() != 0 || v.ETag() != "" || v.Attributes() != nil || v.Mistyped() != nil {
		t.Error("it holds something")
	}
}

// Leak ledger, row 31.
func TestAnItemThatWasNotAskedForIsNoAnswer(t *testing.T) {
	plain, keyed := getRoute(ownProfile(profiles())), getRoute(tasks(task(app())))
	for _, test := range []struct {
		name   string
		route  *contract.Route
		answer string
		want   error
	}{
		{"the key that was asked for", plain, alice, nil},
		{"another's key", plain, strings.Replace(alice, `{"S":"alice"}`, `{"S":"bob"}`, 1), view.ErrNotAsked},
		{"a key in another case", plain, strings.Replace(alice, `{"S":"alice"}`, `{"S":"Alice"}`, 1), view.ErrNotAsked},
		{"a key of another type", plain, strings.Replace(alice, `{"S":"alice"}`, `{"B":"alice"}`, 1), view.ErrNotAsked},
		{"no key", plain, `{"display_name":{"S":"Alice"}}`, view.ErrNotAsked},
		{"no attribute at all", plain, `{}`, view.ErrNotAsked},
		{"an escaped key", plain, `{"\u0075ser_id":{"S":"\u0061lice"}}`, nil},
		{"the whole key", keyed, wire(taskT1), nil},
		{"another partition", keyed, wire(strings.Replace(taskT1, "t1", "t2", 1)), view.ErrNotAsked},
		{"another sort key", keyed, wire(strings.Replace(taskT1, "TASK#1", "TASK#2", 1)), view.ErrNotAsked},
		{"no sort key", keyed, wire("PK=TENANT#t1"), view.ErrNotAsked},
	} {
		v, _, err := get(t, test.route, `{"Item":`+test.answer+`}`)
		if !errors.Is(err, test.want) || (err != nil && v.Body() != nil) {
			t.Errorf("%s: %v, %s", test.name, err, v.Body())
		}
	}
}

func TestANumberKeyIsAskedForByValue(t *testing.T) {
	table := &contract.Table{Name: "t", Partition: "id", Sort: "sk"}
	of := declare(table, "t", nil, attribute("id", contract.N, contract.Ordinary))
	v := &contract.View{Name: "v", Of: of, Any: true, Roles: []string{contract.RoleAuthenticated}, Show: []*contract.Shown{show(of, "id")}}
	r := &contract.Route{Operation: contract.Get, Views: []*contract.View{v}, Segments: []contract.Segment{{Variable: "id"}, {Variable: "sk"}}}
	grants := decide(t, r, principal("alice"), map[string]string{"id": "1000", "sk": "a"})
	for answer, want := range map[string]error{
		`{"Item":{"id":{"N":"1000"},"sk":{"S":"a"}}}`:   nil,
		`{"Item":{"id":{"N":"1E+3"},"sk":{"S":"a"}}}`:   nil,
		`{"Item":{"id":{"N":"1000.5"},"sk":{"S":"a"}}}`: view.ErrNotAsked,
		`{"Item":{"id":{"N":"1000"},"sk":{"B":"a"}}}`:   view.ErrNotAsked,
		`{"Item":{"id":{"S":"1000"},"sk":{"S":"a"}}}`:   view.ErrNotAsked,
	} {
		if _, _, err := lenses(t, r).Get(grants, []byte(answer), now); !errors.Is(err, want) {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestNoItemIsNotFound(t *testing.T) {
	r := getRoute(ownProfile(profiles()))
	for _, answer := range []string{`{}`, ` { } `, `{"ConsumedCapacity":{}}`} {
		if v, chosen, err := get(t, r, answer); err != nil || chosen != -1 || v.Body() != nil {
			t.Errorf("%s: %s %d %v", answer, v.Body(), chosen, err)
		}
	}
}

func TestMalformedAnswersAreRefused(t *testing.T) {
	r := getRoute(ownProfile(profiles()))
	for _, answer := range []string{
		``, `[]`, `null`, `{"Item":null}`, `{"Item":[]}`, `{"Item":` + alice, `{"Item":` + alice + `}}`, `{"Item":` + alice + `} {}`,
		`{"Item":` + alice + `,"Item":` + alice + `}`, `{"Item":` + alice + `,"\u0049tem":` + alice + `}`, `{"Item":` + alice + `,"Attributes":` + alice + `}`,
		`{"Item":{"user_id":{"S":"bob"},"user_id":{"S":"alice"}}}`,
	} {
		if v, _, err := get(t, r, answer); !errors.Is(err, item.ErrMalformed) || v.Body() != nil {
			t.Errorf("%s: %v %s", answer, err, v.Body())
		}
	}
}

func TestGetNeedsAGrantOfTheLens(t *testing.T) {
	r, other := getRoute(ownProfile(profiles())), getRoute(ownProfile(profiles()))
	grants := decide(t, r, principal("alice"), map[string]string{"user_id": "alice"})
	listing := decide(t, listRoute(r.Views[0], nil), principal("alice"), nil)
	for name, test := range map[string]struct {
		lenses view.Lenses
		grants []access.Grant
	}{
		"no grant":               {lenses(t, r), nil},
		"a zero grant":           {lenses(t, r), []access.Grant{{}}},
		"a grant for other":      {lenses(t, other), grants},
		"a grant to list":        {lenses(t, r), listing},
		"a zero grant, no lens":  {view.Lenses{}, []access.Grant{{}}},
		"a zero grant after one": {lenses(t, r), []access.Grant{{}, grants[0]}},
	} {
		v, chosen, err := test.lenses.Get(test.grants, []byte(`{"Item":`+alice+`}`), now)
		if !errors.Is(err, view.ErrNotGranted) || chosen != -1 || v.Body() != nil {
			t.Errorf("%s: %v %d %s", name, err, chosen, v.Body())
		}
	}
}

func TestTheFirstGrantThatAdmitsTheItemShowsIt(t *testing.T) {
	table := &contract.Table{Name: "orders", Partition: "id"}
	of := declare(table, "orders", nil,
		attribute("id", contract.S, contract.Ordinary), attribute("owner", contract.S, contract.Ordinary),
		attribute("total", contract.N, contract.Ordinary), attribute("state", contract.S, contract.Ordinary))
	of2 := declare(&contract.Table{Name: "orders", Partition: "id"}, "orders", nil,
		of.Attributes["id"], of.Attributes["owner"], of.Attributes["total"], of.Attributes["state"])
	of2.Only = []contract.Constraint{{Attribute: of.Attributes["state"], Value: contract.Constant{Type: contract.S, Text: "public"}}}
	mine := &contract.View{
		Name: "mine", Of: of, Roles: []string{contract.RoleAuthenticated}, Show: []*contract.Shown{show(of, "id"), show(of, "total")},
		Scope: []contract.Binding{bind(of.Attributes["owner"], contract.FromID, "")},
	}
	public := &contract.View{Name: "public", Of: of2, Any: true, Roles: []string{contract.RoleAuthenticated}, Show: []*contract.Shown{show(of, "id")}}
	r := &contract.Route{Operation: contract.Get, Views: []*contract.View{mine, public}, Segments: []contract.Segment{{Variable: "id"}}}
	grants := decide(t, r, principal("alice"), map[string]string{"id": "1"})
	for _, test := range []struct {
		item, want string
		chosen     int
	}{
		{"id=1 owner=alice total=n:5 state=private", `{"id":"1","total":5}`, 0},
		{"id=1 owner=alice total=n:5 state=public", `{"id":"1","total":5}`, 0},
		{"id=1 owner=bob total=n:5 state=public", `{"id":"1"}`, 1},
		{"id=1 owner=bob total=n:5 state=private", ``, -1},
		{"id=1 total=n:5", ``, -1},
		{"id=1 owner=raw:{\"SS\":[\"alice\"]}", ``, -1},
	} {
		v, chosen, err := lenses(t, r).Get(grants, []byte(`{"Item":`+wire(test.item)+`}`), now)
		if err != nil || chosen != test.chosen || string(v.Body()) != test.want {
			t.Errorf("%s: %d %s %v", test.item, chosen, v.Body(), err)
		}
	}
}

// Leak ledger, row 23.
func TestAnItemPastItsTimeIsAbsent(t *testing.T) {
	r := getRoute(tasks(task(app())))
	for expires, want := range map[string]int{
		"n:1700000001": 0, "n:1700000000": -1, "n:1699999999": -1, "n:17E+8": -1, "n:1700000000.5": 0, "n:-5": -1, "n:0": -1,
		"1600000000": 0, "n:x": 0, `raw:{"NULL":true}`: 0,
	} {
		if _, chosen, err := get(t, r, `{"Item":`+wire(taskT1+" expires_at="+expires)+`}`); err != nil || chosen != want {
			t.Errorf("expires at %s: %d %v", expires, chosen, err)
		}
	}
}

// Leak ledger, row 27, and the first rule of row 32.
func TestAMistypedValueIsAbsentAndHasNoDefault(t *testing.T) {
	r := getRoute(ownProfile(profiles()))
	v, _, err := get(t, r, `{"Item":{"user_id":{"S":"alice"},"display_name":{"M":{"secret":{"S":"x"}}},"email":{"SS":["a"]},"preferences":{"NULL":true}}}`)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"user_id":"alice","preferences":{}}`; string(v.Body()) != want {
		t.Errorf("got %s", v.Body())
	}
	if got := v.Mistyped(); len(got) != 2 || got[0] != (view.Mistyped{Name: "display_name", Count: 1}) || got[1].Name != "email" {
		t.Errorf("counted %v", got)
	}
}

// Leak ledger, row 28.
func TestTheETagIsOfTheVisibleBytesAlone(t *testing.T) {
	r := getRoute(ownProfile(profiles()))
	tag := func(answer string) string {
		v, _, err := get(t, r, `{"Item":`+answer+`}`)
		if err != nil {
			t.Fatal(err)
		}
		return v.ETag()
	}
	same := tag(alice)
	if len(same) != 24 || same[0] != '"' || same[23] != '"' {
		t.Errorf("%s is no strong tag", same)
	}
	if tag(strings.ReplaceAll(alice, "CANARY", "other")) != same {
		t.Error("it depends on what is hidden")
	}
	if tag(strings.ReplaceAll(alice, "dark", "light")) == same {
		t.Error("it does not depend on what is shown")
	}
	if tag(`{"email":{"S":"alice\u0040example.com"}, "preferences":{"M":{"theme":{"S":"dark"}}}, "display_name":{"S":"Alice"},"user_id":{"S":"alice"}}`) != same {
		t.Error("it depends on how the store spells")
	}
}

func TestVariablesAreReadOutOfKeys(t *testing.T) {
	of := task(app())
	r := getRoute(tasks(of))
	for _, test := range []struct{ name, item, want string }{
		{"all of them", taskT1 + " title=x", `{"project":"p1","task":"1","title":"x","due":"2025-01-01","assignee":"alice"}`},
		{"without the index", "PK=TENANT#t1 SK=PROJECT#p1#TASK#1", `{"project":"p1","task":"1"}`},
		{"an index key of another form", "PK=TENANT#t1 SK=PROJECT#p1#TASK#1 GSI1PK=TENANT#t1 GSI1SK=DUE#1", `{"project":"p1","task":"1"}`},
		{"an index key with a delimiter too many", "PK=TENANT#t1 SK=PROJECT#p1#TASK#1 GSI1PK=TENANT#t1#USER#a#b", `{"project":"p1","task":"1"}`},
		{"an index key of another type", "PK=TENANT#t1 SK=PROJECT#p1#TASK#1 GSI1SK=n:5", `{"project":"p1","task":"1"}`},
		{"an index key of another tenant", "PK=TENANT#t1 SK=PROJECT#p1#TASK#1 GSI1PK=TENANT#t2#USER#alice", ``},
		{"a value that JSON escapes", `PK=TENANT#t1 SK=PROJECT#p1#TASK#1 GSI1SK=TASK#a\"b\u0000`, `{"project":"p1","task":"1","due":"a\"b\u0000"}`},
		{"a stored attribute of a variable's name", taskT1 + " assignee=bob task=9", `{"project":"p1","task":"1","due":"2025-01-01","assignee":"alice"}`},
	} {
		v, chosen, err := get(t, r, `{"Item":`+wire(test.item)+`}`)
		if err != nil || (chosen < 0) != (test.want == "") || string(v.Body()) != test.want {
			t.Errorf("%s: %s %v", test.name, v.Body(), err)
		}
	}
}

// Leak ledger, row 15.
func TestNestedPathsShowNoMoreThanTheyName(t *testing.T) {
	of := task(app())
	v := tasks(of)
	v.Show = []*contract.Shown{show(of, "steps[].text"), show(of, "address.city", renamed("town")), show(of, "labels")}
	r := getRoute(v)
	for _, test := range []struct{ name, item, want string }{
		{"filtered", `steps=raw:{"L":[{"M":{"text":{"S":"a"},"cost":{"N":"9"}}},{"M":{"cost":{"N":"9"}}}]} address=raw:{"M":{"zip":{"S":"9"},"city":{"S":"c"}}} labels=raw:{"L":[{"S":"l"},{"N":"9"}]}`, `{"steps":[{"text":"a"}],"address":{"town":"c"},"labels":["l"]}`},
		{"a dotted name is no path", `address.city=x steps[].text=x`, `{}`},
		{"other types inside", `steps=raw:{"L":[{"S":"x"},{"M":{"text":{"M":{"cost":{"N":"9"}}}}}]} address=raw:{"L":[{"S":"x"}]} labels=x`, `{"steps":[]}`},
		{"a map of hidden members", `address=raw:{"M":{"zip":{"S":"9"}}}`, `{}`},
	} {
		got, _, err := get(t, r, `{"Item":`+wire(taskT1+" "+test.item)+`}`)
		if err != nil || string(got.Body()) != test.want {
			t.Errorf("%s: %s %v", test.name, got.Body(), err)
		}
	}
}

func TestAShownWholeLetsOutNoMemberOfAHigherClass(t *testing.T) {
	of := profiles()
	p := of.Attributes["preferences"]
	token := attribute("token", contract.S, contract.Secret)
	deep := attribute("deep", contract.M, contract.Ordinary)
	deep.Open, deep.Members = true, members(token)
	p.Members = members(token, attribute("theme", contract.S, contract.Ordinary), deep)
	v, _, err := get(t, getRoute(ownProfile(of, show(of, "preferences"))),
		`{"Item":{"user_id":{"S":"alice"},"preferences":{"M":{"token":{"S":"x"},"theme":{"S":"t"},"new":{"S":"n"},"deep":{"M":{"token":{"S":"x"},"y":{"N":"1"}}}}}}}`)
	if want := `{"preferences":{"deep":{"y":1},"new":"n","theme":"t"}}`; err != nil || string(v.Body()) != want {
		t.Errorf("%s %v", v.Body(), err)
	}
}

func TestAListOfWhatIsMoreSensitiveIsNotShownByItsOwnName(t *testing.T) {
	of := task(app())
	of.Attributes["labels"].Of.Class = contract.Secret
	v := tasks(of)
	v.Show = []*contract.Shown{show(of, "labels")}
	if _, err := view.New(v, view.Config{}); err == nil {
		t.Error("compiles")
	}
}

func TestOverlappingPathsDoNotCompile(t *testing.T) {
	of := task(app())
	for name, shown := range map[string][]*contract.Shown{
		"whole, then a part":        {show(of, "address"), show(of, "address.city")},
		"a part, then whole":        {show(of, "address.city"), show(of, "address")},
		"a part twice":              {show(of, "address.city", masked(contract.MaskRedact)), show(of, "address.city")},
		"a list's element, then in": {show(of, "steps[]"), show(of, "steps[].text")},
		"a masked map, then in":     {show(of, "address", masked(contract.MaskRedact)), show(of, "address.city")},
	} {
		v := tasks(of)
		v.Show = shown
		if _, err := view.New(v, view.Config{}); err == nil {
			t.Errorf("%s: compiles", name)
		}
	}
}

// Leak ledger, row 32.
func TestMasks(t *testing.T) {
	of := profiles()
	of.Attributes["contacts"] = attribute("contacts", contract.SS, contract.Personal)
	r := getRoute(ownProfile(
		of,
		show(of, "email", masked(contract.MaskEmail), orElse(`"none"`)), show(of, "phone", masked(contract.MaskLast4)),
		show(of, "ssn", masked(contract.MaskRedact)), show(of, "email", masked(contract.MaskHash), renamed("email_hash")),
		show(of, "points", masked(contract.MaskLast4)), show(of, "display_name", masked(contract.MaskHash), func(s *contract.Shown) { s.AcrossPrincipals = true }),
		show(of, "contacts", masked(contract.MaskEmail)),
	))
	for _, test := range []struct{ item, want string }{
		{`email=alice@example.com`, `{"email":"***@example.com","email_hash":"alice|own_profile|email|17"}`},
		{`email=no-address`, `{"email":"***","email_hash":"alice|own_profile|email|10"}`},
		{`email=a@b@example.com`, `{"email":"***","email_hash":"alice|own_profile|email|15"}`},
		{`email=secret@localhost`, `{"email":"***","email_hash":"alice|own_profile|email|16"}`},
		{`email=@example.com`, `{"email":"***","email_hash":"alice|own_profile|email|12"}`},
		{`email=see@it.is/4111111`, `{"email":"***","email_hash":"alice|own_profile|email|17"}`},
		{`email=a@b..c`, `{"email":"***","email_hash":"alice|own_profile|email|6"}`},
		{`email=a\u0020b@example.com`, `{"email":"***","email_hash":"alice|own_profile|email|15"}`},
		{`email=raw:{"NULL":true}`, `{"email":"none"}`},
		{`email=n:5`, `{}`},
		{`phone=1234`, `{"email":"none","phone":"***"}`},
		{`phone=1234567`, `{"email":"none","phone":"***"}`},
		{`phone=12345678`, `{"email":"none","phone":"***5678"}`},
		{`phone=ééééééé`, `{"email":"none","phone":"***"}`},
		{`phone=éééé\u00e9ééé`, `{"email":"none","phone":"***éééé"}`},
		{`ssn=123-45-6789`, `{"email":"none","ssn":"***"}`},
		{`ssn=raw:{"M":{}}`, `{"email":"none"}`},
		{`points=n:123456789`, `{"email":"none","points":"***6789"}`},
		{`points=n:12345678x`, `{"email":"none"}`},
		{`display_name=Alice`, `{"email":"none","display_name":"|own_profile|display_name|5"}`},
		{`contacts=raw:{"SS":["a@example.com"]}`, `{"email":"none","contacts":"***"}`},
	} {
		v, _, err := get(t, r, `{"Item":`+wire("user_id=alice "+test.item)+`}`)
		if err != nil || string(v.Body()) != test.want {
			t.Errorf("%s: %s %v", test.item, v.Body(), err)
		}
	}
}

func TestAHashWithoutAKeyRedacts(t *testing.T) {
	of := profiles()
	r := getRoute(ownProfile(of, show(of, "email", masked(contract.MaskHash))))
	l, err := view.ForRoute(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	grants := decide(t, r, principal("alice"), map[string]string{"user_id": "alice"})
	v, _, err := l.Get(grants, []byte(`{"Item":`+alice+`}`), now)
	if err != nil || string(v.Body()) != `{"email":"***"}` {
		t.Errorf("%s %v", v.Body(), err)
	}
}

func TestAContainsScopeLooksForTheMember(t *testing.T) {
	of := task(app())
	for _, test := range []struct {
		attribute, item string
		want            int
	}{
		{"watchers", `watchers=raw:{"SS":["bob","alice"]}`, 0},
		{"watchers", `watchers=raw:{"SS":["\u0061lice"]}`, 0},
		{"watchers", `watchers=raw:{"SS":["bob","Alice","alice2"]}`, -1},
		{"watchers", `watchers=raw:{"L":[{"S":"alice"}]}`, -1},
		{"watchers", `watchers=alice`, -1},
		{"watchers", ``, -1},
		{"labels", `labels=raw:{"L":[{"N":"1"},{"S":"alice"}]}`, 0},
		{"labels", `labels=raw:{"L":[{"L":[{"S":"alice"}]},{"B":"alice"}]}`, -1},
		{"labels", `labels=raw:{"SS":["alice"]}`, -1},
		{"numbers", `numbers=raw:{"NS":["1"]}`, -1},
	} {
		v := tasks(of, contract.Binding{Attribute: of.Attributes[test.attribute], Value: contract.Operand{Kind: contract.FromID}, Contains: true})
		if _, chosen, err := get(t, getRoute(v), `{"Item":`+wire(taskT1+" "+test.item)+`}`); err != nil || chosen != test.want {
			t.Errorf("%s: %d %v", test.item, chosen, err)
		}
	}
}

func TestAContainsScopeHoldsElementsToTheirType(t *testing.T) {
	of := task(app())
	v := tasks(of, contract.Binding{Attribute: of.Attributes["labels"], Value: contract.Operand{Kind: contract.FromClaim, Claim: "label"}, Contains: true})
	r := getRoute(v)
	grants := decide(t, r, principal("alice", "tenant", "t1", "label", "5"), map[string]string{"project": "p1", "task": "1"})
	for labels, want := range map[string]int{`[{"S":"5"}]`: 0, `[{"N":"5"}]`: -1, `[{"NS":["5"]}]`: -1, `["5"]`: -1} {
		_, chosen, err := lenses(t, r).Get(grants, []byte(`{"Item":`+wire(taskT1+` labels=raw:{"L":`+labels+`}`)+`}`), now)
		if err != nil || chosen != want {
			t.Errorf("%s: %d %v", labels, chosen, err)
		}
	}
}

func TestAContainsScopeComparesNumbersByValue(t *testing.T) {
	of := task(app())
	v := tasks(of, contract.Binding{Attribute: of.Attributes["numbers"], Value: contract.Operand{Kind: contract.FromClaim, Claim: "number"}, Contains: true})
	r := getRoute(v)
	grants := decide(t, r, principal("alice", "tenant", "t1", "number", "1e3"), map[string]string{"project": "p1", "task": "1"})
	for numbers, want := range map[string]int{`["5","1000"]`: 0, `["1000.0"]`: 0, `["100"]`: -1, `["x"]`: -1} {
		_, chosen, err := lenses(t, r).Get(grants, []byte(`{"Item":`+wire(taskT1+` numbers=raw:{"NS":`+numbers+`}`)+`}`), now)
		if err != nil || chosen != want {
			t.Errorf("%s: %d %v", numbers, chosen, err)
		}
	}
}

func TestAWritesAnswerIsShownLikeARead(t *testing.T) {
	v := ownProfile(profiles())
	r := getRoute(v)
	r.Operation = contract.Update
	shown, _, err := get(t, r, `{"Attributes":`+alice+`}`)
	if err != nil || !strings.Contains(string(shown.Body()), `"display_name":"Alice"`) || strings.Contains(string(shown.Body()), "CANARY") {
		t.Errorf("%s %v", shown.Body(), err)
	}
}

func TestReadsAreWhatIsShownAndDecidedOn(t *testing.T) {
	of := task(app())
	v := tasks(of, contract.Binding{Attribute: of.Attributes["watchers"], Value: contract.Operand{Kind: contract.FromID}, Contains: true})
	v.Show = append(v.Show, show(of, "address.city"))
	for _, test := range []struct {
		index *contract.Index
		want  string
	}{
		{nil, "PK SK watchers expires_at GSI1SK GSI1PK title status steps address.city"},
		{of.Table.Indexes[0], "PK SK GSI1PK GSI1SK watchers expires_at title status steps address.city"},
	} {
		l, err := view.New(v, view.Config{Index: test.index})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range l.Reads() {
			got = append(got, p.String())
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("reads %s", got)
		}
	}
}
