package archive

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/files"
)

const reservation = ".number"

// reservedAs is the name of the file that reserves a number. It is a hash, for the name that it stands for may be as
// long as a name can be.
func (p *placing) reservedAs(n int) string {
	sum := sha256.Sum256([]byte(p.names.stemOf(n)))
	return fmt.Sprintf(".inlet-%x%s", sum[:12], reservation)
}

// reserved finds the numbers that are reserved for this set by calls that were cut off, in order. A number that was done
// with and not given back does no harm: if its ID serves another file now, that one finds the name taken and goes on.
func (p *placing) reserved(listed map[string]bool) ([]int, error) {
	var mine []int
	for name := range listed {
		if !strings.HasPrefix(name, ".inlet-") || !strings.HasSuffix(name, reservation) {
			continue
		}
		content, err := files.ReadRegular(filepath.Join(p.folder, name))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, files.ErrNotRegular) {
			continue // given back since the listing, or not ours
		}
		if err != nil {
			return nil, err
		}
		first, owner, _ := strings.Cut(string(content), "\n")
		if n, err := strconv.Atoi(first); err == nil && owner == p.ID && p.reservedAs(n) == name {
			mine = append(mine, n)
		}
	}
	slices.Sort(mine)
	return mine, nil
}

// ownerOf is the ID of the set that a reservation is for; "" where it cannot be read.
func ownerOf(reservation string) string {
	content, _ := files.ReadRegular(reservation)
	_, owner, _ := strings.Cut(string(content), "\n")
	return owner
}

// reserve takes a number for the set, if no file and no other set has it.
func (p *placing) reserve(n int, listed map[string]bool) error {
	if listed[p.reservedAs(n)] || slices.ContainsFunc(p.paths(n), func(path string) bool { return listed[filepath.Base(path)] }) {
		return errTaken // the listing spares ten thousand files of one name ten thousand questions each
	}
	path := filepath.Join(p.folder, p.reservedAs(n))
	err := create(path, strings.NewReader(fmt.Sprintf("%d\n%s", n, p.ID)), files.Ownership{})
	if errors.Is(err, fs.ErrExist) {
		return errTaken
	}
	if err != nil {
		return err
	}
	for _, target := range p.paths(n) {
		there, err := exists(target)
		if err != nil || there {
			return errors.Join(errWhen(there), err, os.Remove(path))
		}
	}
	return nil
}

func errWhen(taken bool) error {
	if taken {
		return errTaken
	}
	return nil
}

// Release gives back the number that Place has kept for a set whose workbook it has put at path. To do it again does no harm.
func (s Set) Release(path string) error {
	p := &placing{Set: s, folder: filepath.Dir(path), names: s.names(), mine: []int{1}}
	stem := stemOf(filepath.Base(path))
	if n, err := strconv.Atoi(stem[strings.LastIndexByte(stem, '~')+1:]); err == nil {
		p.mine = append(p.mine, n) // or it belongs to the name, and the number is 1
	}
	p.mine = slices.DeleteFunc(p.mine, func(n int) bool {
		content, err := files.ReadRegular(filepath.Join(p.folder, p.reservedAs(n)))
		return err != nil || string(content) != fmt.Sprintf("%d\n%s", n, p.ID) // not there, or another's
	})
	return p.release()
}

// release gives the numbers back. It is not synced: a reservation that comes back after a power cut harms nobody.
func (p *placing) release() error {
	for _, n := range p.mine {
		if err := os.Remove(filepath.Join(p.folder, p.reservedAs(n))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// list is the names in a folder.
func list(folder string) (map[string]bool, error) {
	dir, err := os.Open(folder)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	found := make(map[string]bool, len(names))
	for _, name := range names {
		found[name] = true
	}
	return found, nil
}
