package load_test

import (
	"strings"
	"testing"

	"inlet.example/inlet/daemon/config/load"
)

// TestServicesOfTheCluster: beside a Service of Kubernetes whose name begins with inlet every container finds variables that begin as ours do.
func TestServicesOfTheCluster(t *testing.T) {
	environ := []string{"INLET_LOG_LEVEL=warn"}
	for _, service := range []string{"INLET", "INLET_STORE", "INLET_STORE_URI", "INLET_HTTP_ADDRESS", "INLET_IMPORT_2"} {
		environ = append(environ, service+"_SERVICE_HOST=10.0.0.1", service+"_SERVICE_PORT=80", service+"_SERVICE_PORT_HTTP=80",
			service+"_SERVICE_PORT_HTTP_METRICS=9464", service+"_PORT=tcp://10.0.0.1:80", service+"_PORT_80_TCP=tcp://10.0.0.1:80",
			service+"_PORT_80_TCP_PROTO=tcp", service+"_PORT_80_TCP_PORT=80", service+"_PORT_80_TCP_ADDR=10.0.0.1",
			service+"_PORT_53_UDP=udp://10.0.0.1:53", service+"_PORT_53_UDP_ADDR=10.0.0.1", service+"_PORT_7_SCTP=sctp://10.0.0.1:7")
	}
	environ = append(environ, "INLET_DNS_PORT=udp://10.0.0.1:53", "INLET_V6_PORT=tcp://[fd00::1]:80")
	cfg, err := load.Load("", load.Environment(environ))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Log.Level != "warn" {
		t.Errorf("a key of ours is passed over: the level is %s", cfg.Log.Level)
	}
}

// TestAlmostAService: a variable that is only almost of that form is a mistake, and reported.
func TestAlmostAService(t *testing.T) {
	for variable, want := range map[string]string{
		"INLET_PORT=8080":                  "unknown variable",
		"INLET_HTTP_PORT=8080":             "unknown variable",
		"INLET_STORE_PORT=mongodb://h/crm": "unknown variable",
		"INLET_STORE_SERVICE_HOSTS=a":      "unknown variable",
		"INLET_STORE_SERVICE_PORTS=a":      "unknown variable",
		"INLET_STORE_SERVICE=a":            "unknown variable",
		"INLET_STORE_PORT_TCP=a":           "unknown variable",
		"INLET_PORT_80_TCP_URL=a":          "unknown variable",
		"INLETSERVICE_HOST=a":              "",
		"INLET_STORE_URL=a":                "did you mean INLET_STORE_URI?",
		"INLET_SOURCES_PORT=8080":          "write sources in the file",
	} {
		_, err := load.Load("", load.Environment([]string{variable}))
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", variable, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", variable, err, want)
		}
	}
}
