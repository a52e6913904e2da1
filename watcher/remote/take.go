package remote

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/files"
)

// candidate is a workbook of which this version was not brought yet.
type candidate struct {
	File
	key  string
	seen *sighting
}

// candidates are in the order in which they are taken. What only looks new is noted here, and is none.
func (t *turn) candidates() []candidate {
	var all []candidate
	for _, f := range t.listing.books {
		key := keyOf(f)
		e, known := t.known[key]
		switch {
		case known && e.Version == f.Version():
		case known && t.sameHash(f, e):
			t.same(key, f, e)
		default:
			all = append(all, candidate{f, key, t.seen[key]})
		}
	}
	slices.SortFunc(all, oldestFirst)
	return all
}

// sameHash says that a file was touched and not changed, where the place can tell.
func (t *turn) sameHash(f File, e *entry) bool {
	touched := strings.HasPrefix(e.Version, fmt.Sprintf("%d ", f.Size)) && strings.HasSuffix(e.Version, " "+f.Hash)
	return f.Hash != "" && f.Size >= 0 && touched && e.Path == f.Path && e.State != left && t.sameSide(f, e)
}

// take brings what is ready, the oldest first.
func (t *turn) take(ctx context.Context) error {
	var f faults
	for _, c := range t.candidates() {
		if len(t.res.New) >= most {
			t.lookIn(time.Second)
			break
		}
		if t.ready(c) && f.end(ctx, t.bringOne(ctx, c)) {
			break
		}
	}
	return f.err()
}

// faults are what went wrong with files, one after the other.
type faults struct {
	errs   []error
	inARow int
}

// end says that nothing more is to be asked: the store, the disk or the place is at fault. One file that cannot be had holds up no other, and
// of one that inlet may not read or move it does not follow that it may not have the others.
func (f *faults) end(ctx context.Context, err error) bool {
	if err == nil {
		f.inARow = 0
		return false
	}
	f.inARow++
	own, ofOne := errors.AsType[*ofFile](err)
	switch {
	case !ofOne || stops(ctx, own.err) && !own.denied():
		f.errs = append(f.errs, err)
		return true
	case f.inARow < inARow && own.denied():
		f.errs = append(f.errs, errors.New(err.Error())) // no *Denied yet
		return false
	case f.inARow < inARow:
		f.errs = append(f.errs, err)
		return false
	}
	f.errs = append(f.errs, err, errInARow)
	return true
}

func (f *faults) err() error { return errors.Join(f.errs...) }

var errInARow = errors.New("the rest is left for the next time")

// ready says whether a workbook may be fetched now.
func (t *turn) ready(c candidate) bool {
	switch {
	case c.Size > t.max():
		t.tell(c, t.tooLarge())
		return false
	case t.now.Before(c.seen.again):
		return false
	case !t.settled(c.key), !t.sidecarReady(c):
		t.waiting++
		return false
	}
	return true
}

// sidecarReady says whether the sidecar of a workbook has come whole, or is not waited for any more.
func (t *turn) sidecarReady(c candidate) bool {
	if _, own := t.listing.own(c.Path); !own && t.now.Sub(c.seen.since) < t.Grace {
		return false
	}
	f, there := t.listing.sidecar(c.Path)
	return !there || t.settled(keyOf(f))
}

// ofFile is an error that concerns one file: the others are gone on with.
type ofFile struct{ err error }

func (e *ofFile) Error() string { return e.err.Error() }
func (e *ofFile) Unwrap() error { return e.err }

func (e *ofFile) denied() bool {
	_, is := errors.AsType[*Denied](e.err)
	return is
}

// bringOne fetches a workbook and its sidecar and puts them into the inbox, unless they turn out to be no news, or not whole.
func (t *turn) bringOne(ctx context.Context, c candidate) error {
	got, err := t.fetch(ctx, c.File, t.max())
	if err != nil {
		return t.notFetched(c, err)
	}
	if got.cut && !c.seen.cut {
		t.drop(got.temp)
		c.seen.cut, c.seen.again = true, t.now.Add(cutOffWait)
		t.tell(c, "it looks cut off: it is empty, or a ZIP without an end")
		return nil
	}
	e, known := t.delivered(c, got.sum)
	if known {
		t.drop(got.temp)
		t.same(c.key, c.File, e)
		return nil
	}
	next := coming{Temp: got.temp, Name: onlyName(c.Path), Version: c.Version(), Key: c.key}
	beside, there := t.listing.sidecar(c.Path)
	if there {
		s, err := t.fetch(ctx, beside, largestSidecar)
		if err != nil {
			t.drop(got.temp)
			return t.notFetched(c, err)
		}
		next.Beside, next.End = s.temp, endIn(c.Path, beside.Path)
	}
	next.File = &entry{Path: c.Path, Version: c.Version(), Sum: got.sum, Side: side(beside, there), At: t.now.UTC().Truncate(time.Second), State: stays}
	return t.deliver(ctx, c, next)
}

// deliver puts a workbook into the inbox.
func (t *turn) deliver(ctx context.Context, c candidate, next coming) error {
	if t.Then != Keep {
		newest, err := t.newestImport(ctx)
		if err != nil {
			t.drop(next.temps()...)
			return err
		}
		next.File.State, next.File.Since = brought, newest
		t.pending++
	}
	name, err := t.bringer.deliver(ctx, t.root, next)
	if name != "" {
		t.res.New = append(t.res.New, name)
	}
	if err != nil {
		return err
	}
	delete(t.seen, c.key)
	delete(t.changed, c.key)
	t.known[c.key] = next.File
	return nil
}

// delivered finds the entry of these bytes: of the file itself, or of another of the same path, as where one was loaded up again and has a
// new ID. What was refused and left there is not meant: who loads it up again wants it tried again.
func (t *turn) delivered(c candidate, sum string) (*entry, bool) {
	same := func(e *entry) bool {
		return e != nil && e.Sum == sum && e.Path == c.Path && e.State != left && t.sameSide(c.File, e)
	}
	if e := t.known[c.key]; same(e) {
		return e, true
	}
	for _, e := range t.known {
		if same(e) {
			return e, true
		}
	}
	return nil, false
}

// sameSide says whether a workbook would come with the sidecar that it came with.
func (t *turn) sameSide(f File, e *entry) bool { return side(t.listing.sidecar(f.Path)) == e.Side }

// same notes that a file, in this version, is what was brought already.
func (t *turn) same(key string, f File, was *entry) {
	e := *was
	e.Path, e.Version, e.Gone = f.Path, f.Version(), time.Time{}
	if e.State == away {
		e.State = imported
	}
	if e.State == imported {
		t.pending++ // the next run takes it away
	}
	t.changed[key], t.known[key] = &e, &e
	delete(t.seen, key)
}

// notFetched says what to make of a file that could not be fetched. One that was changed or taken away meanwhile is no fault.
func (t *turn) notFetched(c candidate, err error) error {
	if errors.Is(err, ErrChanged) || errors.Is(err, ErrGone) {
		*c.seen = sighting{since: t.now} // of no version: the next run sees it for the first time
		t.waiting++
		return nil
	}
	if errors.Is(err, errTooMuch) {
		c.seen.again = t.now.Add(tooBigWait)
		t.tell(c, err.Error())
		return nil
	}
	if _, wait := errors.AsType[*Wait](err); wait {
		return err // that is not for this file alone
	}
	c.seen.failed++
	return &ofFile{fmt.Errorf("fetch %s: %w", c.Path, err)}
}

// tell logs once why a file waits.
func (t *turn) tell(c candidate, why string) {
	if c.seen.told != why {
		t.log().Warn("File waits", slog.String("file", c.Path), slog.String("why", why))
		c.seen.told = why
	}
}

func (t *turn) drop(temps ...string) {
	for _, temp := range temps {
		_ = t.root.Remove(temp)
	}
}

// largestSidecar bounds what is fetched beside a workbook; four times what a mapping may have, so that it is refused for its size.
const largestSidecar = 1 << 20

var errTooMuch = errors.New("it has more bytes than this source may bring (max_bytes)")

// fetched is a file under a temporary name in the inbox.
type fetched struct {
	temp, sum string
	cut       bool // it looks like the beginning of something
}

// fetch lays a file under a temporary name in the inbox.
func (t *turn) fetch(ctx context.Context, f File, most int64) (got fetched, err error) {
	w, temp, err := createTemp(t.root)
	if err != nil {
		return got, err
	}
	h := sha256.New()
	counted := &counter{most: most}
	err = t.Folder.Fetch(ctx, f, io.MultiWriter(counted, h, w))
	switch {
	case counted.over:
		err = errTooMuch
	case err == nil && f.Size >= 0 && counted.n != f.Size:
		err = fmt.Errorf("%d bytes came of %d", counted.n, f.Size)
	}
	got = fetched{temp: temp, sum: hex.EncodeToString(h.Sum(nil)), cut: err == nil && files.CutOff(w, path.Base(f.Path), counted.n)}
	if err == nil {
		err = w.Sync()
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.drop(temp)
		return fetched{}, err
	}
	return got, nil
}

// counter counts what is written, and lets no more through than is allowed.
type counter struct {
	n, most int64
	over    bool
}

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	if c.over = c.n > c.most; c.over {
		return 0, errTooMuch
	}
	return len(p), nil
}
