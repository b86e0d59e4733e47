package python

import "testing"

func TestTheValueOfAString(t *testing.T) {
	tests := map[string]string{
		`'plain'`:                "plain",
		`"a" 'b' """c"""`:        "abc",
		`'\n\t\\\'\"\a\b\f\v\r'`: "\n\t\\'\"\a\b\f\v\r",
		`'\x41\u00e9\U0001F600'`: "Aé😀",
		`'\101\0\1234'`:          "A\x00S4",
		`'\d\('`:                 `\d\(`,
		`r'\n' R"\'"`:            `\n\'`,
		`b'\xff\u0041'`:          "\xff\\u0041",
		`rb'\xff'`:               `\xff`,
		`u'a'`:                   "a",
		`'\N{BULLET}x'`:          "\uFFFDx",
		`'\ud800'`:               "\uFFFD",
		`'\U99999999'`:           "\uFFFD",
		"'a\\\nb'":               "ab",
		"'''a\r\nb\rc'''":        "a\nb\nc",
		"r'''a\r\nb'''":          "a\nb",
		`'\é'`:                   `\é`,
		`''`:                     "",
	}
	for src, want := range tests {
		f := Parse("x.py", []byte(src), Limits{})
		if len(f.Problems) > 0 || len(f.Body) != 1 {
			t.Errorf("%s: %v", src, f.Problems)
			continue
		}
		if s := f.Body[0].(*ExprStmt).Value.(*String); s.Value != want {
			t.Errorf("%s is %q, want %q", src, s.Value, want)
		}
	}
}

func TestNoMessageHoldsTextOfTheSource(t *testing.T) {
	const secret = "hunter2"
	for _, src := range []string{
		"a b" + secret, "x = 'a' " + secret, "x = '" + secret, "f'{" + secret + " x}'", "f'{x!" + secret + "}'",
		"x = '" + secret + "' '" + secret + "' 1", "$" + secret, "# coding: " + secret + "\n", "0777" + secret,
	} {
		f := Parse("x.py", []byte(src), Limits{})
		if len(f.Problems) == 0 {
			t.Errorf("%s: no problem", src)
		}
		for _, p := range f.Problems {
			for i := 0; i+len(secret) <= len(p.Message); i++ {
				if p.Message[i:i+len(secret)] == secret {
					t.Errorf("%s: %s", src, p.Message)
				}
			}
		}
	}
}
