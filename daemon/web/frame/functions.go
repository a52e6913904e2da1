package frame

import (
	"html/template"
	"strings"
	"time"

	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/assets"
	"inlet.example/inlet/daemon/web/words"
)

// functions are those of the templates in a language.
func functions(lang string) template.FuncMap {
	return template.FuncMap{
		"lang":  func() string { return lang },
		"t":     func(en string) string { return words.Say(lang, en) },
		"n":     func(n int) string { return words.Number(lang, n) },
		"date":  func(t time.Time) string { return words.Date(lang, t) },
		"day":   func(t time.Time) string { return words.Day(lang, t) },
		"asset": assets.URL,
		"icon":  icon,
		"role":  func(p access.Person) string { return words.Say(lang, p.Role.String()) },
		"may": func(role string, page interface{ Who() access.Person }) bool {
			r, err := access.ParseRole(role)
			return err == nil && page.Who().May(r)
		},
	}
}

// icon returns an icon of the templates by its name. The names are ours, never data.
func icon(name string) template.HTML { return icons[name] }

var icons = readIcons()

func readIcons() map[string]template.HTML {
	set := template.Must(template.ParseFS(own, "templates/icons.html"))
	all := map[string]template.HTML{}
	for _, t := range set.Templates() {
		var b strings.Builder
		if name, ok := strings.CutPrefix(t.Name(), "i-"); ok && t.Execute(&b, nil) == nil {
			all[name] = template.HTML(b.String()) //nolint:gosec // our own file
		}
	}
	return all
}
