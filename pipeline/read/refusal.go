package read

import (
	"errors"
	"slices"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// refuseUnreadable makes a refusal of what the workbook is at fault for.
func refuseUnreadable(err error) error {
	if broken, ok := errors.AsType[*sheet.Unreadable](err); ok {
		return Refusal(broken)
	}
	return err
}

// Refusal returns the refusal of a workbook that cannot be read.
func Refusal(broken *sheet.Unreadable) *ledger.Refusal {
	text := message.Text{Format: broken.Format, Args: slices.Clone(broken.Args)}
	if broken.Limit != "" {
		text.Format += "; an administrator can raise import.limits.%s if the file is correct"
		text.Args = append(text.Args, broken.Limit)
	}
	return &ledger.Refusal{Ref: ledger.Ref{Sheet: broken.Sheet, Row: broken.Row}, Code: broken.Code, Text: text, Hold: broken.Hold, Err: broken}
}
