package report

import (
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
)

// Name returns the name of a record as a person reads it; "" where it has none.
func Name(rec *crm.Record) string {
	for _, fields := range [][]string{{"name"}, rec.Kind.NameParts(), {"email"}} {
		var parts []string
		for _, field := range fields {
			if text := rec.Values.Of(field).String(); text != "" {
				parts = append(parts, text)
			}
		}
		if len(parts) > 0 {
			return message.Plain(strings.Join(parts, " "))
		}
	}
	return ""
}
