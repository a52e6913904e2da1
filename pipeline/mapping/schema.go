package mapping

import (
	"bytes"
	"encoding/json"

	"inlet.example/inlet/pipeline/crm"
)

// rules of a JSON Schema, by keyword.
type jsonSchema map[string]any

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
	properties := jsonSchema{}
	for key, rule := range sheetKeys(names) {
		properties[key] = rule
	}
	for key, rule := range fileKeys() {
		properties[key] = rule
	}
	part := jsonSchema{}
	for _, key := range perSheet {
		part[key] = jsonSchema{"$ref": "#/properties/" + key}
	}
	sheets := list(object("A sheet with what differs from the rest of the mapping.", part))
	sheets["items"].(jsonSchema)["required"] = []any{"sheet"}
	properties["sheets"] = about(jsonSchema{"anyOf": []any{jsonSchema{"const": "all"}, sheets}},
		"Several sheets, each with its own sheet, columns and what else differs, instead of those keys above; or all: every visible sheet with known headings.")
	root := object("What each column of a workbook is, what to match on, and what to do when done.", properties)
	root["$schema"], root["title"] = "https://json-schema.org/draft/2020-12/schema", "inlet mapping"
	root["$defs"] = jsonSchema{"field": jsonSchema{"enum": fields, "description": "The field that the column is, or ignore."}, "column": column()}
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
func sheetKeys(names map[crm.Kind][]any) jsonSchema {
	return jsonSchema{
		"mode":       words("What the import may do: upsert both creates and updates.", "upsert", "update", "create"),
		"locale":     words("How numbers, months and yes or no are written in the workbook.", anyOf(locales)...),
		"region":     about(jsonSchema{"type": "string", "pattern": "^[A-Z]{2}$"}, "The country's two letters, for phone and org numbers: SE."),
		"sheet":      about(jsonSchema{"type": []any{"string", "integer"}}, "Name of the sheet, or its number from 1; else the first visible one."),
		"header_row": about(jsonSchema{"type": "integer", "minimum": 1}, "The row of the headings, from 1; else the first row with anything in it."),
		"columns": about(jsonSchema{"type": "object", "additionalProperties": jsonSchema{"anyOf": []any{ref("field"), ref("column")}}},
			"Heading, or column letters as \"=C\", to the field that the column is; every other column goes by its heading."),
		"match": object("The fields to match on, as few and as unique as you can.", jsonSchema{
			"account": about(ticked(names[crm.Account]), "What finds an account: a list of fields, or a list of such lists that are tried in turn."),
			"contact": about(ticked(names[crm.Contact]), "What finds a contact in its account: a list of fields, or a list of such lists."),
		}),
		"defaults":  defaultKeys(),
		"ambiguous": words("What to do where several records match.", "create", "reject", "park", "next_rule"),
		"blank_key": words("What to do where a field that is matched on is blank.", "create", "reject", "ignore", "literal"),
		"reuse": words("Which record a row finds that would create one for a blank or ambiguous key: one that an equal row of this file or an "+
			"earlier file of the same feed created, of this file alone, or none.", "feed", "file", "off"),
		"reuse_in_file": about(jsonSchema{"type": "boolean", "deprecated": true}, "The older form of reuse: true is file, false is off."),
		"compare":       words("How keys are compared: canonical does without case and spaces, exact does not.", "canonical", "exact"),
		"contact_scope": words("Where contacts are looked for: in the row's account, or in every account. anywhere needs a rule with email, mobile or an ID.",
			"account", "anywhere"),
		"elsewhere":      words("Under contact_scope: anywhere, what to do with a contact that is found in another account.", "reject", "update", "move"),
		"warn_elsewhere": about(jsonSchema{"type": "boolean"}, "Whether to warn of a new contact whose e-mail or mobile number another account's contact has."),
		"elsewhere_id":   words("What to do with a contact whose ID is in another account.", "reject", "move"),
		"fill_down":      about(jsonSchema{"type": "boolean"}, "Whether a contact without an account belongs to the account of a row above."),
		"on_update":      onUpdate(),
		"on_blank":       onBlank(),
		"on_invalid":     onInvalid(),
		"null_words":     about(someOf(scalar()), "Words that mean a blank cell: \"-\", \"N/A\"."),
		"rows":           rowsKeys(),
		"unmerge":        words("What to do with merged cells: first leaves the value in the first row, fill repeats it in the rows below.", "first", "fill"),
		"extra_cells":    words("What to do with a CSV row that has filled fields beyond the headings.", "reject", "warn"),
	}
}

// fileKeys are the keys that hold for the whole workbook.
func fileKeys() jsonSchema {
	cap := func(description string) jsonSchema {
		return about(jsonSchema{"type": []any{"integer", "string"}, "minimum": 0, "pattern": `^[0-9]+(\.[0-9]+)?%$|^[0-9]+$`}, description)
	}
	return jsonSchema{
		"version": about(jsonSchema{"const": 1}, "The version of this format: 1."),
		"profile": words("The defaults of what follows: guide is the import guide to the letter, safe is for feeds that nobody watches.", "standard", "guide", "safe"),
		"caps": object("What may happen without a person's word, as counts or percentages of the rows; more holds the file.", jsonSchema{
			"max_rejected": cap("Rows that are rejected."),
			"max_created":  cap("Rows that create a record; off until an import of this mapping was accepted."),
			"max_updated":  cap("Rows that change a record."),
			"max_cleared":  cap("Rows that take a stored value away."),
			"max_left_out": cap("Rows that are left out because they are not records, of all rows."),
		}),
		"empty": words("What to do with a workbook that has headings and no rows.", "accept", "refuse"),
		"choices": about(jsonSchema{"type": "object", "additionalProperties": jsonSchema{"type": []any{"string", "integer"}},
			"propertyNames": jsonSchema{"pattern": "^.+![1-9][0-9]*$"}},
			"For rows that match several records, as \"Kunder!17\": the ID of the one that the row is, new to create another, or wait to park it."),
		"encoding":      words("The encoding of a CSV file; auto finds it out.", anyOf(encodings())...),
		"delimiter":     about(jsonSchema{"anyOf": []any{jsonSchema{"enum": []any{auto, "tab"}}, jsonSchema{"type": "string", "pattern": "^[\\x01-\\x7f]$"}}}, "What parts the fields of a CSV file: one ASCII character, or tab; auto finds it out."),
		"duplicates":    words("What to do with a file of the same bytes as one that is imported already.", "skip", "import"),
		"password_file": about(jsonSchema{"type": "string"}, "Name of the password file of a protected workbook, one that the configuration knows; never a path."),
		"when_done": object("Whom to tell when the import has ended.", jsonSchema{
			"mail":    about(someOf(jsonSchema{"type": "string"}), "E-mail addresses of domains that the inbox allows."),
			"webhook": about(someOf(jsonSchema{"type": "string"}), "Webhooks by their names in the configuration."),
		}),
	}
}

// rowsKeys are which rows are not records.
func rowsKeys() jsonSchema {
	condition := jsonSchema{"anyOf": []any{
		jsonSchema{"enum": []any{"filled", "blank"}},
		jsonSchema{"type": "string", "pattern": "^!?=.+$"},
		jsonSchema{"type": "array", "items": jsonSchema{"type": "string", "pattern": "^!?=.+$"}, "minItems": 1},
	}}
	return object("Which rows are not records and are left out.", jsonSchema{
		"skip":   about(jsonSchema{"type": "integer", "minimum": 0}, "How many rows directly below the headings are left out."),
		"hidden": words("What to do with hidden rows.", "import", "skip"),
		"until":  words("Where the rows end: blank is the first blank row.", "blank"),
		"where": about(jsonSchema{"type": "object", "additionalProperties": condition, "maxProperties": maxConditions},
			"What a row must have to be a record: heading, or column letters as \"=C\", to filled, blank, \"= text\", \"!= text\" or a list of these."),
	})
}

func defaultKeys() jsonSchema {
	manager := object("A user, and which accounts are given to the user.", jsonSchema{
		"user":     about(jsonSchema{"type": "string"}, "ID, e-mail, login or unique full name."),
		"apply_to": words("new_and_empty: new accounts and those that have none.", "new_and_empty", "new", "all"),
	})
	manager["required"] = []any{"user"}
	return object("Settings that stand in no column.", jsonSchema{
		"account_manager":  about(jsonSchema{"anyOf": []any{scalar(), manager}}, "The user whom accounts without one are given to; a column wins over it."),
		"campaign":         about(someOf(scalar()), "Campaigns that accounts and contacts are added to."),
		"account_category": about(someOf(scalar()), "Categories that accounts are added to."),
		"contact_category": about(someOf(scalar()), "Categories that contacts are added to."),
	})
}

// column is a column with rules of its own.
func column() jsonSchema {
	c := object("A column with rules of its own.", jsonSchema{
		"field":      ref("field"),
		"on_update":  onUpdate(),
		"on_blank":   onBlank(),
		"on_invalid": onInvalid(),
		"default":    about(scalar(), "What a new record gets where the cell is blank."),
		"layouts":    about(someOf(jsonSchema{"type": "string"}), "How dates written as text are to be read: yyyy-mm-dd, d/m/yyyy."),
		"split":      words("Of several e-mail addresses, phone numbers, web addresses, org numbers or IDs in a cell the first is taken, with a warning.", "first"),
		"rest":       about(ref("field"), "With split: a field with several values, to which the others are added."),
		"values":     about(jsonSchema{"type": "object", "additionalProperties": scalar()}, "What words of the cells mean: {A: Aktiv, P: Passiv}."),
	})
	c["required"] = []any{"field"}
	return c
}

func onUpdate() jsonSchema {
	return words("What a cell that differs does to the stored value.", "overwrite", "fill_if_empty", "append", "never")
}

func onBlank() jsonSchema {
	return words("What a blank cell does to the stored value.", "keep", "clear", "default")
}

func onInvalid() jsonSchema {
	return words("What a cell that is no value of its field does.", "reject_row", "drop_cell", "reject_file")
}

// object is a set of known keys and no others.
func object(description string, properties jsonSchema) jsonSchema {
	return jsonSchema{"type": "object", "description": description, "properties": properties, "additionalProperties": false}
}

func about(rule jsonSchema, description string) jsonSchema {
	rule["description"] = description
	return rule
}

func words(description string, allowed ...any) jsonSchema {
	return jsonSchema{"enum": allowed, "description": description}
}

func anyOf(texts []string) []any {
	var all []any
	for _, text := range texts {
		all = append(all, text)
	}
	return all
}

func ref(name string) jsonSchema { return jsonSchema{"$ref": "#/$defs/" + name} }

// scalar is a value that YAML may read as something else than text.
func scalar() jsonSchema { return jsonSchema{"type": []any{"string", "number", "boolean"}} }

func list(items jsonSchema) jsonSchema { return jsonSchema{"type": "array", "items": items} }

// someOf is a list, or one item instead of a list of one.
func someOf(item jsonSchema) jsonSchema { return jsonSchema{"anyOf": []any{item, list(item)}} }

// ticked is a list of fields, or a list of such lists.
func ticked(names []any) jsonSchema {
	name := jsonSchema{"enum": names}
	return jsonSchema{"anyOf": []any{name, list(name), list(list(name))}}
}
