package deliver

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
	"unicode"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/inbox/claim"
)

// stale is the age at which a temporary file was left by a crash. No download is let run that long.
const stale = 24 * time.Hour

// CreateTemp creates a file under a temporary name that inboxes ignore.
func CreateTemp(root *os.Root) (*os.File, string, error) {
	name := claim.TempStart + rand.Text() + claim.TempEnd
	f, err := root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o640)
	return f, name, err
}

// Sweep removes temporary files that a crash left behind.
func Sweep(root *os.Root) {
	d, err := root.Open(".")
	if err != nil {
		return
	}
	defer d.Close()
	names, _ := d.Readdirnames(-1)
	for _, name := range names {
		if !strings.HasPrefix(name, claim.TempStart) || !strings.HasSuffix(name, claim.TempEnd) {
			continue
		}
		if info, err := root.Lstat(name); err == nil && time.Since(info.ModTime()) > stale {
			_ = root.Remove(name)
		}
	}
}

// freeName is the first name like this one that is free, together with the name of its sidecar if it has one.
func freeName(root *os.Root, name string, paired bool) string {
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	taken := func(name string) bool {
		_, err := root.Lstat(name)
		return err == nil
	}
	free := stem
	for n := 2; taken(free+ext) || paired && taken(free+filename.MappingEnd); n++ {
		free = fmt.Sprintf("%s~%d", stem, n)
	}
	return free + ext
}

// putPair renames temp, which comes from a source, to its name or the next free one like it, after its sidecar; end is that of the sidecar's name.
func putPair(root *os.Root, source, temp, name, mapping, end string, half func()) (string, error) {
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for n := 2; ; n++ {
		err := putOnce(root, source, temp, stem, ext, mapping, end, half)
		if err == nil {
			return stem + ext, syncFolder(root)
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", message.Errorf("put %s into the inbox: %w", name, err)
		}
		stem = fmt.Sprintf("%s~%d", strings.TrimSuffix(name, ext), n)
	}
}

// putOnce fails with fs.ErrExist if one of the two names is taken.
func putOnce(root *os.Root, source, temp, stem, ext, mapping, end string, half func()) error {
	if _, err := root.Lstat(stem + ext); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fs.ErrExist)
	}
	if source != "" {
		if err := claim.NoteSource(root, source, temp, stem+ext); err != nil {
			return err
		}
	}
	if mapping == "" {
		return files.RenameFreeIn(root, temp, stem+ext)
	}
	sidecar := stem + end
	err := putCopy(root, mapping, sidecar)
	if errors.Is(err, fs.ErrExist) && sameContent(root, sidecar, mapping) {
		err = nil // left by a crash
	}
	if err != nil {
		return err
	}
	half()
	if err := files.RenameFreeIn(root, temp, stem+ext); err != nil {
		return errors.Join(err, root.Remove(sidecar))
	}
	return nil
}

func putCopy(root *os.Root, from, name string) error {
	content, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("mapping: %w", err)
	}
	defer content.Close()
	f, temp, err := CreateTemp(root)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = files.RenameFreeIn(root, temp, name)
	}
	if err != nil {
		_ = root.Remove(temp)
	}
	return err
}

func sameContent(root *os.Root, name, from string) bool {
	one, err := root.ReadFile(name)
	other, err2 := os.ReadFile(from)
	return err == nil && err2 == nil && bytes.Equal(one, other)
}

func syncFolder(root *os.Root) error {
	d, err := root.Open(".")
	if err != nil {
		return err
	}
	defer d.Close()
	return files.SyncNames(d)
}

// SafeName removes from a name what would lead out of the inbox or be ignored there.
func SafeName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, name)
	name = strings.TrimLeft(files.PossibleName(name), ".~$ ")
	const room = 255 - len("~1000") - len(filename.MappingEnd)
	if ext := path.Ext(name); len(name) > room && len(ext) < room {
		name = strings.ToValidUTF8(name[:room-len(ext)], "") + ext
	}
	if name == "" {
		return "workbook"
	}
	return name
}
