// Package health asks a daemon on this host whether it runs, for containers, which have no other program that could.
package health

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/message"
)

// timeout is how long an answer may take; that of a container's check is longer.
const timeout = 5 * time.Second

// client asks this host, so there is no certificate to verify.
var client = &http.Client{Timeout: timeout, Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // see above

// Ask requests /healthz, or /readyz, of the daemon of a configuration. An error says why it is not healthy.
func Ask(ctx context.Context, cfg config.HTTP, ready bool) error {
	url, err := address(cfg)
	if err != nil {
		return err
	}
	url += "/healthz"
	if ready {
		url = strings.TrimSuffix(url, "/healthz") + "/readyz"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return message.Errorf("ask %s: %w", url, err)
	}
	resp, err := client.Do(req)
	if refused, ok := errors.AsType[*net.OpError](err); ok && refused.Op == "remote error" {
		return nil // it asks for a client certificate, so it answers
	}
	if err != nil {
		return message.Errorf("the daemon does not answer: %w", err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
	if resp.StatusCode != http.StatusOK {
		return message.Errorf("the daemon answers %s: %s", resp.Status, message.PlainLines(strings.TrimSpace(string(body))))
	}
	return nil
}

// address returns the beginning of the addresses of the pages, as seen from this host.
func address(cfg config.HTTP) (string, error) {
	host, port, err := net.SplitHostPort(cfg.Address)
	if err != nil {
		return "", fmt.Errorf("http.address: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // not localhost: a container may have no file that says what that is
	}
	guard, err := cfg.Guard()
	if err != nil {
		return "", fmt.Errorf("http.web_config_file: %w", err)
	}
	scheme := "http://"
	if guard.TLS {
		scheme = "https://"
	}
	return scheme + net.JoinHostPort(host, port), nil
}
