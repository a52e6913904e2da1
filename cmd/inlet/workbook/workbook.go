package workbook

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/read"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/sheet"
)

// Job returns the job of a workbook that a person names.
func Job(lang, book, sidecar, archive string) (pipeline.Job, error) {
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
	originals, _ := filename.CopyOf(book)
	for _, name := range names {
		if slices.ContainsFunc(originals, func(original string) bool { return filename.SameName(name, original) }) {
			job.Original = name
		}
	}
	there := func(name string) bool { return slices.Contains(names, name) }
	for _, right := range [][]string{filename.Mappings(book), filename.FamilyMappings(book), filename.DefaultMappings} {
		if i := slices.IndexFunc(right, there); i >= 0 {
			job.Sidecar = dir + right[i]
			if rival := filename.OtherForm(right[i], right, there); rival != "" {
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
	case len(right) == 0 || slices.Equal(right, filename.FamilyMappings(book)): // the default of the folder comes after it
		return ""
	case filename.IsDefault(right[0]):
		return filename.NearDefault(names)
	default:
		return filename.NearMapping(book, withoutOtherMappings(names, book))
	}
}

// withoutOtherMappings returns the names without the mappings of other workbooks in the folder.
func withoutOtherMappings(names []string, book string) []string {
	var others []string
	for _, name := range names {
		if name != book && filename.IsWorkbook(name) {
			others = append(others, filename.Mappings(name)...)
		}
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(others, name) })
}

// NoteText says on stderr that a workbook whose name promises Excel is text. Programs export such files, and people rename them.
func NoteText(cmd *cobra.Command, book, lang string) {
	if ext := strings.ToLower(filepath.Ext(book)); ext != ".xlsx" && ext != ".xlsm" {
		return
	}
	f, err := os.Open(book)
	if err != nil {
		return
	}
	defer f.Close()
	start := make([]byte, 512)
	n, _ := io.ReadFull(f, start)
	if n > 0 && strings.HasPrefix(http.DetectContentType(start[:n]), "text/plain") {
		fmt.Fprintf(terminal.Fold(cmd.ErrOrStderr()), message.Word(lang, "%s is a text file, not an Excel workbook: it was read as CSV\n"), message.Plain(book))
	}
}

// ErrorIn translates an error that a workbook or its mapping causes.
func ErrorIn(err error, lang string) error {
	if broken, ok := errors.AsType[*sheet.Unreadable](err); ok {
		err = read.Refusal(broken)
	}
	if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
		return exitcode.Failed.With(errors.New(report.Refused(refusal, lang)))
	}
	return err
}
