package convert

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
)

// months are the names of the months by language; the short ones are their first three letters where shortMonths has no others.
var months = map[string][]string{
	"sv": {"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"},
	"en": {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"},
	"de": {"januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember"},
	"nb": {"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"},
	"da": {"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"},
	"fi": {"tammikuu", "helmikuu", "maaliskuu", "huhtikuu", "toukokuu", "kesäkuu", "heinäkuu", "elokuu", "syyskuu", "lokakuu", "marraskuu", "joulukuu"},
}

// localYesNo are what a locale's people write beside the words that are read everywhere.
var localYesNo = map[string][2][]string{
	"de": {{"wahr"}, {"nein", "falsch"}},
	"nb": {{}, {"nei"}},
	"da": {{"sand"}, {"falsk"}},
	"fi": {{"kyllä", "tosi"}, {"ei", "epätosi"}},
}

func language(locale string) string { return locale[:min(2, len(locale))] }

// englishMonth writes the month that a text names in a locale's words as Go's layouts know it: long where the layout is long.
func englishMonth(text, layout, locale string) string {
	if !strings.Contains(layout, "Jan") {
		return text
	}
	const letters = "abcdefghijklmnopqrstuvwxyzåäöæøü"
	lower := strings.ToLower(crm.Trim(text))
	for _, word := range strings.FieldsFunc(lower, func(r rune) bool { return !strings.ContainsRune(letters, r) }) {
		n := slices.IndexFunc(months[language(locale)], func(month string) bool {
			return word == month || len([]rune(word)) >= 3 && strings.HasPrefix(month, word) && len([]rune(word)) <= 5 || language(locale) == "fi" && word == month+"ta"
		})
		if n < 0 {
			continue
		}
		english := strings.ToUpper(months["en"][n][:1]) + months["en"][n][1:]
		if !strings.Contains(layout, "January") {
			english = english[:3]
			lower = strings.Replace(lower, word+".", word, 1) // "okt." is as good as "okt"
		}
		return strings.Replace(lower, word, english, 1)
	}
	return text
}
