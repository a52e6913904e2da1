package report

import "inlet.example/inlet/pipeline/ledger"

// Refused says in a language where and why a workbook is not imported.
func Refused(r *ledger.Refusal, lang string) string {
	text := In(lang, r.Text)
	if where := r.Ref.String(); where != "" {
		return where + ": " + text
	}
	return text
}
