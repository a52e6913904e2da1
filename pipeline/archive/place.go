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
	resumed  int // the reserved number that an earlier call has begun to use; 0 if there was none
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
		if err := p.reserved.reserve(n, p.paths(n), listed); err != nil {
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
		return p.finishMove(src, target)
	case there:
		return errTaken
	case src != "":
		return p.move(src, target)
	case p.Files[i].Src == "":
		return p.write(&p.Files[i], target)
	}
	return fmt.Errorf("%w: %w", ErrMissing, &fs.PathError{Op: "move", Path: p.Files[i].Src, Err: fs.ErrNotExist})
}

// finishMove finishes an interrupted move to a number that was reserved before this call and whose target exists. Without a source the target is that
// file. Beside a source of equal bytes it is a copy, and the source is removed. Beside other bytes it belongs to a program that does not know of
// reservations.
func (p *placement) finishMove(src, target string) error {
	if src == "" {
		return nil
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
	for _, n := range slices.Backward(p.reserved.numbers) {
		if n == p.reserved.last() && n != p.resumed {
			continue // taken by this call, which has put nothing there yet
		}
		if there, err := exists(p.path(i, n)); there || err != nil {
			return p.path(i, n), err
		}
	}
	return "", nil
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
