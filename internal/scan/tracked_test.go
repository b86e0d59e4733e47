package scan

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// gitIndex writes an index as git does.
func gitIndex(version uint32, size int, names ...string) []byte {
	b := []byte("DIRC")
	b = binary.BigEndian.AppendUint32(b, version)
	b = binary.BigEndian.AppendUint32(b, uint32(len(names)))
	last := ""
	for _, name := range names {
		start := len(b)
		b = append(b, bytes.Repeat([]byte{1}, 40+size)...)
		flags := uint16(len(name))
		if version == 3 {
			flags |= 0x4000
		}
		b = binary.BigEndian.AppendUint16(b, flags)
		if version == 3 {
			b = binary.BigEndian.AppendUint16(b, 0)
		}
		if version < 4 {
			b = append(b, name...)
			b = append(b, make([]byte, 8-(len(b)-start)%8)...)
			continue
		}
		same := 0
		for same < min(len(last), len(name)) && last[same] == name[same] {
			same++
		}
		if drop := len(last) - same; drop < 0x80 {
			b = append(b, byte(drop))
		} else {
			b = append(b, 0x80|byte((drop>>7)-1), byte(drop&0x7f))
		}
		b = append(append(b, name[same:]...), 0)
		last = name
	}
	return append(b, bytes.Repeat([]byte{2}, size)...)
}

func TestWhatGitTracksIsReadThoughGitignoreNamesIt(t *testing.T) {
	long := strings.Repeat("long/", 60)
	for name, index := range map[string][]byte{
		"version 2": gitIndex(2, 20, "app/build/kept.py", "app/config.py", long+"a.py"), "version 3": gitIndex(3, 20, "app/build/kept.py", "app/config.py"),
		"version 4": gitIndex(4, 20, long+"a.py", "app/build/kept.py", "app/config.py"),
	} {
		t.Run(name, func(t *testing.T) {
			root := plant(t, map[string]string{
				"app/.gitignore": "config.py\nlocal.py\nbuild/\n", "app/config.py": leaky, "app/local.py": leaky,
				"app/build/kept.py": leaky, "app/build/other.py": leaky, ".git/index": string(index),
			})
			got, _ := paths(t, filepath.Join(root, "app"))
			if want := []string{"build/kept.py", "config.py"}; !slices.Equal(got, want) {
				t.Errorf("found in %v, want %v", got, want)
			}
		})
	}
}

func TestTheIndexOfALinkedWorkTreeAndOneOfSHA256AreRead(t *testing.T) {
	root := plant(t, map[string]string{
		"tree/.gitignore": "config.py\n", "tree/config.py": leaky, "tree/.git": "gitdir: ../main/worktrees/tree\n",
		"main/worktrees/tree/index": string(gitIndex(2, 32, "config.py")), "main/worktrees/tree/config": "[extensions]\n\tobjectFormat = sha256\n",
	})
	if got, _ := paths(t, filepath.Join(root, "tree")); !slices.Equal(got, []string{"config.py"}) {
		t.Errorf("found in %v", got)
	}
}

func TestAnIndexThatCannotBeReadTracksNothing(t *testing.T) {
	whole := gitIndex(2, 20, "config.py")
	for _, index := range []string{"", "DIRC", string(whole[:50]), "DIRC\x00\x00\x00\x09\x00\x00\x00\x01" + string(whole[12:]), strings.Repeat("x", 100)} {
		root := plant(t, map[string]string{".gitignore": "config.py\n", "config.py": leaky, "app.py": leaky, ".git/index": index})
		if got, _ := paths(t, root); !slices.Equal(got, []string{"app.py"}) {
			t.Errorf("found in %v", got)
		}
	}
	root := plant(t, map[string]string{".gitignore": "config.py\n", "config.py": leaky})
	if err := os.Mkdir(filepath.Join(root, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got, _ := paths(t, root); len(got) > 0 {
		t.Errorf("found in %v", got)
	}
}

// FuzzIndex reads an index of git's whatever stands in it.
func FuzzIndex(f *testing.F) {
	for _, version := range []uint32{2, 3, 4} {
		f.Add(gitIndex(version, 20, "a/b.py", "a/c.py", "d.py"), 20)
		f.Add(gitIndex(version, 32, "a/b.py"), 32)
		f.Add(gitIndex(version, 20, strings.Repeat("a/", maxName), "a/b.py"), 20)
	}
	f.Fuzz(func(t *testing.T, index []byte, size int) {
		if size != 20 && size != 32 {
			return
		}
		names := 0
		eachEntry(index, size, func(name string) {
			names++
			if len(name) > maxName {
				t.Errorf("a name of %d bytes", len(name))
			}
		})
		if names > len(index) {
			t.Errorf("%d names in %d bytes", names, len(index))
		}
	})
}
