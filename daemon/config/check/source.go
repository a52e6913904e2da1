package check

import (
	"fmt"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a container from scratch has no zones, and a right time_zone would be called wrong

	"github.com/robfig/cron/v3"
	"inlet.example/inlet/daemon/config"
)

func checkSources(ck *Checker, sources []config.Source, inboxes []config.Inbox) {
	names := map[string]string{}
	known := make([]string, len(inboxes))
	for i, in := range inboxes {
		known[i] = in.Name
	}
	for i, s := range sources {
		key := fmt.Sprintf("sources[%d]", i)
		checkName(ck, key+".name", s.Name, names)
		checkTarget(ck, key+".inbox", s.Inbox, known)
		checkOrigin(ck, key, s)
		checkSchedule(ck, key, s)
		checkHeaders(ck, key, s)
		checkDrive(ck, key, s)
		checkFile(ck, key+".mapping", s.Mapping)
		if s.Encoding != "" {
			oneOf(ck, key+".encoding", s.Encoding, config.Encodings...)
		}
		if s.Delimiter != "" {
			checkDelimiter(ck, key+".delimiter", s.Delimiter)
		}
		if strings.ContainsAny(s.As, `/\`) || s.As == "." || s.As == ".." {
			ck.Wrong(key+".as", "%q is a path, not a file name; write e.g. as: kunder.xlsx", s.As)
		}
		if s.MaxBytes < 1 {
			ck.Wrong(key+".max_bytes", "%d is too small for any file; write a number of bytes, e.g. 1073741824", s.MaxBytes)
		}
	}
}

func checkTarget(ck *Checker, key, inbox string, known []string) {
	switch {
	case inbox == "" && len(known) > 0:
		ck.Wrong(key, "is missing; write the name of an inbox, e.g. inbox: %s", known[0])
	case !slices.Contains(known, inbox):
		ck.Wrong(key, "the inbox %q does not exist; %s", inbox, config.DidYouMean(inbox, known))
	}
}

func checkOrigin(ck *Checker, key string, s config.Source) {
	switch {
	case s.URL == "" && s.Path == "" && s.Drive == "":
		ck.Wrong(key+".url", "the location is missing; write url:, path: or drive:")
	case s.URL != "" && s.Path != "":
		ck.Wrong(key+".path", "url is also set; keep one of the two")
	case s.Drive != "" && s.URL+s.Path != "":
		ck.Wrong(key+".drive", "url or path is also set; keep one of them")
	case s.URL != "":
		checkLink(ck, key+".url", s.URL)
	}
}

func checkLink(ck *Checker, key, link string) {
	u, err := url.Parse(link)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		ck.Wrong(key, "%q is not a valid http or https address; write https://…", config.Source{URL: link}.WithoutSecrets().URL)
		return
	}
	if u.User != nil && ck.openToOthers() {
		ck.Wrong(key, "contains a password, but other users can read the file; run chmod 600 %s, or use headers_file", ck.File)
	}
}

func checkSchedule(ck *Checker, key string, s config.Source) {
	everyThere := ck.isSet(key + ".every")
	switch {
	case s.Cron == "" && !everyThere:
		ck.Wrong(key+".every", "the schedule is missing; write every: 15m or cron: \"0 6 * * *\"")
	case s.Cron != "" && everyThere:
		ck.Wrong(key+".cron", "every is also set; keep one of the two")
	case everyThere && s.Every < time.Second:
		ck.Wrong(key+".every", "%v is too short; write 1s or more, e.g. 15m", s.Every)
	case s.Cron != "":
		checkCron(ck, key+".cron", s.Cron)
	}
	oneOf(ck, key+".missed", s.Missed, config.MissedWords...)
	if s.Missed == "skip" && s.Cron == "" {
		ck.Wrong(key+".missed", "has no effect with every, because such a source is polled at each start; use cron, or remove it")
	}
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "" {
		ck.Wrong(key+".time_zone", "%q is not a valid time zone; write e.g. Europe/Stockholm, UTC or Local", s.TimeZone)
	}
}

// checkCron refuses what the parser would read in another sense, and what makes it panic (TZ= without a space).
func checkCron(ck *Checker, key, text string) {
	if strings.HasPrefix(text, "TZ=") || strings.HasPrefix(text, "CRON_TZ=") {
		ck.Wrong(key, "the time zone belongs in its own key; write time_zone: Europe/Stockholm")
		return
	}
	if strings.HasPrefix(text, "@every") {
		ck.Wrong(key, "@every belongs in its own key; write every:%s", strings.TrimPrefix(text, "@every"))
		return
	}
	if _, err := cron.ParseStandard(text); err != nil {
		ck.Wrong(key, "%v; write minute hour day month weekday, e.g. \"0 6 * * 1-5\" for weekdays at 06:00", err)
	}
}

var HeaderNameForm = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

func checkHeaders(ck *Checker, key string, s config.Source) {
	for name, value := range s.Headers {
		at := key + ".headers." + name
		checkHeader(ck, at, name)
		if strings.ContainsAny(value, "\r\n\x00") {
			ck.Wrong(at, "contains a line break; a header is a single line")
		}
		if secretHeader(name) && ck.openToOthers() {
			ck.Wrong(at, "contains a secret, but other users can read the file; run chmod 600 %s, or write headers_file: {%s: PATH}", ck.File, name)
		}
	}
	checkFiles(ck, key, "headers", s.Headers, s.HeadersFile, checkHeader, checkSecret)
}

func checkHeader(ck *Checker, key, name string) {
	if !HeaderNameForm.MatchString(name) {
		ck.Wrong(key, "%q is not a valid name of a header; write e.g. Authorization", name)
	}
}

// secretHeader reports whether a header's value is one by its name.
func secretHeader(name string) bool {
	switch textproto.CanonicalMIMEHeaderKey(name) {
	case "Authorization", "Proxy-Authorization", "Cookie":
		return true
	}
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"token", "key", "secret", "password"}, func(word string) bool {
		return strings.Contains(name, word)
	})
}
