// Package held knows held imports: their files as they lie in their folder, whether a person has taken them or put them into the inbox again, and
// whether the import may still be approved. Why an import is held is decided elsewhere, and the approved one is run as any other.
package held

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/naming"
	"inlet.example/inlet/pipeline/proposal"
)

// taken reports whether the file of a held import was removed from its folder. Where other bytes of the same name arrived, it must be certain that the
// file is not only out of reach: its reason file is still there.
func taken(imp *ledger.Import, same bool) bool {
	if imp.Archived == "" || !Gone(imp.Archived) {
		return false
	}
	if same {
		return there(filepath.Dir(imp.Archived))
	}
	return slices.ContainsFunc(notes(imp, imp.Archived), there)
}

// Gone reports whether a file is certainly not there. A name may be too long to say.
func Gone(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// there reports whether a file is certainly there.
func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// Sidecar returns where the mapping of a held import was put; "" where none came along.
func Sidecar(imp *ledger.Import) string {
	if imp.Beside == "" || imp.Archived == "" {
		return ""
	}
	return cmp.Or(imp.Sidecar, filename.Stem(imp.Archived)+filename.MappingEnd) // without: held by an older version
}

// edited reports whether a suggested mapping was edited where it was written.
func edited(s *ledger.Suggestion) bool {
	content, err := files.ReadRegular(s.Path)
	return err == nil && proposal.Edited(content, s)
}

// notes returns the paths of the reason and the plan beside the workbook of a held import.
func notes(imp *ledger.Import, workbook string) []string {
	if len(imp.Notes) > 0 {
		return imp.Notes
	}
	return naming.HeldNotes(workbook) // an older version did not store them
}

// RemoveNotes removes the reason and the plan beside the workbook of a held import, and a suggested mapping that was not edited.
func RemoveNotes(imp *ledger.Import, workbook string) error {
	paths, suggested := slices.Clone(notes(imp, workbook)), imp.Suggestion
	if suggested != nil && suggested.Path != "" && !edited(suggested) {
		paths = append(paths, suggested.Path)
	}
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
