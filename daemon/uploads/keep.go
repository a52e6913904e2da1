package uploads

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/watcher/inbox/claim"
)

// Limits bound what uploads may take of a disk.
type Limits struct {
	Bytes int64 // of one file
	Total int64 // of all that are kept, and of those that are on their way
}

// lifetime is how long an upload is kept: a person who begins on a Friday can go on the next week.
const lifetime = 7 * 24 * time.Hour

// abandoned is when a folder without upload.json is one that a crash has left.
const abandoned = time.Hour

// Keep has the uploads of all inboxes. It is safe for concurrent use.
type Keep struct {
	Inboxes func() []Inbox // that take uploads, as they are now
	Limits  Limits
	Log     *slog.Logger

	mu     sync.Mutex // holds what is written of an upload
	coming counter    // bytes on their way
}

// counter counts the bytes that are on their way.
type counter struct {
	mu sync.Mutex
	n  int64
}

func (c *counter) add(n int64) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += n
	return c.n
}

// inboxOf returns the inbox of a name.
func (k *Keep) inboxOf(name string) (Inbox, error) {
	all := k.Inboxes()
	if i := slices.IndexFunc(all, func(in Inbox) bool { return in.Name == name }); i >= 0 {
		return all[i], nil
	}
	return Inbox{}, ErrInbox
}

// Receive stores what is read as the upload of a person, whole or not at all. check looks at the stored workbook before it is kept.
func (k *Keep) Receive(ctx context.Context, u Upload, content io.Reader, check func(path string) error) (Upload, error) {
	in, err := k.inboxOf(u.Inbox)
	if err != nil {
		return u, err
	}
	if u.Name, err = SafeName(u.Name); err != nil {
		return u, err
	}
	u.ID, u.At, u.State, u.inbox = strings.ToLower(rand.Text()), time.Now().UTC(), Unmapped, in.Path
	root, err := u.open()
	if err != nil {
		return u, err
	}
	defer root.Close()
	err = k.store(ctx, root, &u, content)
	if err == nil {
		err = check(u.Workbook())
	}
	if err == nil {
		err = u.write(root)
	}
	if err != nil {
		if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
			err = ErrNoRoom
		}
		return u, errors.Join(err, root.RemoveAll(u.dir()))
	}
	k.Log.LogAttrs(ctx, slog.LevelInfo, "File uploaded", slog.String("upload", u.ID), slog.String("inbox", u.Inbox), slog.String("by", u.Owner), slog.Int64("bytes", u.Size))
	return u, nil
}

// store writes the workbook of an upload to the disk.
func (k *Keep) store(ctx context.Context, root *os.Root, u *Upload, content io.Reader) error {
	if err := u.makeFolders(root); err != nil {
		return err
	}
	f, err := root.OpenFile(u.dir(bookFolder, u.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	sum := sha256.New()
	limited := &limitedReader{ctx: ctx, from: content, left: k.Limits.Bytes, room: k.Limits.Total - k.used(), coming: &k.coming}
	defer limited.end()
	u.Size, err = io.Copy(io.MultiWriter(f, sum), limited)
	if err == nil && u.Size == 0 {
		err = ErrEmpty
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	u.Sum = hex.EncodeToString(sum.Sum(nil))
	return files.SyncFolder(path.Dir(u.Workbook()))
}

// limitedReader reads no more than may be stored.
type limitedReader struct {
	ctx        context.Context
	from       io.Reader
	left, room int64
	coming     *counter
	read       int64
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := l.from.Read(p)
	l.left, l.read = l.left-int64(n), l.read+int64(n)
	coming := l.coming.add(int64(n))
	switch {
	case l.left < 0:
		return n, ErrTooLarge
	case coming > l.room:
		return n, ErrFull
	}
	return n, err
}

// end says that nothing is on its way any more: what was stored is counted where it is.
func (l *limitedReader) end() { l.coming.add(-l.read) }

// used returns the bytes of all uploads that are kept, with their plans.
func (k *Keep) used() (n int64) {
	for _, u := range k.all() {
		if u.State != Handed {
			n += u.Size
		}
		plan, _ := os.ReadDir(u.PlanFolder()) // it may be removed in this moment
		for _, file := range plan {
			if info, err := file.Info(); err == nil {
				n += info.Size()
			}
		}
	}
	return n
}

// all returns every upload, the newest first. An inbox that cannot be reached has none.
func (k *Keep) all() []Upload {
	var all []Upload
	for _, in := range k.Inboxes() {
		_ = k.each(in, func(root *os.Root, id string) error {
			if u, err := read(root, in, id); err == nil {
				all = append(all, u)
			}
			return nil
		})
	}
	slices.SortFunc(all, func(a, b Upload) int { return b.At.Compare(a.At) })
	return all
}

// each calls do for each folder of an upload of an inbox.
func (k *Keep) each(in Inbox, do func(root *os.Root, id string) error) error {
	root, err := files.OpenRoot(in.Path)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := claim.CheckFolder(root); err != nil {
		return err
	}
	dir := path.Dir((&Upload{ID: "x"}).dir())
	if info, err := root.Lstat(dir); err != nil || !info.IsDir() {
		return err
	}
	entries, err := fs.ReadDir(root.FS(), dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		if e.IsDir() && isID.MatchString(e.Name()) {
			errs = append(errs, do(root, e.Name()))
		}
	}
	return errors.Join(errs...)
}

// List returns the uploads of a person, the newest first; those of everybody where may see all.
func (k *Keep) List(owner string, everybody bool) []Upload {
	return slices.DeleteFunc(k.all(), func(u Upload) bool { return !everybody && u.Owner != owner })
}

// Sent returns the upload that an owner has sent to an inbox with a key, and whether there is one.
func (k *Keep) Sent(owner, inbox, key string) (Upload, bool) {
	for _, u := range k.all() {
		if key != "" && u.Key == key && u.Owner == owner && u.Inbox == inbox {
			return u, true
		}
	}
	return Upload{}, false
}

// Find returns an upload by its ID.
func (k *Keep) Find(id string) (Upload, error) {
	if !isID.MatchString(id) {
		return Upload{}, ErrNone
	}
	for _, in := range k.Inboxes() {
		root, err := files.OpenRoot(in.Path)
		if err != nil {
			continue
		}
		u, err := read(root, in, id)
		_ = root.Close() // nothing was written
		if err == nil {
			return u, nil
		}
	}
	return Upload{}, ErrNone
}

// Map gives an upload its mapping, and notes what else was chosen with it; nil for one that needs none. The plan that there was is no longer right and is removed.
func (k *Keep) Map(u Upload, mapping []byte) (Upload, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	root, err := u.open()
	if err != nil {
		return u, err
	}
	defer root.Close()
	now, err := read(root, Inbox{u.Inbox, u.inbox}, u.ID)
	if err != nil {
		return u, err
	}
	if now.State == Handing || now.State == Handed {
		return u, ErrMoved
	}
	u.State = Mapped
	if err := root.RemoveAll(u.dir(planFolder)); err != nil {
		return u, err
	}
	if mapping != nil {
		if err := files.WriteIn(root, u.dir(bookFolder, filename.Stem(u.Name)+filename.MappingEnd), bytes.NewReader(mapping)); err != nil {
			return u, err
		}
	}
	return u, u.write(root)
}

// Remember keeps something beside an upload in place of what was kept before; Remembered returns it, nil if nothing was.
func (k *Keep) Remember(u Upload, what []byte) error {
	root, err := u.open()
	if err != nil {
		return err
	}
	defer root.Close()
	return files.WriteIn(root, u.dir(remembered), bytes.NewReader(what))
}

// Remembered returns what was kept beside an upload.
func (k *Keep) Remembered(u Upload) ([]byte, error) {
	root, err := u.open()
	if err != nil {
		return nil, err
	}
	defer root.Close()
	text, err := root.ReadFile(u.dir(remembered))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}

// MakePlanFolder makes the folder of a plan, empty.
func (k *Keep) MakePlanFolder(u Upload) error {
	root, err := u.open()
	if err != nil {
		return err
	}
	defer root.Close()
	return errors.Join(root.RemoveAll(u.dir(planFolder)), root.Mkdir(u.dir(planFolder), 0o750))
}

// Discard removes an upload. One that was imported cannot be discarded.
func (k *Keep) Discard(u Upload) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	root, err := u.open()
	if err != nil {
		return err
	}
	defer root.Close()
	now, err := read(root, Inbox{u.Inbox, u.inbox}, u.ID)
	if err != nil {
		return err
	}
	if now.State == Handing {
		return ErrMoved
	}
	return root.RemoveAll(u.dir())
}
