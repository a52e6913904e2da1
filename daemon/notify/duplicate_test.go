package notify

import (
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/ledger"
)

// TestDuplicateOf: the notification of a duplicate names the import that it repeats, which is stored and not read out of a sentence. Older versions stored
// the sentence alone.
func TestDuplicateOf(t *testing.T) {
	const sentence = "the same workbook with the same mapping was imported as abc-7"
	for name, imp := range map[string]ledger.Import{
		"of today":             {State: ledger.Duplicate, Repeated: "abc-7", Why: "it was here before, in March"},
		"of an older version":  {State: ledger.Duplicate, Why: sentence},
		"with another address": {State: ledger.Duplicate, Repeated: "abc-7", Why: sentence + "70"},
	} {
		n := Notice{Import: imp, Language: "sv"}
		n.Import.Workbook = "kunder.xlsx"
		if lead := render(&n, noAttachment).Lead[0]; !strings.Contains(lead, "mappning, som abc-7.") {
			t.Errorf("%s: the mail says %q", name, lead)
		}
		body, err := webhookJSON(&n.Import, "")
		if err != nil || !strings.Contains(string(body), `"duplicate_of":"abc-7"`) {
			t.Errorf("%s: the webhook says %s %v", name, body, err)
		}
	}
	n := Notice{Import: ledger.Import{State: ledger.Refused, Why: sentence, Workbook: "kunder.xlsx"}, Language: "en"}
	if body, err := webhookJSON(&n.Import, ""); err != nil || strings.Contains(string(body), "duplicate_of") {
		t.Errorf("a refusal that says the same: %s %v", body, err)
	}
}
