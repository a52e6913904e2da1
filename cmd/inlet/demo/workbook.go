package demo

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/sheet"
)

// edit copies a workbook and replaces texts of its cells, as a person would in Excel: everything else of the file stays as it is.
func edit(from, to string, texts map[string]string) error {
	in, err := zip.OpenReader(from)
	if err != nil {
		return err
	}
	defer in.Close()
	var pairs []string
	for old, now := range texts {
		pairs = append(pairs, ">"+old+"<", ">"+now+"<")
	}
	replace := strings.NewReplacer(pairs...)
	var book bytes.Buffer
	out := zip.NewWriter(&book)
	changed := false
	for _, f := range in.File {
		content, err := contentOf(f)
		if err != nil {
			return err
		}
		text := content
		if strings.HasPrefix(f.Name, "xl/worksheets/") || f.Name == "xl/sharedStrings.xml" {
			text = replace.Replace(content)
		}
		changed = changed || text != content
		w, err := out.Create(f.Name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	if !changed {
		return fmt.Errorf("edit %s: the cells do not have the texts %v", from, texts)
	}
	return errors.Join(out.Close(), os.WriteFile(to, book.Bytes(), 0o600))
}

func contentOf(f *zip.File) (string, error) {
	r, err := f.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	return string(content), err
}

// showRows prints the rows of a workbook's first sheet, without the columns that have one of the headings. Cells with the text wrong are red.
func showRows(ctx context.Context, screen io.Writer, path, wrong string, without ...string) error {
	book, err := sheet.Open(path, sheet.Options{Locale: "sv-SE", Approved: true})
	if err != nil {
		return err
	}
	defer book.Close()
	const most = 20
	rows, err := layout.FirstRows(ctx, book.Sheets[0], most)
	if err != nil || len(rows) == 0 {
		return err
	}
	heads := layout.Headings(rows[0])
	var columns []int
	var headings []string
	for _, h := range heads {
		if !contains(without, h.Text) {
			columns, headings = append(columns, h.Index), append(headings, h.Text)
		}
	}
	t := terminal.NewTable(headings...)
	for i := range columns {
		t.Paint(i, func(text string) string {
			if wrong != "" && strings.Contains(text, wrong) {
				return terminal.Red.Paint(text)
			}
			return text
		})
	}
	for _, row := range rows[1:] {
		cells := make([]any, len(columns))
		for i, column := range columns {
			cells[i] = ""
			for _, cell := range row.Cells {
				if cell.Column == column {
					cells[i] = crm.Trim(cell.Shown())
				}
			}
		}
		t.Add(cells...)
	}
	t.Print(screen)
	return nil
}

func contains(all []string, text string) bool {
	for _, one := range all {
		if strings.EqualFold(one, text) {
			return true
		}
	}
	return false
}
