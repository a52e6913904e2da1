package config

import (
	"net"
	"net/netip"
	"os"
	"strconv"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/exporter-toolkit/web"
)

// Guard is what a web configuration asks of who calls the pages.
type Guard struct {
	TLS   bool
	Login bool // a password, or a certificate that is looked at
}

// Public says whether other hosts can reach the pages.
func (h HTTP) Public() bool {
	host, _, err := net.SplitHostPort(h.Address)
	return err == nil && !loopback(host)
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
	tls := file.TLS.Cert != "" || file.TLS.CertFile != ""
	return Guard{TLS: tls, Login: len(file.Users) > 0 || tls && file.TLS.ClientAuth == "RequireAndVerifyClientCert"}, nil
}

// checkHTTP lets nobody in from outside who does not say who he is: what is imported, and how, is on the pages.
func (l *loading) checkHTTP(h HTTP) {
	guard, err := h.Guard()
	if err != nil {
		l.wrong("http.web_config_file", "%s cannot be used: %v; it is a web configuration of Prometheus's exporters, with tls_server_config and basic_auth_users", h.WebConfigFile, err)
	}
	const key = "http.address"
	host, port, err2 := net.SplitHostPort(h.Address)
	if err2 != nil {
		l.wrong(key, "%q is no address; write 127.0.0.1:9464", h.Address)
		return
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		l.wrong(key, "%q is no port; write a number from 0 to 65535, e.g. %s", port, net.JoinHostPort(host, "9464"))
		return
	}
	switch {
	case err != nil || guard.Login || !h.Public():
	case h.WebConfigFile == "":
		l.wrong(key, "other hosts could read the pages without a login; listen on 127.0.0.1:%s, or ask for one in a web_config_file", port)
	default:
		l.wrong("http.web_config_file", "%s asks for no login, and other hosts could read the pages; write basic_auth_users, or client_auth_type: RequireAndVerifyClientCert", h.WebConfigFile)
	}
}

// loopback says whether a host is this one, whatever it is connected to.
func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
