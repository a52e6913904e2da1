package report

import (
	"fmt"
	"io"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// Refused returns the position and reason of a refusal in a language.
func Refused(r *ledger.Refusal, lang string) string {
	text := message.In(lang, r.Text)
	if where := Where(r.Ref, lang); where != "" {
		return where + ": " + text
	}
	return text
}

// Problem writes one problem as a line: position, code, value and what to do. The code can be in colour.
func Problem(w io.Writer, p *ledger.Problem, lang string, colour bool) error {
	code := string(p.Code)
	if p.Warning {
		code += " (" + message.Word(lang, "warning") + ")"
	}
	if colour && p.Warning {
		code = paint(yellow, code)
	} else if colour {
		code = paint(red, code)
	}
	_, err := fmt.Fprintf(w, "  %s  %s  %s\n", Where(p.Ref, lang), code, what(p, lang))
	return err
}

// what returns the value and what to do.
func what(p *ledger.Problem, lang string) string {
	text := message.Plain(message.In(lang, p.Text))
	if p.Value != "" {
		return message.Quote(lang, p.Value) + " " + text
	}
	return text
}

// problem is the JSON of a problem, with its text as one sentence.
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

// ProblemJSON writes one problem as a line of JSON, with its text in a language.
func ProblemJSON(w io.Writer, p *ledger.Problem, lang string) error {
	line := problemOf(p, lang)
	line.Type = "problem"
	return message.NewEncoder(w).Encode(line)
}
