package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)

func box(t testing.TB, keys Keys) *Box {
	t.Helper()
	b, err := New(keys)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func seal(t testing.TB, b *Box, plaintext string, context []byte) string {
	t.Helper()
	token, err := b.Seal([]byte(plaintext), context, noon)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestATokenOpensToWhatWasSealed(t *testing.T) {
	b := box(t, Random())
	rapid.Check(t, func(t *rapid.T) {
		plaintext := rapid.SliceOfN(rapid.Byte(), 0, MaxPlaintext).Draw(t, "plaintext")
		context := rapid.SliceOf(rapid.Byte()).Draw(t, "context")
		token, err := b.Seal(plaintext, context, noon)
		if err != nil {
			t.Fatal(err)
		}
		if len(token) > MaxToken {
			t.Fatalf("token of %d characters", len(token))
		}
		got, err := b.Open(token, context, noon.Add(Lifetime-time.Second))
		if err != nil || !bytes.Equal(got, plaintext) {
			t.Fatalf("got %q, %v", got, err)
		}
	})
}

func TestOnlyAnUnalteredTokenInItsContextAndTimeOpens(t *testing.T) {
	b := box(t, Random())
	context := Context("alice", "GET /projects", "status=open", "digest")
	token := seal(t, b, strings.Repeat("k", 100), context) // of a length that leaves bits over
	last := strings.IndexByte(alphabet, token[len(token)-1])

	tests := []struct {
		name    string
		box     *Box
		token   string
		context []byte
		now     time.Time
		opens   bool
	}{
		{"as it is", b, token, context, noon, true},
		{"at the end of its hour", b, token, context, noon.Add(Lifetime - time.Second), true},
		{"by a process whose clock is behind", b, token, context, noon.Add(-skew), true},
		{"after an hour", b, token, context, noon.Add(Lifetime), false},
		{"from the future", b, token, context, noon.Add(-skew - time.Second), false},
		{"another principal", b, token, Context("bob", "GET /projects", "status=open", "digest"), noon, false},
		{"parts moved", b, token, Context("alice", "GET /projectsstatus=open", "", "digest"), noon, false},
		{"no context", b, token, nil, noon, false},
		{"another key", box(t, Random()), token, context, noon, false},
		{"empty", b, "", context, noon, false},
		{"cut", b, token[:len(token)-1], context, noon, false},
		{"cut by four", b, token[:len(token)-4], context, noon, false},
		{"longer", b, token + "AAAA", context, noon, false},
		{"padded", b, token + "=", context, noon, false},
		{"a line break", b, token[:8] + "\n" + token[8:], context, noon, false},
		{"trailing bits", b, token[:len(token)-1] + string(alphabet[last^1]), context, noon, false},
		{"too long", b, strings.Repeat("A", MaxToken+1), context, noon, false},
		{"not base64", b, strings.Repeat("!", len(token)), context, noon, false},
		{"only zeros", b, strings.Repeat("A", len(token)), context, noon, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.box.Open(tt.token, tt.context, tt.now)
			if tt.opens != (err == nil) {
				t.Fatalf("opens: %v, error: %v", tt.opens, err)
			}
			if err != nil && err != ErrToken { //nolint:errorlint // it must be that very value
				t.Fatalf("an error that tells causes apart: %v", err)
			}
		})
	}
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func TestEveryAlteredBitIsRefused(t *testing.T) {
	b := box(t, Random())
	token := seal(t, b, "key", nil)
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		for bit := range 8 {
			altered := bytes.Clone(raw)
			altered[i] ^= 1 << bit
			if _, err := b.Open(base64.RawURLEncoding.EncodeToString(altered), nil, noon); err == nil {
				t.Fatalf("bit %d of byte %d", bit, i)
			}
		}
	}
}

func TestThePreviousKeyOpensAndNeverSeals(t *testing.T) {
	old, current := Random(), Random()
	rotated := box(t, Keys{Current: current.Current, Previous: old.Current})
	if _, err := rotated.Open(seal(t, box(t, old), "x", nil), nil, noon); err != nil {
		t.Fatal("a token of the previous key:", err)
	}
	if _, err := box(t, old).Open(seal(t, rotated, "x", nil), nil, noon); err == nil {
		t.Fatal("sealed with the previous key")
	}
}

func TestATokensLengthSaysOnlyItsBucket(t *testing.T) {
	b := box(t, Random())
	lengths := map[int]int{} // bucket -> length of its tokens
	for n := range 1000 {
		k := (header + n + bucket - 1) / bucket
		got := len(seal(t, b, strings.Repeat("x", n), nil))
		if want, ok := lengths[k]; ok && got != want {
			t.Fatalf("%d bytes: %d characters, others of the bucket %d", n, got, want)
		}
		lengths[k] = got
	}
	if len(lengths) != 16 {
		t.Fatalf("%d buckets", len(lengths))
	}
}

func TestTwoTokensOfOneTextDiffer(t *testing.T) {
	b := box(t, Random())
	one, other := seal(t, b, "x", nil), seal(t, b, "x", nil)
	if one == other {
		t.Fatal("equal tokens")
	}
}

func TestAPlaintextThatFitsNoTokenIsRefused(t *testing.T) {
	if _, err := box(t, Random()).Seal(make([]byte, MaxPlaintext+1), nil, noon); !errors.Is(err, ErrTooLong) {
		t.Fatal(err)
	}
}

func TestSubkeysDifferByPurposeAndKey(t *testing.T) {
	keys := Random()
	a, b := box(t, keys), box(t, Random())
	seen := map[Key]bool{keys.Current: true}
	for _, k := range []Key{a.Mask(), a.Pseudonym(), b.Mask(), b.Pseudonym()} {
		if seen[k] {
			t.Fatal("a key twice")
		}
		seen[k] = true
	}
	if again := box(t, keys); again.Mask() != a.Mask() || again.Pseudonym() != a.Pseudonym() {
		t.Fatal("one key, two subkeys")
	}
}

func TestKeysAreReadFromHexAndBase64(t *testing.T) {
	key := Random().Current
	for _, text := range []string{
		hex.EncodeToString(key[:]), strings.ToUpper(hex.EncodeToString(key[:])),
		base64.StdEncoding.EncodeToString(key[:]), base64.RawStdEncoding.EncodeToString(key[:]),
		base64.URLEncoding.EncodeToString(key[:]), " " + base64.RawURLEncoding.EncodeToString(key[:]) + "\n",
	} {
		if got, err := ParseKey(text); err != nil || got != key {
			t.Errorf("%v", err)
		}
	}
}

func TestABadKeyIsRefusedWithoutShowingIt(t *testing.T) {
	for _, text := range []string{
		"", "hunter2", strings.Repeat("hunter2!", 8), strings.Repeat("hunter2!", 5) + "abc",
		strings.Repeat("0", 64), strings.Repeat("A", 43), strings.Repeat("A", 42) + "B",
	} {
		_, err := ParseKeys(text, "")
		if err == nil {
			t.Errorf("%q was taken", text)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error shows the key: %v", err)
		}
		if _, err := ParseKeys(hex.EncodeToString(bytes.Repeat([]byte{1}, 32)), text); text != "" && err == nil {
			t.Errorf("%q was taken as the previous key", text)
		}
	}
	if _, err := New(Keys{}); err == nil {
		t.Error("a box without a key")
	}
}

func TestNoVerbAndNoEncoderShowsAKey(t *testing.T) {
	keys := Keys{Current: Key(bytes.Repeat([]byte{171}, 32)), Previous: Key(bytes.Repeat([]byte{171}, 32))}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%b", "%o", "%c", "%U", "%t"} {
		fmt.Fprintf(&out, verb+" "+verb+" ", keys, keys.Current)
	}
	encoded, err := json.Marshal(keys)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(encoded)
	for _, canary := range []string{"171", "abab", "ABAB", "10101011", "253", "\u00ab", "\xab"} {
		if strings.Contains(out.String(), canary) {
			t.Errorf("%q in %s", canary, out.String())
		}
	}
}

func FuzzOpen(f *testing.F) {
	b := box(f, Keys{Current: Key(bytes.Repeat([]byte{1}, 32)), Previous: Key(bytes.Repeat([]byte{2}, 32))})
	good := seal(f, b, "the key", []byte("context"))
	f.Add(good, []byte("context"))
	f.Add(good[:20], []byte(""))
	f.Add("AQ", []byte("context"))
	f.Fuzz(func(t *testing.T, token string, context []byte) {
		got, err := b.Open(token, context, noon)
		if err != nil {
			return
		}
		// Nothing else was ever sealed with these keys.
		if string(context) != "context" || string(got) != "the key" {
			t.Fatalf("opened what was never sealed: %q", token)
		}
		raw, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil || base64.RawURLEncoding.EncodeToString(raw) != token {
			t.Fatalf("two spellings of one token: %q", token)
		}
	})
}

func BenchmarkSealAndOpen(b *testing.B) {
	x := box(b, Random())
	context := Context("alice", "GET /projects", "", "digest")
	plaintext := bytes.Repeat([]byte("k"), 100)
	b.ReportAllocs()
	for b.Loop() {
		token, err := x.Seal(plaintext, context, noon)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := x.Open(token, context, noon); err != nil {
			b.Fatal(err)
		}
	}
}
