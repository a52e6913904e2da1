package lint

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

func (s *sheetKeys) findings() []Finding {
	var all []Finding
	for i := range s.kinds {
		all = append(all, s.kinds[i].findings()...)
	}
	return all
}

func (k *kindKeys) findings() []Finding {
	var all []Finding
	if k.none.rows > 0 {
		all = append(all, k.none.finding(KeyNone, k.kind, ledger.SayOf(k.kind,
			"no field is set to match {kinds} on, so every row creates a new {kind}, even when the file is imported again: set match: {kind}: in the mapping")))
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
				"%s is not needed: in these %s rows, %s alone is as unique; match on as few fields as possible", field, t.filled, strings.Join(rest, " + "))})
		}
	}
	return append(all, k.misspelt()...)
}

// notUnique says what rows of different records share. Where the key is without the name, a name spelled in two ways looks the same.
func (t *tracker) notUnique() message.Text {
	key := strings.Join(t.rule.Names(), " + ")
	if t.rule.Ticks("name") {
		return ledger.SayOf(t.rule.Kind,
			"%s of %s rows have the same %s as an earlier row{in the parent} but another {identifier}, and would be merged into its {kind}: match on the {identifier}",
			t.others.rows, t.filled, key)
	}
	return ledger.SayOf(t.rule.Kind,
		"%s of %s rows have the same %s as an earlier row{in the parent} but another name, and would be merged into its {kind}: correct them, or match on more fields",
		t.others.rows, t.filled, key)
}

// isBlank says what becomes of rows with a blank in a ticked field (A4, C4).
func (k *kindKeys) isBlank(field string, rows int) message.Text {
	if len(k.rules) > 1 {
		return ledger.SayOf(k.kind, "%s of %s rows have a blank value in every rule that {kinds} are matched by, and a blank value never matches", rows, k.rows)
	}
	switch {
	case k.policy.Mode == ledger.UpdateOnly:
		return message.Say("%s of %s rows have no %s, which is matched on: they are skipped", rows, k.rows, field)
	case k.policy.BlankKey == ledger.BlankReject:
		return message.Say("%s of %s rows have no %s, which is matched on: they are rejected", rows, k.rows, field)
	case k.policy.BlankKey == ledger.BlankIgnore:
		return message.Say("%s of %s rows have no %s, which is matched on: they are matched on the other fields", rows, k.rows, field)
	}
	if k.policy.Reuse == ledger.ReuseFeed && k.policy.Mode == ledger.Upsert { // W13
		return ledger.SayOf(k.kind,
			"%s of %s rows have no %s, which is matched on: a blank value never matches, so the {kind} is found again only by an identical row in later files of this inbox", rows, k.rows, field)
	}
	return ledger.SayOf(k.kind, "%s of %s rows have no %s, which is matched on: a blank value never matches, so each import creates new {kinds} from them", rows, k.rows, field)
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
	if k.kind.Parent() != "" { // some people have no address
		enough = 80
	}
	if k.better.filled*100 < enough*k.rows {
		return nil
	}
	return []Finding{{Code: KeyMisspelt, Kind: k.kind, Rows: k.rows, Text: ledger.SayOf(k.kind,
		"{kinds} are matched on their name, which is often misspelt; %s of %s rows have {an identifier}: match on that", k.better.filled, k.rows)}}
}
