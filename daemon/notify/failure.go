package notify

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"inlet.example/inlet/daemon/notify/sanitize"
	"inlet.example/inlet/pipeline/message"
)

// failure is why a notice was not accepted. Its text is complete; the cause is kept only if it cannot contain a secret.
type failure struct {
	text      string
	permanent bool
	after     time.Duration
	cause     error
}

func (f *failure) Error() string { return f.text }

func (f *failure) Unwrap() error { return f.cause }

// explained is a failure that is known in all languages.
func explained(say func(lang string) string) *failure {
	return &failure{text: say("en"), cause: message.Explained(say)}
}

// IsPermanent reports whether a retry is useless: the recipient was rejected, the address is invalid, or the webhook does not exist.
func IsPermanent(err error) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && f.permanent
}

// RetryAfter returns how long the receiver asks to wait before the next attempt; 0 if it did not say.
func RetryAfter(err error) time.Duration {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.after
	}
	return 0
}

// permanentf makes a failure for which a retry is useless.
func permanentf(format string, args ...any) *failure {
	return &failure{text: fmt.Sprintf(format, args...), permanent: true}
}

// timedOut returns a failure if ctx has ended, otherwise nil.
func timedOut(ctx context.Context, doing string) error {
	cause := ctx.Err()
	switch {
	case cause == nil:
		return nil
	case errors.Is(cause, context.DeadlineExceeded):
		return &failure{text: doing + ": timeout, no answer", cause: cause}
	}
	return &failure{text: doing + ": " + cause.Error(), cause: cause}
}

// redact returns a text of another program on one line, truncated, and with the secrets replaced.
func redact(s string, secrets ...string) string {
	for _, secret := range secrets {
		if len(secret) < 2 {
			continue // such as the path "/"
		}
		s = strings.ReplaceAll(s, secret, "***")
		s = strings.ReplaceAll(s, base64.StdEncoding.EncodeToString([]byte(secret)), "***")
	}
	return sanitize.Truncate(message.Plain(s), 300)
}
