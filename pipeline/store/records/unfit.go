package records

import (
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/engine"
)

// problemOf explains to a person what the database refuses of a record. It is kept in the journal, for each of the changes that it is about.
// labels are those of the fields that it names.
func problemOf(kind crm.Kind, why *engine.Unfit, labels []string) ledger.Problem {
	p := ledger.Problem{Code: ledger.RefusedByStore, Value: clip(why.Value)}
	fields := strings.Join(labels, ", ")
	switch why.Reason {
	case engine.Unique:
		p.Code, p.Text = ledger.Unique, taken(kind, why, fields)
		if why.Other != "" {
			p.Candidates = []string{why.Other}
		}
	case engine.Foreign:
		p.Code, p.Value, p.Text = ledger.ForeignValue, "", holds(why.Value, fields)
	case engine.TooLarge:
		const mb = 1 << 20
		p.Text = ledger.SayOf(kind, "the {kind} would exceed the database's limit of %s MB: shorten its longest texts", why.Most/mb)
	case engine.Unplaced:
		p.Text = message.Say("%s has no place in the documents of the database, because an object has its name there: leave the column out of the mapping, or name a place in store.collections", fields)
	case engine.Unnumbered:
		p.Text = ledger.SayOf(kind, "the {kinds} of the database have numbers as their IDs, which only the application can give: create the {kind} there, and import the row again")
	case engine.Unindexed:
		p.Text = unindexed(why, fields)
	default:
		p.Text = forbidden(kind, why, fields)
	}
	return p
}

func taken(kind crm.Kind, why *engine.Unfit, fields string) message.Text {
	switch {
	case why.Index == "":
		return ledger.SayOf(kind,
			"a unique index of the database already contains a value of this {kind}, but which value could not be determined: ask the database administrator")
	case why.Value == "" && why.Other != "":
		return ledger.SayOf(kind,
			"%s is blank, as in {kind} %s, and the database allows each value only once (index %s): fill it in, or have the index made partial or sparse",
			fields, why.Other, why.Index)
	case why.Other != "":
		return ledger.SayOf(kind,
			"{kind} %s has the same %s, and the database allows each value only once (index %s): change one of the two, or check whether they are duplicates",
			why.Other, fields, why.Index)
	}
	return ledger.SayOf(kind,
		"another {kind} has the same %s, and the database allows each value only once (index %s): change one of the two", fields, why.Index)
}

// The kinds of value that a field may hold and that have no form in the CRM. Any other is named as the database calls it.
const (
	ForeignList = "array"
	ForeignNaN  = "NaN"
)

func holds(what, fields string) message.Text {
	switch what {
	case engine.ForeignObject:
		return message.Say("the database has an object in %s, written by another program; it is not overwritten: leave the column out of the mapping, or have the field changed in the database", fields)
	case ForeignList:
		return message.Say("the database has a list that is not a list of texts in %s, written by another program; it is not overwritten: leave the column out of the mapping, or have the field changed in the database", fields)
	case ForeignNaN:
		return message.Say("the database has NaN or an infinite number in %s, written by another program; it is not overwritten: have the field changed to a number in the database", fields)
	}
	return message.Say("the database has a value of the type %s in %s, written by another program; it is not overwritten: leave the column out of the mapping, or have the field changed in the database", what, fields)
}

func unindexed(why *engine.Unfit, fields string) message.Text {
	if why.Index == "" || fields == "" {
		return message.Say("an index of the database rejected a value of this row (error %s): ask the database administrator which index it is", why.Code)
	}
	return message.Say("the index %s of the database rejected this value in %s (error %s): leave the column out of the mapping, or have the index changed",
		why.Index, fields, why.Code)
}

func forbidden(kind crm.Kind, why *engine.Unfit, fields string) message.Text {
	if fields != "" {
		return ledger.SayOf(kind, "a validation rule of the database rejected the {kind} because of %s (error %s): ask the database administrator what the rule is", fields, why.Code)
	}
	return ledger.SayOf(kind, "a rule of the database rejected the {kind} (error %s): ask the database administrator what the rule is", why.Code)
}

// notCreated is the reason of a record whose parent was not created.
func notCreated(c *ledger.Change) *ledger.Problem {
	return &ledger.Problem{Code: ledger.ParentNotCreated, Value: c.ParentID,
		Text: ledger.SayOf(c.Kind, "the {parent} of this {kind} was not created, so the {kind} was not created either: correct the problem of the {parent}, and import the row again")}
}

// clip limits what is kept of a value: a journal entry has one for each row that is refused.
func clip(value string) string {
	const most = 200
	if runes := []rune(value[:min(len(value), 4*most+4)]); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return value
}
