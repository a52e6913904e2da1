package drive

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

// Each backend has its own errors. Here they become a status of HTTP, with the header where rclone lets us see it (WebDAV and Box: not).

// answerOf is what the server answered; 0 if that cannot be told.
func answerOf(err error) (int, http.Header) {
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
	return spoken(err), nil
}

var status = regexp.MustCompile(`(?:HTTP error |code: |^|: )([45]\d\d)(?:\)| [A-Z(]|$)`)

// spoken finds the status in the text, where the error has no better: Dropbox, OneDrive, OAuth.
func spoken(err error) int {
	if m := status.FindStringSubmatch(err.Error()); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

// after is how long the place wants to be left alone; 0 if it did not say. More than a day is not believed.
func after(err error, header http.Header) time.Duration {
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

func busyNow(status int, err error) bool {
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable || says(err, busyTexts) || ftpCode(err) == 421
}

var shutOutTexts = []string{
	"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "AuthenticationFailed", "InvalidAuthenticationInfo", // buckets
	"invalid_grant", "invalid_client", "unauthorized_client", "invalid_access_token", "expired_access_token", "InvalidAuthenticationToken", // OAuth
	"couldn't fetch token: (can't decode", "token expired and there's no refresh token", "empty token found",
	"unable to authenticate", "knownhosts: ", "host key mismatch", "no key is pinned", "presented an SSH certificate", // SSH
	"anonymous only", "Login incorrect", // FTP, to the name alone
}

// shutOut says whether we were not let in at all, which is more than a right that is missing.
func shutOut(status int, err error) bool {
	return logonRefused(smbCode(err)) || status == http.StatusUnauthorized || says(err, shutOutTexts) || ftpCode(err) == 530
}

func hostKey(err error) bool {
	return says(err, []string{"knownhosts: ", "host key mismatch", "no key is pinned", "presented an SSH certificate"})
}

const (
	accessDenied = 0xC0000022 // STATUS_ACCESS_DENIED
	noSuchShare  = 0xC00000CC // STATUS_BAD_NETWORK_NAME
)

// smbCode is what an SMB server answered; 0 if it was none.
func smbCode(err error) uint32 {
	if e, ok := errors.AsType[*smb2.ResponseError](err); ok {
		return e.Code
	}
	return 0
}

// logonRefused knows the answers of SMB to a name and password that do not do: [MS-ERREF] 2.3.1.
func logonRefused(code uint32) bool {
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

func forbidden(status int, err error) bool {
	if ftpCode(err) == 550 {
		return says(err, []string{"ermission", "denied"}) // or there is no such file
	}
	return status == http.StatusForbidden || smbCode(err) == accessDenied || errors.Is(err, os.ErrPermission) || says(err, forbiddenTexts)
}

// ftpCode is what an FTP server answered; 0 if it was none.
func ftpCode(err error) int {
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		return e.Code
	}
	return 0
}

func says(err error, texts []string) bool {
	text := err.Error()
	for _, t := range texts {
		if strings.Contains(text, t) {
			return true
		}
	}
	return false
}
