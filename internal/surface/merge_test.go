package surface

import "testing"

func TestATableOfTwoTreesIsOneAndWhatIsDeclaredCounts(t *testing.T) {
	a := &App{Tables: []Table{{Name: "users", PartitionKey: "id", Fields: []Field{{Name: "email", Read: true}}}}}
	a.Merge(&App{
		Routes: []Route{{Title: "GET /"}},
		Tables: []Table{{Name: "users", Declared: true, PartitionKey: "user_id", Fields: []Field{{Name: "email", Type: "S", Shown: true}, {Name: "a"}}}, {Name: "books"}},
	})
	if len(a.Routes) != 1 || len(a.Tables) != 2 || a.Tables[0].Name != "books" {
		t.Fatalf("%+v", a)
	}
	users := a.Tables[1]
	if !users.Declared || users.PartitionKey != "user_id" || len(users.Fields) != 2 {
		t.Errorf("%+v", users)
	}
	if f := users.Fields[1]; !f.Read || !f.Shown || f.Type != "S" {
		t.Errorf("%+v", f)
	}
}
