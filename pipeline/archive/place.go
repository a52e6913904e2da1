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

// placing is one call of Place.
type placing struct {
	Set
	folder  string
	names   names
	mine    []int // the numbers reserved for this set, by this call or one that was cut off
	resumed int   // the one of them that a call before has begun to use; 0 if there was none
}

// errTaken says that a name of the number belongs to somebody else: the next number is tried.
var errTaken = errors.New("the name is taken")

func (p *placing) run() ([]string, error) {
	listed, err := p.before()
	if err != nil {
		return nil, err
	}
	if len(p.mine) == 0 {
		if err := p.present(); err != nil {
			return p.finished(listed, err)
		}
	}
	// Of several reservations the highest is the one in work: a lower one was given up for it.
	p.resumed = last(p.mine)
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
			p.mine = slices.DeleteFunc(p.mine, func(other int) bool { return other == n })
		}
		return paths, p.release()
	}
}

// before lists the folder and finds what an earlier call has left there. A first call spares that: in a folder of a day with ten thousand
// files each listing is ten thousand names.
func (p *placing) before() (map[string]bool, error) {
	if p.First {
		return nil, nil
	}
	listed, err := list(p.folder)
	if err != nil {
		return nil, err
	}
	p.mine, err = p.reserved(listed)
	return listed, err
}

func last(numbers []int) int {
	if len(numbers) == 0 {
		return 0
	}
	return numbers[len(numbers)-1]
}

// try places the set under one number: reserved by now, or free.
func (p *placing) try(n int, listed map[string]bool) ([]string, error) {
	if n != p.resumed {
		if err := p.reserve(n, listed); err != nil {
			return nil, err
		}
		p.mine = append(p.mine, n)
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

// placeOne does what is left to do for one file. Target and source may both be there, either, or neither.
func (p *placing) placeOne(i, n int) error {
	target := p.path(i, n)
	src, err := p.source(i)
	if err != nil {
		return err
	}
	there, err := exists(target)
	switch {
	case err != nil:
		return err
	case src == target:
		return nil
	case there && n == p.resumed:
		return p.finish(src, target)
	case there:
		return errTaken
	case src != "":
		return p.move(src, target)
	case p.Files[i].Src == "":
		return p.write(&p.Files[i], target)
	}
	return fmt.Errorf("%w: %w", ErrGone, &fs.PathError{Op: "move", Path: p.Files[i].Src, Err: fs.ErrNotExist})
}

// finish ends a move that was cut off, where the number was ours before this call and a file lies there. Without a source
// it is ours. Beside a source of equal bytes it is our copy, and the source is one too many. Beside other bytes it is
// somebody else's, who does not know of reservations.
func (p *placing) finish(src, target string) error {
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

// source is where a file of the set lies: where it came from, or else under the number it got last. It is empty for
// what is yet to be written.
func (p *placing) source(i int) (string, error) {
	if src := p.Files[i].Src; src != "" {
		if there, err := exists(src); there || err != nil {
			return src, err
		}
	}
	for _, n := range slices.Backward(p.mine) {
		if n == last(p.mine) && n != p.resumed {
			continue // taken by this call, which has put nothing there yet
		}
		if there, err := exists(p.path(i, n)); there || err != nil {
			return p.path(i, n), err
		}
	}
	return "", nil
}

// write puts a new file under its name.
func (p *placing) write(f *File, target string) error {
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

// present wants every source to be there before a number is taken.
func (p *placing) present() error {
	for i := len(p.Files) - 1; i >= 0; i-- {
		if src := p.Files[i].Src; src != "" {
			if _, err := files.Regular(src); err != nil {
				return err
			}
		}
	}
	return nil
}

// finished looks for a set that an earlier call has placed to the end: the workbook gone from where it was, and found
// in the folder by its sum.
func (p *placing) finished(listed map[string]bool, missing error) ([]string, error) {
	if errors.Is(missing, fs.ErrNotExist) {
		missing = fmt.Errorf("%w: %w", ErrGone, missing)
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

func (p *placing) complete(n int, listed map[string]bool) bool {
	for i := range p.Files {
		if !listed[p.names.of(i, n)] {
			return false
		}
	}
	return true
}

func (p *placing) path(i, n int) string { return filepath.Join(p.folder, p.names.of(i, n)) }

func (p *placing) paths(n int) []string {
	paths := make([]string, len(p.Files))
	for i := range paths {
		paths[i] = p.path(i, n)
	}
	return paths
}

// exists says whether a name is there, whatever it is the name of.
func exists(path string) (bool, error) {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
