package terminal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Spool keeps what is to be printed after something that is only known later, such as the rows of a plan after its summary. What is too much for
// memory is in a temporary file.
type Spool struct {
	memory bytes.Buffer
	file   *os.File
}

const spoolMemory = 1 << 20 // bytes; the plan of a thousand rows takes less

// Write keeps a text.
func (s *Spool) Write(text []byte) (int, error) {
	if s.file == nil && s.memory.Len()+len(text) > spoolMemory {
		var err error
		if s.file, err = os.CreateTemp("", "inlet-spool-*"); err != nil {
			return 0, fmt.Errorf("keep the output: %w", err)
		}
		_ = os.Remove(s.file.Name()) // so that a kill leaves nothing behind; where an open file cannot be removed, Close does it
	}
	if s.file == nil {
		return s.memory.Write(text)
	}
	return s.file.Write(text)
}

// Empty reports whether nothing is kept.
func (s *Spool) Empty() bool { return s.memory.Len() == 0 && s.file == nil }

// WriteTo writes what is kept, in its order.
func (s *Spool) WriteTo(w io.Writer) (int64, error) {
	n, err := s.memory.WriteTo(w)
	if err != nil || s.file == nil {
		return n, err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return n, err
	}
	more, err := io.Copy(w, s.file)
	return n + more, err
}

// Close removes the temporary file.
func (s *Spool) Close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if gone := os.Remove(s.file.Name()); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}
