package watcher

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/files"
)

// scan lists the inbox and all below, opens it first if need be, and tells what it came to.
func (f *folder) scan() {
	began := time.Now()
	err := f.list()
	f.rested = 0
	if f.settle.books == 0 && len(f.halves) == 0 {
		f.claimErr = nil // who could not be claimed was taken away
	}
	open := f.opened()
	claimed, strangers := f.claimed()
	unread := f.unread(strangers)
	elsewhere := map[string]bool{}
	for _, rel := range slices.Concat(open, unread) {
		elsewhere[rel] = true
	}
	s := Scan{
		Waiting: f.settle.waiting(elsewhere), Oldest: f.settle.longest(elsewhere), Open: len(open), OpenNames: few(open),
		Unreadable: len(unread), UnreadableNames: few(unread), Claimed: claimed,
		NotWorkbooks: len(f.strange), NotWorkbookNames: few(slices.Collect(maps.Keys(f.strange))),
		Took: time.Since(began), Recovered: f.settle.overdue,
		Err: errors.Join(err, f.claimErr), Mode: ModeEvents,
	}
	if f.polling {
		s.Mode = ModePoll
	}
	f.settle.overdue = 0
	f.tellStrange()
	f.tellTrouble(errors.Join(err, f.claimErr))
	f.tell.Scanned(f.inbox.Name, s)
}

func (f *folder) list() error {
	first := f.root == nil
	if err := f.open(); err != nil {
		f.close()
		return fmt.Errorf("open inbox: %w", err)
	}
	f.complete()
	seen := map[string]bool{}
	maps.DeleteFunc(f.shut, func(rel string, _ error) bool { _, err := f.root.Lstat(rel); return err != nil })
	v := &visit{scan: !first, seen: seen, began: time.Now()}
	err := f.walk(f.root, ".", v)
	f.settle.together(v.fresh)
	if err != nil {
		return fmt.Errorf("list inbox: %w", err) // what was not seen may be there all the same
	}
	for name := range f.settle.files {
		if !seen[name] && !f.below(name) {
			f.gone(name)
		}
	}
	for name := range f.ignored { // owner files and files that are not workbooks among them
		if !seen[name] && !f.below(name) {
			f.gone(name)
		}
	}
	if err := files.CheckWritable(f.inbox.Path); err != nil { // said before a file comes that cannot be claimed
		return fmt.Errorf("write in inbox: %w", err)
	}
	return nil
}

// visit is one walk through folders.
type visit struct {
	scan bool            // a timed scan: what it finds first, no event had told of
	seen map[string]bool // everything that was met

	began time.Time
	fresh []*file // those whose quiet time began with this walk
}

// walk looks at everything in a folder and below. It goes on after an error, and gives the first.
func (f *folder) walk(root *os.Root, rel string, v *visit) error {
	f.listenTo(rel)
	d, err := root.Open(".")
	if err != nil {
		return err
	}
	names, err := d.Readdirnames(-1)
	_ = d.Close()
	for _, name := range names {
		if walkErr := f.step(root, rel, name, v); walkErr != nil && !errors.Is(walkErr, fs.ErrNotExist) && err == nil {
			err = walkErr
		}
	}
	return err
}

func (f *folder) step(root *os.Root, rel, name string, v *visit) error {
	below := path.Join(rel, name)
	if below == ownFolder {
		return nil
	}
	info, err := root.Lstat(name)
	if err != nil {
		return err
	}
	v.seen[below] = true
	if !info.IsDir() {
		f.see(below, info, v)
		return nil
	}
	if f.skip(below, info) {
		return nil
	}
	return f.into(root, name, below, v)
}

// into walks a folder below the inbox. One that may not be listed waits alone, and what was known to lie in it is there all the same.
func (f *folder) into(root *os.Root, name, below string, v *visit) error {
	sub, err := root.OpenRoot(name)
	if err == nil {
		defer sub.Close()
		err = f.walk(sub, below, v)
	}
	if !errors.Is(err, fs.ErrPermission) {
		delete(f.shut, below)
		return err
	}
	if f.shut[below] == nil {
		f.log.Warn("Folder in the inbox cannot be listed, its files wait", slog.String("folder", below), slog.Any("error", err), slog.String("do", Advice(err)))
	}
	f.shut[below] = err
	return nil
}

// below says whether a path lies in a folder that cannot be listed.
func (f *folder) below(rel string) bool {
	for dir := path.Dir(rel); len(f.shut) > 0 && dir != "."; dir = path.Dir(dir) {
		if f.shut[dir] != nil {
			return true
		}
	}
	return false
}

// claimed lists the claims, and what lies among them that is not opened. Where that cannot be said the inbox's own error says why.
func (f *folder) claimed() ([]Claim, []string) {
	if f.root == nil {
		return nil, nil
	}
	found, strangers, err := claimedIn(f.root)
	if err != nil {
		f.log.Debug("List claims", slog.Any("error", err))
	}
	return found, strangers
}

// skip tells whether a folder is not watched.
func (f *folder) skip(rel string, info fs.FileInfo) bool {
	if ignoredFolder(path.Base(rel), f.inbox.Extensions) {
		f.ignore(rel, ReasonFolder)
		return true
	}
	return slices.ContainsFunc(f.inbox.Aside, func(aside string) bool {
		if filepath.Clean(aside) == filepath.Join(f.inbox.Path, rel) {
			return true
		}
		other, err := os.Stat(aside) // it may be given by another road, over a link
		return err == nil && os.SameFile(other, info)
	})
}

// lookAt looks at one path: a file is taken note of, a folder walked.
func (f *folder) lookAt(rel string) error {
	if rel == ownFolder {
		return nil
	}
	info, err := f.root.Lstat(rel)
	if errors.Is(err, fs.ErrNotExist) {
		f.gone(rel)
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		f.see(rel, info, &visit{})
		return nil
	}
	if f.skip(rel, info) {
		return nil
	}
	v := &visit{seen: map[string]bool{}, began: time.Now()}
	err = f.into(f.root, rel, rel, v)
	f.settle.together(v.fresh)
	return err
}

// see takes note of something that is not a folder.
func (f *folder) see(rel string, info fs.FileInfo, v *visit) {
	reason := ignoredName(path.Base(rel), f.inbox.Extensions)
	near := reason == ReasonExtension && mayBeMapping(path.Base(rel))
	if kind := ignoredKind(info); kind != "" && (reason == "" || near) {
		reason, near = kind, false
	}
	if reason == "" {
		delete(f.ignored, rel)
		delete(f.strange, rel)
	} else {
		f.ignore(rel, reason)
		f.noteStrange(rel, reason, near)
		f.seeOwner(rel, info)
	}
	if reason != "" && !near {
		f.forget(rel)
		return
	}
	mapping := near || files.IsMapping(rel)
	workbook := !mapping
	_, known := f.settle.files[rel]
	if mapping && !known {
		f.beside.addMapping(rel)
	}
	file := f.settle.look(rel, files.IdentityOf(info), workbook)
	if !v.began.IsZero() && !file.since.Before(v.began) {
		v.fresh = append(v.fresh, file)
	}
	if known {
		return
	}
	file.unheard = v.scan && f.ear != nil
	if book, waits := f.awaited[rel]; waits {
		if b, known := f.settle.files[book]; known {
			f.settle.hold(b, f.settle.wholeAt(file))
		}
	}
}

func (f *folder) ignore(rel, reason string) {
	if !f.ignored[rel] {
		f.ignored[rel] = true
		f.tell.Ignored(f.inbox.Name, reason)
	}
}

// gone drops a path that is no longer there.
func (f *folder) gone(rel string) {
	f.forget(rel)
	f.ownerGone(rel)
	delete(f.ignored, rel)
	delete(f.strange, rel)
	for _, own := range ownSidecars(rel) {
		if f.awaited[own] == rel {
			delete(f.awaited, own)
		}
	}
}

// forget drops a file that is no longer there, or no longer ours to watch.
func (f *folder) forget(rel string) {
	if known := f.settle.files[rel]; known != nil && !known.workbook {
		f.beside.removeMapping(rel)
	}
	f.settle.forget(rel)
	delete(f.opens, rel)
}
