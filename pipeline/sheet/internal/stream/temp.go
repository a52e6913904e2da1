package stream

import (
	"fmt"
	"os"
)

// TempFile creates a file without a name: no other process can open it, and the system removes it when this process ends.
func TempFile() (*os.File, error) {
	f, err := os.CreateTemp("", "inlet-*")
	if err != nil {
		return nil, fmt.Errorf("create a temporary file: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, fmt.Errorf("create a temporary file: %w", err)
	}
	return f, nil
}
