package ledger

// Reading is what the check of a workbook found besides the rows that are imported (W8, W15, section 17). It lists or counts every row and column
// that is not imported, with the reason, so that nothing is left out silently.
type Reading struct {
	LeftOut       map[LeftOut]int `json:"left_out,omitempty"`      // rows that are not records, by reason
	LeftOutRows   []LeftOutRow    `json:"left_out_rows,omitempty"` // the first of them
	Above         int             `json:"above,omitempty"`         // rows with cells above the headings
	HiddenRows    int             `json:"hidden_rows,omitempty"`   // rows that are hidden by a filter or by hand, imported or not
	Sheets        []string        `json:"sheets,omitempty"`        // that were imported, where the workbook has several
	UnreadColumns []UnreadColumn  `json:"unread_columns,omitempty"`
	UnreadSheets  []UnreadSheet   `json:"unread_sheets,omitempty"`
}

// LeftOut is why a row is not a record (W8).
type LeftOut string

// Why a row is left out. The last four come from rows: in the mapping.
const (
	LeftOutExample  LeftOut = "example"  // the example of a template
	LeftOutTotals   LeftOut = "totals"   // the totals row of an Excel table
	LeftOutHeadings LeftOut = "headings" // the headings once more
	LeftOutFooter   LeftOut = "footer"   // text below the table
	LeftOutSkip     LeftOut = "skip"
	LeftOutHidden   LeftOut = "hidden"
	LeftOutUntil    LeftOut = "until"
	LeftOutWhere    LeftOut = "where"
)

// LeftOuts are all of them in the order of reports; also a metric's label.
var LeftOuts = []LeftOut{LeftOutExample, LeftOutTotals, LeftOutHeadings, LeftOutFooter, LeftOutSkip, LeftOutHidden, LeftOutUntil, LeftOutWhere}

// MaxLeftOutRows is how many of the rows that are left out a Reading lists.
const MaxLeftOutRows = 20

// LeftOutRow is one row that is left out, with its first cells.
type LeftOutRow struct {
	Ref
	Why  LeftOut `json:"why"`
	Text string  `json:"text,omitempty"` // the first filled cells
}

// UnreadColumn is a column with filled cells that is not mapped to a field.
type UnreadColumn struct {
	Sheet   string `json:"sheet"`
	Column  string `json:"column"` // letter
	Heading string `json:"heading"`
	Filled  int    `json:"filled"` // cells below the headings
}

// UnreadSheet is a visible sheet with cells that was not imported.
type UnreadSheet struct {
	Sheet         string `json:"sheet"`
	KnownHeadings int    `json:"known_headings"`
}

// LeaveOut counts a row that is left out, and lists it if it is one of the first.
func (r *Reading) LeaveOut(row LeftOutRow) {
	if r.LeftOut == nil {
		r.LeftOut = map[LeftOut]int{}
	}
	r.LeftOut[row.Why]++
	if len(r.LeftOutRows) < MaxLeftOutRows {
		r.LeftOutRows = append(r.LeftOutRows, row)
	}
}

// LeftOutByRules returns how many rows are left out that people wrote: all but the example of a template.
func (r *Reading) LeftOutByRules() int { return r.AllLeftOut() - r.LeftOut[LeftOutExample] }

// AllLeftOut returns how many rows are left out.
func (r *Reading) AllLeftOut() int {
	all := 0
	for _, n := range r.LeftOut {
		all += n
	}
	return all
}
