package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/fault"
)

var update = flag.Bool("update", false, "write the golden files anew")

const canary = "c4n4ry"

var (
	noon = time.Date(2030, 1, 2, 12, 0, 0, 5e6, time.UTC)
	jwt  = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9." + strings.Repeat("s", 40)
)

// formats are the ways in which a line can be written.
var formats = map[string]Options{
	"json":     {},
	"terminal": {Terminal: true},
	"plain":    {Terminal: true, NoColor: true},
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func newLog(t testing.TB, h slog.Handler, who Who) *Log {
	t.Helper()
	l, err := NewLog(LogConfig{Access: h, Who: who, Key: [32]byte{1}})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestEachFormatWritesItsRecords(t *testing.T) {
	for name, options := range formats {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			h := NewHandler(&out, options)
			l := newLog(t, h, AsPseudonym)
			l.Access(t.Context(), Access{
				Time: noon, RequestID: "r1", Method: "GET", Route: "GET /api/profiles/{user_id}", View: "own_profile",
				Status: 200, Duration: 1500 * time.Microsecond, Items: 1, Bytes: 120,
			})
			up := &fault.Upstream{Status: 400, Code: "ValidationException", Message: "The parameter cannot be converted to a numeric value: " + canary, RequestID: "UP1"}
			l.Access(t.Context(), Access{
				Time: noon, RequestID: "r2", Method: "BREW" + canary, Route: "POST /api", Status: 500,
				Cause: fault.New(fault.RefusedByUpstream, up),
			})
			l.Decision(t.Context(), Decision{
				Time: noon, RequestID: "r1", Principal: "alice", Source: "header", Route: "GET /api/profiles/{user_id}",
				Operation: "get", View: "own_profile", Allowed: true, Why: Granted, Items: 1, Attributes: []string{"user_id", "display name"},
			})
			l.Decision(t.Context(), Decision{Time: noon, RequestID: "r3", Why: "because " + canary, Level: slog.LevelWarn})
			r := slog.NewRecord(noon, slog.LevelWarn, "line\none", 0)
			r.AddAttrs(slog.Group("peer", slog.String("addr", "[::1]:80"), slog.Group("", slog.Bool("tls", true))),
				slog.Any("none", nil), slog.Float64("ratio", 0.5), slog.Uint64("n", 7), slog.Time("at", noon), slog.Any("struct", struct{ X string }{canary}))
			if err := h.WithGroup("g").WithAttrs([]slog.Attr{slog.String("fixed", "x=y")}).Handle(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(out.String(), canary) || strings.Contains(out.String(), "alice") {
				t.Errorf("a value in the log: %s", out.String())
			}
			golden(t, name, out.String())
		})
	}
}

type lazy struct{ s string }

func (l lazy) LogValue() slog.Value { return slog.GroupValue(slog.String("cookie", l.s)) }

type opaque struct{ SSN string }

func (o opaque) String() string { return o.SSN }

func TestNoSecretReachesTheLog(t *testing.T) {
	_, numError := strconv.Atoi(canary)
	_, timeError := time.Parse(time.RFC3339, canary)
	var number struct{ N uint8 }
	jsonError := json.Unmarshal([]byte(`{"N":4242424242}`), &number)
	up := &fault.Upstream{Status: 400, Code: "ValidationException", Message: "One or more parameter values were invalid: Value '" + canary + "' at 'key'"}
	key := "ASIA" + strings.Repeat("Q", 16)

	attrs := map[string]slog.Attr{
		"error of a number":  slog.Any("err", fmt.Errorf("parameter: %w", numError)),
		"error of a time":    slog.Any("err", timeError),
		"error of a URL":     slog.Any("err", &url.Error{Op: "Get", URL: "https://h/p?a=" + canary, Err: io.EOF}),
		"upstream":           slog.Any("err", up),
		"upstream, wrapped":  slog.Any("err", fault.New(fault.Internal, errors.Join(io.EOF, fmt.Errorf("x: %w", up)))),
		"two upstreams":      slog.Any("err", errors.Join(&fault.Upstream{Message: "fine"}, fmt.Errorf("and %w", up))),
		"upstream, reworded": slog.Any("err", reworded{up}),
		"a struct":           slog.Any("x", opaque{canary}),
		"a pointer":          slog.Any("x", &opaque{canary}),
		"a map":              slog.Any("x", map[string]string{"a": canary}),
		"bytes":              slog.Any("x", []byte(canary)),
		"a lazy group":       slog.Any("x", lazy{canary}),
		"a jwt":              slog.String("x", "token was "+jwt+canary),
		"bearer":             slog.String("x", "Authorization: bEaReR "+canary),
		"basic":              slog.String("x", "Basic "+canary),
		"signature":          slog.String("x", "AWS4-HMAC-SHA256 Credential=a/b, Signature="+canary),
		"a cursor":           slog.String("x", "AQ"+strings.Repeat("b", 120)+canary),
		"a session token":    slog.String("x", "IQoJb3JpZ2lu/+abc"+canary),
		"a query":            slog.String("x", "GET /api/things?status="+canary+" failed"),
		"in names":           slog.Any("x", []string{"Bearer " + canary}),
		"numeric":            slog.String("x", "The parameter cannot be converted to a numeric value: "+canary),
		"unasked bytes":      slog.String("x", `Unsolicited response received on idle HTTP channel starting with "`+canary+`"`),
	}
	for _, k := range []string{
		"Authorization", "authorization", "cookie", "Set-Cookie", "token", "id_token", "cursor", "next_cursor", "query",
		"raw_query", "secret", "clientSecret", "password", "password_hash", "X-Amz-Security-Token", "x-amzn-oidc-data", "API_KEY", "credentials",
	} {
		attrs["key "+k] = slog.String(k, canary)
		attrs["number under "+k] = slog.Int(k, 4242424242)
		attrs["group "+k] = slog.Group(k, slog.String("value", canary))
	}
	for name, a := range attrs {
		for format, options := range formats {
			t.Run(name+"/"+format, func(t *testing.T) {
				var out bytes.Buffer
				h := NewHandler(&out, options)
				slog.New(h).Info("m", a)
				slog.New(h).With(a).Info("m")
				slog.New(h).WithGroup("g").With(a).Info("m", slog.Group("h", a))
				if a.Value.Kind() == slog.KindString {
					slog.New(h).Info("said: " + a.Value.String())
				}
				if strings.HasPrefix(name, "key ") {
					out.Truncate(bytes.LastIndexByte(out.Bytes()[:out.Len()-1], '\n') + 1) // the value alone is no secret
				}
				if strings.Contains(out.String(), canary) || strings.Contains(out.String(), "4242424242") {
					t.Errorf("%s", out.String())
				}
			})
		}
	}
	if got := clean("key " + key + " jsonError"); strings.Contains(got, key) {
		t.Error(got)
	}
	if got := errorText(jsonError); strings.Contains(got, "4242424242") {
		t.Error(got)
	}
}

type reworded struct{ up *fault.Upstream }

func (r reworded) Error() string { return strings.ToUpper(r.up.Message) + canary }
func (r reworded) Unwrap() error { return r.up }

func TestWhatAnOperatorNeedsStays(t *testing.T) {
	for _, s := range []string{
		"", "GET /api/profiles/{user_id}", "127.0.0.1:8080", "is it so? yes", "arn:aws:dynamodb:eu-west-1:123456789012:table/app",
		"dial tcp 127.0.0.1:8000: connect: connection refused", "basically done", strings.Repeat("a", 64),
		`open "discreet.yaml": no such file`,
	} {
		if got := clean(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func TestScrub(t *testing.T) {
	tests := []struct{ message, want string }{
		{"The conditional request failed", "The conditional request failed"},
		{"The parameter cannot be converted to a numeric value: c4n4ry", "The parameter cannot be converted to a numeric value: [redacted]"},
		{"The parameter cannot be converted to a numeric value: arn:aws:x: User", "The parameter cannot be converted to a numeric value: [redacted]"},
		{
			"1 validation error detected: Value 'c4n4ry' at 'key' failed to satisfy constraint: Member must have length less than or equal to 255",
			"1 validation error detected: Value [redacted] failed to satisfy constraint: Member must have length less than or equal to 255",
		},
		{
			"2 validation errors detected: Value 'a' at 'c4n4ry' failed; Value 'c4n4ry' at 'x' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+",
			"2 validation errors detected: Value [redacted] failed to satisfy constraint: Member must satisfy regular expression pattern: [redacted]",
		},
		{
			"One or more parameter values were invalid: Type mismatch for key PK expected: S actual: N",
			"One or more parameter values were invalid: Type mismatch for key PK expected: S actual: N",
		},
		{
			"One or more parameter values were invalid: Input collection [a, c4n4ry] contains duplicates.",
			"One or more parameter values were invalid: [redacted]",
		},
		{
			"Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {S:c4n4ry}, upper bound operand: AttributeValue: {S:a}",
			"Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: [redacted]",
		},
		{
			`Invalid UpdateExpression: Syntax error; token: "c4n4ry", near: "SET c4n4ry ="`,
			"Invalid UpdateExpression: Syntax error; token: [redacted]",
		},
		{
			"User: arn:aws:sts::123456789012:assumed-role/web/i-1 is not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/app because no identity-based policy allows the dynamodb:Query action",
			"User: arn:aws:sts::123456789012:assumed-role/web/i-1 is not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/app because no identity-based policy allows the dynamodb:Query action",
		},
		{
			"The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'POST\n/\nx-amz-security-token:c4n4ry",
			"The request signature we calculated does not match the signature you provided.\n\nThe Canonical String [redacted]",
		},
		{"something new: c4n4ry: Value", "something new: [redacted]"},
	}
	for _, tt := range tests {
		if got := Scrub(tt.message); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.message, got, tt.want)
		}
	}
	if got := Scrub("The item of alice failed", "alice", ""); got != "The item of [redacted] failed" {
		t.Error(got)
	}
}

func TestPseudonymsHideAndRepeat(t *testing.T) {
	key, other := [32]byte{1}, [32]byte{2}
	alice := Pseudonym(key, "alice")
	if len(alice) != 28 || !strings.HasPrefix(alice, "p_") || alice != Pseudonym(key, "alice") {
		t.Error(alice)
	}
	if alice == Pseudonym(key, "bob") || alice == Pseudonym(other, "alice") {
		t.Error("one pseudonym for two")
	}
}

func TestThePrincipalIsInClearByChoiceAlone(t *testing.T) {
	for who, want := range map[Who]bool{AsPseudonym: false, InClear: true} {
		var out bytes.Buffer
		newLog(t, NewHandler(&out, Options{}), who).Decision(t.Context(), Decision{Time: noon, Principal: "alice", Why: Granted})
		if strings.Contains(out.String(), "alice") != want {
			t.Errorf("who %d: %s", who, out.String())
		}
	}
	if _, err := NewLog(LogConfig{Access: NewHandler(io.Discard, Options{})}); err == nil {
		t.Error("pseudonyms without a key")
	}
	if _, err := NewLog(LogConfig{Who: InClear}); err == nil {
		t.Error("a log without a handler")
	}
}

func TestDecisionsMayHaveAWriterOfTheirOwn(t *testing.T) {
	var access, decisions bytes.Buffer
	l, err := NewLog(LogConfig{Access: NewHandler(&access, Options{}), Decisions: NewHandler(&decisions, Options{}), Who: InClear})
	if err != nil {
		t.Fatal(err)
	}
	l.Access(t.Context(), Access{Time: noon})
	l.Decision(t.Context(), Decision{Time: noon})
	if strings.Count(access.String(), "\n") != 1 || strings.Count(decisions.String(), "\n") != 1 || !strings.Contains(decisions.String(), `"decision"`) {
		t.Errorf("access %s decisions %s", access.String(), decisions.String())
	}
}

func TestEveryFaultHasAReasonOfTheVocabulary(t *testing.T) {
	for kind := fault.Internal; kind <= fault.RefusedByUpstream; kind++ {
		if why := WhyOf(fault.New(kind, nil)); !why.known() || why == Granted {
			t.Errorf("kind %d: %q", kind, why)
		}
	}
	if WhyOf(nil) != Granted {
		t.Error("no fault is no grant")
	}
}

func TestTheLevelIsRespected(t *testing.T) {
	var out bytes.Buffer
	l := slog.New(NewHandler(&out, Options{Level: slog.LevelWarn}))
	l.Info("no")
	l.Warn("yes")
	if got := out.String(); strings.Contains(got, "no") || !strings.Contains(got, "yes") {
		t.Error(got)
	}
}

func FuzzALineIsOneLineAndJSON(f *testing.F) {
	f.Add("key", "value")
	f.Add("k\"\n", "a\r\n{\"level\":\"ERROR\"}\x1b[2J\u202e\xff\x85\U0010ffff\U0001f600")
	f.Add("", jwt)
	f.Fuzz(func(t *testing.T, key, value string) {
		for name, options := range formats {
			options.NoColor = true
			var out bytes.Buffer
			slog.New(NewHandler(&out, options)).With(slog.String(key, value)).Info(value, slog.Any(key, []string{value}), slog.Any(key, errors.New(value)))
			got := out.Bytes()
			if bytes.Count(got, []byte("\n")) != 1 || got[len(got)-1] != '\n' || !utf8.Valid(got) {
				t.Fatalf("%s: %q", name, got)
			}
			for _, c := range string(got[:len(got)-1]) {
				if c < ' ' || c == 0x7f || (c >= 0x80 && c < 0xa0) || c == 0x202e || c == 0x2028 || c == 0x2066 {
					t.Fatalf("%s: %U in %q", name, c, got)
				}
			}
			if name == "json" && !json.Valid(got) {
				t.Fatalf("%s", got)
			}
		}
	})
}

func FuzzScrubLeavesNoGivenValue(f *testing.F) {
	f.Add("Value 'x' at 'key' failed", "x")
	f.Fuzz(func(t *testing.T, message, value string) {
		if value == "" || strings.Contains(redacted, value) {
			return
		}
		got := strings.ReplaceAll(Scrub(message, value), redacted, "\x00")
		if strings.Contains(got, value) && !strings.Contains(value, "\x00") {
			t.Fatalf("%q in %q", value, got)
		}
	})
}

func BenchmarkAccess(b *testing.B) {
	l := newLog(b, NewHandler(io.Discard, Options{}), AsPseudonym)
	ctx := context.Background()
	b.Run("access", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			l.Access(ctx, Access{Time: noon, RequestID: "01J0000000000000", Method: "GET", Route: "GET /api/profile", View: "own", Status: 200, Duration: time.Millisecond, Items: 1, Bytes: 100})
		}
	})
	b.Run("decision", func(b *testing.B) {
		b.ReportAllocs()
		names := []string{"user_id", "display_name", "email"}
		for b.Loop() {
			l.Decision(ctx, Decision{Time: noon, RequestID: "01J0000000000000", Principal: "alice", Source: "header", Route: "GET /api/profile", Operation: "get", View: "own", Allowed: true, Why: Granted, Items: 1, Attributes: names})
		}
	})
}
