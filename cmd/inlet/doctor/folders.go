package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"inlet.example/inlet/daemon/config"
	folders "inlet.example/inlet/daemon/disks"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/sqlite/access"
	"inlet.example/inlet/watcher/inbox/claim"
)

// folderTimeout is how long a folder is waited for: that of a file server that does not answer blocks whoever looks into it, without end.
const folderTimeout = 5 * time.Second

func inboxes(e *examination) {
	for _, folder := range e.site.Config.Inboxes {
		found := make(chan []Finding, 1)
		go func() { // it ends with the command if the folder blocks it
			one := &examination{site: e.site, lang: e.lang, secrets: e.secrets}
			inbox(one, folder)
			found <- one.findings
		}()
		select {
		case findings := <-found:
			e.findings = append(e.findings, findings...)
		case <-time.After(folderTimeout):
			e.add(partInbox, folder.Name, Wrong, map[string]any{"path": folder.Path},
				fmt.Sprintf(message.Word(e.lang, "%s: %s does not answer within %s: check the file server or the disk"), folder.Name, folder.Path, folderTimeout))
		}
	}
}

// inbox says whose the folder of an inbox is, what is in it, and why it cannot be used.
func inbox(e *examination, in config.Inbox) {
	facts := map[string]any{"path": in.Path}
	info, err := os.Stat(in.Path)
	if errors.Is(err, fs.ErrNotExist) && access.Writable(filepath.Dir(in.Path)) == nil {
		e.add(partInbox, in.Name, Note, facts, fmt.Sprintf(message.Word(e.lang, "%s: the folder %s does not exist yet; inlet run creates it"), in.Name, in.Path))
		return
	}
	if err == nil && !info.IsDir() {
		err = fmt.Errorf(message.Word(e.lang, "%s is not a folder"), in.Path)
	}
	if err != nil {
		e.add(partInbox, in.Name, Wrong, facts, fmt.Sprintf("%s: %s", in.Name, err))
		return
	}
	facts["owner_and_mode"] = access.OwnerAndMode(info)
	text := []string{in.Name + ": " + in.Path, access.OwnerAndMode(info)}
	if kind, err := files.NetworkFileSystem(in.Path); err == nil && kind != "" {
		facts["file_system"] = kind
		text = append(text, kind)
	}
	waiting, claimed, err := countFiles(in.Path)
	if err == nil {
		err = access.Writable(in.Path)
	}
	if errors.Is(err, fs.ErrPermission) {
		err = fmt.Errorf(message.Word(e.lang, "%s may not read and change %s (%s)"), access.CurrentUser(), in.Path, access.OwnerAndMode(info))
	}
	if err == nil {
		err = archives(e, in)
	}
	if err != nil {
		e.add(partInbox, in.Name, Wrong, facts, fmt.Sprintf("%s: %s", in.Name, err))
		return
	}
	facts["waiting"], facts["claimed"] = waiting, claimed
	text = append(text, fmt.Sprintf(message.Word(e.lang, "workbooks in it: %d, claimed: %d"), waiting, claimed))
	e.add(partInbox, in.Name, OK, facts, strings.Join(text, ", "))
}

// countFiles counts the workbooks in the folder of an inbox itself, and those that are claimed.
func countFiles(inbox string) (waiting, claimed int, err error) {
	entries, err := os.ReadDir(inbox)
	if err != nil {
		return 0, 0, err
	}
	for _, entry := range entries {
		if entry.Type().IsRegular() && filename.IsWorkbook(entry.Name()) {
			waiting++
		}
	}
	claims, err := os.ReadDir(claim.Dir(inbox, ""))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	for _, entry := range claims {
		if entry.IsDir() && entry.Name() != "uploads" {
			claimed++
		}
	}
	return waiting, claimed, err
}

// archives returns why one of the folders that the workbooks of an inbox are moved to cannot be used. One that does not exist is made.
func archives(e *examination, inbox config.Inbox) error {
	for _, dir := range folders.ArchiveDirs(inbox) {
		if err := files.NoLinks(inbox.Path, dir); err != nil {
			return err
		}
		info, err := os.Stat(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = access.Writable(dir)
		}
		if errors.Is(err, fs.ErrPermission) && info != nil {
			return fmt.Errorf(message.Word(e.lang, "%s may not read and change %s (%s)"), access.CurrentUser(), dir, access.OwnerAndMode(info))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// How much free space is little, and too little.
const (
	littleSpace  = 1 << 30 // as the alert InletDiskFilling
	tooLittle    = 64 << 20
	bytesPerGiB  = 1 << 30
	bytesPerMiB  = 1 << 20
	manyGibiByte = 10
)

// disks says how much room there is where inlet writes, once for each disk.
func disks(e *examination) {
	storeDirs := map[string]bool{}
	for _, name := range e.site.Config.StoreNames() {
		if path, file := e.site.Config.For(name).Store.Embedded(); file {
			storeDirs[filepath.Dir(path)] = true
		}
	}
	dirs := []string{os.TempDir()}
	for dir := range storeDirs {
		dirs = append(dirs, dir)
	}
	seen := map[uint64]bool{}
	for _, dir := range append(folders.WrittenDirs(e.site.Config.Inboxes, ""), dirs...) {
		info, err := os.Stat(dir)
		if err != nil || seen[files.Device(info)] && files.Device(info) != 0 {
			continue // what is wrong with a folder is said where it is examined
		}
		seen[files.Device(info)] = true
		free, err := files.FreeSpace(dir)
		if err != nil {
			continue
		}
		facts, state := map[string]any{"path": dir, "free_bytes": int64(free)}, OK
		switch {
		case free < tooLittle:
			state = Wrong
		case free < littleSpace:
			state = Note
		}
		e.add(partDisk, dir, state, facts, fmt.Sprintf(message.Word(e.lang, "%s: %s free"), dir, size(free)))
	}
}

// size writes a number of bytes.
func size(bytes float64) string {
	if bytes < bytesPerGiB {
		return fmt.Sprintf("%.1f MiB", bytes/bytesPerMiB)
	}
	if bytes < manyGibiByte*bytesPerGiB {
		return fmt.Sprintf("%.1f GiB", bytes/bytesPerGiB)
	}
	return fmt.Sprintf("%.0f GiB", bytes/bytesPerGiB)
}
