// Package archive puts what an import leaves behind into the done, failed and held folders: whole or not at all, and
// never over what lies there.
//
// # The rules
//
//   - A file goes to DIR/YYYY-MM-DD/NAME, or to DIR/NAME where the day is zero. If the name is taken, the stem gets a
//     number: kunder~2.xlsx, kunder~3.xlsx.
//
//   - A workbook and what belongs to it get one number: kunder~2.xlsx, kunder~2.yaml, kunder~2.xlsx.reason.txt.
//
//   - At every instant each file's bytes are whole under its old name, or its new one, or both.
//
//   - The workbook goes last. An arrival's folder that still holds its workbook is not finished.
//
//   - A call that was cut off is repeated with the same arguments and ends as the first would have. The day is therefore
//     the import's, not the clock's. Words that were written already stay, should the repeat have others.
//
//   - The folder itself and the day's are made if they are missing; the folder around them never is. Where that is
//     missing a disk is not mounted, and what was written there would be hidden by the mount.
//
//   - A link that somebody has put in the place of a folder is not followed: not the folder of a day, and none inside the inbox.
//
//   - A file that is to have another group or mode has it before it has its name. One that inlet may not change, for it is
//     somebody else's, is copied: the copy is inlet's. What cannot be given at all is told of, and holds nothing up.
//
// # Why a number is reserved, and by whom
//
// The sidecar of today may be the same bytes under the same name as yesterday's, so what lies in the folder cannot tell
// a repeat which number its first try took. The number is taken before any file moves, by a file .inlet-HASH.number that
// holds the ID of the arrival, and given back when all have moved. A repeat finds its own reservation and goes on there;
// another mover takes the next number. A reservation whose owner never comes back holds up nobody: one number stays
// unused, unless files of other makers lie there, and those no rename overwrites.
//
// # Why a number may be kept
//
// Between the last move and the caller's note of it the process can die too. Then there is no source any more, and in a folder that holds the
// same bytes twice only the reservation says which file is this set's. With [Set.Keep] it stays until the caller has made its note and calls
// [Set.Release].
//
// # Why a repeat may look for a sum
//
// Should a person have taken the reservation away, or none have been kept, [Set.Sum] finds the file again by its content; without it such a
// repeat gets fs.ErrNotExist.
//
// # Why no rename that replaces
//
// "Is the name free? Then rename" has a gap in which another mover's file is lost. renameat2 with RENAME_NOREPLACE has
// none; where a file system cannot do that (NFS), a hard link and a removal have none either.
package archive

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"inlet.example/inlet/pipeline/files"
)

// Set is a workbook and what belongs to it.
type Set struct {
	ID    string          // the arrival's: a repeat is known by it. Two sets never share one
	Name  string          // the workbook's name as it arrived; folders before it are dropped
	Files []File          // in the order they move: what belongs to the workbook first, the workbook last
	Sum   string          // the workbook's SHA-256 in hex, if known: lets a repeat find what an earlier try has finished
	First bool            // no call with this ID was made before: the folder need not be listed for what that left
	Keep  bool            // the number stays reserved behind Place, until Release
	Owner files.Ownership // of the files, and of the folders that are made for them

	// Inside is a folder that other people may write into, the inbox; below it no link is followed, neither to where the files lie nor to where
	// they go. May be empty.
	Inside string
	At     func(Point) // called at each point of the way; may be nil
}

// File is one file of a set: to be moved from Src, or, without Src, to be written with the bytes of the file at Copy, or else with Content.
type File struct {
	Name    string // the name it would have alone: kunder.yaml; the workbook's own name may be left out
	Stem    string // the part of Name behind which a number stands; by default the workbook's stem, or what is before the ending
	Src     string
	Copy    string
	Content []byte
}

// ErrGone says that a file is neither where it was nor in the folder: somebody took it, or a disk is not mounted.
var ErrGone = errors.New("it is neither where it was nor in the folder")

// Point is a place in the way of a set at which a test ends the process.
type Point string

// The points, in the order they are passed. Copied is passed only across disks.
const (
	Reserved Point = "archive: number taken, nothing moved"
	Copied   Point = "archive: copied beside the target, not yet under its name"
	Placed   Point = "archive: under its new name, the old one may still be there"
	Moved    Point = "archive: one file moved"
	Finished Point = "archive: all moved, number not given back"
)

// Move puts the file at src into dir/YYYY-MM-DD/name and returns where it now lies.
func Move(src, dir string, day time.Time, name string) (string, error) {
	id, err := filepath.Abs(src)
	if err != nil {
		return "", fmt.Errorf("archive %s: %w", src, err)
	}
	paths, err := Set{ID: id, Name: name, Files: []File{{Src: src}}}.Place(dir, day)
	if err != nil {
		return "", err
	}
	return paths[0], nil
}

// Place moves the set into dir/YYYY-MM-DD and returns where each of its files now lies, in the order of Files.
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
	p := &placing{Set: s, folder: folder, names: s.names()}
	if p.At == nil {
		p.At = func(Point) {}
	}
	return p.run()
}

// open makes the folder of a day and gives its path. The folder of a day is inlet's own, so it is never a link; dir may be one where it does
// not lie inside the inbox.
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

// unlinked says whether the way to a folder, and that to each file of the set, leads over a link that somebody has put into the inbox.
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
		return errors.Join(err, os.Remove(path)) // the next try makes it anew, and gives it what it is to have
	}
	return files.SyncFolder(filepath.Dir(path))
}
