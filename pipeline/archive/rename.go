package archive

import (
	"errors"
	"fmt"
	"os"
)

// linkNoReplace renames where the kernel cannot do so without replacing: a link fails if the name is taken. Between the
// two calls the file has both names, which a repeat finds and ends.
func linkNoReplace(old, new string) error {
	if err := os.Link(old, new); err != nil {
		return err
	}
	if err := os.Remove(old); err != nil {
		return fmt.Errorf("it has its new name and its old: %w", errors.Join(err, os.Remove(new)))
	}
	return nil
}
