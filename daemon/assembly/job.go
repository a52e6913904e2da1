package assembly

import (
	"cmp"
	"path/filepath"
	"slices"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/watcher"
)

// Job returns the job of a claimed workbook of one of the configuration's inboxes.
func (p *Parts) Job(a watcher.Arrival) pipeline.Job {
	var inbox config.Inbox
	if i := slices.IndexFunc(p.cfg.Inboxes, func(in config.Inbox) bool { return in.Name == a.Inbox }); i >= 0 {
		inbox = p.cfg.Inboxes[i]
	}
	job := newJob(inbox, p.cfg.Sources, a.Source, a.ID, a.Name, a.Workbook)
	job.Sidecar, job.Near, job.Rival, job.Original = a.Sidecar, a.Near, a.Rival, a.Original
	return job
}

// HeldJob returns the job of a workbook in the held folder of an inbox. It does not check that the workbook and its mapping are still there. A
// symbolic link on the path to the workbook is an error.
func HeldJob(inbox config.Inbox, sources []config.Source, imp ledger.Import) (pipeline.Job, error) {
	job := newJob(inbox, sources, imp.Source, imp.Arrival, imp.Workbook, imp.Archived)
	job.Shared = filename.IsDefault(imp.Beside)
	if imp.Archived == "" { // an earlier approval of it was interrupted
		job.Workbook = filepath.Join(job.Folders.Held, imp.Workbook)
	}
	if imp.Beside != "" {
		job.Sidecar = cmp.Or(imp.Sidecar, filename.Stem(job.Workbook)+filename.MappingEnd) // an older version stored no sidecar
		job.Near = filename.Misnamed(imp.Workbook, imp.Beside)
	}
	return job, cmp.Or(files.NoLinks(inbox.Path, job.Workbook), files.NoLinks(job.Folders.Held, job.Workbook))
}

// TryOwnership tries to set the group and modes that the configuration wants for the files of an inbox.
func TryOwnership(inbox config.Inbox) error { return Folders(inbox).TryOwner() }

// limits returns what an inbox allows in its sidecars. The caps were checked when the configuration was loaded.
func limits(l config.Limits) mapping.Limits {
	most := mapping.Limits{Safe: l.Profile == "safe", Modes: l.Modes, Fields: l.Fields, NoClear: !l.Clear, MailDomains: l.MailDomains, Webhooks: l.Webhooks}
	for i, kind := range crm.Kinds {
		most.Match[i] = *l.Match.Of(string(kind))
	}
	for _, cap := range []struct {
		to   *ledger.Cap
		text string
	}{{&most.Caps.Rejected, l.Caps.MaxRejected}, {&most.Caps.Created, l.Caps.MaxCreated},
		{&most.Caps.Updated, l.Caps.MaxUpdated}, {&most.Caps.Cleared, l.Caps.MaxCleared},
		{&most.Caps.LeftOut, l.Caps.MaxLeftOut}} {
		if cap.text != "" {
			*cap.to, _ = ledger.ParseCap(cap.text)
		}
	}
	return most
}

// Folders returns the done, failed and held folders of an inbox as absolute paths. A relative one is inside the inbox.
func Folders(inbox config.Inbox) pipeline.Folders {
	in := func(dir string) string {
		if filepath.IsAbs(dir) {
			return dir
		}
		return filepath.Join(inbox.Path, dir)
	}
	is, _ := inbox.Ownership.Resolve() // the group was resolved when the configuration was loaded
	return pipeline.Folders{Done: in(inbox.Done), Failed: in(inbox.Failed), Held: in(inbox.Held), Inbox: inbox.Path,
		Owner: files.Ownership{Group: is.Group, File: is.File, Folder: is.Dir}}
}

// newJob returns the job of a workbook of an inbox. source names the source that delivered it, if one did.
func newJob(inbox config.Inbox, sources []config.Source, source, arrival, name, workbook string) pipeline.Job {
	var from config.Source // its settings take precedence over those of the inbox
	if i := slices.IndexFunc(sources, func(s config.Source) bool { return s.Name == source }); i >= 0 {
		from = sources[i]
	}
	return pipeline.Job{Arrival: arrival, Inbox: inbox.Name, Source: source, Name: name, Workbook: workbook, Folders: Folders(inbox), Language: inbox.Language,
		Limits: limits(inbox.Limits), Tell: ledger.Recipients{Mail: inbox.WhenDone.Mail, Webhooks: inbox.WhenDone.Webhook},
		Headings: check.HeadingsPolicy(inbox.Headings), Ask: inbox.Ask, Names: inbox.Words(), Empty: inbox.Empty,
		Encoding: declared(cmp.Or(from.Encoding, inbox.Encoding)), Delimiter: declared(cmp.Or(from.Delimiter, inbox.Delimiter))}
}

// declared returns the configured encoding or delimiter of text files; "" if it is to be detected.
func declared(word string) string {
	if word == "auto" {
		return ""
	}
	return word
}
