package archive

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/message"
)

// Set is a workbook and what belongs to it.
type Set struct {
	ID    string          // of the arrival; a repeat is recognised by it, and no two sets share one
	Name  string          // the workbook's name as it arrived; folders before it are dropped
	Files []File          // in the order they move: what belongs to the workbook first, the workbook last
	Sum   string          // the workbook's SHA-256 in hex, if known: lets a repeat find what an earlier try has finished
	First bool            // no call with this ID was made before: the folder need not be listed
	Keep  bool            // the number stays reserved after Place, until Release
	Owner files.Ownership // of the files, and of the folders that are made for them

	// Inside is a folder that other people may write into, the inbox; below it no link is followed, neither to where the files lie nor to where
	// they go. May be empty.
	Inside string
	At     func(Point) // called at each point of the way; may be nil

	// Own is called before each file is moved or written, and returns an error if the set is another process's by now; may be nil. A process that was
	// suspended would otherwise give a file that is archived meanwhile a second number.
	Own func() error
}

// File is one file of a set: to be moved from Src, or, without Src, to be written with the bytes of the file at Copy, or else with Content.
type File struct {
	Name    string // the name it would have alone: kunder.yaml; the workbook's own name may be left out
	Stem    string // the part of Name behind which a number stands; by default the workbook's stem, or what is before the ending
	Src     string
	Copy    string
	Content []byte
}

// ErrMissing is the error of a file that is neither where it was nor in the folder: it was removed, or a disk is not mounted.
var ErrMissing = errors.New("it is neither at its old location nor in the folder")

// Point is a point on the way of a set at which a test ends the process.
type Point string

// The points, in the order they are passed. Copied is passed only across disks.
const (
	Reserved Point = "archive: number taken, nothing moved"
	Copied   Point = "archive: copied beside the target, not yet under its name"
	Placed   Point = "archive: under its new name, the old one may still be there"
	Moved    Point = "archive: one file moved"
	Finished Point = "archive: all moved, number not given back"
)

// Move moves the file at src to dir/YYYY-MM-DD/name and returns its new path.
func Move(src, dir string, day time.Time, name string) (string, error) {
	id, err := filepath.Abs(src)
	if err != nil {
		return "", message.Errorf("archive %s: %w", src, err)
	}
	paths, err := Set{ID: id, Name: name, Files: []File{{Src: src}}}.Place(dir, day)
	if err != nil {
		return "", err
	}
	return paths[0], nil
}

// Place moves the set into dir/YYYY-MM-DD and returns the new path of each file, in the order of Files.
func (s Set) Place(dir string, day time.Time) ([]string, error) {
	paths, err := s.place(dir, day)
	if err != nil {
		return nil, fmt.Errorf("archive %q: %w", s.Name, err)
	}
	return paths, nil
}

func (s Set) place(dir string, day time.Time) ([]string, error) {
	if len(s.Files) == 0 || s.ID == "" {
		return nil, errors.New("a set needs an ID and a file")
	}
	folder, err := s.open(dir, day)
	if err != nil {
		return nil, err
	}
	p := &placement{Set: s, folder: folder, names: namesOf(s), reserved: reservations{folder: folder, names: namesOf(s), id: s.ID}, at: make([]int, len(s.Files))}
	if p.At == nil {
		p.At = func(Point) {}
	}
	return p.run()
}

// open creates the folder of a day and returns its path. The folder of a day is inlet's own, so it is never a link; dir may be one where it is
// not inside the inbox.
func (s Set) open(dir string, day time.Time) (string, error) {
	if err := s.unlinked(dir); err != nil {
		return "", err
	}
	if err := makeFolder(dir, s.Owner); err != nil {
		return "", err
	}
	if day.IsZero() {
		return dir, nil
	}
	folder := filepath.Join(dir, day.Format(time.DateOnly))
	if err := files.NoLinks(dir, folder); err != nil {
		return "", err
	}
	return folder, makeFolder(folder, s.Owner)
}

// unlinked returns an error where the path of a folder, or that of a file of the set, leads over a link inside the inbox.
func (s Set) unlinked(dir string) error {
	err := files.NoLinks(s.Inside, dir)
	for _, f := range s.Files {
		if f.Src != "" {
			err = cmp.Or(err, files.NoLinks(s.Inside, filepath.Dir(f.Src)))
		}
	}
	return err
}

func makeFolder(path string, owner files.Ownership) error {
	err := owner.MakeFolder(path)
	if errors.Is(err, fs.ErrExist) {
		info, err := os.Stat(path)
		if err == nil && !info.IsDir() {
			err = &fs.PathError{Op: "open folder", Path: path, Err: syscall.ENOTDIR}
		}
		return err
	}
	if err != nil {
		return err
	}
	if err := owner.GiveFolder(path); err != nil {
		return errors.Join(err, os.Remove(path)) // the next try creates it again with its ownership
	}
	return files.SyncFolder(filepath.Dir(path))
}

// Release gives back the number that Place has kept for a set whose workbook it has put at path. To do it again does no harm.
func (s Set) Release(path string) error {
	r := &reservations{folder: filepath.Dir(path), names: namesOf(s), id: s.ID, numbers: []int{1}}
	stem := stemOf(filepath.Base(path))
	if n, err := strconv.Atoi(stem[strings.LastIndexByte(stem, '~')+1:]); err == nil {
		r.numbers = append(r.numbers, n) // unless that belongs to the name, and the number is 1
	}
	r.numbers = slices.DeleteFunc(r.numbers, func(n int) bool {
		text, err := files.ReadRegular(filepath.Join(r.folder, r.fileName(n)))
		number, _, id := parse(text)
		return err != nil || number != n || id != s.ID // not there, or of another set
	})
	return r.release()
}
