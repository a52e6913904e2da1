package check

import (
	"net"
	"strconv"

	"inlet.example/inlet/daemon/config"
)

// checkHTTP refuses pages that other hosts can read without a login: they show what is imported, and how.
func checkHTTP(ck *Checker, h config.HTTP) {
	guard, err := h.Guard()
	if err != nil {
		ck.Wrong("http.web_config_file", "%s cannot be used: %v; it must be a web configuration of Prometheus exporters, with tls_server_config and basic_auth_users", h.WebConfigFile, err)
	}
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
