package report

import (
	"encoding/json"
	"testing"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// TestBecause: a reason that was stored in one language is said in the other, also within a reason that came later; one of an older version stays as it is.
func TestBecause(t *testing.T) {
	kept := func(change func(*ledger.Import)) *ledger.Import {
		var imp, again ledger.Import
		change(&imp)
		text, err := json.Marshal(&imp)
		if err == nil {
			err = json.Unmarshal(text, &again)
		}
		if err != nil {
			t.Fatal(err)
		}
		return &again
	}
	noSheet := message.Say("the sheet %s was not found. Sheets in the workbook: %s", `"A"`, `"B"`)
	discarded := message.Say("discarded by a user. It was held because: %s")
	for _, tt := range []struct {
		imp    *ledger.Import
		en, sv string
	}{
		{kept(func(i *ledger.Import) { Stopped(i, "en", &ledger.Refusal{Text: noSheet}) }), `the sheet "A" was not found. Sheets in the workbook: "B"`, "bladet ”A” hittades inte. Blad i arbetsboken: ”B”"},
		{kept(func(i *ledger.Import) {
			Stopped(i, "en", &ledger.Refusal{Text: noSheet})
			StoppedHeld(i, "sv", discarded)
		}), `discarded by a user. It was held because: the sheet "A" was not found. Sheets in the workbook: "B"`,
			"förkastad av en användare. Den väntade av detta skäl: bladet ”A” hittades inte. Blad i arbetsboken: ”B”"},
		{kept(func(i *ledger.Import) { i.Why = "as it was" }), "as it was", "as it was"},
		{kept(func(i *ledger.Import) { i.Why = "as it was"; StoppedHeld(i, "en", discarded) }), "discarded by a user. It was held because: as it was",
			"förkastad av en användare. Den väntade av detta skäl: as it was"},
	} {
		if en, sv := Because(tt.imp, "en"), Because(tt.imp, "sv"); en != tt.en || sv != tt.sv {
			t.Errorf("%q and %q, want %q and %q", en, sv, tt.en, tt.sv)
		}
	}
}
