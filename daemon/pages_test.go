package daemon_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
)

// TestPagesAskForALogin: over TLS, with a password, on an address that other hosts can reach.
func TestPagesAskForALogin(t *testing.T) {
	dir := t.TempDir()
	certificate(t, dir, "server")
	hash, err := bcrypt.GenerateFromPassword([]byte("hemligt"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	const encrypted = "tls_server_config: {cert_file: server.crt, key_file: server.key}\n"
	put(t, dir, "web.yaml", encrypted+fmt.Sprintf("basic_auth_users: {anna: %q}\n", hash))
	systemd := listenAsSystemd(t)
	r := run(t, guarded(t, dir, "0.0.0.0:0"))
	_, port, _ := net.SplitHostPort(r.url[len("https://"):])
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: trusting(t, dir)}}
	ask := func(user, password string) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://127.0.0.1:"+port+"/metrics", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if user != "" {
			req.SetBasicAuth(user, password)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	for want, login := range map[int][2]string{401: {}, 200: {"anna", "hemligt"}} {
		if got := ask(login[0], login[1]); got != want {
			t.Errorf("%q gets %d, want %d", login, got, want)
		}
	}
	if got := ask("anna", "annat"); got != 401 {
		t.Errorf("a wrong password gets %d", got)
	}
	soon(t, r, "the watchdog is fed all the same", func() bool { return strings.Count(systemd(), "WATCHDOG=1") >= 2 })
	put(t, dir, "web.yaml", encrypted)
	if got := ask("anna", "hemligt"); got != 503 {
		t.Errorf("without any login in the file the status is %d", got)
	}
	if strings.Contains(r.log.String(), string(hash)) || strings.Contains(r.log.String(), "sent unencrypted") {
		t.Errorf("logged: %s", r.log)
	}
}

// TestPagesAskForACertificate: a client without one gets no answer, and the watchdog is fed all the same.
func TestPagesAskForACertificate(t *testing.T) {
	dir := t.TempDir()
	certificate(t, dir, "server")
	certificate(t, dir, "anna")
	put(t, dir, "web.yaml", "tls_server_config: {cert_file: server.crt, key_file: server.key, client_ca_file: anna.crt, client_auth_type: RequireAndVerifyClientCert}\n")
	systemd := listenAsSystemd(t)
	r := run(t, guarded(t, dir, "127.0.0.1:0"))
	soon(t, r, "the watchdog is fed", func() bool { return strings.Count(systemd(), "WATCHDOG=1") >= 2 })
	own, err := tls.LoadX509KeyPair(filepath.Join(dir, "anna.crt"), filepath.Join(dir, "anna.key"))
	if err != nil {
		t.Fatal(err)
	}
	for name, with := range map[string][]tls.Certificate{"none": nil, "anna": {own}} {
		trust := trusting(t, dir)
		trust.Certificates = with
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: trust}}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url+"/healthz", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if (err == nil) != (name == "anna") {
			t.Errorf("certificate %s: %v", name, err)
		}
		if err == nil {
			_ = resp.Body.Close()
		}
	}
}

// TestWebConfigMistakes: a web configuration that would admit every client, or none, is rejected at the start.
func TestWebConfigMistakes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	certificate(t, dir, "server")
	for _, c := range []struct{ address, file, want string }{
		{"0.0.0.0:0", "", "requires no login, so other hosts could read the pages"},
		{"[::]:0", "tls_server_config: {cert_file: server.crt, key_file: server.key, client_auth_type: RequireAnyClientCert}\n", "requires no login"},
		{"127.0.0.1:0", "", ""},
		{"127.0.0.1:0", "basic_auth_users: {anna: hemligt}\n", "inlet.yaml:2:8: http.web_config_file"},
		{"127.0.0.1:0", "basic_auth_user: {}\n", "cannot be used"},
		{"127.0.0.1:0", "tls_server_config: {cert_file: gone.crt, key_file: gone.key}\n", "gone.crt"},
		{"10.0.0.1:0", "basic_auth_users: {anna: $2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi}\n", ""},
	} {
		put(t, dir, "web.yaml", c.file)
		_, err := loadConfig(t, dir, c.address)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s with %q: %v", c.address, c.file, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hemligt")):
			t.Errorf("%s with %q: %v, want %s", c.address, c.file, err, c.want)
		}
	}
}

func loadConfig(t *testing.T, dir, address string) (config.Config, error) {
	t.Helper()
	put(t, dir, "inlet.yaml", fmt.Sprintf("inboxes: [{name: kunder, path: inbox, settle: 100ms, scan: 200ms}]\nhttp: {web_config_file: web.yaml, address: %q}\n", address))
	return load.Load(filepath.Join(dir, "inlet.yaml"), load.Environment(nil))
}

func guarded(t *testing.T, dir, address string) config.Config {
	t.Helper()
	cfg, err := loadConfig(t, dir, address)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func put(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// trusting trusts the server's certificate, and no other.
func trusting(t *testing.T, dir string) *tls.Config {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, "server.crt"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(content)
	return &tls.Config{RootCAs: roots, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
}

// certificate makes NAME.crt, which signs itself, and NAME.key.
func certificate(t *testing.T, dir, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	cert, err := x509.CreateCertificate(rand.Reader, about, about, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, name+".crt", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})))
	put(t, dir, name+".key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
}
