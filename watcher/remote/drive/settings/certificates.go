package settings

import (
	"crypto/x509"
	"errors"
	"os"

	"github.com/rclone/rclone/fs"
	"github.com/rclone/rclone/fs/fshttp"
	"inlet.example/inlet/pipeline/message"
)

// sharedOptions are options that rclone has only for all places at once.
var sharedOptions = []string{"ca_cert", "client_cert", "client_key", "http_proxy"}

// checkCertificates reads the files before rclone does, which exits if it cannot read one.
func checkCertificates(options map[string]string) error {
	ca, cert, key := options["ca_cert"], options["client_cert"], options["client_key"]
	var errs []error
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if err == nil && !x509.NewCertPool().AppendCertsFromPEM(pem) {
			err = message.Errorf("%s contains no certificate in PEM format", ca)
		}
		if err != nil {
			errs = append(errs, of("ca_cert", message.Errorf("option ca_cert: %w", err)))
		}
	}
	switch {
	case cert == "" && key == "":
	case cert == "" || key == "":
		errs = append(errs, of("client_cert", message.Errorf("client_cert and client_key must be set together")))
	default:
		if _, err := fshttp.LoadKeyPair(cert, key, ""); err != nil {
			errs = append(errs, of("client_cert", message.Errorf("options client_cert and client_key: %w", err)))
		}
	}
	return errors.Join(errs...)
}

// ApplyShared passes the shared options to rclone.
func ApplyShared(ci *fs.ConfigInfo, options map[string]string) {
	if ca := options["ca_cert"]; ca != "" {
		ci.CaCert = []string{ca}
	}
	ci.ClientCert, ci.ClientKey = options["client_cert"], options["client_key"]
	ci.HTTPProxy = options["http_proxy"]
}
