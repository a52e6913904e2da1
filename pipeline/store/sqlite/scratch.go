package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/engine"
)

// scratch is an engine in a folder of its own, which is removed with it. It need not outlive a crash, so it does not wait for the disk.
type scratch struct {
	*Engine
	dir string
}

// Scratch opens an empty database in a temporary folder. Close removes it.
func Scratch(ctx context.Context) (engine.Engine, error) {
	dir, err := os.MkdirTemp("", "inlet-plan-*")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "plan.db")
	if err := create(path); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	e := connect(path, "OFF")
	s := scratch{e, dir}
	if err := e.setUp(ctx); err != nil {
		return nil, errors.Join(message.Errorf("open %s: %w", path, err), s.Close(ctx))
	}
	return s, nil
}

// Close closes the database and removes it.
func (s scratch) Close(ctx context.Context) error {
	return errors.Join(s.Engine.Close(ctx), os.RemoveAll(s.dir))
}
