package report

import (
	"reflect"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/finding"
)

func TestParseSuppression(t *testing.T) {
	tests := []struct {
		comment string
		is      bool
		rules   string
		reason  string
		bad     bool
	}{
		{"# discreet: ignore[raw-item] -- public prices", true, "raw-item", "public prices", false},
		{"#discreet:ignore[a, b]--why -- really", true, "a,b", "why -- really", false},
		{"// discreet: ignore[iam-wildcard] -- sandbox", true, "iam-wildcard", "sandbox", false},
		{"# discreet: ignore[raw-item]", true, "raw-item", "", true},
		{"# discreet: ignore[raw-item] --", true, "raw-item", "", true},
		{"# discreet: ignore[raw-item] because", true, "raw-item", "because", true},
		{"# discreet: ignore -- why", true, "", "", true},
		{"# discreet: ignore[] -- why", true, "", "why", true},
		{"# discreet: ignore[raw-item -- why", true, "", "", true},
		{"# discreet: silence", true, "", "", true},
		{"# we should be discreet: ignore it", false, "", "", false},
		{"# noqa", false, "", "", false},
	}
	for _, test := range tests {
		s, is := ParseSuppression(test.comment)
		if is != test.is || strings.Join(s.Rules, ",") != test.rules || s.Reason != test.reason || (s.Fault != "") != test.bad {
			t.Errorf("%q: %+v, %v", test.comment, s, is)
		}
	}
}

func TestWhatASuppressionReaches(t *testing.T) {
	text := "one  # discreet: ignore[a] -- same line\n" +
		"# discreet: ignore[a] -- next line\n" +
		"three\n" +
		"four  # discreet: ignore[b] -- another rule\n" +
		"five (\n" +
		")  # discreet: ignore[a] -- where it ends\n"
	one := func(line, end int) finding.Finding {
		return finding.Finding{Rule: "a", Location: at("x.py", line, 1, end, 1)}
	}
	elsewhere := one(1, 1)
	elsewhere.Path = "y.py"
	got, notices := Suppress([]finding.Finding{one(1, 1), one(3, 3), one(4, 4), one(5, 6), one(2, 2), elsewhere}, ReadSuppressions("x.py", text, "#", "//"), []finding.Rule{{ID: "a"}, {ID: "b"}})
	var reasons []string
	for _, f := range got {
		reasons = append(reasons, f.Suppressed)
	}
	want := []string{"same line", "next line", "", "where it ends", "next line", ""}
	if !reflect.DeepEqual(reasons, want) {
		t.Errorf("%q, want %q", reasons, want)
	}
	if len(notices) != 1 || notices[0].Start.Line != 4 {
		t.Errorf("the unused suppression: %+v", notices)
	}
}

func TestSeveralSuppressionsMayStandAboveALine(t *testing.T) {
	text := "# discreet: ignore[a] -- one\n" +
		"# noqa # discreet: ignore[b] -- two, issue #12\n" +
		"# discreet: ignore[c]\n" +
		"# discreet: ignore[d] -- no rule\n" +
		"five  # type: ignore # discreet: ignore[c] -- three\n" +
		"six\n"
	var findings []finding.Finding
	for _, rule := range []string{"a", "b", "c"} {
		findings = append(findings, finding.Finding{Rule: rule, Location: at("x.py", 5, 1, 5, 2)})
	}
	findings = append(findings, finding.Finding{Rule: "a", Location: at("x.py", 6, 1, 6, 2)})
	got, notices := Suppress(findings, ReadSuppressions("x.py", text, "#"), []finding.Rule{{ID: "a"}, {ID: "b"}, {ID: "c"}})
	var reasons []string
	for _, f := range got {
		reasons = append(reasons, f.Suppressed)
	}
	if want := []string{"one", "two, issue #12", "three", "", ""}; !reflect.DeepEqual(reasons, want) { // the last is the one without a reason
		t.Errorf("%q, want %q", reasons, want)
	}
	if len(notices) != 1 || notices[0].Text != "this suppression matches no finding; there is no rule d" {
		t.Errorf("%+v", notices)
	}
}

func TestASuppressionWithoutAReasonIsItselfAFinding(t *testing.T) {
	text := "# discreet: ignore[bad-suppression] -- all of them\nx  # discreet: ignore[a]\n"
	f := finding.Finding{Rule: "a", Location: at("x.py", 2, 1, 2, 2)}
	got, _ := Suppress([]finding.Finding{f}, ReadSuppressions("x.py", text, "#"), nil)
	if len(got) != 2 || got[0].Suppressed != "" || got[1].Rule != BadSuppression().ID || !got[1].InForce() {
		t.Fatalf("%+v", got)
	}
	if p := got[1].Start; p.Line != 2 || p.Column != 4 || p.Offset != strings.Index(text, "# discreet: ignore[a]") {
		t.Errorf("it stands at %+v", p)
	}
}

func FuzzSuppressions(f *testing.F) {
	f.Add("a # discreet: ignore[a] -- b\r\n// # discreet: x")
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range ReadSuppressions("p", text, "#", "//") {
			if s.Fault == "" && (s.Reason == "" || len(s.Rules) == 0) {
				t.Errorf("%+v", s)
			}
			if s.Start.Offset < 0 || s.End.Offset > len(text) || s.Start.Offset > s.End.Offset {
				t.Errorf("out of range: %+v", s)
			}
		}
	})
}
