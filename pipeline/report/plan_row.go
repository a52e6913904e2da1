package report

import (
	"fmt"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// notApplied writes parts of a row that are rejected, parked or skipped, with the reasons.
func (p *PlanText) notApplied(parts []ledger.Change) {
	var kinds []string
	var why, also []ledger.Problem
	for i := range parts {
		kinds = append(kinds, p.called(&parts[i]))
		for _, problem := range parts[i].Problems {
			if problem.Warning && parts[i].Action != ledger.Skip {
				also = append(also, problem)
			} else {
				why = append(why, problem)
			}
		}
	}
	sign, colour := "!", red
	var how string
	switch parts[0].Action {
	case ledger.Skip:
		sign, colour, how = ".", faint, message.Word(p.lang, "%s: skipped")
	case ledger.Park:
		how = message.Word(p.lang, "%s: parked")
	default:
		how = message.Word(p.lang, "%s: rejected")
		if parts[0].Rule == ledger.Undoing {
			how = message.Word(p.lang, "%s: kept")
		}
	}
	head := p.paint(colour, sign+" "+fmt.Sprintf(how, strings.Join(kinds, ", ")))
	if len(why) == 0 {
		p.line(head)
	}
	for i := range why {
		said := p.said(&why[i])
		if colour == faint {
			said = p.paint(faint, said)
		}
		if i == 0 {
			p.line(head + "   " + said)
		} else {
			p.below(said)
		}
		p.candidates(&why[i])
	}
	p.warnings(also)
}

// warnings writes problems as warnings.
func (p *PlanText) warnings(problems []ledger.Problem) {
	for i := range problems {
		p.below(p.paint(yellow, message.Word(p.lang, "warning")) + "  " + p.said(&problems[i]))
		p.candidates(&problems[i])
	}
}

// said returns a problem without its row, which begins the line.
func (p *PlanText) said(problem *ledger.Problem) string {
	said := string(problem.Code) + "  "
	if cell := problem.Cell(); cell != "" {
		said += cell + "  "
	}
	return said + what(problem, p.lang)
}

func (p *PlanText) candidates(problem *ledger.Problem) {
	const most = 10
	ids := problem.Candidates
	if len(ids) == 0 {
		return
	}
	more := ""
	if len(ids) > most {
		more = fmt.Sprintf(message.Word(p.lang, " and %d more"), len(ids)-most)
		ids = ids[:most]
	}
	p.below(fmt.Sprintf(message.Word(p.lang, "candidates %s"), message.Plain(strings.Join(ids, ", "))) + more)
}

// whole returns a value as text on one line.
func (p *PlanText) whole(v crm.Value) string {
	if yes, ok := v.Bool(); ok && yes {
		return message.Word(p.lang, "yes")
	} else if ok {
		return message.Word(p.lang, "no")
	}
	return message.Plain(v.String())
}

func (p *PlanText) value(v crm.Value) string { return cut(p.whole(v)) }

const longest = 60 // columns of a value: two of them and a label fit on a line of a wide terminal

// cut shortens a text to the longest width.
func cut(s string) string { return message.Truncate(s, longest) }

// apart shortens two texts so that the difference is visible.
func apart(before, after string) (string, string) {
	if cut(before) != cut(after) {
		return cut(before), cut(after)
	}
	b, a := []rune(before), []rune(after)
	same := 0
	for same < len(b) && same < len(a) && b[same] == a[same] {
		same++
	}
	const context = 20 // runes before the difference
	from := max(0, same-context)
	return cut("…" + string(b[from:])), cut("…" + string(a[from:]))
}
