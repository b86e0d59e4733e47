//go:build unix

package scan

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// TestPipesAndSocketsAreNoSource holds that nothing is opened that would wait
// for a writer.
func TestPipesAndSocketsAreNoSource(t *testing.T) {
	t.Chdir(plant(t, map[string]string{"app.py": leaky, ".gitignore": "/left.py\n", "left.py": leaky})) // a socket's name is short
	for _, name := range []string{"pipe.py", "pipe.yml", "sub/.gitignore", ".git/index", ".git/config", "pyvenv.py", "pipe.tf", "pipe.html", "pipe.sh"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(name, 0o600); err != nil {
			t.Skip("no pipes here: ", err)
		}
	}
	l, err := net.Listen("unix", "socket.py")
	if err != nil {
		t.Skip("no sockets here: ", err)
	}
	defer l.Close()
	if found, noticed := paths(t, "."); !slices.Equal(found, []string{"app.py"}) || len(noticed) > 0 {
		t.Errorf("found in %v, noticed %v", found, noticed)
	}
	if _, err := readFile("pipe.py", maxFile); err == nil {
		t.Error("a pipe was read")
	}
}
