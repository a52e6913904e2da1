package listing

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/claims"
	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/watcher/inbox/claim"
)

// Waiting is a claimed workbook whose import has not ended.
type Waiting struct {
	State    string    `json:"state"` // always "waiting"
	Arrival  string    `json:"arrival"`
	Inbox    string    `json:"inbox"`
	Workbook string    `json:"workbook"`
	Since    time.Time `json:"since"`
	Why      string    `json:"why"`

	WaitsFor claims.Reason `json:"waits_for,omitempty"`
}

// Claimed returns the claimed workbooks of all inboxes.
func Claimed(cfg config.Config) []Waiting {
	var all []Waiting
	for _, inbox := range cfg.Inboxes {
		found, err := claim.List(inbox.Path)
		if err != nil {
			continue
		}
		for _, c := range found {
			all = append(all, Waiting{State: "waiting", Arrival: c.ID, Inbox: inbox.Name, Workbook: c.Name, Since: c.Seen})
		}
	}
	return all
}

// AddReasons adds what each of them waits for.
func AddReasons(ctx context.Context, parts *assembly.Parts, all []Waiting) error {
	if len(all) == 0 {
		return nil
	}
	begun, err := parts.Store.Imports.Begun(ctx)
	if err != nil {
		return err
	}
	unplaced, err := parts.Store.Imports.Unarchived(ctx)
	if err != nil {
		return err
	}
	pauses, err := parts.Store.Pauses.All(ctx)
	if err != nil {
		return err
	}
	queued, err := parts.Store.Claims.All(ctx)
	if err != nil {
		return err
	}
	lang := parts.Language
	at := map[[2]string]*ledger.Import{}
	for _, imports := range [][]ledger.Import{begun, unplaced} {
		for i := range imports {
			at[[2]string{imports[i].Inbox, imports[i].Arrival}] = &imports[i]
		}
	}
	first := map[string]string{} // by inbox: the one that the others stand behind
	for i, w := range all {
		imp, before := at[[2]string{w.Inbox, w.Arrival}], first[w.Inbox]
		all[i].Why = whyWaits(imp, before, lang)
		if n := slices.IndexFunc(queued[w.Inbox], func(c claims.Claim) bool { return c.ID == w.Arrival && c.Waits != "" }); n >= 0 {
			all[i].WaitsFor = queued[w.Inbox][n].Waits
			all[i].Why = cmp.Or(whyNotItsTurn(all[i].WaitsFor, lang), all[i].Why)
		}
		if imp == nil || imp.State == ledger.Running {
			all[i].Why = cmp.Or(whyPaused(pauses, w.Inbox, lang), all[i].Why)
		}
		if before == "" && (imp == nil || !imp.State.Waits()) {
			first[w.Inbox] = w.Workbook
		}
	}
	return nil
}

// whyNotItsTurn says what a workbook waits for although its turn has come.
func whyNotItsTurn(reason claims.Reason, lang string) string {
	switch reason {
	case claims.ForIndex:
		return message.Word(lang, "waiting until the stored records are indexed by its match rules")
	case claims.ForMemory:
		return message.Word(lang, "waiting until another large workbook is imported")
	}
	return ""
}

// whyPaused says since when an inbox, or everything, is paused; "" if it is not.
func whyPaused(pauses settings.Paused, inbox, lang string) string {
	if p, is := pauses.Holds(settings.Everything); is {
		return fmt.Sprintf(message.Word(lang, "importing has been paused since %s"), p.Since.Local().Format(time.DateTime))
	}
	if p, is := pauses.Holds(settings.OfInbox(inbox)); is {
		return fmt.Sprintf(message.Word(lang, "its inbox has been paused since %s"), p.Since.Local().Format(time.DateTime))
	}
	return ""
}

// whyWaits says what a workbook waits for: its own import, if it has begun, or the workbook before it.
func whyWaits(imp *ledger.Import, before, lang string) string {
	switch {
	case imp == nil && before == "":
		return message.Word(lang, "waiting for inlet run; if this does not change, see its log")
	case imp == nil:
		return fmt.Sprintf(message.Word(lang, "waits behind %s"), before)
	case imp.State == ledger.Stuck:
		return fmt.Sprintf(message.Word(lang, "import %s is stuck: continue it with inlet resume, or undo it with inlet undo"), imp.ID)
	case imp.State == ledger.Cancelled:
		return fmt.Sprintf(message.Word(lang, "import %s is cancelled: continue it with inlet resume, or undo it with inlet undo"), imp.ID)
	case imp.State == ledger.Running:
		return fmt.Sprintf(message.Word(lang, "import %s is running; if it does not finish, see the log of inlet run"), imp.ID)
	}
	return fmt.Sprintf(message.Word(lang, "import %s has ended, but its files could not be moved yet; see the log of inlet run"), imp.ID)
}

// PrintWaiting writes workbooks that wait: as a table, or as JSON.
func PrintWaiting(w io.Writer, all []Waiting, asJSON bool, lang string) error {
	if asJSON {
		enc := message.NewEncoder(w)
		for i := range all {
			if err := enc.Encode(&all[i]); err != nil {
				return err
			}
		}
		return nil
	}
	if len(all) == 0 {
		return nil
	}
	fmt.Fprintln(w, "\n"+message.Word(lang, "Taken from the inbox, not finished yet:"))
	t := terminal.NewTable(message.Word(lang, "Inbox"), message.Word(lang, "Workbook"), message.Word(lang, "Since"), message.Word(lang, "Why"))
	for _, f := range all {
		t.Add(f.Inbox, f.Workbook, f.Since.Local().Format(time.DateTime), f.Why)
	}
	t.Print(w)
	return nil
}
