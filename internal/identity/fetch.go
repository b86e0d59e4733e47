package identity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	fetchTimeout = 5 * time.Second // of one document, body included
	maxDocument  = 1 << 20         // bytes of a document, after decompression
	maxRedirects = 3
)

// fetcher gets issuers' documents: little, soon, and from no other origin than
// the one asked.
type fetcher struct{ client *http.Client }

func newFetcher(given *http.Client) fetcher {
	client := http.Client{}
	if given != nil {
		client = *given
	} else {
		client.Transport = &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: 3 * time.Second}).DialContext,
			TLSHandshakeTimeout:    3 * time.Second,
			ResponseHeaderTimeout:  fetchTimeout,
			MaxResponseHeaderBytes: 64 << 10,
			IdleConnTimeout:        30 * time.Second,
			MaxIdleConns:           4,
			ForceAttemptHTTP2:      true,
		}
	}
	if client.Timeout <= 0 || client.Timeout > fetchTimeout {
		client.Timeout = fetchTimeout
	}
	client.Jar = nil
	client.CheckRedirect = sameOrigin
	return fetcher{&client}
}

func sameOrigin(next *http.Request, via []*http.Request) error {
	first := via[0].URL
	if next.URL.Scheme != first.Scheme || next.URL.Host != first.Host {
		return errors.New("a redirect to another origin")
	}
	if len(via) > maxRedirects {
		return errors.New("too many redirects")
	}
	return nil
}

// document is an answer of 200, 403 or 404; any other status is an error.
type document struct {
	status int
	body   []byte
	maxAge time.Duration // of Cache-Control; 0: it must be asked again; -1: not said
}

// get fetches a document. Its errors name the host, not the whole address.
func (f fetcher) get(ctx context.Context, address string) (document, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return document{}, errors.New("not an address")
	}
	req.Header.Set("Accept", "application/json, */*;q=0.1")
	req.Header.Set("User-Agent", "discreet")
	resp, err := f.client.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return document{}, fmt.Errorf("%s: %w", req.URL.Host, err)
	}
	defer resp.Body.Close()
	d := document{status: resp.StatusCode, maxAge: maxAge(resp.Header.Values("Cache-Control"))}
	switch d.status {
	case http.StatusForbidden, http.StatusNotFound:
		return d, nil
	case http.StatusOK:
	default:
		return document{}, fmt.Errorf("%s: status %d", req.URL.Host, d.status)
	}
	d.body, err = io.ReadAll(io.LimitReader(resp.Body, maxDocument+1))
	if err != nil {
		return document{}, fmt.Errorf("%s: %w", req.URL.Host, err)
	}
	if len(d.body) > maxDocument {
		return document{}, fmt.Errorf("%s: over %d bytes", req.URL.Host, maxDocument)
	}
	return d, nil
}

// maxAge reads Cache-Control (RFC 9111, 5.2.2).
func maxAge(headers []string) time.Duration {
	age := time.Duration(-1)
	for directive := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(directive)), "=")
		switch name {
		case "no-store", "no-cache":
			return 0
		case "max-age":
			if seconds, err := strconv.ParseUint(strings.Trim(value, `"`), 10, 31); err == nil {
				age = time.Duration(seconds) * time.Second
			}
		}
	}
	return age
}

// checkAddress demands https, so that nobody on the way can give us keys. Plain
// http is for an issuer on this machine.
func checkAddress(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return errors.New("not an https address")
	case u.User != nil:
		return errors.New("an address with a user name or password")
	case u.Fragment != "":
		return errors.New("an address with a fragment")
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	}
	return errors.New("neither an https address, nor an http one on loopback")
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

func isHTTPS(address string) bool { return strings.HasPrefix(strings.ToLower(address), "https:") }
