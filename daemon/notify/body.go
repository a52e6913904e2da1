package notify

import (
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
)

// webhookBody and webhookTail are the JSON of a webhook, with the counts of each kind between them; see the package comment.
type (
	webhookBody struct {
		Type     string       `json:"type"`
		ID       string       `json:"id"`
		Inbox    string       `json:"inbox"`
		Workbook string       `json:"workbook"`
		State    ledger.State `json:"state"`
		Code     string       `json:"code,omitempty"`
		Why      string       `json:"why,omitempty"`
		Rows     int          `json:"rows"`
		Blank    int          `json:"blank_rows"`
	}
	webhookTail struct {
		Problems map[ledger.Code]int `json:"problems"`
		Began    time.Time           `json:"began"`
		Ended    time.Time           `json:"ended,omitzero"`
		Parent   string              `json:"parent,omitempty"`
		Repeated string              `json:"duplicate_of,omitempty"`
		Page     string              `json:"page,omitempty"`
		report.Reading
	}
)

func webhookJSON(imp *ledger.Import, page string) ([]byte, error) {
	problems := imp.Tally.Problems
	if problems == nil {
		problems = map[ledger.Code]int{}
	}
	return ledger.JoinJSON(webhookBody{"import", imp.ID, imp.Inbox, imp.Workbook, imp.State, imp.Code, imp.Why, imp.Tally.Rows, imp.Tally.Blank},
		imp.Tally.Counts, webhookTail{problems, imp.Began.UTC(), imp.Ended.UTC(), imp.Parent, imp.Original(), page, report.ReadingOf(imp)})
}
