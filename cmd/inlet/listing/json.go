package listing

import (
	"io"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// Import is an import as JSON.
type Import struct {
	ID          string              `json:"id"`
	No          int64               `json:"no"` // running number in the store
	Inbox       string              `json:"inbox,omitempty"`
	Source      string              `json:"source,omitempty"`
	Workbook    string              `json:"workbook"`
	Sum         string              `json:"sum"` // SHA-256 of the workbook
	Mapping     string              `json:"mapping"`
	State       ledger.State        `json:"state"`
	Code        string              `json:"code,omitempty"` // of the reason, for scripts
	Why         string              `json:"why,omitempty"`
	Tally       ledger.Tally        `json:"tally"`
	Began       time.Time           `json:"began"`
	Ended       time.Time           `json:"ended,omitzero"`
	Batch       int                 `json:"batch"`    // batches written so far
	Attempts    int                 `json:"attempts"` // how often it was begun or continued
	Parent      string              `json:"parent,omitempty"`
	Corrections []ledger.Correction `json:"corrections,omitempty"` // imports of its rejected rows
	Undoes      string              `json:"undoes,omitempty"`
	UndoneBy    string              `json:"undone_by,omitempty"`
	Repeats     string              `json:"duplicate_of,omitempty"`
	Archived    string              `json:"archived,omitempty"` // path of the workbook
	Rejected    string              `json:"rejected,omitempty"` // path of the rejected workbook
	Tell        ledger.Recipients   `json:"tell,omitzero"`      // of the notification at its end
	Pruned      bool                `json:"journal_removed,omitempty"`
	Reading     *Reading            `json:"reading,omitempty"`
}

// Reading is what else a workbook contains, as the summary of inlet import --json has it.
type Reading struct {
	LeftOut       map[ledger.LeftOut]int `json:"left_out,omitempty"`
	Above         int                    `json:"above,omitempty"`
	HiddenRows    int                    `json:"hidden_rows,omitempty"`
	UnreadColumns []ledger.UnreadColumn  `json:"unread_columns,omitempty"`
	UnreadSheets  []ledger.UnreadSheet   `json:"unread_sheets,omitempty"`
}

// Of returns an import as JSON has it.
func Of(imp *ledger.Import) Import {
	i := Import{ID: imp.ID, No: imp.No, Inbox: imp.Inbox, Source: imp.Source, Workbook: imp.Workbook, Sum: imp.Sum, Mapping: imp.Mapping,
		State: imp.State, Code: imp.Code, Why: imp.Why, Tally: imp.Tally, Began: imp.Began, Ended: imp.Ended, Batch: imp.Batch, Attempts: imp.Attempts,
		Parent: imp.Parent, Corrections: imp.Corrections, Undoes: imp.Undoes, UndoneBy: imp.UndoneBy, Repeats: imp.Original(), Archived: imp.Archived, Rejected: imp.Rejected,
		Pruned: imp.IsPruned(), Tell: imp.Recipients}
	if r := imp.Reading; r.AllLeftOut()+r.Above+r.HiddenRows+len(r.UnreadColumns)+len(r.UnreadSheets) > 0 {
		i.Reading = &Reading{r.LeftOut, r.Above, r.HiddenRows, r.UnreadColumns, r.UnreadSheets}
	}
	return i
}

// JSON writes imports, a line for each.
func JSON(w io.Writer, imports []ledger.Import) error {
	enc := message.NewEncoder(w)
	for i := range imports {
		if err := enc.Encode(Of(&imports[i])); err != nil {
			return err
		}
	}
	return nil
}
