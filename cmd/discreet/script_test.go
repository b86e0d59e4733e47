package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/pflag"
)

var update = flag.Bool("update", false, "write the outputs in the scripts anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"discreet": main})
}

// TestScripts runs what the command promises: testdata/*.txtar. A script has the
// folder examples in its working folder, and these commands besides
// testscript's own:
//
//	start NAME ARG...         runs discreet, and waits until it listens: $NAME is
//	                          its address, NAME.out and NAME.err what it printed
//	eventually FILE REGEXP    waits until a file holds what the expression says
//	hangup NAME               sends SIGHUP
//	[!] end NAME              sends SIGTERM, and waits; it must end with 0
//	status CODE ARG...        runs discreet, and compares the exit code
//	request [FLAG...] URL     prints status, header and body of an answer
//	certificates              makes ca.pem, server.pem, client.pem and their keys
func TestScripts(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the scripts send signals and name paths as Unix does")
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(e *testscript.Env) error {
			e.Values["running"] = map[string]*process{}
			e.Setenv("GORACE", "atexit_sleep_ms=0") // else each process of -race ends a second late
			return os.CopyFS(filepath.Join(e.WorkDir, "examples"), os.DirFS("../../examples"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"start": cmdStart, "eventually": cmdEventually, "hangup": cmdHangup, "end": cmdEnd,
			"status": cmdStatus, "request": cmdRequest, "certificates": cmdCertificates,
		},
	})
}

// process is a command that serves.
type process struct {
	cmd  *exec.Cmd
	done chan error
}

const patience = 20 * time.Second

var (
	listening = regexp.MustCompile(`"msg":"listening","address":"([^"]+)"|DynamoDB endpoint: http://(\S+)`)
	admin     = regexp.MustCompile(`"msg":"answering /live and /ready","address":"([^"]+)"`)
)

func running(ts *testscript.TestScript) map[string]*process {
	return ts.Value("running").(map[string]*process)
}

func cmdStart(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: start NAME ARG...")
	}
	name := args[0]
	self, err := exec.LookPath(filepath.Join(firstOfPath(ts), "discreet"))
	ts.Check(err)
	p := &process{cmd: exec.Command(self, args[1:]...), done: make(chan error, 1)}
	p.cmd.Dir = ts.MkAbs(".")
	for _, key := range []string{"HOME", "PATH", "TMPDIR", "DISCREET_KEY", "DISCREET_KEY_PREVIOUS", "USER_POOL", "CLIENT_IDS", "GORACE"} {
		if v := ts.Getenv(key); v != "" {
			p.cmd.Env = append(p.cmd.Env, key+"="+v)
		}
	}
	out, err := os.Create(ts.MkAbs(name + ".out"))
	ts.Check(err)
	defer out.Close()
	errs, err := os.Create(ts.MkAbs(name + ".err"))
	ts.Check(err)
	defer errs.Close()
	p.cmd.Stdout, p.cmd.Stderr = out, errs
	ts.Check(p.cmd.Start())
	running(ts)[name] = p
	go func() { p.done <- p.cmd.Wait() }()
	ts.Defer(func() { _ = p.cmd.Process.Kill() })
	until(ts, func() bool {
		select {
		case err := <-p.done:
			ts.Fatalf("%s ended: %v\n%s", name, err, ts.ReadFile(name+".err"))
		default:
		}
		printed := ts.ReadFile(name+".err") + ts.ReadFile(name+".out")
		if m := admin.FindStringSubmatch(printed); m != nil {
			ts.Setenv(name+"_admin", m[1])
		}
		m := listening.FindStringSubmatch(printed)
		if m != nil {
			ts.Setenv(name, m[1]+m[2])
		}
		return m != nil
	}, name+" does not listen")
}

func firstOfPath(ts *testscript.TestScript) string {
	return filepath.SplitList(ts.Getenv("PATH"))[0]
}

func until(ts *testscript.TestScript, true func() bool, what string) {
	for end := time.Now().Add(patience); !true(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("%s", what)
		}
	}
}

func cmdEventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: eventually FILE REGEXP")
	}
	re, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	var text string
	end := time.Now().Add(patience)
	for {
		if text = ts.ReadFile(args[0]); re.MatchString(text) {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("%s does not come to hold %s:\n%s", args[0], args[1], text)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func find(ts *testscript.TestScript, args []string) *process {
	if len(args) != 1 || running(ts)[args[0]] == nil {
		ts.Fatalf("takes the name of a running process")
	}
	return running(ts)[args[0]]
}

func cmdHangup(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(find(ts, args).cmd.Process.Signal(syscall.SIGHUP))
}

func cmdEnd(ts *testscript.TestScript, neg bool, args []string) {
	p := find(ts, args)
	ts.Check(p.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case err := <-p.done:
		if (err != nil) != neg {
			ts.Fatalf("ended: %v\n%s", err, ts.ReadFile(args[0]+".err"))
		}
	case <-time.After(patience):
		ts.Fatalf("does not end")
	}
	delete(running(ts), args[0])
}

func cmdRequest(ts *testscript.TestScript, neg bool, args []string) {
	f := pflag.NewFlagSet("request", pflag.ContinueOnError)
	method := f.StringP("method", "X", "GET", "")
	headers := f.StringArrayP("header", "H", nil, "")
	body := f.StringP("data", "d", "", "")
	ca := f.String("ca", "", "")
	cert := f.String("cert", "", "")
	ts.Check(f.Parse(args))

	r, err := http.NewRequest(*method, f.Arg(0), strings.NewReader(*body))
	ts.Check(err)
	if *body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range *headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Host = value
		}
		r.Header.Set(name, value)
	}
	t := &http.Transport{TLSClientConfig: &tls.Config{ClientSessionCache: tls.NewLRUClientSessionCache(1)}, ForceAttemptHTTP2: true}
	defer t.CloseIdleConnections()
	if *ca != "" {
		t.TLSClientConfig.RootCAs = x509.NewCertPool()
		t.TLSClientConfig.RootCAs.AppendCertsFromPEM([]byte(ts.ReadFile(*ca)))
	}
	if *cert != "" {
		pair, err := tls.LoadX509KeyPair(ts.MkAbs(*cert+".pem"), ts.MkAbs(*cert+".key"))
		ts.Check(err)
		t.TLSClientConfig.Certificates = []tls.Certificate{pair}
	}
	answer, err := (&http.Client{Transport: t, Timeout: patience}).Do(r)
	if neg {
		if err == nil {
			ts.Fatalf("answered: %s", answer.Status)
		}
		fmt.Fprintln(ts.Stdout(), err)
		return
	}
	ts.Check(err)
	defer answer.Body.Close()
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %s\n", answer.Proto, answer.Status)
	_ = answer.Header.Write(&out)
	out.WriteByte('\n')
	_, err = io.Copy(&out, answer.Body)
	ts.Check(err)
	_, err = ts.Stdout().Write(append(out.Bytes(), '\n'))
	ts.Check(err)
}

// cmdStatus runs discreet and compares its exit code.
func cmdStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: status CODE ARG...")
	}
	code := 0
	if err := ts.Exec("discreet", args[1:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("exit code %d", code)
	}
}
