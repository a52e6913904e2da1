package logs

import (
	"os"
	"sync"
)

// FileSize is how large a log file becomes before a new one begins.
const FileSize = 10 << 20

// File is a log file that does not grow without limit: when it is full, it gets the ending .1 in place of the one before it, and a new one begins.
type File struct {
	path string
	size int64

	mu   sync.Mutex
	file *os.File
	has  int64
}

// OpenFile opens a log file, and continues one that exists.
func OpenFile(path string, size int64) (*File, error) {
	f := &File{path: path, size: size}
	return f, f.open()
}

func (f *File) open() error {
	file, err := os.OpenFile(f.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	f.file, f.has = file, info.Size()
	return nil
}

// Write appends a line. Where no new file can be begun, the full one grows.
func (f *File) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.has > 0 && f.has+int64(len(line)) > f.size {
		f.rotate()
	}
	n, err := f.file.Write(line)
	f.has += int64(n)
	return n, err
}

// rotate begins a new file. Windows renames no file that is open.
func (f *File) rotate() {
	old := f.file
	if old.Close() == nil && os.Rename(f.path, f.path+".1") != nil {
		f.size *= 2 // try later: another program has it open
	}
	if f.open() != nil {
		f.file = old // writes fail until the service starts again
	}
}

// Close closes the file.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.file.Close()
}
