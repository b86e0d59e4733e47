package policy

import (
	"strings"
	"testing"
)

func TestWhatIsNoPolicyIsRefusedWithItsPlace(t *testing.T) {
	whole := func(s string) string { return `{"Version":"2012-10-17","Statement":[` + s + `]}` }
	tests := []struct {
		name, text, says string
	}{
		{"nothing", ``, "ends too early"},
		{"no JSON", `{Version}`, "not JSON"},
		{"cut", `{"Version":"2012-10-17"`, "too early"},
		{"more behind", `{"Statement":[]} x`, "behind"},
		{"not UTF-8", "{\"Id\":\"\xff\"}", "UTF-8"},
		{"a name twice", whole(`{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}`), "twice"},
		{"a wrong version", `{"Version":"2012-10-18","Statement":[]}`, "Version"},
		{"a date", `{"Version":20121017,"Statement":[]}`, "quoted"},
		{"no statement", `{"Version":"2012-10-17"}`, "no Statement"},
		{"a name in other letters", whole(`{"effect":"Allow","Action":"*","Resource":"*"}`), "case-sensitive"},
		{"an effect in other letters", whole(`{"Effect":"allow","Action":"*","Resource":"*"}`), "Allow or Deny"},
		{"no effect", whole(`{"Action":"*","Resource":"*"}`), "without Effect"},
		{"no action", whole(`{"Effect":"Allow","Resource":"*"}`), "without Action"},
		{"both actions", whole(`{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}`), "exclude"},
		{"no service", whole(`{"Effect":"Allow","Action":"GetItem","Resource":"*"}`), "service:name"},
		{"an action that is null", whole(`{"Effect":"Allow","Action":null,"Resource":"*"}`), "null"},
		{"an empty list", whole(`{"Effect":"Allow","Action":[],"Resource":"*"}`), "empty"},
		{"a condition that is a list", whole(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":[]}`), "Condition"},
		{"a principal of no kind", whole(`{"Effect":"Allow","Action":"*","Principal":{"Aws":"*"}}`), "principal"},
		{"one Sid twice", whole(`{"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"A","Effect":"Deny","Action":"*","Resource":"*"}`), "one Sid"},
		{"too deep", strings.Repeat("[", 100), "deeper"},
		{"too large", strings.Repeat(" ", MaxSource+1), "over"},
	}
	for _, tt := range tests {
		d, problems := Parse("p.json", []byte(tt.text))
		if d != nil || len(problems) == 0 {
			t.Errorf("%s: taken", tt.name)
			continue
		}
		if p := problems[0]; !strings.Contains(p.Text, tt.says) || p.Path != "p.json" || p.Start.Line == 0 {
			t.Errorf("%s: %v at %+v", tt.name, p.Text, p.Start)
		}
	}
}

func TestPlacesAreLinesAndCodePoints(t *testing.T) {
	d := parse(t, "{\n \"Statement\": {\"Sid\": \"é\", \"Effect\": \"Allow\",\n  \"Action\": [\"s3:*\",\n \"dynamodb:*\"], \"Resource\": \"*\"}\n}")
	s := d.Statements[0]
	if p := s.Action.List[1].Start; p.Line != 4 || p.Column != 2 {
		t.Errorf("action at %+v", p)
	}
	if p := s.Start; p.Line != 2 || p.Column != 15 {
		t.Errorf("statement at %+v", p)
	}
}

func TestSizeIsWithoutWhiteSpace(t *testing.T) {
	compact := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["a:b","c:d"],"Resource":"a b","Condition":{"Null":{"aws:userid":true}}}]}`
	spaced := strings.NewReplacer(`,"`, " ,\n \"", `:[`, `: [ `).Replace(compact)
	for _, text := range []string{compact, spaced} {
		if d := parse(t, text); d.Size != len(compact) {
			t.Errorf("size %d, want %d", d.Size, len(compact))
		}
	}
}

func TestWhatATemplateLeavesOpenIsUnknown(t *testing.T) {
	open := Node{Kind: Unresolved, Text: "var.table"}
	str := func(s string) Node { return Node{Kind: String, Text: s} }
	object := func(pairs ...any) Node {
		n := Node{Kind: Object}
		for i := 0; i < len(pairs); i += 2 {
			n.Members = append(n.Members, Member{Name: pairs[i].(string), Value: pairs[i+1].(Node)})
		}
		return n
	}
	of := func(effect, action, resource Node, more ...any) Node {
		return object("Version", str(Version2012), "Statement", object(append([]any{"Effect", effect, "Action", action, "Resource", resource}, more...)...))
	}
	allow, all := str("Allow"), str("*")
	equals := func(values ...Node) Node {
		return object("StringEquals", object("aws:username", Node{Kind: List, Elements: values}))
	}
	tests := []struct {
		name string
		n    Node
		want Decision
	}{
		{"effect", of(open, all, all), Undecided},
		{"action", of(allow, open, all), Undecided},
		{"another action", of(allow, str("s3:Get*"), open), ImplicitDeny},
		{"resource", of(allow, all, open), Undecided},
		{"a resource beside one that matches", of(allow, all, Node{Kind: List, Elements: []Node{open, all}}), Allowed},
		{"the condition", of(allow, all, all, "Condition", open), Undecided},
		{"a condition's value", of(allow, all, all, "Condition", equals(open)), Undecided},
		{"a condition's value beside one that matches", of(allow, all, all, "Condition", equals(open, str("me"))), Allowed},
		{"the statement", object("Statement", open), Undecided},
	}
	for _, tt := range tests {
		d, problems := FromNode(tt.n)
		if d == nil {
			t.Errorf("%s: %v", tt.name, problems)
			continue
		}
		if v := Evaluate([]Policy{{Document: d}}, get(Context{"aws:username": {"me"}})); v.Decision != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, v.Decision, tt.want)
		}
	}
}

func TestTheDataIsWhole(t *testing.T) {
	d := AboutData()
	if d.Source == "" || d.Version == "" || d.Licence == "" || d.Date == "" {
		t.Errorf("header: %+v", d)
	}
	keys := map[string][]string{
		"dynamodb:GetItem": {"dynamodb:LeadingKeys", "dynamodb:Attributes", "dynamodb:Select"},
		"dynamodb:Query":   {"dynamodb:LeadingKeys", "dynamodb:Attributes", "dynamodb:Select", "dynamodb:ReturnValues"},
		"dynamodb:Scan":    {"dynamodb:Attributes", "dynamodb:Select", "dynamodb:ReturnValues"},
		"dynamodb:PutItem": {"dynamodb:LeadingKeys", "dynamodb:Attributes", "dynamodb:ReturnValues"},
	}
	for name, want := range keys {
		a, _ := Lookup(name)
		for _, k := range []string{"dynamodb:LeadingKeys", "dynamodb:Attributes", "dynamodb:Select", "dynamodb:ReturnValues"} {
			listed := false
			for _, w := range want {
				listed = listed || w == k
			}
			if a == nil || a.HasKey(k) != listed {
				t.Errorf("%s and %s: want %v", name, k, listed)
			}
		}
	}
	if n := len(Expand("dynamodb:*Item")); n != 7 {
		t.Errorf("dynamodb:*Item stands for %d actions", n)
	}
	if _, known := Lookup("s3:GetObject"); known {
		t.Error("s3 is in the data")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"NotAction":["a:*"],"Resource":"arn:${a, '}'}*:?","Condition":{"ForAllValues:StringLikeIfExists":{"aws:username":["${*}${aws:userid}",true,1]}}}]}`))
	f.Add([]byte(`{"Statement":[[[[]]]]}`))
	f.Add([]byte(`{"Statement":{"Effect":"Deny","Action":"*","Condition":{"NumericEquals":{"aws:MultiFactorAuthAge":1e9}}}}`))
	f.Fuzz(func(t *testing.T, source []byte) {
		d, problems := Parse("p.json", source)
		if (d == nil) == (len(problems) == 0) {
			t.Fatal("a document or problems, and not both")
		}
		if d == nil {
			return
		}
		for _, kind := range []Kind{Identity, ResourceBased, Boundary} {
			v := Evaluate([]Policy{{Kind: kind, Document: d}}, get(Context{"aws:username": {"me"}, "aws:MultiFactorAuthAge": {"1"}}))
			if len(v.Trace) != len(d.Statements) || v.Decision == "" {
				t.Fatalf("%+v", v)
			}
		}
	})
}

func TestADocumentOfOneLongLineIsReadInLinearTime(t *testing.T) {
	// A million places in one line: the square of that would not end.
	source := []byte(`["é"` + strings.Repeat(`,"x"`, 250_000) + `]`)
	n, err := ReadJSON("one-line.json", source)
	if err != nil {
		t.Fatal(err)
	}
	last := n.Elements[len(n.Elements)-1]
	if want := len(source) - 4; last.Range.Start.Column != want || last.Range.Start.Line != 1 {
		t.Errorf("the last place is %+v, want column %d", last.Range.Start, want)
	}
}
