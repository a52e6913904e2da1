package check

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"inlet.example/inlet/daemon/config"
)

// A mail server may know more of an address than this; a name or a login in its place is what must not pass.
var EmailForm = regexp.MustCompile(`^[^\s@]+@[^\s@]+$`)

// fold is the form in which two texts are the same but for their case.
func fold(text string) string { return norm.NFC.String(cases.Fold().String(norm.NFC.String(text))) }

func checkUsers(ck *Checker, users []config.User) {
	seen := map[string]string{}
	for i, u := range users {
		key := fmt.Sprintf("users[%d]", i)
		said := false
		for _, part := range []struct{ name, text string }{{"id", u.ID}, {"name", u.Name}, {"email", u.Email}, {"login", u.Login}} {
			if ck.isSet(key + "." + part.name) {
				said = true
				checkUser(ck, key, part.name, part.text, seen)
			}
		}
		if !said && !ck.IsSetBelow(key) {
			ck.Wrong(key, "the user is empty; write at least one of id, name, email, login")
		}
	}
}

// checkUser looks at one part of a user. By id, email and login a user is found, so no two may share one; a name they may.
func checkUser(ck *Checker, key, name, text string, seen map[string]string) {
	at, word := key+"."+name, name+" "+fold(text)
	first, twice := seen[word]
	switch {
	case strings.TrimSpace(text) == "":
		ck.Wrong(at, "is empty; write the user's %s, or remove it", name)
	case strings.TrimSpace(text) != text:
		ck.Wrong(at, "%q begins or ends with a space; write %s", text, strings.TrimSpace(text))
	case name == "email" && !EmailForm.MatchString(text):
		ck.Wrong(at, "%q is not a valid e-mail address; write e.g. anna@exempel.se", text)
	case name != "name" && twice:
		ck.Wrong(at, "%q is already the %s of %s; use different values", text, name, first)
	default:
		seen[word] = key
	}
}
