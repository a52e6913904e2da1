package pages

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/excerpt"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

const operator = access.Operator

func personOf(r *http.Request) access.Person { return access.Of(r.Context()) }

// figure is a number with what it counts.
type figure struct {
	N          int
	Text, Tone string
}

type undoPage struct {
	frame.Base
	Import  row
	Figures []figure
	Kept    []keptRow
	Changes []excerpt.Change
	Digest  string
}

// keptRow is a record that an undo leaves as it is.
type keptRow struct {
	Kind            crm.Kind
	ID, Title, Text string
}

// undoPlan gathers what an undo would do.
type undoPlan struct {
	lang   string
	schema *crm.Schema
	page   *undoPage
	digest *report.PlanDigest
}

// take adds the changes of a batch. Only the first of them are shown; all are counted and are part of the digest.
func (u *undoPlan) take(changes []ledger.Change) error {
	const most = 50
	if err := u.digest.Add(changes); err != nil {
		return err
	}
	for i := range changes {
		ch := &changes[i]
		for _, problem := range ch.Problems {
			if len(u.page.Kept) < most {
				u.page.Kept = append(u.page.Kept, keptRow{ch.Kind, ch.ID, excerpt.TitleOf(ch), message.Plain(message.In(u.lang, problem.Text))})
			}
		}
		for _, field := range listing.ChangedFields(ch) {
			if len(u.page.Changes) < most {
				u.page.Changes = append(u.page.Changes, excerpt.ChangeOf(u.lang, u.schema, nil, ch, field))
			}
		}
	}
	return nil
}

// planUndo plans an undo for a page.
func (p *Pages) planUndo(ctx context.Context, lang string, imp *ledger.Import, data *undoPage) error {
	u := &undoPlan{lang: lang, schema: p.Reader.Schema(), page: data, digest: report.NewPlanDigest()}
	planned, err := p.Control.PlanUndo(ctx, imp.ID, lang, u.take)
	if err != nil {
		return err
	}
	data.Digest = u.digest.String()
	kept := 0
	for _, kind := range crm.Kinds {
		c := planned.Tally.Of(kind)
		kept += c.NotApplied()
		data.Figures = append(data.Figures, figure{c.Removed, fmt.Sprintf(words.Say(lang, "%s are removed"), report.Kinds(kind, lang)), ""},
			figure{c.Updated, fmt.Sprintf(words.Say(lang, "%s get their old values"), report.Kinds(kind, lang)), ""})
		if c.Created > 0 {
			data.Figures = append(data.Figures, figure{c.Created, fmt.Sprintf(words.Say(lang, "%s come back"), report.Kinds(kind, lang)), ""})
		}
	}
	data.Figures = append(data.Figures, figure{kept, words.Say(lang, "changed later, left as they are"), "amber"})
	return nil
}

func (p *Pages) undo(w http.ResponseWriter, r *http.Request) error { return p.showUndo(w, r, nil) }

func (p *Pages) showUndo(w http.ResponseWriter, r *http.Request, n *frame.Notice) error {
	imp, err := p.one(r)
	if err != nil {
		return err
	}
	lang := words.LanguageOf(r)
	data := undoPage{Base: p.frame.Base(r, words.Say(lang, "Undo the import?"), "/imports"), Import: rowOf(lang, p.frame.Now(), &imp)}
	data.Notice = n
	if err := p.planUndo(r.Context(), lang, &imp, &data); err != nil {
		return asPerson(lang, err)
	}
	p.frame.Draw(w, r, http.StatusOK, "undo", data)
	return nil
}

// doUndo undoes an import if what that does is still what the person has seen.
func (p *Pages) doUndo(w http.ResponseWriter, r *http.Request) error {
	imp, err := p.one(r)
	if err != nil {
		return err
	}
	lang := words.LanguageOf(r)
	var now undoPage
	if err := p.planUndo(r.Context(), lang, &imp, &now); err != nil {
		return asPerson(lang, err)
	}
	if now.Digest != r.PostForm.Get("digest") {
		return p.showUndo(w, r, &frame.Notice{Tone: "amber", Text: words.Say(lang, "Something has changed since you looked. This is what undoing would do now.")})
	}
	undo, err := p.Control.Undo(r.Context(), personOf(r).Name, imp.ID, lang)
	if err != nil {
		return asPerson(lang, err)
	}
	http.Redirect(w, r, "/imports/"+undo, http.StatusSeeOther)
	return nil
}

// asPerson makes a refusal, or an error that is a sentence, one that is shown to the person.
func asPerson(lang string, err error) error {
	if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
		return frame.ForPerson(errors.New(report.Refused(refusal, lang)))
	}
	if ledger.IsTemporary(err) || errors.Is(err, frame.ErrNoStore) || errors.Is(err, frame.ErrNotFound) {
		return err
	}
	return frame.ForPerson(err)
}

// heldFile is a file that waits for a person.
type heldFile struct {
	row
	Why, Ask, Plan, Digest string
	Approvable             bool
}

type waitingPage struct {
	frame.Base
	Held []heldFile
}

func (p *Pages) waiting(w http.ResponseWriter, r *http.Request) error {
	p.forget()
	held, err := p.Reader.Held(r.Context())
	if err != nil {
		return err
	}
	lang := words.LanguageOf(r)
	data := waitingPage{Base: p.frame.Base(r, words.Say(lang, "Waiting for you"), "/waiting")}
	for i := range held {
		imp := &held[i]
		plan := p.Status.Plan(imp)
		h := heldFile{row: rowOf(lang, p.frame.Now(), imp), Why: report.Because(imp, lang), Plan: message.PlainLines(plan), Digest: DigestOf(imp, plan), Approvable: imp.Approvable()}
		h.When = words.Age(lang, p.frame.Now(), imp.Began)
		if imp.Ask != "" {
			h.Ask = fmt.Sprintf(words.Say(lang, "If you are not sure, ask %s."), message.Plain(imp.Ask))
		}
		data.Held = append(data.Held, h)
	}
	p.frame.Draw(w, r, http.StatusOK, "waiting", data)
	return nil
}

// DigestOf identifies what a person has seen of a held import.
func DigestOf(imp *ledger.Import, plan string) string {
	sum := sha256.Sum256([]byte(imp.ID + "\x00" + imp.Sum + "\x00" + imp.With + "\x00" + imp.Why + "\x00" + plan))
	return hex.EncodeToString(sum[:])
}

// forget has the imports read again by the next page.
func (p *Pages) forget() {
	p.shown.mu.Lock()
	defer p.shown.mu.Unlock()
	p.shown.read = time.Time{}
}

// decide approves or discards a held import, if it is still what the person has seen.
func (p *Pages) decide(w http.ResponseWriter, r *http.Request) error {
	imp, err := p.one(r)
	if err != nil {
		return err
	}
	lang := words.LanguageOf(r)
	if r.PostForm.Get("digest") != DigestOf(&imp, p.Status.Plan(&imp)) {
		return frame.ForPerson(errors.New(words.Say(lang, "The file or its plan has changed since you looked. Open the page again and look once more.")))
	}
	by := personOf(r).Name
	switch r.PostForm.Get("do") {
	case "approve":
		err = p.Control.Approve(r.Context(), by, imp.ID)
	case "discard":
		err = p.Control.Discard(r.Context(), by, imp.ID)
	default:
		err = frame.ErrNotFound
	}
	return p.acted(w, r, err, "/imports/"+imp.ID)
}

// acted sends the browser to what an act has changed.
func (p *Pages) acted(w http.ResponseWriter, r *http.Request, err error, to string) error {
	if err != nil {
		return asPerson(words.LanguageOf(r), err)
	}
	p.forget()
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (p *Pages) cancel(w http.ResponseWriter, r *http.Request) error {
	imp, err := p.one(r)
	if err != nil {
		return err
	}
	return p.acted(w, r, p.Control.Cancel(r.Context(), personOf(r).Name, imp.ID), "/imports/"+imp.ID)
}

func (p *Pages) tickOff(w http.ResponseWriter, r *http.Request) error {
	imp, err := p.one(r)
	if err != nil {
		return err
	}
	return p.acted(w, r, p.Ticker.TickOff(r.Context(), personOf(r).Name, imp.ID), "/imports/"+imp.ID)
}

func (p *Pages) pause(w http.ResponseWriter, r *http.Request) error {
	return p.acted(w, r, p.Control.Pause(r.Context(), personOf(r).Name, r.PostForm.Get("what")), "/")
}

func (p *Pages) resume(w http.ResponseWriter, r *http.Request) error {
	return p.acted(w, r, p.Control.Resume(r.Context(), personOf(r).Name, r.PostForm.Get("what")), "/")
}

func (p *Pages) poll(w http.ResponseWriter, r *http.Request) error {
	return p.acted(w, r, p.Control.Poll(r.Context(), personOf(r).Name, r.PostForm.Get("what")), "/")
}

// download sends a file of an import.
func (p *Pages) download(w http.ResponseWriter, r *http.Request) error {
	imp, err := p.one(r)
	if err != nil {
		return err
	}
	stored := p.Status.File(&imp, File(r.PathValue("file")))
	if stored == nil {
		return frame.ErrNotFound
	}
	f, err := stored.Open()
	if err != nil {
		return frame.ErrNotFound
	}
	defer f.Close()
	frame.SendAs(w, stored.Name)
	_, _ = io.Copy(w, f) // an error: the client has gone
	return nil
}
