package columns

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/strictyaml"
)

// Usual returns the mapping of a file that goes as files of its inbox always do: the one that the inbox has, nil for none. Rows that match several records
// wait for a person unless it says otherwise. mode holds where it says nothing.
func Usual(content []byte, mode string) []byte {
	text := string(content)
	if strings.TrimSpace(text) == "" {
		text = "version: 1\n"
	}
	if !blockStyle(text) {
		return []byte(text)
	}
	text = strings.TrimRight(text, "\n") + "\n"
	if !hasKey(text, "ambiguous") {
		text += "ambiguous: park\n"
	}
	if mode != "" && mode != string(ledger.Upsert) && !hasKey(text, "mode") {
		text += "mode: " + mode + "\n"
	}
	return []byte(text)
}

// blockStyle reports whether the keys of a mapping stand one below the other, so that another may follow.
func blockStyle(text string) bool {
	for line := range strings.Lines(text) {
		if topKey.MatchString(line) {
			return true
		}
	}
	return false
}

func hasKey(text, key string) bool { return strings.Contains("\n"+text, "\n"+key+":") }

// WithChoices returns a mapping with other choices for ambiguous rows.
func WithChoices(content []byte, choices map[string]string) []byte {
	var b strings.Builder
	inside := false
	for line := range strings.Lines(string(content)) {
		if key := topKey.FindStringSubmatch(line); key != nil {
			inside = key[1] == "choices"
		}
		if !inside {
			b.WriteString(strings.TrimRight(line, "\r\n") + "\n")
		}
	}
	if len(choices) > 0 {
		b.WriteString("choices:\n")
	}
	for _, row := range slices.Sorted(maps.Keys(choices)) {
		fmt.Fprintf(&b, "  %s: %s\n", strictyaml.Quote(row), strictyaml.Quote(choices[row]))
	}
	return []byte(b.String())
}
