package demo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"inlet.example/inlet/cmd/inlet/listing"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// The files of the demonstration, and what a person changes in them.
const (
	book      = "kunder.xlsx"
	laterBook = "kunder-2.xlsx"

	wrongAddress, rightAddress = "bjorn.wallin@", "bjorn.wallin@solvikensbat.example"
	oldPhone, newPhone         = "040-12 34 56", "040-99 88 77"
	oldTitle, newTitle         = "Inköpare", "Inköpschef"
)

// show is the demonstration, step by step.
func (d *demo) show(ctx context.Context) error {
	for _, step := range []func(context.Context) error{d.watch, d.drop, d.correct, d.repeat, d.change, d.undo, d.list} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) watch(ctx context.Context) error {
	d.title(message.Word(d.Language, "The daemon watches a folder (inlet run)"))
	d.say("%s", d.inbox())
	return d.until(ctx, func() (bool, error) { _, err := os.Stat(d.inbox()); return err == nil, nil })
}

// drop saves a workbook in the inbox and shows its rows and what became of them.
func (d *demo) drop(ctx context.Context) error {
	d.title(fmt.Sprintf(message.Word(d.Language, "A user saves %s there"), book))
	if err := showRows(ctx, d.Screen, d.path(book), wrongAddress, "Org.nr", "Omsättning", "Kund sedan", "Kommentar från mässan"); err != nil {
		return err
	}
	d.say(message.Word(d.Language, "\nThe mapping beside it, kunder.mapping.yaml, says which column is which field and what to match on. One e-mail address is not valid."))
	if err := d.put("kunder.mapping.yaml", book); err != nil {
		return err
	}
	imp, err := d.archived(ctx)
	if err != nil {
		return err
	}
	d.title(message.Word(d.Language, "Seconds later it is imported and moved"))
	d.say("%s\n", d.relative(imp.Archived))
	d.command("inlet show " + imp.ID)
	return d.result(ctx, &imp)
}

// correct shows the rejected workbook, corrects it and drops it again.
func (d *demo) correct(ctx context.Context) error {
	imports, err := d.parts.Store.Imports.List(ctx, 0, 1)
	if err != nil {
		return err
	}
	rejected := imports[0].Rejected
	d.title(message.Word(d.Language, "The rejected row is in a workbook of its own, with the cell to correct in red"))
	d.say("%s\n", d.relative(rejected))
	if err := showRows(ctx, d.Screen, rejected, wrongAddress, "Org.nr", "Telefon", "Postnr", "Ort", "Omsättning", "Kund sedan", "Kommentar från mässan", "Titel"); err != nil {
		return err
	}
	d.say(message.Word(d.Language, "\nThe user corrects the cell to %s and saves the workbook in the inbox. It needs no mapping:\n"), rightAddress)
	if err := edit(rejected, d.path(filepath.Base(rejected)), map[string]string{wrongAddress: rightAddress}); err != nil {
		return err
	}
	return d.putAndShow(ctx, filepath.Base(rejected))
}

// repeat drops the same workbook again.
func (d *demo) repeat(ctx context.Context) error {
	d.title(fmt.Sprintf(message.Word(d.Language, "The same %s once more: nothing is imported twice"), book))
	if err := d.extract("kunder.mapping.yaml", book); err != nil {
		return err
	}
	return d.putAndShow(ctx, "kunder.mapping.yaml", book)
}

// change plans and imports a list in which two cells have changed.
func (d *demo) change(ctx context.Context) error {
	d.title(message.Word(d.Language, "A week later a phone number and a title have changed. The plan shows old → new, and writes nothing"))
	if err := d.extract("kunder.mapping.yaml", book); err != nil {
		return err
	}
	err := edit(d.path(book), d.path(laterBook), map[string]string{wrongAddress: rightAddress, oldPhone: newPhone, oldTitle: newTitle})
	if err != nil {
		return err
	}
	const sidecar = "kunder-2.mapping.yaml"
	if err := os.Rename(d.path("kunder.mapping.yaml"), d.path(sidecar)); err != nil {
		return err
	}
	d.command("inlet plan " + laterBook)
	changes := &terminal.Spool{}
	defer changes.Close()
	text := report.NewPlanText(terminal.FoldAs(changes, d.Screen), d.parts.Schema, d.Language, terminal.Colours(d.Screen))
	job := pipeline.Job{Name: laterBook, Workbook: d.path(laterBook), Sidecar: d.path(sidecar), Language: d.Language, Limits: mapping.Limits{Trusted: true}}
	rep, err := d.parts.Pipeline.Plan(ctx, job, text.Changes)
	if err != nil {
		return err
	}
	if err := text.Summary(d.out, &rep.Import); err != nil {
		return err
	}
	d.say("")
	if _, err := changes.WriteTo(d.Screen); err != nil {
		return err
	}
	d.say(message.Word(d.Language, "\nThe user saves it in the inbox:\n"))
	return d.putAndShow(ctx, sidecar, laterBook)
}

// undo reverts the last import.
func (d *demo) undo(ctx context.Context) error {
	d.title(message.Word(d.Language, "It was the wrong list: undo restores the old values"))
	imports, err := d.parts.Store.Imports.List(ctx, 0, 1)
	if err != nil {
		return err
	}
	d.command("inlet undo " + imports[0].ID)
	rep, err := d.parts.Pipeline.Undo(ctx, pipeline.Job{Language: d.Language}, imports[0].ID)
	if err != nil {
		return err
	}
	if err := report.Text(d.out, &rep.Import, d.Language); err != nil {
		return err
	}
	return d.parts.Store.Records.Each(ctx, crm.Account, func(rec crm.Record) error {
		if phone := rec.Values.Of("phone"); phone.String() == oldPhone {
			d.say(message.Word(d.Language, "  the phone number of %s is %s again"), rec.Values.Of("name"), phone)
		}
		return nil
	})
}

func (d *demo) list(ctx context.Context) error {
	d.title(message.Word(d.Language, "Everything that happened"))
	d.command("inlet list")
	const most = 20
	imports, err := d.parts.Store.Imports.List(ctx, 0, most)
	if err == nil {
		listing.Text(d.Screen, imports, d.Language)
	}
	return err
}

// extract writes files of the examples into the folder again.
func (d *demo) extract(names ...string) error {
	for _, name := range names {
		if err := d.write(name); err != nil {
			return err
		}
	}
	return nil
}

// put saves files of the folder in the inbox.
func (d *demo) put(names ...string) error {
	for _, name := range names {
		if err := os.Rename(d.path(name), filepath.Join(d.inbox(), name)); err != nil {
			return err
		}
	}
	return nil
}

// putAndShow saves files in the inbox and shows the result of their import.
func (d *demo) putAndShow(ctx context.Context, names ...string) error {
	if err := d.put(names...); err != nil {
		return err
	}
	imp, err := d.archived(ctx)
	if err != nil {
		return err
	}
	return d.result(ctx, &imp)
}

// result prints the counts and the problems of an import.
func (d *demo) result(ctx context.Context, imp *ledger.Import) error {
	if err := report.Text(d.out, imp, d.Language); err != nil {
		return err
	}
	for changes, err := range d.parts.Store.Journal.Changes(ctx, imp.ID) {
		if err != nil {
			return err
		}
		for i := range changes {
			for j := range changes[i].Problems {
				problem := &changes[i].Problems[j]
				if problem.Row == 0 {
					problem.Ref = changes[i].Ref
				}
				if err := report.Problem(d.out, problem, d.Language, terminal.Colours(d.Screen)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// relative is a path as it is below the folder of the demonstration.
func (d *demo) relative(path string) string {
	if rel, err := filepath.Rel(d.Dir, path); err == nil {
		return rel
	}
	return path
}
