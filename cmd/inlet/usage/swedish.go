package usage

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"

	"inlet.example/inlet/pipeline/message"
)

//go:embed swedish.txt
var swedish string

// texts has the Swedish of the help by its English, without regard to where lines are broken.
var texts = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for _, entry := range strings.Split(swedish, "\n==\n")[1:] {
		en, sv, _ := strings.Cut(entry, "\n")
		all[folded(en)] = strings.TrimRight(sv, "\n")
	}
	return all
})

func folded(text string) string { return strings.Join(strings.Fields(text), " ") }

// In returns a text of the help in a language; in English where it has no Swedish.
func In(lang, text string) string {
	sv, ok := texts()[folded(text)]
	if !ok || lang != message.Swedish {
		return text
	}
	if strings.HasPrefix(text, " ") { // a word between others
		sv = " " + sv
	}
	if strings.HasSuffix(text, " ") {
		sv += " "
	}
	return sv
}

// HasSwedish reports whether a text of the help has its Swedish.
func HasSwedish(text string) bool {
	_, ok := texts()[folded(text)]
	return ok
}

// Texts returns the English texts that have Swedish, each on one line.
func Texts() []string { return slices.Collect(maps.Keys(texts())) }
