package mapping

import (
	"bytes"
	"encoding/json"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/strictyaml"
)

type (
	jsonSchema = strictyaml.Schema
	keyRules   = map[string]*jsonSchema
)

// Schema returns the JSON Schema (2020-12) of a sidecar, for editors: they complete its keys, words and fields, and underline what Parse
// would refuse. The fields are those of the schema, the site's own among them.
func Schema(schema *crm.Schema) []byte {
	fields := []any{"ignore"}
	names := map[crm.Kind][]any{crm.Account: {}, crm.Contact: {}}
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
	for _, key := range perSheet {
		part[key] = &strictyaml.Schema{Ref: "#/properties/" + key}
	}
	sheets := strictyaml.ListOf(strictyaml.Object("A sheet with what differs from the rest of the mapping.", part))
	sheets.Items.Required = []string{"sheet"}
	all["sheets"] = &jsonSchema{AnyOf: []*jsonSchema{{Const: "all"}, sheets},
		Description: "Several sheets, each with its own sheet, columns and what else differs, instead of those keys above; or all: every visible sheet with known headings."}
	root := strictyaml.Object("What each column of a workbook is, what to match on, and what to do when done.", all)
	root.Dialect, root.Title = strictyaml.Dialect, "inlet mapping"
	root.Defs = keyRules{"field": {Enum: fields, Description: "The field that the column is, or ignore."}, "column": column()}
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
			Description: "The country's two letters, for phone and org numbers: SE."},
		"sheet": {Type: strictyaml.Types{"string", "integer"},
			Description: "Name of the sheet, or its number from 1; else the first visible one."},
		"header_row": {Type: strictyaml.Types{"integer"}, Minimum: new(int64(1)),
			Description: "The row of the headings, from 1; else the first row with anything in it."},
		"columns": {Type: strictyaml.Types{"object"}, Additional: &jsonSchema{AnyOf: []*jsonSchema{ref("field"), ref("column")}},
			Description: "Heading, or column letters as \"=C\", to the field that the column is; every other column goes by its heading."},
		"match": strictyaml.Object("The fields to match on, as few and as unique as you can.", keyRules{
			"account": ticked(names[crm.Account]).About("What finds an account: a list of fields, or a list of such lists that are tried in turn."),
			"contact": ticked(names[crm.Contact]).About("What finds a contact in its account: a list of fields, or a list of such lists."),
		}),
		"defaults":  defaultKeys(),
		"ambiguous": strictyaml.OneOf("What to do where several records match.", "create", "reject", "park", "next_rule"),
		"blank_key": strictyaml.OneOf("What to do where a field that is matched on is blank.", "create", "reject", "ignore", "literal"),
		"reuse": strictyaml.OneOf("Which record a row finds that would create one for a blank or ambiguous key: one that an equal row of this file or an "+
			"earlier file of the same feed created, of this file alone, or none.", "feed", "file", "off"),
		"reuse_in_file": {Type: strictyaml.Types{"boolean"}, Deprecated: true,
			Description: "The older form of reuse: true is file, false is off."},
		"compare": strictyaml.OneOf("How keys are compared: canonical does without case and spaces, exact does not.", "canonical", "exact"),
		"contact_scope": strictyaml.OneOf("Where contacts are looked for: in the row's account, or in every account. anywhere needs a rule with email, mobile or an ID.",
			"account", "anywhere"),
		"elsewhere": strictyaml.OneOf("Under contact_scope: anywhere, what to do with a contact that is found in another account.", "reject", "update", "move"),
		"warn_elsewhere": {Type: strictyaml.Types{"boolean"},
			Description: "Whether to warn of a new contact whose e-mail or mobile number another account's contact has."},
		"elsewhere_id": strictyaml.OneOf("What to do with a contact whose ID is in another account.", "reject", "move"),
		"fill_down": {Type: strictyaml.Types{"boolean"},
			Description: "Whether a contact without an account belongs to the account of a row above."},
		"on_update":   onUpdate(),
		"on_blank":    onBlank(),
		"on_invalid":  onInvalid(),
		"null_words":  strictyaml.ListOrOne(scalar()).About("Words that mean a blank cell: \"-\", \"N/A\"."),
		"rows":        rowsKeys(),
		"unmerge":     strictyaml.OneOf("What to do with merged cells: first leaves the value in the first row, fill repeats it in the rows below.", "first", "fill"),
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
		"profile": strictyaml.OneOf("The defaults of what follows: guide is the import guide to the letter, safe is for feeds that nobody watches.", "standard", "guide", "safe"),
		"caps": strictyaml.Object("What may happen without a person's word, as counts or percentages of the rows; more holds the file.", keyRules{
			"max_rejected": cap("Rows that are rejected."),
			"max_created":  cap("Rows that create a record; off until an import of this mapping was accepted."),
			"max_updated":  cap("Rows that change a record."),
			"max_cleared":  cap("Rows that take a stored value away."),
			"max_left_out": cap("Rows that are left out because they are not records, of all rows."),
		}),
		"empty": strictyaml.OneOf("What to do with a workbook that has headings and no rows.", "accept", "refuse"),
		"choices": {Type: strictyaml.Types{"object"}, Additional: &jsonSchema{Type: strictyaml.Types{"string", "integer"}},
			PropertyNames: &jsonSchema{Pattern: "^.+![1-9][0-9]*$"},
			Description:   "For rows that match several records, as \"Kunder!17\": the ID of the one that the row is, new to create another, or wait to park it."},
		"encoding": strictyaml.OneOf("The encoding of a CSV file; auto finds it out.", encodings()...),
		"delimiter": {AnyOf: []*jsonSchema{{Enum: []any{auto, "tab"}}, {Type: strictyaml.Types{"string"}, Pattern: "^[\\x01-\\x7f]$"}},
			Description: "What parts the fields of a CSV file: one ASCII character, or tab; auto finds it out."},
		"duplicates": strictyaml.OneOf("What to do with a file of the same bytes as one that is imported already.", "skip", "import"),
		"password_file": {Type: strictyaml.Types{"string"},
			Description: "Name of the password file of a protected workbook, one that the configuration knows; never a path."},
		"when_done": strictyaml.Object("Whom to tell when the import has ended.", keyRules{
			"mail":    strictyaml.ListOrOne(anyText()).About("E-mail addresses of domains that the inbox allows."),
			"webhook": strictyaml.ListOrOne(anyText()).About("Webhooks by their names in the configuration."),
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
		"where": {Type: strictyaml.Types{"object"}, Additional: condition, MaxProperties: maxConditions,
			Description: "What a row must have to be a record: heading, or column letters as \"=C\", to filled, blank, \"= text\", \"!= text\" or a list of these."},
	})
}

func defaultKeys() *jsonSchema {
	manager := strictyaml.Object("A user, and which accounts are given to the user.", keyRules{
		"user":     {Type: strictyaml.Types{"string"}, Description: "ID, e-mail, login or unique full name."},
		"apply_to": strictyaml.OneOf("new_and_empty: new accounts and those that have none.", "new_and_empty", "new", "all"),
	})
	manager.Required = []string{"user"}
	return strictyaml.Object("Settings that stand in no column.", keyRules{
		"account_manager": {AnyOf: []*jsonSchema{scalar(), manager},
			Description: "The user whom accounts without one are given to; a column wins over it."},
		"campaign":         strictyaml.ListOrOne(scalar()).About("Campaigns that accounts and contacts are added to."),
		"account_category": strictyaml.ListOrOne(scalar()).About("Categories that accounts are added to."),
		"contact_category": strictyaml.ListOrOne(scalar()).About("Categories that contacts are added to."),
	})
}

// column is a column with rules of its own.
func column() *jsonSchema {
	c := strictyaml.Object("A column with rules of its own.", keyRules{
		"field":      ref("field"),
		"on_update":  onUpdate(),
		"on_blank":   onBlank(),
		"on_invalid": onInvalid(),
		"default":    scalar().About("What a new record gets where the cell is blank."),
		"layouts":    strictyaml.ListOrOne(anyText()).About("How dates written as text are to be read: yyyy-mm-dd, d/m/yyyy."),
		"split":      strictyaml.OneOf("Of several e-mail addresses, phone numbers, web addresses, org numbers or IDs in a cell the first is taken, with a warning.", "first"),
		"rest":       ref("field").About("With split: a field with several values, to which the others are added."),
		"values": {Type: strictyaml.Types{"object"}, Additional: scalar(),
			Description: "What words of the cells mean: {A: Aktiv, P: Passiv}."},
	})
	c.Required = []string{"field"}
	return c
}

func onUpdate() *jsonSchema {
	return strictyaml.OneOf("What a cell that differs does to the stored value.", "overwrite", "fill_if_empty", "append", "never")
}

func onBlank() *jsonSchema {
	return strictyaml.OneOf("What a blank cell does to the stored value.", "keep", "clear", "default")
}

func onInvalid() *jsonSchema {
	return strictyaml.OneOf("What a cell that is no value of its field does.", "reject_row", "drop_cell", "reject_file")
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
