package notify

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/message"
)

// failure is why a notice was not taken. Its text is whole: a cause is kept only if it can hold no secret.
type failure struct {
	text      string
	permanent bool
	after     time.Duration
	cause     error
}

func (f *failure) Error() string { return f.text }

func (f *failure) Unwrap() error { return f.cause }

// Permanent says that trying again cannot mend it: a recipient that is refused, an address that is none, a webhook that is gone.
func Permanent(err error) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && f.permanent
}

// RetryAfter returns how long the receiver asks to wait before the next try; 0 if it did not say.
func RetryAfter(err error) time.Duration {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.after
	}
	return 0
}

// never is a failure that trying again cannot mend.
func never(format string, args ...any) *failure {
	return &failure{text: fmt.Sprintf(format, args...), permanent: true}
}

// cutOff returns the failure of a send whose time is up or that is called off; nil if it is neither.
func cutOff(ctx context.Context, doing string) error {
	cause := ctx.Err()
	switch {
	case cause == nil:
		return nil
	case errors.Is(cause, context.DeadlineExceeded):
		return &failure{text: doing + ": no answer in time", cause: cause}
	}
	return &failure{text: doing + ": " + cause.Error(), cause: cause}
}

// shown is a text of somebody else's with the secrets taken out, short and on one line.
func shown(s string, secrets ...string) string {
	for _, secret := range secrets {
		if len(secret) < 2 {
			continue // the path "/" is none
		}
		s = strings.ReplaceAll(s, secret, "***")
		s = strings.ReplaceAll(s, base64.StdEncoding.EncodeToString([]byte(secret)), "***")
	}
	return cut(message.Plain(s), 300)
}
