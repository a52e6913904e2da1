package drive

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/watcher/remote"
)

// cloud is a source at a service that has no test server. It goes to h, which answers as its API would.
func cloud(t *testing.T, kind string, h http.Handler) remote.Location {
	plain := httptest.NewServer(h)
	t.Cleanup(plain.Close)
	s := remote.Location{Source: "crm", Type: kind, Root: "bucket/in"}
	switch kind {
	case "onedrive":
		s.Options = loggedIn(t, h, "graph.microsoft.com")
		s.Options["drive_id"], s.Options["drive_type"] = "b!x", "business"
	case "dropbox":
		s.Options = loggedIn(t, h, "*.dropboxapi.com")
	case "box":
		s.Options = loggedIn(t, h, "*.box.com")
	case "drive":
		s.Options = loggedIn(t, h, "*.googleapis.com")
	case "googlecloudstorage":
		s.Options = map[string]string{"endpoint": plain.URL, "anonymous": "true"}
	case "azureblob":
		s.Options = map[string]string{"sas_url": plain.URL + "/account?sv=1&sig=very-secret"}
	case "s3":
		s.Options = map[string]string{"endpoint": plain.URL, "access_key_id": "app", "secret_access_key": "very-secret"}
	case "webdav":
		s.Options = map[string]string{"url": plain.URL, "user": "anna", "pass": "very-secret"}
	}
	return s
}

func loggedIn(t *testing.T, h http.Handler, host string) map[string]string {
	ca, proxy := intercept(t, h, host)
	return map[string]string{"ca_cert": ca, "http_proxy": proxy, "client_id": "app", "client_secret": "very-secret", "token": googleToken("very-secret", time.Hour)}
}

// body is what an API says beside the status.
func body(kind string, status int) string {
	switch kind {
	case "onedrive":
		code := map[int]string{401: "InvalidAuthenticationToken", 403: "accessDenied", 429: "activityLimitReached", 404: "itemNotFound"}[status]
		return fmt.Sprintf(`{"error": {"code": %q, "message": "No."}}`, code)
	case "dropbox":
		tag := map[int]string{401: "invalid_access_token", 403: "no_permission", 429: "too_many_requests"}[status]
		if status == 429 {
			return `{"error_summary": "too_many_requests/..", "error": {"reason": {".tag": "too_many_requests"}, "retry_after": 90}}`
		}
		return fmt.Sprintf(`{"error_summary": "%s/..", "error": {".tag": %q}}`, tag, tag)
	case "box":
		return fmt.Sprintf(`{"type": "error", "status": %d, "code": "no", "message": "No."}`, status)
	case "drive", "googlecloudstorage":
		reason := map[int]string{401: "authError", 403: "forbidden", 429: "rateLimitExceeded", 404: "notFound"}[status]
		return fmt.Sprintf(`{"error": {"code": %d, "message": "No.", "errors": [{"reason": %q, "message": "No."}]}}`, status, reason)
	case "azureblob", "s3":
		code := map[int]string{401: "NoAuthenticationInformation", 403: "AccessDenied", 429: "SlowDown", 404: "NoSuchBucket"}[status]
		return fmt.Sprintf(`<?xml version="1.0"?><Error><Code>%s</Code><Message>No.</Message></Error>`, code)
	}
	return ""
}

// TestRefusals has each place that speaks HTTP refuse everything.
func TestRefusals(t *testing.T) {
	for _, kind := range []string{"onedrive", "dropbox", "box", "googlecloudstorage", "azureblob", "drive", "s3", "webdav"} {
		for _, status := range []int{401, 403, 404, 429} {
			t.Run(fmt.Sprint(kind, " ", status), func(t *testing.T) {
				t.Parallel()
				s := cloud(t, kind, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					if status == 429 {
						w.Header().Set("Retry-After", "90")
					}
					w.Header().Set("Content-Type", "application/json")
					w.WriteHeader(status)
					io.WriteString(w, body(kind, status))
				}))
				began := time.Now()
				err := fails(t, &place{settings: s})
				wait, busy := errors.AsType[*remote.Wait](err)
				if isDenied(err) != (status == 401) || busy != (status == 429) {
					t.Errorf("denied %v, busy %v", isDenied(err), busy)
				}
				if busy && wait.After.Round(10*time.Second) != 90*time.Second && kind != "box" { // rclone throws Box's away
					t.Errorf("waits %s", wait.After)
				}
				if status == 403 && !strings.Contains(err.Error(), " need") && !strings.Contains(err.Error(), "share it with") {
					t.Error("it does not say which right is missing")
				}
				if took := time.Since(began); took > 20*time.Second {
					t.Errorf("it took %s", took)
				}
			})
		}
	}
}
