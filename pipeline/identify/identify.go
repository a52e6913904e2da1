// Package identify finds out which import a workbook is: the mapping that holds for it, the import whose rejected rows it has, and the ID, made of the
// workbook's bytes, its mapping and where it goes, so that the same again is known. It does not begin an import and does not check one.
package identify

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/job"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/rejects"
	"inlet.example/inlet/pipeline/sheet"
)

// mappings has the mappings of earlier imports.
type mappings interface {
	Mapping(ctx context.Context, sum string) (ledger.Sidecar, bool, error)
}

// Identifier finds the mapping that holds for a job and gives its import the ID.
type Identifier struct {
	job.Opener
	Imports  rejects.Imports
	Mappings mappings
	At       ledger.At
}

// findSidecar finds the mapping that holds for a job: its own sidecar, or for rejected rows that come back that of their import.
func (i *Identifier) findSidecar(ctx context.Context, j *job.Job) error {
	if j.Sidecar != "" {
		content, err := mapping.Read(j.Sidecar)
		if err != nil {
			return err
		}
		j.Found.Mapping = &ledger.Sidecar{Name: filepath.Base(j.Sidecar), Content: string(content)}
		return nil
	}
	return i.Inherit(ctx, j, func(imp *ledger.Import) bool { return imp.Inbox == j.Inbox })
}

// Inherit gives a job the mapping of the import whose rejected rows its workbook holds, if it holds any of one that counts.
func (i *Identifier) Inherit(ctx context.Context, j *job.Job, counts func(*ledger.Import) bool) error {
	open := func(ctx context.Context) (*sheet.Workbook, error) {
		return sheet.OpenContext(ctx, j.Workbook, sheet.Options{Limits: i.Limits, Approved: j.Approve})
	}
	parent, err := rejects.Parent(ctx, i.Imports, open, j.Name, counts)
	if gone, ok := errors.AsType[*rejects.RemovedError](err); ok {
		j.Found.OrphanOf, err = gone.ID, nil
	}
	if err != nil || parent == nil {
		return err
	}
	j.Found.Corrects = parent
	kept, ok, err := i.Mappings.Mapping(ctx, parent.With)
	if ok {
		j.Found.Mapping = &kept
	}
	return err
}

// NoteShared notes that a workbook that a person moved from held back into its inbox came with the default of a folder first. base is the
// import's ID without its running number.
func (i *Identifier) NoteShared(ctx context.Context, j *job.Job, base string) error {
	if j.Sidecar == "" || j.SharesMapping() {
		return nil
	}
	first, ok, err := i.Imports.Import(ctx, base+"-1")
	j.Shared = ok && filename.IsDefault(first.Beside)
	return err
}

// Identify finds the mapping that holds, and gives the import its ID.
func (i *Identifier) Identify(ctx context.Context, j *job.Job, imp *ledger.Import) error {
	if err := i.findSidecar(ctx, j); err != nil {
		return err
	}
	if err := i.SetID(j, imp); err != nil {
		return err
	}
	return i.NoteShared(ctx, j, imp.ID)
}

// SetID gives the import its ID: made of the workbook's bytes, its mapping, and where it goes, so that the same again is known.
func (i *Identifier) SetID(j *job.Job, imp *ledger.Import) error {
	sum, err := sheet.Sum(j.Workbook)
	if err != nil {
		return err
	}
	imp.Sum = hex.EncodeToString(sum[:])
	house := i.Defaults(*j)
	with := fmt.Sprint(house.Identity()...)
	if house.Encoding != "" || house.Delimiter != "" { // what was imported before these keys is still known
		with += fmt.Sprintf("\x00%s\x00%s\x00", house.Encoding, house.Delimiter)
	}
	if j.Found.Mapping != nil {
		with += j.Found.Mapping.Content
	}
	if j.Encoding+j.Delimiter != "" { // only where they are set: the IDs of before they were known stay as they are
		with += "\x00" + j.Encoding + "\x00" + j.Delimiter
	}
	if j.Found.Corrects != nil {
		imp.Parent = j.Found.Corrects.ID
	}
	h := sha256.Sum256([]byte(imp.Sum + "\x00" + j.Inbox + "\x00" + with))
	imp.ID = strings.ToLower(base32.StdEncoding.EncodeToString(h[:])[:12])
	i.At.Reach(ledger.AtHashed)
	return nil
}

// Foresee returns the ID that the import of a job will most likely have, without its running number. It is only used to read ahead, and only for a file that is
// read in no time; "" where it is not known.
func (i *Identifier) Foresee(j job.Job) string {
	const small = 1 << 20
	info, err := os.Lstat(j.Workbook)
	if err != nil || !info.Mode().IsRegular() || info.Size() > small {
		return ""
	}
	if j.Sidecar != "" {
		content, err := mapping.Read(j.Sidecar)
		if err != nil {
			return ""
		}
		j.Found.Mapping = &ledger.Sidecar{Content: string(content)}
	}
	quiet, imp := *i, ledger.Import{}
	quiet.At = nil
	if quiet.SetID(&j, &imp) != nil {
		return ""
	}
	return imp.ID
}

// ErrStillWritten says that a workbook changed while it was read: its writer had paused, and goes on. Nothing was begun.
var ErrStillWritten = errors.New("the file is still being written")

// CheckUnchanged returns ErrStillWritten where the bytes of a workbook are not those that gave the import its ID.
func CheckUnchanged(j job.Job, imp *ledger.Import) error {
	sum, err := sheet.Sum(j.Workbook)
	if err == nil && hex.EncodeToString(sum[:]) != imp.Sum {
		err = ErrStillWritten
	}
	return err
}
