package dynamo_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/dynamo"
	"github.com/discreet-dev/discreet/internal/embedded"
	"github.com/discreet-dev/discreet/internal/fault"
)

func TestTheEmbeddedStoreIsDrivenInProcess(t *testing.T) {
	store, err := embedded.Open(embedded.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	status, made := store.Do(t.Context(), "CreateTable", []byte(`{"TableName":"prod","BillingMode":"PAY_PER_REQUEST",
		"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`))
	if status != 200 {
		t.Fatalf("%d %s", status, made)
	}
	c, err := dynamo.New(dynamo.Config{HTTP: store.Transport(), Tables: map[string]string{"people": "prod"}})
	if err != nil {
		t.Fatal(err)
	}
	item := `{"id":{"S":"alice"},"n":{"N":"12345678901234567890123456789012345678"}}`
	if _, err := c.Do(t.Context(), "PutItem", []byte(`{"TableName":"prod","Item":`+item+`}`)); err != nil {
		t.Fatal(err)
	}
	got, err := c.Do(t.Context(), "GetItem", []byte(`{"TableName":"prod","Key":{"id":{"S":"alice"}}}`))
	if err != nil || !strings.Contains(string(got), `"12345678901234567890123456789012345678"`) {
		t.Fatalf("%s, %v", got, err)
	}
	_, err = c.Do(t.Context(), "PutItem", []byte(`{"TableName":"prod","Item":`+item+`,"ConditionExpression":"attribute_not_exists(id)"}`))
	var up *fault.Upstream
	if !errors.As(err, &up) || up.Code != dynamo.ConditionFailed {
		t.Fatalf("a condition that does not hold: %v", err)
	}

	table := &contract.Table{Name: "people", Partition: "id"}
	table.Items = []*contract.ItemType{{Name: "people", Table: table, Attributes: map[string]*contract.Attribute{"id": {Name: "id", Type: contract.S}}}}
	view := &contract.View{Of: table.Items[0]}
	all := &contract.Contract{Tables: []*contract.Table{table}, Routes: []*contract.Route{{Views: []*contract.View{view}}}}
	if problems := c.Verify(t.Context(), all); problems != nil {
		t.Fatal(problems)
	}
	table.Partition = "user_id"
	if problems := c.Verify(t.Context(), all); len(problems) != 1 {
		t.Fatal(problems)
	}
}
