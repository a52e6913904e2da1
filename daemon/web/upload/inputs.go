package upload

import (
	"context"
	"io"

	"inlet.example/inlet/daemon/uploads"
)

// Keeper has the uploads.
type Keeper interface {
	Inboxes() []Inbox // that take uploads
	Receive(ctx context.Context, u uploads.Upload, content io.Reader) (uploads.Upload, error)
	List(owner string, everybody bool) []uploads.Upload
	Find(id string) (uploads.Upload, error)
	Discard(ctx context.Context, by string, u uploads.Upload) error
	ImportOf(ctx context.Context, u uploads.Upload) (id string, err error)
	MapAsUsual(ctx context.Context, u uploads.Upload) (uploads.Upload, error) // with the mapping that the inbox has for files of its name
	Repeat(ctx context.Context, by, store, id string) (uploads.Upload, error) // the file of an import once more, as it was mapped
}

// Inbox is an inbox that takes uploads.
type Inbox struct {
	Name, Store string
	Modes       []string // that a mapping may have
	MailDomains []string // that a mapping may send mail to
	Webhooks    []string // that it may call
	Always      []string // who gets a mail whatever a mapping says
}
