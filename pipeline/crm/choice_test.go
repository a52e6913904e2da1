package crm_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/crm"
)

func status(choices ...crm.Option) crm.Field {
	return crm.Field{Kind: crm.Account, Name: "custom.status", Type: crm.Choice, Choices: choices}
}

func TestChoice(t *testing.T) {
	f := status(crm.Option{Value: "A", SV: "Aktiv", EN: "Active", Aliases: []string{"i  gång", "på"}}, crm.Option{Value: "P", SV: "Vilande"}, crm.Option{Value: "Å 1"})
	for said, want := range map[string]string{"A": "A", " a\u00a0": "A", "aktiv": "A", "ACTIVE": "A", "I gång": "A", "pa\u030a": "A", "Vilande": "P", "p": "P",
		"å  1": "Å 1", "A\u030a 1": "Å 1", "pa": "", "akti": "", "": "", " ": ""} {
		if o, ok := f.Choice(said); o.Value != want || ok != (want != "") {
			t.Errorf("%q means %q, not %q", said, o.Value, want)
		}
	}
	// What NewSchema would refuse: the value comes first, then labels, then aliases.
	f = status(crm.Option{Value: "1", Aliases: []string{"x"}}, crm.Option{Value: "2", EN: "x"}, crm.Option{Value: "3", SV: "Y"}, crm.Option{Value: "Y"})
	for said, want := range map[string]string{"X": "2", "x": "2", "Y": "Y", "y": "Y"} {
		if o, _ := f.Choice(said); o.Value != want {
			t.Errorf("%q means %q, not %q", said, o.Value, want)
		}
	}
}

// TestChoicesApart has no word mean two choices.
func TestChoicesApart(t *testing.T) {
	for name, tt := range map[string]struct {
		choices []crm.Option
		wrong   string
	}{
		"one choice may repeat itself": {[]crm.Option{{Value: "Aktiv", SV: "aktiv", EN: "Aktiv", Aliases: []string{"AKTIV"}}}, ""},
		"empty labels are none":        {[]crm.Option{{Value: "A", EN: "Active"}, {Value: "B", SV: "Vilande"}, {Value: "C"}}, ""},
		"two values":                   {crm.Options("A", "B", " a"), `" a" is a label of both "A" and " a"`},
		"a label and a value":          {[]crm.Option{{Value: "A", SV: "Aktiv"}, {Value: "aktiv"}}, `"aktiv" is a label of both "A" and "aktiv"`},
		"labels of two languages":      {[]crm.Option{{Value: "A", SV: "Gift"}, {Value: "B", EN: "gift"}}, `"gift" is a label of both "A" and "B"`},
		"two aliases":                  {[]crm.Option{{Value: "A", Aliases: []string{"x", "i  gång"}}, {Value: "B", Aliases: []string{"I gång"}}}, `"I gång" is a label of both`},
	} {
		t.Run(name, func(t *testing.T) {
			f := status(tt.choices...)
			_, err := crm.NewSchema(f)
			if tt.wrong == "" && err != nil || tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), "field account.custom.status: "+tt.wrong)) {
				t.Errorf("NewSchema: %v, want %q", err, tt.wrong)
			}
			f.Choices = nil
			schema, err := crm.NewSchema(f)
			if err != nil {
				t.Fatal(err)
			}
			_, err = schema.With(nil, map[string][]crm.Option{f.Path(): tt.choices})
			if wrong := tt.wrong != "" && name != "two values"; (err != nil) != wrong { // With takes a value that is there for the same choice
				t.Errorf("With: %v, want %q", err, tt.wrong)
			}
		})
	}
}

func TestAddOptions(t *testing.T) {
	was := []crm.Option{{Value: "A", SV: "Aktiv", EN: "Active", Aliases: []string{"på"}}, {Value: "B"}}
	got := crm.AddOptions(was, crm.Option{Value: "a", SV: "I gång", Aliases: []string{"PÅ", "go"}}, crm.Option{Value: "C", EN: "Closed"}, crm.Option{Value: "B"})
	want := []crm.Option{{Value: "A", SV: "I gång", EN: "Active", Aliases: []string{"på", "go"}}, {Value: "B"}, {Value: "C", EN: "Closed"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if was[0].SV != "Aktiv" || len(was[0].Aliases) != 1 {
		t.Errorf("what there was became %v", was)
	}
}

// TestOptionJSON has lists of texts, as stores hold them, read and written as they were.
func TestOptionJSON(t *testing.T) {
	const old = `["Guld","Silver",""]`
	const mixed = `["Guld",{"value":"S","sv":"Silver"},{"value":"B","aliases":["brons"]}]`
	for _, text := range []string{old, mixed} {
		var all []crm.Option
		if err := json.Unmarshal([]byte(text), &all); err != nil {
			t.Fatal(err)
		}
		if again, err := json.Marshal(all); err != nil || string(again) != text {
			t.Errorf("%s is written as %s: %v", text, again, err)
		}
	}
	for _, text := range []string{`[1]`, `[["A"]]`, `[true]`} {
		if err := json.Unmarshal([]byte(text), &[]crm.Option{}); err == nil {
			t.Errorf("%s is taken for choices", text)
		}
	}
}

func TestOptionsAsText(t *testing.T) {
	all := []crm.Option{{Value: "A", SV: "Aktiv", EN: "Active"}, {Value: "Guld", SV: "guld", EN: "Gold"}, {Value: "P", SV: "Pil", EN: "pil"}, {Value: "X"}}
	if got, want := crm.FormatOptions(all), "A (Aktiv/Active), Guld (Gold), P (Pil), X"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if sv, en := all[0].Label("sv"), all[3].Label("en"); sv != "Aktiv" || en != "X" {
		t.Errorf("the labels are %s and %s", sv, en)
	}
}
