package config

import (
	"crypto/tls"
	"net"
	"net/netip"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/exporter-toolkit/web"
)

// Guard is what a web configuration asks of who calls the pages.
type Guard struct {
	TLS   bool
	Login bool              // a password, or a certificate that is looked at
	Users map[string]string // bcrypt hashes of passwords, by name
}

// Public reports whether other hosts can reach the pages.
func (h HTTP) Public() bool {
	host, _, err := net.SplitHostPort(h.Address)
	return err == nil && !Loopback(host)
}

// Guard reads the web configuration as it is now: the pages take a change of it at once. Without one nothing is asked.
func (h HTTP) Guard() (Guard, error) {
	if h.WebConfigFile == "" {
		return Guard{}, nil
	}
	if err := web.Validate(h.WebConfigFile); err != nil {
		return Guard{}, err
	}
	content, err := os.ReadFile(h.WebConfigFile)
	if err != nil {
		return Guard{}, err
	}
	var file struct {
		Users map[string]string `yaml:"basic_auth_users"`
		TLS   struct {
			Cert       string `yaml:"cert"`
			CertFile   string `yaml:"cert_file"`
			ClientAuth string `yaml:"client_auth_type"`
		} `yaml:"tls_server_config"`
	}
	if err := yaml.Unmarshal(content, &file); err != nil {
		return Guard{}, err
	}
	encrypted := file.TLS.Cert != "" || file.TLS.CertFile != ""
	return Guard{TLS: encrypted, Login: len(file.Users) > 0 || encrypted && file.TLS.ClientAuth == "RequireAndVerifyClientCert", Users: file.Users}, nil
}

// TLS returns the certificates of the web configuration as it is now; nil without TLS.
func (h HTTP) TLS() (*tls.Config, error) {
	guard, err := h.Guard()
	if err != nil || !guard.TLS {
		return nil, err
	}
	content, err := os.ReadFile(h.WebConfigFile)
	if err != nil {
		return nil, err
	}
	var file web.Config
	if err := yaml.Unmarshal(content, &file); err != nil {
		return nil, err
	}
	file.TLSConfig.SetDirectory(filepath.Dir(h.WebConfigFile))
	return web.ConfigToTLSConfig(&file.TLSConfig)
}

// Loopback reports whether a host is this one, whatever it is connected to.
func Loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
