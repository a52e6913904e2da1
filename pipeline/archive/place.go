package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/files"
)

// placement is one call of Place.
type placement struct {
	Set
	folder   string
	names    names
	reserved reservations
	resumed  int   // the reserved number that an earlier call has begun to use; 0 if there was none
	at       []int // of each file the number under which this call has put it; 0 if it has not yet
}

// errTaken is the error of a number one of whose names is taken: the next number is tried.
var errTaken = errors.New("the name is taken")

func (p *placement) run() ([]string, error) {
	listed, err := p.resume()
	if err != nil {
		return nil, err
	}
	if len(p.reserved.numbers) == 0 {
		if err := p.checkSources(); err != nil {
			return p.placedBefore(listed, err)
		}
	}
	// Of several reservations the highest is in use: the lower ones were given up for it.
	p.resumed = p.reserved.last()
	for n := max(1, p.resumed); ; n++ {
		paths, err := p.try(n, listed)
		if errors.Is(err, errTaken) {
			if listed == nil {
				listed, err = list(p.folder)
			}
			if errors.Is(err, errTaken) || err == nil {
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		p.At(Finished)
		if p.Keep {
			p.reserved.numbers = slices.DeleteFunc(p.reserved.numbers, func(other int) bool { return other == n })
		}
		return paths, p.reserved.release()
	}
}

// resume lists the folder and finds what an earlier call has left there. A first call skips that: in the folder of a day with ten thousand files
// each listing is ten thousand names.
func (p *placement) resume() (map[string]bool, error) {
	if p.First {
		return nil, nil
	}
	listed, err := list(p.folder)
	if err != nil {
		return nil, err
	}
	return listed, p.reserved.find(listed)
}

// try places the set under one number, which is reserved or free.
func (p *placement) try(n int, listed map[string]bool) ([]string, error) {
	if n != p.resumed {
		if err := p.reserve(n, listed); err != nil {
			return nil, err
		}
		p.reserved.numbers = append(p.reserved.numbers, n)
		p.At(Reserved)
	}
	for i := range p.Files {
		if err := p.placeOne(i, n); err != nil {
			return nil, err
		}
		p.At(Moved)
	}
	return p.paths(n), nil
}

// reserve takes a number, and notes with it which files are to be moved there.
func (p *placement) reserve(n int, listed map[string]bool) error {
	moving := make([]uint64, len(p.Files))
	for i := range p.Files {
		src, err := p.source(i)
		if err == nil && src != "" {
			moving[i], err = files.Inode(src)
		}
		if err != nil {
			return err
		}
	}
	return p.reserved.reserve(n, moving, p.paths(n), listed)
}

// placeOne does what is left to do for one file. Of target and source both may exist, either, or neither.
func (p *placement) placeOne(i, n int) error {
	target := p.path(i, n)
	src, err := p.source(i)
	if err != nil {
		return err
	}
	there, err := exists(target)
	if err == nil && p.Own != nil { // after the source was found: if another process moves it from now on, the move fails
		err = p.Own()
	}
	switch {
	case err != nil:
		return err
	case src == target:
		return nil
	case there && n == p.resumed:
		err = p.finishMove(src, target)
	case there:
		return errTaken
	case src != "":
		err = p.move(src, target)
	case p.Files[i].Src == "":
		err = p.write(&p.Files[i], target)
	default:
		err = fmt.Errorf("%w: %w", ErrMissing, &fs.PathError{Op: "move", Path: p.Files[i].Src, Err: fs.ErrNotExist})
	}
	if err == nil {
		p.at[i] = n
	}
	return err
}

// finishMove finishes an interrupted move to a number that was reserved before this call and whose target exists. Beside a source of equal bytes it is a
// copy, and the source is removed. Beside other bytes, or none, it belongs to a program that does not know of reservations.
func (p *placement) finishMove(src, target string) error {
	if src == "" {
		return errTaken
	}
	same, err := files.Equal(src, target)
	if err != nil {
		return err
	}
	if !same {
		return errTaken
	}
	return files.Remove(src)
}

// source returns where a file of the set is: where it came from, or else under the number it got last. It is empty for a file that is yet to be
// written.
func (p *placement) source(i int) (string, error) {
	if src := p.Files[i].Src; src != "" {
		if there, err := exists(src); there || err != nil {
			return src, err
		}
	}
	if n := p.at[i]; n > 0 {
		return p.path(i, n), nil
	}
	return p.placedEarlier(i)
}

// placedEarlier returns where an earlier call has put a file; "" if it has not. Under a number that was given up there may be a file of another program,
// for which it was: so one that was moved is known by the inode that was noted before, and one that was written by its content.
func (p *placement) placedEarlier(i int) (string, error) {
	found := ""
	for _, n := range slices.Backward(p.reserved.numbers) {
		path := p.path(i, n)
		if there, err := exists(path); err != nil {
			return "", err
		} else if !there || n > p.resumed { // a number that this call has taken: what has the name is of another program
			continue
		}
		is, err := p.isMoved(i, path)
		if p.Files[i].Src == "" {
			is, err = p.Files[i].holds(path)
		}
		if is || err != nil {
			return path, err
		}
		if found == "" && p.Files[i].Src != "" {
			found = path // where the file system's inodes do not last the number that was taken last is the likelier one
		}
	}
	return found, nil
}

// isMoved reports whether the file at a path is one that was noted before it was moved to the number in use.
func (p *placement) isMoved(i int, path string) (bool, error) {
	noted := p.reserved.moving
	if i >= len(noted) || noted[i] == 0 {
		return false, nil
	}
	is, err := files.Inode(path)
	return is == noted[i], err
}

// holds reports whether the file at a path has the content that is to be written, as far as that is known.
func (f *File) holds(path string) (bool, error) {
	if f.Copy != "" {
		return files.Equal(f.Copy, path)
	}
	found, err := files.ReadRegular(path)
	if errors.Is(err, files.ErrNotRegular) {
		return false, nil
	}
	return err == nil && (len(f.Content) == 0 || bytes.Equal(found, f.Content)), err
}

// write puts a new file under its name.
func (p *placement) write(f *File, target string) error {
	var from io.Reader = bytes.NewReader(f.Content)
	if f.Copy != "" {
		file, err := os.Open(f.Copy)
		if err != nil {
			return err
		}
		defer file.Close()
		from = file
	}
	err := create(target, from, p.Owner)
	if errors.Is(err, fs.ErrExist) {
		return errTaken
	}
	return err
}

// checkSources requires every source to exist before a number is reserved.
func (p *placement) checkSources() error {
	for i := len(p.Files) - 1; i >= 0; i-- {
		if src := p.Files[i].Src; src != "" {
			if _, err := files.Regular(src); err != nil {
				return err
			}
		}
	}
	return nil
}

// placedBefore finds a set that an earlier call has placed to the end: its workbook is not where it was, and is found in the folder by its sum.
func (p *placement) placedBefore(listed map[string]bool, missing error) ([]string, error) {
	if errors.Is(missing, fs.ErrNotExist) {
		missing = fmt.Errorf("%w: %w", ErrMissing, missing)
	}
	workbook := len(p.Files) - 1
	if there, err := exists(p.Files[workbook].Src); err != nil || there || p.Sum == "" {
		return nil, missing
	}
	for _, n := range p.names.numbers(workbook, listed) {
		sum, err := files.Sum(p.path(workbook, n))
		if errors.Is(err, files.ErrNotRegular) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if strings.EqualFold(sum, p.Sum) && p.complete(n, listed) {
			return p.paths(n), nil
		}
	}
	return nil, missing
}

func (p *placement) complete(n int, listed map[string]bool) bool {
	for i := range p.Files {
		if !listed[p.names.of(i, n)] {
			return false
		}
	}
	return true
}

func (p *placement) path(i, n int) string { return filepath.Join(p.folder, p.names.of(i, n)) }

func (p *placement) paths(n int) []string {
	paths := make([]string, len(p.Files))
	for i := range paths {
		paths[i] = p.path(i, n)
	}
	return paths
}

// exists reports whether a name is taken, by whatever kind of file.
func exists(path string) (bool, error) {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
