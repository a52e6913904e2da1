package failure

import (
	"testing"

	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/drive/settings"
)

func TestErrorsShowNoSecrets(t *testing.T) {
	place := remote.Location{Type: "webdav", Options: map[string]string{"url": "https://h", "user": "anna", "pass": "very-secret", "headers": "X-Key,also-secret"}}
	e := Explainer{Place: place, Secrets: settings.Secrets(place)}
	for text, want := range map[string]string{
		"Get \"https://h/a?sig=abc&sv=1\": EOF":         "Get \"https://h/a?…\": EOF",
		"dial sftp://anna:pw@h/x: refused":              "dial sftp://…@h/x: refused",
		"login with very-secret and also-secret failed": "login with … and … failed",
		"really?":                                "really?",
		"<html>\n<h1>401  No</h1>\n</html>: 401": "401 No : 401",
		"invalid_grant: maybe token expired? - try refreshing with x":   "invalid_grant",
		"host key mismatch -- if the server key has changed, do that":   "host key mismatch",
		"no token - please run \"rclone config reconnect crm:\"":        "no token",
		"no key; re-run with --sftp-pin-host-key to accept":             "no key",
		"S3: ListObjects, RequestID: 1, HostID: 2=, api error No: No.:": "S3: ListObjects, api error No: No",
	} {
		if got := e.Redact(text); got != want {
			t.Errorf("%q became %q, wanted %q", text, got, want)
		}
	}
}
