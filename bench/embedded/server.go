package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// server is a DynamoDB endpoint in a process of its own.
type server struct {
	cmd     *exec.Cmd
	address string
	ready   time.Duration // from its start to its first answer
}

// startServer runs a binary whose last argument is the address, or the port.
func startServer(binary string, args ...string) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	where := address
	if args[len(args)-1] == "-p" {
		_, where, _ = net.SplitHostPort(address)
	}
	// On a core of its own; this process has the other (pin).
	s := &server{cmd: exec.Command("taskset", append([]string{"-c", "0", binary}, append(args, where)...)...), address: address}
	begun := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for time.Since(begun) < 10*time.Second {
		if _, err := s.ask("ListTables", "{}"); err == nil {
			s.ready = time.Since(begun)
			return s, nil
		}
		time.Sleep(time.Millisecond)
	}
	s.stop()
	return nil, fmt.Errorf("%s does not answer", binary)
}

// pin keeps this process, which makes the load, off the servers' core.
func pin(cores string) error {
	out, err := exec.Command("taskset", "-acp", cores, strconv.Itoa(os.Getpid())).CombinedOutput()
	if err != nil {
		return fmt.Errorf("taskset: %w: %s", err, out)
	}
	return nil
}

func (s *server) stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// message is a request as it goes over the wire. Engines want to see a
// signature and don't check it.
func (s *server) message(operation, body string) []byte {
	return fmt.Appendf(nil, "POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.%s\r\n"+
		"X-Amz-Date: 20300101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=local/20300101/us-east-1/dynamodb/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=0000000000000000000000000000000000000000000000000000000000000000\r\n"+
		"User-Agent: bench\r\nAccept-Encoding: identity\r\nContent-Length: %d\r\n\r\n%s", s.address, operation, len(body), body)
}

// connection sends one request after the other.
type connection struct {
	net.Conn
	in *bufio.Reader
}

func (s *server) dial() (*connection, error) {
	c, err := net.Dial("tcp", s.address)
	if err != nil {
		return nil, err
	}
	return &connection{c, bufio.NewReaderSize(c, 64<<10)}, nil
}

// roundTrip returns the answer's status and the length of its body, which it
// copies to out unless that is nil.
func (c *connection) roundTrip(message []byte, out *bytes.Buffer) (status, length int, err error) {
	if _, err := c.Write(message); err != nil {
		return 0, 0, err
	}
	length = -1
	for line := 0; ; line++ {
		text, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, 0, err
		}
		switch {
		case line == 0:
			if len(text) < 12 {
				return 0, 0, errors.New("a short status line")
			}
			status, _ = strconv.Atoi(string(text[9:12]))
		case len(text) <= 2:
			if length < 0 {
				return 0, 0, errors.New("no length")
			}
			if out == nil {
				_, err = c.in.Discard(length)
			} else {
				_, err = io.CopyN(out, c.in, int64(length))
			}
			return status, length, err
		case len(text) > 16 && bytes.EqualFold(text[:15], []byte("content-length:")):
			length, _ = strconv.Atoi(strings.TrimSpace(string(text[15:])))
		}
	}
}

func (s *server) ask(operation, body string) (string, error) {
	c, err := s.dial()
	if err != nil {
		return "", err
	}
	defer c.Close()
	var out bytes.Buffer
	status, _, err := c.roundTrip(s.message(operation, body), &out)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s: %d %s", operation, status, out.String())
	}
	return out.String(), err
}

// cpu is what the process has used so far.
func (s *server) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, errors.New("/proc says nothing of CPU")
	}
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		return 0, err
	}
	system, err := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond, err // a clock tick
}

type measurement struct {
	perSecond float64
	cpu       float64 // microseconds a request
}

// measure sends a workload over so many connections.
func (s *server) measure(w workload, o options) (measurement, error) {
	message := s.message(w.operation, w.body)
	var done atomic.Int64
	var wg sync.WaitGroup
	failed := make(chan error, o.connections)
	before, err := s.cpu()
	if err != nil {
		return measurement{}, err
	}
	begun := time.Now()
	for range o.connections {
		wg.Go(func() {
			c, err := s.dial()
			if err != nil {
				failed <- err
				return
			}
			defer c.Close()
			for time.Since(begun) < o.duration {
				status, length, err := c.roundTrip(message, nil)
				if err == nil && (status != http.StatusOK || length < w.least) {
					err = fmt.Errorf("%s: status %d, %d bytes", w.name, status, length)
				}
				if err != nil {
					failed <- err
					return
				}
				done.Add(1)
			}
		})
	}
	wg.Wait()
	took := time.Since(begun)
	after, err := s.cpu()
	if err != nil {
		return measurement{}, err
	}
	select {
	case err := <-failed:
		return measurement{}, err
	default:
	}
	n := float64(done.Load())
	return measurement{perSecond: n / took.Seconds(), cpu: float64((after - before).Microseconds()) / n}, nil
}
