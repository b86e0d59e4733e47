package dynamo

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

const (
	dialTimeout      = 2 * time.Second
	handshakeTimeout = 2 * time.Second
)

// newTransport is a pool for one host. HTTP/1.1 alone, because then a
// connection carries one exchange, and a suspect one can be closed without
// touching another's. Proxies are those that the environment names.
//
// Connections are watched, but for TLS through a proxy, where net/http alone
// has the plain bytes.
func newTransport(secure *tls.Config) *http.Transport {
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return watch(dialer.DialContext(ctx, network, address))
		},
		DialTLSContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, dialTimeout+handshakeTimeout)
			defer cancel()
			return watch((&tls.Dialer{NetDialer: dialer, Config: secure}).DialContext(ctx, network, address))
		},
		TLSClientConfig: secure, // behind a proxy
		Protocols:       protocols,
		// The default of two idle connections makes new ones under any load.
		MaxIdleConns:           256,
		MaxIdleConnsPerHost:    256,
		MaxConnsPerHost:        1024,
		IdleConnTimeout:        30 * time.Second,
		TLSHandshakeTimeout:    handshakeTimeout,
		MaxResponseHeaderBytes: 64 << 10,
		ReadBufferSize:         16 << 10,
		WriteBufferSize:        8 << 10,
		DisableCompression:     true, // x-amz-crc32 is of the bytes as sent
	}
}

func watch(conn net.Conn, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	return &watched{Conn: conn}, nil
}
