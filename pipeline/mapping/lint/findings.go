package lint

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

func (s *sheetKeys) findings() []Finding {
	return append(s.account.findings(), s.contact.findings()...)
}

func (k *kindKeys) findings() []Finding {
	var all []Finding
	if k.none.rows > 0 {
		all = append(all, k.none.finding(KeyNone, k.kind, ledger.SayOf(k.kind,
			"accounts are matched on nothing, so every row is another account, also when the file comes again: write match: account: in the mapping",
			"contacts are matched on nothing, so every row is another contact, also when the file comes again: write match: contact: in the mapping")))
	}
	for _, t := range k.by {
		if t.others.rows > 0 {
			all = append(all, t.others.finding(KeyNotUnique, k.kind, t.notUnique()))
		}
	}
	for i := range k.blank {
		if f := &k.blank[i]; f.rows > 0 {
			all = append(all, f.finding(KeyBlank, k.kind, k.isBlank(k.rules[0].Ticked[i].Field, f.rows)))
		}
	}
	for _, t := range k.by {
		if field := t.needless(); field != "" {
			rest := slices.DeleteFunc(t.rule.Names(), func(name string) bool { return name == field })
			all = append(all, Finding{Code: KeyMore, Kind: k.kind, Rows: t.filled, Text: message.Say(
				"%s adds nothing: in these %s rows %s alone is as unique; match on as few fields as you can", field, t.filled, strings.Join(rest, " + "))})
		}
	}
	return append(all, k.misspelt()...)
}

// notUnique says what rows of different records share. Where the key is without the name, a name spelled in two ways looks the same.
func (t *tracker) notUnique() message.Text {
	key := strings.Join(t.rule.Names(), " + ")
	if t.rule.Ticks("name") {
		return ledger.SayOf(t.rule.Kind,
			"%s of %s rows have the %s of an earlier row and another org number, and would be folded into its account: match on the org number",
			"%s of %s rows have the %s of an earlier row in the account and another e-mail address, and would be folded into its contact: match on the e-mail address",
			t.others.rows, t.filled, key)
	}
	return ledger.SayOf(t.rule.Kind,
		"%s of %s rows have the %s of an earlier row and another name, and would be folded into its account: mend them, or match on more",
		"%s of %s rows have the %s of an earlier row in the account and another name, and would be folded into its contact: mend them, or match on more",
		t.others.rows, t.filled, key)
}

// isBlank says what becomes of rows with a blank in a ticked field (A4, C4).
func (k *kindKeys) isBlank(field string, rows int) message.Text {
	if len(k.rules) > 1 {
		return ledger.SayOf(k.kind, "%s of %s rows have a blank in every rule that accounts are matched by, and a blank never matches",
			"%s of %s rows have a blank in every rule that contacts are matched by, and a blank never matches", rows, k.rows)
	}
	switch {
	case k.policy.Mode == ledger.UpdateOnly:
		return message.Say("%s of %s rows have no %s, which is matched on: they are skipped", rows, k.rows, field)
	case k.policy.BlankKey == ledger.BlankReject:
		return message.Say("%s of %s rows have no %s, which is matched on: they are rejected", rows, k.rows, field)
	case k.policy.BlankKey == ledger.BlankIgnore:
		return message.Say("%s of %s rows have no %s, which is matched on: they are matched on the rest", rows, k.rows, field)
	}
	if k.policy.Reuse == ledger.ReuseFeed && k.policy.Mode == ledger.Upsert { // W13
		return ledger.SayOf(k.kind,
			"%s of %s rows have no %s, which is matched on: a blank never matches, so an account is found again only by an equal row of this inbox's later files",
			"%s of %s rows have no %s, which is matched on: a blank never matches, so a contact is found again only by an equal row of this inbox's later files", rows, k.rows, field)
	}
	return ledger.SayOf(k.kind, "%s of %s rows have no %s, which is matched on: a blank never matches, so each import makes another account of them",
		"%s of %s rows have no %s, which is matched on: a blank never matches, so each import makes another contact of them", rows, k.rows, field)
}

// needless returns a ticked field that has distinguished no two rows, though there were different ones; "" if there is none. Of several the
// last ticked goes first, and an org number or e-mail address last: they are the best keys there are.
func (t *tracker) needless() string {
	best := ""
	for i, left := range t.left {
		name := t.rule.Ticked[i].Field
		if strong := name == "org_number" || name == "email"; left != nil && len(t.seen) > 1 && (best == "" || !strong) {
			best = name
		}
	}
	return best
}

// misspelt advises an org number or e-mail address where names are the key and there is one in nearly every row.
func (k *kindKeys) misspelt() []Finding {
	if k.better == nil || k.rows == 0 || k.better.others.rows > 0 {
		return nil
	}
	enough := 95
	if k.kind == crm.Contact {
		enough = 80
	}
	if k.better.filled*100 < enough*k.rows {
		return nil
	}
	return []Finding{{Code: KeyMisspelt, Kind: k.kind, Rows: k.rows, Text: ledger.SayOf(k.kind,
		"accounts are matched on their name, which people misspell; %s of %s rows have an org number: match on that",
		"contacts are matched on their name, which people misspell; %s of %s rows have an e-mail address: match on that", k.better.filled, k.rows)}}
}
