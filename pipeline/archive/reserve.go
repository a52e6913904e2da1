package archive

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/files"
)

const reservation = ".number"

// reservations are the numbers in one folder that are reserved for one set.
type reservations struct {
	folder  string
	names   names
	id      string // of the set
	numbers []int  // by this call or one that was interrupted, in order

	// moving are the inodes that the files of the set had when the highest of the numbers of earlier calls was reserved; 0 where there was no file.
	moving []uint64
}

// last returns the highest number; 0 if there is none.
func (r *reservations) last() int {
	if len(r.numbers) == 0 {
		return 0
	}
	return r.numbers[len(r.numbers)-1]
}

// fileName returns the name of the file that reserves a number. It is a hash: the name that it stands for may be as long as a name can be.
func (r *reservations) fileName(n int) string {
	sum := sha256.Sum256([]byte(r.names.stemOf(n)))
	return fmt.Sprintf(".inlet-%x%s", sum[:12], reservation)
}

// find looks for the numbers that interrupted calls have reserved for this set. A number that was used and not released does no harm: if its ID
// belongs to another file now, that one finds the name taken and tries the next number.
func (r *reservations) find(listed map[string]bool) error {
	for name := range listed {
		if !strings.HasPrefix(name, ".inlet-") || !strings.HasSuffix(name, reservation) {
			continue
		}
		content, err := files.ReadRegular(filepath.Join(r.folder, name))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, files.ErrNotRegular) {
			continue // released since the listing, or not a reservation
		}
		if err != nil {
			return err
		}
		if n, moving, owner := parse(content); n > 0 && owner == r.id && r.fileName(n) == name {
			r.numbers = append(r.numbers, n)
			if slices.Max(r.numbers) == n {
				r.moving = moving
			}
		}
	}
	slices.Sort(r.numbers)
	return nil
}

// textOf is what a reservation holds: the number and the inodes of the files that are to be moved there, and the ID of the set.
func textOf(n int, moving []uint64, id string) string {
	first := strconv.Itoa(n)
	for _, inode := range moving {
		first += fmt.Sprint(" ", inode)
	}
	return first + "\n" + id
}

// parse is the inverse of textOf. The number is 0 where it is not one.
func parse(text []byte) (n int, moving []uint64, id string) {
	first, id, _ := strings.Cut(string(text), "\n")
	for i, field := range strings.Fields(first) {
		is, err := strconv.ParseUint(field, 10, 64)
		switch {
		case err != nil:
			return 0, nil, id
		case i == 0:
			n = int(min(is, math.MaxInt32))
		default:
			moving = append(moving, is)
		}
	}
	return n, moving, id
}

// ownerOf returns the ID of the set that a reservation is for; "" where it cannot be read.
func ownerOf(reservation string) string {
	content, _ := files.ReadRegular(reservation)
	_, _, owner := parse(content)
	return owner
}

// reserve takes a number for the set whose files would get these paths, if no file and no other set has it.
func (r *reservations) reserve(n int, moving []uint64, paths []string, listed map[string]bool) error {
	if listed[r.fileName(n)] || slices.ContainsFunc(paths, func(path string) bool { return listed[filepath.Base(path)] }) {
		return errTaken // from the listing: ten thousand files of one name would otherwise cost ten thousand look-ups each
	}
	path := filepath.Join(r.folder, r.fileName(n))
	err := create(path, strings.NewReader(textOf(n, moving, r.id)), files.Ownership{})
	if errors.Is(err, fs.ErrExist) {
		return errTaken
	}
	if err != nil {
		return err
	}
	for _, target := range paths {
		there, err := exists(target)
		if err != nil || there {
			return errors.Join(takenIf(there), err, os.Remove(path))
		}
	}
	return nil
}

func takenIf(taken bool) error {
	if taken {
		return errTaken
	}
	return nil
}

// release removes the reservations of all numbers of this set. It is not synced: a reservation that is back after a power cut does no harm.
func (r *reservations) release() error {
	for _, n := range r.numbers {
		if err := os.Remove(filepath.Join(r.folder, r.fileName(n))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// list returns the names in a folder.
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
