package serve

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/discreet-dev/discreet/internal/contract"
)

func from(address string) *exchange {
	return &exchange{Request: &http.Request{RemoteAddr: address}, principal: contract.Anonymous()}
}

func as(source, id string) *exchange {
	return &exchange{Request: &http.Request{RemoteAddr: "192.0.2.1:1"}, principal: contract.Principal{Source: source, ID: id}}
}

func TestEachCallerIsLimitedByItself(t *testing.T) {
	for _, c := range []struct {
		name          string
		first, second *exchange
		shared        bool
	}{
		{"one principal", as("a", "ann"), as("a", "ann"), true},
		{"two principals", as("a", "ann"), as("a", "ben"), false},
		{"one id of two sources", as("a", "ann"), as("b", "ann"), false},
		{"a source that ends as an id begins", as("a", "bc"), as("ab", "c"), false},
		{"a principal and nobody", as("", "192.0.2.1"), from("192.0.2.1:1"), false},
		{"nobody at two ports", from("192.0.2.1:1"), from("192.0.2.1:2"), true},
		{"nobody at two addresses", from("192.0.2.1:1"), from("192.0.2.2:1"), false},
		{"nobody at a mapped address", from("192.0.2.1:1"), from("[::ffff:192.0.2.1]:1"), true},
		{"nobody in one network of IPv6", from("[2001:db8::1]:1"), from("[2001:db8::ffff]:1"), true},
		{"nobody in two", from("[2001:db8::1]:1"), from("[2001:db8:0:1::1]:1"), false},
		{"nobody on a socket without addresses", from("@"), from("@"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRates(1, 1)
			now := time.Unix(0, 0)
			if r.take(c.first, now) != nil {
				t.Fatal("the first is too many")
			}
			if got := r.take(c.second, now) != nil; got != c.shared {
				t.Errorf("refused: %v, want %v", got, c.shared)
			}
			if r.take(c.second, now.Add(2*time.Second)) != nil {
				t.Error("no token comes back")
			}
		})
	}
}

func TestTheRatesOfManyCallersTakeBoundedMemory(t *testing.T) {
	r := newRates(1, 1)
	now := time.Unix(0, 0)
	for i := range maxCallers + 10 {
		r.take(as("", strconv.Itoa(i)), now)
	}
	if len(r.callers) != maxCallers || r.order.Len() != maxCallers {
		t.Errorf("%d callers are kept", len(r.callers))
	}
	if r.take(as("", strconv.Itoa(maxCallers+9)), now) == nil {
		t.Error("one that was just seen is forgotten")
	}
}

func TestNoRateLimitsNobody(t *testing.T) {
	var r *rates
	if newRates(0, 0) != nil || r.take(as("", "ann"), time.Now()) != nil {
		t.Error("limited")
	}
}
