package pipeline

import (
	"context"
	"errors"
	"time"

	"inlet.example/inlet/pipeline/identify"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// maxCrashes is how often in a row a workbook may end the process before it is set aside.
const maxCrashes = 5

// crashLoop recognises a workbook that ends the process each time it is read.
type crashLoop struct {
	identify.Identifier
	attempts Attempts
	journal  Journal
}

// check counts how often a workbook ended the process that read it. One that did so too often is refused without being read; if it has written
// records, its import becomes stuck.
func (c *crashLoop) check(ctx context.Context, job *Job) (*report.Report, error) {
	if job.Arrival == "" {
		return nil, nil // a person who types a command sees it die
	}
	times, begun, err := c.attempts.Begin(ctx, job.Inbox, job.Arrival, job.Alive)
	if err != nil {
		return nil, err
	}
	if begun != nil && begun.State.Waits() {
		return nil, stuck(begun)
	}
	if times <= maxCrashes {
		return nil, nil
	}
	if begun != nil {
		written, err := c.journal.Started(ctx, begun.ID)
		if err != nil {
			return nil, err
		}
		if written {
			return nil, errors.Join(c.attempts.Stop(ctx, begun, ledger.Stuck), stuck(begun))
		}
	}
	return c.refuse(ctx, job, begun)
}

// refuse ends the import of a workbook, which may have begun, without opening it.
func (c *crashLoop) refuse(ctx context.Context, job *Job, begun *ledger.Import) (*report.Report, error) {
	rep := &report.Report{Import: job.NewImport(), Steps: map[ledger.Step]time.Duration{}}
	rep.Import.Recipients = job.Tell
	switch {
	case job.Sidecar != "":
		content, err := mapping.Read(job.Sidecar)
		if err != nil {
			return nil, err
		}
		job.Found.Mapping = &ledger.Sidecar{Name: rep.Import.Beside, Content: string(content)}
	case begun != nil: // with the mapping of the import that it corrects, it may be
		kept, ok, err := c.Mappings.Mapping(ctx, begun.With)
		if err != nil {
			return nil, err
		}
		if ok {
			job.Found.Mapping = &kept
		}
	}
	if err := c.SetID(job, &rep.Import); err != nil {
		return nil, err
	}
	refuseImport(&rep.Import, &ledger.Refusal{Code: "poison", Text: message.Say(
		"inlet stopped unexpectedly %s times while reading this file, so it was not imported: open it, save it as a new .xlsx file and put that into the inbox", maxCrashes)}, job.Language)
	return rep, nil
}
