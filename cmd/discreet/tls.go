package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
)

// tlsFiles are the files of TLS. They are read at the start and on reload.
type tlsFiles struct {
	cert, key, clientCA string
	current             atomic.Pointer[tls.Config]
}

// none reports whether plain HTTP is spoken.
func (f *tlsFiles) none() bool { return f.cert == "" && f.key == "" && f.clientCA == "" }

// read reads the files and puts nothing in force: TLS 1.2 and later, HTTP/2
// where the client speaks it, and with a client CA its clients alone.
func (f *tlsFiles) read() (*tls.Config, error) {
	if f.cert == "" || f.key == "" {
		return nil, errors.New("TLS takes both --tls-cert and --tls-key")
	}
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert, --tls-key: %w", err)
	}
	c := &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{pair},
		NextProtos:   []string{"h2", "http/1.1"},
	}
	if f.clientCA == "" {
		return c, nil
	}
	pem, err := os.ReadFile(f.clientCA)
	if err != nil {
		return nil, fmt.Errorf("--tls-client-ca: %w", err)
	}
	c.ClientCAs = x509.NewCertPool()
	if !c.ClientCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("--tls-client-ca: no certificate in %s", f.clientCA)
	}
	c.ClientAuth = tls.RequireAndVerifyClientCert
	return c, nil
}

// config is the server's: each handshake takes what is in force then. A session
// that a client resumes is checked against the CA again (crypto/tls).
func (f *tlsFiles) config() *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		NextProtos:         []string{"h2", "http/1.1"},
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return f.current.Load(), nil },
	}
}
