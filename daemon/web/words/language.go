package words

import (
	"net/http"

	"golang.org/x/text/language"
	"inlet.example/inlet/pipeline/message"
)

// Cookie keeps the language that a person has switched to.
const Cookie = "inlet-language"

// Languages are those that the pages are drawn in. The first is that of a reader who asks for neither.
var Languages = []string{"en", message.Swedish}

var matcher = language.NewMatcher([]language.Tag{language.English, language.Swedish})

// Known reports whether the pages are drawn in a language.
func Known(lang string) bool { return lang == "en" || lang == message.Swedish }

// LanguageOf returns the language of a request: the one that was switched to, or the first that the browser asks for and there is.
func LanguageOf(r *http.Request) string {
	if c, err := r.Cookie(Cookie); err == nil && Known(c.Value) {
		return c.Value
	}
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return Languages[0]
	}
	_, i, _ := matcher.Match(tags...)
	return Languages[i]
}

// Say returns a text of the pages in a language.
func Say(lang, en string) string {
	if sv, ok := swedish[en]; ok && lang == message.Swedish {
		return sv
	}
	if en, ok := english[en]; ok {
		return en
	}
	return en
}

// english are the texts that are not their own English.
var english = map[string]string{"Import it": "Import", "other-language": "sv"}
