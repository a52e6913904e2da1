package engine

import (
	"context"
	"time"

	"inlet.example/inlet/pipeline/crm"
)

// Copying reads and writes records with everything that a database keeps of them, so that another database can hold the same.
type Copying interface {
	// Dump returns up to limit records of a kind behind a cursor ("": from the first), in the order of Scan, and the cursor behind the last of them.
	// What has no ID, and so is not a record, is among them.
	Dump(ctx context.Context, kind crm.Kind, after string, limit int) (records []Dumped, next string, err error)

	// Restore inserts documents that Dump of a database with the same Capabilities.Native returned. One whose _id is there already is left as it is.
	Restore(ctx context.Context, kind crm.Kind, documents [][]byte) error
}

// Dumped is a record with everything that its database keeps of it.
type Dumped struct {
	crm.Record // its ID is "" where it is not a record
	Times
	Native  []byte         // the document itself; nil where only inlet writes
	Foreign []ForeignValue // what another program keeps in the document that no Record can hold
}

// Times are when a record was created and last modified; zero where a document of another program does not say so.
type Times struct{ Created, Modified time.Time }

// ForeignValue is a value that no Record can hold.
type ForeignValue struct {
	Path string // in the document
	Kind string // of the value, as Unfit.Value names it
}

// TimesOf returns the two times of a new record.
func (w *Write) TimesOf() Times {
	if w.Times != nil {
		return *w.Times
	}
	return Times{w.At, w.At}
}
