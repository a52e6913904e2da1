package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/audited"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/audit"
)

func importCommand() *cobra.Command {
	var sidecar, archive string
	var asJSON, quiet, approve bool
	cmd := &cobra.Command{
		Use:   "import BOOK",
		Short: "Import one workbook now",
		Long: `Import one workbook now, as if it had been put into an inbox. It stays where it is, unless --archive names a folder.

The mapping is BOOK.mapping.yaml or BOOK.mapping.yml in the same folder (kunder.mapping.yaml for kunder.xlsx), unless --mapping names
another file. If a file has almost this name, the import is held; so is a workbook that a sync program has named as a conflict copy.
--approve imports it anyway. A workbook without a usable mapping is held too, and the suggested mapping is written beside it; --approve uses
that, and adds the field account.custom.customer_number if the workbook has a column of customer numbers.
If the command is interrupted, run it again to continue where it stopped.

Exit codes: 0 done · 1 failed or refused · 2 wrong usage or configuration · 3 done, some rows rejected or parked · 4 held · 5 store cannot
be reached, try again later · 130 interrupted.`,
		Example: `  inlet import kunder.xlsx --store mongodb://localhost/crm
  inlet import kunder.csv --mapping kunder.yaml --json | jq .`,
		Args:              usage.One("workbook", "inlet import BOOK"),
		ValidArgsFunction: completion.Book,
		RunE: func(cmd *cobra.Command, args []string) error {
			job, err := newJob(open.Language(cmd), args[0], sidecar, archive)
			if err != nil {
				return exitcode.Failed.With(err)
			}
			return open.Store(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				bar := terminal.NewProgress(cmd.ErrOrStderr(), quiet || asJSON, parts.Language)
				job.Progress, job.Language, job.Approve = bar.Update, parts.Language, approve
				rep, err := runImport(ctx, parts, job)
				bar.Clear()
				if err != nil {
					return stoppedImport(ctx, bar, err, begunBefore(ctx, parts, &rep.Import))
				}
				noteTextFile(cmd, args[0], parts.Language)
				if asJSON {
					err = printJSON(ctx, cmd, parts, &rep.Import)
				} else {
					err = printText(ctx, cmd, parts, &rep.Import)
				}
				return errors.Join(err, exitcode.OfImport(&rep.Import))
			})
		},
	}
	cmd.Flags().StringVarP(&sidecar, "mapping", "m", "", "mapping `FILE`")
	cmd.Flags().StringVar(&archive, "archive", "", "move the workbook to `DIR` when its import has ended")
	cmd.Flags().BoolVar(&approve, "approve", false, "also import what would be held (a cap, changed headings, unknown IDs); check the plan first")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per line: problems, then the summary")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "do not show progress")
	return cmd
}

// runImport imports a workbook. Where it is approved beforehand, the field that its suggested mapping wants is added first.
func runImport(ctx context.Context, parts *assembly.Parts, job pipeline.Job) (rep report.Report, err error) {
	if err := parts.DeclareFor(ctx, job); err != nil {
		return rep, err
	}
	err = audited.Do(ctx, parts, audit.Entry{What: audit.Import, Of: job.Name}, func() error {
		rep, err = parts.Pipeline.Run(ctx, job)
		return err
	})
	return rep, err
}

// newJob returns the job of a workbook that a person names.
func newJob(lang, book, sidecar, archive string) (pipeline.Job, error) {
	if info, err := os.Stat(book); err != nil {
		return pipeline.Job{}, fmt.Errorf(message.Word(lang, "the file %s was not found"), book)
	} else if ext := strings.ToLower(filepath.Ext(book)); ext == ".yaml" || ext == ".yml" {
		return pipeline.Job{}, fmt.Errorf(message.Word(lang, "%s is not a workbook. To check a configuration: inlet check --config %s. To check a mapping: inlet check BOOK --mapping %s"), book, book, book)
	} else if info.IsDir() {
		return pipeline.Job{}, fmt.Errorf(message.Word(lang, "%s is a folder; name the workbook in it"), book)
	} else if !info.Mode().IsRegular() {
		return pipeline.Job{}, fmt.Errorf(message.Word(lang, "%s is not a regular file"), book)
	}
	job := pipeline.Job{Name: filepath.Base(book), Workbook: book, Sidecar: sidecar, Limits: mapping.Limits{Trusted: true}}
	if archive != "" {
		job.Folders = pipeline.Folders{Done: archive, Failed: archive, Held: archive}
	}
	if sidecar != "" {
		if _, err := os.Stat(sidecar); err != nil {
			return job, fmt.Errorf(message.Word(lang, "the mapping %s was not found"), sidecar)
		}
		return job, nil
	}
	findSidecar(&job)
	return job, nil
}

// findSidecar looks for the mapping of a workbook in its folder, as the watcher does in an inbox.
func findSidecar(job *pipeline.Job) {
	dir, book := filepath.Split(job.Workbook)
	entries, _ := os.ReadDir(filepath.Clean(dir + ".")) // in a folder that cannot be listed nothing is found
	var names []string
	for _, entry := range entries {
		if !entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	originals, _ := files.CopyOf(book)
	for _, name := range names {
		if slices.ContainsFunc(originals, func(original string) bool { return files.SameName(name, original) }) {
			job.Original = name
		}
	}
	there := func(name string) bool { return slices.Contains(names, name) }
	for _, right := range [][]string{files.Mappings(book), files.FamilyMappings(book), files.DefaultMappings} {
		if i := slices.IndexFunc(right, there); i >= 0 {
			job.Sidecar = dir + right[i]
			if rival := files.OtherForm(right[i], right, there); rival != "" {
				job.Rival = dir + rival
			}
			return
		}
		if near := nearMapping(book, names, right); near != "" {
			job.Sidecar, job.Near = dir+near, true
			return
		}
	}
}

// nearMapping returns a file that is named almost like one of the right names, which are those of the workbook's own mapping or of a default.
func nearMapping(book string, names, right []string) string {
	switch {
	case len(right) == 0 || slices.Equal(right, files.FamilyMappings(book)): // the default of the folder comes after it
		return ""
	case files.IsDefault(right[0]):
		return files.NearDefault(names)
	default:
		return files.NearMapping(book, withoutOtherMappings(names, book))
	}
}

// withoutOtherMappings returns the names without the mappings of other workbooks in the folder.
func withoutOtherMappings(names []string, book string) []string {
	var others []string
	for _, name := range names {
		if name != book && files.IsWorkbook(name) {
			others = append(others, files.Mappings(name)...)
		}
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(others, name) })
}
