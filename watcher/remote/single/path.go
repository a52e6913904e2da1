package single

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote"
)

// quiet is how long a file must look the same before it is taken: nothing says when its writer is done.
const quiet = 2 * time.Second

// Path is a workbook elsewhere on this computer, or on a mounted drive. It is copied and left as it is.
type Path struct {
	name string
	max  int64
}

// NewPath makes a source of an absolute path.
func NewPath(name string, maxBytes int64) (*Path, error) {
	if !filepath.IsAbs(name) {
		return nil, message.Errorf("path %q is not absolute", name)
	}
	if maxBytes <= 0 {
		maxBytes = remote.DefaultMaxBytes
	}
	return &Path{name: name, max: maxBytes}, nil
}

// state is what is remembered of a file.
type state struct {
	Size     int64  `json:"size"`
	Modified int64  `json:"modified"`
	Sum      string `json:"sum"`
}

// Fetch copies the file unless it is the one that was remembered.
func (s *Path) Fetch(ctx context.Context, last string, w io.Writer) (Found, error) {
	var had state
	_ = json.Unmarshal([]byte(last), &had) // what cannot be read was nothing
	now, err := s.look()
	if err != nil {
		return Found{}, err
	}
	if last != "" && now.Size == had.Size && now.Modified == had.Modified {
		return Found{Version: last}, nil
	}
	if now.Size > s.max {
		return Found{}, message.Errorf("%s is larger than %d bytes, the limit of this source (max_bytes)", s.name, s.max)
	}
	select {
	case <-time.After(quiet):
	case <-ctx.Done():
		return Found{}, ctx.Err()
	}
	sum, err := s.copy(w)
	if err != nil {
		return Found{}, err
	}
	if after, err := s.look(); err != nil || after != now {
		return Found{}, errors.Join(err, message.Errorf("%s is being written", s.name))
	}
	now.Sum = sum
	version, err := json.Marshal(now)
	return Found{New: now.Sum != had.Sum, Version: string(version), Name: filepath.Base(s.name)}, err
}

func (s *Path) look() (state, error) {
	info, err := os.Stat(s.name)
	if err != nil {
		return state{}, err
	}
	if !info.Mode().IsRegular() {
		return state{}, &fs.PathError{Op: "read", Path: s.name, Err: message.Errorf("not a plain file")}
	}
	return state{Size: info.Size(), Modified: info.ModTime().UnixNano()}, nil
}

func (s *Path) copy(w io.Writer) (string, error) {
	f, err := os.Open(s.name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(h, w), io.LimitReader(f, s.max+1)); err != nil {
		return "", message.Errorf("copy %s: %w", s.name, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
