package watcher

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"slices"
	"time"
)

// Claim is a workbook that was taken out of its inbox and is not archived yet: it waits, is being imported, or is stuck.
type Claim struct {
	ID   string
	Name string    // path below the inbox as the person put it
	Seen time.Time // when it was last seen to change: from then on the person waits
}

// Claims lists what lies claimed in an inbox, the oldest first. It changes nothing, so that it may be asked beside a running watcher.
func Claims(inbox string) ([]Claim, error) {
	root, err := openRoot(inbox)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	found, _, err := claimedIn(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // nothing was claimed there yet
	}
	return found, err
}

// claimedIn lists the claims of an inbox, and what lies among them that nobody may open.
func claimedIn(root *os.Root) (found []Claim, strangers []string, err error) {
	c := claims{root: root, ids: newNumbers()}
	ids, err := c.listed(ownFolder)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range ids {
		if !c.ids.past(id) {
			continue
		}
		dir := path.Join(ownFolder, id)
		if stranger := c.strangerIn(dir); stranger != "" {
			strangers = append(strangers, stranger)
			continue
		}
		l, err := readLabel(root, dir)
		if err == nil {
			_, err = root.Lstat(path.Join(dir, path.Base(l.Name)))
		}
		if err == nil {
			found = append(found, Claim{ID: id, Name: l.Name, Seen: l.Seen})
		}
	}
	return found, strangers, nil
}

// strangerIn is what is not a plain file in the folder of a claim, or the folder itself if it is none; "" if nothing is.
func (c claims) strangerIn(dir string) string {
	names, err := c.listed(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil {
		return dir
	}
	for _, name := range names {
		if _, err := asFile(c.root, path.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return path.Join(dir, name)
		}
	}
	return ""
}

// tellStranger logs something that lies among the claims and is not inlet's.
func (f *folder) tellStranger(err error) {
	f.log.Warn("Something among the claimed files is not opened", slog.Any("error", err),
		slog.String("do", "take it away; if a workbook was there, drop it again"))
}

// unread is what of an inbox cannot be read, moved or opened: files, folders below it, and strangers among the claims. It is no fault of the
// inbox, whose other files go on.
func (f *folder) unread(strangers []string) []string {
	all := slices.Clone(strangers)
	for rel, file := range f.settle.files {
		if file.workbook && file.trouble != nil {
			all = append(all, rel)
		}
	}
	for rel := range f.shut {
		all = append(all, rel+"/")
	}
	return all
}
