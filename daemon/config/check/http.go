package check

import (
	"maps"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/daemon/config"
)

// checkHTTP refuses pages that other hosts can read without a login: they show what is imported, and how.
func checkHTTP(ck *Checker, h config.HTTP) {
	guard, err := h.Guard()
	if err != nil {
		ck.Wrong("http.web_config_file", "%s cannot be used: %v; it must be a web configuration of Prometheus exporters, with tls_server_config and basic_auth_users", h.WebConfigFile, err)
	}
	checkLogins(ck, h, guard)
	checkPprof(ck, h)
	const key = "http.address"
	host, port, err2 := net.SplitHostPort(h.Address)
	if err2 != nil {
		ck.Wrong(key, "%q is not a valid address; write host and port, e.g. 127.0.0.1:9464", h.Address)
		return
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		ck.Wrong(key, "%q is not a valid port; write a number from 0 to 65535, e.g. %s", port, net.JoinHostPort(host, "9464"))
		return
	}
	switch {
	case err != nil || guard.Login || !h.Public():
	case h.WebConfigFile == "":
		ck.Wrong(key, "other hosts could read the pages without a login; use 127.0.0.1:%s, or require a login with web_config_file", port)
	default:
		ck.Wrong("http.web_config_file", "%s requires no login, so other hosts could read the pages; write basic_auth_users, or client_auth_type: RequireAndVerifyClientCert", h.WebConfigFile)
	}
}

// checkLogins checks who may do what on the pages, and by which addresses they are opened.
func checkLogins(ck *Checker, h config.HTTP, guard config.Guard) {
	if h.Login != "" && h.Login != config.NoLogin {
		ck.Wrong("http.login", "%q is not valid; write none, or remove the line so that a login is required", h.Login)
	}
	if h.Login == config.NoLogin && h.Public() {
		ck.Wrong("http.login", "none is only for an address of this computer, and other hosts can reach %s; use 127.0.0.1, or remove the line", h.Address)
	}
	for _, name := range slices.Sorted(maps.Keys(h.Roles)) {
		key := "http.roles." + name
		oneOf(ck, key, h.Roles[name], config.RoleWords...)
		if users := slices.Sorted(maps.Keys(guard.Users)); len(users) > 0 && !slices.Contains(users, name) {
			ck.Wrong(key, "web_config_file has no login %s; %s", name, config.DidYouMean(name, users))
		}
	}
	for _, host := range h.Hosts {
		if host == "" || strings.ContainsAny(host, "/: *") {
			ck.Wrong("http.hosts", "%q is not a name; write it without https:// and port, e.g. inlet.example.se", host)
		}
	}
	if u, err := url.Parse(h.PublicURL); h.PublicURL != "" && (err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http") {
		ck.Wrong("http.public_url", "%q is not an address; write e.g. https://inlet.example.se", h.PublicURL)
	}
	if h.UploadBytes < 1 {
		ck.Wrong("http.upload_bytes", "%d is too small for any file; write a number of bytes, e.g. 1073741824", h.UploadBytes)
	}
	if h.UploadTotal < h.UploadBytes {
		ck.Wrong("http.upload_total", "%d is less than upload_bytes, so the largest file would have no room; write at least %d", h.UploadTotal, h.UploadBytes)
	}
	for _, origin := range h.Origins {
		if u, err := url.Parse(origin); err != nil || u.Host == "" || u.Path != "" || u.Scheme != "https" && u.Scheme != "http" {
			ck.Wrong("http.trusted_origins", "%q is not the address of a site; write scheme and host, e.g. https://portal.example.se", origin)
		}
	}
}

// checkPprof refuses profiles that other hosts could read without a login.
func checkPprof(ck *Checker, h config.HTTP) {
	if h.Pprof == "" || h.Pprof == config.PprofAdmin {
		return
	}
	host, port, err := net.SplitHostPort(h.Pprof)
	if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || !config.Loopback(host) {
		ck.Wrong("http.pprof", "%q is neither admin nor a loopback address with a port; write e.g. 127.0.0.1:6060", h.Pprof)
		return
	}
	if h.Pprof == h.Address && port != "0" {
		ck.Wrong("http.pprof", "%s is http.address; write another port, or admin", h.Pprof)
	}
}
