package pages

import (
	"net/http"

	"golang.org/x/text/language"
	"inlet.example/inlet/pipeline/message"
)

const languageCookie = "inlet-language"

// languages are those that the pages are drawn in. The first is that of a reader who asks for neither.
var languages = []string{"en", message.Swedish}

var matcher = language.NewMatcher([]language.Tag{language.English, language.Swedish})

func known(lang string) bool { return lang == "en" || lang == message.Swedish }

// languageOf returns the language of a request: the one that was switched to, or the first that the browser asks for and there is.
func languageOf(r *http.Request) string {
	if c, err := r.Cookie(languageCookie); err == nil && known(c.Value) {
		return c.Value
	}
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return languages[0]
	}
	_, i, _ := matcher.Match(tags...)
	return languages[i]
}

// say returns a text of the pages in a language.
func say(lang, en string) string {
	if sv, ok := swedish[en]; ok && lang == message.Swedish {
		return sv
	}
	if en, ok := english[en]; ok {
		return en
	}
	return en
}

// english are the texts that are not their own English.
var english = map[string]string{"other-language": "sv"}
