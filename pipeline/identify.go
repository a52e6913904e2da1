package pipeline

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

	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/job"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/rejects"
	"inlet.example/inlet/pipeline/sheet"
)

// keptMappings has the mappings of earlier imports.
type keptMappings interface {
	Mapping(ctx context.Context, sum string) (ledger.Sidecar, bool, error)
}

// identifier finds the mapping that holds for a job and gives its import the ID.
type identifier struct {
	job.Opener
	imports  rejects.Imports
	mappings keptMappings
	at       ledger.At
}

// sidecar finds the mapping that holds for a job: its own sidecar, or for rejected rows that come back that of their import.
func (i *identifier) findSidecar(ctx context.Context, job *Job) error {
	if job.Sidecar != "" {
		content, err := mapping.Read(job.Sidecar)
		if err != nil {
			return err
		}
		job.Found.Mapping = &ledger.Sidecar{Name: filepath.Base(job.Sidecar), Content: string(content)}
		return nil
	}
	return i.inherit(ctx, job, func(imp *ledger.Import) bool { return imp.Inbox == job.Inbox })
}

// inherit gives a job the mapping of the import whose rejected rows its workbook holds, if it holds any of one that counts.
func (i *identifier) inherit(ctx context.Context, job *Job, counts func(*ledger.Import) bool) error {
	open := func(ctx context.Context) (*sheet.Workbook, error) {
		return sheet.OpenContext(ctx, job.Workbook, sheet.Options{Limits: i.Limits, Approved: job.Approve})
	}
	parent, err := rejects.Parent(ctx, i.imports, open, job.Name, counts)
	if gone, ok := errors.AsType[*rejects.RemovedError](err); ok {
		job.Found.OrphanOf, err = gone.ID, nil
	}
	if err != nil || parent == nil {
		return err
	}
	job.Found.Corrects = parent
	kept, ok, err := i.mappings.Mapping(ctx, parent.With)
	if ok {
		job.Found.Mapping = &kept
	}
	return err
}

// noteShared notes that a workbook that a person moved from held back into its inbox came with the default of a folder first. base is the
// import's ID without its running number.
func (i *identifier) noteShared(ctx context.Context, job *Job, base string) error {
	if job.Sidecar == "" || job.SharesMapping() {
		return nil
	}
	first, ok, err := i.imports.Import(ctx, base+"-1")
	job.Shared = ok && files.IsDefault(first.Beside)
	return err
}

// identify finds the mapping that holds, and gives the import its ID.
func (i *identifier) identify(ctx context.Context, job *Job, imp *ledger.Import) error {
	if err := i.findSidecar(ctx, job); err != nil {
		return err
	}
	if err := i.setID(job, imp); err != nil {
		return err
	}
	return i.noteShared(ctx, job, imp.ID)
}

// setID gives the import its ID: made of the workbook's bytes, its mapping, and where it goes, so that the same again is known.
func (i *identifier) setID(job *Job, imp *ledger.Import) error {
	sum, err := sheet.Sum(job.Workbook)
	if err != nil {
		return err
	}
	imp.Sum = hex.EncodeToString(sum[:])
	house := i.Defaults(*job)
	with := fmt.Sprint(house.Identity()...)
	if house.Encoding != "" || house.Delimiter != "" { // what was imported before these keys is still known
		with += fmt.Sprintf("\x00%s\x00%s\x00", house.Encoding, house.Delimiter)
	}
	if job.Found.Mapping != nil {
		with += job.Found.Mapping.Content
	}
	if job.Encoding+job.Delimiter != "" { // only where they are set: the IDs of before they were known stay as they are
		with += "\x00" + job.Encoding + "\x00" + job.Delimiter
	}
	if job.Found.Corrects != nil {
		imp.Parent = job.Found.Corrects.ID
	}
	h := sha256.Sum256([]byte(imp.Sum + "\x00" + job.Inbox + "\x00" + with))
	imp.ID = strings.ToLower(base32.StdEncoding.EncodeToString(h[:])[:12])
	i.at.Reach(ledger.AtHashed)
	return nil
}

// foresee returns the ID that the import of a job will most likely have, without its running number. It is only used to read ahead, and only for a file that is
// read in no time; "" where it is not known.
func (i *identifier) foresee(job Job) string {
	const small = 1 << 20
	info, err := os.Lstat(job.Workbook)
	if err != nil || !info.Mode().IsRegular() || info.Size() > small {
		return ""
	}
	if job.Sidecar != "" {
		content, err := mapping.Read(job.Sidecar)
		if err != nil {
			return ""
		}
		job.Found.Mapping = &ledger.Sidecar{Content: string(content)}
	}
	quiet, imp := *i, ledger.Import{}
	quiet.at = nil
	if quiet.setID(&job, &imp) != nil {
		return ""
	}
	return imp.ID
}

// ErrStillWritten says that a workbook changed while it was read: its writer had paused, and goes on. Nothing was begun.
var ErrStillWritten = errors.New("the file is still being written")

// checkUnchanged returns ErrStillWritten where the bytes of a workbook are not those that gave the import its ID.
func checkUnchanged(job Job, imp *ledger.Import) error {
	sum, err := sheet.Sum(job.Workbook)
	if err == nil && hex.EncodeToString(sum[:]) != imp.Sum {
		err = ErrStillWritten
	}
	return err
}
