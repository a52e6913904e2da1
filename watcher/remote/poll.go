package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// DefaultMaxBytes is what a source may bring at most if it does not say.
const DefaultMaxBytes = 1 << 30

// Memory keeps which version of each source was taken last, over restarts.
type Memory interface {
	// Last is "" for a source that nothing was remembered of.
	Last(ctx context.Context, source string) (string, error)
	Remember(ctx context.Context, source, version string) error
}

// Source is one place that has a workbook.
type Source interface {
	// Fetch writes the content to w, unless it is still the one that version last speaks of.
	Fetch(ctx context.Context, last string, w io.Writer) (Found, error)
}

// Found is what a Source had.
type Found struct {
	New     bool
	Version string // to remember, also if it is not new
	Name    string // what the source calls it
}

// Wait is the error of a source that says when to ask again.
type Wait struct {
	After time.Duration
	Err   error
}

func (w *Wait) Error() string { return w.Err.Error() }

// Unwrap gives the cause.
func (w *Wait) Unwrap() error { return w.Err }

// Single is one source and where its workbooks go.
type Single struct {
	Name    string
	Source  Source
	Memory  Memory
	Inbox   string         // folder
	As      string         // file name; may hold a date like {2006-01-02}; what the source calls it if empty
	Zone    *time.Location // of that date
	Mapping string         // sidecar to put beside it; may be empty
	Noted   bool           // Origin tells which source its files came from

	Reached func(Point) // for a test that ends the process there; may be nil
	bringer bringer
}

// Point is an instant of an errand. A crash there must not be seen in what becomes of the file.
type Point string

// The points, in their order.
const (
	Fetched   Point = "remote: downloaded, before the inbox"
	HalfPut   Point = "remote: its mapping in the inbox, it is not"
	Delivered Point = "remote: in the inbox, before it is remembered"
	Imported  Point = "remote: imported, before the remote move"
)

// Run asks once. It gives the name of the file that it put into the inbox, or "" if there is nothing new.
//
// What is new is noted as coming before it is given its name in the inbox, and as taken after: a crash in between brings it neither
// twice nor not at all.
func (e *Single) Run(ctx context.Context) (string, error) {
	root, err := os.OpenRoot(e.Inbox)
	if err != nil {
		return "", err
	}
	defer root.Close()
	b := e.brings()
	if name, err := b.resume(ctx, root); name != "" || err != nil {
		return name, err
	}
	sweep(root)
	last, err := e.Memory.Last(ctx, e.Name)
	if err != nil {
		return "", fmt.Errorf("recall: %w", err)
	}
	temp, found, err := e.fetch(ctx, root, last)
	if err != nil {
		return "", err
	}
	if found.New {
		name, err := e.fileName(root, temp, found.Name)
		if err != nil {
			_ = root.Remove(temp)
			return "", err
		}
		return b.deliver(ctx, root, coming{Temp: temp, Name: name, Version: found.Version})
	}
	_ = root.Remove(temp)
	if found.Version == last {
		return "", nil
	}
	return "", b.remember(ctx, e.Name, found.Version)
}

// brings returns what brings the errand's files into the inbox.
func (e *Single) brings() *bringer {
	b := &e.bringer
	b.source, b.memory, b.inbox, b.mapping, b.noted, b.reached = e.Name, e.Memory, e.Inbox, e.Mapping, e.Noted, e.Reached
	b.taken = func(ctx context.Context, c coming, _ string) error { return b.remember(ctx, e.Name, c.Version) }
	return b
}

// Peek asks once and puts nothing anywhere: it says whether there is something new, and what it is called.
func (e *Single) Peek(ctx context.Context) (Found, error) {
	last, err := e.Memory.Last(ctx, e.Name)
	if err != nil {
		return Found{}, fmt.Errorf("recall: %w", err)
	}
	return e.Source.Fetch(ctx, last, io.Discard)
}

// fetch lays what is new under a temporary name in the inbox.
func (e *Single) fetch(ctx context.Context, root *os.Root, last string) (temp string, found Found, err error) {
	f, temp, err := createTemp(root)
	if err != nil {
		return "", found, err
	}
	found, err = e.Source.Fetch(ctx, last, f)
	if err == nil && found.New {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		_ = root.Remove(temp)
		return "", found, err
	}
	return temp, found, nil
}

// fileName is what a new file is called in the inbox.
func (e *Single) fileName(root *os.Root, temp, called string) (string, error) {
	zone := e.Zone
	if zone == nil {
		zone = time.UTC
	}
	return fileName(e.As, called, root, temp, time.Now().In(zone))
}
