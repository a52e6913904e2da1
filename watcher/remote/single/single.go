package single

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"inlet.example/inlet/watcher/remote/deliver"
)

// Source is a place that has one workbook.
type Source interface {
	// Fetch writes the content to w, unless its version is still last.
	Fetch(ctx context.Context, last string, w io.Writer) (Found, error)
}

// Found is what a Source had.
type Found struct {
	New     bool
	Version string // to remember, also if it is not new
	Name    string // what the source calls it
}

// Poll polls one source and delivers its workbook.
type Poll struct {
	Name    string
	Source  Source
	Memory  deliver.Memory
	Inbox   string         // folder
	As      string         // file name; may hold a date like {2006-01-02}; what the source calls it if empty
	Zone    *time.Location // of that date
	Mapping string         // sidecar to put beside it; may be empty
	Noted   bool           // the arrivals of its files name it

	Reached   func(deliver.Point) // for a test that ends the process there; may be nil
	deliverer deliver.Deliverer
}

// Run polls once. It returns the name of the file that it put into the inbox, or "" if there is nothing new.
func (p *Poll) Run(ctx context.Context) (string, error) {
	root, err := os.OpenRoot(p.Inbox)
	if err != nil {
		return "", err
	}
	defer root.Close()
	b := p.prepare()
	if name, err := b.Resume(ctx, root); name != "" || err != nil {
		return name, err
	}
	deliver.Sweep(root)
	last, err := p.Memory.Last(ctx, p.Name)
	if err != nil {
		return "", fmt.Errorf("read the history: %w", err)
	}
	temp, found, err := p.fetch(ctx, root, last)
	if err != nil {
		return "", err
	}
	if found.New {
		name, err := p.fileName(root, temp, found.Name)
		if err != nil {
			_ = root.Remove(temp)
			return "", err
		}
		return b.Deliver(ctx, root, deliver.Delivery{Temp: temp, Name: name, Version: found.Version})
	}
	_ = root.Remove(temp)
	if found.Version == last {
		return "", nil
	}
	return "", p.remember(ctx, found.Version)
}

// prepare returns what delivers the file into the inbox.
func (p *Poll) prepare() *deliver.Deliverer {
	d := &p.deliverer
	d.Source, d.Memory, d.Inbox, d.Mapping, d.Noted, d.Reached = p.Name, p.Memory, p.Inbox, p.Mapping, p.Noted, p.Reached
	d.Taken = func(ctx context.Context, taken deliver.Delivery, _ string) error {
		return p.remember(ctx, taken.Version)
	}
	return d
}

func (p *Poll) remember(ctx context.Context, version string) error {
	if err := p.Memory.Remember(ctx, p.Name, version); err != nil {
		return fmt.Errorf("write the history: %w", err)
	}
	return nil
}

// Peek polls once and delivers nothing: it returns whether there is something new, and what it is called.
func (p *Poll) Peek(ctx context.Context) (Found, error) {
	last, err := p.Memory.Last(ctx, p.Name)
	if err != nil {
		return Found{}, fmt.Errorf("read the history: %w", err)
	}
	return p.Source.Fetch(ctx, last, io.Discard)
}

// fetch downloads what is new under a temporary name into the inbox.
func (p *Poll) fetch(ctx context.Context, root *os.Root, last string) (temp string, found Found, err error) {
	f, temp, err := deliver.CreateTemp(root)
	if err != nil {
		return "", found, err
	}
	found, err = p.Source.Fetch(ctx, last, f)
	if err == nil && found.New {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		_ = root.Remove(temp)
		return "", found, err
	}
	return temp, found, nil
}

// fileName is the name of a new file in the inbox.
func (p *Poll) fileName(root *os.Root, temp, called string) (string, error) {
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	return fileName(p.As, called, root, temp, time.Now().In(zone))
}
