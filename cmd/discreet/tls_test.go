package main

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
)

func TestATicketOfBeforeLetsNobodyInWhoseCAIsGone(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	for _, d := range []string{dir, other} {
		if err := makeCertificates(d); err != nil {
			t.Fatal(err)
		}
	}
	f := &tlsFiles{
		cert: filepath.Join(dir, "server.pem"), key: filepath.Join(dir, "server.key"), clientCA: filepath.Join(dir, "ca.pem"),
	}
	load := func() {
		c, err := f.read()
		if err != nil {
			t.Fatal(err)
		}
		f.current.Store(c)
	}
	load()
	l, err := tls.Listen("tcp", "127.0.0.1:0", f.config())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func(c net.Conn) {
				_, _ = io.WriteString(c, "in")
				_ = c.Close()
			}(c)
		}
	}()

	ca, err := os.ReadFile(f.clientCA)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "client.pem"), filepath.Join(dir, "client.key"))
	if err != nil {
		t.Fatal(err)
	}
	client := &tls.Config{
		RootCAs: x509.NewCertPool(), Certificates: []tls.Certificate{pair}, ClientSessionCache: tls.NewLRUClientSessionCache(1),
	}
	client.RootCAs.AppendCertsFromPEM(ca)
	in := func() bool {
		c, err := tls.Dial("tcp", l.Addr().String(), client)
		if err != nil {
			return false
		}
		defer c.Close()
		text, _ := io.ReadAll(c)
		return string(text) == "in"
	}
	for range 2 { // the second time with a ticket
		if !in() {
			t.Fatal("the client is of the CA, and does not get in")
		}
	}
	f.clientCA = filepath.Join(other, "ca.pem")
	load()
	if in() {
		t.Error("the client's CA is gone, and it gets in")
	}
}
