package ledger

import "time"

// Recipients is whom to tell how an import ended (R16): mail addresses, and webhooks by their names in the configuration.
type Recipients struct {
	Mail     []string `json:"mail,omitempty"`
	Webhooks []string `json:"webhooks,omitempty"`
}

// Empty says that there is nobody to tell.
func (t Recipients) Empty() bool { return len(t.Mail)+len(t.Webhooks) == 0 }

// Channel is a way of telling.
type Channel string

// The channels.
const (
	ByMail    Channel = "mail"
	ByWebhook Channel = "webhook"
)

// Channels are all of them.
var Channels = []Channel{ByMail, ByWebhook}

// NotificationState is how far a letter has come.
type NotificationState string

// The states of a letter.
const (
	Waiting NotificationState = "waiting"
	Sent    NotificationState = "posted"
	Failed  NotificationState = "given up" // for good
)

// Notification is one message about one import to one recipient. There is one for each, however often the import was taken up.
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

// NotificationsFor returns what is to be said of an import, in the language of its inbox. Of one that was held that is said, and once more when it
// has come to its end.
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
