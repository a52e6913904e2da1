package words

import (
	"net/http"
	"strings"

	"golang.org/x/text/language"
	"inlet.example/inlet/pipeline/crm"
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

// Who names who did something, in a language; where no login is needed people have no names.
func Who(lang, who string) string {
	if who == "" {
		return Say(lang, "a user of this computer")
	}
	return message.Plain(who)
}

// SayOf returns a text of the pages about a kind of record. The text has these where the words of the kind belong:
//
//	{kind} {Kind} {a kind} {kinds} {Kinds}    company, Company, a company, companies, Companies
//	{of the parent}                           " of the company"; nothing for a kind without a parent
//	{within their parent}                     " within their company"; likewise
func SayOf(lang string, kind crm.Kind, about string) string { return Say(lang, About(kind, about)) }

// About returns the English text of SayOf.
func About(kind crm.Kind, about string) string {
	one, several := kind.Nouns()
	article := "a "
	if strings.Contains("aeiou", one[:1]) {
		article = "an "
	}
	var of, within string
	if parent := kind.Parent(); parent != "" {
		noun, _ := parent.Nouns()
		of, within = " of the "+noun, " within their "+noun
	}
	return strings.NewReplacer("{kind}", one, "{a kind}", article+one, "{kinds}", several, "{Kind}", capital(one), "{Kinds}", capital(several),
		"{of the parent}", of, "{within their parent}", within).Replace(about)
}

func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// english are the texts that are not their own English.
var english = map[string]string{"Import it": "Import", "other-language": "sv"}
