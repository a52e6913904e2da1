package report

import (
	"fmt"
	"io"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// Refused says in a language where and why a workbook is not imported.
func Refused(r *ledger.Refusal, lang string) string {
	text := message.In(lang, r.Text)
	if where := Where(r.Ref, lang); where != "" {
		return where + ": " + text
	}
	return text
}

// Problem writes as a line where something is wrong, what was there and what to do.
func Problem(w io.Writer, p *ledger.Problem, lang string) error {
	_, err := fmt.Fprintf(w, "  %s  %s  %s\n", Where(p.Ref, lang), p.Code, what(p, lang))
	return err
}

// what returns what was there and what to do.
func what(p *ledger.Problem, lang string) string {
	text := message.Plain(message.In(lang, p.Text))
	if p.Value != "" {
		return message.Quote(lang, p.Value) + " " + text
	}
	return text
}

// problem is a problem as scripts read it: the sentence is whole.
type problem struct {
	Type string `json:"type,omitempty"`
	ledger.Ref
	Code       ledger.Code `json:"code"`
	Value      string      `json:"value,omitempty"`
	Text       string      `json:"text"`
	Candidates []string    `json:"candidates,omitempty"`
	Warning    bool        `json:"warning,omitempty"`
}

func problemOf(p *ledger.Problem, lang string) problem {
	return problem{Ref: p.Ref, Code: p.Code, Value: p.Value, Text: message.In(lang, p.Text), Candidates: p.Candidates, Warning: p.Warning}
}

// ProblemJSON writes one problem as one line, its text in a language.
func ProblemJSON(w io.Writer, p *ledger.Problem, lang string) error {
	line := problemOf(p, lang)
	line.Type = "problem"
	return message.NewEncoder(w).Encode(line)
}
