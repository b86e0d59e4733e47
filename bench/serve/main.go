// Command serve measures what `discreet serve` costs against the same API
// written by hand, in one run: CPU of the server process per request, with one
// stub for DynamoDB behind all of them, pairs interleaved, medians.
//
//	go run ./bench/serve                         # discreet and the Go SDK
//	go run ./bench/serve -python venv/bin/python # and Flask with boto3
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "by-hand" {
		byHand(os.Args[2], os.Args[3])
		return
	}
	python := flag.String("python", "", "a python with flask, boto3 and gunicorn")
	rounds := flag.Int("rounds", 5, "rounds; the median counts")
	seconds := flag.Float64("seconds", 2, "seconds of load a round")
	flag.Parse()
	if err := run(*python, *rounds, time.Duration(*seconds*float64(time.Second))); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// peer is a server under load.
type peer struct {
	name string
	url  string
	cmd  *exec.Cmd
	us   map[int][]float64 // CPU per request in microseconds, by items
}

func run(python string, rounds int, length time.Duration) error {
	dir, err := os.MkdirTemp("", "discreet-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	upstream, err := stub()
	if err != nil {
		return err
	}
	peers, err := start(dir, upstream, python)
	defer func() {
		for _, p := range peers {
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
		}
	}()
	if err != nil {
		return err
	}
	for range rounds {
		for _, items := range []int{1, 100} {
			for _, p := range peers {
				us, err := p.load(items, length)
				if err != nil {
					return fmt.Errorf("%s: %w", p.name, err)
				}
				p.us[items] = append(p.us[items], us)
			}
		}
	}
	fmt.Printf("%-28s %14s %8s %14s %8s\n", "", "1 item, us CPU", "ratio", "100 items, us", "ratio")
	for _, p := range peers {
		one, many := median(p.us[1]), median(p.us[100])
		fmt.Printf("%-28s %14.0f %8.1f %14.0f %8.1f\n", p.name, one, one/median(peers[0].us[1]), many, many/median(peers[0].us[100]))
	}
	return nil
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

const benchContract = `contract: 1
identity:
  - header: { id: X-User-Id, from: [loopback] }
tables:
  Bench:
    partition_key: owner
    sort_key: id
    attributes: { owner: S ordinary, id: S ordinary, name: S ordinary, total: N ordinary, ssn: S secret }
views:
  mine: { of: Bench, scope: { owner: principal.id }, show: [owner, id, name, total] }
routes:
  GET /items/{id}: { get: mine }
  GET /items: { list: mine, page: { default: 100, max: 100 } }
`

func start(dir, upstream, python string) (peers []*peer, err error) {
	contract := filepath.Join(dir, "discreet.yaml")
	if err := os.WriteFile(contract, []byte(benchContract), 0o600); err != nil {
		return nil, err
	}
	binary := filepath.Join(dir, "discreet")
	if out, err := exec.Command("go", "build", "-o", binary, "./cmd/discreet").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	add := func(name string, command func(address string) *exec.Cmd) error {
		address, err := freeAddress()
		if err != nil {
			return err
		}
		p := &peer{name: name, url: "http://" + address, cmd: command(address), us: map[int][]float64{}}
		p.cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x", "AWS_REGION=us-east-1", "UPSTREAM="+upstream, "GOMAXPROCS=1")
		if err := p.cmd.Start(); err != nil {
			return err
		}
		peers = append(peers, p)
		return p.wait()
	}
	err = add("discreet serve", func(address string) *exec.Cmd {
		return exec.Command(binary, "serve", contract, "--endpoint", upstream, "--listen", address, "--skip-table-check")
	})
	if err == nil {
		err = add("Go SDK by hand", func(address string) *exec.Cmd { return exec.Command(self, "by-hand", address, upstream) })
	}
	if err == nil && python != "" {
		app := filepath.Join(dir, "app.py")
		if err := os.WriteFile(app, []byte(flaskApp), 0o600); err != nil {
			return peers, err
		}
		err = add("Flask + boto3, gunicorn", func(address string) *exec.Cmd {
			return exec.Command(python, "-m", "gunicorn", "--chdir", dir, "-w", "1", "-b", address, "app:app")
		})
	}
	return peers, err
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func (p *peer) wait() error {
	for range 400 {
		if _, err := p.get(http.DefaultClient, "/items/i0"); err == nil {
			return nil
		}
		time.Sleep(25 * time.Millisecond)
	}
	return errors.New(p.name + " does not answer")
}

func (p *peer) get(c *http.Client, path string) (int, error) {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, p.url+path, nil)
	if err != nil {
		return 0, err
	}
	r.Header.Set("X-User-Id", "alice")
	resp, err := c.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = errors.New(resp.Status)
	}
	return int(n), err
}

// load sends requests from four connections and returns the server's CPU per
// request.
func (p *peer) load(items int, length time.Duration) (float64, error) {
	path := "/items/i0"
	if items > 1 {
		path = "/items"
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}}
	defer client.CloseIdleConnections()
	before, err := cpu(p.cmd.Process.Pid)
	if err != nil {
		return 0, err
	}
	var wg sync.WaitGroup
	counts, failures := make([]int, 4), make([]error, 4)
	end := time.Now().Add(length)
	for i := range counts {
		wg.Go(func() {
			for time.Now().Before(end) && failures[i] == nil {
				_, failures[i] = p.get(client, path)
				counts[i]++
			}
		})
	}
	wg.Wait()
	after, err := cpu(p.cmd.Process.Pid)
	if err := errors.Join(append(failures, err)...); err != nil {
		return 0, err
	}
	n := 0
	for _, c := range counts {
		n += c
	}
	return (after - before).Seconds() * 1e6 / float64(n), nil
}

// cpu is the time that a process and its children have used, by /proc.
func cpu(pid int) (time.Duration, error) {
	const tick = 10 * time.Millisecond // USER_HZ
	ticks := 0
	for _, id := range append(children(pid), pid) {
		text, err := os.ReadFile("/proc/" + strconv.Itoa(id) + "/stat")
		if err != nil {
			return 0, err
		}
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		for _, f := range fields[11:13] { // utime and stime
			n, err := strconv.Atoi(f)
			if err != nil {
				return 0, err
			}
			ticks += n
		}
	}
	return time.Duration(ticks) * tick, nil
}

func children(pid int) []int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return nil
	}
	var out []int
	for _, f := range strings.Fields(string(text)) {
		if id, err := strconv.Atoi(f); err == nil {
			out = append(out, id)
		}
	}
	return out
}

// stub answers every GetItem with one item and every Query with a hundred, of
// twelve attributes and a kilobyte each.
func stub() (string, error) {
	item := func(i int) string {
		return fmt.Sprintf(`{"owner":{"S":"alice"},"id":{"S":"i%d"},"name":{"S":"Item %d"},"total":{"N":"%d.5"},"ssn":{"S":"%s"},"a":{"S":"%s"},"b":{"N":"1"},"c":{"BOOL":true},"d":{"S":"x"},"e":{"SS":["p","q"]},"f":{"M":{"g":{"S":"h"}}},"g":{"S":"%s"}}`,
			i, i, i, strings.Repeat("0", 40), strings.Repeat("a", 400), strings.Repeat("b", 200))
	}
	one := []byte(`{"Item":` + item(0) + `}`)
	var all []string
	for i := range 100 {
		all = append(all, item(i))
	}
	many := fmt.Appendf(nil, `{"Count":100,"Items":[%s],"ScannedCount":100}`, strings.Join(all, ","))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		body := one
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".Query") {
			body = many
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})}
	go func() { _ = s.Serve(l) }()
	return "http://" + l.Addr().String(), nil
}
