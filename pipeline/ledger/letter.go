package ledger

import "time"

// Tell is whom to tell how an import ended (R16): mail addresses, and webhooks by their names in the configuration.
type Tell struct {
	Mail     []string `json:"mail,omitempty"`
	Webhooks []string `json:"webhooks,omitempty"`
}

// Nobody says that there is nobody to tell.
func (t Tell) Nobody() bool { return len(t.Mail)+len(t.Webhooks) == 0 }

// Channel is a way of telling.
type Channel string

// The channels.
const (
	ByMail    Channel = "mail"
	ByWebhook Channel = "webhook"
)

// Channels are all of them.
var Channels = []Channel{ByMail, ByWebhook}

// LetterState is how far a letter has come.
type LetterState string

// The states of a letter.
const (
	Waiting LetterState = "waiting"
	Posted  LetterState = "posted"
	GivenUp LetterState = "given up" // for good
)

// Letter is one message about one import to one recipient. There is one for each, however often the import was taken up.
type Letter struct {
	ID       string      `json:"id"`
	Import   string      `json:"import"`
	Channel  Channel     `json:"channel"`
	To       string      `json:"to"`
	Language string      `json:"language"`
	State    LetterState `json:"state"`
	Tries    int         `json:"tries"`
	Since    time.Time   `json:"since"`
	Ended    time.Time   `json:"ended,omitzero"`
	Error    string      `json:"error,omitempty"` // of the last try
}

// Letters returns what is to be said of an import, in the language of its inbox. Of one that was held that is said, and once more when it
// has come to its end.
func Letters(imp *Import, language string, now time.Time) []Letter {
	var all []Letter
	add := func(channel Channel, to []string) {
		for _, name := range to {
			all = append(all, Letter{ID: imp.ID + "/" + string(imp.State) + "/" + string(channel) + "/" + name, Import: imp.ID, Channel: channel, To: name,
				Language: language, State: Waiting, Since: now})
		}
	}
	add(ByMail, imp.Tell.Mail)
	add(ByWebhook, imp.Tell.Webhooks)
	return all
}
