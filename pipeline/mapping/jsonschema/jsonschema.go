// Package jsonschema describes a sidecar to editors: they complete its keys, words and fields, and underline what package mapping would refuse. A test of
// package mapping holds that both know the same keys and words.
package jsonschema

import (
	"bytes"
	"encoding/json"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/crm/sentence"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/strictyaml"
)

type (
	jsonSchema = strictyaml.Schema
	keyRules   = map[string]*jsonSchema
)

// Of returns the JSON Schema (2020-12) of a sidecar. Its fields are those of the schema, the site's own among them.
func Of(schema *crm.Schema) []byte {
	fields := []any{"ignore"}
	names := map[crm.Kind][]any{}
	for _, kind := range crm.Kinds {
		names[kind] = []any{}
	}
	for _, f := range schema.Fields() {
		fields = append(fields, f.Path())
		names[f.Kind] = append(names[f.Kind], f.Name)
	}
	for _, f := range schema.Fields() {
		names[f.Kind] = append(names[f.Kind], f.Path())
	}
	all := keyRules{}
	for key, rule := range sheetKeys(names) {
		all[key] = rule
	}
	for key, rule := range fileKeys() {
		all[key] = rule
	}
	part := keyRules{}
	for _, key := range mapping.SheetKeys {
		part[key] = &strictyaml.Schema{Ref: "#/properties/" + key}
	}
	sheets := strictyaml.ListOf(strictyaml.Object("One sheet, with the settings that differ from the rest of the mapping.", part))
	sheets.Items.Required = []string{"sheet"}
	all["sheets"] = &jsonSchema{AnyOf: []*jsonSchema{{Const: "all"}, sheets},
		Description: "Several sheets, each with its own sheet, columns and other settings instead of those above; or all: every visible sheet with recognised headings."}
	root := strictyaml.Object("Which column of a workbook is which field, what to match on, and what to do after the import.", all)
	root.Dialect, root.Title = strictyaml.Dialect, "inlet mapping"
	root.Defs = keyRules{"field": {Enum: fields, Description: "The field of the column, or ignore."}, "column": column()}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(root); err != nil {
		panic(err) // maps of text and numbers
	}
	return out.Bytes()
}

// sheetKeys are the keys that hold for a sheet.
func sheetKeys(names map[crm.Kind][]any) keyRules {
	return keyRules{
		"mode":   strictyaml.OneOf("What the import may do: upsert both creates and updates.", "upsert", "update", "create"),
		"locale": strictyaml.OneOf("How numbers, months and yes or no are written in the workbook.", convert.Locales...),
		"region": {Type: strictyaml.Types{"string"}, Pattern: "^[A-Z]{2}$",
			Description: "The country as two letters, for phone and org numbers, e.g. SE."},
		"sheet": {Type: strictyaml.Types{"string", "integer"},
			Description: "The name of the sheet, or its number from 1; by default the first visible sheet."},
		"header_row": {Type: strictyaml.Types{"integer"}, Minimum: new(int64(1)),
			Description: "The row of the headings, from 1; by default the first row that is not empty."},
		"columns": {Type: strictyaml.Types{"object"}, Additional: &jsonSchema{AnyOf: []*jsonSchema{ref("field"), ref("column")}},
			Description: "Maps a heading, or a column as \"=C\", to its field; other columns are recognised by their headings."},
		"match":     matchKeys(names),
		"defaults":  defaultKeys(),
		"ambiguous": strictyaml.OneOf("What to do if several records match.", "create", "reject", "park", "next_rule"),
		"blank_key": strictyaml.OneOf("What to do if a field that is matched on is blank.", "create", "reject", "ignore", "literal"),
		"reuse": strictyaml.OneOf("Which record is reused for a row that would create one because of a blank or ambiguous key: one that an identical row of this "+
			"file or an earlier file of the same feed created, only one of this file, or none.", "feed", "file", "off"),
		"reuse_in_file": {Type: strictyaml.Types{"boolean"}, Deprecated: true,
			Description: "The older form of reuse: true is file, false is off."},
		"compare": strictyaml.OneOf("How keys are compared: canonical ignores case and spaces, exact does not.", "canonical", "exact"),
		"contact_scope": strictyaml.OneOf("Where contacts are searched: in the row's account, or in all accounts. anywhere requires a rule with email, mobile or an ID.",
			"account", "anywhere"),
		"elsewhere": strictyaml.OneOf("With contact_scope: anywhere, what to do with a contact that is found in another account.", "reject", "update", "move"),
		"warn_elsewhere": {Type: strictyaml.Types{"boolean"},
			Description: "Whether to warn if a new contact has the e-mail address or mobile number of a contact of another account."},
		"elsewhere_id": strictyaml.OneOf("What to do with a contact whose ID is in another account.", "reject", "move"),
		"fill_down": {Type: strictyaml.Types{"boolean"},
			Description: "Whether a contact without an account belongs to the account of a row above."},
		"on_update":   onUpdate(),
		"on_blank":    onBlank(),
		"on_invalid":  onInvalid(),
		"null_words":  strictyaml.ListOrOne(scalar()).About("Texts that count as blank, e.g. \"-\", \"N/A\"."),
		"rows":        rowsKeys(),
		"unmerge":     strictyaml.OneOf("What to do with merged cells: first uses the value only in the first row, fill repeats it in the rows below.", "first", "fill"),
		"extra_cells": strictyaml.OneOf("What to do with a CSV row that has filled fields beyond the headings.", "reject", "warn"),
	}
}

// fileKeys are the keys that hold for the whole workbook.
func fileKeys() keyRules {
	cap := func(description string) *jsonSchema {
		return &jsonSchema{Type: strictyaml.Types{"integer", "string"}, Minimum: new(int64(0)), Pattern: `^[0-9]+(\.[0-9]+)?%$|^[0-9]+$`,
			Description: description}
	}
	return keyRules{
		"version": {Const: 1, Description: "The version of this format: 1."},
		"profile": strictyaml.OneOf("The defaults of the other settings: guide follows the import guide exactly, safe is for unattended feeds.", "standard", "guide", "safe"),
		"caps": strictyaml.Object("Limits, as numbers or percentages of the rows; a file that exceeds one is held.", keyRules{
			"max_rejected": cap("Rejected rows."),
			"max_created":  cap("Rows that create a record; not checked until an import with this mapping has been accepted."),
			"max_updated":  cap("Rows that change a record."),
			"max_cleared":  cap("Rows that clear a stored value."),
			"max_left_out": cap("Rows that are left out because they are not records, as a share of all rows."),
		}),
		"empty": strictyaml.OneOf("What to do with a workbook that has headings and no rows.", "accept", "refuse"),
		"choices": {Type: strictyaml.Types{"object"}, Additional: &jsonSchema{Type: strictyaml.Types{"string", "integer"}},
			PropertyNames: &jsonSchema{Pattern: "^.+![1-9][0-9]*$"},
			Description:   "For rows that match several records, e.g. \"Kunder!17\": the ID of the right record, new to create another, or wait to park the row."},
		"encoding": strictyaml.OneOf("The encoding of a CSV file; auto detects it.", mapping.Encodings()...),
		"delimiter": {AnyOf: []*jsonSchema{{Enum: []any{mapping.Auto, "tab"}}, {Type: strictyaml.Types{"string"}, Pattern: "^[\\x01-\\x7f]$"}},
			Description: "The delimiter of a CSV file: one ASCII character, or tab; auto detects it."},
		"duplicates": strictyaml.OneOf("What to do with a file that is identical to one that has been imported.", "skip", "import"),
		"password_file": {Type: strictyaml.Types{"string"},
			Description: "The name of the password for an encrypted workbook, as in passwords of the configuration; not a path."},
		"when_done": strictyaml.Object("Who is notified when the import has ended.", keyRules{
			"mail":    strictyaml.ListOrOne(anyText()).About("E-mail addresses in domains that the inbox allows."),
			"webhook": strictyaml.ListOrOne(anyText()).About("Names of webhooks in the configuration."),
		}),
	}
}

// rowsKeys are which rows are not records.
func rowsKeys() *jsonSchema {
	condition := &jsonSchema{AnyOf: []*jsonSchema{
		{Enum: []any{"filled", "blank"}},
		{Type: strictyaml.Types{"string"}, Pattern: "^!?=.+$"},
		{Type: strictyaml.Types{"array"}, Items: &jsonSchema{Type: strictyaml.Types{"string"}, Pattern: "^!?=.+$"}, MinItems: 1},
	}}
	return strictyaml.Object("Which rows are not records and are left out.", keyRules{
		"skip": {Type: strictyaml.Types{"integer"}, Minimum: new(int64(0)),
			Description: "How many rows directly below the headings are left out."},
		"hidden": strictyaml.OneOf("What to do with hidden rows.", "import", "skip"),
		"until":  strictyaml.OneOf("Where the rows end: blank is the first blank row.", "blank"),
		"where": {Type: strictyaml.Types{"object"}, Additional: condition, MaxProperties: mapping.MaxConditions,
			Description: "Conditions for a row to be a record: a heading, or a column as \"=C\", with filled, blank, \"= text\", \"!= text\" or a list of these."},
	})
}

func defaultKeys() *jsonSchema {
	manager := strictyaml.Object("A user, and the accounts that the user manages.", keyRules{
		"user":     {Type: strictyaml.Types{"string"}, Description: "ID, e-mail, login or unique full name."},
		"apply_to": strictyaml.OneOf("new_and_empty: new accounts and those without an account manager.", "new_and_empty", "new", "all"),
	})
	manager.Required = []string{"user"}
	keys := keyRules{
		"account_manager": {AnyOf: []*jsonSchema{scalar(), manager},
			Description: "The user who manages accounts without an account manager; a column takes precedence."},
		"campaign": strictyaml.ListOrOne(scalar()).About("Campaigns that accounts and contacts are added to."),
	}
	for _, kind := range crm.Kinds {
		keys[mapping.CategoryKey(kind)] = strictyaml.ListOrOne(scalar()).About(sentence.About(kind, "Categories that {kinds} are added to."))
	}
	return strictyaml.Object("Values that are not in a column.", keys)
}

// matchKeys are the keys of match: one for each kind.
func matchKeys(names map[crm.Kind][]any) *jsonSchema {
	keys := keyRules{}
	for _, kind := range crm.Kinds {
		about := "How {kinds} are matched: a list of fields, or a list of such lists that are tried in turn."
		if kind.Parent() != "" {
			about = "How {kinds} are matched within their {parent}: a list of fields, or a list of such lists."
		}
		keys[string(kind)] = ticked(names[kind]).About(sentence.About(kind, about))
	}
	return strictyaml.Object("The fields to match on. Use as few and as unique ones as possible.", keys)
}

// column is a column with rules of its own.
func column() *jsonSchema {
	c := strictyaml.Object("A column with settings of its own.", keyRules{
		"field":      ref("field"),
		"on_update":  onUpdate(),
		"on_blank":   onBlank(),
		"on_invalid": onInvalid(),
		"default":    scalar().About("The value for a new record if the cell is blank."),
		"layouts":    strictyaml.ListOrOne(anyText()).About("The layouts of dates that are written as text, e.g. yyyy-mm-dd, d/m/yyyy."),
		"split":      strictyaml.OneOf("If a cell has several e-mail addresses, phone numbers, web addresses, org numbers or IDs, use the first, with a warning.", "first"),
		"rest":       ref("field").About("With split: a field with several values that the other values are added to."),
		"values": {Type: strictyaml.Types{"object"}, Additional: scalar(),
			Description: "The meaning of texts in cells, e.g. {A: Aktiv, P: Passiv}."},
	})
	c.Required = []string{"field"}
	return c
}

func onUpdate() *jsonSchema {
	return strictyaml.OneOf("What a different value does to the stored value.", "overwrite", "fill_if_empty", "append", "never")
}

func onBlank() *jsonSchema {
	return strictyaml.OneOf("What a blank cell does to the stored value.", "keep", "clear", "default")
}

func onInvalid() *jsonSchema {
	return strictyaml.OneOf("What to do with a cell whose value is invalid for its field.", "reject_row", "drop_cell", "reject_file")
}

func ref(name string) *strictyaml.Schema { return &strictyaml.Schema{Ref: "#/$defs/" + name} }

// scalar is a value that YAML may read as something else than text.
func scalar() *strictyaml.Schema {
	return &strictyaml.Schema{Type: strictyaml.Types{"string", "number", "boolean"}}
}

// ticked is a list of fields, or a list of such lists.
func ticked(names []any) *jsonSchema {
	name := &strictyaml.Schema{Enum: names}
	return strictyaml.AnyOf(name, strictyaml.ListOf(name), strictyaml.ListOf(strictyaml.ListOf(name)))
}

// anyText is any text.
func anyText() *jsonSchema { return &jsonSchema{Type: strictyaml.Types{"string"}} }
