package failure

import (
	"errors"
	"net/http"
	"net/textproto"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	smithy "github.com/aws/smithy-go/transport/http"
	"github.com/cloudsoda/go-smb2"
	box "github.com/rclone/rclone/backend/box/api"
	webdav "github.com/rclone/rclone/backend/webdav/api"
	"github.com/rclone/rclone/lib/pacer"
	"google.golang.org/api/googleapi"
)

// Each backend has its own errors. Here they become an HTTP status, with the header where rclone passes it on (not for WebDAV and Box).

// statusOf is the status that the server sent; 0 if it is not known.
func statusOf(err error) (int, http.Header) {
	if e, ok := errors.AsType[*googleapi.Error](err); ok {
		return e.Code, e.Header
	}
	if e, ok := errors.AsType[*azcore.ResponseError](err); ok {
		if e.RawResponse == nil {
			return e.StatusCode, nil
		}
		return e.StatusCode, e.RawResponse.Header
	}
	if e, ok := errors.AsType[*smithy.ResponseError](err); ok && e.Response != nil {
		return e.HTTPStatusCode(), e.Response.Header
	}
	if e, ok := errors.AsType[*webdav.Error](err); ok {
		return e.StatusCode, nil
	}
	if e, ok := errors.AsType[*box.Error](err); ok {
		return e.Status, nil
	}
	return statusInText(err), nil
}

var status = regexp.MustCompile(`(?:HTTP error |code: |^|: )([45]\d\d)(?:\)| [A-Z(]|$)`)

// statusInText finds the status in the text, where the error has nothing better: Dropbox, OneDrive, OAuth.
func statusInText(err error) int {
	if m := status.FindStringSubmatch(err.Error()); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

// retryAfter is how long the place asks to wait, up to a day; 0 if it did not say.
func retryAfter(err error, header http.Header) time.Duration {
	var after time.Duration
	value := header.Get("Retry-After")
	if n, bad := strconv.ParseInt(value, 10, 32); bad == nil {
		after = time.Duration(n) * time.Second
	} else if at, bad := http.ParseTime(value); bad == nil {
		after = time.Until(at)
	} else if pause, ok := pacer.IsRetryAfter(err); ok {
		after = pause
	}
	return min(max(after, 0), 24*time.Hour)
}

var busyTexts = []string{
	"SlowDown", "ServerBusy", "rateLimitExceeded", "RateLimitExceeded", "TooManyRequests",
	"too_many_requests", "too_many_write_operations", "activityLimitReached",
}

func isBusy(status int, err error) bool {
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable || containsAny(err, busyTexts) || ftpCode(err) == 421
}

var rejectedTexts = []string{
	"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "AuthenticationFailed", "InvalidAuthenticationInfo", // buckets
	"invalid_grant", "invalid_client", "unauthorized_client", "invalid_access_token", "expired_access_token", "InvalidAuthenticationToken", // OAuth
	"couldn't fetch token: (can't decode", "token expired and there's no refresh token", "empty token found",
	"unable to authenticate", "knownhosts: ", "host key mismatch", "no key is pinned", "presented an SSH certificate", // SSH
	"anonymous only", "Login incorrect", // FTP, to the name alone
}

// loginRejected reports whether the login was rejected, which is more than a missing permission.
func loginRejected(status int, err error) bool {
	return smbLogonRejected(smbCode(err)) || status == http.StatusUnauthorized || containsAny(err, rejectedTexts) || ftpCode(err) == 530
}

func isHostKeyError(err error) bool {
	return containsAny(err, []string{"knownhosts: ", "host key mismatch", "no key is pinned", "presented an SSH certificate"})
}

const (
	accessDenied = 0xC0000022 // STATUS_ACCESS_DENIED
	noSuchShare  = 0xC00000CC // STATUS_BAD_NETWORK_NAME
)

// smbCode is the status that an SMB server sent; 0 if it was not one.
func smbCode(err error) uint32 {
	if e, ok := errors.AsType[*smb2.ResponseError](err); ok {
		return e.Code
	}
	return 0
}

// smbLogonRejected reports whether a status of SMB rejects a name and password: [MS-ERREF] 2.3.1.
func smbLogonRejected(code uint32) bool {
	switch code {
	case 0xC000006A, // STATUS_WRONG_PASSWORD
		0xC000006D, // STATUS_LOGON_FAILURE
		0xC000006E, // STATUS_ACCOUNT_RESTRICTION
		0xC000006F, // STATUS_INVALID_LOGON_HOURS
		0xC0000070, // STATUS_INVALID_WORKSTATION
		0xC0000071, // STATUS_PASSWORD_EXPIRED
		0xC0000072, // STATUS_ACCOUNT_DISABLED
		0xC000015B, // STATUS_LOGON_TYPE_NOT_GRANTED
		0xC0000193, // STATUS_ACCOUNT_EXPIRED
		0xC0000224, // STATUS_PASSWORD_MUST_CHANGE
		0xC0000234: // STATUS_ACCOUNT_LOCKED_OUT
		return true
	}
	return false
}

var forbiddenTexts = []string{"accessDenied", "AccessDenied", "no_permission", "missing_scope"}

func isForbidden(status int, err error) bool {
	if ftpCode(err) == 550 {
		return containsAny(err, []string{"ermission", "denied"}) // or there is no such file
	}
	return status == http.StatusForbidden || smbCode(err) == accessDenied || errors.Is(err, os.ErrPermission) || containsAny(err, forbiddenTexts)
}

// ftpCode is the code that an FTP server sent; 0 if it was not one.
func ftpCode(err error) int {
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		return e.Code
	}
	return 0
}

func containsAny(err error, texts []string) bool {
	text := err.Error()
	for _, t := range texts {
		if strings.Contains(text, t) {
			return true
		}
	}
	return false
}
