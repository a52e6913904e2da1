package sheet

import (
	"fmt"
	"os"
)

// tempFile makes a file that no folder lists: nobody else opens it, and it is gone with the process, however that ends.
func tempFile() (*os.File, error) {
	f, err := os.CreateTemp("", "inlet-*")
	if err != nil {
		return nil, fmt.Errorf("make a temporary file: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, fmt.Errorf("make a temporary file: %w", err)
	}
	return f, nil
}
