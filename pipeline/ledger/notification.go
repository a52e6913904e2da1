package ledger

import (
	"slices"
	"time"
)

// Recipients get a notification when an import has ended (R16): mail addresses, and webhooks by their names in the configuration.
type Recipients struct {
	Mail     []string `json:"mail,omitempty"`
	Webhooks []string `json:"webhooks,omitempty"`
}

// Empty reports whether there are no recipients.
func (t Recipients) Empty() bool { return len(t.Mail)+len(t.Webhooks) == 0 }

// With returns these and other recipients, each once.
func (t Recipients) With(other Recipients) Recipients {
	once := func(a, b []string) []string {
		all := slices.Concat(a, b)
		slices.Sort(all)
		return slices.Compact(all)
	}
	return Recipients{Mail: once(t.Mail, other.Mail), Webhooks: once(t.Webhooks, other.Webhooks)}
}

// Channel is the means by which a notification is sent.
type Channel string

// The channels.
const (
	ByMail    Channel = "mail"
	ByWebhook Channel = "webhook"
)

// Channels are all of them.
var Channels = []Channel{ByMail, ByWebhook}

// NotificationState is the state of a notification.
type NotificationState string

// The states of a notification.
const (
	Waiting NotificationState = "waiting"
	Sent    NotificationState = "posted"
	Failed  NotificationState = "given up" // permanently
)

// Notification is a message about an import to one recipient. Resuming the import does not send it again.
type Notification struct {
	ID       string            `json:"id"`
	Import   string            `json:"import"`
	Channel  Channel           `json:"channel"`
	To       string            `json:"to"`
	Language string            `json:"language"`
	State    NotificationState `json:"state"`
	Tries    int               `json:"tries"`
	Since    time.Time         `json:"since"`
	Ended    time.Time         `json:"ended,omitzero"`
	Error    string            `json:"error,omitempty"` // of the last try
}

// NotificationsFor returns the notifications about an import, in the language of its inbox. A held import has them when it is held and again when
// it ends.
func NotificationsFor(imp *Import, language string, now time.Time) []Notification {
	var all []Notification
	add := func(channel Channel, to []string) {
		for _, name := range to {
			all = append(all, Notification{ID: imp.ID + "/" + string(imp.State) + "/" + string(channel) + "/" + name, Import: imp.ID, Channel: channel, To: name,
				Language: language, State: Waiting, Since: now})
		}
	}
	add(ByMail, imp.Recipients.Mail)
	add(ByWebhook, imp.Recipients.Webhooks)
	return all
}
